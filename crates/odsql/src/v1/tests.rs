use proptest::prelude::*;

use super::*;
use crate::ast::{Kind, Query};

struct Table;

impl Fields for Table {
    fn kind(&self, name: &str) -> Option<Kind> {
        Some(match name {
            "name" | "kind" => Kind::Text,
            "tags" => Kind::MultiText,
            "n" => Kind::Int,
            "x" => Kind::Double,
            "open" => Kind::Boolean,
            "day" => Kind::Date,
            "seen" => Kind::Datetime,
            "place" => Kind::GeoPoint,
            _ => return None,
        })
    }

    fn names(&self) -> Vec<&str> {
        vec!["name", "kind", "tags", "n", "x", "open", "day", "seen", "place"]
    }

    fn is_sortable(&self, _: &str) -> bool {
        true
    }
}

/// What a query means, as ODSQL writes it.
fn meaning(text: &str) -> String {
    let condition = parse_v1(text, &Table).unwrap_or_else(|error| panic!("{text}: {error}"));
    let printed = condition.to_string();
    let again = crate::parse_where(&printed).unwrap_or_else(|error| panic!("{printed}: {error}"));
    assert_eq!(again.to_string(), printed, "it is ODSQL");
    let query = Query {
        filter: vec![condition],
        ..Query::default()
    };
    crate::check(&query, &Table).unwrap_or_else(|error| panic!("{printed}: {error}"));
    printed
}

/// What ODSQL means, written in the same way.
fn odsql(text: &str) -> String {
    crate::parse_where(text).unwrap().to_string()
}

#[test]
fn queries_mean_what_their_documentation_says() {
    for (v1, wanted) in [
        ("film", "suggest('film')"),
        ("film*", "suggest('film')"),
        ("\"Un film\"", "'Un film'"),
        ("parc des", "suggest('parc') and suggest('des')"),
        ("l'été", "suggest('l\\'été')"),
        ("a AND b OR NOT c", "suggest('a') and suggest('b') or not suggest('c')"),
        ("a AND NOT b c", "suggest('a') and not suggest('b') and suggest('c')"),
        ("a AND (b OR c)", "suggest('a') and (suggest('b') or suggest('c'))"),
        ("NOT NOT a", "suggest('a')"),
        ("android", "suggest('android')"),
        ("kind:city", "kind = 'city'"),
        ("kind == \"big city\"", "kind = 'big city'"),
        ("kind='big city'", "kind = 'big city'"),
        ("tags:blue", "'blue' in tags"),
        ("n>=10 AND n<20", "n >= 10 and n < 20"),
        ("x:1.5", "x = 1.5"),
        ("n:[1 TO 3]", "n >= 1 and n <= 3"),
        ("n:[* TO 3]", "n <= 3"),
        ("n:[* TO *]", "n is not null"),
        ("open:true", "open is true"),
        ("open=0", "open is false"),
        ("day:2020", "day >= date'2020' and day < date'2021'"),
        ("day=2020/12", "day >= date'2020-12' and day < date'2021-01'"),
        (
            "seen:2020-02-29",
            "seen >= date'2020-02-29' and seen < date'2020-03-01'",
        ),
        (
            "seen:2020-12-31",
            "seen >= date'2020-12-31' and seen < date'2021-01-01'",
        ),
        ("day>2020 AND day<=2021/03", "day >= date'2021' and day < date'2021-04'"),
        (
            "day>=\"2020-01-01\" AND day<2021",
            "day >= date'2020-01-01' and day < date'2021'",
        ),
        ("day:[2020 TO 2021/06]", "day >= date'2020' and day < date'2021-07'"),
        ("seen>2020-01-01T10:00:00Z", "seen > date'2020-01-01T10:00:00Z'"),
        ("seen>#now(weeks=-1, hour=0)", "seen > now(days=-7, hour=0)"),
        ("NOT #null(n)", "not n is null"),
        ("#exact(kind, \"city\")", "kind = 'city'"),
        ("#exact(tags,\"blue\")", "'blue' in tags"),
        ("#search(\"parc\")", "search('parc')"),
        ("#search(*, \"parc\")", "search('parc')"),
        ("#search([name, kind], \"parc\")", "search(name, kind, 'parc')"),
        ("#startswith(name, 'Or')", "startswith(name, 'Or')"),
        (
            "#distance(place, \"48.8,2.3\", 1000)",
            "within_distance(place, geom'POINT(2.3 48.8)', 1000m)",
        ),
        (
            "#distance('48.8,2.3', 1000)",
            "within_distance(place, geom'POINT(2.3 48.8)', 1000m)",
        ),
        (
            "#polygon(place,\"(1,2),(3,4),(5,6)\")",
            "intersects(place, geom'POLYGON((2 1, 4 3, 6 5, 2 1))')",
        ),
    ] {
        assert_eq!(meaning(v1), odsql(wanted), "{v1}");
    }
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    for (text, part) in [
        ("", "unexpected the end at position 0"),
        ("a AND", "unexpected the end at position 5"),
        ("(a", "unexpected the end at position 2"),
        ("é )", "unexpected ) at position 2"),
        ("\"a", "unexpected \" at position 0"),
        ("kind:", "unexpected the end"),
        ("n:[1 3]", "unexpected 3"),
        ("nothing:1", "Unknown field: nothing."),
        ("#null(nothing)", "Unknown field: nothing."),
        ("n:many", "many is not a number."),
        ("day:soon", "soon is not a date"),
        ("open:perhaps", "perhaps is not true or false."),
        ("#attr(name, mail)", "#attr() is not understood"),
        ("#distance(place, \"here\", 10)", "here is not a place"),
        ("#polygon(place,\"(1,2),(3,4)\")", "three corners"),
        ("seen>#now(weekday=MO(2))", "cannot be read"),
    ] {
        let error = parse_v1(text, &Table).unwrap_err();
        assert!(error.message.contains(part), "{text}: {}", error.message);
        assert!(error.message.contains("qv1"), "{}", error.message);
    }
    assert!(
        parse_v1(&"(".repeat(10_000), &Table)
            .unwrap_err()
            .message
            .contains("nested")
    );
    assert!(parse_v1(&"a".repeat(MAX_CLAUSE_BYTES + 1), &Table).is_err());
    assert!(
        parse_v1(&format!("{} a", "NOT ".repeat(10_000)), &Table).is_ok(),
        "no tree grows of it"
    );
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_and_what_is_read_is_odsql(text in ".{0,60}") {
        if let Ok(condition) = parse_v1(&text, &Table) {
            let printed = condition.to_string();
            prop_assert!(crate::parse_where(&printed).is_ok(), "{} gave {}", text, printed);
        }
    }

    #[test]
    fn neither_does_what_is_nearly_a_query(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "a", "n", "day", "tags", ":", "=", ">", "<=", "[", "]", "TO", "(", ")", "\"", "'", "#now(", "#null(",
                "#search(", "#distance(", "#polygon(", "AND", "OR", "NOT", "2020/02", "1,2", ",", "*", "\\", " ", "é",
            ]),
            0..20,
        ),
    ) {
        let text: String = parts.concat();
        if let Ok(condition) = parse_v1(&text, &Table) {
            let printed = condition.to_string();
            prop_assert!(crate::parse_where(&printed).is_ok(), "{} gave {}", text, printed);
        }
    }
}

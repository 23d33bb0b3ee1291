//! What each clause reads as, and how it is refused.

use super::*;
use crate::ast::*;
use crate::error::ErrorKind;

fn kind(text: &str) -> ConditionKind {
    parse_where(text).unwrap_or_else(|error| panic!("{text}: {error}")).kind
}

fn message(result: Result<impl std::fmt::Debug, Error>) -> (String, String, Option<usize>) {
    let error = result.unwrap_err();
    (error.kind.name().to_owned(), error.message, error.position)
}

#[test]
fn the_recorded_syntax_error_is_reproduced_word_for_word() {
    let (code, message, position) = message(parse_where("bogus("));
    assert_eq!(code, "ODSQLSyntaxError");
    assert_eq!(
        message,
        "ODSQL syntax exception: unexpected ( at position 5 in bogus(. Clause(s) containing the error(s): where."
    );
    assert_eq!(position, Some(5));
}

#[test]
fn the_recorded_unknown_function_is_reproduced_word_for_word() {
    let (code, message, _) = message(parse_select("invalid_function()"));
    assert_eq!(code, "ODSQLError");
    assert_eq!(
        message,
        "ODSQL query is malformed: invalid_function() Clause(s) containing the error(s): select."
    );
}

#[test]
fn positions_count_characters_and_spans_bytes() {
    let error = parse_where("é = 'é' and )").unwrap_err();
    assert_eq!(error.position, Some(12));
    assert_eq!(error.span, Span { start: 14, end: 15 });
    assert_eq!(error.kind, ErrorKind::Syntax);
}

#[test]
fn every_syntax_error_says_what_was_not_expected() {
    for (text, what, position) in [
        ("", "end of expression", 0),
        ("a = ", "end of expression", 4),
        ("a = 'open", "'", 4),
        ("red car", "car", 4),
        ("a ~ 1", "~", 2),
        ("a = 1 = 2", "=", 6),
        ("not", "end of expression", 3),
        ("and", "and", 0),
        ("a in ()", ")", 6),
        ("a in [1..2", "end of expression", 10),
        ("(a = 1) + 2", "+", 8),
        ("length((a = 1)) = 2", "a = 1", 8),
        ("a like 5", "5", 7),
        ("``", "`", 0),
        ("a = 1e999", "1e999", 4),
        ("now(eon=1) > date'2020'", "eon", 4),
        ("select", "select", 0),
    ] {
        let (code, message, found) = message(parse_where(text));
        assert_eq!(code, "ODSQLSyntaxError", "{text}: {message}");
        let expected = format!("unexpected {what} at position {position} in {text}. Clause");
        assert!(message.contains(&expected), "{message} should hold {expected}");
        assert_eq!(found, Some(position), "{text}");
    }
}

#[test]
fn not_binds_tighter_than_and_which_binds_tighter_than_or() {
    let ConditionKind::Or(parts) = kind("a or not b and c = 1 or d") else {
        panic!("an or")
    };
    assert_eq!(parts.len(), 3);
    let ConditionKind::And(both) = &parts[1].kind else {
        panic!("an and")
    };
    assert!(matches!(&both[0].kind, ConditionKind::Not(inner) if inner.kind == ConditionKind::BoolField("b".into())));
}

#[test]
fn a_parenthesis_holds_a_condition_or_a_number() {
    assert!(matches!(kind("(a or b) and c"), ConditionKind::And(parts) if parts.len() == 2));
    let ConditionKind::Compare(left, CompareOp::Gt, _) = kind("(a + b) * 2 > 3") else {
        panic!("a comparison")
    };
    assert!(matches!(left.kind, ExprKind::Arithmetic(_, ArithmeticOp::Multiply, _)));
    assert_eq!(kind("((flag))"), ConditionKind::BoolField("flag".into()));
}

#[test]
fn keywords_and_functions_ignore_case_and_spaces() {
    let dense = parse_where("NOT(a>=1)AND Search(b,'x')OR c IN[1 TO 2]").unwrap();
    let spaced = parse_where(" not ( a >= 1 ) and search( b , \"x\" ) or c in [ 1 .. 2 ] ").unwrap();
    assert_eq!(dense.to_string(), spaced.to_string());
}

#[test]
fn words_that_name_functions_may_name_fields_where_no_call_follows() {
    assert!(matches!(kind("year != 2022"), ConditionKind::Compare(..)));
    let order = parse_order_by("count desc, `limit`").unwrap();
    assert_eq!(order[0].expr.kind, ExprKind::Field("count".into()));
    assert_eq!(order[1].expr.kind, ExprKind::Field("limit".into()));
    assert!(parse_order_by("limit").is_err());
}

#[test]
fn names_may_hold_dots_begin_with_a_digit_or_stand_between_back_quotes() {
    for (text, name) in [
        ("default.title is null", "default.title"),
        ("2020_pop is null", "2020_pop"),
        ("`12` is null", "12"),
        ("`un champ` is null", "un champ"),
        ("évènement is null", "évènement"),
    ] {
        let ConditionKind::IsNull(field, true) = kind(text) else {
            panic!("{text}")
        };
        assert_eq!(field.kind, ExprKind::Field(name.into()));
    }
}

#[test]
fn numbers_keep_their_sign_and_their_type() {
    let literal = |text: &str| match kind(&format!("a = {text}")) {
        ConditionKind::Compare(_, _, right) => right.kind,
        other => panic!("{other:?}"),
    };
    assert_eq!(literal("-5"), ExprKind::Literal(Literal::Int(-5)));
    assert_eq!(
        literal("-9223372036854775808"),
        ExprKind::Literal(Literal::Int(i64::MIN))
    );
    assert_eq!(
        literal("9223372036854775808"),
        ExprKind::Literal(Literal::Double(9_223_372_036_854_775_808.0))
    );
    assert_eq!(literal("5.80"), ExprKind::Literal(Literal::Double(5.8)));
    assert_eq!(literal("1e-7"), ExprKind::Literal(Literal::Double(1e-7)));
    assert!(matches!(
        literal("2 -1"),
        ExprKind::Arithmetic(_, ArithmeticOp::Subtract, _)
    ));
}

#[test]
fn brackets_that_face_outward_leave_the_end_out() {
    let ConditionKind::InRange(_, bounds) = kind("a in ]1..10]") else {
        panic!("a range")
    };
    let expected = RangeBounds {
        from: Some(Literal::Int(1)),
        from_included: false,
        to: Some(Literal::Int(10)),
        to_included: true,
    };
    assert_eq!(bounds, expected);
    assert!(matches!(
        kind("a in [date'2017' TO date'2018']"),
        ConditionKind::InRange(..)
    ));
}

#[test]
fn distances_are_metres_whatever_the_unit() {
    for (text, metres) in [
        ("10km", 10_000.0),
        ("500", 500.0),
        ("1.5 KM", 1500.0),
        ("1mi", 1609.344),
        ("100yd", 91.44),
        ("2ft", 0.6096),
    ] {
        let ConditionKind::WithinDistance(field, geometry, found) =
            kind(&format!("within_distance(`f`, geom'POINT(1 2)', {text})"))
        else {
            panic!("{text}")
        };
        assert_eq!((field.as_str(), geometry.text.as_str()), ("f", "POINT(1 2)"));
        assert!((found - metres).abs() < 1e-9, "{text}: {found}");
    }
    assert!(parse_where("within_distance(f, geom'POINT(1 2)', 10 parsecs)").is_err());
}

#[test]
fn the_names_that_widgets_send_mean_what_the_new_ones_do() {
    assert!(
        matches!(kind("distance(`f`, geom'POINT(2 48)', 500m)"), ConditionKind::WithinDistance(_, _, m) if m == 500.0)
    );
    let spatial = |text: &str| match kind(text) {
        ConditionKind::Spatial(predicate, _, geometry) => (predicate, geometry.text),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        spatial("geometry(f, geom'X')"),
        (SpatialPredicate::Intersects, "X".into())
    );
    assert_eq!(
        spatial("geometry(f, geom'X', WITHIN)"),
        (SpatialPredicate::Within, "X".into())
    );
    assert_eq!(
        spatial("polygon(f, \"(48,2),(48,3),(49,3)\")"),
        (SpatialPredicate::Intersects, "POLYGON((2 48, 3 48, 3 49, 2 48))".into())
    );
    assert!(parse_where("polygon(f, '(1,2)')").is_err());
}

#[test]
fn older_forms_of_places_and_ranges_are_understood() {
    let printed = |text: &str| parse_where(text).unwrap().to_string();
    for (old, new) in [
        (
            "distance(f, \"48.5, 2\", 10km)",
            "within_distance(f, geom'POINT(2 48.5)', 10000m)",
        ),
        (
            "distance(f, 'POINT(2 48)', 1)",
            "within_distance(f, geom'POINT(2 48)', 1m)",
        ),
        ("geometry(f, 'POINT(2 48)', 'within')", "within(f, geom'POINT(2 48)')"),
        ("geometry(f, geom'POINT(2 48)')", "intersects(f, geom'POINT(2 48)')"),
        (
            "polygon(f, '((48, 1), (48, 2), (49, 2))')",
            "intersects(f, geom'POLYGON((1 48, 2 48, 2 49, 1 48))')",
        ),
        (
            "polygon(f, 'POLYGON((1 48, 2 48, 2 49, 1 48))')",
            "intersects(f, geom'POLYGON((1 48, 2 48, 2 49, 1 48))')",
        ),
        ("polygon(f, geom'POLYGON EMPTY')", "intersects(f, geom'POLYGON EMPTY')"),
        ("a in [1 to 5[ and b in ]* TO *]", "a in [1 .. 5[ and b in ]* .. *]"),
        ("a > +5 - +1", "a > 5 - 1"),
    ] {
        assert_eq!(printed(old), new, "{old}");
    }
    assert!(
        parse_where("polygon(f, '1,2,3,4')")
            .unwrap_err()
            .message
            .contains("at least three corners")
    );
    let bounds = |text: &str| parse_group_by(text).unwrap()[0].key.to_string();
    assert_eq!(bounds("range(f, ]10, 50[)"), "range(f, *, 10, 50, *)");
    assert_eq!(bounds("range(f, [10, 50, 100])"), "range(f, 10, 50, 100)");
    assert_eq!(bounds("range(f, [20.5[)"), "range(f, 20.5, *)");
    assert!(parse_group_by("range(f, [10])").is_err());
    assert!(parse_group_by("range(f, ])").is_err());
    assert!(parse_group_by("range(f)").is_err());
    assert_eq!(
        parse_facet("facet(name=f, sort=-count)").unwrap(),
        parse_facet("facet(name='f', sort='-count')").unwrap()
    );
}

#[test]
fn the_key_of_a_value_is_its_text_as_typed() {
    let items = parse_select("count( * ), sum(a)/sum(b)*100 AS `taux de`, *, include(a, pop*)").unwrap();
    assert!(matches!(&items[0], SelectItem::Expr { text, label: None, .. } if text == "count( * )"));
    assert!(matches!(&items[1], SelectItem::Expr { text, label: Some(label), .. }
        if text == "sum(a)/sum(b)*100" && label == "taux de"));
    assert_eq!(
        items[2..],
        [
            SelectItem::All,
            SelectItem::Include("a".into()),
            SelectItem::Include("pop*".into())
        ]
    );
}

#[test]
fn a_minus_before_an_order_means_descending() {
    let items = parse_order_by("-a, b asc, avg(c) DESC, -d desc, random(3)").unwrap();
    let read: Vec<_> = items.iter().map(|item| (item.text.as_str(), item.descending)).collect();
    assert_eq!(
        read,
        [
            ("a", true),
            ("b", false),
            ("avg(c)", true),
            ("-d", true),
            ("random(3)", false)
        ]
    );
    assert!(matches!(items[3].expr.kind, ExprKind::Negate(_)));
}

#[test]
fn ranges_have_a_width_a_step_or_bounds() {
    let key = |text: &str| parse_group_by(text).unwrap().remove(0).key;
    assert!(matches!(key("range(a, 5)"), GroupKey::Width(_, width) if width == 5.0));
    assert!(matches!(
        key("range(d, 1 day)"),
        GroupKey::Interval(_, 1, TimeUnit::Day)
    ));
    assert!(matches!(
        key("range(d, 15m)"),
        GroupKey::Interval(_, 15, TimeUnit::Minute)
    ));
    assert!(matches!(key("range(d, 1M)"), GroupKey::Interval(_, 1, TimeUnit::Month)));
    assert!(matches!(key("RANGE(a, *, 10, 20, *)"),
        GroupKey::Bounds { open_start: true, open_end: true, bounds, .. } if bounds.len() == 2));
    assert!(matches!(
        key("range(a, 20.5, *)"),
        GroupKey::Bounds {
            open_start: false,
            open_end: true,
            ..
        }
    ));
    for wrong in [
        "range(a)",
        "range(a, 0)",
        "range(a, *)",
        "range(a, 1, *, 3)",
        "range(d, 2 weeks)",
        "range(d, 0 day)",
    ] {
        assert!(parse_group_by(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn clusters_have_a_zoom_and_a_radius() {
    let key = |text: &str| parse_group_by(text).map(|mut items| items.remove(0).key);
    assert_eq!(
        key("geo_cluster(pt, 8)").unwrap(),
        GroupKey::GeoCluster {
            field: "pt".into(),
            zoom: 8,
            radius: 40
        }
    );
    assert!(key("geo_cluster(pt, 26)").is_err());
    assert!(key("geo_cluster(pt, 3, 0)").is_err());
}

#[test]
fn a_refinement_takes_any_value() {
    for (text, field, value) in [
        ("modified:2020/12", "modified", "2020/12"),
        ("f:\"a:b \\\"c\\\"\"", "f", "a:b \"c\""),
        ("f=\"x\"", "f", "x"),
        ("f:Côte d'Or: \"2\"", "f", "Côte d'Or: \"2\""),
        ("`un champ`:x", "un champ", "x"),
        ("default.theme: Santé ", "default.theme", "Santé"),
        ("f:", "f", ""),
    ] {
        assert_eq!(
            parse_refine(text),
            Ok(Refinement {
                field: field.into(),
                value: value.into()
            }),
            "{text}"
        );
    }
    for wrong in ["", "f", ":x", "`f:x"] {
        let error = parse_exclude(wrong).unwrap_err();
        assert_eq!(
            (error.kind, error.clause),
            (ErrorKind::Syntax, Clause::Exclude),
            "{wrong}"
        );
    }
}

#[test]
fn a_facet_is_a_name_or_a_call() {
    assert_eq!(parse_facet("timezone").unwrap().name, "timezone");
    let expected = FacetRequest {
        name: "path".into(),
        disjunctive: Some(true),
        hierarchical: Some(false),
        separator: Some("/".into()),
        sort: Some("-num".into()),
        limit: Some(7),
    };
    let text = r#"facet(name="path", disjunctive=true, hierarchical=FALSE, separator='/', sort="-num", limit=7)"#;
    assert_eq!(parse_facet(text).unwrap(), expected);
    for wrong in [
        "",
        "facet()",
        "facet(limit=3)",
        "facet(name=\"a\", sort=\"up\")",
        "facet(name=\"a\", colour=1)",
        "a b",
    ] {
        assert!(parse_facet(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn depth_height_and_size_are_limited() {
    let deep = |n: usize| format!("{}a = 1{}", "(".repeat(n), ")".repeat(n));
    assert!(parse_where(&deep(64)).is_ok());
    assert!(
        parse_where(&deep(65))
            .unwrap_err()
            .message
            .contains("nested deeper than 64 levels at position 65 in ((((")
    );
    assert!(parse_where(&format!("{}a", "not ".repeat(70))).is_err());
    assert!(parse_where(&format!("{} < 1", "-".repeat(70) + "a")).is_err());
    assert!(parse_select(&format!("{}a{}", "lower(".repeat(70), ")".repeat(70))).is_err());
    assert!(parse_select(&vec!["a"; 200].join("+")).is_ok());
    assert!(
        parse_select(&vec!["a"; 300].join("+"))
            .unwrap_err()
            .message
            .contains("256 operators")
    );
    assert!(parse_select(&vec!["a"; 1_000].join(",")).is_ok());
    assert!(
        parse_select(&vec!["a"; 1_001].join(","))
            .unwrap_err()
            .message
            .contains("more than 1000 items")
    );
    assert!(
        parse_group_by(&vec!["a"; 101].join(","))
            .unwrap_err()
            .message
            .contains("more than 100 items")
    );
    assert!(parse_order_by(&vec!["a"; 101].join(",")).is_err());
    let long = format!("a in ({})", vec!["1"; 20_000].join(","));
    assert!(parse_where(&long).is_ok());
    assert!(
        parse_where(&" ".repeat(70_000))
            .unwrap_err()
            .message
            .contains("at most 65536")
    );
}

#[test]
fn a_blank_list_is_empty() {
    assert_eq!(parse_select("  ").unwrap(), []);
    assert_eq!(parse_group_by("").unwrap(), []);
    assert_eq!(parse_order_by("").unwrap(), []);
    assert!(parse_select("a,").is_err());
}

#[test]
fn now_takes_named_numbers_in_range() {
    let expr = |text: &str| parse_select(text).map(|mut items| items.remove(0));
    assert!(
        matches!(expr("now(year=2001, months=-1, mondays=+1)").unwrap(), SelectItem::Expr { expr, .. }
        if expr.kind == ExprKind::Now(vec![(NowUnit::Year, 2001), (NowUnit::Months, -1), (NowUnit::Weekdays(0), 1)]))
    );
    assert!(
        expr("now(month=13)")
            .unwrap_err()
            .message
            .contains("now(month=13) is out of range")
    );
    assert!(expr("now(weekday=7)").is_err());
    assert!(
        expr("now(day=40)").is_ok(),
        "days beyond the month's end are brought back to it"
    );
}

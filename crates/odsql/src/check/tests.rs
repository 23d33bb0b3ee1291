//! What is refused for a given set of fields, and in which words.

use super::*;
use crate::{parse_facet, parse_group_by, parse_order_by, parse_refine, parse_select, parse_where};

/// Fields of every kind, named after it.
struct Sample;

const SAMPLE: [(&str, Kind); 11] = [
    ("text", Kind::Text),
    ("multi", Kind::MultiText),
    ("int", Kind::Int),
    ("double", Kind::Double),
    ("boolean", Kind::Boolean),
    ("day_of", Kind::Date),
    ("instant", Kind::Datetime),
    ("point", Kind::GeoPoint),
    ("shape", Kind::GeoShape),
    ("json", Kind::Json),
    ("default.title", Kind::Text),
];

impl Fields for Sample {
    fn kind(&self, name: &str) -> Option<Kind> {
        SAMPLE.iter().find(|(field, _)| *field == name).map(|(_, kind)| *kind)
    }

    fn names(&self) -> Vec<&str> {
        SAMPLE.iter().map(|(field, _)| *field).collect()
    }

    fn is_sortable(&self, name: &str) -> bool {
        name != "default.title"
    }
}

fn query(select: &str, filter: &str, group_by: &str, order_by: &str) -> Query {
    Query {
        select: parse_select(select).unwrap(),
        filter: if filter.is_empty() {
            vec![]
        } else {
            vec![parse_where(filter).unwrap()]
        },
        group_by: parse_group_by(group_by).unwrap(),
        order_by: parse_order_by(order_by).unwrap(),
        ..Query::default()
    }
}

fn refused(query: &Query) -> String {
    check(query, &Sample).unwrap_err().message
}

fn accept(query: &Query) {
    check(query, &Sample).unwrap();
}

#[test]
fn an_unknown_field_is_named_with_its_clause() {
    let unknown = |clause: &str| {
        format!("ODSQL query is malformed: Unknown field: nope. Clause(s) containing the error(s): {clause}.")
    };
    assert_eq!(refused(&query("nope", "", "", "")), unknown("select"));
    assert_eq!(refused(&query("include(nope)", "", "", "")), unknown("select"));
    assert_eq!(refused(&query("", "nope", "", "")), unknown("where"));
    assert_eq!(refused(&query("", "search(nope, 'x')", "", "")), unknown("where"));
    assert_eq!(refused(&query("", "", "nope", "")), unknown("group_by"));
    assert_eq!(refused(&query("", "", "", "nope")), unknown("order_by"));
    let refined = Query {
        refine: vec![parse_refine("nope:1").unwrap()],
        ..Query::default()
    };
    assert_eq!(refused(&refined), unknown("refine"));
    assert_eq!(
        check_facet(&parse_facet("nope").unwrap(), &Sample).unwrap_err().message,
        unknown("facet")
    );
}

#[test]
fn the_recorded_statistic_of_text_is_refused_word_for_word() {
    assert_eq!(
        refused(&query("sum(text)/sum(double)*100", "", "", "")),
        "ODSQL query is malformed: StatAggregation only supports numeric or date expression."
    );
    accept(&query(
        "min(instant), max(day_of), avg(int), count(distinct text)",
        "",
        "",
        "",
    ));
    assert!(refused(&query("sum(instant)", "", "", "")).contains("sum() does not support date"));
}

#[test]
fn conditions_must_fit_the_types() {
    for fine in [
        "int = '5'",
        "int in [1..2.5]",
        "double > int * 2",
        "instant > '2020-01'",
        "day_of in [date'2017'..date'2018']",
        "instant > now(years=-1)",
        "text = null",
        "boolean: true and boolean is not false and boolean",
        "'x' in multi",
        "multi = 'x'",
        "15 in multi and 1.5 in multi and true in multi",
        "'x' in text and 3 in int",
        "int in [*..5]",
        "ifnull(day_of, '2020-01-01') > '2019'",
        "length(text) > 3",
        "year(instant) = 2020",
        "date_format(day_of, 'dd') = '08'",
        "ifnull(int, 0) < double",
        "within_distance(point, geom'POINT(0 0)', 1km)",
        "intersects(shape, geom'POINT(0 0)')",
        "search('x') or suggest(text, multi, 'x') or startswith(default.title, 'x')",
        "5 < int",
        "lower('A') = text",
        "point is not null",
    ] {
        accept(&query("", fine, "", ""));
    }
    for (wrong, why) in [
        (
            "int = 'five'",
            "int is of type int and cannot be compared with \"five\".",
        ),
        ("text = 75001", "cannot be compared with 75001. Quote the value."),
        ("boolean = 1", "boolean is of type boolean"),
        ("instant > 'soon'", "cannot be compared with \"soon\""),
        ("point = 'x'", "point is a place"),
        ("text", "text is not a boolean: compare it"),
        ("text is true", "text is not a boolean."),
        ("int like 'x'", "like needs a text"),
        ("'x' in int", "int is of type int"),
        ("1 in point", "point holds places"),
        ("search(int, 'x')", "search() needs text fields"),
        (
            "in_bbox(text, 1, 2, 3, 4)",
            "text is not a geo_point_2d or a geo_shape.",
        ),
        ("text + 1 = 2", "+ needs numbers"),
        ("-text = 2", "- needs numbers"),
        ("sum(int) > 2", "sum() is not available in where"),
        ("random(1) > 2", "random() is not available in where"),
        ("year(text) = 2", "year() needs a date"),
        ("boolean in [1..2]", "has no range"),
        ("text > int", "cannot be compared"),
        ("ifnull(int, 'x') = 1", "must have the same type"),
        ("date_format(instant, text) = 'x'", "needs a quoted pattern"),
    ] {
        let message = refused(&query("", wrong, "", ""));
        assert!(
            message.contains(why) && message.ends_with("error(s): where."),
            "{wrong}: {message}"
        );
    }
}

#[test]
fn single_values_and_aggregates_do_not_mix_without_grouping() {
    assert!(refused(&query("text, count(*)", "", "", "")).contains("text is neither an aggregation nor"));
    assert!(refused(&query("*, count(*)", "", "", "")).contains("* is neither"));
    accept(&query("count(*), 2 as two", "", "", ""));
    accept(&query("year(instant), count(*)", "", "year( instant )", ""));
    assert!(refused(&query("text, count(*)", "", "int", "")).contains("text is neither"));
}

#[test]
fn grouping_by_a_place_points_to_clusters() {
    assert!(refused(&query("", "", "point", "")).contains(
        "Aggregation on geo point field is not possible. Use the geo_cluster(position, int_precision) aggregation function instead"
    ));
    accept(&query("", "", "geo_cluster(point, 8)", ""));
    assert!(refused(&query("", "", "geo_cluster(shape, 8)", "")).contains("needs a geo_point_2d"));
}

#[test]
fn ranges_fit_the_field() {
    accept(&query(
        "",
        "",
        "range(int, 5), range(double, *, 1, 2.5), range(instant, 1 day)",
        "",
    ));
    accept(&query(
        "",
        "",
        "range(day_of, date'2020', date'2021'), lower(text), ifnull(text, 'x'), date_format(instant, 'MM')",
        "",
    ));
    for wrong in [
        "range(text, 5)",
        "range(instant, 5)",
        "range(int, 1 day)",
        "range(int, 3, 2)",
        "range(int, date'2020', *)",
        "range(instant, 1, 2)",
        "int + 1",
        "length(text)",
        "lower(lower(text))",
        "shape",
        "json",
        "count(*)",
        "2",
    ] {
        check(&query("", "", wrong, ""), &Sample).expect_err(wrong);
    }
}

#[test]
fn a_text_is_ordered_by_only_when_the_publisher_says_so() {
    for (select, order_by) in [
        ("", "default.title"),
        ("default.title as t", "t desc"),
        ("text, default.title", "default.title"),
    ] {
        assert_eq!(
            refused(&query(select, "", "", order_by)),
            "ODSQL query is malformed: default.title cannot be ordered by: it is a text field without the sortable annotation. \
             Clause(s) containing the error(s): order_by."
        );
    }
    accept(&query("", "", "", "text, length(default.title), lower(default.title)"));
    accept(&query("", "", "default.title", "default.title"));
}

#[test]
fn an_order_names_a_key_a_label_an_aggregate_or_a_field() {
    accept(&query(
        "",
        "",
        "",
        "text desc, length(text), distance(point, geom'POINT(0 0)'), random(4)",
    ));
    accept(&query("int * 2 as twice", "", "", "twice"));
    accept(&query("count(*) as n", "", "text as t", "n desc, t"));
    accept(&query("", "", "text", "count(*) desc, text"));
    accept(&query("", "", "year(instant)", "year(instant) desc"));
    accept(&query("count(*)", "", "", "count(*)"));
    for (wrong, why) in [
        (query("", "", "", "point"), "cannot be ordered by"),
        (query("", "", "", "count(*)"), "needs group_by"),
        (query("", "", "text", "int"), "int is neither an aggregation"),
        (query("", "", "text", "text, count(*)"), "aggregations must come before"),
        (query("n", "", "", "json_format(text)"), "Unknown field: n"),
        (
            query("", "", "", "json_format(text)"),
            "json_format() is not available in order_by",
        ),
    ] {
        let message = refused(&wrong);
        assert!(message.contains(why), "{message} should hold {why}");
    }
}

#[test]
fn functions_take_aggregates_keys_and_their_labels() {
    for (select, group_by, order_by) in [
        ("year(max(instant)), length(text)", "text", "length(text) desc"),
        ("lower(t), count(*)", "text as t", "t"),
        ("length(lower(text)), count(*)", "lower(text)", "count(*)"),
        ("ifnull(sum(int), 0) / count(*)", "multi as m", "random(3)"),
        (
            "max(instant), year(max(instant))",
            "year(instant) as instant",
            "instant desc",
        ),
        ("count(*)", "geo_cluster(point, 3) as c", ""),
    ] {
        accept(&query(select, "", group_by, order_by));
    }
    for (select, group_by, why) in [
        ("length(text)", "int", "text is neither an aggregation nor"),
        (
            "length(lower(text)), text",
            "lower(text)",
            "text is neither an aggregation nor",
        ),
        ("year(t)", "text as t", "year() needs a date"),
        ("length(count(*))", "text", "length() needs a text"),
        ("random(1)", "text", "random() is not available in select"),
    ] {
        assert!(refused(&query(select, "", group_by, "")).contains(why), "{select}");
    }
}

#[test]
fn places_are_no_facets() {
    assert!(
        check_facet(&parse_facet("point").unwrap(), &Sample)
            .unwrap_err()
            .message
            .contains("cannot be used as a facet")
    );
    check_facet(&parse_facet("multi").unwrap(), &Sample).unwrap();
}

#[test]
fn an_aggregate_holds_no_aggregate() {
    assert!(refused(&query("sum(count(*))", "", "", "")).contains("inside another aggregation"));
    assert!(refused(&query("envelope(shape)", "", "", "")).contains("envelope() only supports geo_point_2d"));
    accept(&query("bbox(shape), envelope(point)", "", "", ""));
}

#[test]
fn exports_are_ordered_by_an_aggregate_only_within_a_limit() {
    let by_label = query("avg(double) as av, count(*)", "", "text", "av desc");
    let by_text = query("avg(double)", "", "text", "avg(double)");
    for query in [&by_label, &by_text] {
        let message = check_export_order(query, None).unwrap_err().message;
        assert!(
            message.contains("with a limit > 20000. Please remove the order by or"),
            "{message}"
        );
        check_export_order(query, Some(20_001)).unwrap_err();
        check_export_order(query, Some(20_000)).unwrap();
    }
    check_export_order(&query("avg(double)", "", "text", "text"), None).unwrap();
}

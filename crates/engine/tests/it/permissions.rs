//! What permissions hide does not exist: every answer is the one of a dataset that holds only what may be seen.

use crate::common::{self, World, answer, context, exported, facets, request, shown};
use parvis_engine::{Context, Dataset, Error, Records};
use parvis_formats::layout;
use parvis_model::Schema;

const VISIBLE: [&str; 5] = ["name", "region", "tags", "population", "place"];
const FILTER: &str = "region = 'Bretagne' or region is null";

fn restricted() -> Context {
    Context {
        row_filter: Some(parvis_odsql::parse_where(FILTER).unwrap()),
        visible: Some(VISIBLE.iter().map(|name| (*name).to_owned()).collect()),
        ..context()
    }
}

/// The whole dataset, and one that holds only what may be seen.
fn both(world: &World) -> (Dataset, Dataset) {
    let whole = world.sample();
    let schema = Schema {
        fields: common::schema()
            .fields
            .into_iter()
            .filter(|field| VISIBLE.contains(&field.name.as_str()))
            .collect(),
    };
    // The records that the filter keeps, by their place in the sample.
    let kept = arrow::array::UInt64Array::from(vec![1, 7, 8, 9, 10]);
    let batch = &common::batches(100)[0];
    let columns: Vec<_> = schema
        .fields
        .iter()
        .map(|field| arrow::compute::take(batch.column_by_name(&field.name).unwrap(), &kept, None).unwrap())
        .collect();
    let batch = arrow::array::RecordBatch::try_new(layout::arrow_schema(&schema), columns).unwrap();
    let cut = world.write("01j00000000000000000000001", &schema, vec![batch]);
    (whole, cut)
}

#[test]
fn no_clause_escapes_the_filter() {
    for world in [World::on_disk(), World::in_memory()] {
        let (whole, cut) = both(&world);
        for query in [
            "",
            "limit=2 & offset=1",
            "select=*",
            "where=population > 0 or population <= 0 or population is null",
            "where=not region = 'Bretagne'",
            "where=not (region = 'Bretagne' and population > 0)",
            "where=\"rennes\"",
            "where=\"capital\" or \"loire\"",
            "where=search(\"city\") or suggest(\"a\") or startswith(\"A\")",
            "where=within_distance(place, geom'POINT(0 0)', 40000km)",
            "order_by=population desc",
            "order_by=random(3) & limit=5",
            "refine=tags:sea & refine=tags:capital",
            "exclude=region:Centre",
            "select=count(*), sum(population), max(population), count(distinct region)",
            "select=count(*) & group_by=region",
            "select=count(*) & group_by=tags",
            "select=count(*) & group_by=range(population, *, 0, *)",
            "select=bbox(place), envelope(place)",
        ] {
            // A shuffle depends on the numbers of records, which differ; what is in it does not.
            if query.contains("random") {
                let rows = |text: String| {
                    let mut rows: Vec<String> = text.lines().map(str::to_owned).collect();
                    rows.sort();
                    rows
                };
                assert_eq!(
                    rows(answer(&whole, query, restricted())),
                    rows(answer(&cut, query, context()))
                );
                continue;
            }
            assert_eq!(
                answer(&whole, query, restricted()),
                answer(&cut, query, context()),
                "{query}"
            );
        }
        for query in [
            "",
            "facet=tags & refine=tags:sea",
            "facet=region & exclude=region:Centre",
            "facet=population",
        ] {
            assert_eq!(
                facets(&whole, query, restricted()),
                facets(&cut, query, context()),
                "{query}"
            );
        }
    }
}

#[test]
fn hidden_fields_are_unknown_in_every_clause() {
    let world = World::in_memory();
    let (whole, _) = both(&world);
    for (query, clause) in [
        ("select=area", "select"),
        ("select=*, include(area)", "select"),
        ("select=sum(area)", "select"),
        ("select=area * 2 as x", "select"),
        ("where=area > 1", "where"),
        ("where=not (name = 'x' or area is null)", "where"),
        ("where=search(topic, 'city')", "where"),
        ("where=topic like 'city'", "where"),
        ("where=coastal", "where"),
        ("where=intersects(shape, geom'POINT(0 0)')", "where"),
        ("group_by=area", "group_by"),
        ("group_by=range(area, 10)", "group_by"),
        ("order_by=area", "order_by"),
        ("select=count(*) & group_by=name & order_by=sum(area)", "order_by"),
        ("refine=topic:city", "refine"),
        ("exclude=topic:city", "exclude"),
    ] {
        let text = answer(&whole, query, restricted());
        let expected = format!("Clause(s) containing the error(s): {clause}.");
        assert!(
            text.starts_with("ODSQLError ODSQL query is malformed: Unknown field: "),
            "{query}: {text}"
        );
        assert!(text.contains(&expected), "{query}: {text}");
    }
    assert!(facets(&whole, "facet=topic", restricted()).contains("Unknown field: topic"));
    // A pattern finds nothing, as it would in a dataset without the field.
    assert!(!answer(&whole, "select=include(are*), name & limit=1", restricted()).contains("area"));
}

#[test]
fn words_of_hidden_fields_are_not_found() {
    let world = World::in_memory();
    let (whole, _) = both(&world);
    assert!(answer(&whole, "where=\"large\"", context()).starts_with("total 2"));
    assert!(answer(&whole, "where=\"large\"", restricted()).starts_with("total 0"));
}

#[test]
fn a_hidden_record_is_no_record() {
    let world = World::in_memory();
    let (whole, _) = both(&world);
    let listed = common::block_on(whole.records(&request("app_metas=1 & select=name & limit=3", context()).unwrap()));
    let ids = shown(&listed.unwrap());
    let id = |name: &str| {
        let line = ids.lines().find(|line| line.contains(name)).unwrap();
        line.split("_id=").nth(1).unwrap()[..40].to_owned()
    };
    let ask = |id: &str, context: Context| -> Result<Records, Error> {
        common::block_on(whole.record(id, Vec::new(), false, &context))
    };
    assert!(shown(&ask(&id("Orléans"), context()).unwrap()).contains("name=Orléans"));
    assert!(matches!(ask(&id("Orléans"), restricted()), Err(Error::NoSuchRecord(_))));
    let allowed = shown(&ask(&id("Cesson"), restricted()).unwrap());
    assert!(allowed.contains("name=Cesson-Sévigné") && !allowed.contains("area"));
    for bogus in ["", "x", &"0".repeat(40), &id("Orléans")[..39], "é".repeat(20).as_str()] {
        assert!(matches!(ask(bogus, context()), Err(Error::NoSuchRecord(_))), "{bogus}");
    }
}

#[test]
fn exports_hide_the_same() {
    let world = World::on_disk();
    let (whole, cut) = both(&world);
    for query in [
        "",
        "order_by=population desc",
        "select=count(*) & group_by=region",
        "where=population > 0 & limit=1",
    ] {
        let mine = shown(&common::exported_as(&whole, query, restricted()).unwrap());
        assert_eq!(mine, shown(&exported(&cut, query).unwrap()), "{query}");
    }
}

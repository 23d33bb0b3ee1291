//! What permissions hide does not exist: every answer is the one of a dataset that holds only what may be seen.

use crate::common::{self, World, answer, context, exported, facets, request, shown};
use crate::differential::data;
use crate::differential::queries::{self, Question};
use crate::differential::random::Random;
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

/// Every function of the language with a hidden field in it, by clause. A test fails for a function that is not here.
const FUNCTIONS: [(&str, &str); 47] = [
    ("select=length(topic)", "length"),
    ("select=year(founded)", "year"),
    ("select=month(founded)", "month"),
    ("select=day(updated)", "day"),
    ("select=hour(updated)", "hour"),
    ("select=minute(updated)", "minute"),
    ("select=second(updated)", "second"),
    ("select=date_format(founded, 'yyyy')", "date_format"),
    ("select=ifnull(population, area)", "ifnull"),
    ("select=ifnull(area, population)", "ifnull"),
    ("select=lower(topic)", "lower"),
    ("select=distance(shape, geom'POINT(0 0)')", "distance"),
    ("select=json_format(extra)", "json_format"),
    ("select=json_format(extra, null)", "json_format"),
    ("order_by=length(topic)", "length"),
    ("order_by=-area", "order"),
    ("order_by=random(area)", "random"),
    ("where=year(founded) > 0 or population = 0", "year"),
    ("where=ifnull(area, 1) = 1", "ifnull"),
    ("where=founded <= now()", "now"),
    ("where=area in (1, 2)", "in"),
    ("where=area in [0..1000]", "in"),
    ("where='x' in topic", "in"),
    ("where=coastal is not true", "is"),
    ("where=search(topic, 'city')", "search"),
    ("where=suggest(name, topic, 'c')", "suggest"),
    ("where=startswith(topic, 'c')", "startswith"),
    ("where=within_distance(shape, geom'POINT(0 0)', 1km)", "within_distance"),
    ("where=in_bbox(shape, 0, 0, 1, 1)", "in_bbox"),
    ("where=intersects(shape, geom'POINT(0 0)')", "intersects"),
    ("where=disjoint(shape, geom'POINT(0 0)')", "disjoint"),
    ("where=within(shape, geom'POINT(0 0)')", "within"),
    ("where=distance(shape, geom'POINT(0 0)', 1km)", "distance"),
    ("where=geometry(shape, geom'POINT(0 0)', DISJOINT)", "geometry"),
    ("where=polygon(shape, '(0, 0), (0, 1), (1, 1)')", "polygon"),
    ("select=count(area)", "count"),
    ("select=count(distinct area)", "count"),
    ("select=avg(area)", "avg"),
    ("select=min(area) + max(area)", "max"),
    ("select=min(area)", "min"),
    ("select=median(area)", "median"),
    ("select=percentile(area, 50)", "percentile"),
    ("select=stddev(area)", "stddev"),
    ("select=sum(population * area)", "sum"),
    ("select=bbox(shape)", "bbox"),
    ("select=envelope(shape)", "envelope"),
    ("group_by=geo_cluster(shape, 3)", "geo_cluster"),
];

#[test]
fn no_function_shows_a_hidden_field() {
    let world = World::in_memory();
    let (whole, cut) = both(&world);
    for (query, _) in FUNCTIONS {
        let (mine, theirs) = (answer(&whole, query, restricted()), answer(&cut, query, context()));
        assert_eq!(mine, theirs, "{query}");
        assert!(mine.starts_with("ODSQLError "), "{query}: {mine}");
        let as_export = |dataset: &Dataset, context: Context| match common::exported_as(dataset, query, context) {
            Ok(records) => shown(&records),
            Err(error) => error.to_string(),
        };
        assert_eq!(as_export(&whole, restricted()), as_export(&cut, context()), "{query}");
    }
    let functions = parvis_odsql::Function::ALL.map(parvis_odsql::Function::name);
    for name in functions.into_iter().chain(parvis_odsql::Aggregate::NAMES) {
        assert!(
            FUNCTIONS.iter().any(|(_, function)| *function == name),
            "{name}() is not tried"
        );
    }
}

#[test]
fn patterns_and_stars_leave_out_hidden_fields() {
    let world = World::in_memory();
    let (whole, cut) = both(&world);
    for query in [
        "select=*",
        "select=include(*)",
        "select=include(a*), include(c*), include(s*)",
        "select=exclude(name)",
        "select=exclude(a*), *",
        "where=search(*, \"city\")",
        "where=suggest(*, \"lar\")",
        "where=startswith(*, \"city\")",
        "where=\"city small\"",
        "group_by=geo_cluster(place, 4) & select=count(*) as n",
        "select=name, record_size",
        "select=name & where=record_size > 60",
    ] {
        assert_eq!(
            answer(&whole, query, restricted()),
            answer(&cut, query, context()),
            "{query}"
        );
    }
}

#[test]
fn a_constant_does_not_pass_for_another_condition() {
    for world in [World::on_disk(), World::in_memory()] {
        let (whole, _) = both(&world);
        let everything = format!("where={FILTER} or region = 'Centre' or name = 'x'");
        assert!(answer(&whole, &everything, context()).starts_with("total 6"));
        // As text, without quoting the constants, these are the conditions that somebody else has just asked.
        assert!(answer(&whole, "where=name = 'Rennes' or name = 'Anglet'", context()).starts_with("total 3"));
        for forged in [
            "where=name = 'Rennes\") OR name = Utf8(\"Anglet'",
            "where=region = 'Centre\") OR name = Utf8(\"x'",
        ] {
            assert!(answer(&whole, forged, context()).starts_with("total 0"), "{forged}");
            assert!(answer(&whole, forged, restricted()).starts_with("total 0"), "{forged}");
        }
    }
}

#[test]
fn a_single_record_shows_no_hidden_field_whatever_is_selected() {
    let world = World::in_memory();
    let (whole, cut) = both(&world);
    let metas = request("app_metas=1 & select=name & where=name = 'Cesson-Sévigné'", context()).unwrap();
    let id = |dataset: &Dataset| {
        let line = shown(&common::block_on(dataset.records(&metas)).unwrap());
        line.split("_id=").nth(1).unwrap()[..40].to_owned()
    };
    for select in [
        "*",
        "area",
        "area as name",
        "include(a*)",
        "length(topic)",
        "count(*)",
        "year(founded) as y",
    ] {
        let ask = |dataset: &Dataset, context: Context| {
            let items = parvis_odsql::parse_select(select).unwrap();
            match common::block_on(dataset.record(&id(dataset), items, false, &context)) {
                Ok(record) => shown(&record),
                Err(error) => error.to_string(),
            }
        };
        assert_eq!(ask(&whole, restricted()), ask(&cut, context()), "{select}");
    }
}

/// The generated queries of the comparison with DuckDB, asked with permissions and of what they leave.
fn generated(count: usize, seed: u64, make: fn(&mut Random) -> Question, ask: fn(&Dataset, &str, Context) -> String) {
    let kept = |batch: &arrow::array::RecordBatch| {
        use arrow::array::{Array, AsArray, BooleanArray};
        let cats = batch.column_by_name("cat").unwrap().as_string::<i32>();
        let quantities = batch
            .column_by_name("qty")
            .unwrap()
            .as_primitive::<arrow::datatypes::Int64Type>();
        let rows = (0..batch.num_rows()).map(|row| {
            (cats.is_valid(row) && cats.value(row) == "water")
                || (quantities.is_valid(row) && quantities.value(row) > 50)
        });
        BooleanArray::from(rows.collect::<Vec<bool>>())
    };
    let filter = parvis_odsql::parse_where("cat = 'water' or qty > 50").unwrap();
    let mut schema = data::schema();
    schema
        .fields
        .retain(|field| !matches!(field.name.as_str(), "commune" | "price"));
    let visible: Vec<String> = schema.fields.iter().map(|field| field.name.clone()).collect();
    let restricted = |zone: &str| Context {
        row_filter: Some(filter.clone()),
        visible: Some(visible.clone()),
        timezone: zone.parse().unwrap(),
        ..context()
    };
    let places: Vec<usize> = visible
        .iter()
        .map(|name| {
            data::schema()
                .fields
                .iter()
                .position(|field| field.name == *name)
                .unwrap()
        })
        .collect();
    let left = data::batches().into_iter().map(|batch| {
        let left = arrow::compute::filter_record_batch(&batch, &kept(&batch)).unwrap();
        left.project(&places).unwrap()
    });
    let (world, other) = (World::on_disk(), World::in_memory());
    let whole = world.write("01j00000000000000000000000", &data::schema(), data::batches());
    let cut = other.write("01j00000000000000000000001", &schema, left.collect());
    let mut random = Random::new(seed);
    for _ in 0..count {
        let question = make(&mut random);
        let open = Context {
            timezone: question.zone.parse().unwrap(),
            ..context()
        };
        assert_eq!(
            ask(&whole, &question.odsql, restricted(question.zone)),
            ask(&cut, &question.odsql, open),
            "{}",
            question.odsql
        );
    }
}

#[test]
fn generated_queries_find_nothing_that_is_hidden() {
    generated(150, 21, queries::records, answer);
    generated(150, 22, queries::groups, answer);
    generated(100, 23, queries::facet, facets);
}

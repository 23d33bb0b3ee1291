//! Every expression of the official documentation is asked of a dataset with fitting fields, and its answer kept.
//!
//! The expressions are read where they were recorded; the golden file shows them as Parvis prints what it understood.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, ListBuilder, RecordBatch, StringArray,
    StringBuilder, StructArray,
};
use parvis_engine::Dataset;
use parvis_formats::layout;
use parvis_model::{Annotations, Field, FieldType, Schema};
use serde_json::Value;

use crate::common::{World, annotated, answer, context, facets};

/// Not asked, and why.
const EXCLUDED: [(&str, &str); 11] = [
    (
        "geometry(my_geo_field, geom'{\"type\": \"Polygon\",\"coordinates\":[[[100.0,",
        "first half of one example, put together below",
    ),
    (
        "0.0],[101.0, 0.0],[101.0, 1.0],[100.0, 1.0],[100.0,0.0]]]}')",
        "second half of one example, put together below",
    ),
    ("20/11/2007'", "a result, not an expression"),
    ("is '20/11/2007'\"", "a result, not an expression"),
    ("<field_literal>", "a template"),
    ("range(<field_literal>, <numeric_literal>)", "a template"),
    ("range(<field_literal>, <integer><interval_unit>)", "a template"),
    ("geo_cluster(<geo_point_field>, <zoom_level>[, <radius>])", "a template"),
    ("<FACETNAME>:<FACETVALUE>", "a template"),
    ("2&offset=0", "parameters that hold no ODSQL"),
    ("dataset_id, fields", "of the catalogue, whose objects the API makes"),
];

/// Clauses of the file that hold no ODSQL of one dataset.
const OTHER_CLAUSES: [&str; 7] = [
    "include_exports",
    "timezone",
    "limit",
    "response",
    "path",
    "url",
    "q(v1)",
];

/// Filed under the clause that its section is about, though it is of another.
const SELECTED: [&str; 4] = [
    "ifnull(int_field, 0)",
    "distance(field_name, GEOM'<geometry>')",
    "2 * population",
    "length(country_name)",
];

/// In these the documentation takes a field to hold texts that elsewhere holds numbers or places.
const OF_TEXTS: [&str; 2] = ["my_field IN (", "facet="];

/// Values of each kind of field, three records.
fn column(kind: FieldType, several: bool) -> ArrayRef {
    match kind {
        FieldType::Text if several => {
            let mut lists = ListBuilder::new(StringBuilder::new());
            for items in [&["Paris", "15"][..], &["12.087", "true"], &[]] {
                items.iter().for_each(|item| lists.values().append_value(item));
                lists.append(!items.is_empty());
            }
            Arc::new(lists.finish())
        }
        FieldType::Text => Arc::new(StringArray::from(vec![
            Some("Paris: the action movies of the secret film"),
            Some("{\"dog\":\"and tree\"}"),
            None,
        ])),
        FieldType::Int => Arc::new(Int64Array::from(vec![Some(12), Some(109), None])),
        FieldType::Double => Arc::new(Float64Array::from(vec![Some(0.5), Some(20.5), None])),
        FieldType::Boolean => Arc::new(BooleanArray::from(vec![Some(true), Some(false), None])),
        FieldType::Date => Arc::new(Date32Array::from(vec![Some(13_837), Some(18_579), None])),
        FieldType::GeoPoint2d => {
            let (lons, lats) = (vec![Some(1.0), Some(2.35), None], vec![Some(1.0), Some(48.86), None]);
            let nulls = arrow::buffer::NullBuffer::from(vec![true, true, false]);
            let columns: Vec<ArrayRef> = vec![Arc::new(Float64Array::from(lons)), Arc::new(Float64Array::from(lats))];
            Arc::new(StructArray::new(layout::point_fields(), columns, Some(nulls)))
        }
        FieldType::GeoShape => Arc::new(StringArray::from(vec![
            Some(r#"{"type":"Point","coordinates":[2.35,48.86]}"#),
            Some(r#"{"type":"LineString","coordinates":[[100.5,0.5],[102,2]]}"#),
            None,
        ])),
        other => panic!("no values of type {other:?}"),
    }
}

/// The fields that the documentation names, with what its text says they hold; `words` when those of [`OF_TEXTS`] do.
fn dataset(world: &World, words: bool) -> Dataset {
    let (my_field, field_name) = match words {
        true => (FieldType::Text, FieldType::Text),
        false => (FieldType::Int, FieldType::GeoPoint2d),
    };
    let texts = [
        "and",
        "field1",
        "field2",
        "field3",
        "my_text_field",
        "my_field1",
        "my_field2",
        "city",
        "text_field",
        "country_name",
        "title",
        "other_text_field",
        "id",
        "film_name",
        "species",
        "name",
        "city_field",
        "filepath",
    ];
    let lists = [
        "multivalued_text_field",
        "multivalued_int_field",
        "mutlivalued_decimal_field",
        "mutlivalued_boolean_field",
    ];
    let others: [(FieldType, &[&str]); 7] = [
        (
            FieldType::Int,
            &[
                "12",
                "my_numeric_field",
                "population",
                "int_field",
                "pop",
                "numeric_field",
                "age",
                "size",
            ],
        ),
        (FieldType::Boolean, &["my_boolean_field", "my_field_literal", "not"]),
        (
            FieldType::Date,
            &["my_date_field", "birth_date", "date_field", "date", "modified"],
        ),
        (FieldType::GeoPoint2d, &["geo_point"]),
        (FieldType::GeoShape, &["geo_shape", "my_geo_field"]),
        (my_field, &["my_field"]),
        (field_name, &["field_name"]),
    ];
    let several = Annotations {
        multivalued: Some(",".to_owned()),
        ..Annotations::default()
    };
    let sortable = Annotations {
        sortable: true,
        ..Annotations::default()
    };
    let mut fields: Vec<(Field, bool)> = Vec::new();
    fields.extend(texts.map(|name| (annotated(name, FieldType::Text, sortable.clone()), false)));
    fields.extend(lists.map(|name| (annotated(name, FieldType::Text, several.clone()), true)));
    for (kind, names) in others {
        fields.extend(names.iter().map(|name| (Field::new(*name, kind), false)));
    }
    let columns = fields
        .iter()
        .map(|(field, several)| column(field.field_type, *several))
        .collect();
    let schema = Schema {
        fields: fields.into_iter().map(|(field, _)| field).collect(),
    };
    let batch = RecordBatch::try_new(layout::arrow_schema(&schema), columns).unwrap();
    let version = if words {
        "01j00000000000000000000001"
    } else {
        "01j00000000000000000000000"
    };
    world.write(version, &schema, vec![batch])
}

/// The request that an example is, as the tests write requests.
fn request(clause: &str, text: &str) -> String {
    let known = ["select", "where", "group_by", "order_by"];
    let parameters: Vec<_> = text.split('&').filter_map(|part| part.trim().split_once('=')).collect();
    if !parameters.is_empty() && parameters.iter().all(|(name, _)| known.contains(name)) {
        let parameters: Vec<String> = parameters
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        return parameters.join(" & ");
    }
    if text == "count(*)&group_by=year(date)" {
        return "select=count(*) & group_by=year(date)".to_owned();
    }
    let clause = match clause {
        _ if SELECTED.contains(&text) => "select",
        "select?" => "select",
        "literal" if text.starts_with("date'") => "select",
        "literal" if text.contains(['>', ':', '(']) || text.contains(" is ") => "where",
        "literal" => "select",
        "order_by" if text.starts_with("sum(age)") => return format!("order_by={text} & group_by=name"),
        clause => clause,
    };
    format!("{clause}={}", text.replace("<geometry>", "POINT(1 1)"))
}

/// The request as Parvis prints what it understood.
fn printed(request: &str) -> String {
    fn list<T: ToString>(items: Result<Vec<T>, parvis_odsql::Error>) -> String {
        let items = items.unwrap().iter().map(ToString::to_string).collect::<Vec<_>>();
        items.join(", ")
    }
    let clauses = request.split(" & ").map(|clause| {
        let (name, value) = clause.split_once('=').unwrap();
        let printed = match name {
            "select" => list(parvis_odsql::parse_select(value)),
            "where" => parvis_odsql::parse_where(value).unwrap().to_string(),
            "group_by" => list(parvis_odsql::parse_group_by(value)),
            "order_by" => list(parvis_odsql::parse_order_by(value)),
            "facet" => parvis_odsql::parse_facet(value).unwrap().to_string(),
            "refine" => parvis_odsql::parse_refine(value).unwrap().to_string(),
            "exclude" => parvis_odsql::parse_exclude(value).unwrap().to_string(),
            other => panic!("no clause {other}"),
        };
        format!("{name}={printed}")
    });
    clauses.collect::<Vec<_>>().join(" & ")
}

/// Conditions show which records they keep, everything else shows the whole answer.
fn asked(dataset: &Dataset, request: &str) -> String {
    if request.starts_with("facet=") {
        return facets(dataset, request, context());
    }
    if ["where=", "refine=", "exclude=", "order_by=random"]
        .iter()
        .any(|clause| request.starts_with(clause))
    {
        return answer(dataset, &format!("select=my_field & {request}"), context());
    }
    answer(dataset, &format!("{request} & limit=3"), context())
}

#[test]
fn every_documented_expression_is_answered() {
    let Some(folder) = parvis_testkit::fixtures("opendatasoft") else {
        return;
    };
    let lines = std::fs::read_to_string(folder.join("odsql-and-requests-from-docs.jsonl")).unwrap();
    let world = World::in_memory();
    let [numbers, words] = [dataset(&world, false), dataset(&world, true)];
    let mut requests = BTreeSet::new();
    for line in lines.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        let (clause, text) = (
            entry["request"]["clause"].as_str().unwrap(),
            entry["request"]["expr"].as_str().unwrap(),
        );
        if !OTHER_CLAUSES.contains(&clause) && !EXCLUDED.iter().any(|(excluded, _)| *excluded == text) {
            requests.insert(request(clause, text));
        }
    }
    // One example is cut in two lines of the file.
    let shape =
        "{\"type\": \"Polygon\",\"coordinates\":[[[100.0,0.0],[101.0, 0.0],[101.0, 1.0],[100.0, 1.0],[100.0,0.0]]]}";
    requests.insert(format!("where=geometry(my_geo_field, geom'{shape}')"));
    assert!(requests.len() > 110, "only {} examples were found", requests.len());
    let mut golden = String::new();
    for request in requests {
        let dataset = if OF_TEXTS.iter().any(|part| request.contains(part)) {
            &words
        } else {
            &numbers
        };
        let answer = asked(dataset, &request);
        assert!(!answer.contains("Error"), "{request}: {answer}");
        writeln!(golden, "{}", printed(&request)).unwrap();
        for line in answer.lines() {
            // A record of every field says nothing more after the first ones.
            writeln!(golden, "{}", line.chars().take(160).collect::<String>()).unwrap();
        }
        golden.push('\n');
    }
    insta::assert_snapshot!(golden);
}

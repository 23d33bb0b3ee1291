//! Answers recorded from live portals and given by the official specification: ours have the same shape, and where the
//! recorded rows can be loaded as a dataset, the same values. The recordings are read where they lie, never copied.

use parvis_model::{FieldChange, Localized, Precision};
use serde_json::{Value, json};

use super::support::{API, Answer, Bench, address};

/// Recordings that are no test here, and why.
const EXCLUDED: [(&str, &str); 3] = [
    (
        "v21/attachments.json",
        "attachments cannot be added yet: only the envelope is compared",
    ),
    (
        "v21/export_json_public_art.json",
        "has a field of type file, which belongs to another issue",
    ),
    (
        "vancouver_data-public-trees.fgb",
        "the format fgb belongs to another issue",
    ),
];

/// Headers of recorded answers that are not the API's to write, and why.
const OTHER_HEADERS: [(&str, &str); 12] = [
    ("content-encoding", "compression is the edge's"),
    ("content-language", "the language is the edge's"),
    ("content-length", "differs with the body"),
    ("date", "the server's"),
    ("permissions-policy", "the edge's"),
    ("referrer-policy", "the edge's"),
    ("server", "the server's"),
    ("strict-transport-security", "the edge's"),
    ("x-ratelimit-limit", "sent where a quota is set"),
    ("x-ratelimit-remaining", "sent where a quota is set"),
    ("x-ratelimit-reset", "sent where a quota is set"),
    ("x-ua-compatible", "for browsers that are gone"),
];

/// A file of one of the recorded sets, when it is there.
fn shared(set: &str, path: &str) -> Option<Vec<u8>> {
    let file = parvis_testkit::fixtures(set)?.join(path);
    Some(std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display())))
}

pub(super) fn ods(path: &str) -> Option<Value> {
    shared("opendatasoft", path).map(|bytes| serde_json::from_slice(&bytes).unwrap())
}

fn vancouver(path: &str) -> Option<Value> {
    shared("vancouver", path).map(|bytes| serde_json::from_slice(&bytes).unwrap())
}

/// The kind of a value, for messages and comparison. Null may stand for anything.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

/// Every key of `recorded` is in `ours` with the same kind of value, down to the first element of lists.
pub(super) fn assert_shape(recorded: &Value, ours: &Value, place: &str) {
    if recorded.is_null() || ours.is_null() {
        return;
    }
    assert_eq!(kind(recorded), kind(ours), "{place}: {recorded} against {ours}");
    match (recorded, ours) {
        (Value::Object(recorded), Value::Object(ours)) => {
            for (key, value) in recorded {
                let found = ours
                    .get(key)
                    .unwrap_or_else(|| panic!("{place} has no `{key}`: {ours:?}"));
                assert_shape(value, found, &format!("{place}.{key}"));
            }
        }
        (Value::Array(recorded), Value::Array(ours)) => {
            if let (Some(recorded), Some(ours)) = (recorded.first(), ours.first()) {
                assert_shape(recorded, ours, &format!("{place}[0]"));
            }
        }
        _ => {}
    }
}

fn field(name: &str) -> FieldChange {
    FieldChange {
        name: name.to_owned(),
        label: Localized::one("en", name).into(),
        ..FieldChange::default()
    }
}

/// A portal with a dataset made of the rows of a recorded list.
async fn with_rows(rows: &Value, notes: Vec<FieldChange>) -> Bench {
    let bench = Bench::empty().await;
    bench
        .import("recorded", "recorded.json", rows.to_string().as_bytes(), notes, false)
        .await;
    bench
}

/// Values are equal; numbers are compared as numbers (`5` and `5.0`).
fn assert_same(recorded: &Value, ours: &Value, place: &str) {
    match (recorded, ours) {
        (Value::Number(recorded), Value::Number(ours)) => assert_eq!(recorded.as_f64(), ours.as_f64(), "{place}"),
        (Value::Object(recorded), Value::Object(ours)) => {
            let mut keys: [Vec<&String>; 2] = [recorded.keys().collect(), ours.keys().collect()];
            keys.iter_mut().for_each(|keys| keys.sort());
            assert_eq!(keys[0], keys[1], "{place}");
            for (key, value) in recorded {
                assert_same(value, &ours[key], &format!("{place}.{key}"));
            }
        }
        (Value::Array(recorded), Value::Array(ours)) => {
            assert_eq!(recorded.len(), ours.len(), "{place}");
            for (at, (recorded, ours)) in recorded.iter().zip(ours).enumerate() {
                assert_same(recorded, ours, &format!("{place}[{at}]"));
            }
        }
        _ => assert_eq!(recorded, ours, "{place}"),
    }
}

#[tokio::test]
async fn recorded_records_come_back_as_they_were() {
    for (file, notes) in [
        ("v21/records.json", Vec::new()),
        ("v21/records_velib.json", Vec::new()),
        (
            "v21/records_gold_prices.json",
            vec![FieldChange {
                timeserie_precision: Precision::Month.into(),
                ..field("date")
            }],
        ),
    ] {
        let Some(recorded) = ods(file) else { return };
        let bench = with_rows(&recorded["results"], notes).await;
        let ours = bench.get("/catalog/datasets/recorded/records", &[]).await.json();
        assert_shape(&recorded, &ours, file);
        assert_same(&recorded["results"], &ours["results"], file);
        assert_eq!(
            ours["total_count"].as_u64(),
            Some(recorded["results"].as_array().unwrap().len() as u64),
            "{file}"
        );
    }
}

#[tokio::test]
async fn a_recorded_record_comes_back_by_its_identifier() {
    let Some(recorded) = ods("v21/record.json") else { return };
    let bench = with_rows(&json!([recorded]), Vec::new()).await;
    let listed = bench
        .get("/catalog/datasets/recorded/records", &[("include_app_metas", "true")])
        .await
        .json();
    let id = listed["results"][0]["_id"].as_str().unwrap().to_owned();
    let ours = bench
        .get(&format!("/catalog/datasets/recorded/records/{id}"), &[])
        .await
        .json();
    assert_same(&recorded, &ours, "record");
}

#[tokio::test]
async fn a_miss_is_an_empty_list() {
    let Some(recorded) = ods("v21/records_miss.json") else {
        return;
    };
    let bench = with_rows(&json!([{ "id_no": "1" }]), Vec::new()).await;
    let ours = bench
        .get("/catalog/datasets/recorded/records", &[("where", "id_no='99999'")])
        .await
        .json();
    assert_eq!(ours, recorded);
}

#[tokio::test]
async fn recorded_groups_come_back_when_their_records_are_counted() {
    let Some(recorded) = ods("v21/records_group_by.json") else {
        return;
    };
    // A thousandth of the recorded counts keeps their order.
    let rows: Vec<Value> = recorded["results"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|group| {
            let row = json!({ "cou_name_en": group["cou_name_en"], "x": 1 });
            vec![row; usize::try_from(group["count"].as_u64().unwrap() / 1000).unwrap()]
        })
        .collect();
    let bench = with_rows(&json!(rows), Vec::new()).await;
    let params = [
        ("select", "count(*) as count"),
        ("group_by", "cou_name_en"),
        ("order_by", "count desc"),
        ("limit", "3"),
    ];
    let ours = bench.get("/catalog/datasets/recorded/records", &params).await.json();
    assert_shape(&recorded, &ours, "groups");
    let countries = |answer: &Value| -> Vec<Value> {
        answer["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["cou_name_en"].clone())
            .collect()
    };
    assert_eq!(countries(&ours), countries(&recorded));
}

#[tokio::test]
async fn datasets_have_the_shape_of_the_specification_and_of_live_portals() {
    /// Parts of recorded datasets that ours have not, and why.
    const MISSING: [(&str, &str); 6] = [
        ("/metas/dcat", "an optional template"),
        ("/metas/custom", "a template of that portal"),
        ("/metas/default/update_frequency", "added by that portal"),
        ("/metas/default/geographic_area", "an older name"),
        ("/metas/default/geographic_area_mode", "an older name"),
        (
            "/fields/0/annotations",
            "the specification lists arguments, live portals give true or a text",
        ),
    ];
    let bench = Bench::with_places().await;
    let ours = bench.get("/catalog/datasets/places", &[]).await.json();
    let mut recordings: Vec<(String, Value)> = Vec::new();
    for file in [
        "vancouver_metadata-public-trees.json",
        "vancouver_metadata-property-tax-report.json",
    ] {
        recordings.extend(vancouver(file).map(|recorded| (file.to_owned(), recorded)));
    }
    recordings.extend(ods("v21/dataset.json").map(|recorded| ("v21/dataset.json".to_owned(), recorded)));
    for (file, mut recorded) in recordings {
        for (pointer, _) in MISSING {
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            if let Some(Value::Object(parent)) = recorded.pointer_mut(parent) {
                parent.remove(key);
            }
        }
        assert_shape(&recorded, &ours, &file);
    }
    if let Some(mut recorded) = ods("v21/catalog_datasets.json") {
        recorded["results"]
            .as_array_mut()
            .unwrap()
            .iter_mut()
            .for_each(|dataset| {
                dataset["metas"] = json!({ "default": { "title": dataset["metas"]["default"]["title"] } });
            });
        let listed = bench.get("/catalog/datasets", &[("limit", "2")]).await.json();
        assert_shape(&recorded, &listed, "v21/catalog_datasets.json");
    }
}

#[tokio::test]
async fn facets_have_the_shape_of_the_specification_and_of_live_portals() {
    let bench = Bench::with_places().await;
    let catalog = bench.get("/catalog/facets", &[]).await.json();
    let places = bench.get("/catalog/datasets/places/facets", &[]).await.json();
    for (recorded, ours) in [
        (ods("v21/catalog_facets.json"), &catalog),
        (ods("v21/dataset_facets.json"), &places),
        (vancouver("vancouver_facets-catalog.json"), &catalog),
        (vancouver("vancouver_facets-public-trees.json"), &places),
    ] {
        let Some(recorded) = recorded else { return };
        assert_shape(&recorded, ours, "facets");
        let mut values = ours["facets"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|facet| facet["facets"].as_array().unwrap());
        assert!(
            values.all(|value| value.as_object().unwrap().len() == 4),
            "a value has four keys until it has children"
        );
    }
}

#[tokio::test]
async fn attachments_have_their_envelope() {
    let Some(recorded) = ods("v21/attachments.json") else {
        return;
    };
    let ours = Bench::with_places()
        .await
        .get("/catalog/datasets/places/attachments", &[])
        .await
        .json();
    assert_shape(&recorded, &ours, "attachments");
}

#[tokio::test]
async fn recorded_errors_are_reproduced_word_for_word() {
    let bench = with_rows(&json!([{ "t": "x", "d": 1.5, "h": "2020" }]), Vec::new()).await;
    let records = "/catalog/datasets/recorded/records";
    for (file, status, path, params) in [
        (
            "400_ODSQLSyntaxError",
            400,
            "/catalog/datasets",
            vec![("where", "bogus(")],
        ),
        ("400_ODSQLError", 400, records, vec![("select", "invalid_function()")]),
        (
            "400_ODSQLError_unknown_field",
            400,
            records,
            vec![("select", "nom_de_l_etablissement")],
        ),
        (
            "400_ODSQLError_sum_text",
            400,
            records,
            vec![("select", "sum(t)/sum(d)*100")],
        ),
        (
            "400_InvalidRESTParameterError_limit",
            400,
            records,
            vec![("limit", "1473")],
        ),
        (
            "400_ODSQLError_order_by_agg_export",
            400,
            "/catalog/datasets/recorded/exports/csv",
            vec![
                ("group_by", "h"),
                ("select", "avg(d) as av,count(*)"),
                ("order_by", "av desc"),
            ],
        ),
        (
            "404_NotFoundResource",
            404,
            "/catalog/datasets/nonexistent-dataset-xyz",
            vec![],
        ),
        ("404_NotFoundURI", 404, "/openapi.json", vec![]),
    ] {
        let Some(recorded) = ods(&format!("errors/{file}.json")) else {
            return;
        };
        let answer = bench.get(path, &params).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (status, recorded), "{file}");
    }
}

/// The recordings of one live portal, with their requests, statuses and headers.
#[tokio::test]
async fn a_live_portals_answers_are_ours() {
    let Some(lines) = shared("vancouver", "vancouver_recorded.jsonl") else {
        return;
    };
    let bench = Bench::empty().await;
    for id in ["public-trees", "property-tax-report"] {
        let file = if id == "public-trees" { "public-trees-csv" } else { id };
        let Some(csv) = shared("vancouver", &format!("vancouver_data-{file}.csv")) else {
            return;
        };
        let facet = FieldChange {
            facet: true.into(),
            ..field("genus_name")
        };
        let notes = if id == "public-trees" { vec![facet] } else { Vec::new() };
        bench.import(id, &format!("{id}.csv"), &csv, notes, false).await;
    }
    for line in String::from_utf8(lines).unwrap().lines() {
        let recorded: Value = serde_json::from_str(line).unwrap();
        let file = recorded["body_file"].as_str().unwrap();
        if EXCLUDED.iter().any(|(excluded, _)| *excluded == file) {
            continue;
        }
        let target = recorded["request"].as_str().unwrap().split_once(API).unwrap().1;
        let answer = bench.fetch(&format!("{}{target}", address("", &[]))).await;
        assert_eq!(
            Some(u64::from(answer.status.as_u16())),
            recorded["status"].as_u64(),
            "{file}: {:?}",
            answer.body
        );
        assert_headers(&recorded["headers"], &answer, file);
        assert_body(file, &answer);
    }
}

fn assert_headers(recorded: &Value, ours: &Answer, file: &str) {
    for (name, value) in recorded.as_object().unwrap() {
        if OTHER_HEADERS.iter().any(|(other, _)| other == name) {
            continue;
        }
        let (value, found) = (value.as_str().unwrap(), ours.header(name));
        let set = |list: &str| {
            let mut names: Vec<String> = list.split(',').map(|name| name.trim().to_lowercase()).collect();
            names.sort();
            names
        };
        match name.as_str() {
            // Errors were recorded without the character set, which ours always name.
            "content-type" => assert!(found.starts_with(value), "{file}: {name}: {found}"),
            "cache-control" | "vary" => assert_eq!(set(found), set(value), "{file}: {name}"),
            // Ours name those of validators and parts as well.
            "access-control-allow-headers" | "access-control-expose-headers" => {
                let (ours, recorded) = (set(found), set(value));
                let missing: Vec<_> = recorded.iter().filter(|one| !ours.contains(one)).collect();
                assert!(missing.is_empty(), "{file}: {name}: {missing:?}");
            }
            _ => assert_eq!(found, value, "{file}: {name}"),
        }
    }
}

fn assert_body(file: &str, answer: &Answer) {
    let Some(recorded) = shared("vancouver", file) else {
        return;
    };
    if file == "vancouver_catalog-export.csv" {
        assert_columns(&String::from_utf8(recorded).unwrap(), answer.text(), file);
        return;
    }
    if file.ends_with(".csv") {
        let text = String::from_utf8(recorded).unwrap();
        // Recorded GeoJSON has spaces that ours has not.
        let lines = |text: &str| -> Vec<String> {
            text.lines()
                .map(|line| line.replace(", ", ",").replace(": ", ":"))
                .collect()
        };
        assert_eq!(lines(answer.text()), lines(&text), "{file}");
        return;
    }
    let recorded: Value = serde_json::from_slice(&recorded).unwrap();
    let ours = answer.json();
    match file {
        "vancouver_error-not-found.json" | "vancouver_error-odsql.json" => assert_eq!(ours, recorded, "{file}"),
        "vancouver_aggregate-ungrouped.json" => {
            assert_shape(&recorded, &ours, file);
            assert_eq!(ours["results"][0]["total"], ours["total_count"], "as recorded");
        }
        "vancouver_aggregate-grouped.json" => {
            let keys = |row: &Value| row.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
            assert_eq!(
                keys(&ours[0]),
                keys(&recorded[0]),
                "{file}: the key of the group comes first"
            );
        }
        // Compared in `datasets_have_…` and `facets_have_…`.
        _ => assert!(
            file.starts_with("vancouver_metadata-") || file.starts_with("vancouver_facets-"),
            "{file} is not compared"
        ),
    }
}

/// Other datasets were recorded: their columns are ours, in the same order, but for other templates and portals' own fields.
fn assert_columns(recorded: &str, ours: &str, file: &str) {
    const OTHER: [&str; 2] = ["default.oauth_scope", "default.update_frequency"];
    let columns = |text: &str| -> Vec<String> {
        let header = text.lines().next().unwrap().split(';');
        let basic = header.filter(|name| name.starts_with("default.") || !name.contains('.'));
        basic.filter(|name| !OTHER.contains(name)).map(str::to_owned).collect()
    };
    assert_eq!(columns(ours), columns(recorded), "{file}");
    assert_eq!(ours.lines().count(), 3, "a header and two datasets: {ours}");
}

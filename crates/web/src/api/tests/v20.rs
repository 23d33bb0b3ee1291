//! Version 2.0: its envelopes, and what it says otherwise than v2.1.

use serde_json::{Value, json};

use super::recorded::{assert_shape, ods};
use super::support::{Answer, Bench, ORIGIN, assert_error};

/// Recorded and documented answers that are no test here, and why.
const EXCLUDED: [(&str, &str); 4] = [
    (
        "doc_dataset_01.jsonc",
        "cut by comments; the envelope is that of doc_dataset_00",
    ),
    (
        "doc_dataset_03.jsonc",
        "cut by comments; the envelope is that of doc_catalog_04",
    ),
    (
        "doc_facets_00.jsonc",
        "cut by comments; the envelope is that of dataset_facets",
    ),
    ("doc_facets_01.jsonc", "the same"),
];

const BASES: [&str; 2] = ["/api/explore/v2.0", "/api/v2"];

async fn get(bench: &Bench, path: &str, params: &[(&str, &str)]) -> Answer {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(params)
        .finish();
    bench.fetch(&format!("/api/v2{path}?{query}")).await
}

#[tokio::test]
async fn both_names_of_the_version_answer_alike_but_for_their_links() {
    let bench = Bench::with_places().await;
    for path in [
        "",
        "/catalog",
        "/catalog/datasets",
        "/catalog/datasets/places",
        "/catalog/datasets/places/records",
        "/catalog/datasets/places/facets",
        "/catalog/facets",
        "/catalog/datasets/places/exports",
        "/catalog/aggregates?select=count(*)",
        "/catalog/datasets/places/aggregates?select=count(*)",
    ] {
        let [new, old] = BASES.map(|base| format!("{base}{path}"));
        let (new, old) = (bench.fetch(&new).await, bench.fetch(&old).await);
        assert_eq!(new.status, 200, "{path}: {}", new.text());
        assert!(new.text().contains("/api/explore/v2.0"), "{path}: {}", new.text());
        assert_eq!(new.text().replace(BASES[0], BASES[1]), old.text(), "{path}");
    }
}

#[tokio::test]
async fn a_record_stands_in_an_envelope_with_its_links() {
    let bench = Bench::with_places().await;
    let params = [("rows", "1"), ("start", "1"), ("sort", "name"), ("lang", "en")];
    let listed = get(&bench, "/catalog/datasets/places/records", &params).await.json();
    assert_eq!(listed["total_count"], 7);
    let linked = &listed["records"][0];
    let record = &linked["record"];
    assert_eq!(record["fields"]["name"], "Chécy");
    assert_eq!(record["fields"].as_object().unwrap().len(), 9, "{record}");
    let id = record["id"].as_str().unwrap();
    assert!(record["timestamp"].is_string() && record["size"].is_u64(), "{record}");
    let here = format!("{ORIGIN}/api/v2/catalog/datasets/places/records/{id}");
    assert_eq!(linked["links"][0], json!({ "rel": "self", "href": here }));
    let one = get(&bench, &format!("/catalog/datasets/places/records/{id}"), &[])
        .await
        .json();
    assert_eq!(&one["record"], record);
    let next = listed["links"]
        .as_array()
        .unwrap()
        .iter()
        .find(|link| link["rel"] == "next");
    assert!(
        next.unwrap()["href"].as_str().unwrap().contains("limit=1&offset=2"),
        "{listed}"
    );
}

#[tokio::test]
async fn groups_without_a_value_are_left_out_and_days_are_numbers() {
    let bench = Bench::with_places().await;
    let params = [("group_by", "kind"), ("select", "count(*) as n")];
    let groups = get(&bench, "/catalog/datasets/places/aggregates", &params).await.json();
    let wanted = json!([{ "kind": "city", "n": 3 }, { "kind": "village", "n": 3 }]);
    assert_eq!(groups["aggregations"], wanted);
    let params = [("group_by", "founded"), ("select", "count(*)"), ("limit", "1")];
    let groups = get(&bench, "/catalog/datasets/places/records", &params).await.json();
    assert_eq!(
        groups["records"],
        json!([{ "founded": -5_680_195_200_000_i64, "count(*)": 1 }])
    );
    let params = [("group_by", "year(founded) as y"), ("order_by", "y desc")];
    let groups = get(&bench, "/catalog/datasets/places/aggregates", &params).await.json();
    assert_eq!(groups["aggregations"][0], json!({ "y": "1800" }));
    let params = [("select", "month(founded)"), ("where", "name = 'Blois'")];
    let listed = get(&bench, "/catalog/datasets/places/records", &params).await.json();
    assert_eq!(
        listed["records"][0]["record"]["fields"],
        json!({ "month(founded)": "2" })
    );
}

#[tokio::test]
async fn aggregations_need_something_to_aggregate() {
    let bench = Bench::with_places().await;
    for path in ["/catalog/datasets/places/aggregates", "/catalog/aggregates"] {
        let answer = get(&bench, path, &[]).await;
        assert_error(&answer, 400, "ODSQLError", "count(*)");
    }
    let all = get(
        &bench,
        "/catalog/datasets/places/aggregates",
        &[("select", "sum(population)")],
    )
    .await;
    assert_eq!(all.json()["aggregations"], json!([{ "sum(population)": 196_410 }]));
    let catalog = get(
        &bench,
        "/catalog/aggregates",
        &[("select", "count(*)"), ("group_by", "theme")],
    )
    .await;
    assert_eq!(
        catalog.json()["aggregations"],
        json!([{ "theme": "Territoire", "count(*)": 1 }])
    );
}

#[tokio::test]
async fn csv_has_no_byte_order_mark_unless_it_is_asked_for() {
    let bench = Bench::with_places().await;
    let begins = |answer: Answer| answer.body.starts_with("\u{feff}".as_bytes());
    let path = "/catalog/datasets/places/exports/csv";
    assert!(!begins(get(&bench, path, &[]).await));
    assert!(begins(get(&bench, path, &[("with_bom", "true")]).await));
    assert!(begins(bench.get(path, &[]).await), "v2.1 has one");
}

#[tokio::test]
async fn the_workbook_has_its_old_name_and_instants_of_geojson_are_numbers() {
    let bench = Bench::with_places().await;
    let base = "/catalog/datasets/places/exports";
    for path in [
        format!("{base}/xls"),
        format!("{base}/xlsx"),
        "/catalog/exports/xls".to_owned(),
    ] {
        let answer = get(&bench, &path, &[]).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.body.starts_with(b"PK"), "{path}: a workbook");
        assert!(answer.header("content-disposition").contains(".xlsx"), "{path}");
    }
    assert_error(
        &bench.get(&format!("{base}/xls"), &[]).await,
        404,
        "NotFoundResource",
        "xls",
    );
    assert_eq!(
        bench.fetch("/explore/dataset/places/download/?format=xls").await.status,
        200
    );
    for path in [base, "/catalog/exports"] {
        let listed = get(&bench, path, &[]).await.json();
        let names: Vec<&str> = listed["links"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|link| link["rel"].as_str())
            .collect();
        assert!(names.contains(&"xls") && !names.contains(&"xlsx"), "{names:?}");
    }
    let params = [("where", "name = 'Orléans'"), ("timezone", "Europe/Paris")];
    let path = format!("{base}/geojson");
    let properties = |answer: Answer| answer.json()["features"][0]["properties"].clone();
    let old = properties(get(&bench, &path, &params).await);
    assert_eq!(old["seen"], json!(1_709_287_200_000_i64));
    assert_eq!(old["founded"], json!("1800-02-17"));
    let new = properties(bench.get(&path, &params).await);
    assert_eq!(new["seen"], json!("2024-03-01T11:00:00+01:00"));
}

/// A recorded answer whose lists go on with what a comment leaves out.
fn cut_recording(path: &str) -> Option<Value> {
    let file = parvis_testkit::fixtures("opendatasoft")?.join(path);
    let text = std::fs::read_to_string(&file).unwrap().replace("/* ... */", "");
    let whole: String = text.lines().map(str::trim).collect();
    Some(serde_json::from_str(&whole.replace(",]", "]")).unwrap_or_else(|error| panic!("{path}: {error}")))
}

#[tokio::test]
async fn templates_of_metadata_are_described_as_documented() {
    let bench = Bench::with_places().await;
    let path = "/catalog/metadata_templates";
    for (file, path) in [
        ("v20/doc_metadata_00.json", path.to_owned()),
        ("v20/doc_metadata_01.jsonc", format!("{path}/basic")),
        ("v20/doc_metadata_02.jsonc", format!("{path}/basic/default")),
    ] {
        let Some(recorded) = cut_recording(file) else { return };
        let ours = get(&bench, &path, &[]).await;
        assert_eq!(ours.status, 200, "{}", ours.text());
        let ours = ours.json();
        assert_shape(&recorded, &ours, file);
        let schema = |whole: &Value| {
            let one = whole.get("metadata_templates").map_or(whole, |all| &all[0]);
            one["metadata_template"]["schema"]
                .as_array()
                .cloned()
                .unwrap_or_default()
        };
        for (wanted, found) in schema(&recorded).iter().zip(schema(&ours)) {
            // The keys of a field come in the documented order, and the documented fields first.
            assert_eq!(*wanted, found, "{file}");
        }
        let rels = |whole: &Value| -> Vec<Value> {
            let links = whole["links"].as_array().cloned().unwrap_or_default();
            links.iter().map(|link| link["rel"].clone()).collect()
        };
        assert_eq!(rels(&recorded), rels(&ours), "{file}");
    }
    let interop = get(&bench, &format!("{path}/interop"), &[]).await.json();
    let names: Vec<&Value> = interop["metadata_templates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["metadata_template"]["name"])
        .collect();
    assert_eq!(names, ["dcat", "dcat_ap"]);
    let admin = get(&bench, &format!("{path}/admin"), &[]).await.json();
    assert_eq!(admin, json!({ "metadata_templates": [] }));
    for missing in ["none", "basic/none", "none/default"] {
        let answer = get(&bench, &format!("{path}/{missing}"), &[]).await;
        assert_error(&answer, 404, "NotFoundResource", missing);
    }
}

#[tokio::test]
async fn unsafe_methods_and_other_addresses_are_refused_in_the_same_words() {
    let bench = Bench::with_places().await;
    for base in BASES {
        assert_error(&bench.fetch(&format!("{base}/none")).await, 404, "NotFoundURI", "");
        let request = http::Request::post(format!("{base}/catalog/datasets"))
            .body(axum::body::Body::empty())
            .unwrap();
        assert_error(&bench.send(request).await, 405, "MethodNotAllowed", "POST");
    }
}

#[tokio::test]
async fn answers_have_the_shape_of_the_specification() {
    let bench = Bench::with_places().await;
    let grouped = [("group_by", "kind"), ("select", "count(*) as count")];
    let mut tested = Vec::new();
    for (file, path, params) in [
        ("v20/records.json", "/catalog/datasets/places/records", &[][..]),
        (
            "v20/records_group_by.json",
            "/catalog/datasets/places/records",
            &grouped,
        ),
        ("v20/dataset.json", "/catalog/datasets/places", &[]),
        ("v20/catalog_datasets.json", "/catalog/datasets", &[]),
        ("v20/dataset_facets.json", "/catalog/datasets/places/facets", &[]),
        ("v20/attachments.json", "/catalog/datasets/places/attachments", &[]),
        ("v20/doc_catalog_00.json", "/catalog", &[]),
        ("v20/doc_sources_00.json", "", &[]),
        (
            "v20/doc_catalog_01.json",
            "/catalog/aggregates",
            &[("select", "count(*) as count")],
        ),
        (
            "v20/doc_catalog_02.json",
            "/catalog/aggregates",
            &[("select", "count(*)"), ("group_by", "features")],
        ),
        (
            "v20/doc_catalog_03.json",
            "/catalog/aggregates",
            &[("select", "sum(records_count)")],
        ),
        (
            "v20/doc_catalog_04.json",
            "/catalog/aggregates",
            &[("select", "count(*)"), ("group_by", "theme,features")],
        ),
        (
            "v20/doc_dataset_00.json",
            "/catalog/datasets/places/aggregates",
            &[("select", "count(*) as count")],
        ),
        (
            "v20/doc_dataset_02.json",
            "/catalog/datasets/places/aggregates",
            &[("select", "sum(population)")],
        ),
        ("v20/doc_dataset_04.json", "/catalog/datasets/places/records/{id}", &[]),
        ("v20/record.json", "/catalog/datasets/places/records/{id}", &[]),
    ] {
        let Some(recorded) = ods(file) else { return };
        tested.push(file.to_owned());
        let listed = get(&bench, "/catalog/datasets/places/records", &[]).await.json();
        let id = listed["records"][0]["record"]["id"].as_str().unwrap();
        let answer = get(&bench, &path.replace("{id}", id), params).await;
        assert_eq!(answer.status, 200, "{file}: {}", answer.text());
        assert_shape(&without_content(recorded), &answer.json(), file);
    }
    let folder = parvis_testkit::fixtures("opendatasoft")
        .expect("its files were read")
        .join("v20");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.starts_with("doc_metadata_") {
            // Compared where templates are.
            continue;
        }
        let excluded = EXCLUDED.iter().any(|(file, _)| *file == name);
        assert!(
            excluded || tested.contains(&format!("v20/{name}")),
            "{name} is neither tested nor excluded"
        );
    }
}

/// A recorded answer without what is another dataset's: its fields' names and its optional templates.
fn without_content(mut recorded: Value) -> Value {
    let places = [
        "/records/0/record/fields",
        "/record/fields",
        "/dataset/fields",
        "/dataset/metas",
        "/dataset/attachments",
    ];
    for place in places {
        if let Some(content) = recorded.pointer_mut(place) {
            *content = Value::Null;
        }
    }
    if let Some(group) = recorded.pointer_mut("/records/0").and_then(Value::as_object_mut) {
        group.remove("cou_name_en");
    }
    for dataset in recorded
        .get_mut("datasets")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        for part in ["fields", "metas", "attachments"] {
            dataset["dataset"][part] = Value::Null;
        }
    }
    recorded
}

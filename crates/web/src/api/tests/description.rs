//! The description for programs says what the API does: every route, parameter and error, and none that there is not.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use http::{Method, Request};
use parvis_model::{ErrorCode, QuotaScope};
use serde_json::Value;

use super::super::openapi;
use super::support::{API, Bench, ORIGIN, address};

/// Names of parameters.
type Names = BTreeSet<String>;

/// A value that each parameter refuses; those that take any text are not here.
const REFUSED: [(&str, &str); 28] = [
    ("after", "x"),
    ("as_of", "x"),
    ("compressed", "x"),
    ("delimiter", "x"),
    ("description_field_list", "x"),
    ("epsg", "x"),
    ("exclude", "("),
    ("explain", "x"),
    ("facet", "("),
    ("format", "x"),
    ("group_by", "("),
    ("include_app_metas", "x"),
    ("include_exports", "x"),
    ("include_links", "x"),
    ("lang", "x"),
    ("limit", "x"),
    ("name_field", "x"),
    ("offset", "x"),
    ("order_by", "("),
    ("parquet_compression", "x"),
    ("quote_all", "x"),
    ("qv1", "("),
    ("refine", "("),
    ("select", "("),
    ("timezone", "x"),
    ("use_extension", "x"),
    ("use_labels", "x"),
    ("where", "("),
];

fn concrete(path: &str) -> String {
    path.replace("{dataset_id}", "places").replace("{record_id}", "none")
}

/// Parameters of each path, and the statuses that it says it answers.
fn described() -> BTreeMap<String, (Names, Names)> {
    let document = openapi(ORIGIN);
    let paths = document["paths"].as_object().unwrap().iter();
    let described = paths.map(|(path, item)| {
        let operation = &item["get"];
        let parameters = operation["parameters"].as_array().unwrap().iter();
        let names = parameters.map(|one| {
            let pointer = one["$ref"].as_str().unwrap().trim_start_matches('#');
            document.pointer(pointer).unwrap()["name"].as_str().unwrap().to_owned()
        });
        let statuses = operation["responses"].as_object().unwrap().keys().cloned();
        (path.clone(), (names.collect(), statuses.collect()))
    });
    described.collect()
}

#[tokio::test]
async fn a_parameter_is_described_where_it_is_understood_and_nowhere_else() {
    let bench = Bench::with_places().await;
    let app = bench.app().await;
    for (path, (names, statuses)) in described() {
        let plain = bench.get(&concrete(&path), &[]).await;
        if statuses.contains("410") || plain.status == 400 {
            // Gone, or nothing without a parameter.
            continue;
        }
        for (name, value) in REFUSED {
            // A record that there is not is told after its parameters.
            let target = address(&concrete(&path), &[(name, value)]);
            let request = Request::get(&target).body(Body::empty()).unwrap();
            let answer = bench.ask(app.clone(), request).await;
            let told = names.contains(name);
            // A language, a zone and a moment are checked even where nothing depends on them; exports share their choices.
            let shared = matches!(name, "lang" | "timezone" | "as_of") || path.contains("/exports/");
            assert!(
                (answer.status == 400) == told || (shared && !told),
                "{path}: {name} is {}described, and {value} is answered {}: {}",
                if told { "" } else { "not " },
                answer.status,
                String::from_utf8_lossy(&answer.body)
            );
        }
    }
}

#[tokio::test]
async fn every_status_that_is_answered_is_described() {
    let bench = Bench::with_places().await;
    let refused = |code: &str| {
        let mut request = Request::builder().method(Method::GET);
        if code == "401" {
            request = request.header("authorization", "Apikey none");
        }
        request
    };
    for (path, (_, statuses)) in described() {
        let target = format!("{API}{}", concrete(&path));
        let missing = target.replace("/places", "/nope").replace("/exports/", "/exports/no");
        for (code, target) in [
            ("200", target.clone()),
            ("400", format!("{target}?lang=x")),
            ("401", target.clone()),
            ("404", missing),
        ] {
            let request = refused(code).uri(&target).body(Body::empty()).unwrap();
            let answer = bench.send(request).await;
            assert!(
                statuses.contains(answer.status.as_str()) || target.contains("/exports/no"),
                "{target}: {} is not among {statuses:?}",
                answer.status
            );
            if let Some(tag) = answer.headers.get("etag") {
                let request = Request::get(&target).header("if-none-match", tag);
                let again = bench.send(request.body(Body::empty()).unwrap()).await;
                assert!(statuses.contains(again.status.as_str()), "{target}: {}", again.status);
            }
        }
    }
    let staff = bench.viewer(bench.admin.clone());
    let parvis = &bench.parvis;
    parvis
        .set_quota(&staff, QuotaScope::Anonymous, "", Some(0))
        .await
        .unwrap();
    for (path, (_, statuses)) in described() {
        let answer = bench.get(&concrete(&path), &[]).await;
        assert!(
            statuses.contains(answer.status.as_str()) && matches!(answer.status.as_u16(), 429 | 410),
            "{path}: {} is not among {statuses:?}",
            answer.status
        );
    }
}

#[test]
fn every_code_of_an_error_is_described() {
    let document = openapi(ORIGIN);
    let codes = document.pointer("/components/schemas/Error/properties/error_code/enum");
    let all = ErrorCode::ALL.map(|code| Value::from(format!("{code:?}")));
    assert_eq!(codes.and_then(Value::as_array).unwrap().as_slice(), all);
}

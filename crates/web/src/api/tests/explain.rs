//! `explain=true`: what an answer says of how it came about, and what it does not.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use super::support::{Answer, Bench, address, assert_error};

/// The explanation of an answer, without what a clock said.
fn explain(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let mut explain = answer.json()["explain"].clone();
    for time in ["planning_ms", "running_ms"] {
        let time = explain.as_object_mut().unwrap().remove(time).unwrap();
        assert!(time.as_f64().unwrap() >= 0.0);
    }
    explain
}

/// The same answer without its explanation.
fn without(answer: &Answer) -> Value {
    let mut body = answer.json();
    body.as_object_mut().unwrap().remove("explain");
    body
}

const QUESTION: [(&str, &str); 4] = [
    ("where", "population>10000"),
    ("qv1", "kind:city"),
    ("select", "name,  population*2 as twice"),
    ("order_by", "area desc"),
];

#[tokio::test]
async fn records_are_explained_beside_an_answer_that_stays_the_same() {
    let bench = Bench::with_places().await;
    let mut params = QUESTION.to_vec();
    params.push(("explain", "true"));
    let explained = bench.records(&params).await;
    let plain = bench.records(&QUESTION).await;
    assert_eq!(plain.json()["explain"], Value::Null);
    assert_eq!(without(&explained), plain.json());
    let mut told = explain(&explained);
    let version = told["version"].take();
    assert_eq!(version.as_str().unwrap().len(), 26);
    assert_eq!(
        told,
        json!({
            "answered_by": ["columns in memory"],
            "query": {
                "select": ["name", "population*2 as twice"],
                "where": ["population > 10000", "kind = \"city\""],
                "refine": [], "exclude": [], "group_by": [], "facet": [],
                "order_by": ["area desc"],
            },
            "permissions": null,
            "columns": ["name", "kind", "population", "area"],
            "records_read": 7,
            "records_matched": 3,
            "plans": [],
            "version": null,
        })
    );
    params.push(("explain", "false"));
    assert_eq!(bench.records(&params).await.json(), plain.json());
    assert_error(
        &bench.records(&[("explain", "perhaps")]).await,
        400,
        "InvalidRESTParameterError",
        "explain",
    );
}

#[tokio::test]
async fn groups_facets_and_the_catalogue_are_explained() {
    let bench = Bench::with_places().await;
    let grouped = [
        ("select", "count(*) as n, envelope(geo_point) as hull"),
        ("group_by", "kind"),
        ("refine", "tags:fleuve"),
        ("explain", "true"),
    ];
    let told = explain(&bench.records(&grouped).await);
    assert_eq!(told["answered_by"], json!(["DataFusion over the resident table"]));
    assert!(told["plans"][0].as_str().unwrap().contains("AggregateExec"), "{told}");
    assert_eq!(told["records_matched"], 2);
    assert_eq!(told["columns"], json!(["kind", "geo_point", "tags"]));
    let path = "/catalog/datasets/places/facets";
    let params = [("facet", "kind"), ("where", "\"fleuve\""), ("explain", "1")];
    let told = explain(&bench.get(path, &params).await);
    assert_eq!(told["query"]["facet"], json!(["facet(name=\"kind\")"]));
    assert_eq!(told["records_matched"], 4);
    assert_eq!(told["columns"], json!(["name", "kind", "tags"]));
    for path in ["/catalog/datasets", "/catalog/facets"] {
        let params = [("explain", "true"), ("where", "records_count>1")];
        let told = explain(&bench.get(path, &params).await);
        assert_eq!(told["query"]["where"], json!(["records_count > 1"]), "{path}");
    }
    let old = "/api/v2/catalog/datasets/places";
    for path in ["records?limit=1", "aggregates?select=count(*)", "facets?facet=kind"] {
        let (path, query) = path.split_once('?').unwrap();
        let answer = bench.fetch(&format!("{old}/{path}?{query}&explain=true")).await;
        assert_eq!(explain(&answer)["permissions"], Value::Null, "{path}");
    }
    for path in ["datasets?limit=1", "aggregates?select=count(*)"] {
        explain(&bench.fetch(&format!("/api/v2/catalog/{path}&explain=true")).await);
    }
}

#[tokio::test]
async fn an_explanation_is_never_kept_and_tells_of_answers_that_are() {
    let bench = Bench::with_places().await;
    let app = bench.keeping().await;
    let ask = async |query: &[(&str, &str)]| {
        let target = address("/catalog/datasets/places/records", query);
        let request = Request::get(target).body(Body::empty()).unwrap();
        bench.ask(app.clone(), request).await
    };
    let watched = [("where", "population > 5000"), ("explain", "true")];
    for _ in 0..2 {
        let answer = ask(&watched).await;
        assert_eq!(explain(&answer)["answered_by"], json!(["columns in memory"]));
    }
    assert_eq!(ask(&watched[..1]).await.json()["explain"], Value::Null);
    assert_eq!(explain(&ask(&watched).await)["answered_by"], json!(["kept answer"]));
}

#[tokio::test]
async fn what_permissions_add_is_not_told() {
    let bench = Bench::with_places().await;
    bench
        .import("secret", "secret.csv", b"a;b\n1;x\n2;y\n", Vec::new(), true)
        .await;
    for path in ["/catalog/datasets", "/catalog/facets"] {
        let answer = bench.get(path, &[("explain", "true"), ("select", "dataset_id")]).await;
        let told = explain(&answer);
        assert_eq!(told["permissions"], "restricted to what you may see", "{path}");
        assert_eq!(told["records_read"], Value::Null, "the catalogue holds more");
        assert_eq!(told["plans"], json!([]));
        assert_eq!(told["records_matched"], 1);
        let text = told.to_string();
        assert!(!text.contains("visibility") && !text.contains("domain"), "{text}");
    }
    let answer = bench
        .get("/catalog/datasets/secret/records", &[("explain", "true")])
        .await;
    assert_error(&answer, 404, "NotFoundResource", "does not exist");
}

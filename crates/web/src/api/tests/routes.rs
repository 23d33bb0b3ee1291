//! Addresses, methods and headers.

use axum::body::Body;
use http::{Method, Request};
use serde_json::Value;

use super::super::{openapi, table};
use super::support::{API, Bench, ORIGIN, assert_error};

/// A concrete address for a pattern of the table.
fn concrete(pattern: &str) -> String {
    pattern
        .replace("{id}", "places")
        .replace("{dataset_id}", "places")
        .replace("{record_id}", "none")
        .replace("{format}", "csv")
}

#[tokio::test]
async fn every_address_answers_the_same_with_and_without_its_last_slash() {
    let bench = Bench::with_places().await;
    for (pattern, _) in table() {
        let plain = bench.fetch(&concrete(&pattern)).await;
        let slash = bench.fetch(&format!("{}/", concrete(&pattern))).await;
        assert_eq!(plain.status, slash.status, "{pattern}");
        assert!(!plain.status.is_redirection(), "{pattern}");
        assert_eq!(plain.body, slash.body, "{pattern}");
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_of_the_api_and_no_cookie() {
    let bench = Bench::with_places().await;
    let mut targets: Vec<String> = table().iter().map(|(pattern, _)| concrete(pattern)).collect();
    targets.push("/api/none".to_owned());
    targets.push(format!("{API}/catalog/datasets/places/records?limit=ten"));
    for target in targets {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::POST] {
            let request = Request::builder()
                .method(&method)
                .uri(&target)
                .body(Body::empty())
                .unwrap();
            if method == Method::POST && !target.starts_with(API) {
                // The edge refuses it first: what is not this API takes forms with a token only.
                continue;
            }
            let answer = bench.send(request).await;
            let place = format!("{method} {target}");
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{place}");
            assert_eq!(
                answer.header("access-control-allow-methods"),
                "POST, GET, OPTIONS",
                "{place}"
            );
            assert_eq!(answer.header("access-control-max-age"), "1000", "{place}");
            assert!(
                answer
                    .header("access-control-expose-headers")
                    .contains("X-RateLimit-Remaining"),
                "{place}"
            );
            assert!(answer.header("cache-control").contains("no-store"), "{place}");
            assert!(answer.headers.get("set-cookie").is_none(), "{place}");
        }
    }
}

#[tokio::test]
async fn a_preflight_allows_what_widgets_send() {
    let bench = Bench::empty().await;
    let request = Request::builder()
        .method(Method::OPTIONS)
        .uri(format!("{API}/catalog/datasets"))
        .header("origin", "https://elsewhere.example")
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "authorization, ods-widgets-version")
        .body(Body::empty())
        .unwrap();
    let answer = bench.send(request).await;
    assert_eq!(answer.status, 204);
    assert!(answer.body.is_empty());
    for name in ["Authorization", "ODS-Widgets-Version", "ODS-API-Analytics-App"] {
        assert!(answer.header("access-control-allow-headers").contains(name), "{name}");
    }
    assert!(answer.headers.get("access-control-allow-credentials").is_none());
}

#[tokio::test]
async fn wrong_methods_addresses_and_versions_are_told_apart() {
    let bench = Bench::empty().await;
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        let request = Request::builder()
            .method(&method)
            .uri(format!("{API}/catalog/datasets"))
            .body(Body::empty())
            .unwrap();
        let answer = bench.send(request).await;
        assert_error(&answer, 405, "MethodNotAllowed", method.as_str());
        assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS");
    }
    for target in [
        "/api",
        "/api/",
        "/api/none",
        &format!("{API}/openapi.json"),
        &format!("{API}/shared/datasets"),
    ] {
        assert_error(
            &bench.fetch(target).await,
            404,
            "NotFoundURI",
            "The requested URI does not exist.",
        );
    }
    for gone in [
        "/catalog/aggregates",
        "/catalog/datasets/places/aggregates",
        "/catalog/datasets/places/query",
    ] {
        assert_error(&bench.get(gone, &[]).await, 410, "Gone", "v2.0");
    }
    for path in [
        "",
        "/records",
        "/records/x",
        "/facets",
        "/exports",
        "/exports/csv",
        "/attachments",
    ] {
        let answer = bench.get(&format!("/catalog/datasets/nope{path}"), &[]).await;
        assert_error(
            &answer,
            404,
            "NotFoundResource",
            "The requested dataset nope does not exist.",
        );
    }
}

#[tokio::test]
async fn the_machine_description_lists_what_answers_and_nothing_else() {
    let document = Bench::empty().await.get("/swagger.json", &[]).await.json();
    assert_eq!(document, openapi(ORIGIN));
    assert_eq!(document["servers"][0]["url"], format!("{ORIGIN}{API}"));
    let described: Vec<String> = document["paths"].as_object().unwrap().keys().cloned().collect();
    let bench = Bench::with_places().await;
    for path in &described {
        let answer = bench.get(&concrete(path), &[]).await;
        assert_ne!(
            answer.json_code(),
            "NotFoundURI",
            "{path} is described and does not answer"
        );
    }
    for (pattern, _) in table() {
        let Some(path) = pattern.strip_prefix(API) else {
            continue;
        };
        let internal = ["", "/swagger.json"].contains(&path);
        let old = path.ends_with("/aggregates") || path.ends_with("/query");
        let path = path.replace("{id}", "{dataset_id}").replace("/{format}", "/csv");
        assert!(
            internal || old || described.contains(&path),
            "{path} answers and is not described"
        );
    }
}

#[test]
fn every_reference_of_the_machine_description_leads_somewhere() {
    fn visit(value: &Value, document: &Value) {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(target)) = map.get("$ref") {
                    assert!(document.pointer(target.trim_start_matches('#')).is_some(), "{target}");
                }
                map.values().for_each(|value| visit(value, document));
            }
            Value::Array(list) => list.iter().for_each(|value| visit(value, document)),
            _ => {}
        }
    }
    let document = openapi(ORIGIN);
    visit(&document, &document);
}

#[tokio::test]
async fn a_link_leads_where_it_says() {
    let bench = Bench::with_places().await;
    for path in ["", "/catalog", "/catalog/datasets/places/exports", "/catalog/exports"] {
        let links = bench.get(path, &[]).await.json()["links"].as_array().unwrap().clone();
        assert_eq!(links[0]["href"], format!("{ORIGIN}{API}{path}"), "{path}");
        for link in links {
            let href = link["href"].as_str().unwrap().strip_prefix(ORIGIN).unwrap().to_owned();
            assert_eq!(bench.fetch(&href).await.status, 200, "{href}");
        }
    }
}

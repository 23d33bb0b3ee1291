//! What is kept, for whom, and until when.

use axum::body::Body;
use http::{Method, Request};

use super::*;
use crate::api::tests::support::{Answer as Seen, Bench, PLACES, address};

const RECORDS: &str = "/api/explore/v2.1/catalog/datasets/places/records";

fn key(target: &str, headers: &[(&str, &str)]) -> Option<String> {
    let mut request = Request::builder().uri(target).header("host", "orleans.localhost:8080");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Asked::of(&request.body(()).unwrap()).map(|asked| asked.key)
}

#[test]
fn only_what_nobody_in_particular_asks_has_a_key() {
    assert!(key(RECORDS, &[]).is_some());
    assert!(key(&format!("{RECORDS}?where=apikey%3D1&access=1"), &[]).is_some());
    for target in [
        "/",
        "/explore/",
        "/apis/explore/",
        "/explore/dataset/places/download/?format=csv",
    ] {
        assert_eq!(key(target, &[]), None, "{target}");
    }
    for query in ["apikey=k", "a=1&apikey=k", "%61pikey=k", "access_token=t", "apikey="] {
        assert_eq!(key(&format!("{RECORDS}?{query}"), &[]), None, "{query}");
    }
    for header in [
        ("cookie", "a=b"),
        ("authorization", "Apikey k"),
        ("range", "bytes=0-1"),
        ("host", "cesson.localhost"),
        ("upgrade", "h2c"),
    ] {
        assert_eq!(key(RECORDS, &[header]), None, "{header:?}");
    }
    let long = "x".repeat(9 << 10);
    assert_eq!(key(RECORDS, &[("x-long", &long)]), None);
    let post = Request::builder().method(Method::POST).uri(RECORDS).header("host", "h");
    assert!(Asked::of(&post.body(()).unwrap()).is_none());
}

#[test]
fn whatever_an_answer_depends_on_is_in_its_key() {
    let plain = key(RECORDS, &[]);
    for (query, headers) in [
        ("?limit=1", &[][..]),
        ("", &[("accept-language", "en")]),
        ("", &[("accept-encoding", "gzip")]),
    ] {
        assert_ne!(key(&format!("{RECORDS}{query}"), headers), plain, "{query} {headers:?}");
    }
    assert_eq!(key(RECORDS, &[("accept", "text/csv"), ("user-agent", "x")]), plain);
}

#[test]
fn a_validator_is_compared_without_its_mark_of_weakness() {
    let same = |held: &'static str, tag: &'static str| {
        same_tag(&HeaderValue::from_static(held), &HeaderValue::from_static(tag))
    };
    assert!(same("\"a\"", "\"a\"") && same("W/\"a\"", "\"a\"") && same("\"b\", W/\"a\"", "W/\"a\""));
    assert!(!same("\"b\"", "\"a\"") && !same("*", "\"a\"") && !same("", "\"a\""));
}

/// The application with its kept answers, as the server makes it.
async fn fetch(bench: &Bench, app: &Keeping<axum::Router>, target: &str, headers: &[(&str, &str)]) -> Seen {
    let mut request = Request::get(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    bench.ask(app.clone(), request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn an_answer_is_given_again_until_the_portal_changes() {
    let bench = Bench::with_places().await;
    let app = bench.keeping().await;
    let target = address("/catalog/datasets/places/records", &[("limit", "2")]);
    let first = fetch(&bench, &app, &target, &[]).await;
    let second = fetch(&bench, &app, &target, &[]).await;
    assert_eq!(
        (first.status, &first.body, &first.headers),
        (second.status, &second.body, &second.headers)
    );
    assert_eq!(app.kept(), 1);
    let tag = first.header("etag").to_owned();
    let unchanged = fetch(&bench, &app, &target, &[("if-none-match", &tag)]).await;
    assert_eq!(unchanged.status, 304);
    assert!(unchanged.body.is_empty());
    assert_eq!(unchanged.header("etag"), tag);
    assert_eq!(unchanged.header("access-control-allow-origin"), "*");
    // A new version shows at once, and its answer has another validator.
    let changed = PLACES.replace("Orléans", "Aurelianum");
    bench
        .import("places", "places.csv", changed.as_bytes(), Vec::new(), false)
        .await;
    let third = fetch(&bench, &app, &target, &[("if-none-match", &tag)]).await;
    assert_eq!(third.status, 200);
    assert!(third.text().contains("Aurelianum"), "{}", third.text());
    assert_ne!(third.header("etag"), tag);
}

#[tokio::test]
async fn an_answer_that_was_kept_is_not_given_to_those_it_is_hidden_from() {
    let bench = Bench::with_places().await;
    let app = bench.keeping().await;
    let target = address("/catalog/datasets/places/records", &[]);
    for _ in 0..2 {
        assert_eq!(fetch(&bench, &app, &target, &[]).await.status, 200);
    }
    bench
        .import("places", "places.csv", PLACES.as_bytes(), Vec::new(), true)
        .await;
    assert_eq!(fetch(&bench, &app, &target, &[]).await.status, 404);
}

#[tokio::test]
async fn what_depends_on_the_moment_and_what_failed_is_not_kept() {
    let bench = Bench::with_places().await;
    let app = bench.keeping().await;
    for (params, status) in [
        (&[("where", "founded < NOW()")], 200),
        (&[("limit", "1473")], 400),
        (&[("select", "nothing")], 400),
    ] {
        let target = address("/catalog/datasets/places/records", params);
        let answer = fetch(&bench, &app, &target, &[]).await;
        assert_eq!(answer.status, status, "{target}");
        assert_eq!(answer.headers.contains_key("etag"), status == 200, "{target}");
    }
    assert_eq!(app.kept(), 0);
}

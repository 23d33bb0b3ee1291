//! `ETag`, 304 and parts of exports.

use axum::body::Body;
use http::{Method, Request};

use super::super::table;
use super::support::{API, Answer, Bench, PLACES, address};

const EXPORT: &str = "/catalog/datasets/places/exports/csv";

async fn ask(bench: &Bench, method: Method, target: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    bench.send(request.body(Body::empty()).unwrap()).await
}

async fn get(bench: &Bench, target: &str, headers: &[(&str, &str)]) -> Answer {
    ask(bench, Method::GET, target, headers).await
}

#[tokio::test]
async fn every_answer_has_a_validator_that_is_answered_304() {
    let bench = Bench::with_places().await;
    let listed = bench.records(&[("include_app_metas", "true")]).await.results();
    let id = listed[0]["_id"].as_str().unwrap();
    let mut targets: Vec<String> = table().into_iter().map(|(pattern, _)| pattern).collect();
    targets.extend(["/api/v2/catalog/datasets/places/records", "/api/v2/catalog/datasets"].map(str::to_owned));
    targets.push(format!(
        "{API}/catalog/datasets/places/records?where=founded%20%3C%20now()"
    ));
    for pattern in targets {
        let target = pattern
            .replace("{id}", "places")
            .replace("{record_id}", id)
            .replace("{format}", "csv");
        let version = bench
            .parvis
            .versions(&bench.viewer(bench.admin.clone()), "places")
            .await
            .unwrap();
        let target = if target.ends_with("/changes") {
            format!("{target}?from={}", version[0].id.as_str())
        } else {
            target
        };
        let first = get(&bench, &target, &[]).await;
        if first.status == 410 || target.ends_with("catalog/exports/csv") {
            continue;
        }
        assert_eq!(first.status, 200, "{target}: {}", first.text());
        let tag = first.header("etag");
        assert!(tag.starts_with('"') && tag.len() == 34, "{target}: {tag}");
        assert_eq!(get(&bench, &target, &[]).await.header("etag"), tag, "{target}");
        let other = "W/\"other\", ".to_owned() + tag;
        for held in [tag, &format!("W/{tag}"), &other] {
            for method in [Method::GET, Method::HEAD] {
                let again = ask(&bench, method, &target, &[("if-none-match", held)]).await;
                assert_eq!(again.status, 304, "{target} {held}");
                assert!(
                    again.body.is_empty() && again.header("content-type").is_empty(),
                    "{target}"
                );
                assert_eq!(again.header("etag"), tag, "{target}");
                assert_eq!(again.header("access-control-allow-origin"), "*", "{target}");
            }
        }
        let held = [("if-none-match", "\"other\"")];
        assert_eq!(get(&bench, &target, &held).await.status, 200, "{target}");
    }
}

#[tokio::test]
async fn a_head_says_what_a_get_would() {
    let bench = Bench::with_places().await;
    for path in ["/catalog/datasets", "/catalog/datasets/places/records", EXPORT] {
        let target = address(path, &[]);
        let (get, head) = (
            get(&bench, &target, &[]).await,
            ask(&bench, Method::HEAD, &target, &[]).await,
        );
        assert_eq!(head.status, 200);
        assert!(head.body.is_empty());
        assert_eq!(head.header("etag"), get.header("etag"), "{path}");
        if path != EXPORT {
            assert_eq!(head.header("content-length"), get.body.len().to_string(), "{path}");
        }
    }
}

#[tokio::test]
async fn a_validator_is_of_the_question_the_caller_and_the_content() {
    let bench = Bench::with_places().await;
    let records = "/catalog/datasets/places/records";
    let tag = async |params: &[(&str, &str)]| bench.get(records, params).await.header("etag").to_owned();
    let plain = tag(&[]).await;
    for params in [
        &[("limit", "1")][..],
        &[("lang", "en")],
        &[("timezone", "Europe/Paris")],
        &[("where", "population > 1")],
    ] {
        assert_ne!(tag(params).await, plain, "{params:?}");
    }
    assert_eq!(tag(&[]).await, plain);
    bench
        .import("places", "places.csv", PLACES.as_bytes(), Vec::new(), false)
        .await;
    assert_ne!(tag(&[]).await, plain, "another version");
    let old = get(&bench, &address(records, &[]), &[("if-none-match", &plain)]).await;
    assert_eq!(old.status, 200);
}

#[tokio::test]
async fn parts_of_an_export_make_the_whole() {
    let bench = Bench::with_places().await;
    for path in [
        EXPORT,
        "/catalog/datasets/places/exports/json",
        "/catalog/datasets/places/exports/parquet",
    ] {
        let target = address(path, &[]);
        let app = bench.app().await;
        let ask = async |headers: &[(&str, &str)]| {
            let mut request = Request::get(&target);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            bench.ask(app.clone(), request.body(Body::empty()).unwrap()).await
        };
        // The first part is asked for before anybody knows the length.
        let first = ask(&[("range", "bytes=0-99")]).await;
        assert_eq!(first.status, 206, "{path}: {}", String::from_utf8_lossy(&first.body));
        let tag = first.header("etag").to_owned();
        let rest = ask(&[("range", "bytes=100-"), ("if-range", &tag)]).await;
        let last = ask(&[("range", "bytes=-7")]).await;
        let whole = ask(&[]).await;
        assert_eq!((whole.status.as_u16(), whole.header("accept-ranges")), (200, "bytes"));
        assert_eq!(whole.header("etag"), tag);
        let length = whole.body.len();
        assert_eq!(first.header("content-range"), format!("bytes 0-99/{length}"));
        assert_eq!(first.header("content-length"), "100");
        assert_eq!([&first.body[..], &rest.body[..]].concat(), whole.body, "{path}");
        assert_eq!(last.body, whole.body[length - 7..]);
        let beyond = ask(&[("range", &format!("bytes={length}-"))]).await;
        assert_eq!(beyond.status, 416);
        assert_eq!(beyond.header("content-range"), format!("bytes */{length}"));
        for headers in [
            &[("range", "bytes=0-9"), ("if-range", "\"other\"")][..],
            &[("range", "bytes=0-9"), ("if-range", &format!("W/{tag}"))],
            &[("range", "bytes=0-9"), ("if-range", "Wed, 04 Mar 2026 12:00:00 GMT")],
            &[("range", "bytes=0-9,20-29")],
            &[("range", "lines=1")],
        ] {
            let answer = ask(headers).await;
            assert_eq!(
                (answer.status.as_u16(), &answer.body),
                (200, &whole.body),
                "{headers:?}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_packed_or_depends_on_the_moment_comes_whole() {
    let bench = Bench::with_places().await;
    for params in [&[("compressed", "true")][..], &[("where", "founded < now()")]] {
        let answer = get(&bench, &address(EXPORT, params), &[("range", "bytes=0-9")]).await;
        assert_eq!(answer.status, 200, "{params:?}");
        assert!(answer.header("accept-ranges").is_empty(), "{params:?}");
    }
}

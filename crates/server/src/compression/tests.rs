use std::convert::Infallible;
use std::io::{Read as _, Write as _};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::Request;
use axum::response::IntoResponse;
use axum::routing::get;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use tokio::sync::mpsc;
use tower::ServiceExt as _;

use super::*;

/// A text that shrinks.
fn long() -> String {
    "{\"commune\":\"Orléans\"},".repeat(1_000)
}

/// What a page with a validator answers.
async fn page(headers: HeaderMap) -> Response {
    if headers.get(IF_NONE_MATCH).is_some_and(|tags| tags == "\"v1\"") {
        return (StatusCode::NOT_MODIFIED, [(ETAG, "\"v1\"")]).into_response();
    }
    let kind = (CONTENT_TYPE, "text/html; charset=utf-8");
    ([kind, (ETAG, "\"v1\""), (VARY, "Cookie")], long()).into_response()
}

fn typed(media_type: &'static str, body: impl Into<Body>) -> Response {
    ([(CONTENT_TYPE, media_type)], body.into()).into_response()
}

fn app() -> Router {
    compress(
        Router::new()
            .route("/page", get(page))
            .route("/short", get(async || typed("application/json", "[1]")))
            .route("/geo", get(async || typed("application/geo+json", long())))
            .route("/icon", get(async || typed("image/svg+xml", long())))
            .route("/photo", get(async || typed("image/png", long())))
            .route(
                "/parquet",
                get(async || typed("application/vnd.apache.parquet", long())),
            )
            .route("/zipped", get(async || typed("application/gzip", long())))
            .route(
                "/static",
                get(async || ([(CONTENT_TYPE, "text/css"), (CONTENT_ENCODING, "br")], long())),
            )
            .route(
                "/untouched",
                get(async || ([(CONTENT_TYPE, "text/plain"), (CACHE_CONTROL, "no-transform")], long())),
            )
            .route(
                "/accepted",
                get(async |headers: HeaderMap| {
                    headers
                        .get(ACCEPT_ENCODING)
                        .map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
                }),
            ),
    )
}

async fn send(method: &str, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

async fn fetch(path: &str, accepts: &str) -> Response {
    send("GET", path, &[("accept-encoding", accepts)]).await
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

async fn body(response: Response) -> Bytes {
    response.into_body().collect().await.unwrap().to_bytes()
}

fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

#[tokio::test]
async fn text_is_compressed_for_clients_that_take_it() {
    for path in ["/page", "/geo", "/icon"] {
        let response = fetch(path, "gzip").await;
        assert_eq!(header(&response, "content-encoding"), "gzip", "{path}");
        assert_eq!(header(&response, "content-length"), "", "{path}");
        let bytes = body(response).await;
        assert!(bytes.len() * 10 < long().len(), "{path}: {}", bytes.len());
        assert_eq!(gunzip(&bytes), long(), "{path}");
    }
    let response = send("GET", "/page", &[]).await;
    assert_eq!(header(&response, "content-encoding"), "");
    assert_eq!(header(&response, "content-length"), long().len().to_string());
    assert_eq!(body(response).await, long());
}

#[tokio::test]
async fn what_is_short_or_no_text_or_compressed_already_is_left_alone() {
    for (path, coding) in [
        ("/short", ""),
        ("/photo", ""),
        ("/parquet", ""),
        ("/zipped", ""),
        ("/untouched", ""),
        ("/static", "br"),
    ] {
        let response = fetch(path, "br, gzip").await;
        assert_eq!(header(&response, "content-encoding"), coding, "{path}");
        assert!(!header(&response, "content-length").is_empty(), "{path}");
        if path != "/short" {
            assert_eq!(body(response).await, long(), "{path}");
        }
    }
}

#[tokio::test]
async fn caches_are_told_that_the_answer_depends_on_what_is_accepted() {
    for accepts in ["gzip", "identity"] {
        let response = fetch("/page", accepts).await;
        let values = response.headers().get_all(VARY).iter();
        let names: Vec<_> = values.map(|value| value.to_str().unwrap().to_lowercase()).collect();
        assert_eq!(names, ["cookie", "accept-encoding"], "{accepts}");
        assert_eq!(header(&fetch("/short", accepts).await, "vary"), "Accept-Encoding");
        assert_eq!(header(&fetch("/photo", accepts).await, "vary"), "");
    }
}

#[tokio::test]
async fn a_compressed_answer_has_a_weak_validator_that_is_known_again() {
    assert_eq!(header(&send("GET", "/page", &[]).await, "etag"), "\"v1\"");
    assert_eq!(header(&fetch("/page", "br").await, "etag"), "W/\"v1\"");
    for (tag, again) in [("W/\"v1\"", "W/\"v1\""), ("\"v1\"", "\"v1\"")] {
        let headers = [("accept-encoding", "br"), ("if-none-match", tag)];
        let response = send("GET", "/page", &headers).await;
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{tag}");
        assert_eq!(header(&response, "etag"), again);
        assert_eq!(header(&response, "vary"), "Accept-Encoding");
        assert_eq!(header(&response, "content-encoding"), "");
        assert!(body(response).await.is_empty());
    }
    let changed = send("GET", "/page", &[("if-none-match", "W/\"v0\"")]).await;
    assert_eq!(changed.status(), StatusCode::OK);
}

#[tokio::test]
async fn head_says_what_get_would() {
    for path in ["/page", "/short", "/photo", "/static", "/geo"] {
        for accepts in ["gzip", "br", "identity"] {
            let headers = [("accept-encoding", accepts)];
            let (get, head) = (send("GET", path, &headers).await, send("HEAD", path, &headers).await);
            assert_eq!(head.status(), get.status());
            let told = |response: &Response| {
                ["content-type", "content-encoding", "content-length", "etag", "vary"]
                    .map(|name| header(response, name).to_owned())
            };
            assert_eq!(told(&head), told(&get), "{path} {accepts}");
            assert!(body(head).await.is_empty());
        }
    }
}

#[tokio::test]
async fn clients_are_taken_at_their_word() {
    for (accepts, coding) in [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("BR", "br"),
        ("*", "br"),
        ("*;q=0.1, br;q=0", "gzip"),
        ("gzip ; q=0.001", "gzip"),
        ("identity", ""),
        ("zstd", ""),
        ("*;q=0", ""),
        ("identity;q=0, zstd", ""),
        ("gzip;q=2", ""),
        ("gzip;q=nan", ""),
        ("brotli", ""),
        ("", ""),
    ] {
        let response = fetch("/accepted", accepts).await;
        assert_eq!(response.status(), StatusCode::OK, "{accepts}");
        assert_eq!(body(response).await, coding, "{accepts}");
    }
}

#[tokio::test]
async fn an_export_still_streams() {
    let (sender, receiver) = mpsc::channel::<Result<Bytes, Infallible>>(1);
    let rows = futures::stream::unfold(receiver, |mut receiver| async {
        let rows = receiver.recv().await?;
        Some((rows, receiver))
    });
    let export = Arc::new(Mutex::new(Some(Body::from_stream(rows))));
    let handler = move || {
        let export = export.lock().unwrap().take().unwrap();
        async move { typed("text/csv", export) }
    };
    let app = compress(Router::new().route("/", get(handler)));
    let request = Request::get("/").header("accept-encoding", "gzip").body(Body::empty());
    let response = app.oneshot(request.unwrap()).await.unwrap();
    assert_eq!(header(&response, "content-encoding"), "gzip");
    let mut body = response.into_body();
    let mut decoder = flate2::write::GzDecoder::new(Vec::new());
    sender.send(Ok("first row\n".into())).await.unwrap();
    // The second row is not there yet: what is known has to arrive all the same.
    while decoder.get_ref().is_empty() {
        let piece = body.frame().await.unwrap().unwrap().into_data().unwrap();
        decoder.write_all(&piece).unwrap();
        decoder.flush().unwrap();
    }
    assert_eq!(decoder.get_ref(), b"first row\n");
    sender.send(Ok("second row\n".into())).await.unwrap();
    drop(sender);
    let rest = body.collect().await.unwrap().to_bytes();
    decoder.write_all(&rest).unwrap();
    assert_eq!(decoder.finish().unwrap(), b"first row\nsecond row\n");
}

//! What one visitor sends never shows in what a cache may give another (R-CACHE-03, R-CACHE-05).

use axum::body::Body;
use http::header::{COOKIE, LOCATION, SET_COOKIE};
use http::{Request, StatusCode};
use parvis_model::Role;

use super::{PLAIN, get_with, sign_in};
use crate::api::tests::support::{Answer, Bench};

/// Headers that no cache has in its key.
const HOSTILE: [(&str, &str); 14] = [
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-port", "444"),
    ("x-forwarded-prefix", "/evil"),
    ("x-forwarded-server", "evil.example"),
    ("forwarded", "host=evil.example;proto=https"),
    ("x-host", "evil.example"),
    ("x-original-url", "/account/"),
    ("x-rewrite-url", "/account/"),
    ("x-http-method-override", "POST"),
    ("x-forwarded-scheme", "nothttps"),
    ("sec-gpc", "1"),
    ("dnt", "1"),
    ("referer", "https://evil.example/<script>"),
];

/// Twenty jars of junk.
fn jars() -> Vec<String> {
    let names = [
        "a",
        "ods-popin-displayed-x",
        "_ga",
        "sessionid2",
        "csrftoken",
        "cookies_preferences",
        "Django_Language",
    ];
    let mut jars: Vec<String> = names.iter().map(|name| format!("{name}=junk")).collect();
    jars.extend(["", ";;;", "=", "\"", "a", "a=b; a=c", "$Version=1; a=b"].map(str::to_owned));
    jars.extend((1..=6).map(|count| (0..count * 20).map(|at| format!("c{at}={at}; ")).collect()));
    jars
}

async fn with(bench: &Bench, target: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    bench.send(request.body(Body::empty()).unwrap()).await
}

/// Everything that a cache keeps.
fn kept(answer: &Answer) -> (StatusCode, String, Vec<(String, String)>) {
    let headers = answer.headers.iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    (answer.status, answer.text().to_owned(), headers.collect())
}

#[tokio::test]
async fn no_header_outside_the_key_of_a_cache_changes_a_page() {
    let bench = Bench::with_places().await;
    for target in PLAIN {
        let clean = kept(&bench.fetch(target).await);
        for header in HOSTILE {
            let hostile = kept(&with(&bench, target, &[header]).await);
            assert_eq!(hostile, clean, "{target} with {header:?}");
        }
        let all = kept(&with(&bench, target, &HOSTILE).await);
        assert_eq!(all, clean, "{target} with all of them");
        assert_eq!(kept(&bench.fetch(target).await), clean, "{target} afterwards");
    }
}

#[tokio::test]
async fn a_public_page_is_the_same_with_twenty_jars() {
    let bench = Bench::with_places().await;
    let jars = jars();
    assert_eq!(jars.len(), 20);
    for target in [
        "/",
        "/explore/",
        "/explore/dataset/places/table/",
        "/terms/cookies-policy/",
    ] {
        let clean = bench.fetch(target).await;
        for jar in &jars {
            let other = with(&bench, target, &[(COOKIE.as_str(), jar)]).await;
            assert_eq!(other.body, clean.body, "{target} with {jar}");
            assert!(!other.headers.contains_key(SET_COOKIE), "{target} with {jar}");
        }
    }
}

#[tokio::test]
async fn no_path_that_looks_like_a_file_makes_a_private_page_cacheable() {
    let bench = Bench::with_places().await;
    let cookies = sign_in(&bench, Role::Admin).await;
    for target in [
        "/account/x.css",
        "/account/;x.css",
        "/account;x.css",
        "/account/%2fx.css",
        "/account/%2e%2e/static/main.css",
        "/account/..%2fstatic/main.css",
        "/account/%00.css",
        "/account/x.css?y.js",
        "/account/?x=.css",
        "//account/",
        "/static/../account/",
        "/static/%2e%2e/account/",
        "/backoffice/x.png",
    ] {
        let answer = get_with(&bench, target, &cookies).await;
        let caching = answer.header("cache-control");
        let private = caching.contains("private") || caching.contains("no-store");
        assert!(private || !answer.text().contains("Agent"), "{target}: {caching}");
        assert!(!answer.header(LOCATION.as_str()).contains("//"), "{target}");
    }
}

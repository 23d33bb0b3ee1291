//! What caches may keep of every public page, file and call of the API, and what they must not (R-CACHE-01 to R-CACHE-06).

use axum::Router;
use http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_LANGUAGE, HOST, VARY};
use http::{HeaderMap, Method};
use tower::ServiceExt as _;

use super::*;

const HERE: &str = "orleans.localhost:8080";
/// Public answers that are no pages for people.
const FILES: [&str; 9] = [
    "/robots.txt",
    "/sitemap.xml",
    "/theme.css",
    "/logo.svg",
    "/cookies/proof.json",
    "/terms/cookies-policy/key/",
    "/terms/cookies-policy/?format=text",
    "/terms/cookies-policy/?format=json",
    "/nothing/here/",
];
/// Calls of the API.
const CALLS: [&str; 9] = [
    "/api/explore/v2.1",
    "/api/explore/v2.1/swagger.json",
    "/api/explore/v2.1/catalog/datasets",
    "/api/explore/v2.1/catalog/facets",
    "/api/explore/v2.1/catalog/datasets/places",
    "/api/explore/v2.1/catalog/datasets/places/records?limit=2&where=population%3E1",
    "/api/explore/v2.1/catalog/datasets/places/exports/csv",
    "/api/explore/v2.1/catalog/datasets/nowhere/records",
    "/explore/dataset/places/download/?format=json",
];

/// Everything that a cache keeps of an answer.
#[derive(Debug, PartialEq)]
struct Kept {
    status: StatusCode,
    headers: HeaderMap,
    body: bytes::Bytes,
}

impl Kept {
    fn header(&self, name: &http::HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

async fn ask(app: &Router, method: Method, target: &str, headers: &[(&str, &str)], body: &str) -> Kept {
    let mut request = Request::builder().method(method).uri(target).header(HOST, HERE);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let (parts, body) = app.clone().oneshot(request).await.unwrap().into_parts();
    Kept {
        status: parts.status,
        headers: parts.headers,
        body: axum::body::to_bytes(body, 64 << 20).await.unwrap(),
    }
}

async fn read(app: &Router, target: &str, headers: &[(&str, &str)]) -> Kept {
    ask(app, Method::GET, target, headers, "").await
}

fn public() -> impl Iterator<Item = &'static str> {
    PLAIN.into_iter().chain(FILES).chain(CALLS)
}

/// Twenty jars of a visitor who has not signed in.
fn jars() -> [String; 20] {
    std::array::from_fn(|n| match n {
        0 => String::new(),
        1 => ";;;".to_owned(),
        2 => "=; nameless; \"".to_owned(),
        3 => "$Version=1; a=\"\\054\"".to_owned(),
        4 => (0..200).map(|at| format!("c{at}={at}; ")).collect(),
        5 => format!("x={}", "y".repeat(8 * 1024)),
        6 => "SessionID=a; __Host-sessionid=b; sessionid =c; sessionid2=d".to_owned(),
        7 => "csrftoken=short".to_owned(),
        8 => format!("csrftoken={}", "a".repeat(32)),
        9 => "cookies_preferences=v1.forged.1.1.1.1".to_owned(),
        10 => "cookies_preferences=true; csrftoken=<script>".to_owned(),
        11 => "django_language=xx".to_owned(),
        12 => "Django_Language=en; language=en; lang=en".to_owned(),
        _ => format!(
            "_ga=GA1.{n}; _pk_id.{n}=1; ods-popin-displayed-{n}=true; a={n}; a={}",
            n + 1
        ),
    })
}

#[tokio::test]
async fn every_public_answer_is_the_same_byte_for_byte_for_twenty_jars() {
    let bench = Bench::with_places().await;
    let app = bench.app().await;
    for target in public() {
        let clean = read(&app, target, &[]).await;
        // A validator that differed from one visitor to another would be a cookie: below, all are alike.
        let of_api = target.starts_with("/api/") || target.contains("/download/");
        let tagged = clean.headers.contains_key("etag") && !of_api;
        assert!(!clean.headers.contains_key(SET_COOKIE) && !tagged, "{target}");
        // The API says what live portals say; its answers are never stored.
        let by_cookie = clean.header(&VARY).contains("Cookie");
        assert!(
            !by_cookie || clean.header(&CACHE_CONTROL).contains("no-store"),
            "{target}"
        );
        for jar in jars() {
            let other = read(&app, target, &[("cookie", &jar)]).await;
            assert_eq!(other, clean, "{target} with {jar:.60}");
        }
    }
}

/// Headers and bodies that no cache has in its key.
const HOSTILE: [(&str, &str); 17] = [
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-port", "444"),
    ("x-forwarded-prefix", "/evil"),
    ("x-forwarded-for", "evil.example"),
    ("forwarded", "host=evil.example;proto=https"),
    ("x-original-url", "/account/"),
    ("x-rewrite-url", "/account/"),
    ("x-http-method-override", "POST"),
    ("x-method-override", "DELETE"),
    ("x-parvis-audit", "1"),
    ("sec-gpc", "1"),
    ("dnt", "1"),
    ("user-agent", "evil\" onload=\"x"),
    ("referer", "https://evil.example/<script>"),
    ("origin", "https://evil.example"),
    ("parvis-headers-cut", "yes"),
];

#[tokio::test]
async fn no_hostile_header_and_no_body_of_a_reading_request_changes_what_is_kept() {
    let bench = Bench::with_places().await;
    let app = bench.app().await;
    for target in public() {
        let clean = read(&app, target, &[]).await;
        let told = read(&app, target, &HOSTILE).await;
        // The signals are declared where they count.
        let declared = clean.header(&VARY).contains("Sec-GPC");
        if !declared {
            assert_eq!(told, clean, "{target} with hostile headers");
        }
        for (kind, body) in [
            (
                "application/x-www-form-urlencoded",
                "lang=en&q=evil&format=json&csrfmiddlewaretoken=x",
            ),
            ("application/json", "{\"lang\":\"en\",\"where\":\"1=2\"}"),
            ("text/plain", "evil"),
        ] {
            let fat = ask(&app, Method::GET, target, &[("content-type", kind)], body).await;
            assert_eq!(fat, clean, "{target} with a body of {kind}");
        }
        assert_eq!(read(&app, target, &[]).await, clean, "{target} afterwards");
    }
}

#[tokio::test]
async fn the_language_is_in_the_address_or_declared() {
    let bench = Bench::with_places().await;
    let app = bench.app().await;
    for target in PLAIN.into_iter().filter(|target| !target.contains("q=introuvable")) {
        let fixed = read(&app, &in_language(target, "fr"), &[]).await;
        for (name, value) in [(ACCEPT_LANGUAGE.as_str(), "en"), ("cookie", "django_language=en")] {
            let other = read(&app, &in_language(target, "fr"), &[(name, value)]).await;
            assert_eq!(other, fixed, "{target} with {name}");
        }
        assert!(fixed.header(&VARY).is_empty(), "{target}");
        let by_header = read(&app, target, &[(ACCEPT_LANGUAGE.as_str(), "en")]).await;
        assert_eq!(
            (by_header.header(&CONTENT_LANGUAGE), by_header.header(&VARY)),
            ("en", "Accept-Language"),
            "{target}"
        );
        assert_eq!(
            by_header.header(&CACHE_CONTROL),
            "no-cache",
            "{target}: another cookie asks for the same address"
        );
        let by_cookie = read(&app, target, &[("cookie", "django_language=en")]).await;
        assert_eq!(by_cookie.header(&VARY), "Accept-Language, Cookie", "{target}");
        assert!(by_cookie.header(&CACHE_CONTROL).starts_with("private"), "{target}");
    }
}

#[tokio::test]
async fn a_parameter_that_is_given_twice_is_read_one_way_whatever_the_rest() {
    let bench = Bench::with_places().await;
    let app = bench.app().await;
    for (doubled, plain) in [("/?lang=fr&lang=en", "/?lang=en"), ("/?lang=en&lang=fr", "/?lang=fr")] {
        let (doubled, plain) = (read(&app, doubled, &[]).await, read(&app, plain, &[]).await);
        assert_eq!(doubled.header(&CONTENT_LANGUAGE), plain.header(&CONTENT_LANGUAGE));
    }
    for target in [
        "/explore/?q=a&q=%3Cscript%3E&lang=fr",
        "/explore/?lang=fr&lang=%22%3E%3Cscript%3E",
        "/?lang=fr&%3Cscript%3E",
    ] {
        let answer = read(&app, target, &[]).await;
        assert_eq!(answer.status, 200, "{target}");
        assert!(!String::from_utf8_lossy(&answer.body).contains("<script>"), "{target}");
    }
}

#[tokio::test]
async fn whatever_sets_a_cookie_or_was_private_is_stored_nowhere() {
    let bench = Bench::with_places().await;
    let cookies = sign_in(&bench, Role::Admin).await;
    let app = bench.app().await;
    let planted = "sessionid=a; sessionid=b; csrftoken=a; csrftoken=b";
    let mut set = 0;
    for address in addresses(&crate::pages::routes()) {
        for jar in ["", &cookies, planted, "sessionid=unknown"] {
            for (method, body) in [
                (Method::GET, ""),
                (Method::HEAD, ""),
                (Method::POST, "csrfmiddlewaretoken=x"),
            ] {
                let headers = [
                    ("cookie", jar),
                    ("content-type", "application/x-www-form-urlencoded"),
                    ("origin", ORIGIN),
                ];
                let answer = ask(&app, method.clone(), &address, &headers, body).await;
                let told = format!("{method} {address} with {jar:.30}: {:?}", answer.headers);
                assert!(answer.status.as_u16() < 500, "{told}");
                let sets = answer.headers.contains_key(SET_COOKIE);
                set += u32::from(sets);
                if sets {
                    assert_eq!(answer.header(&CACHE_CONTROL), "private, no-store", "{told}");
                    assert!(answer.header(&VARY).contains("Cookie"), "{told}");
                }
                if String::from_utf8_lossy(&answer.body).contains(EMAIL) {
                    assert_eq!(answer.header(&CACHE_CONTROL), "private, no-store", "{told}");
                }
            }
        }
    }
    assert!(set > 50, "only {set} answers set a cookie");
}

#[tokio::test]
async fn heads_and_conditional_requests_tell_of_nobody() {
    let bench = Bench::with_places().await;
    let app = bench.app().await;
    let conditions: [&[(&str, &str)]; 4] = [
        &[("if-none-match", "*")],
        &[("if-none-match", "\"a\", W/\"b\"")],
        &[("if-modified-since", "Fri, 31 Dec 2100 23:59:59 GMT")],
        &[
            ("if-modified-since", "Fri, 31 Dec 2100 23:59:59 GMT"),
            ("cookie", "csrftoken=a; a=b"),
        ],
    ];
    for target in public().filter(|target| !target.starts_with("/api/")) {
        let clean = read(&app, target, &[]).await;
        let head = ask(&app, Method::HEAD, target, &[], "").await;
        assert_eq!((head.status, head.body.len()), (clean.status, 0), "{target}");
        assert!(!head.headers.contains_key(SET_COOKIE), "{target}");
        assert_eq!(
            (head.header(&VARY), head.header(&CACHE_CONTROL)),
            (clean.header(&VARY), clean.header(&CACHE_CONTROL))
        );
        for condition in conditions {
            let again = read(&app, target, condition).await;
            assert!(!again.headers.contains_key(SET_COOKIE), "{target} {condition:?}");
            assert!(
                again == clean || (again.status == 304 && again.body.is_empty()),
                "{target} {condition:?}"
            );
        }
    }
}

#[tokio::test]
async fn no_spelling_of_a_private_address_lets_a_cache_keep_it() {
    let bench = Bench::with_places().await;
    let cookies = sign_in(&bench, Role::Admin).await;
    let app = bench.app().await;
    let ends = [
        "x.css",
        ";x.css",
        ";/x.css",
        "%2fx.css",
        "%2Fx.css",
        "%3bx.css",
        "%00",
        "%00.css",
        "%0ax.css",
        "%23x.css",
        "%3fx.css",
        "%5cx.css",
        "./",
        "../account/",
        "..%2faccount/",
        "%2e%2e/static/x.css",
        "%2e%2e%2fstatic%2fx.css",
        "../static/x.css",
        "?x.css",
        "?a=/static/x.css",
        "//x.css",
        "x.css/",
    ];
    let begins = [
        "/account/",
        "/backoffice/",
        "/backoffice/cookies/",
        "/login/",
        "/cookies/preferences/",
        "/static/../account/",
        "/static/%2e%2e/account/",
        "/static/..%2faccount/",
    ];
    for begin in begins {
        for end in ends {
            let target = format!("{begin}{end}");
            let answer = read(&app, &target, &[("cookie", &cookies)]).await;
            let told = format!("{target}: {} {:?}", answer.status, answer.headers);
            assert!(answer.status.as_u16() < 500, "{told}");
            let body = String::from_utf8_lossy(&answer.body);
            let private = body.contains("Agent")
                || body.contains("csrfmiddlewaretoken")
                || answer.headers.contains_key(SET_COOKIE);
            assert!(
                !private || answer.header(&CACHE_CONTROL) == "private, no-store",
                "{told}"
            );
            assert!(!answer.header(&LOCATION).starts_with("//"), "{told}");
            // And a stranger who asks for the same gets nothing of it.
            let stranger = read(&app, &target, &[]).await;
            assert!(!String::from_utf8_lossy(&stranger.body).contains(EMAIL), "{told}");
        }
    }
}

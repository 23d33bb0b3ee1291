use super::app::{App, HOME};

#[tokio::test]
async fn an_anonymous_page_is_the_same_with_any_junk_in_the_jar() {
    let app = App::new();
    let bare = app.get(HOME, "/page/?lang=fr", &[]).await;
    assert_eq!(bare.header("vary"), "", "the address says the language");
    for n in 0..20 {
        let jar =
            format!("_ga=GA1.{n}; SessionID={n}; sessionid{n}=x; cookies_preferences=v1.forged.{n}; csrftoken={n}");
        let reply = app.get(HOME, "/page/?lang=fr", &[("cookie", &jar)]).await;
        assert_eq!(
            (reply.status, &reply.body, &reply.headers),
            (bare.status, &bare.body, &bare.headers)
        );
    }
}

#[tokio::test]
async fn an_answer_says_what_it_depends_on() {
    let app = App::new();
    let session = format!("sessionid={}", app.memory.begin("cesson"));
    for (path, cookie, vary, cache) in [
        ("/page/?lang=fr", "", "", ""),
        ("/page/", "", "Accept-Language", "no-cache"),
        (
            "/page/",
            "django_language=en",
            "Accept-Language, Cookie",
            "private, no-cache",
        ),
        ("/page/", &*session, "Accept-Language, Cookie", "private, no-store"),
        ("/page/?lang=fr", &*session, "Cookie", "private, no-store"),
        ("/form/", "", "Accept-Language, Cookie", "private, no-store"),
        ("/private/", "", "", ""),
        ("/private/", "cookies_preferences=x", "Cookie", "private, no-cache"),
        ("/static/app.css", &*session, "", ""),
        ("/api/explore/v2.1/x", &*session, "", ""),
    ] {
        let reply = app.get(HOME, path, &[("cookie", cookie)]).await;
        assert_eq!(
            (reply.header("vary"), reply.header("cache-control")),
            (vary, cache),
            "{path} {cookie}"
        );
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_of_a_careful_server() {
    let app = App::new();
    for path in [
        "/page/",
        "/static/app.css",
        "/nowhere/",
        "/api/explore/v2.1/x",
        "/panic/",
    ] {
        let reply = app.get(HOME, path, &[]).await;
        let policy = reply.header("content-security-policy");
        assert!(
            policy.contains("default-src 'self'") && !policy.contains("unsafe"),
            "{path}"
        );
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("referrer-policy"), "same-origin");
    }
}

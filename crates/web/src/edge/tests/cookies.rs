use super::app::{App, HOME, request};
use crate::edge::Settings;

#[tokio::test]
async fn a_first_visit_sets_nothing_at_all() {
    let app = App::new();
    for path in [
        "/page/",
        "/page/?lang=en",
        "/static/app.css",
        "/api/explore/v2.1/x",
        "/nowhere/",
        "/private/",
        "/i18n/setlang/",
    ] {
        let reply = app.get(HOME, path, &[("accept-language", "en")]).await;
        assert!(reply.cookies().is_empty(), "{path}: {reply:?}");
        assert!(!reply.header("vary").contains("Cookie"), "{path}: {reply:?}");
    }
}

#[tokio::test]
async fn a_frame_of_another_site_is_set_nothing_and_shows_no_page() {
    let app = App::new();
    let framed = [("sec-fetch-dest", "iframe"), ("sec-fetch-site", "cross-site")];
    for path in ["/page/", "/private/", "/nowhere/", "/api/explore/v2.1/x"] {
        let reply = app.get(HOME, path, &framed).await;
        assert!(reply.cookies().is_empty(), "{path}: {reply:?}");
        let policy = reply.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'self'"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn cookies_past_the_registry_are_removed_and_counted() {
    let app = App::new();
    let reply = app.get(HOME, "/hostile/", &[]).await;
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, "hello"));
    assert!(reply.cookies().is_empty());
    assert_eq!(app.edge.alerts(), 2);
}

#[tokio::test]
async fn a_server_error_sets_no_cookie_and_a_panic_shows_a_reference_only() {
    let app = App::new();
    let failed = app.get(HOME, "/fail/", &[("cookie", "csrftoken=a; csrftoken=b")]).await;
    assert_eq!(failed.status, 503);
    assert!(failed.cookies().is_empty());
    for accept in ["text/html", "application/json"] {
        let broken = app.get(HOME, "/panic/", &[("accept", accept)]).await;
        assert_eq!(broken.status, 500);
        assert!(
            broken.body.contains("eference") && !broken.body.contains("secret cause"),
            "{}",
            broken.body
        );
        assert_eq!(broken.body.starts_with('{'), accept == "application/json");
        assert!(!broken.header("content-security-policy").is_empty());
    }
}

#[tokio::test]
async fn attributes_are_those_of_the_registry_over_http_and_https() {
    for https in [false, true] {
        let app = App::with(Settings {
            https,
            port: None,
            demo: false,
        });
        let reply = app.get("cesson.localhost", "/form/", &[]).await;
        let [cookie] = reply.cookies()[..] else {
            panic!("one cookie: {reply:?}")
        };
        let rest = cookie.split_once(';').unwrap().1;
        let secure = if https { " Secure;" } else { "" };
        let expected =
            format!(" Expires=Tue, 31 Aug 2027 12:00:00 GMT; Max-Age=31449600; Path=/;{secure} SameSite=Lax");
        assert_eq!(rest, expected);
        assert_eq!(reply.headers.contains_key("strict-transport-security"), https);
    }
}

#[tokio::test]
async fn planted_copies_of_a_cookie_are_expired_whatever_their_order() {
    let app = App::new();
    let host = "luz.paysbasque.localhost:8080";
    let id = app.memory.begin("luz");
    for cookies in [
        format!("sessionid={id}; sessionid=planted"),
        format!("sessionid=planted; sessionid={id}"),
    ] {
        let reply = app.get(host, "/page/", &[("cookie", &cookies)]).await;
        assert_eq!(reply.body, "luz in fr for nobody", "a doubtful session is none");
        let healing =
            "sessionid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Domain=paysbasque.localhost; Path=/";
        assert!(
            reply.cookies().iter().any(|cookie| cookie.starts_with(healing)),
            "{reply:?}"
        );
        assert!(reply.cookies().iter().all(|cookie| cookie.contains("Max-Age=0")));
        let own = reply
            .cookies()
            .iter()
            .any(|cookie| !cookie.contains("Domain=") && cookie.contains("Path=/;"));
        assert!(!own, "the portal's own cookie stays");
    }
    let clean = app.get(host, "/page/", &[("cookie", &format!("sessionid={id}"))]).await;
    assert_eq!(clean.body, "luz in fr for Ada");
}

#[tokio::test]
async fn odd_cookie_headers_never_break_a_page() {
    let app = App::new();
    let many = (0..200).map(|n| format!("c{n}=1")).collect::<Vec<_>>().join("; ");
    let long = format!("x={}", "y".repeat(8 * 1024));
    for cookies in [
        ";;;",
        "=",
        "nameless",
        "a=\"\\",
        "$Version=1",
        "sessionid=",
        "csrftoken=%00",
        &many,
        &long,
    ] {
        let reply = app.get(HOME, "/page/", &[("cookie", cookies)]).await;
        assert_eq!(
            (reply.status.as_u16(), reply.body.as_str()),
            (200, "cesson in fr for nobody"),
            "{cookies:.40}"
        );
    }
    let bytes = http::HeaderValue::from_bytes(b"sessionid=\xff\xfe; \x80").unwrap();
    let mut odd = request("GET", HOME, "/page/", &[], "");
    odd.headers_mut().insert("cookie", bytes);
    assert_eq!(app.send(odd).await.status, 200);
}

#[tokio::test]
async fn a_pile_of_cookies_is_told_from_a_fault_of_ours() {
    let app = App::new();
    let pile = format!("x={}", "y".repeat(64 * 1024));
    let reply = app.get(HOME, "/page/", &[("cookie", &pile)]).await;
    assert_eq!(reply.status, 431);
    assert!(reply.body.contains("cookies"));
    assert!(reply.cookies().iter().all(|cookie| cookie.contains("Max-Age=0")));
}

#[tokio::test]
async fn the_choice_is_signed_and_counts_on_its_own_portal_only() {
    let app = App::new();
    let (secret, token) = app.token(HOME, "").await;
    let form = format!("csrfmiddlewaretoken={token}");
    let reply = app
        .post(HOME, "/choice/", &[("cookie", &format!("csrftoken={secret}"))], &form)
        .await;
    let cookie = format!(
        "cookies_preferences={}",
        reply.cookie("cookies_preferences").expect("a choice is kept")
    );
    assert!(reply.cookies()[0].contains("Max-Age=15552000;"));
    assert_eq!(app.get(HOME, "/private/", &[("cookie", &cookie)]).await.body, "true");
    let elsewhere = app
        .get("mauges.localhost:8080", "/private/", &[("cookie", &cookie)])
        .await;
    assert_eq!((elsewhere.body.as_str(), elsewhere.cookies().len()), ("false", 0));
}

#[tokio::test]
async fn a_choice_that_another_has_replaced_is_no_choice() {
    let app = App::new();
    let (secret, token) = app.token(HOME, "").await;
    let form = format!("csrfmiddlewaretoken={token}");
    let held = format!("csrftoken={secret}");
    let reply = app.post(HOME, "/choice/", &[("cookie", &held)], &form).await;
    let value = reply.cookie("cookies_preferences").expect("a choice is kept");
    let cookie = format!("cookies_preferences={value}");
    assert_eq!(app.get(HOME, "/private/", &[("cookie", &cookie)]).await.body, "true");
    app.memory
        .replace(value.split('.').nth(4).expect("the fifth part is the receipt"));
    assert_eq!(app.get(HOME, "/private/", &[("cookie", &cookie)]).await.body, "false");
}

use chrono::TimeDelta;

use super::app::{App, HOME, OTHER};

#[tokio::test]
async fn signing_in_gives_a_new_id_and_a_new_secret_and_the_old_ones_are_dead() {
    let app = App::new();
    let (secret, token) = app.token(HOME, "").await;
    let form = format!("csrfmiddlewaretoken={token}");
    let chosen = "a".repeat(32);
    let cookie = format!("csrftoken={secret}; sessionid={chosen}");
    let reply = app.post(HOME, "/login/", &[("cookie", &cookie)], &form).await;
    assert_eq!(reply.status, 303);
    let id = reply.cookie("sessionid").expect("a session began");
    assert_ne!(id, chosen, "an id that a client chose is never adopted");
    assert!(
        reply.cookies()[0].contains("Max-Age=1209600; Path=/; HttpOnly; SameSite=Lax"),
        "{reply:?}"
    );
    let new_secret = reply.cookie("csrftoken").expect("the secret is rotated");
    assert_ne!(new_secret, secret);
    assert_eq!(reply.header("cache-control"), "private, no-store");
    let now = format!("sessionid={id}; csrftoken={new_secret}");
    assert_eq!(
        app.get(HOME, "/page/", &[("cookie", &now)]).await.body,
        "cesson in fr for Ada"
    );
    let stale = format!("sessionid={id}; csrftoken={secret}");
    assert_eq!(app.post(HOME, "/page/", &[("cookie", &stale)], &form).await.status, 403);
    let (_, fresh) = app.token(HOME, &now).await;
    let form = format!("csrfmiddlewaretoken={fresh}");
    assert_eq!(
        app.post(HOME, "/page/", &[("cookie", &now)], &form).await.body,
        "written"
    );
}

#[tokio::test]
async fn signing_out_deletes_the_session_and_keeps_the_choice_and_the_secret() {
    let app = App::new();
    let id = app.memory.begin("cesson");
    let (secret, token) = app.token(HOME, &format!("sessionid={id}")).await;
    app.memory.end("mauges", &id);
    let cookie = format!("sessionid={id}; csrftoken={secret}");
    let reply = app
        .post(
            HOME,
            "/logout/",
            &[("cookie", &cookie)],
            &format!("csrfmiddlewaretoken={token}"),
        )
        .await;
    assert_eq!(
        reply.cookies(),
        ["sessionid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"]
    );
    assert_eq!(reply.header("clear-site-data"), "\"cache\", \"storage\"");
}

#[tokio::test]
async fn an_id_that_names_no_session_is_deleted_and_never_adopted() {
    let app = App::new();
    let known = app.memory.begin("cesson");
    let long = "a".repeat(5_000);
    for id in ["", "short", &"b".repeat(32), &"B".repeat(32), "\u{e9}", &long] {
        let mut request = super::app::request("GET", HOME, "/page/", &[], "");
        let cookie = http::HeaderValue::from_bytes(format!("sessionid={id}").as_bytes()).unwrap();
        request.headers_mut().insert("cookie", cookie);
        let reply = app.send(request).await;
        assert_eq!(reply.body, "cesson in fr for nobody");
        assert_eq!(reply.cookie("sessionid"), Some(""), "{id:.40}");
        assert_eq!(reply.header("vary"), "Accept-Language, Cookie");
    }
    let cookie = format!("sessionid={known}");
    let elsewhere = app.get(OTHER, "/page/", &[("cookie", &cookie)]).await;
    assert_eq!(
        (elsewhere.body.as_str(), elsewhere.cookie("sessionid")),
        ("mauges in fr for nobody", Some(""))
    );
    assert_eq!(
        app.get(HOME, "/page/", &[("cookie", &cookie)]).await.body,
        "cesson in fr for Ada",
        "it lives at home"
    );
}

#[tokio::test]
async fn reading_renews_a_session_at_half_its_life_only() {
    let app = App::new();
    let cookie = format!("sessionid={}", app.memory.begin("cesson"));
    app.advance(TimeDelta::days(6));
    assert!(
        app.get(HOME, "/page/", &[("cookie", &cookie)])
            .await
            .cookies()
            .is_empty()
    );
    app.advance(TimeDelta::days(2));
    let renewed = app.get(HOME, "/page/", &[("cookie", &cookie)]).await;
    assert!(renewed.cookies()[0].contains("Max-Age=1209600;"), "{renewed:?}");
    assert_eq!(
        renewed.cookie("sessionid").map(|id| format!("sessionid={id}")),
        Some(cookie.clone())
    );
    assert!(
        app.get(HOME, "/static/app.css", &[("cookie", &cookie)])
            .await
            .cookies()
            .is_empty()
    );
    app.advance(TimeDelta::days(14));
    assert_eq!(
        app.get(HOME, "/page/", &[("cookie", &cookie)])
            .await
            .cookie("sessionid"),
        Some("")
    );
}

#[tokio::test]
async fn a_failing_page_renews_nothing() {
    let app = App::new();
    let cookie = format!("sessionid={}", app.memory.begin("cesson"));
    app.advance(TimeDelta::days(8));
    assert!(
        app.get(HOME, "/fail/", &[("cookie", &cookie)])
            .await
            .cookies()
            .is_empty()
    );
    assert!(
        !app.get(HOME, "/page/", &[("cookie", &cookie)])
            .await
            .cookies()
            .is_empty(),
        "it was still due"
    );
}

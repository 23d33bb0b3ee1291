use super::app::{App, HOME, Headers};

/// Status, where it leads, and the language that is kept.
type Redirect<'a> = (u16, &'a str, Option<String>);

const ORLEANS: &str = "orleans.localhost:8080";

#[tokio::test]
async fn the_address_the_cookie_then_the_header_decide() {
    let app = App::new();
    for (path, cookie, header, expected) in [
        ("/page/", "", "", "fr"),
        ("/page/", "", "en-GB,en;q=0.9", "en"),
        ("/page/", "django_language=fr", "en", "fr"),
        ("/page/", "django_language=de", "en", "en"),
        ("/page/?lang=en", "django_language=fr", "fr", "en"),
        ("/page/?lang=de", "django_language=en", "fr", "en"),
        ("/page/", "django_language=en; django_language=fr", "fr", "fr"),
    ] {
        let reply = app
            .get(HOME, path, &[("cookie", cookie), ("accept-language", header)])
            .await;
        assert_eq!(
            reply.body,
            format!("cesson in {expected} for nobody"),
            "{path} {cookie} {header}"
        );
        assert_eq!(reply.header("content-language"), expected);
    }
}

/// Posts a change of language with a good token and gives the redirect and the cookie.
async fn set(app: &App, host: &str, fields: &str, headers: Headers<'_>) -> (u16, String, Option<String>) {
    let (secret, token) = app.token(host, "").await;
    let cookie = format!("csrftoken={secret}");
    let form = format!("csrfmiddlewaretoken={token}&{fields}");
    let reply = app
        .post(
            host,
            "/i18n/setlang/",
            &[headers, &[("cookie", &*cookie)]].concat(),
            &form,
        )
        .await;
    let language = reply.cookie("django_language").map(str::to_owned);
    (reply.status.as_u16(), reply.header("location").to_owned(), language)
}

#[tokio::test]
async fn a_choice_of_language_is_kept_and_leads_back() {
    let app = App::new();
    let en = Some("en".to_owned());
    let referer = ("referer", "http://cesson.localhost:8080/from/");
    let json = ("accept", "application/json");
    let cases: &[(&str, Headers<'_>, Redirect<'_>)] = &[
        ("language=en&next=/explore/", &[], (302, "/explore/", en.clone())),
        (
            "language=en&next=/explore/?lang=fr%26q=a",
            &[],
            (302, "/explore/?lang=en&q=a", en.clone()),
        ),
        ("language=en&next=//evil.example", &[], (302, "/", en.clone())),
        (
            "language=en&next=//evil.example",
            &[referer],
            (302, "http://cesson.localhost:8080/from/", en.clone()),
        ),
        (
            "language=en&next=http://mauges.localhost:8080/",
            &[],
            (302, "/", en.clone()),
        ),
        (
            "language=en&next=http://www.cesson.localhost:8080/",
            &[],
            (302, "/", en.clone()),
        ),
        ("language=en&next=/%0d%0aSet-Cookie:%20a=b", &[], (302, "/", en.clone())),
        ("language=en&next=/%C3%A9", &[], (302, "/%C3%A9", en.clone())),
        (
            "language=en",
            &[("referer", "http://evil.example/")],
            (302, "/", en.clone()),
        ),
        ("language=en", &[json], (204, "", en.clone())),
        ("language=en&next=/x", &[json], (302, "/x", en)),
        ("language=de&next=/x", &[], (302, "/x", None)),
        ("language=en%0d%0aSet-Cookie:%20a=b&next=/x", &[], (302, "/x", None)),
        ("next=/x", &[], (302, "/x", None)),
    ];
    for (fields, headers, (status, location, language)) in cases {
        let expected = (*status, (*location).to_owned(), language.clone());
        assert_eq!(set(&app, HOME, fields, headers).await, expected, "{fields}");
    }
}

#[tokio::test]
async fn a_portal_with_one_language_keeps_no_choice() {
    let app = App::new();
    assert_eq!(
        set(&app, ORLEANS, "language=fr&next=/x", &[]).await,
        (302, "/x".to_owned(), None)
    );
}

#[tokio::test]
async fn reading_the_address_changes_nothing() {
    let app = App::new();
    let reply = app.get(HOME, "/i18n/setlang/?language=en&next=/x", &[]).await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("location"), reply.cookies().len()),
        (302, "/x", 0)
    );
}

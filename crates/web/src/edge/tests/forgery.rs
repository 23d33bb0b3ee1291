use super::app::{App, HOME, Headers, OTHER, portal, request};

const JSON: (&str, &str) = ("accept", "application/json");

#[tokio::test]
async fn a_form_passes_with_its_token_and_its_body_reaches_the_handler() {
    let app = App::new();
    let (secret, token) = app.token(HOME, "").await;
    assert_eq!((secret.len(), token.len()), (32, 64));
    let cookie = format!("csrftoken={secret}");
    let form = format!("language=en&csrfmiddlewaretoken={token}");
    assert_eq!(
        app.post(HOME, "/page/", &[("cookie", &cookie)], &form).await.body,
        "written"
    );
    let reply = app.post(HOME, "/i18n/setlang/", &[("cookie", &cookie)], &form).await;
    assert_eq!(reply.cookie("django_language"), Some("en"));
    assert_eq!(
        app.post(HOME, "/page/", &[("cookie", &cookie), ("x-csrftoken", &token)], "")
            .await
            .body,
        "written"
    );
}

#[tokio::test]
async fn every_unsafe_route_refuses_a_request_without_a_token() {
    let app = App::new();
    for path in [
        "/page/",
        "/login/",
        "/logout/",
        "/choice/",
        "/i18n/setlang/",
        "/api/keys",
        "/nowhere/",
    ] {
        for method in ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"] {
            let reply = app.send(request(method, HOME, path, &[JSON], "")).await;
            assert_eq!(reply.status, 403, "{method} {path}");
            assert_eq!(
                reply.body,
                r#"{"error_code":"CsrfFailed","message":"CSRF cookie not set."}"#
            );
            assert!(reply.cookies().is_empty());
        }
    }
}

#[tokio::test]
async fn the_page_of_a_refusal_is_neutral() {
    let app = App::new();
    let reply = app.post(HOME, "/page/", &[("origin", "http://<evil>")], "").await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("content-type")),
        (403, "text/html; charset=utf-8")
    );
    assert!(!reply.body.contains("evil") && !reply.body.contains("CSRF"));
}

#[tokio::test]
async fn the_reasons_are_those_of_django() {
    let app = App::new();
    let (secret, token) = app.token(HOME, "").await;
    let cookie = format!("csrftoken={secret}");
    let form = format!("csrfmiddlewaretoken={token}");
    let twice = format!("csrftoken={secret}; csrftoken=tossed");
    let cases: &[(Headers<'_>, &str, &str)] = &[
        (
            &[("origin", "null")],
            &form,
            "Origin checking failed - null does not match any trusted origins.",
        ),
        (
            &[("origin", "http://mauges.localhost:8080")],
            &form,
            "Origin checking failed - http://mauges.localhost:8080 does not match any trusted origins.",
        ),
        (
            &[("sec-fetch-site", "same-site")],
            &form,
            "Sec-Fetch-Site checking failed - same-site does not match any trusted origins.",
        ),
        (&[("cookie", "csrftoken=x")], &form, "CSRF cookie has incorrect length."),
        (
            &[("cookie", &twice)],
            &form,
            "CSRF cookie sent more than once with different values.",
        ),
        (&[("cookie", &cookie)], "", "CSRF token missing."),
        (
            &[("cookie", &cookie)],
            "csrfmiddlewaretoken=a",
            "CSRF token from POST has incorrect length.",
        ),
        (
            &[("cookie", &cookie), ("x-csrftoken", "a")],
            "",
            "CSRF token from the 'X-Csrftoken' HTTP header has incorrect length.",
        ),
    ];
    for (headers, form, reason) in cases {
        let reply = app.post(HOME, "/page/", &[headers, &[JSON][..]].concat(), form).await;
        let body: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
        assert_eq!((reply.status.as_u16(), body["message"].as_str()), (403, Some(*reason)));
    }
}

#[tokio::test]
async fn the_query_string_json_and_method_overrides_carry_no_token() {
    let app = App::new();
    let (secret, token) = app.token(HOME, "").await;
    let cookie = format!("csrftoken={secret}");
    let query = format!("/page/?csrfmiddlewaretoken={token}");
    let reply = app.post(HOME, &query, &[("cookie", &cookie), JSON], "").await;
    assert!(reply.body.contains("CSRF token missing."));
    let json = format!("{{\"csrfmiddlewaretoken\":\"{token}\"}}");
    let headers = [("cookie", &*cookie), ("content-type", "application/json"), JSON];
    let reply = app.send(request("POST", HOME, "/page/", &headers, &json)).await;
    assert!(reply.body.contains("CSRF token missing."));
    for name in ["x-http-method-override", "x-method-override"] {
        let reply = app
            .post(
                HOME,
                "/page/",
                &[("cookie", &cookie), (name, "GET"), JSON],
                "_method=GET",
            )
            .await;
        assert!(reply.body.contains("CSRF token missing."), "{name}");
    }
    let get = app
        .send(request(
            "GET",
            HOME,
            "/page/",
            &[("x-http-method-override", "DELETE")],
            "",
        ))
        .await;
    assert_eq!(get.body, "cesson in fr for nobody");
}

#[tokio::test]
async fn a_multipart_form_carries_its_token() {
    let app = App::new();
    let (secret, token) = app.token(HOME, "").await;
    let cookie = format!("csrftoken={secret}");
    let body = |token: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"csrfmiddlewaretoken\"\r\n\r\n{token}\r\n--x--\r\n")
    };
    let headers = [
        ("cookie", &*cookie),
        ("content-type", "multipart/form-data; boundary=x"),
    ];
    assert_eq!(
        app.send(request("POST", HOME, "/page/", &headers, &body(&token)))
            .await
            .body,
        "written"
    );
    assert_eq!(
        app.send(request("POST", HOME, "/page/", &headers, &body("no")))
            .await
            .status,
        403
    );
    assert_eq!(
        app.send(request("POST", HOME, "/page/", &headers, "--y broken"))
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn bodies_that_any_site_can_send_do_not_reach_the_api() {
    let app = App::new();
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "TEXT/PLAIN;a=b",
        "",
    ] {
        let headers = [("content-type", content_type), ("authorization", "Apikey good")];
        assert_eq!(
            app.send(request("POST", HOME, "/api/keys", &headers, "{}"))
                .await
                .status,
            415,
            "{content_type}"
        );
    }
    assert_eq!(
        app.send(request(
            "POST",
            HOME,
            "/api/keys",
            &[("authorization", "Apikey good")],
            "{}"
        ))
        .await
        .status,
        415
    );
    let plain = [("content-type", "text/plain")];
    assert_eq!(
        app.send(request("POST", HOME, "/page/", &plain, "a=b")).await.status,
        415
    );
    let large = "a".repeat(1024 * 1024 + 1);
    assert_eq!(app.post(HOME, "/page/", &[], &large).await.status, 413);
}

#[tokio::test]
async fn a_key_needs_no_token_and_touches_no_cookie() {
    let app = App::new();
    let id = app.memory.begin("cesson");
    let cookie = format!("sessionid={id}; csrftoken=a; csrftoken=b");
    let json = ("content-type", "application/json");
    for (path, headers) in [
        (
            "/api/keys",
            vec![json, ("authorization", "Apikey good"), ("cookie", &*cookie)],
        ),
        ("/api/keys", vec![json, ("authorization", "apikey good")]),
        ("/api/keys?apikey=good", vec![json]),
        (
            "/explore/dataset/x/download?apikey=good",
            vec![json, ("cookie", &*cookie)],
        ),
        (
            "/explore/dataset/x/download/?format=csv",
            vec![json, ("authorization", "Apikey good"), ("cookie", &*cookie)],
        ),
    ] {
        let reply = app.send(request("POST", HOME, path, &headers, "{}")).await;
        assert_eq!(
            (reply.status.as_u16(), reply.body.as_str()),
            (200, "Some(\"k\")"),
            "{path}"
        );
        assert!(reply.cookies().is_empty());
        assert_eq!(
            (reply.header("vary"), reply.header("cache-control")),
            ("Authorization", "private, no-cache")
        );
    }
    let wrong = app
        .send(request(
            "POST",
            HOME,
            "/api/keys?apikey=bad",
            &[json, ("cookie", &cookie)],
            "{}",
        ))
        .await;
    assert_eq!(wrong.status, 401, "a wrong key is not rescued by a session");
    for page in [
        "/page/?apikey=good",
        "/explore/dataset/x/table/?apikey=good",
        "/explore/dataset/x/y/download?apikey=good",
    ] {
        let reply = app.post(HOME, page, &[JSON], "").await;
        assert_eq!(reply.status, 403, "a key opens the API and downloads only: {page}");
    }
}

#[tokio::test]
async fn a_trusted_origin_may_send_forms_with_a_token_and_its_neighbours_may_not() {
    let app = App::new();
    let mut cesson = portal("cesson", &["cesson.localhost"], &["fr", "en"]);
    cesson.trusted_origins = vec!["http://www.ville.example".to_owned()];
    let mauges = portal("mauges", &["mauges.localhost"], &["fr", "en"]);
    app.edge.set_portals(
        [cesson, mauges]
            .map(parvis_portal::registry::PortalRegistry::fresh)
            .into(),
    );
    for (host, origin, status) in [
        (HOME, "http://www.ville.example", 200),
        (HOME, "http://cesson.localhost:8080", 200),
        (HOME, "https://www.ville.example", 403),
        (HOME, "http://www.ville.example:8080", 403),
        (HOME, "http://a.www.ville.example", 403),
        (HOME, "http://ville.example", 403),
        (OTHER, "http://www.ville.example", 403),
    ] {
        let (secret, token) = app.token(host, "").await;
        let cookie = format!("csrftoken={secret}");
        let headers = [("cookie", cookie.as_str()), ("origin", origin)];
        let form = format!("csrfmiddlewaretoken={token}");
        let reply = app.post(host, "/page/", &headers, &form).await;
        assert_eq!(reply.status, status, "{origin} on {host}");
        let without = app.post(host, "/page/", &headers, "").await;
        assert_eq!(without.status, 403, "no origin stands for a token: {origin}");
    }
}

#[tokio::test]
async fn a_broken_cookie_is_replaced_with_the_refusal() {
    let app = App::new();
    let reply = app.post(HOME, "/page/", &[("cookie", "csrftoken=broken!")], "").await;
    assert_eq!(reply.status, 403);
    assert_eq!(reply.cookie("csrftoken").map(str::len), Some(32));
}

#[tokio::test]
async fn a_secret_of_one_portal_or_session_is_good_for_no_other() {
    let app = App::new();
    let (mine, theirs) = (app.memory.begin("cesson"), app.memory.begin("cesson"));
    let (my_cookie, their_cookie) = (format!("sessionid={mine}"), format!("sessionid={theirs}"));
    let (my_secret, my_token) = app.token(HOME, &my_cookie).await;
    let (their_secret, their_token) = app.token(HOME, &their_cookie).await;
    let (anonymous_secret, anonymous_token) = app.token(HOME, "").await;
    let cases = [
        (HOME, &my_secret, &my_token, 200),
        (HOME, &their_secret, &their_token, 403),
        (HOME, &anonymous_secret, &anonymous_token, 403),
        (OTHER, &my_secret, &my_token, 403),
    ];
    for (host, secret, token, status) in cases {
        let cookie = format!("{my_cookie}; csrftoken={secret}");
        let reply = app
            .post(
                host,
                "/page/",
                &[("cookie", &cookie)],
                &format!("csrfmiddlewaretoken={token}"),
            )
            .await;
        assert_eq!(reply.status, status, "{host}");
    }
}

#[tokio::test]
async fn a_script_of_our_own_pages_may_ask_for_a_token() {
    let app = App::new();
    let reply = app.get(HOME, "/csrf/", &[("sec-fetch-site", "same-origin")]).await;
    let token: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
    let cookie = format!("csrftoken={}", reply.cookie("csrftoken").unwrap());
    let headers = [
        ("cookie", &*cookie),
        ("x-csrftoken", token["csrfmiddlewaretoken"].as_str().unwrap()),
    ];
    assert_eq!(
        app.send(request("POST", HOME, "/page/", &headers, "")).await.body,
        "written"
    );
    for site in ["cross-site", "same-site"] {
        let foreign = app.get(HOME, "/csrf/", &[("sec-fetch-site", site)]).await;
        assert_eq!((foreign.status.as_u16(), foreign.cookies().len()), (403, 0));
    }
}

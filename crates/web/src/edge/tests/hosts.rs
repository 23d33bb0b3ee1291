use http::{Request, Version};

use parvis_portal::registry::PortalRegistry;

use super::app::{App, HOME, portal, request};
use crate::edge::Settings;
use crate::edge::address::Reached;

#[tokio::test]
async fn each_portal_answers_on_its_own_host() {
    let app = App::new();
    for (host, id) in [
        (HOME, "cesson"),
        ("mauges.localhost:8080", "mauges"),
        ("luz.paysbasque.localhost:8080", "luz"),
    ] {
        let reply = app.get(host, "/page/", &[]).await;
        assert_eq!(
            (reply.status.as_u16(), reply.body),
            (200, format!("{id} in fr for nobody"))
        );
    }
}

#[tokio::test]
async fn hosts_that_are_not_ours_see_nothing_of_a_portal_and_no_cookie() {
    let app = App::new();
    for (host, status) in [
        ("unknown.localhost:8080", 421),
        ("paysbasque.localhost:8080", 421),
        ("x.cesson.localhost:8080", 421),
        ("CESSON.localhost:8080", 421),
        ("cesson.localhost.:8080", 421),
        ("cesson.localhost:9090", 421),
        ("cesson.localhost", 421),
        ("xn--csson-bsa.localhost:8080", 421),
        ("data.cesson.example", 421),
        ("cesson.localhost..:8080", 400),
        ("user@cesson.localhost:8080", 400),
        ("cesson.localhost:08080", 400),
        ("cesson.localhost:8080/", 400),
        ("ces_son.localhost:8080", 400),
        ("cesson.localhost :8080", 400),
        ("a,cesson.localhost:8080", 400),
        ("", 400),
    ] {
        for path in ["/page/", "/form/", "/api/explore/v2.1/x", "/static/app.css"] {
            let reply = app.get(host, path, &[("x-forwarded-host", HOME)]).await;
            assert_eq!(reply.status.as_u16(), status, "{host}{path}");
            assert!(
                reply.cookies().is_empty() && !reply.body.contains("cesson"),
                "{host}{path}"
            );
            assert_eq!(reply.body.starts_with('{'), path.starts_with("/api/"), "{host}{path}");
            assert!(!reply.header("content-security-policy").is_empty());
        }
    }
}

#[tokio::test]
async fn a_missing_doubled_or_contradicted_host_is_malformed() {
    let app = App::new();
    let bare = Request::builder()
        .uri("/page/")
        .body(axum::body::Body::empty())
        .unwrap();
    assert_eq!(app.send(bare).await.status, 400);
    let doubled = request("GET", HOME, "/page/", &[("host", HOME)], "");
    assert_eq!(app.send(doubled).await.status, 400);
    for (uri, status) in [
        ("http://cesson.localhost:8080/page/", 200),
        ("http://mauges.localhost:8080/page/", 400),
        ("http://user@cesson.localhost:8080/page/", 400),
    ] {
        assert_eq!(
            app.send(request("GET", HOME, uri, &[], "")).await.status,
            status,
            "{uri}"
        );
    }
}

#[tokio::test]
async fn with_http_2_the_authority_is_the_host() {
    let app = App::new();
    for (uri, status) in [
        ("http://cesson.localhost:8080/page/", 200),
        ("http://nobody.localhost:8080/page/", 421),
    ] {
        let request = Request::builder()
            .version(Version::HTTP_2)
            .uri(uri)
            .body(axum::body::Body::empty())
            .unwrap();
        assert_eq!(app.send(request).await.status, status, "{uri}");
    }
}

#[tokio::test]
async fn aliases_lead_readers_to_the_canonical_host_and_refuse_writers() {
    let app = App::new();
    let alias = "www.cesson.localhost:8080";
    for method in ["GET", "HEAD"] {
        let reply = app
            .send(request(
                method,
                alias,
                "/form/?a=b",
                &[("cookie", "csrftoken=x; csrftoken=y")],
                "",
            ))
            .await;
        assert_eq!(reply.status, 308);
        assert_eq!(reply.header("location"), "http://cesson.localhost:8080/form/?a=b");
        assert!(reply.cookies().is_empty());
    }
    assert_eq!(app.post(alias, "/page/", &[], "").await.status, 421);
}

#[tokio::test]
async fn without_a_set_port_only_those_of_the_installation_are_taken() {
    let app = |https| {
        App::with(Settings {
            https,
            port: None,
            demo: false,
        })
    };
    let (plain, safe) = (app(false), app(true));
    for (app, port, status) in [
        (&plain, "", 200),
        (&plain, ":80", 200),
        (&plain, ":8080", 200),
        (&plain, ":8443", 200),
        (&plain, ":443", 421),
        (&plain, ":9", 421),
        (&safe, "", 200),
        (&safe, ":443", 200),
        (&safe, ":8443", 200),
        (&safe, ":8080", 421),
        (&safe, ":80", 421),
    ] {
        let mut cesson = portal("cesson", &["cesson.localhost"], &["fr"]);
        cesson.public_url = "https://cesson.localhost:8443/".to_owned();
        app.edge.set_portals(vec![PortalRegistry::fresh(cesson)]);
        let mut asked = request("GET", &format!("cesson.localhost{port}"), "/page/", &[], "");
        asked.extensions_mut().insert(Reached {
            port: 8080,
            proxies: [].into(),
        });
        assert_eq!(app.send(asked).await.status, status, "{port}");
    }
}

#[tokio::test]
async fn what_a_visitor_claims_to_have_come_through_changes_nothing() {
    let app = App::new();
    let lies = [
        ("x-forwarded-host", "mauges.localhost:8080"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-port", "443"),
        ("x-forwarded-for", "192.0.2.1"),
        ("x-forwarded-prefix", "/evil"),
        ("x-original-host", "mauges.localhost:8080"),
        ("x-host", "mauges.localhost:8080"),
        ("x-real-ip", "192.0.2.1"),
        ("forwarded", "for=192.0.2.1;host=mauges.localhost;proto=https"),
        ("x-original-url", "/private/"),
        ("x-rewrite-url", "/private/"),
    ];
    for path in ["/page/", "/nowhere/", "/i18n/setlang/", "/api/explore/v2.1/x"] {
        let plain = app.get(HOME, path, &[]).await;
        for lie in lies {
            let told = app.get(HOME, path, &[lie]).await;
            assert_eq!(
                (told.status, &told.headers, &told.body),
                (plain.status, &plain.headers, &plain.body),
                "{path} {lie:?}"
            );
        }
    }
    let form = app.get(HOME, "/form/", &lies).await;
    assert!(
        !form.cookies()[0].contains("Secure"),
        "the scheme is the installation's"
    );
    let origin = [&lies[..], &[("origin", "https://mauges.localhost:8080")]].concat();
    assert_eq!(app.post(HOME, "/page/", &origin, "").await.status, 403);
}

#[tokio::test]
async fn an_alias_sets_nothing_whatever_it_is_asked_with() {
    let app = App::new();
    let session = app.memory.begin("cesson");
    let (secret, token) = app.token(HOME, &format!("sessionid={session}")).await;
    let cookie = format!("sessionid={session}; csrftoken={secret}; csrftoken=x; django_language=xx");
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/login/?next=/a"),
        ("GET", "/i18n/setlang/"),
        ("HEAD", "/form/"),
        ("POST", "/login/"),
        ("POST", "/i18n/setlang/"),
        ("PUT", "/page/"),
        ("DELETE", "/page/"),
        ("OPTIONS", "/page/"),
    ] {
        let headers = [("cookie", &*cookie), ("x-csrftoken", &*token)];
        let reply = app
            .send(request(method, "www.cesson.localhost:8080", path, &headers, ""))
            .await;
        let leads = if matches!(method, "GET" | "HEAD") { 308 } else { 421 };
        assert_eq!(
            (reply.status.as_u16(), reply.cookies().len()),
            (leads, 0),
            "{method} {path}"
        );
        assert!(leads == 421 || reply.header("location") == format!("http://cesson.localhost:8080{path}"));
        assert!(!reply.body.contains("Ada") && reply.header("vary").is_empty());
    }
}

#[tokio::test]
async fn the_demo_lists_its_portals_on_localhost_only() {
    let app = App::new();
    for host in ["localhost:8080", "127.0.0.1:8080", "[::1]:8080"] {
        let reply = app.get(host, "/", &[]).await;
        assert_eq!(reply.status, 200, "{host}");
        assert!(
            reply
                .body
                .contains("<a href=\"http://luz.paysbasque.localhost:8080/\">Ville &lt;luz&gt;</a>")
        );
        assert_eq!(app.get(host, "/page/", &[]).await.status, 404);
        assert_eq!(app.get(host, "/static/app.css", &[]).await.body, "body{}");
        assert_eq!(app.post(host, "/", &[], "").await.status, 404);
    }
    let real = App::with(Settings {
        https: true,
        port: None,
        demo: false,
    });
    assert_eq!(real.get("localhost:8080", "/", &[]).await.status, 421);
    assert_eq!(real.get("cesson.localhost", "/page/", &[]).await.status, 200);
}

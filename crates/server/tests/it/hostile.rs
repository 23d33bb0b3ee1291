//! Bytes that no browser sends, and piles of cookies that one may be made to send, against the real program.

use crate::support::{Server, command, parvis, with_portal};

const HOST: &str = "orleans.localhost";

/// Two portals under one parent, served over plain HTTP.
fn neighbours() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for town in ["a", "b"] {
        let host = format!("{town}.parent.localhost");
        parvis(
            folder.path(),
            &[
                "portal",
                "add",
                town,
                "--host",
                &host,
                "--language",
                "fr",
                "--language",
                "en",
            ],
        )
        .ok();
    }
    folder
}

fn serve(data: &std::path::Path) -> Server {
    Server::start(command(data, &["serve", "--port", "0", "--plain-http"]))
}

#[test]
fn every_trick_with_the_host_meets_a_neutral_refusal() {
    let folder = with_portal();
    let alias = [
        "portal",
        "add",
        "orleans",
        "--host",
        HOST,
        "--host",
        "www.orleans.localhost",
    ];
    parvis(folder.path(), &alias).ok();
    let server = serve(folder.path());
    let port = server.port;
    let ask = |line: &str, hosts: &[&str]| {
        let hosts: String = hosts.iter().map(|host| format!("Host: {host}\r\n")).collect();
        server.raw(format!("{line}\r\n{hosts}Connection: close\r\n\r\n").as_bytes())
    };
    let own = "GET /login/ HTTP/1.1";
    let with_port = format!("{HOST}:{port}");
    for host in [HOST, &with_port, "orleans.localhost:80"] {
        let (status, answer) = ask(own, &[host]);
        assert!(
            status == 200 && answer.contains("set-cookie: csrftoken="),
            "{host}: {answer}"
        );
    }
    let absolute = format!("GET http://{HOST}/login/ HTTP/1.1");
    assert_eq!(ask(&absolute, &[HOST]).0, 200);
    let rows: &[(u16, &str, &[&str])] = &[
        (421, own, &["nobody.localhost"]),
        (421, own, &["localhost"]),
        (421, own, &["127.0.0.1"]),
        (421, own, &["[::1]"]),
        (421, own, &["ORLEANS.localhost"]),
        (421, own, &["orleans.localhost."]),
        (421, own, &["xn--orlans-cva.localhost"]),
        (421, own, &["orleans.localhost:81"]),
        (421, own, &["orleans.localhost:443"]),
        (421, own, &["x.orleans.localhost"]),
        (421, own, &["orleans.localhost.evil.example"]),
        (400, own, &[]),
        (400, own, &[""]),
        (400, own, &[HOST, HOST]),
        (400, own, &[HOST, "evil.example"]),
        (400, own, &["orleans.localhost.."]),
        (400, own, &["ada@orleans.localhost"]),
        (400, own, &["ada:secret@orleans.localhost"]),
        (400, own, &["orleans.localhost:"]),
        (400, own, &["orleans.localhost:0"]),
        (400, own, &["orleans.localhost:080"]),
        (400, own, &["orleans.localhost:80a"]),
        (400, own, &["orleans.localhost:99999"]),
        (400, own, &["orleans.localhost/"]),
        (400, own, &["orl_eans.localhost"]),
        (400, own, &["orl\u{e9}ans.localhost"]),
        (400, own, &["orleans.localhost evil.example"]),
        (400, own, &["orleans.localhost, evil.example"]),
        (400, own, &["[::1"]),
        (400, own, &["*.localhost"]),
        (400, "GET http://evil.example/login/ HTTP/1.1", &[HOST]),
        (400, "GET http://orleans.localhost/login/ HTTP/1.1", &["evil.example"]),
        (400, "GET http://ada@orleans.localhost/login/ HTTP/1.1", &[HOST]),
        (400, "GET http://orleans.localhost/login/ HTTP/1.1", &[]),
        (400, "GET /login/ HTTP/1.0", &[]),
        (400, "CONNECT orleans.localhost:80 HTTP/1.1", &[HOST]),
        (308, own, &["www.orleans.localhost"]),
        (421, "POST /login/ HTTP/1.1", &["www.orleans.localhost"]),
    ];
    for (status, line, hosts) in rows {
        let (got, answer) = ask(line, hosts);
        assert_eq!(got, *status, "{line} {hosts:?}: {answer}");
        let lower = answer.to_lowercase();
        assert!(
            !lower.contains("set-cookie") && !answer.contains("Orl\u{e9}ans"),
            "{line} {hosts:?}: {answer}"
        );
        assert_eq!(
            lower.contains("location: http://orleans.localhost/login/\r\n"),
            *status == 308,
            "{answer}"
        );
    }
}

#[test]
fn every_odd_cookie_header_is_answered_and_never_with_a_fault_of_ours() {
    let folder = with_portal();
    let log = folder.path().join("stderr.log");
    let mut command = command(folder.path(), &["serve", "--port", "0", "--plain-http"]);
    command
        .env("PARVIS_LOG", "debug")
        .stderr(std::fs::File::create(&log).unwrap());
    let server = Server::start(command);
    let many = (0..200).map(|n| format!("c{n}=hush7")).collect::<Vec<_>>().join("; ");
    let long = |bytes: usize| format!("sessionid=hush7; x={}", "y".repeat(bytes)).into_bytes();
    let (long_8, long_64) = (long(8 * 1024), long(64 * 1024));
    let rows: &[(&str, &[&[u8]], u16)] = &[
        ("none", &[], 200),
        ("empty", &[b""], 200),
        ("separators only", &[b";;;"], 200),
        ("no =", &[b"hush7"], 200),
        ("200 cookies", &[many.as_bytes()], 200),
        ("8 KiB", &[&long_8], 200),
        ("64 KiB", &[&long_64], 431),
        ("NUL", &[b"sessionid=hush7\0"], 400),
        ("a carriage return alone", &[b"sessionid=hush7\rx"], 400),
        (
            "another header behind a line feed",
            &[b"sessionid=hush7\nX-Evil: y"],
            200,
        ),
        ("a folded line", &[b"sessionid=hush7\r\n more"], 400),
        ("no UTF-8", &[b"sessionid=hush7\xff\xfe"], 200),
        ("quoted", &[b"sessionid=\"hush7\\\"<script>\""], 200),
        ("octal", &[b"sessionid=\"\\150ush7\""], 200),
        (
            "two values",
            &[b"sessionid=hush7a; sessionid=hush7b; csrftoken=hush7a; csrftoken=hush7b"],
            200,
        ),
        ("two lines", &[b"sessionid=hush7a", b"sessionid=hush7b"], 200),
        ("$Version", &[b"$Version=1; sessionid=hush7; $Path=/"], 200),
        (
            "look-alikes",
            &[b"SessionID=hush7; __Host-sessionid=hush7; sessionid =hush7"],
            200,
        ),
        (
            "markup",
            &[b"django_language=<hush7>; cookies_preferences=\"><hush7>; csrftoken=<hush7>"],
            200,
        ),
    ];
    for path in [
        "/",
        "/login/",
        "/cookies/preferences/",
        "/no/such/page/",
        "/api/explore/v2.1/catalog/datasets",
    ] {
        for (what, lines, expected) in rows {
            let mut request = format!("GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n").into_bytes();
            for line in *lines {
                request.extend_from_slice(b"Cookie: ");
                request.extend_from_slice(line);
                request.extend_from_slice(b"\r\n");
            }
            request.extend_from_slice(b"\r\n");
            let (status, answer) = server.raw(&request);
            let found = if path == "/no/such/page/" && *expected == 200 {
                404
            } else {
                *expected
            };
            assert_eq!(status, found, "{what} on {path}: {answer}");
            assert!(!answer.contains("hush7"), "{what} on {path}: {answer}");
        }
        let forged = "Cookie: csrftoken=hush7; sessionid=hush7\r\nOrigin: http://hush.example\r\n";
        let (status, answer) = server.post(
            HOST,
            path,
            forged,
            "csrfmiddlewaretoken=hush7&username=a&password=hush7",
        );
        assert!(matches!(status, 403 | 405) && !answer.contains("hush7"), "{answer}");
    }
    assert_eq!(server.stop().0, Some(0));
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("Forbidden") && !log.contains("hush7"), "{log}");
}

/// The names that an answer deletes under the parent of `b`.
fn healed(answer: &str) -> Vec<&str> {
    let cookies = answer.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
    let cookies = cookies.filter(|cookie| cookie.contains("Max-Age=0; Domain=parent.localhost; Path=/;"));
    cookies.map(|cookie| cookie.split('=').next().unwrap()).collect()
}

const OURS: [&str; 4] = ["sessionid", "django_language", "csrftoken", "cookies_preferences"];

#[test]
fn headers_over_the_limit_are_answered_with_431_and_a_page_that_explains() {
    let folder = neighbours();
    let server = serve(folder.path());
    let giant = |bytes: usize| format!("Cookie: a={}\r\n", "x".repeat(bytes));
    let hundreds = |each: usize| {
        let cookies: Vec<String> = (0..180).map(|n| format!("c{n}={}", "x".repeat(each))).collect();
        format!("Cookie: {}\r\n", cookies.join("; "))
    };
    let lines: String = (0..180)
        .map(|n| format!("Cookie: c{n}={}\r\n", "x".repeat(500)))
        .collect();
    for (what, headers) in [
        ("just over", giant(33 * 1024)),
        ("one giant", giant(200 * 1024)),
        ("one giant of a megabyte", giant(1024 * 1024)),
        ("180 cookies", hundreds(300)),
        ("180 of the largest cookies", hundreds(4090)),
        ("in many lines", lines),
    ] {
        let headers = format!("Accept: text/html\r\nAccept-Language: en\r\n{headers}");
        let (status, answer) = server.get("b.parent.localhost", "/explore/", &headers);
        assert_eq!(status, 431, "{what}: {:.500}", answer);
        assert!(
            answer.contains("<html lang=\"en\"") && answer.contains("/cookies/forget/"),
            "{what}: {answer}"
        );
        assert_eq!(healed(&answer), OURS, "{what}: {answer}");
        assert!(!answer.to_lowercase().contains("clear-site-data"), "{what}");
    }
    let french = format!("Accept-Language: fr\r\n{}", giant(100 * 1024));
    let (_, answer) = server.get("b.parent.localhost", "/", &french);
    assert!(
        answer.contains("<html lang=\"fr\"") && answer.contains("Supprimer maintenant les cookies"),
        "{answer}"
    );
    let (status, answer) = server.get(
        "b.parent.localhost",
        "/api/explore/v2.1/catalog/datasets",
        &giant(100 * 1024),
    );
    assert!(
        status == 431 && answer.contains("\"error_code\":\"HeadersTooLarge\""),
        "{answer}"
    );
    let (status, answer) = server.get("nobody.localhost", "/", &giant(100 * 1024));
    assert!(status == 431 && healed(&answer).is_empty(), "{answer}");
    let (status, answer) = server.get("b.parent.localhost", "/cookies/forget/", &giant(100 * 1024));
    assert!(
        status == 303 && answer.contains("clear-site-data: \"cookies\"\r\n"),
        "{answer}"
    );
    let (status, answer) = server.get("b.parent.localhost", "/cookies/forget/", "");
    assert!(status == 404 && !answer.contains("clear-site-data"), "{answer}");
    let many: String = (0..300).map(|n| format!("X-{n}: 1\r\n")).collect();
    let (status, answer) = server.get("b.parent.localhost", "/", &many);
    assert!(status == 431 && !answer.contains("set-cookie"), "{answer}");
    assert_eq!(server.get("b.parent.localhost", "/", &giant(16 * 1024)).0, 200);
}

#[test]
fn what_follows_headers_that_were_cut_is_no_request() {
    let folder = neighbours();
    let server = serve(folder.path());
    let smuggled = "GET /robots.txt HTTP/1.1\r\nHost: b.parent.localhost\r\n\r\n";
    let request = format!(
        "POST / HTTP/1.1\r\nHost: b.parent.localhost\r\nCookie: a={}\r\nContent-Length: {}\r\n\r\n{smuggled}{smuggled}",
        "x".repeat(100 * 1024),
        smuggled.len()
    );
    let (status, answer) = server.raw(request.as_bytes());
    assert!(status == 431 && answer.matches("HTTP/1.1 ").count() == 1, "{answer}");
    assert!(answer.contains("connection: close\r\n"), "{answer}");
    // Before it, requests are answered as ever.
    let first = "GET /robots.txt HTTP/1.1\r\nHost: b.parent.localhost\r\n\r\n";
    let (status, answer) = server.raw(format!("{first}{request}").as_bytes());
    assert!(status == 200 && answer.contains("HTTP/1.1 431 "), "{answer}");
    let marked = "parvis-headers-cut: yes\r\n";
    assert_eq!(
        server.get("b.parent.localhost", "/", marked).0,
        200,
        "nobody else can say that headers were cut"
    );
}

#[test]
fn portals_under_one_parent_are_warned_of_when_serving_and_by_the_doctor() {
    let warning = "the portals a (a.parent.localhost) and b (b.parent.localhost) share the parent domain parent.localhost, which \
                   is one site for browsers; a page or script of one can plant cookies for the others.";
    let folder = neighbours();
    let data = folder.path();
    let said = |data: &std::path::Path| {
        let log = data.join("stderr.log");
        let mut serve = command(data, &["serve", "--port", "0"]);
        serve.stderr(std::fs::File::create(&log).unwrap());
        assert_eq!(Server::start(serve).stop().0, Some(0));
        std::fs::read_to_string(log).unwrap()
    };
    let told = said(data);
    assert!(
        told.lines().count() == 1 && told.starts_with(&format!("warning: {warning}")),
        "{told}"
    );
    assert!(
        told.contains("give each a domain of its own") && told.contains("Public Suffix List"),
        "{told}"
    );
    let report = parvis(data, &["doctor"]).ok();
    assert!(report.contains(&format!("note     {warning}")), "{report}");
    let apart = tempfile::tempdir().unwrap();
    for (town, host) in [
        ("a", "a.localhost"),
        ("b", "b.localhost"),
        ("c", "ville.gouv.fr"),
        ("d", "bourg.gouv.fr"),
    ] {
        parvis(apart.path(), &["portal", "add", town, "--host", host]).ok();
    }
    assert_eq!(said(apart.path()), "");
    assert!(!parvis(apart.path(), &["doctor"]).ok().contains("one site for browsers"));
}

#[test]
fn absolute_links_are_those_of_the_configuration_whatever_the_visitor_claims() {
    let folder = with_portal();
    let address = [
        "portal",
        "add",
        "orleans",
        "--public-url",
        "https://data.orleans.example",
    ];
    parvis(folder.path(), &address).ok();
    let server = serve(folder.path());
    let lies = "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: gopher\r\nForwarded: host=evil.example\r\nX-Host: evil.example\r\n";
    for path in [
        "/",
        "/explore/",
        "/sitemap.xml",
        "/robots.txt",
        "/terms/cookies-policy/",
        "/terms/cookies-policy/?format=text",
        "/terms/cookies-policy/?format=json",
        "/login/",
        "/api/explore/v2.1",
        "/api/explore/v2.1/catalog/datasets",
        "/api/explore/v2.1/swagger.json",
    ] {
        let (status, answer) = server.get(HOST, path, lies);
        assert!(
            status == 200 && !answer.contains("evil") && !answer.contains("gopher"),
            "{path}: {answer}"
        );
    }
    for path in ["/sitemap.xml", "/robots.txt", "/terms/cookies-policy/?format=text"] {
        let (_, answer) = server.get(HOST, path, "");
        assert!(answer.contains("https://data.orleans.example"), "{path}: {answer}");
        assert!(!answer.contains(HOST), "{path}: {answer}");
    }
}

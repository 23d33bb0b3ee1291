//! `parvis demo`, on the real demo.

use crate::support::{Server, command, parvis};

#[test]
fn the_demo_loads_once_serves_and_keeps_its_data() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let start = |password: Option<&str>| {
        let mut run = command(
            data,
            &[
                "demo",
                "--port",
                "0",
                "--from",
                concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo"),
            ],
        );
        if let Some(password) = password {
            run.env("DEMO_PASSWORD", password);
        }
        let log = std::fs::File::create(data.join("stderr.log")).unwrap();
        Server::start({
            run.stderr(log);
            run
        })
    };
    let said_on_stderr = || std::fs::read_to_string(data.join("stderr.log")).unwrap();

    let server = start(None);
    let port = server.port;
    let (status, page) = server.get(&format!("localhost:{port}"), "/", "");
    assert_eq!(status, 200, "{page}");
    for (host, services) in [
        ("cesson", 0),
        ("mauges", 0),
        ("orleans", 2),
        ("ris-orangis", 0),
        ("saint-jean-de-luz.paysbasque", 0),
    ] {
        let host = format!("{host}.localhost:{port}");
        let (_, charter) = server.get(&host, "/terms/cookies-policy/?format=json", "");
        let (_, body) = charter.split_once("\r\n\r\n").unwrap();
        let charter: serde_json::Value = serde_json::from_str(body).unwrap();
        let asked = charter["services"].as_array().unwrap();
        assert_eq!(asked.len(), services, "{host}");
        assert!(asked.iter().all(|service| service["consent"] == true), "{host}");
    }
    let (code, said) = server.stop();
    assert_eq!(code, Some(0));
    for portal in [
        "cesson",
        "mauges",
        "orleans",
        "ris-orangis",
        "saint-jean-de-luz",
        "anglet",
    ] {
        assert!(said.contains(&format!("admin@{portal}.example")), "{said}");
        assert!(
            page.contains(&format!("{portal}.")),
            "{portal} is not on the first page"
        );
    }
    assert!(said.contains("platform@demo.example"), "{said}");
    let drawn = said.lines().next().unwrap().to_owned();
    assert!(drawn.starts_with("sign-ins, password: "), "{drawn}");
    let first = said_on_stderr();
    assert!(first.contains("loaded orleans: "), "{first}");
    assert!(
        !first.contains("demo: "),
        "the manifest and the files disagree:\n{first}"
    );

    let count = [
        "export",
        "--portal",
        "orleans",
        "--id",
        "communes-de-france",
        "--select",
        "count(*) as n",
    ];
    let records = parvis(data, &count).ok();
    assert!(records.contains("34969"), "{records}");
    parvis(data, &["portal", "add", "orleans", "--accent", "#123456"]).ok();

    let server = start(None);
    let (_, again) = server.stop();
    assert!(again.starts_with(&drawn), "the password is the same: {again}");
    assert!(!said_on_stderr().contains("loaded"), "{}", said_on_stderr());
    assert!(
        parvis(data, &["portal", "list", "--json"]).ok().contains("#123456"),
        "changes are kept"
    );

    let server = start(Some("short"));
    assert!(
        server
            .stop()
            .1
            .starts_with("sign-ins, password: the one of DEMO_PASSWORD")
    );
}

#[test]
fn a_folder_with_other_portals_is_served_as_it_is() {
    let folder = crate::support::with_portal();
    let server = Server::start(command(folder.path(), &["demo", "--port", "0"]));
    assert_eq!(server.stop(), (Some(0), String::new()));
    assert_eq!(parvis(folder.path(), &["portal", "list"]).ok().lines().count(), 1);
}

#[test]
fn a_demo_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let complaint = parvis(&data, &["demo", "--port", "0", "--from", "/no/such/demo"]).fails(1);
    assert!(
        complaint.contains("/no/such/demo/demo.json") && complaint.contains("--from"),
        "{complaint}"
    );
}

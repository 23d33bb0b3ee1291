//! `parvis audit`, on the real demo and on nothing.

use std::path::Path;

use crate::support::{Server, command, parvis};

const PASSWORD: &str = "a password for the audit";

#[test]
fn every_portal_of_the_demo_keeps_to_its_charter() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let from = concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo");
    let mut demo = command(data, &["demo", "--port", "0", "--from", from]);
    demo.env("DEMO_PASSWORD", PASSWORD);
    demo.stderr(std::fs::File::create(data.join("stderr.log")).unwrap());
    let server = Server::start(demo);
    let hosts = [
        ("cesson", "cesson"),
        ("mauges", "mauges"),
        ("orleans", "orleans"),
        ("ris-orangis", "ris-orangis"),
        ("saint-jean-de-luz", "saint-jean-de-luz.paysbasque"),
        ("anglet", "anglet.paysbasque"),
    ];
    for (portal, host) in hosts {
        let address = format!("http://{host}.localhost:{}/", server.port);
        let report = data.join("report.json");
        let admin = format!("admin@{portal}.example");
        let args = [
            "audit",
            &address,
            "--pages",
            "5",
            "--user",
            &admin,
            "--json",
            report.to_str().unwrap(),
        ];
        let mut audit = command(data, &args);
        audit.env("PARVIS_PASSWORD", PASSWORD);
        let outcome = crate::support::Outcome::from(audit.output().unwrap());
        let said = outcome.ok();
        let report: serde_json::Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
        assert_eq!(report["findings"], serde_json::json!([]), "{portal}: {said}");
        assert!(report["scenarios"].as_array().unwrap().len() >= 8, "{report}");
    }
}

#[test]
fn an_audit_that_cannot_be_carried_out_says_nothing_about_the_site() {
    let nowhere = Path::new("/nowhere");
    let none = ["audit", "http://a.localhost:9/", "--browser", "/no/such/browser"];
    let complaint = parvis(nowhere, &none).fails(3);
    assert!(
        complaint.contains("/no/such/browser") && complaint.contains("CHROMIUM"),
        "{complaint}"
    );
}

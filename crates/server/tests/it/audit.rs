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
        let mut args = vec![
            "audit",
            &address,
            "--pages",
            "5",
            "--user",
            &admin,
            "--json",
            report.to_str().unwrap(),
        ];
        if portal == "orleans" {
            // It asks for consent: what the audit decides is marked as its own, and the result is published.
            args.extend(["--portal", portal, "--keep"]);
        }
        let mut audit = command(data, &args);
        audit.env("PARVIS_PASSWORD", PASSWORD);
        let outcome = crate::support::Outcome::from(audit.output().unwrap());
        let said = outcome.ok();
        let report: serde_json::Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
        let findings = report["findings"].as_array().unwrap();
        assert!(findings.is_empty(), "{portal}: {said}");
        let pictures: Vec<&str> = report["run"]["pictures"]
            .as_array()
            .map(|pictures| pictures.iter().filter_map(|one| one["device"].as_str()).collect())
            .unwrap_or_default();
        let wanted: &[&str] = if portal == "orleans" {
            &["desktop", "mobile"]
        } else {
            &[]
        };
        assert_eq!(pictures, wanted, "the banner of {portal} is kept with the audit");
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

#[test]
fn every_finding_scenario_and_field_of_a_charter_is_explained() {
    let page = std::fs::read_to_string(parvis_testkit::workspace().join("docs/audit.md")).unwrap();
    let codes = parvis_audit::Code::ALL
        .iter()
        .map(|code| format!("| `{}` | ", code.as_str()));
    let scenarios = parvis_audit::Scenario::ALL
        .iter()
        .map(|scenario| format!("`{}`", scenario.as_str()));
    let row = serde_json::to_value(parvis_audit::charter::Row {
        service_id: Some(String::new()),
        purpose_id: Some(String::new()),
        max_age: Some(1),
        host: Some(String::new()),
        path: Some(String::new()),
        secure: Some(true),
        http_only: Some(true),
        same_site: Some(String::new()),
        set_by: Some(String::new()),
        prolonged: Some(true),
        when: Some(parvis_audit::charter::When::Visit),
        ..parvis_audit::charter::Row::default()
    });
    let charter = serde_json::to_value(parvis_audit::Charter::default()).unwrap();
    let mut fields: Vec<String> = Vec::new();
    for object in [&row.unwrap(), &charter, &charter["selectors"], &charter["paths"]] {
        fields.extend(object.as_object().unwrap().keys().map(|key| format!("`{key}`")));
    }
    let missing: Vec<String> = codes
        .chain(scenarios)
        .chain(fields)
        .filter(|word| !page.contains(word))
        .collect();
    assert!(missing.is_empty(), "docs/audit.md says nothing of {missing:?}");
}

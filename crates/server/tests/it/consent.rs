//! The proof of consent, on the real binary: killed at any moment, verified, exported, searched.

use std::path::Path;
use std::sync::mpsc;

use serde_json::Value;

use crate::support::{Server, command, parvis, with_portal};

const HOST: &str = "orleans.localhost";
const PANEL: &str = "/cookies/preferences/";

fn serve(data: &Path) -> Server {
    Server::start(command(data, &["serve", "--plain-http", "--port", "0"]))
}

/// What a browser holds after it opened the panel, and the token of the form.
fn open_panel(server: &Server) -> (String, String) {
    let (status, page) = server.get(HOST, PANEL, "");
    assert_eq!(status, 200, "{page}");
    let between = |before: &str, after: &str| {
        let rest = page.split_once(before).unwrap().1;
        rest.split(after).next().unwrap().to_owned()
    };
    let cookie = format!("csrftoken={}", between("csrftoken=", ";"));
    (cookie, between("name=\"csrfmiddlewaretoken\" value=\"", "\""))
}

/// Saves a choice. Answers its receipt, if the server answered at all.
fn choose(port: u16, cookies: &str, token: &str) -> Option<String> {
    let form = format!("csrfmiddlewaretoken={token}&action=save");
    let answer = Server::post_unless_killed(port, HOST, PANEL, cookies, &form)?;
    let choice = answer.split_once("cookies_preferences=")?.1.split(';').next()?;
    Some(choice.split('.').nth(4)?.to_owned())
}

fn consent(data: &Path, args: &[&str]) -> crate::support::Outcome {
    let mut all = vec!["consent"];
    all.extend_from_slice(args);
    parvis(data, &all)
}

fn exported(data: &Path) -> Value {
    let text = consent(data, &["export", "--portal", "orleans"]).ok();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn a_server_killed_while_visitors_choose_loses_no_choice_and_breaks_no_chain() {
    let folder = with_portal();
    let data = folder.path();
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 1..=3 {
        let server = serve(data);
        let (cookies, token) = open_panel(&server);
        let (port, (send, receive)) = (server.port, mpsc::channel());
        let clients: Vec<_> = (0..6)
            .map(|_| {
                let (send, cookies, token) = (send.clone(), cookies.clone(), token.clone());
                std::thread::spawn(move || {
                    while let Some(receipt) = choose(port, &cookies, &token) {
                        send.send(receipt).unwrap();
                    }
                })
            })
            .collect();
        drop(send);
        let mut answered: Vec<String> = receive.iter().take(30 * round).collect();
        // Killed, not asked to stop: the clients are in the middle of their next choices.
        drop(server);
        clients.into_iter().for_each(|client| client.join().unwrap());
        answered.extend(receive);
        acknowledged.append(&mut answered);
        let report = consent(data, &["verify", "--portal", "orleans"]).ok();
        assert!(report.contains("all intact"), "{report}");
    }
    let document = exported(data);
    let kept: std::collections::BTreeSet<&str> = document["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record["receipt"].as_str().unwrap())
        .collect();
    assert!(acknowledged.len() >= 180);
    for receipt in &acknowledged {
        assert!(
            kept.contains(receipt.as_str()),
            "{receipt} was acknowledged and is lost"
        );
    }
    assert!(
        kept.len() <= acknowledged.len() + 18,
        "what was not acknowledged was under way"
    );
}

#[test]
fn the_officer_verifies_searches_exports_and_purges_from_the_command_line() {
    let folder = with_portal();
    let data = folder.path();
    let server = serve(data);
    let (cookies, token) = open_panel(&server);
    let receipts: Vec<String> = (0..5).map(|_| choose(server.port, &cookies, &token).unwrap()).collect();
    drop(server);
    let found = consent(data, &["find", "--portal", "orleans", &receipts[2]]).ok();
    assert!(
        found.starts_with("record 3: refuse on ") && found.contains(&receipts[2]),
        "{found}"
    );
    let found = consent(data, &["find", "--portal", "orleans", "--json", &receipts[2]]).ok();
    let found: Value = serde_json::from_str(&found).unwrap();
    assert_eq!(found[0]["record"]["seq"], 3);
    let complaint = consent(data, &["find", "--portal", "orleans", "-AAAAAAAAAAAAAAAAAAAAA"]).fails(1);
    assert!(complaint.contains("no choice"), "{complaint}");
    assert_eq!(
        consent(data, &["purge", "--portal", "orleans", "--dry-run"]).ok(),
        "nothing is due\n"
    );
    let csv = consent(data, &["export", "--portal", "orleans", "--format", "csv"]).ok();
    assert_eq!(csv.lines().count(), 6);
    assert_eq!(
        consent(data, &["verify", "--portal", "orleans"]).ok(),
        "5 records, all intact, in their places and signed\n"
    );
    assert!(
        consent(data, &["verify", "--portal", "cesson"])
            .fails(1)
            .contains("there are orleans")
    );
    consent(data, &["verify"]).fails(2);
}

#[test]
fn an_export_is_verified_without_the_data_folder_and_a_touched_one_is_found_out() {
    let folder = with_portal();
    let data = folder.path();
    let server = serve(data);
    let (cookies, token) = open_panel(&server);
    for _ in 0..6 {
        choose(server.port, &cookies, &token).unwrap();
    }
    drop(server);
    let file = data.join("export.json");
    let path = file.to_str().unwrap();
    consent(data, &["export", "--portal", "orleans", "--output", path]).ok();
    let good: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let nowhere = Path::new("/nowhere");
    let key = good["public_key"].as_str().unwrap().to_owned();
    consent(nowhere, &["verify", "--file", path]).ok();
    consent(nowhere, &["verify", "--file", path, "--key", &key]).ok();
    let other = consent(nowhere, &["verify", "--file", path, "--key", &"ab".repeat(32)]);
    assert_eq!(other.code, Some(1), "{other:?}");
    type Touch = fn(&mut Vec<Value>);
    let touches: [(Touch, &str); 4] = [
        (
            |records| records[2]["audit"] = Value::Bool(true),
            "record 3 was altered",
        ),
        (|records| drop(records.remove(3)), "record 4 is missing"),
        (|records| records.swap(1, 4), "record 2 was moved to place 5"),
        (
            |records| records.insert(2, records[0].clone()),
            "a record was inserted at place 3; it claims to be record 1",
        ),
    ];
    for (touch, wanted) in touches {
        let mut document = good.clone();
        touch(document["records"].as_array_mut().unwrap());
        std::fs::write(&file, document.to_string()).unwrap();
        let outcome = consent(nowhere, &["verify", "--file", path, "--key", &key]);
        assert_eq!(outcome.code, Some(1), "{outcome:?}");
        assert!(
            outcome.out.contains(&format!("WRONG  {wanted}\n")),
            "{wanted}: {}",
            outcome.out
        );
        let report = consent(nowhere, &["verify", "--file", path, "--key", &key, "--json"]).out;
        let report: Value = serde_json::from_str(&report).unwrap();
        assert_ne!(report["faults"], serde_json::json!([]));
    }
    std::fs::write(&file, "{}").unwrap();
    assert!(
        consent(nowhere, &["verify", "--file", path])
            .fails(1)
            .contains("no export")
    );
}

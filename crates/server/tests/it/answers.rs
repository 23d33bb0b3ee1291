//! A running server beside other processes that write: answers that it keeps, limits, past versions.

use std::path::Path;

use crate::support::{Server, command, parvis, with_portal};

const HOST: &str = "orleans.localhost";
const RECORDS: &str = "/api/explore/v2.1/catalog/datasets/trees/records";

fn import(data: &Path, content: &str) {
    let file = data.join("trees.csv");
    std::fs::write(&file, content).unwrap();
    let file = file.to_str().unwrap();
    parvis(data, &["import", "--portal", "orleans", "--id", "trees", file]).ok();
}

#[test]
fn what_another_process_publishes_or_hides_shows_at_once() {
    let folder = with_portal();
    let data = folder.path();
    import(data, "name\noak\n");
    let server = Server::start(command(data, &["serve", "--port", "0", "--audits", "off"]));
    let ask = || server.get(HOST, RECORDS, "");
    for _ in 0..3 {
        let (status, answer) = ask();
        assert!(status == 200 && answer.contains("oak"), "{answer}");
    }
    import(data, "name\nlime\n");
    let (_, answer) = ask();
    assert!(answer.contains("lime") && !answer.contains("oak"), "{answer}");
    let file = data.join("trees.csv");
    let hide = [
        "import",
        "--portal",
        "orleans",
        "--id",
        "trees",
        "--restricted",
        file.to_str().unwrap(),
    ];
    parvis(data, &hide).ok();
    assert_eq!(ask().0, 404);
}

#[test]
fn a_quota_is_set_heeded_listed_and_taken_away() {
    let folder = with_portal();
    let data = folder.path();
    import(data, "name\noak\n");
    let server = Server::start(command(data, &["serve", "--port", "0", "--audits", "off"]));
    let quota = |args: &[&str]| {
        let args: Vec<&str> = ["quota"]
            .iter()
            .chain(args)
            .chain(&["--portal", "orleans"])
            .copied()
            .collect();
        parvis(data, &args)
    };
    assert_eq!(server.get(HOST, RECORDS, "").0, 200);
    assert_eq!(quota(&["set", "anonymous", "2"]).ok(), "anonymous: 2 calls a day\n");
    for status in [200, 200, 429] {
        let (found, answer) = server.get(HOST, RECORDS, "");
        assert_eq!(found, status, "{answer}");
        assert!(answer.to_lowercase().contains("x-ratelimit-limit: 2"), "{answer}");
    }
    quota(&["set", "dataset", "5", "--for", "trees"]).ok();
    assert!(
        quota(&["set", "user", "5", "--for", "nobody@example.org"])
            .fails(1)
            .contains("nobody@example.org")
    );
    assert!(
        quota(&["set", "portal", "5", "--for", "x"])
            .fails(1)
            .contains("no one in particular")
    );
    quota(&["set", "everybody", "5"]).fails(2);
    let listed = quota(&["list"]).ok();
    let lines: Vec<Vec<&str>> = listed.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(lines[0][..3], ["anonymous", "-", "2"]);
    assert_eq!((lines[1][0], lines[1][2]), ("dataset", "5"));
    assert_eq!(quota(&["remove", "anonymous"]).ok(), "anonymous: no limit\n");
    assert_eq!(server.get(HOST, RECORDS, "").0, 200);
}

#[test]
fn versions_are_listed_and_all_but_the_last_can_be_removed() {
    let folder = with_portal();
    let data = folder.path();
    for name in ["oak", "lime"] {
        import(data, &format!("name\n{name}\n"));
    }
    let version = |args: &[&str]| {
        let which = ["--portal", "orleans", "--id", "trees"];
        let args: Vec<&str> = ["version"].iter().chain(args).chain(&which).copied().collect();
        parvis(data, &args)
    };
    let listed = version(&["list"]).ok();
    let names: Vec<&str> = listed.lines().filter_map(|line| line.split('\t').next()).collect();
    assert_eq!(names.len(), 2, "{listed}");
    let server = Server::start(command(data, &["serve", "--port", "0", "--audits", "off"]));
    let old = format!("{RECORDS}?version={}", names[1]);
    assert!(server.get(HOST, &old, "").1.contains("oak"));
    assert!(
        version(&["remove", names[0]])
            .fails(1)
            .contains("publish another first")
    );
    version(&["remove", names[1]]).ok();
    assert!(version(&["remove", names[1]]).fails(1).contains("has no version"));
    assert_eq!(server.get(HOST, &old, "").0, 404, "it is not given from memory either");
    assert_eq!(version(&["list"]).ok().lines().count(), 1);
}

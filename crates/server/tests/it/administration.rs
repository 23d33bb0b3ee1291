//! Portals, people, migrating, checking.

use std::path::Path;

use crate::support::{Server, command, footprint, parvis, with_portal};

#[test]
fn a_portal_is_added_listed_and_changed() {
    let folder = with_portal();
    let data = folder.path();
    assert_eq!(
        parvis(data, &["portal", "list"]).ok(),
        "orleans\torleans.localhost\tfr,en\n"
    );
    let change = ["portal", "add", "orleans", "--accent", "#ff0000", "--language", "fr"];
    assert!(parvis(data, &change).ok().starts_with("changed the portal orleans"));
    let listed: serde_json::Value = serde_json::from_str(&parvis(data, &["portal", "list", "--json"]).ok()).unwrap();
    let orleans = &listed[0];
    assert_eq!(orleans["accent"], "#ff0000");
    assert_eq!(orleans["name"]["fr"], "Orléans");
    assert_eq!(orleans["languages"], serde_json::json!(["fr"]));
    assert_eq!(orleans["public_url"], "https://orleans.localhost");
}

#[test]
fn a_portal_that_cannot_be_is_refused_with_a_reason() {
    let folder = with_portal();
    let data = folder.path();
    for (args, word) in [
        (&["portal", "add", "cesson"][..], "--host"),
        (
            &["portal", "add", "cesson", "--host", "orleans.localhost"],
            "already served by the portal `orleans`",
        ),
        (&["portal", "add", "orleans", "--accent", "red"], "is not a colour"),
        (
            &["portal", "add", "orleans", "--public-url", "ftp://x"],
            "is not a portal address",
        ),
        (
            &["portal", "add", "orleans", "--logo", "/no/such/logo.svg"],
            "/no/such/logo.svg",
        ),
    ] {
        let complaint = parvis(data, args).fails(1);
        assert!(complaint.contains(word), "{args:?} does not say {word}:\n{complaint}");
    }
    assert_eq!(parvis(data, &["portal", "list"]).ok().lines().count(), 1);
}

#[test]
fn trusted_origins_are_exact_and_replace_each_other() {
    let folder = with_portal();
    let data = folder.path();
    let trust = |origins: &[&str]| {
        let options = origins.iter().flat_map(|origin| ["--trusted-origin", origin]);
        let args: Vec<&str> = ["portal", "add", "orleans"].into_iter().chain(options).collect();
        parvis(data, &args)
    };
    let trusted = || {
        let listed = parvis(data, &["portal", "list", "--json"]).ok();
        let portals: serde_json::Value = serde_json::from_str(&listed).unwrap();
        portals[0]["trusted_origins"].clone()
    };
    trust(&["https://www.orleans.example", "https://intranet.example:8443"]).ok();
    for refused in [
        "https://*.orleans.example",
        "*",
        "www.orleans.example",
        "https://www.orleans.example/",
        "https://www.orleans.example:443",
    ] {
        let complaint = trust(&[refused]).fails(1);
        assert!(
            complaint.contains(refused) && complaint.contains("https://host"),
            "{complaint}"
        );
    }
    assert_eq!(
        trusted(),
        serde_json::json!(["https://www.orleans.example", "https://intranet.example:8443"])
    );
    trust(&["https://www.orleans.example"]).ok();
    assert_eq!(trusted(), serde_json::json!(["https://www.orleans.example"]));
    trust(&["none"]).ok();
    assert_eq!(trusted(), serde_json::json!([]));
}

#[test]
fn people_are_added_to_a_portal_or_to_the_platform() {
    let folder = with_portal();
    let data = folder.path();
    let drawn = parvis(
        data,
        &[
            "user",
            "add",
            "ana@orleans.example",
            "--portal",
            "orleans",
            "--role",
            "publisher",
        ],
    )
    .ok();
    let mut lines = drawn.lines();
    assert_eq!(
        lines.next(),
        Some("added ana@orleans.example to the portal orleans as publisher")
    );
    assert_eq!(lines.next().unwrap().len(), "password: aaaaa-bbbbb-ccccc-ddddd".len());
    let mut given = command(
        data,
        &["user", "add", "ops@platform.example", "--platform", "--role", "admin"],
    );
    let outcome = given
        .env("PARVIS_PASSWORD", "correct horse battery staple")
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(outcome.stdout).unwrap(),
        "added ops@platform.example to the platform as admin\n"
    );
    for (args, word) in [
        (
            &["user", "add", "ANA@orleans.example", "--portal", "orleans"][..],
            "already used",
        ),
        (
            &["user", "add", "eve@x.example", "--portal", "nowhere"],
            "there are orleans",
        ),
        (
            &["user", "add", "not-an-address", "--portal", "orleans"],
            "is not a mail address",
        ),
        (
            &[
                "user",
                "add",
                "bob@x.example",
                "--portal",
                "orleans",
                "--password-file",
                "/no/such/file",
            ],
            "/no/such/file",
        ),
    ] {
        let complaint = parvis(data, args).fails(1);
        assert!(complaint.contains(word), "{args:?} does not say {word}:\n{complaint}");
    }
}

#[test]
fn a_short_password_is_refused_and_a_file_gives_its_first_line() {
    let folder = with_portal();
    let file = folder.path().join("password");
    let path = file.to_str().unwrap();
    let args = [
        "user",
        "add",
        "ana@orleans.example",
        "--portal",
        "orleans",
        "--password-file",
        path,
    ];
    std::fs::write(&file, "short\n").unwrap();
    assert!(parvis(folder.path(), &args).fails(1).contains("at least 12"));
    std::fs::write(&file, "long enough for anybody\nsecond line\n").unwrap();
    assert!(!parvis(folder.path(), &args).ok().contains("password"));
}

#[test]
fn migrating_makes_the_store_and_may_be_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new/data");
    for _ in 0..2 {
        assert_eq!(
            parvis(&data, &["migrate"]).ok(),
            "the metadata store is at migration 2, the latest\n"
        );
    }
}

#[test]
fn the_doctor_finds_nothing_in_a_sound_folder() {
    let folder = with_portal();
    let report = parvis(folder.path(), &["doctor"]).ok();
    assert!(
        report.contains("1 portals, 0 datasets") && report.ends_with("nothing to mend\n"),
        "{report}"
    );
}

#[test]
fn the_doctor_names_what_is_missing_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("nothing");
    let outcome = parvis(&data, &["doctor"]);
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.out.contains("PROBLEM  there is no data folder"), "{outcome:?}");
    assert!(!data.exists());
    std::fs::create_dir(&data).unwrap();
    let outcome = parvis(&data, &["doctor"]);
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.out.contains("there is no metadata store"), "{outcome:?}");
    std::fs::write(data.join("parvis.sqlite"), "this is no database. ".repeat(200)).unwrap();
    let outcome = parvis(&data, &["doctor"]);
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.out.contains("cannot be opened"), "{outcome:?}");
}

#[test]
fn the_doctor_changes_nothing() {
    let folder = with_portal();
    let data = folder.path();
    // It closes the store in order; a command that merely ends may leave SQLite's log behind.
    parvis(data, &["migrate"]).ok();
    let before = footprint(data);
    assert!(parvis(data, &["doctor"]).ok().contains("can be written"));
    assert_eq!(footprint(data), before);
    // Beside a server that runs, the index of SQLite's log notes who reads; everything else stays.
    let server = Server::start(command(data, &["serve", "--port", "0"]));
    let files = |data: &Path| {
        let mut files = footprint(data);
        files.retain(|path, _| !path.to_string_lossy().ends_with("-shm"));
        files
    };
    let before = files(data);
    assert!(parvis(data, &["doctor"]).ok().ends_with("nothing to mend\n"));
    assert_eq!(files(data), before);
    assert_eq!(server.stop().0, Some(0));
}

#[test]
fn the_doctor_tells_of_migrations_that_are_due_and_leaves_them_to_migrate() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    // An empty file is a database without tables.
    std::fs::write(data.join("parvis.sqlite"), b"").unwrap();
    let before = footprint(data);
    let outcome = parvis(data, &["doctor"]);
    assert_eq!(outcome.code, Some(1));
    assert!(
        outcome
            .out
            .contains("PROBLEM  the metadata store is at migration 0 of ")
            && outcome.out.contains("parvis migrate"),
        "{outcome:?}"
    );
    assert_eq!(footprint(data), before);
    parvis(data, &["migrate"]).ok();
    assert!(parvis(data, &["doctor"]).ok().ends_with("nothing to mend\n"));
}

#[test]
fn a_data_folder_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    for args in [&["serve"][..], &["portal", "list"], &["migrate"], &["demo"]] {
        let complaint = parvis(&file.join("data"), args).fails(1);
        assert!(complaint.contains(file.to_str().unwrap()), "{args:?}: {complaint}");
    }
}

//! `parvis user …`: what operators do with accounts.

use std::path::Path;

use serde_json::Value;

use crate::support::{Outcome, Server, command, parvis, with_portal};

const HOST: &str = "orleans.localhost";
const PASSWORD: &str = "correct-horse-battery-staple";

/// `parvis user COMMAND ana@orleans.example --portal orleans MORE`, with the password in the environment.
fn ana(data: &Path, name: &str, more: &[&str]) -> Outcome {
    let args = [&["user", name, "ana@orleans.example", "--portal", "orleans"], more].concat();
    let mut command = command(data, &args);
    command.env("PARVIS_PASSWORD", PASSWORD).output().unwrap().into()
}

/// A data folder with the portal `orleans`, whose publisher is Ana.
fn with_ana() -> tempfile::TempDir {
    let folder = with_portal();
    ana(folder.path(), "add", &["--role", "publisher"]).ok();
    folder
}

/// Whether the server takes the browser for somebody who has signed in.
fn is_signed_in(server: &Server, cookies: &str) -> bool {
    match server.get(HOST, "/account/", cookies) {
        (200, _) => true,
        (303, answer) if answer.contains("location: /login/") => false,
        (_, answer) => panic!("{answer}"),
    }
}

#[test]
fn another_role_a_new_password_and_closing_end_the_sessions_of_a_running_server() {
    let folder = with_ana();
    let data = folder.path();
    let server = Server::start({
        let mut serve = command(data, &["serve", "--port", "0", "--plain-http"]);
        serve.stderr(std::process::Stdio::null());
        serve
    });
    for (name, more, said) in [
        (
            "role",
            &["reader"][..],
            "ana@orleans.example of the portal orleans is reader now, and signed out everywhere\n",
        ),
        (
            "password",
            &[],
            "ana@orleans.example of the portal orleans has a new password, and is signed out everywhere\n",
        ),
        (
            "close",
            &[],
            "the account ana@orleans.example of the portal orleans is closed, and signed out everywhere\n",
        ),
    ] {
        let cookies = server.sign_in(HOST, "ana@orleans.example", PASSWORD);
        assert!(is_signed_in(&server, &cookies));
        assert_eq!(ana(data, name, more).ok(), said);
        assert!(!is_signed_in(&server, &cookies), "after {name}");
    }
    assert_eq!(
        ana(data, "reopen", &[]).ok(),
        "the account ana@orleans.example of the portal orleans is open again\n"
    );
    let cookies = server.sign_in(HOST, "ana@orleans.example", PASSWORD);
    assert!(is_signed_in(&server, &cookies));
    // What changes nothing ends nothing.
    assert!(ana(data, "role", &["reader"]).ok().ends_with("is reader already\n"));
    assert!(ana(data, "reopen", &[]).ok().ends_with("is open already\n"));
    assert!(is_signed_in(&server, &cookies));
}

#[test]
fn people_are_listed_by_home_with_what_they_may_do() {
    let folder = with_ana();
    let data = folder.path();
    parvis(
        data,
        &["user", "add", "ops@platform.example", "--platform", "--role", "admin"],
    )
    .ok();
    ana(data, "close", &[]).ok();
    let (anas, ops) = (
        "ana@orleans.example\torleans\tpublisher\tclosed\n",
        "ops@platform.example\t-\tadmin\topen\n",
    );
    for (more, wanted) in [
        (&[][..], format!("{anas}{ops}")),
        (&["--portal", "orleans"], anas.to_owned()),
        (&["--platform"], ops.to_owned()),
    ] {
        assert_eq!(parvis(data, &[&["user", "list"], more].concat()).ok(), wanted);
    }
    let listed = parvis(data, &["user", "list", "--json"]).ok();
    let people: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(
        (&people[0]["open"], &people[1]["portal"]),
        (&Value::Bool(false), &Value::Null)
    );
    assert!(!listed.contains("argon2"), "no hash leaves the store");
}

#[test]
fn an_account_that_is_not_there_and_a_weak_password_are_refused() {
    let folder = with_ana();
    let data = folder.path();
    for name in ["close", "reopen", "password"] {
        let complaint = parvis(data, &["user", name, "eve@x.example", "--portal", "orleans"]).fails(1);
        assert!(complaint.contains("there is no account `eve@x.example`"), "{complaint}");
    }
    // Ana's home is the portal: the platform has nobody of that address.
    let complaint = parvis(data, &["user", "role", "ana@orleans.example", "admin", "--platform"]).fails(1);
    assert!(complaint.contains("there is no account"), "{complaint}");
    let complaint = parvis(data, &["user", "close", "ana@orleans.example", "--portal", "cesson"]).fails(1);
    assert!(complaint.contains("there are orleans"), "{complaint}");
    let weak = data.join("weak");
    std::fs::write(&weak, "short\n").unwrap();
    let complaint = ana(data, "password", &["--password-file", weak.to_str().unwrap()]).fails(1);
    assert!(complaint.contains("at least 12"), "{complaint}");
}

#[test]
fn a_password_that_nobody_gave_is_drawn_and_said_once() {
    let folder = with_ana();
    let args = ["user", "password", "ana@orleans.example", "--portal", "orleans"];
    let said = parvis(folder.path(), &args).ok();
    let drawn = said.lines().nth(1).and_then(|line| line.strip_prefix("password: "));
    assert_eq!(drawn.map(str::len), Some("aaaaa-bbbbb-ccccc-ddddd".len()), "{said}");
}

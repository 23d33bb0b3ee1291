//! What the command line says of itself.

use std::path::Path;

use crate::support::parvis;

const COMMANDS: [&[&str]; 21] = [
    &["serve"],
    &["demo"],
    &["portal", "add"],
    &["portal", "list"],
    &["user", "add"],
    &["user", "list"],
    &["user", "role"],
    &["user", "close"],
    &["user", "reopen"],
    &["user", "password"],
    &["import"],
    &["export"],
    &["audit"],
    &["migrate"],
    &["doctor"],
    &["consent", "verify"],
    &["consent", "export"],
    &["consent", "purge"],
    &["consent", "find"],
    &["consent"],
    &["portal"],
];

#[test]
fn help_lists_every_command_and_the_exit_codes() {
    let help = parvis(Path::new("/nowhere"), &["--help"]).ok();
    for word in [
        "serve",
        "demo",
        "portal",
        "consent",
        "user",
        "import",
        "export",
        "audit",
        "migrate",
        "doctor",
        "Exit codes: 0",
        "PARVIS_DATA",
    ] {
        assert!(help.contains(word), "{word} is not in:\n{help}");
    }
}

#[test]
fn every_command_explains_itself_with_an_example() {
    for command in COMMANDS {
        let mut args = command.to_vec();
        args.push("--help");
        let help = parvis(Path::new("/nowhere"), &args).ok();
        assert!(help.contains("Usage: parvis"), "{command:?}:\n{help}");
        if !matches!(command, ["portal" | "consent"]) {
            assert!(help.contains("Example"), "{command:?} has no example:\n{help}");
        }
    }
}

#[test]
fn a_command_line_without_sense_ends_with_2_and_says_what_is_missing() {
    let nowhere = Path::new("/nowhere");
    for (args, word) in [
        (&["publish"][..], "unrecognized subcommand"),
        (&["import", "a.csv"], "--portal"),
        (&["import", "--portal", "Orléans", "--id", "a", "a.csv"], "lower-case"),
        (
            &[
                "import",
                "--portal",
                "orleans",
                "--id",
                "a",
                "--field-type",
                "x=string",
                "a.csv",
            ],
            "is not a type",
        ),
        (&["user", "add", "a@b.example"], "--portal"),
        (
            &["user", "add", "a@b.example", "--portal", "a", "--platform"],
            "cannot be used with",
        ),
        (
            &["user", "add", "a@b.example", "--platform", "--role", "king"],
            "publisher",
        ),
        (&["user", "close", "a@b.example"], "--portal"),
        (&["user", "role", "a@b.example", "king", "--platform"], "publisher"),
        (&["user", "list", "--portal", "a", "--platform"], "cannot be used with"),
        (
            &[
                "import",
                "--portal",
                "a",
                "--id",
                "a",
                "--public",
                "--restricted",
                "a.csv",
            ],
            "cannot be used with",
        ),
        (
            &["import", "--portal", "a", "--id", "a", "--unit", "hauteur", "a.csv"],
            "a name, = and a value",
        ),
        (&["portal", "add", "orleans", "--host", "https://x"], "host name alone"),
        (&["serve", "--port", "70000"], "70000"),
        (&["audit"], "<URL>"),
        (&["audit", "ftp://a.example"], "https://"),
        (
            &["audit", "https://a.example", "--discover", "--charter", "c.json"],
            "cannot be used with",
        ),
    ] {
        let complaint = parvis(nowhere, args).fails(2);
        assert!(complaint.contains(word), "{args:?} does not say {word}:\n{complaint}");
    }
}

#[test]
fn the_version_is_the_packages() {
    let version = parvis(Path::new("/nowhere"), &["--version"]).ok();
    assert_eq!(version.trim(), concat!("parvis ", env!("CARGO_PKG_VERSION")));
}

//! Which crate may use which. The table is the one of docs/architecture.md; anything else is a design change.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Each crate and the crates it may use.
const MAY_USE: [(&str, &[&str]); 12] = [
    ("model", &[]),
    ("odsql", &[]),
    ("testkit", &[]),
    ("fetch", &[]),
    ("cookies", &["model"]),
    ("audit", &["model", "cookies"]),
    ("store", &["model"]),
    ("formats", &["model"]),
    ("engine", &["model", "odsql", "formats"]),
    (
        "portal",
        &["model", "odsql", "cookies", "store", "formats", "engine", "fetch"],
    ),
    ("web", &["model", "odsql", "cookies", "portal"]),
    (
        "server",
        &[
            "model", "odsql", "cookies", "store", "formats", "engine", "fetch", "portal", "web", "audit",
        ],
    ),
];

/// Dependencies that only these crates may name, by the beginning of their names.
const ONLY_IN: [(&str, &[&str]); 5] = [
    ("datafusion", &["engine"]),
    ("sqlx", &["store"]),
    ("axum", &["web", "server"]),
    ("anyhow", &["server"]),
    ("reqwest", &["fetch"]),
];

/// The crates of the workspace with the names of what they depend on, and whether for tests only.
fn edges() -> BTreeMap<String, Vec<(String, bool)>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version=1",
            "--no-deps",
            "--offline",
            "--locked",
            "--manifest-path",
        ])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().unwrap();
            let named = dependencies
                .iter()
                .map(|edge| (text(&edge["name"]), edge["kind"] == "dev"));
            (text(&package["name"]).replacen("parvis-", "", 1), named.collect())
        })
        .collect()
}

#[test]
fn crates_use_each_other_only_as_the_architecture_draws_it() {
    let table: BTreeMap<&str, &[&str]> = MAY_USE.into();
    let mut wrong = Vec::new();
    for (name, dependencies) in edges() {
        let Some(allowed) = table.get(name.as_str()) else {
            wrong.push(format!("the crate {name} is not in the table"));
            continue;
        };
        for (dependency, for_tests) in dependencies {
            let Some(used) = dependency.strip_prefix("parvis-") else {
                continue;
            };
            let helps_tests = for_tests && used == "testkit";
            if !helps_tests && !allowed.contains(&used) {
                wrong.push(format!("{name} → {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "not drawn: {wrong:#?}");
}

#[test]
fn the_table_names_crates_that_exist() {
    let here: BTreeSet<String> = edges().into_keys().collect();
    let table: BTreeSet<String> = MAY_USE.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(table, here);
}

#[test]
fn heavy_dependencies_stay_in_their_crate() {
    let mut wrong = Vec::new();
    for (name, dependencies) in edges() {
        for (dependency, _) in dependencies {
            for (heavy, owners) in ONLY_IN {
                let same =
                    dependency == heavy || dependency.strip_prefix(heavy).is_some_and(|rest| rest.starts_with('-'));
                if same && !owners.contains(&name.as_str()) {
                    wrong.push(format!("{name} → {dependency}, which belongs to {owners:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

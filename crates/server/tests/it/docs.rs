//! The documentation tells of everything there is, and of nothing that there is not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use parvis_model::ErrorCode;
use parvis_odsql::{Aggregate, Function, SpatialPredicate, TextPredicate};
use parvis_testkit::workspace;

use crate::support::parvis;

/// Folders that hold nothing of ours.
const FOREIGN: [&str; 5] = ["target", "node_modules", "dist", "var", "shots"];

fn read(path: &str) -> String {
    std::fs::read_to_string(workspace().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file below `folder` (from the root of the repository) whose name ends with `end`.
fn files(folder: &str, end: &str) -> Vec<PathBuf> {
    let (mut pending, mut found) = (vec![workspace().join(folder)], Vec::new());
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if !name.starts_with('.') && !FOREIGN.contains(&name.as_str()) {
                    pending.push(path);
                }
            } else if name.ends_with(end) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no {end} below {folder}");
    found
}

fn sources(folder: &str, end: &str) -> String {
    let texts = files(folder, end)
        .into_iter()
        .map(|path| std::fs::read_to_string(path).unwrap());
    texts.collect::<Vec<_>>().join("\n")
}

/// What stands between `before` and `after`, each time `before` occurs.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    let parts = text.split(before).skip(1);
    parts
        .filter_map(|part| part.split_once(after).map(|(inner, _)| inner))
        .collect()
}

fn complain(missing: &BTreeSet<String>, page: &str) {
    assert!(
        missing.is_empty(),
        "{page} says nothing of {}",
        missing.iter().cloned().collect::<Vec<_>>().join(", ")
    );
}

/// The words at the beginning of the lines under a heading of a help text, up to an empty line.
fn listed(help: &str, heading: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != heading).skip(1);
    lines
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect()
}

/// Every command that does something, with its help.
fn commands(path: &[&str], found: &mut BTreeMap<String, String>) {
    let mut args = path.to_vec();
    args.push("--help");
    let help = parvis(Path::new("/nowhere"), &args).ok();
    let inner = listed(&help, "Commands:");
    if inner.is_empty() {
        found.insert(path.join(" "), help);
    }
    for name in inner.iter().filter(|name| *name != "help") {
        let mut path = path.to_vec();
        path.push(name);
        commands(&path, found);
    }
}

/// The long options that a help text explains.
fn options(help: &str) -> BTreeSet<String> {
    let lines = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let words = lines.flat_map(|line| line.split([' ', ',']).take(4).collect::<Vec<_>>());
    words.filter(|word| word.starts_with("--")).map(str::to_owned).collect()
}

/// The part of a page under a heading of the third level.
fn section<'a>(page: &'a str, title: &str) -> Option<&'a str> {
    let rest = page.split_once(&format!("\n### {title}\n"))?.1;
    Some(rest.split("\n##").next().unwrap_or(rest))
}

#[test]
fn every_command_and_option_is_explained() {
    let page = read("docs/operations.md");
    let mut found = BTreeMap::new();
    commands(&[], &mut found);
    assert!(found.len() >= 9, "only {found:?}");
    let mut missing = BTreeSet::new();
    for (command, help) in &found {
        let title = format!("parvis {command}");
        let Some(section) = section(&page, &title) else {
            missing.insert(title);
            continue;
        };
        // What every command takes is told once.
        for option in options(help) {
            let general = ["--help", "--version", "--data"].contains(&option.as_str());
            if !general && !section.contains(&option) {
                missing.insert(format!("{title} {option}"));
            }
        }
    }
    complain(&missing, "docs/operations.md");
}

#[test]
fn every_variable_is_explained() {
    let pages = read("docs/operations.md") + &read("docs/testing.md");
    let rust = sources("crates", ".rs");
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for before in ["env::var(\"", "env::var_os(\"", "env = \"", "try_from_env(\""] {
        names.extend(between(&rust, before, "\""));
    }
    let scripts = sources("assets/e2e", ".mjs");
    names.extend(scripts.split("process.env.").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_uppercase() && c != '_' && !c.is_ascii_digit());
        &rest[..end.unwrap_or(rest.len())]
    }));
    let makefile = read("Makefile");
    names.extend(
        makefile
            .lines()
            .filter_map(|line| line.split_once(" ?= ").map(|(name, _)| name)),
    );
    // This very file names the beginnings of calls, too.
    let known = |name: &&&str| !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_' || c == '2');
    let names: BTreeSet<&str> = names.iter().filter(known).copied().collect();
    assert!(
        names.contains("PARVIS_DATA") && names.contains("DEMO_PASSWORD"),
        "{names:?}"
    );
    let missing = names.iter().filter(|name| !pages.contains(&format!("`{name}`")));
    complain(&missing.map(ToString::to_string).collect(), "docs/operations.md");
}

#[test]
fn every_route_and_parameter_of_the_api_is_explained() {
    let page = read("docs/api.md");
    let table = read("crates/web/src/api.rs");
    let mut routes: BTreeSet<&str> = between(&table, "at(\"", "\"").into_iter().collect();
    routes.remove("");
    routes.extend(
        between(&table, "(\"/explore/", "\"")
            .iter()
            .map(|_| "/explore/dataset/{id}/download"),
    );
    assert!(routes.len() > 12, "only {routes:?}");
    let machine: serde_json::Value = serde_json::from_str(&read("crates/web/src/api/spec.json")).unwrap();
    let parameters = machine["components"]["parameters"].as_object().unwrap();
    let names = parameters.values().map(|one| one["name"].as_str().unwrap());
    let words = routes.into_iter().chain(names.filter(|name| !name.ends_with("_id")));
    let missing = words.filter(|word| !page.contains(&format!("`{word}`")));
    complain(&missing.map(str::to_owned).collect(), "docs/api.md");
}

#[test]
fn every_function_of_the_language_has_an_example() {
    let page = read("docs/odsql.md");
    let grouping = [
        "range",
        "geo_cluster",
        "include",
        "exclude",
        "now",
        "within_distance",
        "in_bbox",
    ];
    let texts = [TextPredicate::Search, TextPredicate::Suggest, TextPredicate::StartsWith];
    let places = [
        SpatialPredicate::Intersects,
        SpatialPredicate::Disjoint,
        SpatialPredicate::Within,
    ];
    let names = Function::ALL.into_iter().map(Function::name);
    let names = names
        .chain(Aggregate::NAMES)
        .chain(texts.map(TextPredicate::name))
        .chain(places.map(SpatialPredicate::name))
        .chain(grouping);
    let missing = names.filter(|name| !page.contains(&format!("`{name}(")));
    complain(&missing.map(|name| format!("{name}(…)")).collect(), "docs/odsql.md");
}

#[test]
fn every_error_code_is_explained_with_its_status() {
    let page = read("docs/api.md");
    let missing = ErrorCode::ALL
        .into_iter()
        .map(|code| format!("| `{code:?}` | {} |", code.status()))
        .filter(|row| !page.contains(row));
    complain(&missing.collect(), "docs/api.md");
}

/// The anchor of a heading, as forges make it.
fn anchor(heading: &str) -> String {
    let letters = heading.trim_start_matches('#').trim().to_lowercase();
    letters
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

fn has_anchor(page: &str, wanted: &str) -> bool {
    page.lines()
        .filter(|line| line.starts_with('#'))
        .any(|line| anchor(line) == wanted)
}

/// Text without its fenced blocks and code spans, in which brackets are no links.
fn prose(page: &str) -> String {
    let outside = page.split("```").step_by(2);
    outside
        .map(|part| part.split('`').step_by(2).collect::<Vec<_>>().join(""))
        .collect()
}

/// What the pages point to with `before … after` and is not there, as `page: target`.
fn broken(before: &str, after: &str) -> Vec<String> {
    let mut broken = Vec::new();
    for path in files("", ".md") {
        let text = prose(&std::fs::read_to_string(&path).unwrap());
        for link in between(&text, before, after) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (file, fragment) = link.split_once('#').unwrap_or((link, ""));
            let target = path.parent().unwrap().join(file);
            let target = if file.is_empty() { path.clone() } else { target };
            let there = || std::fs::read_to_string(&target).is_ok_and(|page| has_anchor(&page, fragment));
            if !target.exists() || !(fragment.is_empty() || there()) {
                let name = path.strip_prefix(workspace()).unwrap();
                broken.push(format!("{}: {link}", name.display()));
            }
        }
    }
    broken
}

#[test]
fn links_lead_somewhere() {
    let broken = broken("](", ")");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn pictures_are_there() {
    let broken = broken("<img src=\"", "\"");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Numbers of the requirements that this version is built to.
fn requirements() -> Vec<String> {
    let ranges = [
        ("REG", 1..=10),
        ("SET", 1..=8),
        ("SES", 1..=9),
        ("CSRF", 1..=11),
        ("LANG", 1..=4),
        ("CON", 1..=13),
        ("GATE", 1..=6),
        ("PRF", 1..=8),
        ("TEN", 1..=11),
        ("CACHE", 1..=6),
        ("BAD", 1..=4),
        ("AUD", 1..=7),
        ("AUX", 1..=5),
    ];
    let numbers = ranges
        .into_iter()
        .flat_map(|(family, range)| range.map(move |number| format!("R-{family}-{number:02}")));
    numbers.collect()
}

#[test]
fn every_requirement_has_one_row_that_names_files_and_tests_that_exist() {
    let page = read("docs/requirements.md");
    let rust = sources("crates", ".rs");
    let browser = sources("assets/e2e", ".mjs");
    let mut faults = Vec::new();
    for number in requirements() {
        let rows: Vec<&str> = page
            .lines()
            .filter(|line| line.starts_with(&format!("| {number} |")))
            .collect();
        let [row] = rows[..] else {
            faults.push(format!("{number} has {} rows", rows.len()));
            continue;
        };
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        let [_, _, met, tests] = cells[..] else {
            faults.push(format!("{number} has {} cells", cells.len()));
            continue;
        };
        // Other words between back quotes are commands and addresses.
        let is_name = |word: &&str| word.contains('_') && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let names: Vec<&str> = tests.split('`').skip(1).step_by(2).filter(is_name).collect();
        let titles = between(tests, "“", "”");
        for name in &names {
            if !rust.contains(&format!("fn {name}(")) {
                faults.push(format!("{number}: there is no test {name}"));
            }
        }
        for title in &titles {
            if !browser.contains(title) {
                faults.push(format!("{number}: there is no browser test “{title}”"));
            }
        }
        if names.is_empty() && titles.is_empty() && !tests.to_lowercase().contains("no test yet") {
            faults.push(format!("{number} names no test"));
        }
        let whole = met.split('`').skip(1).step_by(2);
        for file in whole.filter(|file| file.starts_with("crates/") || file.starts_with("templates/")) {
            if !workspace().join(file).is_file() {
                faults.push(format!("{number}: there is no file {file}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

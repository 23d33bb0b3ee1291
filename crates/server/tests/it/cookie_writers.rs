//! R-REG-02: one place writes `Set-Cookie`. The source is searched for others.

use std::path::{Path, PathBuf};

/// The only file that may write the header outside of tests.
const WRITER: &str = "web/src/edge/answer.rs";
/// The ways to write it; whoever only reads or removes it names it otherwise.
const WAYS: [&str; 4] = [
    "append(SET_COOKIE",
    "insert(SET_COOKIE",
    "(SET_COOKIE,",
    "header::SET_COOKIE,",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs")
}

#[test]
fn one_file_writes_the_header_that_sets_cookies() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    sources(&crates, &mut files);
    let mut writers = Vec::new();
    for file in files {
        let path = file.strip_prefix(&crates).unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        let writes = WAYS.iter().any(|way| text.contains(way)) || text.to_lowercase().contains("\"set-cookie\"");
        // The auditor reads what sites answer, and answers nobody.
        if writes && !is_test(&path) && !path.starts_with("audit/") {
            writers.push(path);
        }
    }
    assert_eq!(writers, [WRITER]);
}

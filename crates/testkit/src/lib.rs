#![doc = include_str!("../README.md")]

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("a crate lies two folders below the root")
}

/// The folder of shared material, if there is one: `PARVIS_SHARED`, else `../shared` beside the repository.
pub fn shared() -> Option<PathBuf> {
    let folder = match std::env::var_os("PARVIS_SHARED") {
        Some(folder) => PathBuf::from(folder),
        None => workspace().parent()?.join("shared"),
    };
    folder.is_dir().then_some(folder)
}

/// The folder `fixtures/<set>` of the shared material. `None`, with a word on the screen, when it is absent.
///
/// # Panics
/// When the shared material is there and this set is not: then a name is wrong, and skipping would hide it.
pub fn fixtures(set: &str) -> Option<PathBuf> {
    let Some(shared) = shared() else {
        say("skipped: shared fixtures absent");
        return None;
    };
    let folder = shared.join("fixtures").join(set);
    assert!(folder.is_dir(), "the shared material has no fixtures called `{set}`");
    note(set);
    Some(folder)
}

/// The folder `seeds` of the shared material, on the same terms as [`fixtures`].
///
/// # Panics
/// When the shared material is there and has no seeds.
pub fn seeds() -> Option<PathBuf> {
    let Some(shared) = shared() else {
        say("skipped: shared fixtures absent");
        return None;
    };
    let folder = shared.join("seeds");
    assert!(folder.is_dir(), "the shared material has no seeds");
    note("seeds");
    Some(folder)
}

/// The Python that has the programs that tests compare with; `scripts/python-tools` installs what is not there.
///
/// # Panics
/// When they cannot be had: a test that did not compare would say nothing.
pub fn python() -> PathBuf {
    let script = workspace().join("scripts/python-tools");
    let output = std::process::Command::new(script)
        .output()
        .expect("scripts/python-tools can be run");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "scripts/python-tools failed: {said}");
    Path::new(String::from_utf8_lossy(&output.stdout).trim()).join("bin/python")
}

/// Notes that a set was opened. One short line per call, appended in one write, so that processes do not mix.
fn note(set: &str) {
    if let Some(log) = std::env::var_os("PARVIS_FIXTURE_LOG") {
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(&log)
            .expect("PARVIS_FIXTURE_LOG names a file to write");
        file.write_all(format!("{set}\n").as_bytes())
            .expect("the fixture log takes a line");
    }
}

#[expect(clippy::print_stdout, reason = "tests speak through their output")]
fn say(line: &str) {
    println!("{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_is_the_folder_with_the_lock_file() {
        assert!(workspace().join("Cargo.lock").is_file());
    }
}

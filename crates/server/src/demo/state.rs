//! What the demo remembers in the data folder: whether loading ended, and the password it drew.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

const FILE: &str = "demo-state.json";

/// How far the demo is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Whether everything was loaded; else the next run goes on.
    pub loaded: bool,
    /// The password that was drawn for the demo's accounts; none when `DEMO_PASSWORD` set it.
    pub password: Option<String>,
}

impl State {
    /// What an earlier run left in `data`.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read(data: &Path) -> anyhow::Result<Option<Self>> {
        let path = data.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
        };
        Ok(Some(serde_json::from_str(&text).with_context(|| {
            format!("{} is damaged: remove it", path.display())
        })?))
    }

    /// Leaves word for the next run. Only the owner may read it.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write(&self, data: &Path) -> anyhow::Result<()> {
        let (path, partial) = (data.join(FILE), data.join(format!("{FILE}.partial")));
        let failed = || format!("{} cannot be written", path.display());
        let mut file = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(true)
            .mode(0o600)
            .open(&partial)
            .with_context(failed)?;
        file.write_all(serde_json::to_string_pretty(self)?.as_bytes())
            .with_context(failed)?;
        file.sync_all().with_context(failed)?;
        std::fs::rename(&partial, &path).with_context(failed)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_is_left_is_found_again_and_is_the_owners() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(State::read(folder.path()).unwrap(), None);
        for loaded in [false, true] {
            let state = State {
                loaded,
                password: Some("abc".to_owned()),
            };
            state.write(folder.path()).unwrap();
            assert_eq!(State::read(folder.path()).unwrap(), Some(state));
        }
        let mode = std::fs::metadata(folder.path().join(FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

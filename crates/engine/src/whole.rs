//! Files beside the records of a version that appear whole or not at all: columns, texts, words.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What stands between the name of a file and the process that is writing it.
const TEMPORARY: &str = ".tmp-";

/// A file that is being written under another name, which goes with this value unless it is finished.
#[derive(Debug)]
pub(crate) struct Whole {
    path: PathBuf,
    temporary: PathBuf,
}

impl Whole {
    /// Begins the file at `path`, in a folder of the version's folder; what processes left there that were killed is removed. The
    /// folder of a version that was removed meanwhile is not made again.
    pub(crate) fn begin(path: &Path) -> std::io::Result<(Self, File)> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(ErrorKind::InvalidInput.into());
        };
        match std::fs::create_dir(folder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let mut own = OsString::from(name);
        own.push(TEMPORARY);
        remove_abandoned(folder, &own)?;
        own.push(std::process::id().to_string());
        let temporary = folder.join(own);
        let file = File::create(&temporary)?;
        // For the others: it is being written. Where there are no locks, nothing is ever taken for abandoned either.
        let _ = file.try_lock();
        let path = path.to_owned();
        Ok((Self { path, temporary }, file))
    }

    /// Gives the file its name; what was written has to be on the disk.
    pub(crate) fn finish(self) -> std::io::Result<()> {
        std::fs::rename(&self.temporary, &self.path)
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        // Gone when it is finished; else what failed before says more.
        let _ = std::fs::remove_file(&self.temporary);
    }
}

/// Removes files whose names begin with `own` and that nobody is writing.
fn remove_abandoned(folder: &Path, own: &OsString) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let ours = entry.file_name().as_encoded_bytes().starts_with(own.as_encoded_bytes());
        if ours && File::open(entry.path()).is_ok_and(|file| !is_locked(&file)) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn is_locked(file: &File) -> bool {
    matches!(file.try_lock(), Err(TryLockError::WouldBlock | TryLockError::Error(_)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_when_it_is_finished_and_leaves_nothing_when_it_is_not() {
        let version = tempfile::tempdir().unwrap();
        let folder = version.path().join("columns");
        let path = folder.join("3.col");
        drop(Whole::begin(&path).unwrap());
        assert_eq!(names(&folder), [""; 0]);
        let (whole, mut file) = Whole::begin(&path).unwrap();
        file.write_all(b"all").unwrap();
        assert!(!path.exists());
        whole.finish().unwrap();
        assert_eq!(names(&folder), ["3.col"]);
        assert_eq!(std::fs::read(&path).unwrap(), b"all");
    }

    #[test]
    fn what_a_killed_process_left_is_removed_and_what_another_writes_is_not() {
        let version = tempfile::tempdir().unwrap();
        let folder = version.path().join("columns");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("3.col.tmp-abandoned"), b"half").unwrap();
        std::fs::write(folder.join("4.col.tmp-abandoned"), b"half").unwrap();
        let others = File::create(folder.join("3.col.tmp-others")).unwrap();
        others.lock().unwrap();
        let (whole, _file) = Whole::begin(&folder.join("3.col")).unwrap();
        whole.finish().unwrap();
        assert_eq!(names(&folder), ["3.col", "3.col.tmp-others", "4.col.tmp-abandoned"]);
    }

    #[test]
    fn the_folder_of_a_removed_version_is_not_made_again() {
        let version = tempfile::tempdir().unwrap();
        let gone = version.path().join("gone/columns/3.col");
        assert_eq!(Whole::begin(&gone).unwrap_err().kind(), ErrorKind::NotFound);
        assert!(!version.path().join("gone").exists());
    }
}

//! The folder of a version while it is being made: temporary until everything is on the disk.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::{Error, VersionPath};

/// Prefix of the names of folders that are not versions yet.
const TEMPORARY: &str = ".tmp-";

/// The folder that holds the versions of a dataset.
pub(crate) fn dataset_folder(root: &Path, path: &VersionPath) -> PathBuf {
    root.join("objects")
        .join(path.portal.as_str())
        .join(path.dataset.as_str())
}

/// The folder of a version.
pub(crate) fn version_folder(root: &Path, path: &VersionPath) -> PathBuf {
    dataset_folder(root, path).join(path.version.as_str())
}

/// A folder that disappears unless it is published.
pub(super) struct TemporaryFolder {
    path: PathBuf,
    /// Holds a lock on the folder, so that another process does not take it for a leftover.
    handle: File,
    published: bool,
}

impl TemporaryFolder {
    /// Makes the folder for a version that will stand at `target`.
    pub(super) fn create(target: &Path) -> Result<Self, Error> {
        let (Some(parent), Some(name)) = (target.parent(), target.file_name()) else {
            return Err(Error::Internal(format!("{} cannot hold a version", target.display())));
        };
        create_synced(parent)?;
        let path = parent.join(format!("{TEMPORARY}{}", name.to_string_lossy()));
        if target.exists() {
            let exists = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
            return Err(Error::io(format!("making the version {}", target.display()), exists));
        }
        let failed = |error| Error::io(format!("making the folder {}", path.display()), error);
        std::fs::create_dir(&path).map_err(failed)?;
        let handle = File::open(&path).map_err(failed)?;
        let folder = Self {
            path,
            handle,
            published: false,
        };
        folder.handle.lock().map_err(|error| folder.failed("locking", error))?;
        Ok(folder)
    }

    /// Where to write.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn failed(&self, doing: &str, error: std::io::Error) -> Error {
        Error::io(format!("{doing} {}", self.path.display()), error)
    }

    /// Makes the folder visible as `target`. Its files have been synced.
    pub(super) fn publish(mut self, target: &Path) -> Result<(), Error> {
        self.handle.sync_all().map_err(|error| self.failed("syncing", error))?;
        std::fs::rename(&self.path, target).map_err(|error| self.failed("renaming", error))?;
        self.published = true;
        target.parent().map_or(Ok(()), sync_folder)
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        if !self.published
            && let Err(error) = std::fs::remove_dir_all(&self.path)
        {
            tracing::warn!(folder = %self.path.display(), %error, "an unfinished version stays until the next start");
        }
    }
}

/// Makes a folder and those above it, and syncs the folders that hold new ones.
fn create_synced(path: &Path) -> Result<(), Error> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        create_synced(parent)?;
    }
    match std::fs::create_dir(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(Error::io(format!("making the folder {}", path.display()), error))
        }
        _ => path.parent().map_or(Ok(()), sync_folder),
    }
}

/// Makes the names in a folder durable.
fn sync_folder(path: &Path) -> Result<(), Error> {
    // A relative path of one part has the empty path as its parent.
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| Error::io(format!("syncing {}", path.display()), error))
}

/// Removes the folders that a process left unfinished. Those that a living process is writing are locked and stay.
pub(crate) fn remove_leftovers(root: &Path) -> Result<(), Error> {
    for portal in subfolders(&root.join("objects"))? {
        for dataset in subfolders(&portal)? {
            for folder in subfolders(&dataset)? {
                let temporary = folder
                    .file_name()
                    .is_some_and(|name| name.to_string_lossy().starts_with(TEMPORARY));
                if temporary && !is_locked(&folder) {
                    std::fs::remove_dir_all(&folder)
                        .map_err(|error| Error::io(format!("removing {}", folder.display()), error))?;
                    tracing::info!(folder = %folder.display(), "removed an unfinished version");
                }
            }
        }
    }
    Ok(())
}

fn is_locked(folder: &Path) -> bool {
    let locked = File::open(folder).map(|handle| handle.try_lock());
    matches!(locked, Ok(Err(std::fs::TryLockError::WouldBlock)))
}

fn subfolders(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |error| Error::io(format!("listing {}", path.display()), error);
    let entries = match std::fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut folders = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        if entry.file_type().map_err(failed)?.is_dir() {
            folders.push(entry.path());
        }
    }
    Ok(folders)
}

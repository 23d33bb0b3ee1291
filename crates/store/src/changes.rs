//! Whether anybody has written to the database since the last look, without asking the database: a question that every
//! request of the API begins with.
//!
//! SQLite publishes each commit, of whichever process, in the header of the write-ahead log's index (`<file>-shm`): two
//! equal copies of 48 bytes with a change counter and checksums (sqlite.org/walformat.html, section 2.1). A commit that
//! others can see has changed both, so two equal looks have no commit between them.

use std::collections::HashMap;
use std::fs::File;
use std::mem::ManuallyDrop;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock};

use parvis_model::PortalId;

/// Bytes of one copy of the header.
const HEADER: usize = 48;

/// The state of the database at one moment: equal marks, equal content.
pub(crate) type Mark = [u8; HEADER];

/// Numbers of portals that hold as long as nobody writes.
#[derive(Debug)]
pub(crate) struct Changes {
    path: PathBuf,
    /// Never closed: SQLite holds POSIX locks on this file, and closing any descriptor of a file releases all locks that
    /// the process has on it.
    index: Mutex<Option<ManuallyDrop<File>>>,
    known: RwLock<(Mark, HashMap<PortalId, u64>)>,
}

impl Changes {
    /// Watches the database file at `database`.
    pub fn of(database: &Path) -> Self {
        let mut path = database.as_os_str().to_owned();
        path.push("-shm");
        Self {
            path: path.into(),
            index: Mutex::new(None),
            known: RwLock::new(([0; HEADER], HashMap::new())),
        }
    }

    /// The mark of this moment; `None` while a commit is being made, or when there is no index to look at.
    pub fn mark(&self) -> Option<Mark> {
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        let deleted = |file: &ManuallyDrop<File>| file.metadata().is_ok_and(|metadata| metadata.nlink() == 0);
        if index.as_ref().is_none_or(deleted) {
            *index = File::open(&self.path).ok().map(ManuallyDrop::new);
        }
        index.as_ref().and_then(|file| read(file))
    }

    /// The number of `portal`, if it was learnt at `mark`.
    pub fn recall(&self, mark: &Mark, portal: &PortalId) -> Option<u64> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        (known.0 == *mark).then(|| known.1.get(portal).copied()).flatten()
    }

    /// Keeps what was read from the database after `mark` was taken.
    pub fn learn(&self, mark: Mark, portal: &PortalId, number: u64) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.0 != mark {
            *known = (mark, HashMap::new());
        }
        known.1.insert(portal.clone(), number);
    }
}

/// The header, if both copies agree.
fn read(index: &File) -> Option<Mark> {
    let mut copies = [0; 2 * HEADER];
    index.read_exact_at(&mut copies, 0).ok()?;
    let (first, second) = copies.split_first_chunk::<HEADER>()?;
    (first == second).then_some(*first)
}

#[cfg(test)]
mod tests {
    use parvis_model::PortalId;

    use super::*;
    use crate::Store;

    #[tokio::test]
    async fn a_mark_changes_with_every_commit_of_any_connection_and_with_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("parvis.sqlite");
        let (ours, theirs) = (Store::open(&path).await.unwrap(), Store::open(&path).await.unwrap());
        let changes = Changes::of(&path);
        let mut last = changes.mark().expect("the database is open");
        for number in 0..100_u8 {
            ours.generation_across_portals().await.unwrap();
            assert_eq!(changes.mark(), Some(last));
            let writer = if number % 2 == 0 { &ours } else { &theirs };
            let sql = format!("CREATE TABLE t{number} (x)");
            sqlx::query(sqlx::AssertSqlSafe(sql))
                .execute(writer.writer())
                .await
                .unwrap();
            let now = changes.mark().expect("no commit is being made");
            assert_ne!(now, last);
            last = now;
        }
    }

    #[tokio::test]
    async fn an_index_that_was_begun_anew_is_looked_at_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("parvis.sqlite");
        let changes = Changes::of(&path);
        assert_eq!(changes.mark(), None);
        let store = Store::open(&path).await.unwrap();
        let first = changes.mark();
        assert!(first.is_some());
        store.close().await;
        assert_eq!(changes.mark(), None);
        let _again = Store::open(&path).await.unwrap();
        assert!(changes.mark().is_some());
    }

    #[test]
    fn a_number_is_recalled_at_its_own_mark_only() {
        let changes = Changes::of(Path::new("nowhere"));
        let (orleans, cesson) = (PortalId::new("orleans"), PortalId::new("cesson"));
        changes.learn([1; HEADER], &orleans, 7);
        assert_eq!(changes.recall(&[1; HEADER], &orleans), Some(7));
        assert_eq!(changes.recall(&[1; HEADER], &cesson), None);
        assert_eq!(changes.recall(&[2; HEADER], &orleans), None);
        changes.learn([2; HEADER], &cesson, 1);
        assert_eq!(changes.recall(&[2; HEADER], &orleans), None);
    }
}

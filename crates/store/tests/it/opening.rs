//! Opening, migrating, checking.

use std::path::Path;
use std::time::SystemTime;

use parvis_store::{Error, Store};

use crate::support::{fill, id, portal, two_portals};

#[tokio::test]
async fn what_was_written_is_there_when_the_file_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parvis.db");
    let store = Store::open(&path).await.unwrap();
    fill(&store).await;
    assert_eq!(store.path(), Some(path.as_path()));
    store.close().await;
    let again = Store::open(&path).await.unwrap();
    assert_eq!(again.portal(&id("orleans")).await.unwrap(), Some(portal("orleans")));
}

#[tokio::test]
async fn two_handles_on_one_file_see_each_others_writes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parvis.db");
    let (one, two) = (Store::open(&path).await.unwrap(), Store::open(&path).await.unwrap());
    fill(&one).await;
    assert_eq!(two.portals_across_portals().await.unwrap().len(), 2);
    two.put_portal(&portal("mauges")).await.unwrap();
    assert!(one.portal(&id("mauges")).await.unwrap().is_some());
}

#[tokio::test]
async fn a_sound_store_has_no_problem_and_the_latest_migration() {
    let health = two_portals().await.check().await.unwrap();
    assert!(health.is_sound(), "{health:?}");
    assert_eq!((health.portals, health.datasets, health.users), (2, 0, 0));
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parvis.db");
    std::fs::write(
        &path,
        "not a database, but long enough to be taken for one. ".repeat(100),
    )
    .unwrap();
    let error = Store::open(&path).await.unwrap_err();
    assert!(matches!(error, Error::Open { .. }), "{error:?}");
    assert!(error.to_string().contains(path.to_str().unwrap()));
    let missing = folder.path().join("no/such/folder/parvis.db");
    assert!(matches!(Store::open(&missing).await.unwrap_err(), Error::Open { .. }));
}

#[tokio::test]
async fn a_store_of_a_later_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parvis.db");
    Store::open(&path).await.unwrap().close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut later = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', TRUE, x'00', 0)")
        .execute(&mut later)
        .await
        .unwrap();
    sqlx::Connection::close(later).await.unwrap();
    assert!(matches!(Store::open(&path).await.unwrap_err(), Error::Newer(9999)));
    let seen = Store::open_read_only(&path).await.unwrap().check().await;
    assert!(matches!(seen.unwrap_err(), Error::Newer(9999)));
}

/// Names, lengths and times of change of the files in a folder, and the folder's own. No file is opened: closing it would end the
/// locks that SQLite holds on it in this process.
fn footprint(folder: &Path) -> Vec<(String, u64, SystemTime)> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut seen: Vec<_> = paths
        .chain([folder.to_owned()])
        .map(|path| {
            let meta = path.metadata().unwrap();
            (path.display().to_string(), meta.len(), meta.modified().unwrap())
        })
        .collect();
    seen.sort();
    seen
}

#[tokio::test]
async fn looking_at_a_store_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parvis.db");
    let store = Store::open(&path).await.unwrap();
    fill(&store).await;
    store.close().await;
    let before = footprint(folder.path());
    let looked = Store::open_read_only(&path).await.unwrap();
    assert!(looked.check().await.unwrap().is_sound());
    assert_eq!(looked.portals_across_portals().await.unwrap().len(), 2);
    assert!(looked.put_portal(&portal("mauges")).await.is_err());
    looked.close().await;
    assert_eq!(footprint(folder.path()), before);
}

#[tokio::test]
async fn looking_at_a_store_in_use_sees_what_was_written_last_and_leaves_it_to_the_writer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parvis.db");
    let store = Store::open(&path).await.unwrap();
    fill(&store).await;
    let data = |folder: &Path| {
        let mut files = footprint(folder);
        // The index of the log notes who reads; it holds no data.
        files.retain(|(name, ..)| !name.ends_with("-shm"));
        files
    };
    let before = data(folder.path());
    let looked = Store::open_read_only(&path).await.unwrap();
    assert_eq!(looked.portals_across_portals().await.unwrap().len(), 2);
    assert!(looked.check().await.unwrap().is_sound());
    assert_eq!(data(folder.path()), before);
    store.put_portal(&portal("mauges")).await.unwrap();
    assert_eq!(looked.portals_across_portals().await.unwrap().len(), 3);
}

#[tokio::test]
async fn migrations_that_are_due_are_told_and_not_applied() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parvis.db");
    assert!(matches!(
        Store::open_read_only(&path).await.unwrap_err(),
        Error::Open { .. }
    ));
    assert!(!path.exists());
    // An empty file is a database without tables.
    std::fs::write(&path, b"").unwrap();
    let health = Store::open_read_only(&path).await.unwrap().check().await.unwrap();
    assert_eq!(
        (health.migration, health.is_current(), health.is_sound()),
        (0, false, false)
    );
    assert!(health.latest_migration > 0);
    assert_eq!(path.metadata().unwrap().len(), 0);
}

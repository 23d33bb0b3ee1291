//! The handle: opening, migrating, and the two pools.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use parvis_model::PortalId;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};

use crate::changes::Changes;
use crate::{Error, Result};

pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations/sqlite");

/// How long a statement waits for another process to release the database.
const BUSY: Duration = Duration::from_secs(15);

/// Connections that only read.
const READERS: u32 = 4;

/// A transaction that holds the write lock.
pub(crate) type Write = Transaction<'static, Sqlite>;

/// The metadata store. Clones share the same connections.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    readers: SqlitePool,
    writer: SqlitePool,
    path: Option<PathBuf>,
    changes: Option<Changes>,
}

impl Store {
    /// Opens the database file at `path`, creates it if there is none, and brings it to this version's schema.
    ///
    /// # Errors
    /// `Open` when the file cannot be used, `Newer` when a later Parvis wrote it, `Migrate` when a migration fails.
    pub async fn open(path: &Path) -> Result<Self> {
        let unusable = |source| Error::Open {
            path: path.to_owned(),
            source,
        };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .journal_mode(SqliteJournalMode::Wal)
            // A published version must still be there after a power cut.
            .synchronous(SqliteSynchronous::Full);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .test_before_acquire(false)
            .connect_with(options.clone().create_if_missing(true))
            .await
            .map_err(unusable)?;
        migrate(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .test_before_acquire(false)
            .connect_with(options.pragma("query_only", "on"))
            .await
            .map_err(unusable)?;
        Ok(Self {
            inner: Arc::new(Inner {
                readers,
                writer,
                path: Some(path.to_owned()),
                changes: Some(Changes::of(path)),
            }),
        })
    }

    /// Opens the database file at `path` to look at it. Nothing is written: no migration, no log, and nobody who writes waits.
    ///
    /// # Errors
    /// `Open` when there is no such file, or it is no database.
    pub async fn open_read_only(path: &Path) -> Result<Self> {
        let unusable = |source| Error::Open {
            path: path.to_owned(),
            source,
        };
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        // Whoever opens the store makes its log, and removes it when the last one leaves. Without a log nobody has it open, and
        // reading must not make one. With a log its latest writes are read too; SQLite notes readers in the log's index (`-shm`).
        let unused = !Path::new(&log).exists();
        let options = SqliteConnectOptions::new()
            .filename(path)
            .read_only(true)
            .immutable(unused)
            .busy_timeout(BUSY);
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .test_before_acquire(false)
            .connect_with(options)
            .await
            .map_err(unusable)?;
        // The file is read with the first statement only.
        sqlx::query("SELECT COUNT(*) FROM sqlite_schema")
            .execute(&pool)
            .await
            .map_err(unusable)?;
        Ok(Self {
            inner: Arc::new(Inner {
                readers: pool.clone(),
                writer: pool,
                path: Some(path.to_owned()),
                changes: None,
            }),
        })
    }

    /// A store that lives in memory and dies with its last clone, for tests.
    ///
    /// # Errors
    /// Those of `open`.
    pub async fn in_memory() -> Result<Self> {
        // The database belongs to its connection, so there is one, for reads and writes, and it is never closed.
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(SqliteConnectOptions::new().in_memory(true).foreign_keys(true))
            .await?;
        migrate(&pool).await?;
        Ok(Self {
            inner: Arc::new(Inner {
                readers: pool.clone(),
                writer: pool,
                path: None,
                changes: None,
            }),
        })
    }

    /// The database file; `None` when the store lives in memory.
    pub fn path(&self) -> Option<&Path> {
        self.inner.path.as_deref()
    }

    /// What is known without asking the database; `None` when the store lives in memory.
    pub(crate) fn changes(&self) -> Option<&Changes> {
        self.inner.changes.as_ref()
    }

    /// Waits for running statements and closes the connections. Clones can no longer be used.
    pub async fn close(&self) {
        self.inner.readers.close().await;
        self.inner.writer.close().await;
    }

    /// The pool for statements that read.
    pub(crate) fn readers(&self) -> &SqlitePool {
        &self.inner.readers
    }

    /// The connection that writes, for one statement.
    pub(crate) fn writer(&self) -> &SqlitePool {
        &self.inner.writer
    }

    /// Begins a transaction that holds the write lock from its first moment. Dropped without `commit`, it leaves nothing.
    pub(crate) async fn begin(&self) -> Result<Write> {
        Ok(self.inner.writer.begin_with("BEGIN IMMEDIATE").await?)
    }
}

/// Tells caches that something in the portal changed.
///
/// # Errors
/// `NotFound` when there is no such portal.
pub(crate) async fn bump(write: &mut Write, portal: &PortalId) -> Result<()> {
    let done = sqlx::query("UPDATE portals SET generation = generation + 1 WHERE id = $1")
        .bind(portal.as_str())
        .execute(&mut **write)
        .await?;
    if done.rows_affected() == 0 {
        return Err(Error::not_found("portal", portal));
    }
    Ok(())
}

async fn migrate(pool: &SqlitePool) -> Result<()> {
    MIGRATIONS.run(pool).await.map_err(|error| match error {
        MigrateError::VersionMissing(version) => Error::Newer(version),
        other => Error::Migrate(other),
    })
}

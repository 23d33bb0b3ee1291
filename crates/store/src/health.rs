//! What `parvis doctor` asks the store.

use sqlx::Row;

use crate::row::count;
use crate::store::MIGRATIONS;
use crate::{Error, Result, Store};

/// The state of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// What the integrity checks found; empty when all is well.
    pub problems: Vec<String>,
    /// Number of the last migration that was applied.
    pub migration: i64,
    /// Number of the last migration that this version of Parvis knows.
    pub latest_migration: i64,
    /// Portals.
    pub portals: u64,
    /// Datasets, of all portals.
    pub datasets: u64,
    /// Accounts, of all portals and the platform.
    pub users: u64,
}

impl Health {
    /// Whether the schema is the one that this version of Parvis knows.
    pub fn is_current(&self) -> bool {
        self.migration == self.latest_migration
    }

    /// Whether nothing needs mending.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty() && self.is_current()
    }
}

impl Store {
    /// Checks the whole database: structure, references, migrations. Reads every page: seconds on a large store. Portals,
    /// datasets and accounts are counted when the schema is the one that this version knows.
    ///
    /// # Errors
    /// `Newer` when a later Parvis wrote it, `Database` when it cannot even be read.
    pub async fn check(&self) -> Result<Health> {
        let mut problems = self.faults().await?;
        let migration = self.last_migration(&mut problems).await?;
        let mut health = Health {
            problems,
            migration,
            latest_migration: MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0),
            portals: 0,
            datasets: 0,
            users: 0,
        };
        if health.is_current() {
            let row = sqlx::query(
                "SELECT (SELECT COUNT(*) FROM portals) AS portals, (SELECT COUNT(*) FROM datasets) AS datasets, \
                 (SELECT COUNT(*) FROM users) AS users",
            )
            .fetch_one(self.readers())
            .await?;
            health.portals = count(&row, "portals")?;
            health.datasets = count(&row, "datasets")?;
            health.users = count(&row, "users")?;
        }
        Ok(health)
    }

    /// What is wrong with structure and references.
    async fn faults(&self) -> Result<Vec<String>> {
        let mut faults = Vec::new();
        for row in sqlx::query("PRAGMA integrity_check").fetch_all(self.readers()).await? {
            let line: String = row.try_get(0)?;
            if line != "ok" {
                faults.push(line);
            }
        }
        for row in sqlx::query("PRAGMA foreign_key_check")
            .fetch_all(self.readers())
            .await?
        {
            let (table, parent): (String, String) = (row.try_get(0)?, row.try_get(2)?);
            faults.push(format!("a row of {table} refers to a missing row of {parent}"));
        }
        Ok(faults)
    }

    /// The last migration that was applied, 0 if none was.
    async fn last_migration(&self, problems: &mut Vec<String>) -> Result<i64> {
        let table = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations'";
        let tables: i64 = sqlx::query_scalar(table).fetch_one(self.readers()).await?;
        if tables == 0 {
            return Ok(0);
        }
        let mut last = 0;
        let applied = "SELECT version, success, checksum FROM _sqlx_migrations ORDER BY version";
        for row in sqlx::query(applied).fetch_all(self.readers()).await? {
            let (version, done): (i64, bool) = (row.try_get("version")?, row.try_get("success")?);
            let checksum: &[u8] = row.try_get("checksum")?;
            let Some(known) = MIGRATIONS.iter().find(|known| known.version == version) else {
                return Err(Error::Newer(version));
            };
            if !done {
                problems.push(format!("migration {version} was begun and not ended"));
            } else if *known.checksum != *checksum {
                problems.push(format!("migration {version} is not the one that was applied"));
            }
            last = version;
        }
        Ok(last)
    }
}

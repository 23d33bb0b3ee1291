//! What `parvis doctor` asks the store.

use sqlx::Row;

use crate::row::count;
use crate::store::MIGRATIONS;
use crate::{Result, Store};

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
    /// Whether nothing needs mending.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty() && self.migration == self.latest_migration
    }
}

impl Store {
    /// Checks the whole database: structure, references, migrations. Reads every page: seconds on a large store.
    ///
    /// # Errors
    /// `Database` when it cannot even be read.
    pub async fn check(&self) -> Result<Health> {
        let mut problems = Vec::new();
        for row in sqlx::query("PRAGMA integrity_check").fetch_all(self.readers()).await? {
            let line: String = row.try_get(0)?;
            if line != "ok" {
                problems.push(line);
            }
        }
        for row in sqlx::query("PRAGMA foreign_key_check")
            .fetch_all(self.readers())
            .await?
        {
            let (table, parent): (String, String) = (row.try_get(0)?, row.try_get(2)?);
            problems.push(format!("a row of {table} refers to a missing row of {parent}"));
        }
        let row = sqlx::query(
            "SELECT (SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations WHERE success) AS migration, \
             (SELECT COUNT(*) FROM portals) AS portals, (SELECT COUNT(*) FROM datasets) AS datasets, \
             (SELECT COUNT(*) FROM users) AS users",
        )
        .fetch_one(self.readers())
        .await?;
        Ok(Health {
            problems,
            migration: row.try_get("migration")?,
            latest_migration: MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0),
            portals: count(&row, "portals")?,
            datasets: count(&row, "datasets")?,
            users: count(&row, "users")?,
        })
    }
}

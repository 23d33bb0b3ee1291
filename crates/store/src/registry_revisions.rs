//! Every revision of a portal's cookie registry: added, never changed (R-REG-08). Documents are JSON that the caller reads.

use chrono::{DateTime, Utc};
use parvis_model::{PortalId, UserId};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::row::{count, hash, millis, stored_count, time};
use crate::store::bump;
use crate::{Error, Hash, Result, Store};

/// One revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryRevision {
    /// Whose registry (R-TEN-10).
    pub portal: PortalId,
    /// 1, 2, 3 … in the portal.
    pub number: u64,
    /// When it was made and came into force, to the millisecond.
    pub made_at: DateTime<Utc>,
    /// The account that made it; `None`: the platform itself, because its own entries or the portal's settings changed.
    pub author: Option<UserId>,
    /// What the account was called.
    pub author_name: String,
    /// Why, in the author's words.
    pub note: String,
    /// What the portal adds to the product's entries (JSON).
    pub additions: String,
    /// Everything that the charter then said (JSON).
    pub published: String,
    /// The short hash that the charter shows.
    pub revision: String,
    /// What consent was asked for (JSON).
    pub questions: String,
    /// SHA-256 of all of it and of the hash before.
    pub hash: Hash,
}

fn revision(row: &SqliteRow) -> Result<RegistryRevision> {
    let author: Option<String> = row.try_get("author")?;
    Ok(RegistryRevision {
        portal: PortalId::new(row.try_get::<String, _>("portal")?),
        number: count(row, "number")?,
        made_at: time(row, "made_at")?,
        author: author.map(UserId::new),
        author_name: row.try_get("author_name")?,
        note: row.try_get("note")?,
        additions: row.try_get("additions")?,
        published: row.try_get("published")?,
        revision: row.try_get("revision")?,
        questions: row.try_get("questions")?,
        hash: hash(row, "hash")?,
    })
}

impl Store {
    /// Adds the next revision.
    ///
    /// # Errors
    /// `Conflict` when the portal has a revision of this number already, `NotFound` when there is no such portal.
    pub async fn add_registry_revision(&self, new: &RegistryRevision) -> Result<()> {
        let mut write = self.begin().await?;
        bump(&mut write, &new.portal).await?;
        sqlx::query(
            "INSERT INTO registry_revisions \
             (portal, number, made_at, author, author_name, note, additions, published, revision, questions, hash) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(new.portal.as_str())
        .bind(stored_count(new.number))
        .bind(millis(new.made_at))
        .bind(new.author.as_ref().map(UserId::as_str))
        .bind(&new.author_name)
        .bind(&new.note)
        .bind(&new.additions)
        .bind(&new.published)
        .bind(&new.revision)
        .bind(&new.questions)
        .bind(new.hash.as_slice())
        .execute(&mut *write)
        .await
        .map_err(|error| match Error::taken(error, "registry", new.portal.as_str()) {
            Error::Taken { what, name } => Error::Conflict { what, name },
            other => other,
        })?;
        Ok(write.commit().await?)
    }

    /// The revision in force.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn latest_registry_revision(&self, portal: &PortalId) -> Result<Option<RegistryRevision>> {
        let row = sqlx::query("SELECT * FROM registry_revisions WHERE portal = $1 ORDER BY number DESC LIMIT 1")
            .bind(portal.as_str())
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(revision).transpose()
    }

    /// A revision by its number.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn registry_revision(&self, portal: &PortalId, number: u64) -> Result<Option<RegistryRevision>> {
        let row = sqlx::query("SELECT * FROM registry_revisions WHERE portal = $1 AND number = $2")
            .bind(portal.as_str())
            .bind(stored_count(number))
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(revision).transpose()
    }

    /// Every revision below `before` (all with `None`), newest first, at most `limit`.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn registry_revisions(
        &self,
        portal: &PortalId,
        before: Option<u64>,
        limit: u64,
    ) -> Result<Vec<RegistryRevision>> {
        let rows = sqlx::query(
            "SELECT * FROM registry_revisions WHERE portal = $1 AND number < $2 ORDER BY number DESC LIMIT $3",
        )
        .bind(portal.as_str())
        .bind(before.map_or(i64::MAX, stored_count))
        .bind(stored_count(limit))
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(revision).collect()
    }

    /// What the portal ever asked consent for (JSON), each once.
    ///
    /// # Errors
    /// `Database`.
    pub async fn registry_questions(&self, portal: &PortalId) -> Result<Vec<String>> {
        let asked = sqlx::query_scalar("SELECT DISTINCT questions FROM registry_revisions WHERE portal = $1");
        Ok(asked.bind(portal.as_str()).fetch_all(self.readers()).await?)
    }
}

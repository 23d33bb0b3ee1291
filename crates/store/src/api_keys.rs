//! Keys with which programs sign in. The key is stored as a hash; people know it by its label.

use chrono::{DateTime, TimeDelta, Utc};
use parvis_model::{ApiKeyId, PortalId, UserId};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::row::{hash, millis, optional_time, time};
use crate::{Error, Hash, Result, Store};

/// The last use of a key is written at most this often.
const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(1);

/// An API key of a user, for one portal.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Public identifier.
    pub id: ApiKeyId,
    /// Whose rights it carries.
    pub user: UserId,
    /// The only portal where it counts (R-TEN-02).
    pub portal: PortalId,
    /// What its owner calls it.
    pub label: String,
    /// SHA-256 of the key.
    pub hash: Hash,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for ApiKey {
    /// Without the hash.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiKey")
            .field("id", &self.id)
            .field("user", &self.user)
            .field("portal", &self.portal)
            .finish_non_exhaustive()
    }
}

fn key(row: &SqliteRow) -> Result<ApiKey> {
    Ok(ApiKey {
        id: ApiKeyId::new(row.try_get::<String, _>("id")?),
        user: UserId::new(row.try_get::<String, _>("user_id")?),
        portal: PortalId::new(row.try_get::<String, _>("portal")?),
        label: row.try_get("label")?,
        hash: hash(row, "hash")?,
        created_at: time(row, "created_at")?,
        last_used_at: optional_time(row, "last_used_at")?,
        revoked_at: optional_time(row, "revoked_at")?,
    })
}

impl Store {
    /// Adds a key.
    ///
    /// # Errors
    /// `Taken` when the identifier or the hash exists: draw another.
    pub async fn insert_api_key(&self, key: &ApiKey) -> Result<()> {
        sqlx::query(
            "INSERT INTO api_keys (id, portal, user_id, label, hash, created_at, last_used_at, revoked_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(key.id.as_str())
        .bind(key.portal.as_str())
        .bind(key.user.as_str())
        .bind(&key.label)
        .bind(key.hash.as_slice())
        .bind(millis(key.created_at))
        .bind(key.last_used_at.map(millis))
        .bind(key.revoked_at.map(millis))
        .execute(self.writer())
        .await
        .map_err(|error| Error::taken(error, "API key", key.id.as_str()))?;
        Ok(())
    }

    /// A user's keys on this portal that are not revoked, newest first.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn api_keys(&self, portal: &PortalId, user: &UserId) -> Result<Vec<ApiKey>> {
        let rows = sqlx::query(
            "SELECT * FROM api_keys WHERE portal = $1 AND user_id = $2 AND revoked_at IS NULL ORDER BY created_at DESC, id",
        )
        .bind(portal.as_str())
        .bind(user.as_str())
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(key).collect()
    }

    /// The key with this hash on this portal, unless it is revoked.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn api_key_by_hash(&self, portal: &PortalId, hash: &Hash) -> Result<Option<ApiKey>> {
        let row = sqlx::query("SELECT * FROM api_keys WHERE hash = $1 AND portal = $2 AND revoked_at IS NULL")
            .bind(hash.as_slice())
            .bind(portal.as_str())
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(key).transpose()
    }

    /// Revokes a user's key.
    ///
    /// # Errors
    /// `NotFound` when the user has no such live key on this portal.
    pub async fn revoke_api_key(
        &self,
        portal: &PortalId,
        user: &UserId,
        id: &ApiKeyId,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let done = sqlx::query(
            "UPDATE api_keys SET revoked_at = $1 WHERE id = $2 AND portal = $3 AND user_id = $4 AND revoked_at IS NULL",
        )
        .bind(millis(now))
        .bind(id.as_str())
        .bind(portal.as_str())
        .bind(user.as_str())
        .execute(self.writer())
        .await?;
        if done.rows_affected() == 0 {
            Err(Error::not_found("API key", id))
        } else {
            Ok(())
        }
    }

    /// Notes that a key (as it was just read) is being used. Writes at most once a minute. Answers whether it wrote.
    ///
    /// # Errors
    /// `Database`.
    pub async fn touch_api_key(&self, key: &ApiKey, now: DateTime<Utc>) -> Result<bool> {
        let due = now - TOUCH_EVERY;
        if key.last_used_at.is_some_and(|used| used > due) {
            return Ok(false);
        }
        let done = sqlx::query(
            "UPDATE api_keys SET last_used_at = $1 WHERE id = $2 AND portal = $3 AND revoked_at IS NULL \
             AND (last_used_at IS NULL OR last_used_at <= $4)",
        )
        .bind(millis(now))
        .bind(key.id.as_str())
        .bind(key.portal.as_str())
        .bind(millis(due))
        .execute(self.writer())
        .await?;
        Ok(done.rows_affected() > 0)
    }
}

//! Sessions. A row is made at sign-in and by nothing else; what is gone stays gone (R-SES-07).

use chrono::{DateTime, Utc};
use parvis_model::{PortalId, UserId};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::row::{hash, json, millis, time, to_json};
use crate::store::Write;
use crate::users::end_sessions;
use crate::{Error, Hash, Result, Store};

/// A session of one portal.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the identifier that the browser holds. The identifier itself is stored nowhere (R-SES-01).
    pub hash: Hash,
    /// The only portal where the session counts (R-TEN-02).
    pub portal: PortalId,
    /// Who signed in.
    pub user: Option<UserId>,
    /// HMAC of the user's password hash: the session dies with the password. Empty when nobody signed in.
    pub password_stamp: String,
    /// The secret behind the session's CSRF tokens.
    pub csrf_secret: String,
    /// When the session began.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// Whatever else the pages keep.
    pub data: serde_json::Map<String, serde_json::Value>,
}

impl std::fmt::Debug for Session {
    /// Without anything that would open a door if it were logged (R-BAD-03).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("portal", &self.portal)
            .field("user", &self.user)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

fn session(row: &SqliteRow) -> Result<Session> {
    let user: Option<String> = row.try_get("user_id")?;
    Ok(Session {
        hash: hash(row, "hash")?,
        portal: PortalId::new(row.try_get::<String, _>("portal")?),
        user: user.map(UserId::new),
        password_stamp: row.try_get("password_stamp")?,
        csrf_secret: row.try_get("csrf_secret")?,
        created_at: time(row, "created_at")?,
        expires_at: time(row, "expires_at")?,
        data: json(row, "data")?,
    })
}

async fn insert(write: &mut Write, session: &Session) -> Result<()> {
    sqlx::query(
        "INSERT INTO sessions (hash, portal, user_id, password_stamp, csrf_secret, created_at, expires_at, data) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(session.hash.as_slice())
    .bind(session.portal.as_str())
    .bind(session.user.as_ref().map(UserId::as_str))
    .bind(&session.password_stamp)
    .bind(&session.csrf_secret)
    .bind(millis(session.created_at))
    .bind(millis(session.expires_at))
    .bind(to_json(&session.data))
    .execute(&mut **write)
    .await?;
    Ok(())
}

impl Store {
    /// Adds a session.
    ///
    /// # Errors
    /// `Database` when its portal or user does not exist, or the hash is in use.
    pub async fn insert_session(&self, session: &Session) -> Result<()> {
        let mut write = self.begin().await?;
        insert(&mut write, session).await?;
        Ok(write.commit().await?)
    }

    /// The session with this hash on this portal, unless it has ended by `now`.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn session(&self, portal: &PortalId, hash: &Hash, now: DateTime<Utc>) -> Result<Option<Session>> {
        let row = sqlx::query("SELECT * FROM sessions WHERE hash = $1 AND portal = $2 AND expires_at > $3")
            .bind(hash.as_slice())
            .bind(portal.as_str())
            .bind(millis(now))
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(session).transpose()
    }

    /// Writes everything of a live session but its hash, portal and beginning.
    ///
    /// # Errors
    /// `SessionGone` when it was deleted, replaced or ended in the meantime: it is never made anew.
    pub async fn update_session(&self, session: &Session, now: DateTime<Utc>) -> Result<()> {
        let done = sqlx::query(
            "UPDATE sessions SET user_id = $1, password_stamp = $2, csrf_secret = $3, expires_at = $4, data = $5 \
             WHERE hash = $6 AND portal = $7 AND expires_at > $8",
        )
        .bind(session.user.as_ref().map(UserId::as_str))
        .bind(&session.password_stamp)
        .bind(&session.csrf_secret)
        .bind(millis(session.expires_at))
        .bind(to_json(&session.data))
        .bind(session.hash.as_slice())
        .bind(session.portal.as_str())
        .bind(millis(now))
        .execute(self.writer())
        .await?;
        if done.rows_affected() == 0 {
            Err(Error::SessionGone)
        } else {
            Ok(())
        }
    }

    /// Gives a live session a new hash (and content) and ends the old one, in one transaction (R-SES-02).
    ///
    /// # Errors
    /// `SessionGone` when the old one is not alive on the new one's portal; then nothing is written.
    pub async fn replace_session(&self, old: &Hash, new: &Session, now: DateTime<Utc>) -> Result<()> {
        let mut write = self.begin().await?;
        let done = sqlx::query("DELETE FROM sessions WHERE hash = $1 AND portal = $2 AND expires_at > $3")
            .bind(old.as_slice())
            .bind(new.portal.as_str())
            .bind(millis(now))
            .execute(&mut *write)
            .await?;
        if done.rows_affected() == 0 {
            return Err(Error::SessionGone);
        }
        insert(&mut write, new).await?;
        Ok(write.commit().await?)
    }

    /// Ends a session. Answers whether there was one.
    ///
    /// # Errors
    /// `Database`.
    pub async fn delete_session(&self, portal: &PortalId, hash: &Hash) -> Result<bool> {
        let done = sqlx::query("DELETE FROM sessions WHERE hash = $1 AND portal = $2")
            .bind(hash.as_slice())
            .bind(portal.as_str())
            .execute(self.writer())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Ends a user's sessions on every portal, but for `except` ("log out everywhere", R-SES-04). Answers how many.
    ///
    /// # Errors
    /// `Database`.
    pub async fn delete_user_sessions_across_portals(&self, user: &UserId, except: Option<&Hash>) -> Result<u64> {
        let mut write = self.begin().await?;
        let ended = end_sessions(&mut write, user, except).await?;
        write.commit().await?;
        Ok(ended)
    }

    /// Removes the sessions that ended by `now` (R-SES-06). Answers how many.
    ///
    /// # Errors
    /// `Database`.
    pub async fn purge_sessions_across_portals(&self, now: DateTime<Utc>) -> Result<u64> {
        let done = sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
            .bind(millis(now))
            .execute(self.writer())
            .await?;
        Ok(done.rows_affected())
    }
}

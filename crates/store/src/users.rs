//! Accounts. Each has a home: one portal, or the platform (`None`).

use chrono::{DateTime, Utc};
use parvis_model::{PortalId, Role, UserId};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::row::{millis, time};
use crate::{Error, Hash, Result, Store};

/// An account.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// Never changes.
    pub id: UserId,
    /// Where the account belongs; `None` for the platform's staff, who act on every portal.
    pub portal: Option<PortalId>,
    /// Mail address as typed; compared without case.
    pub email: String,
    /// Name shown to people.
    pub display_name: String,
    /// Encoded password hash (PHC string).
    pub password_hash: String,
    /// When the password was last set.
    pub password_changed_at: DateTime<Utc>,
    /// What the account may do.
    pub role: Role,
    /// Whether it may sign in.
    pub active: bool,
    /// Language the user chose.
    pub language: Option<String>,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
}

impl std::fmt::Debug for User {
    /// Without the address and the password's hash: both would end up in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .field("portal", &self.portal)
            .field("role", &self.role)
            .field("active", &self.active)
            .finish_non_exhaustive()
    }
}

fn user(row: &SqliteRow) -> Result<User> {
    let role: &str = row.try_get("role")?;
    let portal: Option<String> = row.try_get("portal")?;
    Ok(User {
        id: UserId::new(row.try_get::<String, _>("id")?),
        portal: portal.map(PortalId::new),
        email: row.try_get("email")?,
        display_name: row.try_get("display_name")?,
        password_hash: row.try_get("password_hash")?,
        password_changed_at: time(row, "password_changed_at")?,
        role: Role::parse(role).ok_or_else(|| Error::Corrupt {
            what: "role",
            detail: role.to_owned(),
        })?,
        active: row.try_get("active")?,
        language: row.try_get("language")?,
        created_at: time(row, "created_at")?,
    })
}

fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

fn found(rows: u64, id: &UserId) -> Result<()> {
    if rows == 0 {
        Err(Error::not_found("user", id))
    } else {
        Ok(())
    }
}

/// The home as the unique index sees it.
fn home_key(home: Option<&PortalId>) -> &str {
    home.map_or("", PortalId::as_str)
}

impl Store {
    /// Adds an account.
    ///
    /// # Errors
    /// `Taken` when its home has an account with this address.
    pub async fn insert_user(&self, user: &User) -> Result<()> {
        sqlx::query(
            "INSERT INTO users (id, portal, email, email_key, display_name, password_hash, password_changed_at, role, active, \
             language, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(user.id.as_str())
        .bind(user.portal.as_ref().map(PortalId::as_str))
        .bind(user.email.trim())
        .bind(email_key(&user.email))
        .bind(&user.display_name)
        .bind(&user.password_hash)
        .bind(millis(user.password_changed_at))
        .bind(user.role.name())
        .bind(user.active)
        .bind(user.language.as_deref())
        .bind(millis(user.created_at))
        .execute(self.writer())
        .await
        .map_err(|error| Error::taken(error, "mail address", &user.email))?;
        Ok(())
    }

    /// An account that can act on `portal`: one of its own, or one of the platform's staff.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn user(&self, portal: &PortalId, id: &UserId) -> Result<Option<User>> {
        let row = sqlx::query("SELECT * FROM users WHERE id = $1 AND (portal = $2 OR portal IS NULL)")
            .bind(id.as_str())
            .bind(portal.as_str())
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(user).transpose()
    }

    /// The account with this address (without case) whose home is `home`. The platform's staff is found with `None` only.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn user_by_email(&self, home: Option<&PortalId>, email: &str) -> Result<Option<User>> {
        let row = sqlx::query("SELECT * FROM users WHERE COALESCE(portal, '') = $1 AND email_key = $2")
            .bind(home_key(home))
            .bind(email_key(email))
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(user).transpose()
    }

    /// The accounts whose home is `home`, by address.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn users(&self, home: Option<&PortalId>) -> Result<Vec<User>> {
        let rows = sqlx::query("SELECT * FROM users WHERE COALESCE(portal, '') = $1 ORDER BY email_key")
            .bind(home_key(home))
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(user).collect()
    }

    /// Sets a password and ends the account's sessions on every portal, except `keep`, in one transaction (R-SES-05).
    ///
    /// # Errors
    /// `NotFound` when the account's home is not `home`.
    pub async fn set_password(
        &self,
        home: Option<&PortalId>,
        id: &UserId,
        password_hash: &str,
        keep: Option<&Hash>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut write = self.begin().await?;
        let done = sqlx::query(
            "UPDATE users SET password_hash = $1, password_changed_at = $2 WHERE id = $3 AND COALESCE(portal, '') = $4",
        )
        .bind(password_hash)
        .bind(millis(now))
        .bind(id.as_str())
        .bind(home_key(home))
        .execute(&mut *write)
        .await?;
        found(done.rows_affected(), id)?;
        end_sessions(&mut write, id, keep).await?;
        Ok(write.commit().await?)
    }

    /// Replaces a password's hash by a stronger one of the same password. Sessions stay; their stamps must be renewed by the caller.
    ///
    /// # Errors
    /// `NotFound` when the account's home is not `home`, or its hash is no longer `old`.
    pub async fn upgrade_password_hash(
        &self,
        home: Option<&PortalId>,
        id: &UserId,
        old: &str,
        new: &str,
    ) -> Result<()> {
        let done = sqlx::query(
            "UPDATE users SET password_hash = $1 WHERE id = $2 AND COALESCE(portal, '') = $3 AND password_hash = $4",
        )
        .bind(new)
        .bind(id.as_str())
        .bind(home_key(home))
        .bind(old)
        .execute(self.writer())
        .await?;
        found(done.rows_affected(), id)
    }

    /// Sets the name that is shown and the language.
    ///
    /// # Errors
    /// `NotFound` when the account's home is not `home`.
    pub async fn set_profile(
        &self,
        home: Option<&PortalId>,
        id: &UserId,
        display_name: &str,
        language: Option<&str>,
    ) -> Result<()> {
        let done = sqlx::query(
            "UPDATE users SET display_name = $1, language = $2 WHERE id = $3 AND COALESCE(portal, '') = $4",
        )
        .bind(display_name)
        .bind(language)
        .bind(id.as_str())
        .bind(home_key(home))
        .execute(self.writer())
        .await?;
        found(done.rows_affected(), id)
    }

    /// Opens or closes an account. Closing ends its sessions in the same transaction (R-SES-05).
    ///
    /// # Errors
    /// `NotFound` when the account's home is not `home`.
    pub async fn set_active(&self, home: Option<&PortalId>, id: &UserId, active: bool) -> Result<()> {
        let mut write = self.begin().await?;
        let done = sqlx::query("UPDATE users SET active = $1 WHERE id = $2 AND COALESCE(portal, '') = $3")
            .bind(active)
            .bind(id.as_str())
            .bind(home_key(home))
            .execute(&mut *write)
            .await?;
        found(done.rows_affected(), id)?;
        if !active {
            end_sessions(&mut write, id, None).await?;
        }
        Ok(write.commit().await?)
    }

    /// Changes what an account may do, and ends its sessions if that is a change (R-SES-02, R-SES-05).
    ///
    /// # Errors
    /// `NotFound` when the account's home is not `home`.
    pub async fn set_role(&self, home: Option<&PortalId>, id: &UserId, role: Role) -> Result<()> {
        let mut write = self.begin().await?;
        let before: Option<String> =
            sqlx::query_scalar("SELECT role FROM users WHERE id = $1 AND COALESCE(portal, '') = $2")
                .bind(id.as_str())
                .bind(home_key(home))
                .fetch_optional(&mut *write)
                .await?;
        let before = before.ok_or_else(|| Error::not_found("user", id))?;
        if before != role.name() {
            sqlx::query("UPDATE users SET role = $1 WHERE id = $2")
                .bind(role.name())
                .bind(id.as_str())
                .execute(&mut *write)
                .await?;
            end_sessions(&mut write, id, None).await?;
        }
        Ok(write.commit().await?)
    }
}

/// Ends an account's sessions on every portal.
pub(crate) async fn end_sessions(write: &mut crate::store::Write, user: &UserId, except: Option<&Hash>) -> Result<u64> {
    let done = match except {
        None => {
            sqlx::query("DELETE FROM sessions WHERE user_id = $1")
                .bind(user.as_str())
                .execute(&mut **write)
                .await?
        }
        Some(kept) => {
            sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND hash <> $2")
                .bind(user.as_str())
                .bind(kept.as_slice())
                .execute(&mut **write)
                .await?
        }
    };
    Ok(done.rows_affected())
}

//! Failed sign-ins, kept for a while to slow down guessing.

use chrono::{DateTime, Utc};
use parvis_model::PortalId;

use crate::row::{count, millis};
use crate::{Hash, Result, Store};

impl Store {
    /// Notes a failed sign-in. `account` is a keyed hash of what was typed: no address is stored.
    ///
    /// # Errors
    /// `Database`, also when there is no such portal.
    pub async fn record_failed_login(&self, portal: &PortalId, account: &Hash, now: DateTime<Utc>) -> Result<()> {
        sqlx::query("INSERT INTO failed_logins (portal, account, at) VALUES ($1, $2, $3)")
            .bind(portal.as_str())
            .bind(account.as_slice())
            .bind(millis(now))
            .execute(self.writer())
            .await?;
        Ok(())
    }

    /// How many sign-ins of `account` failed on `portal` at `since` or later.
    ///
    /// # Errors
    /// `Database`.
    pub async fn failed_logins_since(&self, portal: &PortalId, account: &Hash, since: DateTime<Utc>) -> Result<u64> {
        let row =
            sqlx::query("SELECT COUNT(*) AS failed FROM failed_logins WHERE portal = $1 AND account = $2 AND at >= $3")
                .bind(portal.as_str())
                .bind(account.as_slice())
                .bind(millis(since))
                .fetch_one(self.readers())
                .await?;
        count(&row, "failed")
    }

    /// Forgets the failures of an account, after a sign-in that succeeded.
    ///
    /// # Errors
    /// `Database`.
    pub async fn clear_failed_logins(&self, portal: &PortalId, account: &Hash) -> Result<()> {
        sqlx::query("DELETE FROM failed_logins WHERE portal = $1 AND account = $2")
            .bind(portal.as_str())
            .bind(account.as_slice())
            .execute(self.writer())
            .await?;
        Ok(())
    }

    /// Forgets the failures before `before`. Answers how many.
    ///
    /// # Errors
    /// `Database`.
    pub async fn purge_failed_logins_across_portals(&self, before: DateTime<Utc>) -> Result<u64> {
        let done = sqlx::query("DELETE FROM failed_logins WHERE at < $1")
            .bind(millis(before))
            .execute(self.writer())
            .await?;
        Ok(done.rows_affected())
    }
}

//! How often the API may be called in a day, and how often it was.

use parvis_model::{PortalId, QuotaScope};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::row::{count, stored_count};
use crate::store::bump;
use crate::{Error, Result, Store};

/// A number of calls: the most there may be in a day, or those there were on one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Whose calls.
    pub scope: QuotaScope,
    /// Identifier of the user, key or dataset. Of a limit, empty is each that has none of its own.
    pub subject: String,
    /// How many.
    pub calls: u64,
}

fn quota(row: &SqliteRow) -> Result<Quota> {
    let name: &str = row.try_get("scope")?;
    let scope = QuotaScope::parse(name).ok_or_else(|| Error::Corrupt {
        what: "scope",
        detail: format!("`{name}` is no scope of a quota"),
    })?;
    Ok(Quota {
        scope,
        subject: row.try_get("subject")?,
        calls: count(row, "calls")?,
    })
}

impl Store {
    /// The limits of a portal, in a fixed order.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn quotas(&self, portal: &PortalId) -> Result<Vec<Quota>> {
        let rows = sqlx::query("SELECT scope, subject, calls FROM quotas WHERE portal = $1 ORDER BY scope, subject")
            .bind(portal.as_str())
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(quota).collect()
    }

    /// Sets a limit, or takes it away.
    ///
    /// # Errors
    /// `NotFound` when there is no such portal.
    pub async fn set_quota(
        &self,
        portal: &PortalId,
        scope: QuotaScope,
        subject: &str,
        calls: Option<u64>,
    ) -> Result<()> {
        let mut write = self.begin().await?;
        bump(&mut write, portal).await?;
        let statement = match calls {
            Some(_) => {
                "INSERT INTO quotas (portal, scope, subject, calls) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (portal, scope, subject) DO UPDATE SET calls = excluded.calls"
            }
            None => "DELETE FROM quotas WHERE portal = $1 AND scope = $2 AND subject = $3",
        };
        let mut query = sqlx::query(statement)
            .bind(portal.as_str())
            .bind(scope.name())
            .bind(subject);
        if let Some(calls) = calls {
            query = query.bind(stored_count(calls));
        }
        query.execute(&mut *write).await?;
        Ok(write.commit().await?)
    }

    /// The calls of a day (counted from 1970).
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn quota_counts(&self, portal: &PortalId, day: i64) -> Result<Vec<Quota>> {
        let rows = sqlx::query("SELECT scope, subject, calls FROM quota_counts WHERE portal = $1 AND day = $2")
            .bind(portal.as_str())
            .bind(day)
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(quota).collect()
    }

    /// Adds to the calls of a day, all or nothing, and forgets those of days before.
    ///
    /// # Errors
    /// `Database`, also when there is no such portal.
    pub async fn add_quota_counts(&self, portal: &PortalId, day: i64, counts: &[Quota]) -> Result<()> {
        let mut write = self.begin().await?;
        sqlx::query("DELETE FROM quota_counts WHERE portal = $1 AND day < $2")
            .bind(portal.as_str())
            .bind(day)
            .execute(&mut *write)
            .await?;
        for counted in counts {
            sqlx::query(
                "INSERT INTO quota_counts (portal, day, scope, subject, calls) VALUES ($1, $2, $3, $4, $5) \
                 ON CONFLICT (portal, day, scope, subject) DO UPDATE SET calls = quota_counts.calls + excluded.calls",
            )
            .bind(portal.as_str())
            .bind(day)
            .bind(counted.scope.name())
            .bind(&counted.subject)
            .bind(stored_count(counted.calls))
            .execute(&mut *write)
            .await?;
        }
        Ok(write.commit().await?)
    }
}

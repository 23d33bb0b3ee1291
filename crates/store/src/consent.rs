//! The proof of consent: chains of records that are only ever added to, their signed heads and checkpoints, and what
//! visitors were shown. This file keeps; `parvis-cookies` knows what the texts mean.

mod batch;
mod texts;

use chrono::{DateTime, Utc};
use parvis_model::PortalId;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

pub use batch::ConsentBatch;
pub use texts::ShownText;

use crate::row::{count, hash, millis, stored_count, time};
use crate::{Hash, Result, Store};

/// A record of a portal's chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentRow {
    /// Number within the chain.
    pub seq: u64,
    /// Id of the decision.
    pub receipt: String,
    /// Id of the decision that it takes the place of.
    pub replaces: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// What was decided.
    pub action: String,
    /// Made by an audit.
    pub audit: bool,
    /// The record itself.
    pub body: String,
    /// SHA-256 of `body`.
    pub hash: Hash,
}

/// A statement and its signature, as texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// What is stated.
    pub statement: String,
    /// The signature.
    pub signature: String,
}

/// The last record of a chain, or what stands for it after a purge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentTip {
    /// Its number.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
    /// Its time.
    pub at: DateTime<Utc>,
}

fn row(row: &SqliteRow) -> Result<ConsentRow> {
    Ok(ConsentRow {
        seq: count(row, "seq")?,
        receipt: row.try_get("receipt")?,
        replaces: row.try_get("replaces")?,
        at: time(row, "at")?,
        action: row.try_get("action")?,
        audit: row.try_get("audit")?,
        body: row.try_get("body")?,
        hash: hash(row, "hash")?,
    })
}

fn tip(row: &SqliteRow) -> Result<ConsentTip> {
    Ok(ConsentTip {
        seq: count(row, "seq")?,
        hash: hash(row, "hash")?,
        at: time(row, "at")?,
    })
}

fn signed(row: &SqliteRow) -> Result<Signed> {
    Ok(Signed {
        statement: row.try_get("statement")?,
        signature: row.try_get("signature")?,
    })
}

impl Store {
    /// The records of `portal` after number `after`, at most `limit`, in their order.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn consent_rows(&self, portal: &PortalId, after: u64, limit: u32) -> Result<Vec<ConsentRow>> {
        let rows = sqlx::query("SELECT * FROM consent_records WHERE portal = $1 AND seq > $2 ORDER BY seq LIMIT $3")
            .bind(portal.as_str())
            .bind(stored_count(after))
            .bind(limit)
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(row).collect()
    }

    /// The record of `receipt`, if `portal` has it, and the records that replaced or ended it.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn consent_by_receipt(&self, portal: &PortalId, receipt: &str) -> Result<Vec<ConsentRow>> {
        let rows = sqlx::query(
            "SELECT * FROM consent_records WHERE portal = $1 AND receipt = $2 \
             UNION SELECT * FROM consent_records WHERE portal = $1 AND replaces = $2 ORDER BY seq",
        )
        .bind(portal.as_str())
        .bind(receipt)
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(row).collect()
    }

    /// Receipts of `portal` that a record made at `since` or later took the place of, with the time of that record. Ends of
    /// choices are left out.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn consent_replaced(
        &self,
        portal: &PortalId,
        since: DateTime<Utc>,
    ) -> Result<Vec<(String, DateTime<Utc>)>> {
        let rows = sqlx::query(
            "SELECT replaces, at FROM consent_records \
             WHERE portal = $1 AND at >= $2 AND replaces IS NOT NULL AND action <> 'expire' ORDER BY at",
        )
        .bind(portal.as_str())
        .bind(millis(since))
        .fetch_all(self.readers())
        .await?;
        rows.iter()
            .map(|row| Ok((row.try_get("replaces")?, time(row, "at")?)))
            .collect()
    }

    /// Number of the last record of every chain.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn consent_tips_across_portals(&self) -> Result<Vec<(PortalId, u64)>> {
        let rows = sqlx::query("SELECT portal, MAX(seq) AS seq FROM consent_heads GROUP BY portal")
            .fetch_all(self.readers())
            .await?;
        rows.iter()
            .map(|row| Ok((PortalId::new(row.try_get::<String, _>("portal")?), count(row, "seq")?)))
            .collect()
    }

    /// Choices of `portal` made at `until` or before that nothing has replaced or ended, at most `limit`, oldest first.
    /// Those before the last one that was ended need no look: they were ended in this order.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn consent_unended(
        &self,
        portal: &PortalId,
        until: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<ConsentRow>> {
        let rows = sqlx::query(
            "SELECT * FROM consent_records AS made WHERE portal = $1 AND at <= $2 \
             AND action IN ('accept', 'refuse', 'partial', 'change', 'withdraw', 'signal') \
             AND at >= COALESCE((SELECT ended.at FROM consent_records AS last \
                 JOIN consent_records AS ended ON ended.portal = last.portal AND ended.receipt = last.replaces \
                     AND ended.action <> 'expire' \
                 WHERE last.portal = $1 AND last.action = 'expire' ORDER BY last.at DESC LIMIT 1), 0) \
             AND NOT EXISTS (SELECT 1 FROM consent_records AS next \
                 WHERE next.portal = made.portal AND next.replaces = made.receipt) \
             ORDER BY at, seq LIMIT $3",
        )
        .bind(portal.as_str())
        .bind(millis(until))
        .bind(limit)
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(row).collect()
    }

    /// The heads of `portal`, by day.
    ///
    /// # Errors
    /// `Database`.
    pub async fn consent_heads(&self, portal: &PortalId) -> Result<Vec<Signed>> {
        let rows = sqlx::query("SELECT statement, signature FROM consent_heads WHERE portal = $1 ORDER BY day")
            .bind(portal.as_str())
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(signed).collect()
    }

    /// The checkpoint at which the chain of `portal` begins, if it was purged.
    ///
    /// # Errors
    /// `Database`.
    pub async fn consent_checkpoint(&self, portal: &PortalId) -> Result<Option<Signed>> {
        let row = sqlx::query(
            "SELECT statement, signature FROM consent_checkpoints WHERE portal = $1 ORDER BY seq DESC LIMIT 1",
        )
        .bind(portal.as_str())
        .fetch_optional(self.readers())
        .await?;
        row.as_ref().map(signed).transpose()
    }

    /// The last record of `portal` made at `until` or before; none when there is none that was not purged.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn consent_last_until(&self, portal: &PortalId, until: DateTime<Utc>) -> Result<Option<ConsentTip>> {
        // Times grow with numbers, so the first record that is too young is found by halving.
        let (mut low, mut high) = match self.consent_bounds(portal).await? {
            Some((first, last)) => (first - 1, last),
            None => return Ok(None),
        };
        let mut found = None;
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            let row = sqlx::query("SELECT seq, hash, at FROM consent_records WHERE portal = $1 AND seq = $2")
                .bind(portal.as_str())
                .bind(stored_count(middle))
                .fetch_one(self.readers())
                .await?;
            let tip = tip(&row)?;
            if tip.at <= until {
                low = middle;
                found = Some(tip);
            } else {
                high = middle - 1;
            }
        }
        Ok(found)
    }

    /// Numbers of the first and the last record of `portal` that there are.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn consent_bounds(&self, portal: &PortalId) -> Result<Option<(u64, u64)>> {
        let row = sqlx::query("SELECT MIN(seq) AS first, MAX(seq) AS last FROM consent_records WHERE portal = $1")
            .bind(portal.as_str())
            .fetch_one(self.readers())
            .await?;
        let first: Option<i64> = row.try_get("first")?;
        match first {
            Some(_) => Ok(Some((count(&row, "first")?, count(&row, "last")?))),
            None => Ok(None),
        }
    }

    /// How many records of each action `portal` has since `since`, audits apart.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn consent_counts(&self, portal: &PortalId, since: DateTime<Utc>) -> Result<Vec<(String, u64)>> {
        let rows = sqlx::query(
            "SELECT action, COUNT(*) AS n FROM consent_records \
             WHERE portal = $1 AND at >= $2 AND audit = FALSE GROUP BY action ORDER BY action",
        )
        .bind(portal.as_str())
        .bind(millis(since))
        .fetch_all(self.readers())
        .await?;
        rows.iter()
            .map(|row| Ok((row.try_get("action")?, count(row, "n")?)))
            .collect()
    }

    /// Puts a signed checkpoint in the place of the records of `portal` up to number `tip.seq`. Answers how many went.
    ///
    /// # Errors
    /// `Database`, also when there is a later checkpoint.
    pub async fn purge_consent(&self, portal: &PortalId, tip: &ConsentTip, checkpoint: &Signed) -> Result<u64> {
        let mut write = self.begin().await?;
        sqlx::query(
            "INSERT INTO consent_checkpoints (portal, seq, hash, at, statement, signature) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(portal.as_str())
        .bind(stored_count(tip.seq))
        .bind(tip.hash.as_slice())
        .bind(millis(tip.at))
        .bind(&checkpoint.statement)
        .bind(&checkpoint.signature)
        .execute(&mut *write)
        .await?;
        let done = sqlx::query("DELETE FROM consent_records WHERE portal = $1 AND seq <= $2")
            .bind(portal.as_str())
            .bind(stored_count(tip.seq))
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        Ok(done.rows_affected())
    }
}

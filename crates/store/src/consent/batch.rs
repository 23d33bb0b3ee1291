//! Many decisions in one transaction: one wait for the disk, whatever their number.

use chrono::NaiveDate;
use parvis_model::PortalId;
use sqlx::{QueryBuilder, Sqlite};

use super::{ConsentRow, ConsentTip, Signed, tip};
use crate::row::{millis, stored_count};
use crate::store::Write;
use crate::{Result, Store};

/// Rows of one statement. Larger ones gain nothing.
const ROWS: usize = 64;

/// A transaction that adds records. Nothing of it is there until `commit` has ended, and then all of it is on the disk.
pub struct ConsentBatch {
    write: Write,
}

impl Store {
    /// Begins to add records, to any portal.
    ///
    /// # Errors
    /// `Database`.
    pub async fn consent_batch_across_portals(&self) -> Result<ConsentBatch> {
        Ok(ConsentBatch {
            write: self.begin().await?,
        })
    }
}

impl ConsentBatch {
    /// Where the chain of `portal` ends.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn tip(&mut self, portal: &PortalId) -> Result<Option<ConsentTip>> {
        for query in [
            "SELECT seq, hash, at FROM consent_records WHERE portal = $1 ORDER BY seq DESC LIMIT 1",
            "SELECT seq, hash, at FROM consent_checkpoints WHERE portal = $1 ORDER BY seq DESC LIMIT 1",
        ] {
            let row = sqlx::query(query)
                .bind(portal.as_str())
                .fetch_optional(&mut *self.write)
                .await?;
            if let Some(row) = row {
                return tip(&row).map(Some);
            }
        }
        Ok(None)
    }

    /// Adds records to the end of a chain, and the head of the day of the last of them.
    ///
    /// # Errors
    /// `Database`, also when a record does not have the number after the last one, or there is no such portal.
    pub async fn append(
        &mut self,
        portal: &PortalId,
        rows: &[ConsentRow],
        day: NaiveDate,
        head: &Signed,
    ) -> Result<()> {
        let Some(last) = rows.last() else { return Ok(()) };
        for chunk in rows.chunks(ROWS) {
            let mut insert = QueryBuilder::<Sqlite>::new(
                "INSERT INTO consent_records (portal, seq, receipt, replaces, at, action, audit, body, hash) ",
            );
            insert.push_values(chunk, |mut values, row| {
                values
                    .push_bind(portal.as_str().to_owned())
                    .push_bind(stored_count(row.seq))
                    .push_bind(row.receipt.clone())
                    .push_bind(row.replaces.clone())
                    .push_bind(millis(row.at))
                    .push_bind(row.action.clone())
                    .push_bind(row.audit)
                    .push_bind(row.body.clone())
                    .push_bind(row.hash.to_vec());
            });
            insert.build().execute(&mut *self.write).await?;
        }
        sqlx::query(
            "INSERT INTO consent_heads (portal, day, seq, statement, signature) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (portal, day) DO UPDATE SET seq = excluded.seq, statement = excluded.statement, \
             signature = excluded.signature",
        )
        .bind(portal.as_str())
        .bind(day.to_string())
        .bind(stored_count(last.seq))
        .bind(&head.statement)
        .bind(&head.signature)
        .execute(&mut *self.write)
        .await?;
        Ok(())
    }

    /// Makes it durable.
    ///
    /// # Errors
    /// `Database`; then nothing was added.
    pub async fn commit(self) -> Result<()> {
        Ok(self.write.commit().await?)
    }
}

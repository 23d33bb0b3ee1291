//! What audits of a portal found: added, never changed (R-AUD-06).

use chrono::{DateTime, Utc};
use parvis_model::PortalId;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::row::{count, millis, stored_count, time};
use crate::{Error, Result, Store};

/// One audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Whose (R-TEN-10).
    pub portal: PortalId,
    /// 1, 2, 3 … in the portal.
    pub number: u64,
    /// When it began, to the millisecond.
    pub made_at: DateTime<Utc>,
    /// Number of the registry's revision that was audited.
    pub registry: u64,
    /// The short hash of that revision.
    pub revision: String,
    /// Names everything that was audited.
    pub subject: String,
    /// `agrees`, `differs` or `failed`.
    pub verdict: String,
    /// How many findings are errors.
    pub errors: u64,
    /// How many are warnings.
    pub warnings: u64,
    /// The report (JSON); why there is none, when the audit failed.
    pub report: String,
    /// The report for people; empty when the audit failed.
    pub html: String,
    /// What was signed.
    pub statement: String,
    /// Its signature.
    pub signature: String,
}

fn audit(row: &SqliteRow) -> Result<AuditRow> {
    Ok(AuditRow {
        portal: PortalId::new(row.try_get::<String, _>("portal")?),
        number: count(row, "number")?,
        made_at: time(row, "made_at")?,
        registry: count(row, "registry")?,
        revision: row.try_get("revision")?,
        subject: row.try_get("subject")?,
        verdict: row.try_get("verdict")?,
        errors: count(row, "errors")?,
        warnings: count(row, "warnings")?,
        report: row.try_get("report")?,
        html: row.try_get("html")?,
        statement: row.try_get("statement")?,
        signature: row.try_get("signature")?,
    })
}

impl Store {
    /// Adds an audit.
    ///
    /// # Errors
    /// `Conflict` when the portal has an audit of this number already, `Database`.
    pub async fn add_audit(&self, new: &AuditRow) -> Result<()> {
        sqlx::query(
            "INSERT INTO audits (portal, number, made_at, registry, revision, subject, verdict, errors, warnings, report, \
             html, statement, signature) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(new.portal.as_str())
        .bind(stored_count(new.number))
        .bind(millis(new.made_at))
        .bind(stored_count(new.registry))
        .bind(&new.revision)
        .bind(&new.subject)
        .bind(&new.verdict)
        .bind(stored_count(new.errors))
        .bind(stored_count(new.warnings))
        .bind(&new.report)
        .bind(&new.html)
        .bind(&new.statement)
        .bind(&new.signature)
        .execute(self.writer())
        .await
        .map_err(|error| match Error::taken(error, "audit", new.portal.as_str()) {
            Error::Taken { what, name } => Error::Conflict { what, name },
            other => other,
        })?;
        Ok(())
    }

    /// An audit by its number.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn audit(&self, portal: &PortalId, number: u64) -> Result<Option<AuditRow>> {
        let row = sqlx::query("SELECT * FROM audits WHERE portal = $1 AND number = $2")
            .bind(portal.as_str())
            .bind(stored_count(number))
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(audit).transpose()
    }

    /// The audits of a portal without their reports, newest first, at most `limit`.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn audits(&self, portal: &PortalId, limit: u64) -> Result<Vec<AuditRow>> {
        let rows = sqlx::query("SELECT portal, number, made_at, registry, revision, subject, verdict, errors, warnings, '' AS report, '' AS html, \
             statement, signature FROM audits WHERE portal = $1 ORDER BY number DESC LIMIT $2")
            .bind(portal.as_str())
            .bind(stored_count(limit))
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(audit).collect()
    }
}

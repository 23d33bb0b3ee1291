//! Audits of what a portal sets and contacts: the token by which their choices are told from visitors', and their results, which
//! are signed, kept and published (R-AUD-06, R-AUD-07).

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use parvis_cookies::{Registry, ServerKey};
use parvis_model::{Permission, Portal, PortalId};
use parvis_store::AuditRow;
use sha2::{Digest, Sha256};

use crate::registry::PortalRegistry;
use crate::{Error, Parvis, Result, Viewer};

/// How long a token counts: the longest that an audit may take, and some time to spare.
const TOKEN_LIFE: TimeDelta = TimeDelta::hours(2);
/// An audit older than this is due again.
const EVERY: TimeDelta = TimeDelta::days(7);
/// After an audit that could not be carried out, the next attempt is made no sooner than this.
const AFTER_FAILURE: TimeDelta = TimeDelta::hours(6);
/// How many audits a page tells of.
const TOLD: u64 = 50;

/// What came of an audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was found but what is declared.
    Agrees,
    /// Something was found.
    Differs,
    /// It could not be carried out, which says nothing about the portal.
    Failed,
}

impl Verdict {
    /// As it is stored and published.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Differs => "differs",
            Self::Failed => "failed",
        }
    }
}

/// An audit to be kept.
#[derive(Clone, Debug)]
pub struct NewAudit {
    /// When it began.
    pub made_at: DateTime<Utc>,
    /// What came of it.
    pub verdict: Verdict,
    /// How many findings are errors.
    pub errors: u64,
    /// How many are warnings.
    pub warnings: u64,
    /// The report (JSON); why there is none, when it failed.
    pub report: String,
    /// The report for people.
    pub html: String,
}

impl Parvis {
    /// What an audit of `portal` that this installation starts sends with its requests: when it ends, in seconds since 1970,
    /// and a code that only this installation can make. Without it a request is a visitor's.
    pub fn audit_token(&self, portal: &PortalId) -> String {
        let until = (self.now() + TOKEN_LIFE).timestamp();
        format!("{until}.{}", hex::encode(self.audit_code(portal, until)))
    }

    /// Whether `token` was given out for an audit of `portal`, and still counts.
    pub fn is_audit(&self, portal: &PortalId, token: &str) -> bool {
        let Some((until, code)) = token.split_once('.') else {
            return false;
        };
        let (Ok(until), Ok(code)) = (until.parse::<i64>(), hex::decode(code)) else {
            return false;
        };
        // Codes of codes are compared, so that the time it takes tells nothing of the right one.
        let again = |code: &[u8]| self.audit_key().tag("audit-compared", &[code]);
        until >= self.now().timestamp() && again(&code) == again(&self.audit_code(portal, until))
    }

    fn audit_code(&self, portal: &PortalId, until: i64) -> [u8; 32] {
        let parts: [&[u8]; 2] = [portal.as_str().as_bytes(), &until.to_be_bytes()];
        self.audit_key().tag("audit", &parts)
    }

    fn audit_key(&self) -> ServerKey {
        // The same secret as the forms', for another use: the label parts them.
        ServerKey::new(self.keys().csrf)
    }

    /// Keeps what came of an audit of `known`, signed. Answers its number.
    ///
    /// # Errors
    /// The viewer may not manage the portal; the store failed.
    pub async fn keep_audit(&self, viewer: &Viewer, known: &PortalRegistry, new: NewAudit) -> Result<u64> {
        viewer.require(Permission::EditDomain, "keep an audit")?;
        let portal = &known.portal.id;
        if viewer.portal.id != *portal {
            return Err(Error::Forbidden("keep an audit of another portal"));
        }
        let number = 1 + self
            .store()
            .audits(portal, 1)
            .await?
            .first()
            .map_or(0, |last| last.number);
        let revision = known.registry.revision();
        let content = hex::encode(Sha256::digest(new.report.as_bytes()));
        let statement = format!(
            "parvis-audit-v1 {portal} {number} {} {} {revision} {} {content}",
            new.made_at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
            known.registry.number(),
            new.verdict.as_str(),
        );
        let row = AuditRow {
            portal: portal.clone(),
            number,
            made_at: new.made_at,
            registry: known.registry.number(),
            subject: subject(&known.portal, &known.registry)?,
            revision,
            verdict: new.verdict.as_str().to_owned(),
            errors: new.errors,
            warnings: new.warnings,
            report: new.report,
            html: new.html,
            signature: self.statement_key().sign(&statement),
            statement,
        };
        self.store().add_audit(&row).await?;
        Ok(number)
    }

    /// The audits of a portal without their reports, newest first; those before the last fifty are kept and not told. Everybody may read them.
    ///
    /// # Errors
    /// The store failed.
    pub async fn audits(&self, portal: &PortalId) -> Result<Vec<AuditRow>> {
        Ok(self.store().audits(portal, TOLD).await?)
    }

    /// Names everything that an audit of `portal` looks at now; audits of something else are out of date.
    ///
    /// # Errors
    /// The portal's settings cannot be written down.
    pub fn audit_subject(&self, portal: &Portal, registry: &Registry) -> Result<String> {
        subject(portal, registry)
    }

    /// An audit by its number.
    ///
    /// # Errors
    /// The store failed.
    pub async fn audit(&self, portal: &PortalId, number: u64) -> Result<Option<AuditRow>> {
        Ok(self.store().audit(portal, number).await?)
    }

    /// The portals whose audit is due: something that is audited has changed, or the last one is a week old.
    ///
    /// # Errors
    /// The store failed.
    pub async fn audits_due_across_portals(&self) -> Result<Vec<Arc<PortalRegistry>>> {
        let mut due = Vec::new();
        for known in self.portal_registries().await? {
            let last = self.store().audits(&known.portal.id, 1).await?;
            if is_due(last.first(), &subject(&known.portal, &known.registry)?, self.now()) {
                due.push(Arc::new(known));
            }
        }
        Ok(due)
    }
}

fn is_due(last: Option<&AuditRow>, subject: &str, now: DateTime<Utc>) -> bool {
    match last {
        None => true,
        Some(last) if last.verdict == Verdict::Failed.as_str() => now - last.made_at >= AFTER_FAILURE,
        Some(last) => last.subject != subject || now - last.made_at >= EVERY,
    }
}

/// Names everything that an audit looks at: the registry, the portal's settings with its theme, and the program.
fn subject(portal: &Portal, registry: &Registry) -> Result<String> {
    let portal = serde_json::to_string(portal).map_err(|error| Error::Internal(error.to_string()))?;
    let whole = format!("{} {} {portal}", env!("CARGO_PKG_VERSION"), registry.revision());
    Ok(hex::encode(Sha256::digest(whole.as_bytes())))
}

#[cfg(test)]
mod tests;

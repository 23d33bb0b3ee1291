//! The proof of consent: recording what visitors decide, and what an administrator may read of it. There is no look-up by
//! person: whoever has no receipt finds nothing (R-PRF-04).

mod export;
mod ledger;
mod limiter;
mod officer;
mod proof;
mod revoked;

use std::net::IpAddr;

use chrono::TimeDelta;
use parvis_cookies::choice::LIFE_DAYS;
use parvis_cookies::ledger::{Decision, Record, Tip};
use parvis_model::PortalId;
use parvis_store::ShownText;
use sha2::{Digest, Sha256};

pub use export::ConsentFormat;
pub(crate) use ledger::Ledger;
pub use officer::{Figures, Found, Purged};
pub use proof::Proof;

use crate::{Error, Parvis, Result};

/// Ends of choices that are recorded in one go.
const ENDS_AT_ONCE: u32 = 500;

impl Parvis {
    /// Lets a visitor decide, unless there were too many decisions: of one address, or of the portal (R-PRF-07). The
    /// address is used as a key in memory and kept nowhere.
    ///
    /// # Errors
    /// `TooMany`.
    pub fn admit_decision(&self, portal: &PortalId, address: Option<IpAddr>) -> Result<()> {
        if self.ledger().limiter.admits(portal, address, self.now()) {
            Ok(())
        } else {
            Err(Error::TooMany(
                "Too many choices were recorded in a short time: try again in a minute.",
            ))
        }
    }

    /// Records a decision. Once this answers, the record is on the disk; the cookie may go out. What it replaces is no
    /// choice any more (R-PRF-06).
    ///
    /// # Errors
    /// A value cannot stand in a record; the store failed. Then nothing was recorded.
    pub async fn record_decision(&self, portal: &PortalId, decision: Decision) -> Result<Tip> {
        decision
            .check()
            .map_err(|error| Error::Internal(format!("a decision could not be recorded: {error}")))?;
        let replaced = decision.replaces.clone();
        let tip = self.ledger().append(portal, decision).await?;
        if let Some(receipt) = replaced {
            self.ledger().revoked.insert(&receipt, tip.time);
        }
        Ok(tip)
    }

    /// Whether a choice made on `day` (counted from 1970) with this receipt has been replaced (R-PRF-06).
    pub fn is_replaced(&self, receipt: &str, day: i64) -> bool {
        self.ledger().revoked.contains(receipt, day)
    }

    /// Keeps a text or a piece of code that visitors are shown. Answers its hash, which records name (R-PRF-03).
    ///
    /// # Errors
    /// The store failed.
    pub async fn keep_shown(&self, portal: &PortalId, media_type: &str, content: &[u8]) -> Result<String> {
        let hash = hex::encode(Sha256::digest(content));
        if !self.ledger().has_shown(portal, &hash) {
            let text = ShownText {
                hash: hash.clone(),
                media_type: media_type.to_owned(),
                content: content.to_vec(),
                first_at: self.now(),
            };
            self.store().keep_shown_text(portal, &text).await?;
            self.ledger().note_shown(portal, &hash);
        }
        Ok(hash)
    }

    /// Takes up the decisions that other processes recorded. Answers how many choices they replaced.
    ///
    /// # Errors
    /// The store failed.
    pub async fn refresh_consent_across_portals(&self) -> Result<u64> {
        self.ledger().refresh(self.store(), self.now()).await
    }

    /// Records the end of every choice that nobody changed within its six months. Answers how many.
    ///
    /// # Errors
    /// The store failed.
    pub async fn end_choices_across_portals(&self) -> Result<u64> {
        let until = self.now() - TimeDelta::days(LIFE_DAYS + 1);
        let mut ended = 0;
        for portal in self.portals().await? {
            loop {
                let rows = self.store().consent_unended(&portal.id, until, ENDS_AT_ONCE).await?;
                let whole = rows.len() == ENDS_AT_ONCE as usize;
                // What cannot be read is the verifier's to name; it ends nothing.
                let records = rows.iter().filter_map(|row| Record::read(&row.body));
                let ends: Vec<_> = records
                    .map(|record| self.ledger().append(&portal.id, Decision::end_of(record)))
                    .collect();
                let count = ends.len();
                futures::future::try_join_all(ends).await?;
                ended += count as u64;
                if !whole || count == 0 {
                    break;
                }
            }
        }
        Ok(ended)
    }
}

#[cfg(test)]
mod tests;

//! What an administrator of the portal may do with the proof: find by receipt, verify, count, purge.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};
use parvis_cookies::ledger::{Checkpoint, Head, Record, Report, Sealed, Tip, Verifier, purge_until};
use parvis_model::{Permission, PortalId};
use parvis_store::{ConsentRow, ShownText, Signed, Store};
use serde::Serialize;

use crate::{Error, Parvis, Result, Viewer};

/// Records that are read at a time.
pub(super) const PAGE: u32 = 2_000;
/// Days that the figures cover.
const FIGURES_DAYS: i64 = 30;

/// A record that was found.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// The record.
    pub record: Record,
    /// Its hash, in hexadecimal.
    pub hash: String,
}

/// What the ledger holds, in numbers.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Figures {
    /// Records since the beginning, those purged included.
    pub records: u64,
    /// Records that were purged.
    pub purged: u64,
    /// Records of the last thirty days by action, audits left out.
    pub recent: Vec<(String, u64)>,
    /// Days that have a signed head.
    pub days: usize,
    /// The key that verifies, in hexadecimal.
    pub public_key: String,
}

/// What a purge removed, or would remove.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Purged {
    /// Number of the last record that goes; 0 when none does.
    pub until: u64,
    /// How many go.
    pub records: u64,
}

/// The signed statements of a portal's chain, as they are at one moment.
pub(super) struct Chain {
    pub checkpoint: Option<Sealed<Checkpoint>>,
    pub heads: Vec<Sealed<Head>>,
    /// The last record there was.
    pub last: u64,
}

fn unsealed<T: Serialize + serde::de::DeserializeOwned>(signed: &Signed) -> Result<Sealed<T>> {
    Sealed::read(&signed.statement, &signed.signature)
        .ok_or_else(|| Error::Internal("a signed statement of the consent ledger cannot be read".to_owned()))
}

impl Chain {
    pub(super) async fn of(store: &Store, portal: &PortalId) -> Result<Self> {
        let checkpoint = store.consent_checkpoint(portal).await?;
        // Records first: a record is never there before its head is.
        let bounds = store.consent_bounds(portal).await?;
        let heads = store.consent_heads(portal).await?;
        let heads: Vec<Sealed<Head>> = heads.iter().map(unsealed).collect::<Result<_>>()?;
        let signed = heads.iter().map(|head| head.statement.seq).max().unwrap_or(0);
        Ok(Self {
            checkpoint: checkpoint.as_ref().map(unsealed).transpose()?,
            last: signed.max(bounds.map_or(0, |(_, last)| last)),
            heads,
        })
    }

    /// The number before the first record.
    pub(super) fn base(&self) -> u64 {
        self.checkpoint.as_ref().map_or(0, |sealed| sealed.statement.seq)
    }
}

/// Whether the columns by which a record is found say what it says.
fn is_filed_right(row: &ConsentRow) -> bool {
    Record::read(&row.body).is_none_or(|record| {
        let tip = record.tip(&row.body);
        record.seq == row.seq
            && record.receipt == row.receipt
            && record.replaces == row.replaces
            && record.time == row.at
            && record.action.as_str() == row.action
            && record.audit == row.audit
            && tip.hash == row.hash
    })
}

impl Parvis {
    /// The record of `receipt` and those that replaced or ended it; none when the portal never gave it out.
    ///
    /// # Errors
    /// The viewer may not; the store failed.
    pub async fn find_consent(&self, viewer: &Viewer, receipt: &str) -> Result<Vec<Found>> {
        self.may_see(viewer)?;
        let rows = self.store().consent_by_receipt(&viewer.portal.id, receipt).await?;
        let found = |row: &ConsentRow| {
            let record = Record::read(&row.body);
            let record = record.ok_or_else(|| {
                Error::Invalid(format!(
                    "Record {} cannot be read: verify the ledger to learn more.",
                    row.seq
                ))
            })?;
            let hash = hex::encode(row.hash);
            Ok(Found { record, hash })
        };
        rows.iter().map(found).collect()
    }

    /// What the portal showed under this hash.
    ///
    /// # Errors
    /// The viewer may not; the store failed.
    pub async fn shown_text(&self, viewer: &Viewer, hash: &str) -> Result<Option<ShownText>> {
        self.may_see(viewer)?;
        Ok(self.store().shown_text(&viewer.portal.id, hash).await?)
    }

    /// Numbers about the portal's ledger.
    ///
    /// # Errors
    /// The viewer may not; the store failed.
    pub async fn consent_figures(&self, viewer: &Viewer) -> Result<Figures> {
        self.may_see(viewer)?;
        let chain = Chain::of(self.store(), &viewer.portal.id).await?;
        let since = self.now() - TimeDelta::days(FIGURES_DAYS);
        Ok(Figures {
            records: chain.last,
            purged: chain.base(),
            recent: self.store().consent_counts(&viewer.portal.id, since).await?,
            days: chain.heads.len(),
            public_key: self.ledger().key.public().to_string(),
        })
    }

    /// Verifies every record and signature of the portal's ledger. Memory holds one day of it.
    ///
    /// # Errors
    /// The viewer may not; the store failed.
    pub async fn verify_consent(&self, viewer: &Viewer) -> Result<Report> {
        self.may_see(viewer)?;
        let portal = &viewer.portal.id;
        loop {
            let chain = Chain::of(self.store(), portal).await?;
            let report = self.verify_chain(portal, &chain).await?;
            // A purge in the meantime took records away that were to be read.
            if Chain::of(self.store(), portal).await?.base() == chain.base() {
                return Ok(report);
            }
        }
    }

    async fn verify_chain(&self, portal: &PortalId, chain: &Chain) -> Result<Report> {
        let key = self.ledger().key.public();
        let mut verifier = Verifier::new(portal.as_str(), key, chain.checkpoint.as_ref(), &chain.heads);
        let mut ends: VecDeque<u64> = chain.heads.iter().map(|head| head.statement.seq).collect();
        let mut after = 0;
        'all: loop {
            let rows = self.store().consent_rows(portal, after, PAGE).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                if row.seq > chain.last {
                    break 'all;
                }
                while let Some(end) = ends.front().copied().filter(|end| *end < row.seq) {
                    verifier.settle(end);
                    ends.pop_front();
                }
                if !is_filed_right(&row) {
                    verifier.mislabelled(row.seq);
                }
                verifier.record(&row.body);
                after = row.seq;
            }
        }
        Ok(verifier.finish())
    }

    /// Puts a signed checkpoint in the place of the records whose choices ended `keep_days` ago; with `dry`, only says what
    /// would go.
    ///
    /// # Errors
    /// The viewer may not; the ledger does not verify; the store failed.
    pub async fn purge_consent(&self, viewer: &Viewer, keep_days: u32, dry: bool) -> Result<Purged> {
        self.may_see(viewer)?;
        let portal = &viewer.portal.id;
        let last = self
            .store()
            .consent_last_until(portal, purge_until(self.now(), keep_days))
            .await?;
        let Some(last) = last else {
            return Ok(Purged { until: 0, records: 0 });
        };
        let chain = Chain::of(self.store(), portal).await?;
        let planned = Purged {
            until: last.seq,
            records: last.seq - chain.base(),
        };
        if dry {
            return Ok(planned);
        }
        // A checkpoint vouches for what it replaces.
        let report = self.verify_consent(viewer).await?;
        if let Some(fault) = report.faults.first() {
            return Err(Error::Invalid(format!(
                "Nothing was purged, because the ledger does not verify: {fault}."
            )));
        }
        let tip = Tip {
            seq: last.seq,
            hash: last.hash,
            time: last.at,
        };
        let sealed = self
            .ledger()
            .key
            .seal(Checkpoint::of(portal.as_str(), &tip, self.now()));
        let signed = Signed {
            statement: sealed.text(),
            signature: sealed.signature,
        };
        let records = self.store().purge_consent(portal, &last, &signed).await?;
        Ok(Purged {
            until: last.seq,
            records,
        })
    }

    pub(super) fn may_see(&self, viewer: &Viewer) -> Result<()> {
        viewer.require(Permission::EditDomain, "see the proof of consent")
    }
}

/// The moment in the form of exports.
pub(super) fn stamp(time: DateTime<Utc>) -> String {
    time.format("%Y%m%dT%H%M%SZ").to_string()
}

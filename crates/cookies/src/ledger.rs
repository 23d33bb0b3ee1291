//! The proof of consent: one append-only chain of records per portal (R-PRF-01, R-PRF-02).
//!
//! A [`Record`] is one line of JSON with its keys in a fixed order. Its SHA-256 stands in the record after it, and the
//! last hash of each day is signed with Ed25519 ([`Head`]). Whoever holds an export and the public key can check it
//! without this program: `docs/privacy.md` describes the bytes, `docs/verify-consent.mjs` does it.
//!
//! Nothing here reads or writes: the caller keeps the lines, and asks what the next one is.

mod decision;
mod export;
mod record;
mod seal;
mod verify;

pub use decision::{Decision, Shown, Signal, action_of};
pub use export::{Document, Framing};
pub use record::{Action, Record, Tip, Way, read_hash};
pub use seal::{Checkpoint, Head, Sealed};
pub use verify::{Fault, Report, Verifier};

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

pub use crate::statement::{StatementKey, VerifyKey};

use crate::choice::LIFE_DAYS;

/// Days a record is kept after the end of the choice it proves: five years, the general limitation period of French
/// civil law (R-PRF-04).
pub const RETENTION_DAYS: u32 = 1_826;

/// Records made at or before this moment may be purged: their choices ended, at the latest, `retention_days` ago. It is the
/// end of a day, so that a purge takes whole days.
pub fn purge_until(now: DateTime<Utc>, retention_days: u32) -> DateTime<Utc> {
    let first_kept = now.date_naive() - TimeDelta::days(LIFE_DAYS + i64::from(retention_days));
    first_kept.and_time(NaiveTime::MIN).and_utc() - TimeDelta::milliseconds(1)
}

#[cfg(test)]
mod tests;

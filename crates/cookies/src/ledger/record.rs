//! A record and its bytes.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::decision::{Decision, Shown, Signal};

/// Version of the form of records. Another form gets another number, and both stay readable.
pub const VERSION: u32 = 1;

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// A first choice that agrees to everything.
    Accept,
    /// A first choice that agrees to nothing.
    Refuse,
    /// A first choice that agrees to some things.
    Partial,
    /// A later choice that agrees to something new.
    Change,
    /// A later choice that takes consent back and agrees to nothing new.
    Withdraw,
    /// The end of a choice that nobody had changed.
    Expire,
    /// The browser's signal (GPC, DNT), taken over by the visitor as a refusal.
    Signal,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 7] = [
        Self::Accept,
        Self::Refuse,
        Self::Partial,
        Self::Change,
        Self::Withdraw,
        Self::Expire,
        Self::Signal,
    ];

    /// The name in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Refuse => "refuse",
            Self::Partial => "partial",
            Self::Change => "change",
            Self::Withdraw => "withdraw",
            Self::Expire => "expire",
            Self::Signal => "signal",
        }
    }
}

/// Where the visitor decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// On the banner.
    Banner,
    /// On the page of preferences.
    Panel,
    /// At the placeholder of an embedded service.
    Placeholder,
    /// On either form, in a browser that runs no scripts.
    NoJs,
    /// Nowhere: the server noted the end of a choice.
    Server,
}

impl Way {
    /// The name in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Banner => "banner",
            Self::Panel => "panel",
            Self::Placeholder => "placeholder",
            Self::NoJs => "no-js",
            Self::Server => "server",
        }
    }

    /// Reads what a form says of itself.
    pub fn of_form(text: &str) -> Option<Self> {
        [Self::Banner, Self::Panel, Self::Placeholder, Self::NoJs]
            .into_iter()
            .find(|way| way.as_str() == text)
    }
}

/// Where a portal's chain ends: what the next record is linked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tip {
    /// Number of the last record; 0 before the first.
    pub seq: u64,
    /// Its hash; zeros before the first.
    pub hash: [u8; 32],
    /// Its time. Times never go back within a chain, whatever the machine's clock does.
    pub time: DateTime<Utc>,
}

impl Tip {
    /// Before the first record.
    pub const START: Self = Self {
        seq: 0,
        hash: [0; 32],
        time: DateTime::UNIX_EPOCH,
    };
}

/// One decision, as it is kept for ever. No address, no user agent, no account (R-PRF-01).
///
/// The order of the fields is the order of the keys: changing it changes every hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Version of this form.
    pub v: u32,
    /// The portal.
    pub portal: String,
    /// Number within the portal's chain, from 1 without a gap.
    pub seq: u64,
    /// Id of the decision.
    pub receipt: String,
    /// When, in UTC, to the millisecond.
    #[serde(with = "millis")]
    pub time: DateTime<Utc>,
    /// What was decided.
    pub action: Action,
    /// Agreed or not, by id of service or purpose.
    pub verdicts: BTreeMap<String, bool>,
    /// The last day on which they count, in UTC.
    pub until: NaiveDate,
    /// What was shown.
    pub shown: Shown,
    /// What the browser asked for by itself.
    pub signal: Signal,
    /// Where the visitor decided.
    pub way: Way,
    /// The decision is an audit's, not a visitor's (R-AUD-07).
    pub audit: bool,
    /// Receipt of the decision that this one takes the place of, or ends.
    pub replaces: Option<String>,
    /// Hash of the record before, in hexadecimal; zeros in the first.
    pub previous: String,
}

impl Record {
    /// The record of `decision` at the end of a chain.
    pub fn next(portal: &str, decision: Decision, now: DateTime<Utc>, tip: &Tip) -> Self {
        Self {
            v: VERSION,
            portal: portal.to_owned(),
            seq: tip.seq + 1,
            receipt: decision.receipt,
            time: now.trunc_subsecs(3).max(tip.time),
            action: decision.action,
            verdicts: decision.verdicts,
            until: decision.until,
            shown: decision.shown,
            signal: decision.signal,
            way: decision.way,
            audit: decision.audit,
            replaces: decision.replaces,
            previous: hex::encode(tip.hash),
        }
    }

    /// The bytes that are hashed: compact JSON, keys in the order of the fields, verdicts by id.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("a record has text keys and no floating numbers")
    }

    /// Reads a line, if it is one that [`Record::to_text`] could have written: any other spelling is not the record.
    pub fn read(text: &str) -> Option<Self> {
        let record: Self = serde_json::from_str(text).ok()?;
        (record.v == VERSION && record.to_text() == text).then_some(record)
    }

    /// Where the chain ends after this record, whose text is `text`.
    pub fn tip(&self, text: &str) -> Tip {
        Tip {
            seq: self.seq,
            hash: hash(text),
            time: self.time,
        }
    }
}

/// SHA-256 of a record's text.
pub(super) fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// The hash that 64 lower-case hexadecimal digits stand for.
pub fn read_hash(text: &str) -> Option<[u8; 32]> {
    let bytes: [u8; 32] = hex::decode(text).ok()?.try_into().ok()?;
    (hex::encode(bytes) == text).then_some(bytes)
}

/// Times as `2026-09-01T12:00:00.000Z`, always as long.
pub(super) mod millis {
    use serde::de::Error;
    use serde::{Deserializer, Serializer};

    use super::{DateTime, Deserialize, NaiveDateTime, Utc};

    const FORM: &str = "%Y-%m-%dT%H:%M:%S%.3fZ";

    pub fn serialize<S: Serializer>(time: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&time.format(FORM))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<Utc>, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        let time = NaiveDateTime::parse_from_str(&text, FORM).map_err(D::Error::custom)?;
        Ok(time.and_utc())
    }
}

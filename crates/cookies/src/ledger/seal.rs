//! Signed statements: where a chain stood at the end of a day, and where a purge cut it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::record::{Tip, millis};
use crate::statement::{StatementKey, VerifyKey};

const VERSION: u32 = 1;

impl StatementKey {
    /// Signs a statement.
    pub fn seal<T: Serialize>(&self, statement: T) -> Sealed<T> {
        let signature = self.sign(&text(&statement));
        Sealed { statement, signature }
    }
}

/// A statement and its signature over the statement's compact JSON, keys in the order of the fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sealed<T> {
    /// What is stated.
    pub statement: T,
    /// Ed25519, in hexadecimal.
    pub signature: String,
}

impl<T: Serialize + DeserializeOwned> Sealed<T> {
    /// Whether `key` signed this.
    pub fn holds(&self, key: &VerifyKey) -> bool {
        key.verifies(&text(&self.statement), &self.signature)
    }

    /// The statement's text, as it is signed and kept.
    pub fn text(&self) -> String {
        text(&self.statement)
    }

    /// Reads what was kept.
    pub fn read(statement: &str, signature: &str) -> Option<Self> {
        let statement = serde_json::from_str(statement).ok()?;
        Some(Self {
            statement,
            signature: signature.to_owned(),
        })
    }
}

fn text(statement: &impl Serialize) -> String {
    serde_json::to_string(statement).expect("statements have text keys and no floating numbers")
}

/// Where a chain stood after the last record of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Always `parvis-consent-head`: a signature of one kind of statement is none of another.
    #[serde(rename = "type")]
    kind: HeadKind,
    v: u32,
    /// The portal.
    pub portal: String,
    /// The day, in UTC.
    pub day: NaiveDate,
    /// Number of its last record.
    pub seq: u64,
    /// The hash of that record, in hexadecimal.
    pub hash: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum HeadKind {
    #[serde(rename = "parvis-consent-head")]
    Head,
}

impl Head {
    /// The head of the day of the chain's last record.
    pub fn of(portal: &str, tip: &Tip) -> Self {
        Self {
            kind: HeadKind::Head,
            v: VERSION,
            portal: portal.to_owned(),
            day: tip.time.date_naive(),
            seq: tip.seq,
            hash: hex::encode(tip.hash),
        }
    }
}

/// What stands for records that were purged: the number and the hash of the last of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// Always `parvis-consent-checkpoint`.
    #[serde(rename = "type")]
    kind: CheckpointKind,
    v: u32,
    /// The portal.
    pub portal: String,
    /// Number of the last record that was purged.
    pub seq: u64,
    /// The hash of that record, in hexadecimal.
    pub hash: String,
    /// The time of that record.
    #[serde(with = "millis")]
    pub time: DateTime<Utc>,
    /// When the purge was made.
    #[serde(with = "millis")]
    pub purged_at: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum CheckpointKind {
    #[serde(rename = "parvis-consent-checkpoint")]
    Checkpoint,
}

impl Checkpoint {
    /// The checkpoint of a purge at `now` that ends with the record that `tip` describes.
    pub fn of(portal: &str, tip: &Tip, now: DateTime<Utc>) -> Self {
        Self {
            kind: CheckpointKind::Checkpoint,
            v: VERSION,
            portal: portal.to_owned(),
            seq: tip.seq,
            hash: hex::encode(tip.hash),
            time: tip.time,
            purged_at: now,
        }
    }
}

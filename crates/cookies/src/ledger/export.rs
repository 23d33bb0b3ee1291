//! The export that somebody else can verify: one JSON document.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::record::{Record, millis};
use super::seal::{Checkpoint, Head, Sealed};
use super::verify::{Report, Verifier};
use crate::statement::VerifyKey;

const FORMAT: &str = "parvis-consent/1";

/// What stands around the records of an export, so that they can be written one by one.
pub struct Framing {
    /// Before the first record.
    pub before: String,
    /// After the last one.
    pub after: String,
}

impl Framing {
    /// The frame of an export of `portal` made at `now`.
    pub fn new(
        portal: &str,
        key: &VerifyKey,
        now: DateTime<Utc>,
        checkpoint: Option<&Sealed<Checkpoint>>,
        heads: &[Sealed<Head>],
    ) -> Self {
        let json = |value: serde_json::Result<String>| value.expect("statements have text keys");
        let (checkpoint, heads) = (
            json(serde_json::to_string(&checkpoint)),
            json(serde_json::to_string(heads)),
        );
        let time = now.format("%Y-%m-%dT%H:%M:%S%.3fZ");
        Self {
            before: format!(
                "{{\"format\":\"{FORMAT}\",\"portal\":\"{portal}\",\"exported_at\":\"{time}\",\"public_key\":\"{key}\",\
                 \n\"checkpoint\":{checkpoint},\n\"heads\":{heads},\n\"records\":["
            ),
            after: "\n]}\n".to_owned(),
        }
    }
}

/// An export that was read.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    format: String,
    /// The portal.
    pub portal: String,
    /// When it was made.
    #[serde(with = "millis")]
    pub exported_at: DateTime<Utc>,
    /// The key that its signatures are said to be made with.
    pub public_key: String,
    /// What stands for the records that were purged.
    pub checkpoint: Option<Sealed<Checkpoint>>,
    /// The heads, by day.
    pub heads: Vec<Sealed<Head>>,
    records: Vec<Box<RawValue>>,
}

impl Document {
    /// Reads an export. Records that were spoilt stay in it, for the verifier to name.
    ///
    /// # Errors
    /// What is wrong with the document around the records.
    pub fn read(text: &str) -> Result<Self, String> {
        let document: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if document.format == FORMAT {
            Ok(document)
        } else {
            Err(format!("its format is `{}`, not `{FORMAT}`", document.format))
        }
    }

    /// Verifies every record and signature against `key`.
    pub fn verify(&self, key: &VerifyKey) -> Report {
        let mut verifier = Verifier::new(&self.portal, *key, self.checkpoint.as_ref(), &self.heads);
        for raw in &self.records {
            // Another program may have laid the document out in its own way: it is the values that are signed.
            match serde_json::from_str::<Record>(raw.get()) {
                Ok(record) => verifier.record(&record.to_text()),
                Err(_) => verifier.record(raw.get()),
            }
        }
        verifier.finish()
    }
}

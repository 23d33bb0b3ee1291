//! What everybody may see: the key, and the signed head of each day that has ended.

use parvis_cookies::ledger::{Checkpoint, Head, Sealed};
use parvis_model::PortalId;
use serde::Serialize;

use super::officer::Chain;
use crate::{Parvis, Result};

/// The part of the proof that is published. Whoever keeps a copy can later tell whether history was rewritten.
#[derive(Clone, Debug, Serialize)]
pub struct Proof {
    /// The portal.
    pub portal: String,
    /// Ed25519, in hexadecimal.
    pub public_key: String,
    /// What stands for the records that were purged.
    pub checkpoint: Option<Sealed<Checkpoint>>,
    /// The heads of the days that have ended, by day (UTC).
    pub heads: Vec<Sealed<Head>>,
}

impl Parvis {
    /// The published part of the proof of `portal`.
    ///
    /// # Errors
    /// The store failed.
    pub async fn consent_proof(&self, portal: &PortalId) -> Result<Proof> {
        let today = self.now().date_naive();
        let chain = Chain::of(self.store(), portal).await?;
        let heads = chain.heads.into_iter().filter(|head| head.statement.day < today);
        Ok(Proof {
            portal: portal.as_str().to_owned(),
            public_key: self.ledger().key.public().to_string(),
            checkpoint: chain.checkpoint,
            heads: heads.collect(),
        })
    }
}

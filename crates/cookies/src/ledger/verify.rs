//! Verification: every record against the one after it, every day against its signed head.
//!
//! Evidence runs backwards. A head that was signed gives the hash of its last record; a record that has the hash it
//! must have is genuine, and states the hash of the record before. So whatever does not fit is named, not merely
//! noticed.

mod fault;
mod order;
mod settle;

use std::collections::BTreeMap;

pub use fault::{Fault, Report};

use super::record::{Record, hash, read_hash};
use super::seal::{Checkpoint, Head, Sealed};
use crate::statement::VerifyKey;

/// Faults that are listed; further ones are only counted.
const MAX_FAULTS: usize = 1_000;

/// A record as it stands, reduced to what verification needs.
#[derive(Clone, Debug)]
struct Entry {
    /// Where it stands, from 1.
    place: u64,
    /// The number it claims; none when it cannot be read or is another portal's.
    seq: Option<u64>,
    hash: [u8; 32],
    previous: [u8; 32],
}

/// A record that is not where the chain has one with its hash.
#[derive(Debug)]
struct Stray {
    place: u64,
    seq: Option<u64>,
    hash: [u8; 32],
    /// The number of the record that stands before it.
    after: u64,
}

/// Numbers without a record.
#[derive(Debug)]
struct Gap {
    from: u64,
    to: u64,
    /// The hash of the last of them, if something states it.
    hash: Option<[u8; 32]>,
}

/// Verifies one portal's chain, record by record in the order in which they are kept.
#[derive(Debug)]
pub struct Verifier {
    portal: String,
    /// Hashes that a valid signature states, by number.
    heads: BTreeMap<u64, [u8; 32]>,
    /// Up to where the chain has been judged, and the hash there if it is known.
    base: (u64, Option<[u8; 32]>),
    pending: Vec<Entry>,
    places: u64,
    strays: Vec<Stray>,
    gaps: Vec<Gap>,
    faults: Vec<Fault>,
    more: u64,
}

impl Verifier {
    /// A verifier of `portal`'s chain, which begins after `checkpoint`, with the heads that `key` is to have signed.
    pub fn new(portal: &str, key: VerifyKey, checkpoint: Option<&Sealed<Checkpoint>>, heads: &[Sealed<Head>]) -> Self {
        let mut verifier = Self {
            portal: portal.to_owned(),
            heads: BTreeMap::new(),
            base: (0, Some([0; 32])),
            pending: Vec::new(),
            places: 0,
            strays: Vec::new(),
            gaps: Vec::new(),
            faults: Vec::new(),
            more: 0,
        };
        if let Some(checkpoint) = checkpoint {
            let stated = &checkpoint.statement;
            let good = stated.portal == portal && checkpoint.holds(&key);
            let hash = read_hash(&stated.hash).filter(|_| good);
            if hash.is_none() {
                verifier.fault(Fault::Checkpoint { seq: stated.seq });
            }
            verifier.base = (stated.seq, hash);
        }
        for head in heads {
            let stated = &head.statement;
            let good = stated.portal == portal && head.holds(&key);
            match read_hash(&stated.hash).filter(|_| good) {
                Some(hash) => {
                    verifier.heads.insert(stated.seq, hash);
                }
                None => verifier.fault(Fault::Head { day: stated.day }),
            }
        }
        verifier
    }

    /// Takes the next record, as the text that is kept.
    pub fn record(&mut self, text: &str) {
        self.places += 1;
        let record = Record::read(text).filter(|record| record.portal == self.portal);
        let previous = record.as_ref().and_then(|record| read_hash(&record.previous));
        self.pending.push(Entry {
            place: self.places,
            seq: record.filter(|_| previous.is_some()).map(|record| record.seq),
            hash: hash(text),
            previous: previous.unwrap_or_default(),
        });
    }

    /// The columns by which a record is found contradict its text.
    pub fn mislabelled(&mut self, seq: u64) {
        self.fault(Fault::Mislabelled { seq });
    }

    /// Judges the records so far, of which the last should be number `seq`. Whoever has many calls it at each head, so
    /// that memory holds one day.
    pub fn settle(&mut self, seq: u64) {
        settle::settle(self, seq);
    }

    /// Judges the rest, and tells.
    pub fn finish(mut self) -> Report {
        let signed = self.heads.keys().next_back().copied().unwrap_or(0).max(self.base.0);
        self.settle(signed);
        settle::reconcile(&mut self, signed);
        self.faults.sort_by_key(Fault::order);
        Report {
            records: self.places,
            signed_until: signed,
            faults: self.faults,
            more: self.more,
        }
    }

    fn fault(&mut self, fault: Fault) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(fault);
        } else {
            self.more += 1;
        }
    }

    fn stray(&mut self, stray: Stray) {
        if self.strays.len() < MAX_FAULTS {
            self.strays.push(stray);
        } else {
            self.more += 1;
        }
    }

    fn gap(&mut self, gap: Gap) {
        if self.gaps.len() < MAX_FAULTS {
            self.gaps.push(gap);
        } else {
            self.more += 1;
        }
    }
}

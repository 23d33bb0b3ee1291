//! What verification finds.

use std::fmt;

use chrono::NaiveDate;
use serde::Serialize;

/// One thing that is wrong with a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// The record is not the one that was made.
    Altered {
        /// Its number.
        seq: u64,
        /// When only the head of a day contradicts it: the first record that may have been rewritten together with all
        /// after it.
        since: Option<u64>,
    },
    /// The record after it was altered, so nothing proves this one.
    Unproven {
        /// Its number.
        seq: u64,
    },
    /// Records are missing.
    Missing {
        /// The first.
        from: u64,
        /// The last.
        to: u64,
    },
    /// A record that the chain does not have.
    Inserted {
        /// Where it stands, from 1.
        place: u64,
        /// The number it claims, if it can be read.
        seq: Option<u64>,
    },
    /// A genuine record does not stand where it belongs.
    Reordered {
        /// Its number.
        seq: u64,
        /// Where it stands, from 1.
        place: u64,
    },
    /// The record and those after it are signed, but do not follow what was signed before.
    Forked {
        /// Its number.
        seq: u64,
    },
    /// Records that no head covers.
    Unsigned {
        /// The first.
        from: u64,
        /// The last.
        to: u64,
    },
    /// The columns by which a record is found contradict it.
    Mislabelled {
        /// Its number.
        seq: u64,
    },
    /// A head whose signature is wrong.
    Head {
        /// Its day.
        day: NaiveDate,
    },
    /// A checkpoint whose signature is wrong.
    Checkpoint {
        /// The last record that it stands for.
        seq: u64,
    },
}

impl Fault {
    /// The key of its text for people, and of the JSON form.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Altered { .. } => "altered",
            Self::Unproven { .. } => "unproven",
            Self::Missing { .. } => "missing",
            Self::Inserted { .. } => "inserted",
            Self::Reordered { .. } => "reordered",
            Self::Forked { .. } => "forked",
            Self::Unsigned { .. } => "unsigned",
            Self::Mislabelled { .. } => "mislabelled",
            Self::Head { .. } => "head",
            Self::Checkpoint { .. } => "checkpoint",
        }
    }

    /// Faults of signatures first, the others by record.
    pub(super) fn order(&self) -> (u64, u64) {
        match self {
            Self::Checkpoint { .. } | Self::Head { .. } => (0, 0),
            Self::Altered { seq, .. }
            | Self::Unproven { seq }
            | Self::Reordered { seq, .. }
            | Self::Forked { seq }
            | Self::Mislabelled { seq } => (*seq, 0),
            Self::Missing { from, .. } | Self::Unsigned { from, .. } => (*from, 0),
            Self::Inserted { place, seq } => (seq.unwrap_or(*place), *place),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Altered { seq, since: None } => write!(f, "record {seq} was altered"),
            Self::Altered {
                seq,
                since: Some(since),
            } if since == seq => write!(f, "record {seq} was altered"),
            Self::Altered {
                seq,
                since: Some(since),
            } => write!(
                f,
                "record {seq} is not the one that was signed: it was altered, or one since {since} and all after it were rewritten"
            ),
            Self::Unproven { seq } => write!(f, "record {seq} is not proven, because the one after it was altered"),
            Self::Missing { from, to } if from == to => write!(f, "record {from} is missing"),
            Self::Missing { from, to } => write!(f, "records {from} to {to} are missing"),
            Self::Inserted { place, seq: Some(seq) } => {
                write!(
                    f,
                    "a record was inserted at place {place}; it claims to be record {seq}"
                )
            }
            Self::Inserted { place, seq: None } => write!(f, "something that is no record stands at place {place}"),
            Self::Reordered { seq, place } => write!(f, "record {seq} was moved to place {place}"),
            Self::Forked { seq } => write!(
                f,
                "record {seq} does not follow what was signed before it: two histories were mixed"
            ),
            Self::Unsigned { from, to } => write!(f, "records {from} to {to} are covered by no signature"),
            Self::Mislabelled { seq } => write!(f, "record {seq} is filed under values that are not its own"),
            Self::Head { day } => write!(f, "the head of {day} has a wrong signature"),
            Self::Checkpoint { seq } => write!(f, "the checkpoint of record {seq} has a wrong signature"),
        }
    }
}

/// The outcome of a verification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Records that were read.
    pub records: u64,
    /// Number of the last record that a signature covers.
    pub signed_until: u64,
    /// What is wrong, by record.
    pub faults: Vec<Fault>,
    /// Faults beyond those that are listed.
    pub more: u64,
}

impl Report {
    /// Whether every record is proven.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty() && self.more == 0
    }
}

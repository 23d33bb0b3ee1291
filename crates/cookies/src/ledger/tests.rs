//! Records, signatures, and what the verifier says of chains that somebody touched.

mod form;
mod tampering;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc};

use super::{Action, Decision, Head, Record, Sealed, Shown, Signal, StatementKey, Tip, Way};

pub fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 1, 12, 0, 0)
        .single()
        .expect("a real date")
}

pub fn key() -> StatementKey {
    StatementKey::new([7; 32])
}

pub fn decision(number: u64) -> Decision {
    let verdicts = [
        ("video".to_owned(), number.is_multiple_of(2)),
        ("tiles".to_owned(), number.is_multiple_of(3)),
    ];
    Decision {
        receipt: format!("receipt-{number:014}"),
        action: Action::ALL[usize::try_from(number % 7).expect("below seven")],
        verdicts: BTreeMap::from(verdicts),
        until: NaiveDate::from_ymd_opt(2027, 2, 28).expect("a real date"),
        shown: Shown {
            revision: "a1b2c3d4".to_owned(),
            registry: "0011223344556677".to_owned(),
            text: "ab".repeat(32),
            lang: "fr".to_owned(),
            ui: "cd".repeat(32),
        },
        signal: Signal {
            gpc: number.is_multiple_of(5),
            dnt: false,
        },
        way: Way::Panel,
        audit: false,
        replaces: (number > 3).then(|| format!("receipt-{:014}", number - 3)),
    }
}

/// A portal's ledger as a store would keep it.
pub struct Chain {
    pub lines: Vec<String>,
    pub heads: Vec<Sealed<Head>>,
    pub tip: Tip,
}

impl Chain {
    /// `records` records, `daily` of them a day.
    pub fn new(records: u64, daily: u64) -> Self {
        let mut chain = Self {
            lines: Vec::new(),
            heads: Vec::new(),
            tip: Tip::START,
        };
        for number in 1..=records {
            let day = i64::try_from((number - 1) / daily).expect("few days");
            let time = noon() + TimeDelta::days(day) + TimeDelta::milliseconds(i64::try_from(number).expect("few"));
            let record = Record::next("orleans", decision(number), time, &chain.tip);
            let text = record.to_text();
            chain.tip = record.tip(&text);
            chain.lines.push(text);
            let head = Head::of("orleans", &chain.tip);
            if chain.heads.last().is_some_and(|last| last.statement.day == head.day) {
                chain.heads.pop();
            }
            chain.heads.push(key().seal(head));
        }
        chain
    }
}

//! What the verifier says of a chain that somebody touched.

use proptest::prelude::*;

use super::{Chain, decision, key, noon};
use crate::ledger::{Fault, Head, Record, Report, StatementKey, Tip, Verifier, read_hash};

fn verify(chain: &Chain) -> Report {
    let mut verifier = Verifier::new("orleans", key().public(), None, &chain.heads);
    chain.lines.iter().for_each(|line| verifier.record(line));
    verifier.finish()
}

/// The same day by day, as a store does it that files the lines under 1, 2, 3 … but for the number that was `dropped`.
fn verify_by_day(chain: &Chain, dropped: Option<u64>) -> Report {
    let mut verifier = Verifier::new("orleans", key().public(), None, &chain.heads);
    let mut ends = chain.heads.iter().map(|head| head.statement.seq).peekable();
    let numbers = (1..).filter(|number| Some(*number) != dropped);
    for (number, line) in numbers.zip(&chain.lines) {
        while let Some(end) = ends.next_if(|end| *end < number) {
            verifier.settle(end);
        }
        verifier.record(line);
    }
    verifier.finish()
}

fn told(report: &Report) -> Vec<String> {
    report.faults.iter().map(ToString::to_string).collect()
}

/// Record `seq`, changed.
fn alter(chain: &mut Chain, seq: usize, change: impl FnOnce(&mut Record)) {
    let line = &mut chain.lines[seq - 1];
    let mut record = Record::read(line).expect("a record");
    change(&mut record);
    *line = record.to_text();
}

#[test]
fn an_untouched_chain_is_sound() {
    for (records, daily) in [(0, 1), (1, 1), (2, 1), (50, 7), (50, 100)] {
        let chain = Chain::new(records, daily);
        for report in [verify(&chain), verify_by_day(&chain, None)] {
            assert!(report.is_sound(), "{records}: {report:?}");
            assert_eq!((report.records, report.signed_until), (records, records));
        }
    }
}

#[test]
fn an_altered_record_is_named() {
    for seq in [1, 2, 19, 20, 49] {
        let mut chain = Chain::new(50, 20);
        alter(&mut chain, seq, |record| {
            record.verdicts.insert("video".to_owned(), true);
            record.audit = true;
        });
        assert_eq!(told(&verify(&chain)).len(), 1, "{seq}");
        assert!(told(&verify(&chain))[0].starts_with(&format!("record {seq} ")), "{seq}");
        assert_eq!(verify(&chain), verify_by_day(&chain, None));
    }
    let mut chain = Chain::new(50, 20);
    alter(&mut chain, 50, |record| record.audit = true);
    assert_eq!(
        told(&verify(&chain)),
        ["record 50 is not the one that was signed: it was altered, or one since 41 and all after it were rewritten"]
    );
}

#[test]
fn a_record_that_can_no_longer_be_read_is_named() {
    for line in ["", "{}", "null", "{\"v\":1"] {
        let mut chain = Chain::new(50, 20);
        line.clone_into(&mut chain.lines[29]);
        assert_eq!(told(&verify(&chain)), ["record 30 was altered"], "{line}");
    }
    // Its number, or its portal, is part of it.
    let mut chain = Chain::new(50, 20);
    alter(&mut chain, 30, |record| record.seq = 1 << 60);
    assert_eq!(told(&verify(&chain)), ["record 30 was altered"]);
    let mut chain = Chain::new(50, 20);
    alter(&mut chain, 30, |record| record.portal = "cesson".to_owned());
    assert_eq!(told(&verify(&chain)), ["record 30 was altered"]);
}

#[test]
fn a_dropped_record_is_named() {
    for seq in [1, 20, 21, 33, 50] {
        let mut chain = Chain::new(50, 20);
        chain.lines.remove(seq - 1);
        assert_eq!(told(&verify(&chain)), [format!("record {seq} is missing")]);
        assert_eq!(verify(&chain), verify_by_day(&chain, Some(seq as u64)));
    }
    let mut chain = Chain::new(50, 20);
    chain.lines.drain(9..35);
    assert_eq!(told(&verify(&chain)), ["records 10 to 35 are missing"]);
    let mut chain = Chain::new(50, 20);
    chain.lines.truncate(47);
    assert_eq!(told(&verify(&chain)), ["records 48 to 50 are missing"]);
    chain.lines.clear();
    assert_eq!(told(&verify(&chain)), ["records 1 to 50 are missing"]);
}

#[test]
fn an_inserted_record_is_named() {
    let mut chain = Chain::new(50, 20);
    let before = Record::read(&chain.lines[9]).expect("a record").tip(&chain.lines[9]);
    let made_up = Record::next("orleans", decision(99), noon(), &before).to_text();
    chain.lines.insert(10, made_up);
    assert_eq!(
        told(&verify(&chain)),
        ["a record was inserted at place 11; it claims to be record 11"]
    );
    let mut chain = Chain::new(50, 20);
    chain.lines.insert(10, "hello".to_owned());
    assert_eq!(
        told(&verify(&chain)),
        ["something that is no record stands at place 11"]
    );
    let mut chain = Chain::new(50, 20);
    chain.lines.insert(30, chain.lines[10].clone());
    assert_eq!(
        told(&verify(&chain)),
        ["a record was inserted at place 31; it claims to be record 11"]
    );
    // At the end, well linked, but signed by nobody.
    let mut chain = Chain::new(50, 20);
    let made_up = Record::next("orleans", decision(51), noon(), &chain.tip).to_text();
    chain.lines.push(made_up);
    assert_eq!(told(&verify(&chain)), ["records 51 to 51 are covered by no signature"]);
}

#[test]
fn a_reordered_record_is_named() {
    for (from, to) in [(5, 30), (30, 5), (20, 21), (1, 50)] {
        let mut chain = Chain::new(50, 20);
        let moved = chain.lines.remove(from - 1);
        chain.lines.insert(to - 1, moved);
        for report in [verify(&chain), verify_by_day(&chain, None)] {
            let neighbours = [from, to];
            assert!(!report.faults.is_empty());
            for fault in &report.faults {
                let Fault::Reordered { seq, .. } = fault else {
                    panic!("{from} to {to}: {fault}");
                };
                let seq = usize::try_from(*seq).expect("few");
                assert!(neighbours.contains(&seq) || from.abs_diff(to) > 1, "{seq}");
            }
        }
        assert_eq!(verify(&chain).faults.len(), 1, "{from} to {to}");
    }
}

#[test]
fn a_history_rewritten_to_its_end_is_caught_by_the_next_head() {
    let mut chain = Chain::new(50, 20);
    // From record 30 on, everything is made anew: each link is right, and only the signatures of the days tell.
    let mut tip = Record::read(&chain.lines[28]).expect("a record").tip(&chain.lines[28]);
    for line in &mut chain.lines[29..] {
        let mut record = Record::read(line).expect("a record");
        record.verdicts.clear();
        record.previous = hex::encode(tip.hash);
        *line = record.to_text();
        tip = record.tip(line);
    }
    let told = told(&verify(&chain));
    assert_eq!(
        told[0],
        "record 40 is not the one that was signed: it was altered, or one since 21 and all after it were rewritten"
    );
    assert!(
        told[1].starts_with("record 50 is not the one that was signed"),
        "{told:?}"
    );
    // With heads made up to fit, the signatures give it away.
    chain.heads[2] = StatementKey::new([9; 32]).seal(Head::of("orleans", &tip));
    let told = self::told(&verify(&chain));
    assert_eq!(told[0], "the head of 2026-09-03 has a wrong signature");
}

#[test]
fn two_histories_of_one_key_are_told_apart() {
    let (mut chain, mut fork) = (Chain::new(40, 20), Chain::new(20, 20));
    let mut record = Record::read(&fork.lines[19]).expect("a record");
    record.audit = true;
    fork.lines[19] = record.to_text();
    fork.tip = record.tip(&fork.lines[19]);
    chain.lines[19].clone_from(&fork.lines[19]);
    chain.heads[0] = key().seal(Head::of("orleans", &fork.tip));
    let report = verify_by_day(&chain, None);
    assert_eq!(
        told(&report),
        ["record 21 does not follow what was signed before it: two histories were mixed"]
    );
}

#[test]
fn the_head_of_another_portal_proves_nothing() {
    let mut chain = Chain::new(5, 20);
    chain.heads = vec![key().seal(Head::of("cesson", &chain.tip))];
    assert_eq!(
        told(&verify(&chain)),
        [
            "the head of 2026-09-01 has a wrong signature",
            "records 1 to 5 are covered by no signature"
        ]
    );
    assert_eq!(Tip::START.hash, read_hash(&"0".repeat(64)).expect("a hash"));
}

/// One thing that somebody does to a chain.
#[derive(Clone, Debug)]
enum Touch {
    Alter(usize, u8),
    Drop(usize),
    Copy(usize, usize),
    Move(usize, usize),
    Spoil(usize, usize, u8),
}

fn touch() -> impl Strategy<Value = Touch> {
    let at = || 0..40_usize;
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, how)| Touch::Alter(at, how)),
        at().prop_map(Touch::Drop),
        (at(), at()).prop_map(|(from, to)| Touch::Copy(from, to)),
        (at(), at()).prop_map(|(from, to)| Touch::Move(from, to)),
        (at(), 0..400_usize, any::<u8>()).prop_map(|(at, byte, value)| Touch::Spoil(at, byte, value)),
    ]
}

impl Touch {
    /// Does it; answers the number of the record that was touched, if anything changed.
    fn apply(&self, lines: &mut Vec<String>) -> Option<u64> {
        let before = lines.clone();
        let touched = match *self {
            Self::Alter(at, how) => {
                let mut record = Record::read(&lines[at])?;
                match how % 6 {
                    0 => record.audit = !record.audit,
                    1 => record.receipt.push('x'),
                    2 => record.time += chrono::TimeDelta::milliseconds(1),
                    3 => record.seq += u64::from(how),
                    4 => record.previous = hex::encode([how; 32]),
                    _ => record.replaces = None,
                }
                lines[at] = record.to_text();
                at
            }
            Self::Drop(at) => {
                lines.remove(at);
                at
            }
            Self::Copy(from, to) => {
                let copy = lines[from].clone();
                lines.insert(to, copy);
                from
            }
            Self::Move(from, to) => {
                let moved = lines.remove(from);
                lines.insert(to, moved);
                from
            }
            Self::Spoil(at, byte, value) => {
                let mut bytes = lines[at].clone().into_bytes();
                let byte = byte % bytes.len();
                bytes[byte] = value;
                lines[at] = String::from_utf8_lossy(&bytes).into_owned();
                at
            }
        };
        (*lines != before).then_some(touched as u64 + 1)
    }
}

/// The numbers that a fault names.
fn names(fault: &Fault, seq: u64) -> bool {
    match *fault {
        Fault::Altered { seq: named, .. } | Fault::Reordered { seq: named, .. } | Fault::Unproven { seq: named } => {
            named == seq
        }
        Fault::Missing { from, to } => (from..=to).contains(&seq),
        Fault::Inserted { seq: named, .. } => named == Some(seq),
        _ => false,
    }
}

proptest! {
    #[test]
    fn one_touch_is_always_found_and_named(touch in touch(), daily in 1_u64..50) {
        let mut chain = Chain::new(40, daily);
        let touched = touch.apply(&mut chain.lines);
        let dropped = touched.filter(|_| matches!(touch, Touch::Drop(_)));
        // In a store, what is inserted or moved shifts what follows into other days: others are named than was touched.
        let shifts = matches!(touch, Touch::Move(..) | Touch::Copy(..));
        for (report, exact) in [(verify(&chain), true), (verify_by_day(&chain, dropped), !shifts)] {
            let Some(seq) = touched else {
                prop_assert!(report.is_sound(), "{:?}", report);
                continue;
            };
            // Of two neighbours that change places either may be said to have moved.
            let near = |fault: &Fault| names(fault, seq)
                || matches!(touch, Touch::Move(from, to) if from.abs_diff(to) == 1 && names(fault, to as u64 + 1));
            prop_assert!(!report.is_sound());
            prop_assert!(!exact || report.faults.iter().any(near), "{:?}", report);
            // Nobody else is accused; the record before one whose link was cut is not proven.
            let other = |fault: &&Fault| !near(fault) && !matches!(fault, Fault::Unproven { .. });
            prop_assert!(!exact || !report.faults.iter().any(|fault| other(&fault)), "{:?}", report);
        }
    }

    #[test]
    fn many_touches_never_pass_and_never_break_it(
        touches in prop::collection::vec(touch(), 1..6),
        daily in 1_u64..50,
    ) {
        let mut chain = Chain::new(60, daily);
        let genuine = chain.lines.clone();
        for touch in &touches {
            touch.apply(&mut chain.lines);
        }
        prop_assert_eq!(verify(&chain).is_sound(), chain.lines == genuine);
    }

    #[test]
    fn no_text_breaks_the_verifier(lines in prop::collection::vec(".{0,80}", 0..20)) {
        let chain = Chain::new(5, 2);
        let mut verifier = Verifier::new("orleans", key().public(), None, &chain.heads);
        lines.iter().for_each(|line| verifier.record(line));
        let report = verifier.finish();
        prop_assert!(!report.is_sound());
    }
}

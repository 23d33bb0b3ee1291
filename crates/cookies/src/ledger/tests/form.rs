//! The bytes, and what may stand in them.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{Chain, decision, key, noon};
use crate::choice::LIFE_DAYS;
use crate::ledger::{
    Action, Checkpoint, Document, Framing, Head, RETENTION_DAYS, Record, Sealed, StatementKey, Tip, Verifier,
    VerifyKey, action_of, purge_until, read_hash,
};

#[test]
fn the_bytes_of_a_record_are_one_line_of_json_in_a_fixed_order() {
    let record = Record::next("orleans", decision(4), noon(), &Tip::START);
    let (text, ui) = ("ab".repeat(32), "cd".repeat(32));
    assert_eq!(
        record.to_text(),
        format!(
            "{{\"v\":1,\"portal\":\"orleans\",\"seq\":1,\"receipt\":\"receipt-00000000000004\",\
             \"time\":\"2026-09-01T12:00:00.000Z\",\"action\":\"withdraw\",\
             \"verdicts\":{{\"tiles\":false,\"video\":true}},\"until\":\"2027-02-28\",\
             \"shown\":{{\"revision\":\"a1b2c3d4\",\"registry\":\"0011223344556677\",\"text\":\"{text}\",\"lang\":\"fr\",\
             \"ui\":\"{ui}\"}},\"signal\":{{\"gpc\":false,\"dnt\":false}},\"way\":\"panel\",\"audit\":false,\
             \"replaces\":\"receipt-00000000000001\",\"previous\":\"{}\"}}",
            "0".repeat(64)
        )
    );
    assert_eq!(Record::read(&record.to_text()), Some(record));
}

#[test]
fn another_spelling_of_a_record_is_no_record() {
    let text = Record::next("orleans", decision(1), noon(), &Tip::START).to_text();
    for other in [
        text.replace(':', ": "),
        text.replace("\"v\":1", "\"v\":2"),
        text.replace("12:00:00.000Z", "12:00:00Z"),
        text.replace("12:00:00.000Z", "12:00:00.0004Z"),
        text.replace("\"audit\":false", "\"audit\":false,\"address\":\"192.0.2.1\""),
        text.replace("\"way\":\"panel\"", "\"way\":\"telepathy\""),
        format!("{text}\n"),
        String::new(),
    ] {
        assert_eq!(Record::read(&other), None, "{other}");
    }
}

#[test]
fn a_record_holds_nothing_of_the_visitor() {
    let record = serde_json::to_value(Record::next("orleans", decision(1), noon(), &Tip::START));
    let record = record.expect("a record is JSON");
    let keys: Vec<&String> = record.as_object().expect("an object").keys().collect();
    assert_eq!(
        keys,
        [
            "v", "portal", "seq", "receipt", "time", "action", "verdicts", "until", "shown", "signal", "way", "audit",
            "replaces", "previous"
        ]
    );
}

#[test]
fn times_never_go_back_within_a_chain() {
    let tip = Record::next("orleans", decision(1), noon(), &Tip::START).tip("x");
    let earlier = Record::next("orleans", decision(2), noon() - TimeDelta::hours(1), &tip);
    assert_eq!((earlier.time, earlier.seq), (noon(), 2));
}

#[test]
fn what_would_not_read_the_same_everywhere_is_refused() {
    assert_eq!(decision(1).check(), Ok(()));
    let spoilt: [fn(&mut crate::ledger::Decision); 8] = [
        |d| d.receipt = "é".to_owned(),
        |d| d.receipt = String::new(),
        |d| d.shown.revision = "a\"b".to_owned(),
        |d| d.shown.text = "a\nb".to_owned(),
        |d| d.replaces = Some("=1+1".to_owned()),
        |d| d.verdicts = BTreeMap::from([("1".to_owned(), true)]),
        |d| d.verdicts = BTreeMap::from([("a".repeat(200), true)]),
        |d| d.verdicts = (0..300).map(|n| (format!("s{n}"), true)).collect(),
    ];
    for spoil in spoilt {
        let mut decision = decision(1);
        spoil(&mut decision);
        assert!(decision.check().is_err(), "{decision:?}");
    }
}

#[test]
fn an_action_is_named_by_what_was_agreed_before_and_after() {
    let verdicts = |agreed: &[&str]| -> BTreeMap<String, bool> {
        ["a", "b", "c"]
            .into_iter()
            .map(|id| (id.to_owned(), agreed.contains(&id)))
            .collect()
    };
    for (before, now, action) in [
        (None, &["a", "b", "c"][..], Action::Accept),
        (None, &[], Action::Refuse),
        (None, &["a"], Action::Partial),
        (Some(&["a"][..]), &["a", "b"], Action::Change),
        (Some(&["a"]), &["b"], Action::Change),
        (Some(&["a", "b"]), &["b"], Action::Withdraw),
        (Some(&["a"]), &[], Action::Withdraw),
        (Some(&[]), &[], Action::Refuse),
        (Some(&["a"]), &["a"], Action::Partial),
        (Some(&["a", "b", "c"]), &["a", "b", "c"], Action::Accept),
    ] {
        let before = before.map(verdicts);
        assert_eq!(action_of(before.as_ref(), &verdicts(now)), action, "{before:?} {now:?}");
    }
    assert_eq!(action_of(None, &BTreeMap::new()), Action::Refuse, "nothing to agree to");
}

#[test]
fn the_end_of_a_choice_agrees_to_nothing() {
    let made = Record::next("orleans", decision(4), noon(), &Tip::START);
    let ended = crate::ledger::Decision::end_of(made.clone());
    assert_eq!(
        (ended.action, ended.replaces.as_ref()),
        (Action::Expire, Some(&made.receipt))
    );
    assert!(ended.verdicts.len() == 2 && ended.verdicts.values().all(|agreed| !agreed));
    assert_eq!(ended.check(), Ok(()));
}

#[test]
fn a_signature_is_good_for_its_own_words_and_key_only() {
    let key = key();
    let chain = Chain::new(3, 10);
    let head = &chain.heads[0];
    assert!(head.holds(&key.public()));
    assert!(!head.holds(&StatementKey::new([8; 32]).public()));
    let mut other = head.clone();
    other.statement.seq += 1;
    assert!(!other.holds(&key.public()));
    for signature in ["", "zz", &"00".repeat(64), &head.signature.to_uppercase()[1..]] {
        let forged = Sealed {
            signature: signature.to_owned(),
            ..head.clone()
        };
        assert!(!forged.holds(&key.public()), "{signature}");
    }
    let kept = Sealed::<Head>::read(&head.text(), &head.signature);
    assert_eq!(kept.as_ref(), Some(head));
    assert!(Sealed::<Checkpoint>::read(&head.text(), &head.signature).is_none());
    let text = key.public().to_string();
    assert_eq!(VerifyKey::read(&text), Some(key.public()));
    assert_eq!(VerifyKey::read(&text.to_uppercase()), None);
    assert_eq!(format!("{key:?}"), "StatementKey(hidden)");
}

#[test]
fn an_export_verifies_whoever_lays_it_out() {
    let chain = Chain::new(20, 6);
    let framing = Framing::new("orleans", &key().public(), noon(), None, &chain.heads);
    let text = format!("{}{}{}", framing.before, chain.lines.join(","), framing.after);
    let document = Document::read(&text).expect("an export");
    assert_eq!(document.public_key, key().public().to_string());
    assert!(document.verify(&key().public()).is_sound());
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let pretty = serde_json::to_string_pretty(&value).expect("JSON");
    let report = Document::read(&pretty).expect("an export").verify(&key().public());
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.records, report.signed_until), (20, 20));
    for bad in ["", "{}", &text.replace("parvis-consent/1", "parvis-consent/2")] {
        assert!(Document::read(bad).is_err());
    }
}

#[test]
fn a_purge_leaves_a_chain_that_verifies() {
    let chain = Chain::new(30, 7);
    let cut = Record::read(&chain.lines[13]).expect("a record");
    let checkpoint = key().seal(Checkpoint::of("orleans", &cut.tip(&chain.lines[13]), noon()));
    let mut verifier = Verifier::new("orleans", key().public(), Some(&checkpoint), &chain.heads);
    chain.lines[14..].iter().for_each(|line| verifier.record(line));
    assert!(verifier.finish().is_sound());
    // Without the checkpoint the first fourteen are missing.
    let mut verifier = Verifier::new("orleans", key().public(), None, &chain.heads);
    chain.lines[14..].iter().for_each(|line| verifier.record(line));
    assert_eq!(verifier.finish().faults[0].to_string(), "records 1 to 14 are missing");
    // A checkpoint that was made up is named.
    let mut forged = checkpoint;
    forged.statement.seq = 20;
    let mut verifier = Verifier::new("orleans", key().public(), Some(&forged), &chain.heads);
    chain.lines[20..].iter().for_each(|line| verifier.record(line));
    assert_eq!(
        verifier.finish().faults[0].to_string(),
        "the checkpoint of record 20 has a wrong signature"
    );
}

#[test]
fn a_record_is_kept_for_the_life_of_its_choice_and_five_years_more() {
    let until = purge_until(noon(), RETENTION_DAYS);
    assert_eq!((noon() - until).num_days(), LIFE_DAYS + 1_826);
    assert_eq!(
        until,
        purge_until(noon() + TimeDelta::hours(11), RETENTION_DAYS),
        "whole days"
    );
}

#[test]
fn hashes_are_read_in_lower_case_only() {
    assert_eq!(read_hash(&"0a".repeat(32)), Some([10; 32]));
    for bad in ["", "0a", &"0A".repeat(32), &"zz".repeat(32)] {
        assert_eq!(read_hash(bad), None);
    }
}

use chrono::{TimeDelta, TimeZone};
use parvis_model::SystemRng;
use proptest::prelude::*;

use super::*;
use crate::registry::tests::portal;
use crate::registry::{Item, Kind, Question};

fn question(service: &str, lives: &[u32]) -> Question {
    let item = |(at, life): (usize, &u32)| Item(Kind::Cookie, format!("c{at}"), String::new(), *life);
    Question {
        service: service.to_owned(),
        purpose: "video".to_owned(),
        provider: "Somebody".to_owned(),
        items: lives.iter().enumerate().map(item).collect(),
    }
}

fn questions(services: &[&str]) -> Questions {
    Questions(services.iter().map(|id| question(id, &[60])).collect())
}

fn rules_of(id: &str, questions: Questions, past: Vec<Questions>) -> ChoiceRules {
    let registry = Registry::for_portal(&portal(id), &crate::Additions::default());
    let fresh = ChoiceRules::new(ServerKey::new([3; 32]), PortalId::new(id), &registry, past);
    ChoiceRules { questions, ..fresh }
}

/// Rules of a portal where three services need consent.
fn asking() -> ChoiceRules {
    rules_of("a", questions(&["a", "b", "c"]), vec![])
}

fn answers(pairs: &[(&str, bool)]) -> BTreeMap<String, bool> {
    pairs.iter().map(|(id, answer)| ((*id).to_owned(), *answer)).collect()
}

fn accepting() -> Choice {
    Choice::new(answers(&[("a", true), ("b", true), ("c", true)]), now(), &SystemRng)
}

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 1, 23, 0, 0)
        .single()
        .expect("a real date")
}

#[test]
fn a_choice_is_read_back() {
    let nothing = rules_of("a", Questions::default(), vec![]);
    let some = answers(&[("a", true), ("b", false), ("c", true)]);
    for (rules, answers) in [(nothing, BTreeMap::new()), (asking(), some)] {
        let choice = Choice::new(answers, now(), &SystemRng);
        let value = rules.sign(&choice);
        assert!(value.len() <= MAX_LEN && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)));
        assert_eq!(rules.read(&value, now()), Some(choice));
    }
}

#[test]
fn each_decision_has_its_own_receipt() {
    let receipt = || Choice::new(BTreeMap::new(), now(), &SystemRng).receipt;
    assert_ne!(receipt(), receipt());
    assert_eq!(receipt().len(), 22);
}

#[test]
fn a_choice_counts_for_180_days_and_not_before_it_was_made() {
    let choice = accepting();
    let value = asking().sign(&choice);
    for (days, counts) in [
        (-1, false),
        (0, true),
        (179, true),
        (180, true),
        (181, false),
        (184, false),
        (400, false),
    ] {
        let later = now() + TimeDelta::days(days);
        assert_eq!(asking().read(&value, later).is_some(), counts, "day {days}");
        let left = (180 - days).clamp(0, 180);
        assert_eq!(i64::from(choice.seconds_left(later)), left * 86_400);
    }
}

#[test]
fn what_is_not_answered_is_off_and_known_as_such() {
    let rules = asking();
    let value = rules.sign(&Choice::new(answers(&[("b", true)]), now(), &SystemRng));
    let choice = rules.read(&value, now()).expect("a choice");
    assert_eq!(choice.answers, answers(&[("b", true)]));
    assert!(choice.accepts("b") && !choice.accepts("a") && !choice.accepts("nothing"));
    assert_eq!(rules.unanswered(Some(&choice)), ["a", "c"]);
    assert_eq!(rules.unanswered(None), ["a", "b", "c"]);
}

#[test]
fn an_answer_to_one_service_keeps_the_others_and_the_day_but_not_the_receipt() {
    let first = Choice::new(answers(&[("a", false), ("b", true)]), now(), &SystemRng);
    let later = now() + TimeDelta::days(30);
    let second = first.amended(answers(&[("b", false), ("c", true)]), later, &SystemRng);
    assert_eq!(second.answers, answers(&[("a", false), ("b", false), ("c", true)]));
    assert_eq!(second.day, first.day);
    assert_ne!(second.receipt, first.receipt);
}

#[test]
fn a_new_revision_asks_only_for_what_is_new() {
    let before = questions(&["a", "b", "gone"]);
    let rules = |today: Questions| rules_of("a", today, vec![before.clone()]);
    let old = rules(before.clone());
    let signed = |a, b| {
        old.sign(&Choice::new(
            answers(&[("a", a), ("b", b), ("gone", true)]),
            now(),
            &SystemRng,
        ))
    };

    let added = rules(questions(&["a", "added", "b"]));
    let choice = added.read(&signed(true, false), now()).expect("the old choice counts");
    assert_eq!(choice.answers, answers(&[("a", true), ("b", false)]));
    assert_eq!(added.unanswered(Some(&choice)), ["added"]);

    let longer = || Questions(vec![question("a", &[61]), question("b", &[61])]);
    let shorter = || Questions(vec![question("a", &[59]), question("b", &[])]);
    let more = || Questions(vec![question("a", &[60, 60]), question("b", &[60, 60])]);
    let other = || {
        let mut other = questions(&["a", "b"]);
        other
            .0
            .iter_mut()
            .for_each(|question| question.provider = "Somebody else".to_owned());
        other
    };
    for (today, carried) in [(longer(), false), (more(), false), (other(), false), (shorter(), true)] {
        let rules = rules(today);
        let choice = rules.read(&signed(true, false), now()).expect("the old choice counts");
        assert_eq!(
            choice.accepts("a"),
            carried,
            "an agreement goes as far as what was agreed to"
        );
        assert_eq!(choice.answers.get("b"), Some(&false), "a refusal stays");
        let asked: &[&str] = if carried { &[] } else { &["a"] };
        assert_eq!(rules.unanswered(Some(&choice)), asked);
    }
}

#[test]
fn a_choice_of_another_portal_key_or_unknown_revision_is_no_choice() {
    let value = asking().sign(&accepting());
    let others = [
        ChoiceRules {
            portal: PortalId::new("b"),
            ..asking()
        },
        ChoiceRules {
            key: ServerKey::new([4; 32]),
            ..asking()
        },
        ChoiceRules {
            questions: questions(&["a", "b"]),
            ..asking()
        },
    ];
    for other in others {
        assert_eq!(other.read(&value, now()), None);
    }
}

#[test]
fn changing_any_sign_makes_it_no_choice() {
    let value = asking().sign(&accepting());
    for at in 0..value.len() {
        let mut forged = value.clone().into_bytes();
        forged[at] = if forged[at] == b'1' { b'2' } else { b'1' };
        let forged = String::from_utf8(forged).expect("ASCII");
        assert_eq!(asking().read(&forged, now()), None, "{forged}");
        assert_eq!(asking().read(&value[..at], now()), None);
    }
    for bad in [
        "",
        ".",
        "......",
        "v1.....",
        &format!("{value}."),
        &format!("{value}{value}{value}"),
        "é.é",
    ] {
        assert_eq!(asking().read(bad, now()), None, "{bad}");
    }
    assert_eq!(asking().read(&"a".repeat(5_000), now()), None);
}

#[test]
fn a_value_that_was_signed_with_nonsense_is_no_choice() {
    let rules = asking();
    let revision = rules.questions.revision();
    for body in [
        format!("v2.{revision}.111.20000.r"),
        format!("v1.{revision}.11.20000.r"),
        format!("v1.{revision}.111.x.r"),
        format!("v1.{revision}.111.{}.r", i64::MIN),
        format!("v1.{revision}.111.20000"),
        format!("v1.{revision}.111.20000.r.r"),
    ] {
        let value = format!("{body}.{}", URL_SAFE_NO_PAD.encode(rules.mac(&body)));
        assert_eq!(rules.read(&value, now()), None, "{body}");
    }
}

/// Some services, each with an answer or none.
fn some() -> impl Strategy<Value = BTreeMap<String, Option<bool>>> {
    proptest::collection::btree_map("[a-z][a-z0-9-]{0,12}", any::<Option<bool>>(), 0..=MAX_SERVICES)
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_or_count(text in "(v1\\.)?[a-z0-9.]{0,120}") {
        prop_assert_eq!(asking().read(&text, now()), None);
    }

    #[test]
    fn every_choice_is_read_back_as_it_was_signed(services in some(), days in 0..=LIFE_DAYS) {
        let ids: Vec<_> = services.keys().map(String::as_str).collect();
        let rules = rules_of("a", questions(&ids), vec![]);
        let given = services.iter().filter_map(|(id, answer)| Some((id.clone(), (*answer)?)));
        let choice = Choice::new(given.collect(), now(), &SystemRng);
        let value = rules.sign(&choice);
        prop_assert!(value.len() <= MAX_LEN);
        let read = rules.read(&value, now() + TimeDelta::days(days));
        prop_assert_eq!(read.as_ref(), Some(&choice));
        let open: Vec<_> = services.iter().filter(|(_, answer)| answer.is_none()).map(|(id, _)| id.as_str()).collect();
        prop_assert_eq!(rules.unanswered(Some(&choice)), open);
    }

    #[test]
    fn a_revision_never_opens_what_was_not_accepted(
        before in some(),
        after in proptest::collection::btree_map("[a-z][a-z0-9-]{0,2}", 0..3_u32, 0..20),
    ) {
        let ids: Vec<_> = before.keys().map(String::as_str).collect();
        let asked = questions(&ids);
        let today = Questions(after.iter().map(|(id, life)| question(id, &[59 + life])).collect());
        let given = before.iter().filter_map(|(id, answer)| Some((id.clone(), (*answer)?)));
        let value = rules_of("a", asked.clone(), vec![]).sign(&Choice::new(given.collect(), now(), &SystemRng));
        let rules = rules_of("a", today, vec![asked]);
        let choice = rules.read(&value, now()).expect("a known revision");
        for (id, life) in &after {
            let answer = before.get(id).copied().flatten();
            let expected = match answer {
                Some(true) if *life > 1 => None,
                other => other,
            };
            prop_assert_eq!(choice.answers.get(id).copied(), expected, "{}", id);
        }
    }
}

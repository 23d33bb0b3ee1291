use chrono::TimeZone;
use parvis_cookies::registry::Additions;
use parvis_cookies::service::ServiceKind;
use parvis_model::{Localized, SystemRng};

use super::*;
use crate::api::tests::support::portal;

fn registry(ids: &[&str]) -> Registry {
    let service = |id: &&str| Service {
        id: (*id).to_owned(),
        purpose: Purpose::Video,
        provider: "Somebody".to_owned(),
        label: Localized::one("fr", (*id).to_owned()),
        description: Localized::default(),
        policy_url: None,
        kind: ServiceKind::YouTube {},
        hosts: Vec::new(),
        exemption: None,
        valid_from: None,
        valid_to: None,
    };
    let additions = Additions {
        services: ids.iter().map(service).collect(),
        ..Additions::default()
    };
    Registry::for_portal(&portal(), &additions)
}

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 1, 12, 0, 0).unwrap()
}

fn held(answers: &[(&str, bool)]) -> Choice {
    let answers = answers.iter().map(|(id, yes)| ((*id).to_owned(), *yes)).collect();
    Choice::new(answers, now(), &SystemRng)
}

/// What a form makes of earlier answers, as `a=1 b=0`.
fn decided(form: &str, earlier: Option<&[(&str, bool)]>) -> String {
    let form = Form::of(form);
    let earlier = earlier.map(held);
    let choice = decide(&registry(&["a", "b", "c"]), &form, earlier.as_ref(), now(), &SystemRng);
    let answer = |(id, yes): (&String, &bool)| format!("{id}={}", u8::from(*yes));
    choice.answers.iter().map(answer).collect::<Vec<_>>().join(" ")
}

#[test]
fn accepting_and_refusing_answer_for_every_service_and_nothing_else_is_an_agreement() {
    assert_eq!(decided("action=accept&way=banner", None), "a=1 b=1 c=1");
    assert_eq!(decided("action=refuse&way=banner", None), "a=0 b=0 c=0");
    assert_eq!(decided("action=save&way=panel&service=b", None), "a=0 b=1 c=0");
    for nothing in [
        "",
        "action=",
        "action=close",
        "action=escape&service=a",
        "service=a",
        "action=save&service=x",
    ] {
        assert_eq!(decided(nothing, None), "a=0 b=0 c=0", "{nothing}");
    }
}

#[test]
fn the_banner_asks_only_for_what_is_new_and_earlier_answers_stay() {
    let earlier: Option<&[(&str, bool)]> = Some(&[("a", false), ("b", true)]);
    assert_eq!(decided("action=accept&way=banner", earlier), "a=0 b=1 c=1");
    assert_eq!(decided("action=refuse&way=no-js", earlier), "a=0 b=1 c=0");
    assert_eq!(decided("action=accept&way=panel", earlier), "a=1 b=1 c=1");
    assert_eq!(decided("action=save&way=panel", earlier), "a=0 b=0 c=0");
}

#[test]
fn a_placeholder_answers_for_its_own_service_and_leaves_the_rest_open() {
    assert_eq!(decided("action=always&way=placeholder&service=b", None), "b=1");
    assert_eq!(decided("action=always&service=b", Some(&[("a", false)])), "a=0 b=1");
    assert_eq!(decided("action=always&service=x", Some(&[("a", false)])), "a=0");
}

#[test]
fn an_answer_for_one_more_service_has_a_new_receipt_and_the_old_day() {
    let earlier = held(&[("a", true), ("b", true)]);
    let later = now() + chrono::TimeDelta::days(100);
    let form = Form::of("action=accept&way=banner");
    let choice = decide(&registry(&["a", "b", "c"]), &form, Some(&earlier), later, &SystemRng);
    assert_eq!(choice.day, earlier.day);
    assert_ne!(choice.receipt, earlier.receipt);
    let anew = decide(
        &registry(&["a", "b", "c"]),
        &Form::of("action=accept"),
        Some(&earlier),
        later,
        &SystemRng,
    );
    assert_eq!(anew.day, earlier.day + 100);
}

#[test]
fn the_sheet_hides_what_has_been_answered() {
    let (registry, none) = (registry(&["a", "b"]), registry(&[]));
    let hidden = ".consent-box{display:none}";
    assert_eq!(sheet(&registry, None, false), "");
    assert_eq!(sheet(&registry, None, true), hidden);
    assert_eq!(
        sheet(&registry, Some(&held(&[("a", false), ("b", true)])), false),
        hidden
    );
    assert_eq!(
        sheet(&registry, Some(&held(&[("a", false)])), false),
        "[data-consent-item=\"a\"]{display:none}"
    );
    assert_eq!(sheet(&none, None, false), hidden);
}

#[test]
fn a_form_that_does_not_say_where_it_stood_is_the_panels() {
    assert_eq!(way(&Form::of("way=placeholder")), Way::Placeholder);
    for text in ["", "way=", "way=anything", "way=server"] {
        assert_eq!(way(&Form::of(text)), Way::Panel, "{text}");
    }
}

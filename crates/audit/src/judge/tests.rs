use std::collections::BTreeSet;

use url::Url;

use super::*;
use crate::charter::Charter;
use crate::facts::{Fact, JarCookie, PageSeen, SetCookie};
use crate::plan::Device;

const AT: f64 = 1_000_000.0;

fn visit(scenario: Scenario, consent: Consent, facts: Vec<Fact>) -> Visit {
    let seen = PageSeen {
        page: "/".to_owned(),
        status: 200,
        failure: None,
        facts,
        dom: crate::facts::Dom::default(),
        jar: Vec::new(),
    };
    Visit {
        scenario,
        device: Device::Desktop,
        consent,
        returning: false,
        acted: false,
        seen,
    }
}

fn set(url: &str, line: &str) -> Fact {
    Fact::SetCookie(SetCookie {
        url: url.to_owned(),
        line: line.to_owned(),
        at: AT,
        stack: None,
    })
}

fn run(rows: &str, visits: Vec<Visit>) -> Run {
    Run {
        origin: Url::parse("https://a.example/").expect("an address"),
        charter: Charter::parse(&format!("{{\"rows\":[{rows}]}}")).expect("a charter"),
        published: false,
        charter_page: None,
        pages: vec!["/".to_owned()],
        tried: vec![Scenario::Nothing],
        visits,
        obstacles: Vec::new(),
        browser: String::new(),
        pictures: Vec::new(),
    }
}

/// Codes and subjects of what is found, but for what these runs lack anyway.
fn found(run: &Run) -> Vec<(Code, String)> {
    let left_out = [Code::CharterDiffers, Code::NeverSeen];
    let findings = judge(run)
        .into_iter()
        .filter(|finding| !left_out.contains(&finding.code));
    findings.map(|finding| (finding.code, finding.subject)).collect()
}

const DECLARED: &str =
    r#"{"name":"c","max_age":600,"path":"/","secure":true,"http_only":true,"same_site":"Lax","set_by":"server"}"#;

#[test]
fn each_attribute_is_compared_with_the_declared_one() {
    for (line, codes) in [
        ("c=1; Max-Age=600; Path=/; Secure; HttpOnly; SameSite=Lax", vec![]),
        ("c=1; Max-Age=601; Path=/; Secure; HttpOnly; SameSite=lax", vec![]),
        (
            "c=1; Max-Age=6000; Path=/; Secure; HttpOnly; SameSite=Lax",
            vec![Code::LongerLife],
        ),
        ("c=1; Path=/x; Secure; HttpOnly; SameSite=Lax", vec![Code::WrongPath]),
        (
            "c=1; Domain=example; Path=/; Secure; HttpOnly; SameSite=Lax",
            vec![Code::WrongDomain],
        ),
        ("c=1; Path=/; HttpOnly; SameSite=Lax", vec![Code::WrongSecure]),
        ("c=1; Path=/; Secure; SameSite=Lax", vec![Code::WrongHttpOnly]),
        ("c=1; Path=/; Secure; HttpOnly", vec![Code::WrongSameSite]),
        ("c=; Max-Age=0; Path=/x; Secure; HttpOnly; SameSite=Lax", vec![]),
    ] {
        let visit = visit(
            Scenario::Nothing,
            Consent::Undecided,
            vec![set("https://a.example/", line)],
        );
        let codes: Vec<_> = codes.into_iter().map(|code| (code, "c".to_owned())).collect();
        assert_eq!(found(&run(DECLARED, vec![visit])), codes, "{line}");
    }
}

#[test]
fn what_needs_consent_is_judged_by_what_was_chosen() {
    let row = r#"{"kind":"third_party_host","name":"v.example","consent":true,"service_id":"film"}"#;
    let contact = || {
        vec![Fact::Contact(crate::facts::Contact {
            url: "https://v.example/x".to_owned(),
            how: crate::facts::How::Request,
        })]
    };
    let one = |id: &str| Consent::Some(BTreeSet::from([id.to_owned()]));
    for (consent, code) in [
        (Consent::Undecided, Some(Code::BeforeConsent)),
        (Consent::Closed, Some(Code::AfterClosing)),
        (Consent::Refused, Some(Code::AfterRefusal)),
        (Consent::Withdrawn, Some(Code::AfterWithdrawal)),
        (Consent::Signalled, Some(Code::DespiteSignal)),
        (one("map"), Some(Code::BeyondChoice)),
        (one("film"), None),
        (Consent::All, None),
    ] {
        let run = run(row, vec![visit(Scenario::Nothing, consent.clone(), contact())]);
        let codes: Vec<_> = found(&run).into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes, code.into_iter().collect::<Vec<_>>(), "{consent:?}");
    }
}

#[test]
fn a_cookie_of_somebody_else_is_named_with_its_host_and_a_hint() {
    let visit = visit(
        Scenario::Nothing,
        Consent::Undecided,
        vec![set("https://www.youtube.com/x", "YSC=1")],
    );
    let findings = judge(&run("", vec![visit]));
    let about: Vec<_> = findings
        .iter()
        .map(|f| (f.code, f.subject.as_str(), f.hint.as_str()))
        .collect();
    assert_eq!(about, [(Code::UndeclaredCookie, "YSC (www.youtube.com)", "YouTube")]);
}

#[test]
fn a_life_that_grows_is_found_unless_a_choice_renewed_it() {
    let row = r#"{"name":"c","category":"statistics_exempt"}"#;
    let with_end = |expires, acted| {
        let mut visit = visit(Scenario::SecondVisit, Consent::Undecided, Vec::new());
        visit.acted = acted;
        visit.seen.jar = vec![JarCookie {
            name: "c".to_owned(),
            domain: "a.example".to_owned(),
            path: "/".to_owned(),
            expires,
        }];
        visit
    };
    let grown = run(row, vec![with_end(AT, false), with_end(AT + 5.0, false)]);
    assert_eq!(found(&grown), [(Code::LifeExtended, "c".to_owned())]);
    assert_eq!(
        found(&run(row, vec![with_end(AT, false), with_end(AT + 5.0, true)])),
        []
    );
    assert_eq!(found(&run(row, vec![with_end(AT, false), with_end(AT, false)])), []);
}

#[test]
fn the_order_of_findings_does_not_depend_on_the_order_of_facts() {
    let lines = ["b=1", "a=1", "c=1; Max-Age=99999999"];
    let facts = |order: [usize; 3]| order.map(|at| set("https://a.example/", lines[at])).to_vec();
    let of = |order| {
        judge(&run(
            "",
            vec![visit(Scenario::Nothing, Consent::Undecided, facts(order))],
        ))
    };
    assert_eq!(of([0, 1, 2]), of([2, 0, 1]));
    assert_eq!(of([0, 1, 2]).len(), 4);
}

//! The proof of consent, over HTTP: a record before each cookie, and pages for the officer.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN as ORIGIN_HEADER, SET_COOKIE};
use http::{Request, StatusCode};
use parvis_cookies::ledger::{Action, Record, Way};
use parvis_model::Role;

use super::html::check;
use super::{cookies_of, get_with, sign_in, token_of};
use crate::api::tests::support::{Answer, Bench, ORIGIN};

const PANEL: &str = "/cookies/preferences/";

/// A browser on the panel: its cookies, and a token.
async fn panel(bench: &Bench, cookies: &str) -> (String, String) {
    let page = get_with(bench, PANEL, cookies).await;
    (cookies_of(&page), token_of(&page))
}

/// Sends the panel's form with more headers.
async fn decide(bench: &Bench, cookies: &str, token: &str, form: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::post(PANEL)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(ORIGIN_HEADER, ORIGIN)
        .header(COOKIE, cookies);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = format!("csrfmiddlewaretoken={token}&{form}");
    bench.send(request.body(Body::from(body)).unwrap()).await
}

/// The value of `cookies_preferences` that an answer sets.
fn choice_of(answer: &Answer) -> Option<String> {
    let cookies = cookies_of(answer);
    let value = cookies
        .split("; ")
        .find_map(|pair| pair.strip_prefix("cookies_preferences="));
    value.map(str::to_owned)
}

fn receipt_of(choice: &str) -> &str {
    choice.split('.').nth(4).expect("the fifth part is the receipt")
}

async fn records(bench: &Bench, receipt: &str) -> Vec<Record> {
    let found = bench
        .parvis
        .find_consent(&bench.viewer(bench.admin.clone()), receipt)
        .await;
    found.unwrap().into_iter().map(|found| found.record).collect()
}

async fn count(bench: &Bench) -> u64 {
    let figures = bench.parvis.consent_figures(&bench.viewer(bench.admin.clone())).await;
    figures.unwrap().records
}

#[tokio::test]
async fn a_choice_leaves_a_record_of_what_was_decided_and_what_was_shown() {
    let bench = Bench::empty().await;
    let (cookies, token) = panel(&bench, "").await;
    let answer = decide(&bench, &cookies, &token, "action=save", &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let choice = choice_of(&answer).expect("the choice is kept");
    let found = records(&bench, receipt_of(&choice)).await;
    let [record] = &found[..] else { panic!("{found:?}") };
    assert_eq!(
        (record.action, record.way, record.audit),
        (Action::Refuse, Way::Panel, false)
    );
    assert_eq!((record.shown.lang.as_str(), record.portal.as_str()), ("fr", "orleans"));
    assert_eq!(record.until.to_string(), "2026-08-31", "180 days later");
    let officer = bench.viewer(bench.admin.clone());
    let text = bench
        .parvis
        .shown_text(&officer, &record.shown.text)
        .await
        .unwrap()
        .unwrap();
    let text = String::from_utf8(text.content).unwrap();
    check(PANEL, "fr", &text);
    assert!(
        !text.contains(&token) && text.contains("name=\"action\""),
        "the panel, as nobody in particular sees it"
    );
    let code = bench
        .parvis
        .shown_text(&officer, &record.shown.ui)
        .await
        .unwrap()
        .unwrap();
    let code = String::from_utf8(code.content).unwrap();
    assert!(code.contains("theme.css"), "{code}");
    for line in code.lines() {
        let hash = line.split("  ").next().unwrap();
        assert!(
            bench.parvis.shown_text(&officer, hash).await.unwrap().is_some(),
            "{line}"
        );
    }
}

#[tokio::test]
async fn signals_audits_and_places_are_recorded() {
    let bench = Bench::empty().await;
    let (cookies, token) = panel(&bench, "").await;
    let audit = bench.parvis.audit_token(&bench.viewer(bench.admin.clone()).portal.id);
    for (form, headers, action, way, gpc, audit) in [
        (
            "action=save&way=banner",
            &[("sec-gpc", "1")][..],
            Action::Refuse,
            Way::Banner,
            true,
            false,
        ),
        (
            "action=signal&way=no-js",
            &[("sec-gpc", "1")],
            Action::Signal,
            Way::NoJs,
            true,
            false,
        ),
        (
            "action=signal&way=server",
            &[("sec-gpc", "0")],
            Action::Refuse,
            Way::Panel,
            false,
            false,
        ),
        (
            "action=refuse&way=<b>",
            &[("x-parvis-audit", audit.as_str())],
            Action::Refuse,
            Way::Panel,
            false,
            true,
        ),
        // Whoever says so without a token of this portal is a visitor.
        (
            "action=refuse&way=panel",
            &[("x-parvis-audit", "1")],
            Action::Refuse,
            Way::Panel,
            false,
            false,
        ),
    ] {
        let answer = decide(&bench, &cookies, &token, form, headers).await;
        let choice = choice_of(&answer).expect("the choice is kept");
        let found = records(&bench, receipt_of(&choice)).await;
        let record = &found[0];
        assert_eq!((record.action, record.way), (action, way), "{form}");
        assert_eq!(
            (record.signal.gpc, record.signal.dnt, record.audit),
            (gpc, false, audit),
            "{form}"
        );
    }
    let figures = bench
        .parvis
        .consent_figures(&bench.viewer(bench.admin.clone()))
        .await
        .unwrap();
    assert_eq!(
        figures.recent,
        [("refuse".to_owned(), 3), ("signal".to_owned(), 1)],
        "audits are left out"
    );
}

#[tokio::test]
async fn an_old_choice_that_is_put_back_counts_no_more() {
    let bench = Bench::empty().await;
    let (cookies, token) = panel(&bench, "").await;
    let first = choice_of(&decide(&bench, &cookies, &token, "action=save", &[]).await).expect("a choice");
    let with_first = format!("{cookies}; cookies_preferences={first}");
    let shown = get_with(&bench, PANEL, &with_first).await;
    assert!(shown.text().contains(receipt_of(&first)));
    let second = choice_of(&decide(&bench, &with_first, &token, "action=save", &[]).await).expect("a choice");
    let old = records(&bench, receipt_of(&first)).await;
    assert_eq!(old.len(), 2, "the first, and the one that replaced it");
    assert_eq!(old[1].replaces.as_deref(), Some(receipt_of(&first)));
    let replayed = get_with(&bench, PANEL, &with_first).await;
    assert!(!replayed.text().contains(receipt_of(&first)), "no choice at all");
    let with_second = format!("{cookies}; cookies_preferences={second}");
    assert!(
        get_with(&bench, PANEL, &with_second)
            .await
            .text()
            .contains(receipt_of(&second))
    );
    // What follows a choice that does not count replaces nothing.
    let third = choice_of(&decide(&bench, &with_first, &token, "action=save", &[]).await).expect("a choice");
    assert_eq!(records(&bench, receipt_of(&third)).await[0].replaces, None);
}

#[tokio::test]
async fn a_decision_within_another_page_is_refused() {
    let bench = Bench::empty().await;
    let (cookies, token) = panel(&bench, "").await;
    for dest in ["iframe", "frame", "embed", "object", "image"] {
        let answer = decide(&bench, &cookies, &token, "action=accept", &[("sec-fetch-dest", dest)]).await;
        assert_eq!(answer.status, 403, "{dest}");
        check(PANEL, "fr", answer.text());
        assert_eq!(choice_of(&answer), None);
    }
    for (name, value) in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site")] {
        let answer = decide(&bench, &cookies, &token, "action=accept", &[(name, value)]).await;
        assert_eq!(answer.status, 403, "{value}");
    }
    assert_eq!(count(&bench).await, 0);
    for dest in ["document", "empty"] {
        let answer = decide(&bench, &cookies, &token, "action=save", &[("sec-fetch-dest", dest)]).await;
        assert!(choice_of(&answer).is_some(), "{dest}");
    }
}

#[tokio::test]
async fn a_browser_without_cookies_decides_nothing_and_is_shown_the_page_all_the_same() {
    let bench = Bench::empty().await;
    let (_, token) = panel(&bench, "").await;
    let answer = decide(&bench, "", &token, "action=accept", &[]).await;
    assert_eq!((answer.status, choice_of(&answer)), (StatusCode::SEE_OTHER, None));
    let location = answer.headers[LOCATION].to_str().expect("an address");
    assert!(location.ends_with("&blocked=1"), "{location}");
    let told = bench.fetch(location).await;
    assert!(told.text().contains("n’accepte pas les cookies"), "{}", told.text());
    assert_eq!(count(&bench).await, 0, "what cannot be kept is not recorded");
    let page = bench.fetch("/?lang=fr").await;
    assert_eq!(page.status, 200);
    assert!(
        !page.headers.contains_key(LOCATION),
        "nothing sends the visitor in circles"
    );
}

#[tokio::test]
async fn a_flood_from_one_address_is_refused_and_recorded_nowhere() {
    let bench = Bench::empty().await;
    let (cookies, token) = panel(&bench, "").await;
    let from = |address: &str| -> SocketAddr { address.parse().unwrap() };
    let send = async |peer: SocketAddr| {
        let mut request = Request::post(PANEL)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ORIGIN_HEADER, ORIGIN)
            .header(COOKIE, &cookies)
            .body(Body::from(format!("csrfmiddlewaretoken={token}&action=save")))
            .unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        bench.send(request).await
    };
    let attacker = from("203.0.113.9:1234");
    for _ in 0..30 {
        assert_eq!(send(attacker).await.status, StatusCode::SEE_OTHER);
    }
    let refused = send(attacker).await;
    assert_eq!(
        (refused.status, choice_of(&refused)),
        (StatusCode::TOO_MANY_REQUESTS, None)
    );
    check(PANEL, "fr", refused.text());
    assert_eq!(count(&bench).await, 30);
    assert_eq!(
        send(from("203.0.113.10:1234")).await.status,
        StatusCode::SEE_OTHER,
        "others go on"
    );
    let csv = bench.fetch("/cookies/proof.json").await;
    assert!(!csv.text().contains("203.0.113"));
}

#[tokio::test]
async fn the_officer_finds_verifies_and_exports() {
    let bench = Bench::empty().await;
    let (cookies, token) = panel(&bench, "").await;
    let choice = choice_of(&decide(&bench, &cookies, &token, "action=save", &[]).await).expect("a choice");
    let receipt = receipt_of(&choice);
    let session = sign_in(&bench, Role::Admin).await;
    for lang in ["fr", "en"] {
        let target = format!("/backoffice/consent/?receipt={receipt}&verify=1&lang={lang}");
        let page = get_with(&bench, &target, &session).await;
        assert_eq!(page.status, 200, "{}", page.text());
        check(&target, lang, page.text());
        assert!(page.text().contains(receipt) && page.text().contains("alert--success"));
    }
    let unknown = get_with(&bench, "/backoffice/consent/?receipt=AAAAAAAAAAAAAAAAAAAAAA", &session).await;
    assert!(unknown.status == 200 && unknown.text().contains("role=\"status\""));
    for (format, begin) in [
        ("json", "{\"format\":\"parvis-consent/1\""),
        ("csv", "seq,time,action,"),
    ] {
        let target = format!("/backoffice/consent/export/?format={format}");
        let file = get_with(&bench, &target, &session).await;
        assert!(
            file.text().starts_with(begin) && file.text().contains(receipt),
            "{}",
            file.text()
        );
        let named = file.header("content-disposition");
        assert!(
            named.starts_with("attachment; filename=\"consent-orleans-") && named.ends_with(&format!(".{format}\""))
        );
        assert!(file.header("cache-control").contains("no-store"));
    }
    let shown = &records(&bench, receipt).await[0].shown.text;
    let text = get_with(&bench, &format!("/backoffice/consent/shown/{shown}/"), &session).await;
    assert!(
        text.header("content-disposition").starts_with("attachment"),
        "it is never run here"
    );
    for missing in [
        "/backoffice/consent/export/?format=xls",
        "/backoffice/consent/shown/abc/",
    ] {
        assert_eq!(get_with(&bench, missing, &session).await.status, 404, "{missing}");
    }
}

#[tokio::test]
async fn nobody_else_sees_the_proof() {
    let bench = Bench::empty().await;
    let publisher = sign_in(&bench, Role::Publisher).await;
    for target in [
        "/backoffice/consent/",
        "/backoffice/consent/?receipt=x&verify=1",
        "/backoffice/consent/export/?format=json",
        "/backoffice/consent/shown/abc/",
    ] {
        assert_eq!(get_with(&bench, target, &publisher).await.status, 403, "{target}");
        let anonymous = bench.fetch(target).await;
        assert!(
            anonymous.header(LOCATION.as_str()).starts_with("/login/?next="),
            "{target}"
        );
    }
}

#[tokio::test]
async fn the_published_part_is_for_everybody_and_sets_nothing() {
    let bench = Bench::empty().await;
    let answer = bench.fetch("/cookies/proof.json").await;
    assert_eq!(answer.status, 200);
    assert!(!answer.headers.contains_key(SET_COOKIE));
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    let proof = answer.json();
    assert_eq!(proof["portal"], "orleans");
    assert_eq!(proof["public_key"].as_str().unwrap().len(), 64);
    assert_eq!(proof["heads"], serde_json::json!([]));
}

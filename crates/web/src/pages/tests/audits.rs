//! Audits beside the charter, over HTTP.

use std::sync::Arc;

use http::StatusCode;
use parvis_portal::audits::{NewAudit, Verdict};
use serde_json::Value;

use super::get_with;
use super::html::check;
use crate::api::tests::support::Bench;

const CHARTER: &str = "/terms/cookies-policy/?lang=en";
const PAGE: &str = "/cookies/audit/?lang=en";

async fn text(bench: &Bench, target: &str) -> String {
    get_with(bench, target, "").await.text().to_owned()
}

async fn keep(bench: &Bench, verdict: Verdict, errors: u64, report: &str) {
    let viewer = bench.viewer(bench.admin.clone());
    let all = bench.parvis.portal_registries().await.unwrap();
    let known = all
        .into_iter()
        .find(|known| known.portal.id == viewer.portal.id)
        .unwrap();
    let new = NewAudit {
        made_at: bench.parvis.now(),
        verdict,
        errors,
        warnings: 0,
        report: report.to_owned(),
        html: "<!doctype html><title>Report</title>".to_owned(),
    };
    bench.parvis.keep_audit(&viewer, &known, new).await.unwrap();
}

#[tokio::test]
async fn the_charter_says_honestly_what_audits_found() {
    let bench = Bench::empty().await;
    let nothing = "There has been no audit yet.";
    assert!(text(&bench, CHARTER).await.contains(nothing));
    assert!(text(&bench, PAGE).await.contains(nothing));
    assert_eq!(
        get_with(&bench, "/cookies/audit.json", "").await.status,
        StatusCode::NOT_FOUND
    );

    let finding = r#"{"pages":["/"],"scenarios":["nothing"],"findings":[
        {"severity":"error","code":"undeclared_cookie","subject":"<b>x</b>","detail":"by a script","hint":"","places":[]}]}"#;
    keep(&bench, Verdict::Differs, 1, finding).await;
    let charter = text(&bench, CHARTER).await;
    assert!(charter.contains("1 difference was found."), "{charter}");
    let page = text(&bench, PAGE).await;
    check(PAGE, "en", &page);
    assert!(
        page.contains("undeclared_cookie") && page.contains("&lt;b&gt;x"),
        "{page}"
    );
    assert!(!page.contains("another audit is due"), "{page}");

    keep(&bench, Verdict::Failed, 0, "the browser ended").await;
    let page = text(&bench, PAGE).await;
    assert!(page.contains("could not be carried out"), "{page}");
    assert!(page.contains("?number=1"), "the earlier one is reached: {page}");
    assert!(!text(&bench, CHARTER).await.contains("nothing but what is declared"));

    let told: Value = serde_json::from_str(&text(&bench, "/cookies/audit.json?number=1").await).unwrap();
    assert_eq!(
        (&told["verdict"], &told["audits"]),
        (&"differs".into(), &serde_json::json!([2, 1]))
    );
    let key = bench.parvis.statement_key().public();
    let signed = (
        told["signature"]["text"].as_str().unwrap(),
        told["signature"]["value"].as_str().unwrap(),
    );
    assert!(key.verifies(signed.0, signed.1));

    let mut portal = (*bench.viewer(bench.admin.clone()).portal).clone();
    portal.accent = "#770000".to_owned();
    let registry = bench.parvis.portal_registries().await.unwrap();
    let registry = Arc::clone(
        &registry
            .iter()
            .find(|known| known.portal.id == portal.id)
            .unwrap()
            .registry,
    );
    let last = bench.parvis.audits(&portal.id).await.unwrap();
    assert_ne!(bench.parvis.audit_subject(&portal, &registry).unwrap(), last[0].subject);
}

#[tokio::test]
async fn a_report_is_a_file_and_what_there_is_not_is_not_found() {
    let bench = Bench::empty().await;
    keep(&bench, Verdict::Agrees, 0, "{}").await;
    let report = get_with(&bench, "/cookies/audit/1/", "").await;
    assert_eq!(report.status, StatusCode::OK);
    let kind = report.headers["content-disposition"].to_str().unwrap();
    assert!(kind.starts_with("attachment; filename="), "{kind}");
    for target in [
        "/cookies/audit/2/",
        "/cookies/audit/x/",
        "/cookies/audit/?number=9",
        "/cookies/audit.json?number=x",
    ] {
        assert_eq!(
            get_with(&bench, target, "").await.status,
            StatusCode::NOT_FOUND,
            "{target}"
        );
    }
}

//! R-AUD-04: everything that is planted is found and named, and a site that does everything right has no finding.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parvis_audit::{Code, Declared, Finding, Launch, Options, Run, Scenario, audit, discover, judge};
use url::Url;

use crate::site::{Asked, Reply, serve};
use crate::{clean, hostile};

fn options(host: &str, port: u16) -> Options {
    Options {
        url: Url::parse(&format!("http://{host}:{port}/")).unwrap(),
        declared: Declared::Published,
        pages: 12,
        scenarios: Scenario::ALL.into_iter().collect(),
        credentials: Some(("admin".to_owned(), "secret".to_owned())),
        mark: "1".to_owned(),
        browser: Launch {
            program: std::env::var("CHROMIUM").unwrap_or_else(|_| "chromium".to_owned()),
            hosts: Vec::new(),
            yielding: false,
        },
    }
}

async fn audited(options: &Options) -> Run {
    let progress = |scenario: Scenario, device| tracing::info!("{scenario:?} {device:?}");
    audit(options, &progress).await.unwrap()
}

/// Findings as lines: code, subject, detail, and how many places.
fn lines(findings: &[Finding]) -> String {
    let line = |finding: &Finding| {
        let place = finding.places.first();
        format!(
            "{} {:?} {:?} {place:?}\n",
            finding.code.as_str(),
            finding.subject,
            finding.detail
        )
    };
    findings.iter().map(line).collect()
}

#[tokio::test]
async fn every_planted_violation_is_found_and_named() {
    let port = serve(hostile::answer).await;
    let findings = judge(&audited(&options(hostile::HOST, port)).await);
    let found: BTreeSet<(Code, &str)> = findings
        .iter()
        .map(|finding| (finding.code, finding.subject.as_str()))
        .collect();
    let missed: Vec<_> = hostile::PLANTED
        .iter()
        .filter(|planted| !found.contains(planted))
        .collect();
    assert!(missed.is_empty(), "missed: {missed:#?}\nfound:\n{}", lines(&findings));
    // Secure is only judged over https, which these tests do not speak: a unit test covers it.
    let kinds: BTreeSet<Code> = findings
        .iter()
        .map(|finding| finding.code)
        .chain([Code::WrongSecure])
        .collect();
    let never: Vec<_> = Code::ALL.iter().filter(|code| !kinds.contains(code)).collect();
    assert!(never.is_empty(), "no violation is planted for {never:?}");
}

#[tokio::test]
async fn a_site_that_does_everything_right_has_no_finding_and_knows_that_it_is_audited() {
    let marked = Arc::new(AtomicBool::new(true));
    let seen = Arc::clone(&marked);
    let watched = move |asked: &Asked| -> Reply {
        // Choices that the audit makes can be told from those of visitors (R-AUD-07).
        if asked.form.is_some() && !asked.marked {
            seen.store(false, Ordering::Relaxed);
        }
        clean::answer(asked)
    };
    let port = serve(watched).await;
    let options = options(clean::HOST, port);
    let run = audited(&options).await;
    let findings = judge(&run);
    assert!(findings.is_empty(), "{}", lines(&findings));
    assert!(
        marked.load(Ordering::Relaxed),
        "a choice of the audit does not say that it is one"
    );
    let tried: BTreeSet<Scenario> = run.tried.iter().copied().collect();
    assert_eq!(tried, options.scenarios, "every scenario makes sense there");
}

#[tokio::test]
async fn a_draft_of_a_charter_declares_what_was_seen_and_no_more() {
    let port = serve(clean::answer).await;
    let mut options = options(clean::HOST, port);
    options.declared = Declared::Nothing;
    options.scenarios = [Scenario::Accept, Scenario::Language, Scenario::SignedIn].into();
    let draft = discover::draft(&audited(&options).await);
    let names: Vec<&str> = draft.rows.iter().map(|row| row.name.as_str()).collect();
    let expected = [
        "cookies_preferences",
        "django_language",
        "sessionid",
        "film:1",
        "films.localhost",
    ];
    assert_eq!(names, expected);
    assert!(
        draft.rows.iter().all(|row| row.consent),
        "nothing is declared harmless by a machine"
    );
}

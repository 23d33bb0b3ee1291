//! Tokens and kept audits on a real store.

use std::collections::BTreeMap;
use std::sync::Mutex;

use chrono::TimeZone as _;
use parvis_cookies::statement::VerifyKey;
use parvis_model::{Actor, Clock, Localized, Portal, Role, SystemRng, UserId};

use super::*;
use crate::Settings;

/// A clock that tests move.
struct Hands(Mutex<DateTime<Utc>>);

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().expect("no panic")
    }
}

struct Bench {
    _folder: tempfile::TempDir,
    clock: Arc<Hands>,
    parvis: Parvis,
}

impl Bench {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let start = Utc
            .with_ymd_and_hms(2026, 9, 1, 12, 0, 0)
            .single()
            .expect("a real date");
        let clock = Arc::new(Hands(Mutex::new(start)));
        let settings = Settings {
            data: folder.path().to_owned(),
            engine: parvis_engine::Settings::default(),
            fetch: Default::default(),
            kept_answers: crate::KEPT_ANSWERS,
        };
        let parvis = Parvis::open(settings, Arc::clone(&clock) as Arc<dyn Clock>, Arc::new(SystemRng));
        let parvis = parvis.await.expect("a data folder");
        for id in ["cesson", "orleans"] {
            parvis.put_portal(&portal(id)).await.expect("a portal");
        }
        Self {
            _folder: folder,
            clock,
            parvis,
        }
    }

    fn pass(&self, time: TimeDelta) {
        *self.clock.0.lock().expect("no panic") += time;
    }

    async fn due(&self) -> Vec<String> {
        let due = self.parvis.audits_due_across_portals().await.expect("an answer");
        due.iter().map(|known| known.portal.id.to_string()).collect()
    }

    async fn keep(&self, id: &str, verdict: Verdict) -> u64 {
        let all = self.parvis.portal_registries().await.expect("registries");
        let known = all.into_iter().find(|known| known.portal.id.as_str() == id);
        let new = NewAudit {
            made_at: self.parvis.now(),
            verdict,
            errors: 0,
            warnings: 1,
            report: "{}".to_owned(),
            html: String::new(),
        };
        let (admin, known) = (admin(id), known.expect("a portal"));
        self.parvis.keep_audit(&admin, &known, new).await.expect("a number")
    }
}

fn portal(id: &str) -> Portal {
    Portal {
        id: PortalId::new(id),
        hosts: vec![format!("{id}.localhost")],
        public_url: format!("https://data.{id}.example"),
        name: Localized::one("fr", id),
        tagline: Localized::default(),
        languages: vec!["fr".to_owned()],
        accent: "#004488".to_owned(),
        logo: String::new(),
        purposes: BTreeMap::new(),
        provider: "Opendatasoft".to_owned(),
        trusted_origins: Vec::new(),
        video: None,
    }
}

fn admin(at: &str) -> Viewer {
    Viewer {
        actor: Actor::User {
            id: UserId::new("u"),
            portal: Some(PortalId::new(at)),
            role: Role::Admin,
        },
        ..Viewer::anonymous(Arc::new(portal(at)))
    }
}

#[tokio::test]
async fn a_token_counts_for_its_portal_and_its_time_and_no_other_does() {
    let bench = Bench::new().await;
    let (here, there) = (PortalId::new("cesson"), PortalId::new("orleans"));
    let token = bench.parvis.audit_token(&here);
    assert!(bench.parvis.is_audit(&here, &token));
    assert!(!bench.parvis.is_audit(&there, &token));
    let (until, code) = token.split_once('.').expect("two parts");
    let later = format!("{}.{code}", until.parse::<i64>().expect("a time") + 1);
    for forged in [
        "1",
        "",
        ".",
        "1.",
        &later,
        &format!("{until}."),
        &format!("{until}.00"),
        code,
    ] {
        assert!(!bench.parvis.is_audit(&here, forged), "{forged}");
    }
    bench.pass(TOKEN_LIFE + TimeDelta::seconds(1));
    assert!(!bench.parvis.is_audit(&here, &token), "it has ended");
}

#[tokio::test]
async fn an_audit_is_due_at_first_after_a_change_after_a_week_and_some_hours_after_a_failure() {
    let bench = Bench::new().await;
    assert_eq!(bench.due().await, ["cesson", "orleans"]);
    bench.keep("cesson", Verdict::Agrees).await;
    bench.keep("orleans", Verdict::Failed).await;
    assert!(bench.due().await.is_empty());
    bench.pass(AFTER_FAILURE);
    assert_eq!(bench.due().await, ["orleans"], "a failure is tried again");
    bench.keep("orleans", Verdict::Differs).await;
    let mut repainted = portal("orleans");
    repainted.accent = "#990000".to_owned();
    bench.parvis.put_portal(&repainted).await.expect("a portal");
    assert_eq!(bench.due().await, ["orleans"], "its theme has changed");
    bench.keep("orleans", Verdict::Agrees).await;
    bench.pass(EVERY - AFTER_FAILURE);
    assert_eq!(bench.due().await, ["cesson"], "a week has passed");
}

#[tokio::test]
async fn what_is_kept_is_signed_numbered_and_the_portals_own() {
    let bench = Bench::new().await;
    assert_eq!(bench.keep("cesson", Verdict::Differs).await, 1);
    assert_eq!(bench.keep("cesson", Verdict::Agrees).await, 2);
    let kept = bench.parvis.audits(&PortalId::new("cesson")).await.expect("audits");
    assert_eq!(kept.iter().map(|audit| audit.number).collect::<Vec<_>>(), [2, 1]);
    let key: VerifyKey = bench.parvis.statement_key().public();
    assert!(
        kept.iter()
            .all(|audit| key.verifies(&audit.statement, &audit.signature))
    );
    assert!(kept[0].statement.contains("cesson 2 "), "{}", kept[0].statement);
    let elsewhere = PortalId::new("orleans");
    assert!(bench.parvis.audits(&elsewhere).await.expect("audits").is_empty());
    assert!(bench.parvis.audit(&elsewhere, 1).await.expect("an answer").is_none());
    let all = bench.parvis.portal_registries().await.expect("registries");
    let foreign = all.iter().find(|known| known.portal.id == elsewhere).expect("a portal");
    let new = NewAudit {
        made_at: bench.parvis.now(),
        verdict: Verdict::Agrees,
        errors: 0,
        warnings: 0,
        report: String::new(),
        html: String::new(),
    };
    let refused = bench.parvis.keep_audit(&admin("cesson"), foreign, new.clone()).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))));
    let visitor = Viewer::anonymous(Arc::new(portal("orleans")));
    assert!(bench.parvis.keep_audit(&visitor, foreign, new).await.is_err());
}

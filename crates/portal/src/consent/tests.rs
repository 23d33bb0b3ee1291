//! The proof of consent on a real store.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc};
use futures::StreamExt as _;
use parvis_cookies::ledger::{Action, Decision, Document, RETENTION_DAYS, Shown, Signal, VerifyKey, Way};
use parvis_model::{Actor, Clock, Localized, Portal, PortalId, Role, SystemRng, UserId};
use parvis_store::{ConsentRow, Signed};
use tempfile::TempDir;

use super::ConsentFormat;
use crate::{Parvis, Settings, Viewer};

/// A clock that tests move.
struct Hands(Mutex<DateTime<Utc>>);

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().expect("no panic")
    }
}

struct Bench {
    folder: TempDir,
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
        let parvis = open(&folder, &clock).await;
        for id in ["orleans", "cesson"] {
            parvis.put_portal(&portal(id)).await.expect("a portal");
        }
        Self { folder, clock, parvis }
    }

    /// Another process on the same folder.
    async fn other(&self) -> Parvis {
        open(&self.folder, &self.clock).await
    }

    fn pass(&self, days: i64) {
        *self.clock.0.lock().expect("no panic") += TimeDelta::days(days);
    }

    async fn record(&self, at: &str, decision: Decision) {
        let at = PortalId::new(at);
        self.parvis.record_decision(&at, decision).await.expect("a record");
    }

    async fn export(&self, at: &str, format: ConsentFormat) -> String {
        let mut body = self.parvis.export_consent(&admin(at), format).await.expect("an export");
        let mut text = Vec::new();
        while let Some(bytes) = body.bytes.next().await {
            text.extend_from_slice(&bytes.expect("no failure"));
        }
        String::from_utf8(text).expect("text")
    }

    async fn told(&self, at: &str) -> Vec<String> {
        let report = self.parvis.verify_consent(&admin(at)).await.expect("a report");
        report.faults.iter().map(ToString::to_string).collect()
    }
}

async fn open(folder: &TempDir, clock: &Arc<Hands>) -> Parvis {
    let settings = Settings {
        data: folder.path().to_owned(),
        engine: parvis_engine::Settings::default(),
        fetch: Default::default(),
        kept_answers: crate::KEPT_ANSWERS,
    };
    Parvis::open(settings, Arc::clone(clock) as Arc<dyn Clock>, Arc::new(SystemRng))
        .await
        .expect("a data folder")
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

fn viewer(at: &str, home: Option<&str>, role: Role) -> Viewer {
    Viewer {
        actor: Actor::User {
            id: UserId::new("u"),
            portal: home.map(PortalId::new),
            role,
        },
        ..Viewer::anonymous(Arc::new(portal(at)))
    }
}

fn admin(at: &str) -> Viewer {
    viewer(at, Some(at), Role::Admin)
}

fn decision(receipt: &str, replaces: Option<&str>) -> Decision {
    Decision {
        receipt: receipt.to_owned(),
        action: if replaces.is_some() {
            Action::Withdraw
        } else {
            Action::Accept
        },
        verdicts: BTreeMap::from([("video".to_owned(), replaces.is_none())]),
        until: NaiveDate::from_ymd_opt(2027, 2, 28).expect("a real date"),
        shown: Shown {
            revision: "a1b2c3d4".to_owned(),
            registry: "0011223344556677".to_owned(),
            text: "ab".repeat(32),
            lang: "fr".to_owned(),
            ui: "cd".repeat(32),
        },
        signal: Signal::default(),
        way: Way::Panel,
        audit: false,
        replaces: replaces.map(str::to_owned),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decisions_that_come_together_make_one_sound_chain_each() {
    let bench = Bench::new().await;
    let tasks = (0..600).map(|number| {
        let parvis = bench.parvis.clone();
        let at = PortalId::new(["orleans", "cesson", "nowhere"][number % 3]);
        tokio::spawn(async move {
            let done = parvis.record_decision(&at, decision(&format!("r{number}"), None)).await;
            (at, done.map(|tip| tip.seq))
        })
    });
    let (mut orleans, mut refused) = (BTreeSet::new(), 0);
    for task in tasks.collect::<Vec<_>>() {
        match task.await.expect("no panic") {
            (at, Ok(seq)) if at.as_str() == "orleans" => assert!(orleans.insert(seq)),
            (at, Ok(_)) => assert_eq!(at.as_str(), "cesson"),
            (at, Err(_)) => {
                assert_eq!(
                    at.as_str(),
                    "nowhere",
                    "a portal that is not there costs the others nothing"
                );
                refused += 1;
            }
        }
    }
    assert_eq!(refused, 200);
    assert_eq!(orleans, (1..=200).collect());
    for at in ["orleans", "cesson"] {
        let report = bench.parvis.verify_consent(&admin(at)).await.expect("a report");
        assert!(report.is_sound(), "{report:?}");
        assert_eq!((report.records, report.signed_until), (200, 200));
    }
    let found = bench
        .parvis
        .find_consent(&admin("orleans"), "r3")
        .await
        .expect("a search");
    assert_eq!(found.len(), 1);
    assert!(
        bench
            .parvis
            .find_consent(&admin("cesson"), "r3")
            .await
            .expect("a search")
            .is_empty()
    );
}

#[tokio::test]
async fn two_processes_write_one_chain() {
    let bench = Bench::new().await;
    let other = bench.other().await;
    let at = PortalId::new("orleans");
    for number in 0..20 {
        bench.record("orleans", decision(&format!("a{number}"), None)).await;
        other
            .record_decision(&at, decision(&format!("b{number}"), None))
            .await
            .expect("a record");
    }
    assert!(bench.told("orleans").await.is_empty());
}

#[tokio::test]
async fn only_administrators_of_the_portal_see_its_proof() {
    let bench = Bench::new().await;
    bench.record("orleans", decision("r1", None)).await;
    let hash = bench
        .parvis
        .keep_shown(&PortalId::new("orleans"), "text/html", b"<p>")
        .await;
    let hash = hash.expect("it is kept");
    let anonymous = Viewer::anonymous(Arc::new(portal("orleans")));
    let nobody = [
        anonymous,
        viewer("orleans", Some("orleans"), Role::Reader),
        viewer("orleans", Some("orleans"), Role::Publisher),
        viewer("orleans", Some("cesson"), Role::Admin),
    ];
    let parvis = &bench.parvis;
    for (viewer, allowed) in nobody
        .into_iter()
        .map(|viewer| (viewer, false))
        .chain([(admin("orleans"), true), (viewer("orleans", None, Role::Admin), true)])
    {
        let answers = [
            parvis.find_consent(&viewer, "r1").await.is_ok(),
            parvis.consent_figures(&viewer).await.is_ok(),
            parvis.verify_consent(&viewer).await.is_ok(),
            parvis.export_consent(&viewer, ConsentFormat::Csv).await.is_ok(),
            parvis.shown_text(&viewer, &hash).await.is_ok(),
            parvis.purge_consent(&viewer, RETENTION_DAYS, true).await.is_ok(),
        ];
        assert_eq!(answers, [allowed; 6], "{:?}", viewer.actor);
    }
    // On one's own portal, there is nothing of the other's.
    let cesson = admin("cesson");
    assert!(parvis.find_consent(&cesson, "r1").await.expect("a search").is_empty());
    assert_eq!(parvis.shown_text(&cesson, &hash).await.expect("a search"), None);
    assert_eq!(parvis.consent_figures(&cesson).await.expect("figures").records, 0);
}

#[tokio::test]
async fn a_choice_that_was_replaced_counts_no_more_in_any_process_nor_after_a_restart() {
    let bench = Bench::new().await;
    let other = bench.other().await;
    let today = bench.parvis.now().timestamp() / 86_400;
    bench.record("orleans", decision("old", None)).await;
    assert!(!bench.parvis.is_replaced("old", today));
    bench.record("orleans", decision("new", Some("old"))).await;
    assert!(bench.parvis.is_replaced("old", today) && !bench.parvis.is_replaced("new", today));
    assert!(!other.is_replaced("old", today));
    assert_eq!(other.refresh_consent_across_portals().await.expect("a look"), 1);
    assert!(other.is_replaced("old", today));
    assert_eq!(
        other.refresh_consent_across_portals().await.expect("a look"),
        0,
        "each is read once"
    );
    assert!(bench.other().await.is_replaced("old", today), "after a restart");
}

#[tokio::test]
async fn a_decision_that_cannot_stand_in_a_record_leaves_nothing() {
    let bench = Bench::new().await;
    let at = PortalId::new("orleans");
    assert!(bench.parvis.record_decision(&at, decision("a\"b", None)).await.is_err());
    assert_eq!(
        bench
            .parvis
            .consent_figures(&admin("orleans"))
            .await
            .expect("figures")
            .records,
        0
    );
}

#[tokio::test]
async fn an_export_is_whole_and_verifies_by_itself() {
    let bench = Bench::new().await;
    for number in 0..5 {
        bench.record("orleans", decision(&format!("r{number}"), None)).await;
        bench.pass(1);
    }
    let text = bench.export("orleans", ConsentFormat::Json).await;
    let document = Document::read(&text).expect("an export");
    let key = VerifyKey::read(&document.public_key).expect("a key");
    let report = document.verify(&key);
    assert!(report.is_sound() && report.records == 5, "{report:?}");
    let csv = bench.export("orleans", ConsentFormat::Csv).await;
    assert_eq!(csv.lines().count(), 6);
    let columns: BTreeSet<usize> = csv.lines().map(|line| line.split(',').count()).collect();
    assert_eq!(columns, BTreeSet::from([18]));
    assert!(csv.contains(",video=true,"), "{csv}");
    // The heads of days that have ended are for everybody.
    let proof = bench
        .parvis
        .consent_proof(&PortalId::new("orleans"))
        .await
        .expect("a proof");
    assert_eq!((proof.heads.len(), proof.public_key), (5, document.public_key));
    assert!(proof.heads.iter().all(|head| head.holds(&key)));
    bench.record("orleans", decision("today", None)).await;
    let proof = bench
        .parvis
        .consent_proof(&PortalId::new("orleans"))
        .await
        .expect("a proof");
    assert_eq!(proof.heads.len(), 5, "the day that has not ended can still move");
}

#[tokio::test]
async fn choices_end_after_six_months_and_their_records_five_years_later() {
    let bench = Bench::new().await;
    bench.record("orleans", decision("kept", None)).await;
    bench.record("orleans", decision("left", None)).await;
    bench.record("orleans", decision("withdrawn", Some("kept"))).await;
    bench.pass(180);
    assert_eq!(bench.parvis.end_choices_across_portals().await.expect("a look"), 0);
    bench.pass(1);
    assert_eq!(bench.parvis.end_choices_across_portals().await.expect("a look"), 2);
    assert_eq!(
        bench.parvis.end_choices_across_portals().await.expect("a look"),
        0,
        "once"
    );
    let found = bench
        .parvis
        .find_consent(&admin("orleans"), "left")
        .await
        .expect("a search");
    let actions: Vec<Action> = found.iter().map(|found| found.record.action).collect();
    assert_eq!(actions, [Action::Accept, Action::Expire]);
    let orleans = admin("orleans");
    let purge = async |dry| {
        bench
            .parvis
            .purge_consent(&orleans, RETENTION_DAYS, dry)
            .await
            .expect("a purge")
    };
    bench.pass(i64::from(RETENTION_DAYS) - 1);
    assert_eq!(purge(false).await.records, 0);
    bench.pass(1);
    assert_eq!((purge(true).await.records, purge(true).await.until), (3, 3));
    assert_eq!(purge(false).await.records, 3);
    assert_eq!(purge(false).await.records, 0);
    assert!(
        bench
            .parvis
            .find_consent(&orleans, "kept")
            .await
            .expect("a search")
            .is_empty()
    );
    bench.record("orleans", decision("later", None)).await;
    assert_eq!(bench.told("orleans").await, [""; 0]);
    let document = Document::read(&bench.export("orleans", ConsentFormat::Json).await).expect("an export");
    let key = VerifyKey::read(&document.public_key).expect("a key");
    assert!(document.checkpoint.is_some() && document.verify(&key).is_sound());
}

#[tokio::test]
async fn what_was_put_into_the_store_from_outside_is_named_and_not_purged() {
    let bench = Bench::new().await;
    bench.record("orleans", decision("r1", None)).await;
    // Somebody writes a row of their own: the store takes it, for it cannot know what a text means.
    let row = ConsentRow {
        seq: 2,
        receipt: "made-up".to_owned(),
        replaces: None,
        at: bench.parvis.now(),
        action: "accept".to_owned(),
        audit: false,
        body: "{\"accepted\":true}".to_owned(),
        hash: [1; 32],
    };
    let head = Signed {
        statement: serde_json::json!({
            "type": "parvis-consent-head", "v": 1, "portal": "orleans", "day": "2026-09-02", "seq": 2, "hash": "01".repeat(32)
        })
        .to_string(),
        signature: "00".repeat(64),
    };
    let at = PortalId::new("orleans");
    let mut batch = bench
        .parvis
        .store()
        .consent_batch_across_portals()
        .await
        .expect("a batch");
    let day = NaiveDate::from_ymd_opt(2026, 9, 2).expect("a real date");
    batch.append(&at, &[row], day, &head).await.expect("a row");
    batch.commit().await.expect("it is written");
    assert_eq!(
        bench.told("orleans").await,
        [
            "the head of 2026-09-02 has a wrong signature",
            "something that is no record stands at place 2"
        ]
    );
    bench.pass(3_000);
    let refused = bench
        .parvis
        .purge_consent(&admin("orleans"), RETENTION_DAYS, false)
        .await;
    assert!(refused.expect_err("a refusal").to_string().contains("does not verify"));
    let text = bench.export("orleans", ConsentFormat::Json).await;
    let document = Document::read(&text).expect("still a document");
    assert!(
        !document
            .verify(&VerifyKey::read(&document.public_key).expect("a key"))
            .is_sound()
    );
}

#[tokio::test]
async fn a_record_filed_under_other_values_is_named() {
    let bench = Bench::new().await;
    bench.record("cesson", decision("r1", None)).await;
    let rows = bench
        .parvis
        .store()
        .consent_rows(&PortalId::new("cesson"), 0, 1)
        .await
        .expect("rows");
    let heads = bench
        .parvis
        .store()
        .consent_heads(&PortalId::new("cesson"))
        .await
        .expect("heads");
    // The same record, hidden from whoever looks for its receipt, in another installation with the same key.
    let hidden = ConsentRow {
        receipt: "hidden".to_owned(),
        ..rows[0].clone()
    };
    let other = Bench::new().await;
    let mut batch = other
        .parvis
        .store()
        .consent_batch_across_portals()
        .await
        .expect("a batch");
    let day = NaiveDate::from_ymd_opt(2026, 9, 1).expect("a real date");
    batch
        .append(&PortalId::new("cesson"), &[hidden], day, &heads[0])
        .await
        .expect("a row");
    batch.commit().await.expect("it is written");
    let told = other.told("cesson").await;
    assert!(
        told.contains(&"record 1 is filed under values that are not its own".to_owned()),
        "{told:?}"
    );
}

#[tokio::test]
async fn texts_are_kept_by_their_hash() {
    let bench = Bench::new().await;
    let at = PortalId::new("orleans");
    for _ in 0..2 {
        let hash = bench
            .parvis
            .keep_shown(&at, "text/html", b"<p>Bonjour</p>")
            .await
            .expect("it is kept");
        let text = bench
            .parvis
            .shown_text(&admin("orleans"), &hash)
            .await
            .expect("a search");
        assert_eq!(text.expect("it is there").content, b"<p>Bonjour</p>");
    }
}

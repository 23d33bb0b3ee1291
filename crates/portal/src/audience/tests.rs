//! The figures on a real store, with a clock that tests move.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc};
use futures::StreamExt as _;
use parvis_model::audience::{Event, Kind};
use parvis_model::{Actor, Clock, Localized, MetadataChange, Portal, PortalId, Role, SystemRng, UserId};
use tempfile::TempDir;

use super::{AudienceFormat, Period, Totals, day_of, day_of_hour, first_kept};
use crate::import::ImportRequest;
use crate::records::Page;
use crate::{Clauses, Parvis, Settings, Viewer};

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

fn portal(id: &str) -> Portal {
    Portal {
        id: PortalId::new(id),
        hosts: vec![format!("{id}.localhost")],
        public_url: format!("https://{id}.example"),
        name: Localized::one("fr", id),
        tagline: Localized::default(),
        languages: vec!["fr".to_owned(), "en".to_owned()],
        accent: "#0b5394".to_owned(),
        logo: String::new(),
        purposes: std::collections::BTreeMap::new(),
        trusted_origins: Vec::new(),
        video: None,
        provider: "Parvis".to_owned(),
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

fn admin() -> Viewer {
    viewer("orleans", Some("orleans"), Role::Admin)
}

const VIEW: Event = Event {
    kind: Kind::View,
    detail: "table",
    robot: false,
};
const EXPORT: Event = Event {
    kind: Kind::Download,
    detail: "csv",
    robot: false,
};

impl Bench {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        // Half past eleven in the evening of the first of June in Paris.
        let start = Utc.with_ymd_and_hms(2026, 6, 1, 21, 30, 0).single().expect("a date");
        let clock = Arc::new(Hands(Mutex::new(start)));
        let parvis = open(&folder, &clock).await;
        for id in ["orleans", "cesson"] {
            parvis.put_portal(&portal(id)).await.expect("a portal");
        }
        Self { folder, clock, parvis }
    }

    fn pass(&self, time: TimeDelta) {
        *self.clock.0.lock().expect("no panic") += time;
    }

    async fn import(&self, id: &str, restricted: bool) {
        let file = self.folder.path().join(format!("{id}.csv"));
        std::fs::write(&file, "nom;n\na;1\nb;2\n").expect("a file");
        let request = ImportRequest {
            id: id.to_owned(),
            file,
            options: parvis_formats::InspectOptions::default(),
            metadata: MetadataChange {
                title: Localized::one("fr", format!("Titre {id}")).into(),
                restricted: restricted.into(),
                ..MetadataChange::default()
            },
            rejects: self.folder.path().join("rejects.csv"),
        };
        self.parvis
            .import(&admin(), request, |_, _, _| {})
            .await
            .expect("an import");
    }

    fn count(&self, event: Event, dataset: Option<&str>, times: u64) {
        for _ in 0..times {
            self.parvis.count(&PortalId::new("orleans"), event, dataset);
        }
    }

    async fn csv(&self) -> String {
        let body = self
            .parvis
            .export_audience(&admin(), None, None, AudienceFormat::Csv)
            .await;
        text(body.expect("an export")).await
    }

    /// Records of the published figures, as their reader sees them.
    async fn records(&self, viewer: &Viewer) -> Vec<serde_json::Value> {
        let page = Page::new(100, 0);
        let page = self
            .parvis
            .records(viewer, "audience", &Clauses::default(), page, false)
            .await
            .expect("records");
        serde_json::from_slice(&page.json).expect("JSON")
    }

    /// Folders of versions of the published figures.
    async fn versions_on_disk(&self) -> usize {
        let published = self.parvis.audience_dataset(&admin()).await.expect("no failure");
        let uid = published.expect("it is published").dataset.uid;
        let folder = self.folder.path().join("objects/orleans").join(uid.as_str());
        std::fs::read_dir(folder).expect("a folder").count()
    }
}

async fn text(mut body: crate::export::ExportBody) -> String {
    let mut text = Vec::new();
    while let Some(bytes) = body.bytes.next().await {
        text.extend_from_slice(&bytes.expect("no failure"));
    }
    String::from_utf8(text).expect("text")
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
        .expect("a folder that is ours")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

#[test]
fn days_are_those_of_the_wall_in_winter_and_in_summer() {
    for (utc, expected) in [
        ("2026-01-31T22:59:59Z", "2026-01-31"),
        ("2026-01-31T23:00:00Z", "2026-02-01"),
        ("2026-06-30T21:59:59Z", "2026-06-30"),
        ("2026-06-30T22:00:00Z", "2026-07-01"),
    ] {
        let time: DateTime<Utc> = utc.parse().expect("a time");
        assert_eq!(day_of(time), day(expected), "{utc}");
        assert_eq!(day_of_hour(time.timestamp().div_euclid(3_600)), day(expected), "{utc}");
    }
}

#[test]
fn nothing_is_kept_longer_than_25_months() {
    let today = day("2026-03-31");
    assert_eq!(first_kept(today, 25), day("2024-02-29"));
    assert_eq!(first_kept(today, 600), day("2024-02-29"));
    assert_eq!(first_kept(today, 1), day("2026-02-28"));
    assert_eq!(first_kept(today, 0), day("2026-02-28"));
}

#[test]
fn a_period_ends_today_and_the_one_before_it_ends_the_day_before_it_begins() {
    let today = day("2026-03-04");
    for (period, first) in [
        (Period::Week, "2026-02-26"),
        (Period::Month, "2026-02-03"),
        (Period::Quarter, "2025-12-05"),
        (Period::Year, "2025-03-05"),
    ] {
        assert_eq!(period.first(today), day(first), "{period:?}");
        assert_eq!(Period::parse(period.name()), Some(period));
    }
}

#[tokio::test]
async fn a_count_belongs_to_the_day_on_which_it_happened_not_to_that_of_the_flush() {
    let bench = Bench::new().await;
    bench.import("places", false).await;
    bench.count(VIEW, Some("places"), 2);
    bench.pass(TimeDelta::minutes(40));
    bench.count(VIEW, Some("places"), 1);
    assert_eq!(
        bench.csv().await,
        "day,kind,dataset_id,dataset_title,detail,client,requests\r\n\
         2026-06-01,view,places,Titre places,table,person,2\r\n\
         2026-06-02,view,places,Titre places,table,person,1\r\n"
    );
}

#[tokio::test]
async fn what_was_counted_is_stored_once_and_found_by_the_next_process() {
    let bench = Bench::new().await;
    bench.import("places", false).await;
    bench.count(VIEW, Some("places"), 3);
    bench.count(EXPORT, None, 1);
    assert_eq!(bench.parvis.flush_audience_across_portals().await.expect("stored"), 2);
    assert_eq!(bench.parvis.flush_audience_across_portals().await.expect("stored"), 0);
    let next = open(&bench.folder, &bench.clock).await;
    let report = next.audience_report(&admin(), Period::Week).await.expect("a report");
    assert_eq!((report.totals.views, report.totals.downloads), (3, 1));
}

#[tokio::test]
async fn what_cannot_be_stored_is_counted_again_at_the_next_turn() {
    let bench = Bench::new().await;
    bench.count(VIEW, None, 3);
    let held = bench.parvis.counters().take();
    assert_eq!(held.len(), 1);
    bench.parvis.counters().put_back(held);
    // A store that is closed stores nothing.
    let other = open(&bench.folder, &bench.clock).await;
    other.count(&PortalId::new("orleans"), VIEW, None);
    other.store().close().await;
    assert!(other.flush_audience_across_portals().await.is_err());
    assert_eq!(other.counters().take().len(), 1, "it is still there");
    let report = bench.parvis.audience_report(&admin(), Period::Week).await;
    assert_eq!(report.expect("a report").totals.views, 3);
}

#[tokio::test]
async fn a_name_that_is_no_dataset_and_a_portal_that_is_not_there_grow_nothing() {
    let bench = Bench::new().await;
    bench.import("places", false).await;
    for number in 0..500 {
        bench.count(VIEW, Some(&format!("nothing-{number}")), 1);
        bench
            .parvis
            .count(&PortalId::new(format!("portal-{number}")), VIEW, None);
    }
    assert_eq!(bench.parvis.flush_audience_across_portals().await.expect("stored"), 1);
    let extent = bench
        .parvis
        .store()
        .audience_extent(&PortalId::new("orleans"))
        .await
        .expect("an extent");
    assert_eq!((extent.figures, extent.sum), (1, 500));
}

#[tokio::test]
async fn a_dataset_keeps_its_figures_under_a_new_name() {
    let bench = Bench::new().await;
    bench.import("places", false).await;
    bench.count(VIEW, Some("places"), 1);
    bench.parvis.flush_audience_across_portals().await.expect("stored");
    let id = PortalId::new("orleans");
    let dataset = bench.parvis.dataset(&admin(), "places").await.expect("a dataset");
    bench.count(VIEW, Some("places"), 1);
    bench.count(VIEW, Some(dataset.uid.as_str()), 1);
    bench
        .parvis
        .store()
        .rename_dataset(&id, &dataset.uid, "lieux", bench.parvis.now())
        .await
        .expect("renamed");
    assert!(
        bench
            .csv()
            .await
            .contains("2026-06-01,view,lieux,Titre places,table,person,3")
    );
}

#[tokio::test]
async fn a_report_compares_with_a_whole_period_only_and_counts_robots_apart() {
    let bench = Bench::new().await;
    bench.import("places", false).await;
    let search = |detail| Event {
        kind: Kind::Search,
        detail,
        robot: false,
    };
    bench.count(VIEW, Some("places"), 4);
    bench.pass(TimeDelta::days(7));
    bench.count(VIEW, Some("places"), 1);
    bench.count(Event { robot: true, ..VIEW }, Some("places"), 9);
    bench.count(search("found"), None, 2);
    bench.count(search("nothing"), None, 1);
    let report = bench
        .parvis
        .audience_report(&admin(), Period::Week)
        .await
        .expect("a report");
    assert_eq!(report.previous, None, "not all of the week before was counted");
    assert_eq!(
        report.totals,
        Totals {
            views: 1,
            searches: 3,
            fruitless: 1,
            ..Totals::default()
        }
    );
    assert_eq!(report.robots.views, 9);
    assert_eq!(report.days.len(), 7);
    assert_eq!(report.days.last().map(|point| point.totals.views), Some(1));
    assert_eq!(report.datasets.len(), 1);
    bench.pass(TimeDelta::days(6));
    let later = bench
        .parvis
        .audience_report(&admin(), Period::Week)
        .await
        .expect("a report");
    assert_eq!(later.previous.map(|totals| totals.views), Some(4));
}

#[tokio::test]
async fn only_those_who_may_see_figures_of_their_portal_do() {
    let bench = Bench::new().await;
    bench.count(VIEW, None, 1);
    let may = [
        viewer("orleans", Some("orleans"), Role::Admin),
        viewer("orleans", Some("orleans"), Role::Publisher),
        viewer("orleans", None, Role::Admin),
    ];
    for viewer in &may {
        let report = bench.parvis.audience_report(viewer, Period::Week).await;
        assert_eq!(report.expect("a report").totals.views, 1);
    }
    let cesson = viewer("cesson", Some("cesson"), Role::Admin);
    let own = bench.parvis.audience_report(&cesson, Period::Week).await;
    assert_eq!(own.expect("its own").totals.views, 0);
    let may_not = [
        viewer("orleans", Some("orleans"), Role::Reader),
        viewer("orleans", Some("cesson"), Role::Admin),
        Viewer::anonymous(Arc::new(portal("orleans"))),
    ];
    for viewer in &may_not {
        let parvis = &bench.parvis;
        assert!(parvis.audience_report(viewer, Period::Week).await.is_err());
        assert!(
            parvis
                .export_audience(viewer, None, None, AudienceFormat::Json)
                .await
                .is_err()
        );
        assert!(parvis.audience_dataset(viewer).await.is_err());
        assert!(parvis.publish_audience(viewer, None, None).await.is_err());
    }
    let publisher = &may[1];
    assert!(
        bench
            .parvis
            .publish_audience(publisher, None, Some(false))
            .await
            .is_err()
    );
    assert!(bench.parvis.publish_audience(publisher, None, None).await.is_ok());
}

#[tokio::test]
async fn the_published_figures_are_an_ordinary_dataset_that_names_no_restricted_one() {
    let bench = Bench::new().await;
    bench.import("places", false).await;
    bench.import("secret", true).await;
    bench.import("secret2", true).await;
    bench.count(VIEW, Some("places"), 2);
    bench.count(VIEW, Some("secret"), 3);
    bench.count(VIEW, Some("secret2"), 4);
    let made = bench
        .parvis
        .publish_audience(&admin(), None, None)
        .await
        .expect("published");
    assert!(made.restricted && made.slug == "audience");
    let anonymous = Viewer::anonymous(Arc::new(portal("orleans")));
    assert!(bench.parvis.dataset(&anonymous, "audience").await.is_err());
    let rows = bench.records(&admin()).await;
    assert_eq!(
        rows,
        [
            serde_json::json!({"day": "2026-06-01", "kind": "view", "dataset_id": null, "dataset_title": null,
                "detail": "table", "client": "person", "requests": 7}),
            serde_json::json!({"day": "2026-06-01", "kind": "view", "dataset_id": "places",
                "dataset_title": "Titre places", "detail": "table", "client": "person", "requests": 2}),
        ]
    );
    let open = bench
        .parvis
        .publish_audience(&admin(), None, Some(false))
        .await
        .expect("opened");
    assert!(!open.restricted);
    assert_eq!(bench.records(&anonymous).await.len(), 2);
    assert!(std::fs::read_dir(bench.folder.path()).expect("a folder").all(|entry| {
        let name = entry.expect("an entry").file_name();
        !name.to_string_lossy().starts_with(".audience")
    }));
}

#[tokio::test]
async fn no_figures_at_all_are_published_as_an_empty_dataset() {
    let bench = Bench::new().await;
    let made = bench
        .parvis
        .publish_audience(&admin(), None, None)
        .await
        .expect("published");
    assert_eq!(made.records_count(), 0);
    assert_eq!(bench.records(&admin()).await.len(), 0);
    bench.count(VIEW, None, 1);
    let made = bench
        .parvis
        .publish_audience(&admin(), None, None)
        .await
        .expect("published");
    assert_eq!(made.records_count(), 1);
}

#[tokio::test]
async fn figures_are_published_by_themselves_the_day_after_and_then_hourly_if_they_changed() {
    let bench = Bench::new().await;
    let refresh = async || {
        bench
            .parvis
            .refresh_audience_dataset(&admin())
            .await
            .expect("no failure")
    };
    assert!(!refresh().await, "nothing was counted");
    bench.count(VIEW, None, 1);
    bench.parvis.flush_audience_across_portals().await.expect("stored");
    assert!(!refresh().await, "the day has not ended");
    bench.pass(TimeDelta::hours(3));
    assert!(refresh().await, "a day has ended");
    bench.count(VIEW, Some("audience"), 5);
    bench.parvis.flush_audience_across_portals().await.expect("stored");
    bench.pass(TimeDelta::minutes(30));
    assert!(!refresh().await, "an hour has not passed");
    bench.pass(TimeDelta::minutes(31));
    assert!(refresh().await, "figures changed");
    for _ in 0..3 {
        bench.pass(TimeDelta::hours(2));
        assert!(!refresh().await, "writing the figures is no new figure");
    }
    let cesson = viewer("cesson", Some("cesson"), Role::Admin);
    assert!(
        !bench
            .parvis
            .refresh_audience_dataset(&cesson)
            .await
            .expect("no failure")
    );
}

#[tokio::test]
async fn a_dataset_of_the_portals_own_with_that_name_is_left_alone() {
    let bench = Bench::new().await;
    bench.import("audience", false).await;
    bench.count(VIEW, None, 1);
    bench.parvis.flush_audience_across_portals().await.expect("stored");
    bench.pass(TimeDelta::days(1));
    assert!(
        !bench
            .parvis
            .refresh_audience_dataset(&admin())
            .await
            .expect("no failure")
    );
    let refused = bench.parvis.publish_audience(&admin(), None, None).await;
    assert!(refused.expect_err("it is taken").to_string().contains("--id"));
    let made = bench
        .parvis
        .publish_audience(&admin(), Some("frequentation"), None)
        .await;
    assert_eq!(made.expect("published").slug, "frequentation");
    assert_eq!(
        bench
            .parvis
            .dataset(&admin(), "audience")
            .await
            .expect("there")
            .records_count(),
        2
    );
}

#[tokio::test]
async fn figures_past_their_time_are_nowhere_any_more_not_even_in_old_versions() {
    let bench = Bench::new().await;
    bench.count(VIEW, None, 1);
    bench
        .parvis
        .publish_audience(&admin(), None, None)
        .await
        .expect("published");
    // Not yet 25 months later.
    bench.pass(TimeDelta::days(760));
    assert_eq!(bench.parvis.audience_today(), day("2028-06-30"));
    bench.count(VIEW, None, 2);
    bench.parvis.flush_audience_across_portals().await.expect("stored");
    assert_eq!(bench.parvis.purge_audience_across_portals(25).await.expect("purged"), 0);
    bench.pass(TimeDelta::days(2));
    assert_eq!(bench.parvis.purge_audience_across_portals(25).await.expect("purged"), 1);
    assert!(
        bench
            .parvis
            .refresh_audience_dataset(&admin())
            .await
            .expect("no failure")
    );
    assert_eq!(bench.records(&admin()).await.len(), 1);
    assert_eq!(bench.versions_on_disk().await, 2, "readers of the old one may end");
    bench.pass(TimeDelta::minutes(11));
    bench.parvis.purge_audience_across_portals(25).await.expect("purged");
    assert_eq!(bench.versions_on_disk().await, 1);
    let versions = bench.parvis.versions(&admin(), "audience").await.expect("versions");
    assert_eq!(versions.len(), 1);
    assert_eq!(bench.records(&admin()).await.len(), 1, "the newest is still there");
}

#[tokio::test]
async fn an_export_keeps_to_its_days_and_says_what_it_is() {
    let bench = Bench::new().await;
    bench.count(VIEW, None, 1);
    bench.pass(TimeDelta::days(2));
    bench.count(EXPORT, None, 1);
    let export = async |from: Option<&str>, to: Option<&str>| {
        let body = bench
            .parvis
            .export_audience(&admin(), from.map(day), to.map(day), AudienceFormat::Json)
            .await;
        let rows: Vec<serde_json::Value> = serde_json::from_str(&text(body.expect("an export")).await).expect("JSON");
        rows.iter()
            .map(|row| row["day"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(export(None, None).await, ["2026-06-01", "2026-06-03"]);
    assert_eq!(export(Some("2026-06-02"), None).await, ["2026-06-03"]);
    assert_eq!(export(Some("1900-01-01"), Some("2026-06-02")).await, ["2026-06-01"]);
    assert!(export(Some("2030-01-01"), None).await.is_empty());
    let wrong = bench
        .parvis
        .export_audience(
            &admin(),
            Some(day("2026-06-02")),
            Some(day("2026-06-01")),
            AudienceFormat::Csv,
        )
        .await;
    assert!(wrong.is_err());
}

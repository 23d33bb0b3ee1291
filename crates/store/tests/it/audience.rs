//! Figures of the audience: added to, summed, forgotten by day.

use chrono::NaiveDate;
use parvis_model::DatasetUid;
use parvis_model::audience::{Figure, Kind};
use parvis_store::{AudienceDataset, AudienceExtent, AudienceSum, Store};

use crate::support::{dataset, fill, id, noon, schema, two_portals, version};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn figure(on: &str, kind: Kind, about: Option<&str>, detail: &str, count: u64) -> Figure {
    Figure {
        day: day(on),
        kind,
        dataset: about.map(DatasetUid::new),
        detail: detail.to_owned(),
        robot: false,
        count,
    }
}

async fn add(store: &Store, portal: &str, figures: &[Figure]) {
    let figures: Vec<_> = figures.iter().map(|figure| (id(portal), figure.clone())).collect();
    store.add_audience_across_portals(&figures).await.unwrap();
}

#[tokio::test]
async fn figures_add_up_and_stay_on_their_own_portal() {
    let store = two_portals().await;
    let view = figure("2026-03-04", Kind::View, Some("da_1"), "table", 2);
    let robot = Figure {
        robot: true,
        ..view.clone()
    };
    let search = figure("2026-03-04", Kind::Search, None, "found", 1);
    add(&store, "orleans", &[view.clone(), robot.clone()]).await;
    add(&store, "orleans", &[view.clone(), search.clone()]).await;
    add(&store, "cesson", &[figure("2026-03-05", Kind::View, None, "home", 7)]).await;
    let twice = Figure {
        count: 4,
        ..view.clone()
    };
    assert_eq!(
        store.audience_of_day(&id("orleans"), day("2026-03-04")).await.unwrap(),
        [search, twice, robot]
    );
    assert_eq!(
        store.audience_of_day(&id("orleans"), day("2026-03-05")).await.unwrap(),
        []
    );
    let extent = store.audience_extent(&id("orleans")).await.unwrap();
    assert_eq!(
        (extent.first, extent.last),
        (Some(day("2026-03-04")), Some(day("2026-03-04")))
    );
    assert_eq!((extent.figures, extent.sum), (3, 7));
    let by_dataset = store
        .audience_by_dataset(&id("orleans"), day("2026-03-01"), day("2026-03-31"))
        .await
        .unwrap();
    assert_eq!(by_dataset, [(DatasetUid::new("da_1"), Kind::View, 4)]);
}

#[tokio::test]
async fn sums_by_day_leave_datasets_out_and_keep_to_the_period() {
    let store = two_portals().await;
    let view = |on, about| figure(on, Kind::View, about, "table", 1);
    add(
        &store,
        "orleans",
        &[
            view("2026-02-28", None),
            view("2026-03-01", Some("da_1")),
            view("2026-03-01", Some("da_2")),
            view("2026-03-02", None),
            view("2026-03-03", None),
        ],
    )
    .await;
    let sums = store
        .audience_by_day(&id("orleans"), day("2026-03-01"), day("2026-03-02"))
        .await
        .unwrap();
    let sum = |on, count| AudienceSum {
        day: Some(day(on)),
        kind: Kind::View,
        detail: "table".to_owned(),
        robot: false,
        count,
    };
    assert_eq!(sums, [sum("2026-03-01", 2), sum("2026-03-02", 1)]);
}

#[tokio::test]
async fn days_before_are_forgotten_and_the_day_itself_is_kept() {
    let store = two_portals().await;
    for portal in ["orleans", "cesson"] {
        let view = |on| figure(on, Kind::View, None, "home", 1);
        add(
            &store,
            portal,
            &[view("2024-01-31"), view("2024-02-01"), view("2026-03-04")],
        )
        .await;
    }
    assert_eq!(store.purge_audience_across_portals(day("2024-02-01")).await.unwrap(), 2);
    let extent = store.audience_extent(&id("cesson")).await.unwrap();
    assert_eq!((extent.first, extent.figures), (Some(day("2024-02-01")), 2));
    assert_eq!(store.purge_audience_across_portals(day("2030-01-01")).await.unwrap(), 4);
    assert_eq!(
        store.audience_extent(&id("cesson")).await.unwrap(),
        AudienceExtent::default()
    );
}

#[tokio::test]
async fn figures_survive_the_process_and_a_figure_of_no_portal_stores_none_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parvis.sqlite");
    let store = Store::open(&path).await.unwrap();
    fill(&store).await;
    let view = figure("2026-03-04", Kind::View, None, "home", 3);
    add(&store, "orleans", std::slice::from_ref(&view)).await;
    let mixed = [(id("orleans"), view.clone()), (id("nowhere"), view.clone())];
    assert!(store.add_audience_across_portals(&mixed).await.is_err());
    store.close().await;
    let store = Store::open(&path).await.unwrap();
    assert_eq!(
        store.audience_of_day(&id("orleans"), day("2026-03-04")).await.unwrap(),
        [view]
    );
}

#[tokio::test]
async fn the_dataset_of_the_figures_is_noted_and_its_old_versions_can_be_forgotten() {
    let store = two_portals().await;
    let orleans = id("orleans");
    let of = dataset("audience", "orleans");
    store.insert_dataset(&of).await.unwrap();
    for number in 1..=2 {
        let version = version(number);
        store
            .publish_version(&orleans, &of.uid, &schema(&["day"]), &version)
            .await
            .unwrap();
    }
    assert_eq!(store.audience_dataset(&orleans).await.unwrap(), None);
    for fingerprint in ["a", "b"] {
        let written = AudienceDataset {
            dataset: of.uid.clone(),
            fingerprint: fingerprint.to_owned(),
            written_at: noon(),
        };
        store.put_audience_dataset(&orleans, &written).await.unwrap();
        assert_eq!(store.audience_dataset(&orleans).await.unwrap(), Some(written));
    }
    assert_eq!(store.audience_dataset(&id("cesson")).await.unwrap(), None);
    let forget = async |portal: &str, number: u32| {
        store
            .forget_version(&id(portal), &of.uid, &version(number).id)
            .await
            .unwrap()
    };
    assert!(!forget("cesson", 1).await, "of another portal");
    assert!(!forget("orleans", 2).await, "the one that people see");
    assert!(forget("orleans", 1).await);
    assert!(!forget("orleans", 1).await, "gone already");
    let left = store.versions(&orleans, &of.uid).await.unwrap();
    assert_eq!(left, [version(2)]);
}

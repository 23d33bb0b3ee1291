//! A version is published or it is not, whatever is interrupted and when.

use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::task::Poll;

use parvis_model::{Dataset, VersionInfo};
use parvis_store::Store;

use crate::support::{dataset, fill, portal, schema, version};

/// A store on disk with version 1 of a dataset.
async fn first_version(path: &Path) -> (Store, Dataset) {
    let store = Store::open(path).await.unwrap();
    fill(&store).await;
    let communes = dataset("communes", "orleans");
    store.insert_dataset(&communes).await.unwrap();
    store
        .publish_version(&communes.portal, &communes.uid, &schema(&["old"]), &version(1))
        .await
        .unwrap();
    (store, communes)
}

/// The version that people see, after checking that everything that goes with it agrees.
async fn visible(store: &Store, communes: &Dataset) -> VersionInfo {
    let seen = store
        .dataset_by_uid(&communes.portal, &communes.uid)
        .await
        .unwrap()
        .unwrap();
    let shown = seen.version.unwrap();
    let listed = store.versions(&communes.portal, &communes.uid).await.unwrap();
    if shown == version(2) {
        assert_eq!(listed, [version(2), version(1)]);
        assert_eq!(seen.schema, schema(&["new"]));
    } else {
        assert_eq!(listed, [version(1)]);
        assert_eq!(seen.schema, schema(&["old"]));
    }
    shown
}

#[tokio::test]
async fn a_log_cut_anywhere_leaves_the_old_version_or_the_new() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parvis.db");
    let (store, communes) = first_version(&path).await;
    // Closing moves the log into the file: what is in the log afterwards is the second publication alone.
    store.close().await;
    let store = Store::open(&path).await.unwrap();
    store
        .publish_version(&communes.portal, &communes.uid, &schema(&["new"]), &version(2))
        .await
        .unwrap();
    let file = std::fs::read(&path).unwrap();
    let log = std::fs::read(folder.path().join("parvis.db-wal")).unwrap();
    assert!(log.len() > 4096, "the publication is in the log");

    let mut seen = [0, 0];
    for cut in (0..log.len()).step_by(1500).chain([log.len() - 1, log.len()]) {
        let crashed = tempfile::tempdir().unwrap();
        let copy = crashed.path().join("parvis.db");
        std::fs::write(&copy, &file).unwrap();
        std::fs::write(crashed.path().join("parvis.db-wal"), &log[..cut]).unwrap();
        let recovered = Store::open(&copy).await.unwrap();
        let shown = visible(&recovered, &communes).await;
        seen[usize::from(shown == version(2))] += 1;
        assert!(recovered.check().await.unwrap().is_sound(), "cut at {cut}");
        recovered.close().await;
    }
    assert!(seen[0] > 3 && seen[1] >= 1, "both outcomes were met: {seen:?}");
}

/// Polls `future` at most `polls` times, then drops it. Answers whether it ended.
async fn interrupt<F: Future>(future: F, polls: usize) -> bool {
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(_) => Poll::Ready(true),
        Poll::Pending if left == 0 => Poll::Ready(false),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

#[tokio::test]
async fn a_publication_dropped_at_any_await_leaves_the_old_version_or_the_new() {
    let mut interrupted = 0;
    for polls in 0..24 {
        let folder = tempfile::tempdir().unwrap();
        let (store, communes) = first_version(&folder.path().join("parvis.db")).await;
        let new = schema(&["new"]);
        let second = version(2);
        let ended = interrupt(
            store.publish_version(&communes.portal, &communes.uid, &new, &second),
            polls,
        )
        .await;
        // The one connection that writes takes its turn: whatever was under way has ended after this.
        store.put_portal(&portal("orleans")).await.unwrap();
        let shown = visible(&store, &communes).await;
        assert!(!ended || shown == version(2), "what was reported is there");
        if shown == version(1) {
            store
                .publish_version(&communes.portal, &communes.uid, &new, &second)
                .await
                .unwrap();
        }
        assert_eq!(visible(&store, &communes).await, version(2));
        interrupted += usize::from(!ended);
    }
    assert!(interrupted > 1, "the publication was interrupted {interrupted} times");
}

#[tokio::test]
async fn a_log_cut_anywhere_leaves_whole_batches_of_consent_records() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parvis.db");
    let store = Store::open(&path).await.unwrap();
    fill(&store).await;
    store.close().await;
    let store = Store::open(&path).await.unwrap();
    let orleans = crate::support::id("orleans");
    for first in [1, 11, 21] {
        let rows: Vec<_> = (first..first + 10)
            .map(|seq| crate::consent::row(seq, crate::support::noon()))
            .collect();
        crate::consent::append(&store, &orleans, &rows).await.unwrap();
    }
    let file = std::fs::read(&path).unwrap();
    let log = std::fs::read(folder.path().join("parvis.db-wal")).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for cut in (0..log.len()).step_by(1_900).chain([log.len()]) {
        let crashed = tempfile::tempdir().unwrap();
        let copy = crashed.path().join("parvis.db");
        std::fs::write(&copy, &file).unwrap();
        std::fs::write(crashed.path().join("parvis.db-wal"), &log[..cut]).unwrap();
        let recovered = Store::open(&copy).await.unwrap();
        let last = recovered
            .consent_bounds(&orleans)
            .await
            .unwrap()
            .map_or(0, |(_, last)| last);
        let signed = recovered.consent_tips_across_portals().await.unwrap();
        assert_eq!(
            signed.first().map_or(0, |(_, seq)| *seq),
            last,
            "records and head agree, cut at {cut}"
        );
        seen.insert(last);
        recovered.close().await;
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [0, 10, 20, 30]);
}

//! Races between signing in and signing out (R-SES-07), and between writers.

use std::sync::Arc;

use parvis_store::{Error, Store};
use tokio::sync::Barrier;

use crate::support::{dataset, fill, hash, id, noon, schema, session, version};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_races_between_signing_out_and_in_never_bring_a_session_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("parvis.db")).await.unwrap();
    fill(&store).await;
    let orleans = id("orleans");
    let (mut out_first, mut in_first) = (0, 0);
    for round in 0..1000_u32 {
        let (old, new) = (round * 2, round * 2 + 1);
        store.insert_session(&session(old, "orleans", None)).await.unwrap();
        let start = Arc::new(Barrier::new(3));
        let out = tokio::spawn({
            let (store, start, orleans) = (store.clone(), start.clone(), orleans.clone());
            async move {
                start.wait().await;
                store.delete_session(&orleans, &hash(old)).await.unwrap()
            }
        });
        let sign_in = tokio::spawn({
            let (store, start) = (store.clone(), start.clone());
            async move {
                start.wait().await;
                store
                    .replace_session(&hash(old), &session(new, "orleans", None), noon())
                    .await
            }
        });
        let write = tokio::spawn({
            let (store, start) = (store.clone(), start.clone());
            async move {
                start.wait().await;
                store.update_session(&session(old, "orleans", None), noon()).await
            }
        });
        let signed_out = out.await.unwrap();
        let replaced = match sign_in.await.unwrap() {
            Ok(()) => true,
            Err(Error::SessionGone) => false,
            Err(other) => panic!("{other}"),
        };
        assert!(matches!(write.await.unwrap(), Ok(()) | Err(Error::SessionGone)));
        assert_ne!(
            signed_out, replaced,
            "exactly one of the two found the session, in round {round}"
        );
        assert_eq!(
            store.session(&orleans, &hash(old), noon()).await.unwrap(),
            None,
            "round {round}"
        );
        assert_eq!(
            store.session(&orleans, &hash(new), noon()).await.unwrap().is_some(),
            replaced,
            "round {round}"
        );
        if signed_out { out_first += 1 } else { in_first += 1 }
    }
    assert_eq!(out_first + in_first, 1000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_of_two_processes_queue_and_readers_see_whole_versions() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parvis.db");
    let (one, two) = (Store::open(&path).await.unwrap(), Store::open(&path).await.unwrap());
    fill(&one).await;
    let communes = dataset("communes", "orleans");
    one.insert_dataset(&communes).await.unwrap();
    let publish = |store: Store, from: u32| {
        let (portal, uid) = (communes.portal.clone(), communes.uid.clone());
        tokio::spawn(async move {
            for number in from..from + 25 {
                let name = format!("f{number}");
                store
                    .publish_version(&portal, &uid, &schema(&[&name]), &version(number))
                    .await
                    .unwrap();
            }
        })
    };
    let (first, second) = (publish(one.clone(), 100), publish(two.clone(), 200));
    while !(first.is_finished() && second.is_finished()) {
        let seen = one
            .dataset_by_uid(&communes.portal, &communes.uid)
            .await
            .unwrap()
            .unwrap();
        if let Some(version) = seen.version {
            assert_eq!(version.id.as_str().replace('v', "f"), seen.schema.fields[0].name);
        }
    }
    first.await.unwrap();
    second.await.unwrap();
    assert_eq!(one.versions(&communes.portal, &communes.uid).await.unwrap().len(), 50);
}

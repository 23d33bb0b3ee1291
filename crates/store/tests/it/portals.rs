//! Portals, hosts, generations and secrets.

use parvis_store::Error;

use crate::support::{Counter, dataset, id, noon, portal, schema, two_portals, version};

#[tokio::test]
async fn a_portal_is_read_back_as_it_was_put() {
    let store = two_portals().await;
    assert_eq!(store.portal(&id("orleans")).await.unwrap(), Some(portal("orleans")));
    assert_eq!(store.portal(&id("nowhere")).await.unwrap(), None);
    let ids: Vec<_> = store
        .portals_across_portals()
        .await
        .unwrap()
        .into_iter()
        .map(|portal| portal.id)
        .collect();
    assert_eq!(ids, [id("cesson"), id("orleans")]);
}

#[tokio::test]
async fn every_host_leads_to_its_portal_and_no_other() {
    let store = two_portals().await;
    for (host, expected) in [
        ("orleans.localhost", Some("orleans")),
        ("www.orleans.example", Some("orleans")),
        ("cesson.localhost", Some("cesson")),
        ("localhost", None),
        ("ORLEANS.localhost", None),
    ] {
        let found = store
            .portal_by_host_across_portals(host)
            .await
            .unwrap()
            .map(|portal| portal.id);
        assert_eq!(found, expected.map(id), "{host}");
    }
}

#[tokio::test]
async fn a_host_cannot_be_taken_from_another_portal_and_nothing_is_written_then() {
    let store = two_portals().await;
    let mut thief = portal("thief");
    thief.hosts = vec!["thief.localhost".to_owned(), "Orleans.LOCALHOST".to_owned()];
    let error = store.put_portal(&thief).await.unwrap_err();
    assert!(matches!(&error, Error::HostTaken { host, portal } if host == "orleans.localhost" && portal == "orleans"));
    assert_eq!(store.portal(&id("thief")).await.unwrap(), None);
    assert_eq!(
        store.portal_by_host_across_portals("thief.localhost").await.unwrap(),
        None
    );
}

#[tokio::test]
async fn putting_again_replaces_the_document_and_the_hosts() {
    let store = two_portals().await;
    let mut changed = portal("orleans");
    changed.hosts = vec!["data.orleans.example".to_owned()];
    changed.accent = "#abcdef".to_owned();
    store.put_portal(&changed).await.unwrap();
    assert_eq!(store.portal(&id("orleans")).await.unwrap(), Some(changed));
    assert_eq!(
        store.portal_by_host_across_portals("orleans.localhost").await.unwrap(),
        None
    );
    assert!(
        store
            .portal_by_host_across_portals("data.orleans.example")
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn a_portal_without_a_host_is_refused() {
    let store = two_portals().await;
    let mut mute = portal("mute");
    mute.hosts.clear();
    assert!(matches!(store.put_portal(&mute).await.unwrap_err(), Error::NoHost(name) if name == "mute"));
}

#[tokio::test]
async fn the_generation_grows_with_every_write_to_the_portal_and_only_then() {
    let store = two_portals().await;
    let (orleans, cesson) = (id("orleans"), id("cesson"));
    let still = store.generation(&cesson).await.unwrap();
    let mut last = store.generation(&orleans).await.unwrap();
    let communes = dataset("communes", "orleans");
    for step in ["put", "insert", "update", "publish", "rename", "delete"] {
        match step {
            "put" => store.put_portal(&portal("orleans")).await.unwrap(),
            "insert" => store.insert_dataset(&communes).await.unwrap(),
            "update" => store.update_dataset(&communes).await.unwrap(),
            "publish" => {
                store
                    .publish_version(&orleans, &communes.uid, &schema(&["a"]), &version(1))
                    .await
                    .unwrap();
            }
            "rename" => store
                .rename_dataset(&orleans, &communes.uid, "villes", noon())
                .await
                .unwrap(),
            _ => store.delete_dataset(&orleans, &communes.uid).await.unwrap(),
        }
        let now = store.generation(&orleans).await.unwrap();
        assert!(now > last, "{step}");
        last = now;
    }
    assert_eq!(store.generation(&cesson).await.unwrap(), still);
    assert_eq!(store.generation_across_portals().await.unwrap(), last + still);
    assert!(matches!(
        store.generation(&id("nowhere")).await.unwrap_err(),
        Error::NotFound { .. }
    ));
}

#[tokio::test]
async fn a_secret_is_made_once_and_differs_by_name() {
    let store = two_portals().await;
    let rng = Counter::default();
    let first = store.secret_across_portals("sessions", &rng).await.unwrap();
    assert_eq!(store.secret_across_portals("sessions", &rng).await.unwrap(), first);
    assert_ne!(store.secret_across_portals("csrf", &rng).await.unwrap(), first);
}

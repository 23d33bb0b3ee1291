//! Revisions of the cookie registry.

use parvis_model::UserId;
use parvis_store::{Error, RegistryRevision};

use crate::support::{hash, id, minutes, noon, two_portals};

fn revision(home: &str, number: u64) -> RegistryRevision {
    RegistryRevision {
        portal: id(home),
        number,
        made_at: noon() + minutes(i64::try_from(number).unwrap()),
        author: (number > 1).then(|| UserId::new("u-anne")),
        author_name: "Anne".to_owned(),
        note: "Vidéos".to_owned(),
        additions: format!("{{\"n\":{number}}}"),
        published: "{}".to_owned(),
        revision: format!("{number:016x}"),
        questions: format!("[{}]", number / 2),
        hash: hash(u32::try_from(number).unwrap()),
    }
}

#[tokio::test]
async fn revisions_are_read_back_as_they_were_added_newest_first() {
    let store = two_portals().await;
    assert_eq!(store.latest_registry_revision(&id("orleans")).await.unwrap(), None);
    for number in 1..=3 {
        store.add_registry_revision(&revision("orleans", number)).await.unwrap();
    }
    assert_eq!(
        store.latest_registry_revision(&id("orleans")).await.unwrap(),
        Some(revision("orleans", 3))
    );
    let numbers = async |before, limit| {
        let found = store.registry_revisions(&id("orleans"), before, limit).await.unwrap();
        found.into_iter().map(|revision| revision.number).collect::<Vec<_>>()
    };
    assert_eq!(numbers(None, 10).await, [3, 2, 1]);
    assert_eq!(numbers(Some(3), 1).await, [2]);
    let mut asked = store.registry_questions(&id("orleans")).await.unwrap();
    asked.sort();
    assert_eq!(asked, ["[0]", "[1]"]);
}

#[tokio::test]
async fn a_number_is_given_once_and_the_first_revision_stays() {
    let store = two_portals().await;
    store.add_registry_revision(&revision("orleans", 1)).await.unwrap();
    let again = RegistryRevision {
        note: "Autre".to_owned(),
        ..revision("orleans", 1)
    };
    let before = store.generation(&id("orleans")).await.unwrap();
    let error = store.add_registry_revision(&again).await.unwrap_err();
    assert!(matches!(error, Error::Conflict { .. }), "{error}");
    assert_eq!(store.generation(&id("orleans")).await.unwrap(), before);
    let kept = store.registry_revision(&id("orleans"), 1).await.unwrap();
    assert_eq!(kept, Some(revision("orleans", 1)));
}

#[tokio::test]
async fn the_revisions_of_a_portal_are_its_own() {
    let store = two_portals().await;
    store.add_registry_revision(&revision("orleans", 1)).await.unwrap();
    store.add_registry_revision(&revision("orleans", 2)).await.unwrap();
    store.add_registry_revision(&revision("cesson", 1)).await.unwrap();
    assert_eq!(store.registry_revision(&id("cesson"), 2).await.unwrap(), None);
    assert_eq!(
        store.registry_revisions(&id("cesson"), None, 10).await.unwrap().len(),
        1
    );
    assert_eq!(store.registry_questions(&id("cesson")).await.unwrap(), ["[0]"]);
    let error = store.add_registry_revision(&revision("nowhere", 1)).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
}

#[tokio::test]
async fn a_revision_tells_caches_that_the_portal_changed() {
    let store = two_portals().await;
    let before = store.generation_across_portals().await.unwrap();
    store.add_registry_revision(&revision("orleans", 1)).await.unwrap();
    assert!(store.generation_across_portals().await.unwrap() > before);
}

//! Datasets, names and versions.

use parvis_model::VersionId;
use parvis_store::Error;

use crate::support::{dataset, id, minutes, noon, schema, two_portals, version};

#[tokio::test]
async fn a_dataset_is_read_back_with_its_published_version() {
    let store = two_portals().await;
    let mut communes = dataset("communes", "orleans");
    communes.schema = schema(&["code", "nom"]);
    communes.version = Some(version(1));
    store.insert_dataset(&communes).await.unwrap();
    let orleans = id("orleans");
    assert_eq!(
        store.dataset_by_slug(&orleans, "communes").await.unwrap(),
        Some(communes.clone())
    );
    assert_eq!(
        store.dataset_by_uid(&orleans, &communes.uid).await.unwrap(),
        Some(communes.clone())
    );
    assert_eq!(store.versions(&orleans, &communes.uid).await.unwrap(), [version(1)]);
    assert_eq!(store.datasets(&orleans).await.unwrap(), [communes]);
}

#[tokio::test]
async fn two_portals_may_use_the_same_slug_and_see_their_own() {
    let store = two_portals().await;
    for home in ["orleans", "cesson"] {
        store.insert_dataset(&dataset("communes", home)).await.unwrap();
    }
    for home in ["orleans", "cesson"] {
        assert_eq!(
            store.dataset_by_slug(&id(home), "communes").await.unwrap().unwrap(),
            dataset("communes", home)
        );
        assert_eq!(store.datasets(&id(home)).await.unwrap().len(), 1);
    }
    let mut twin = dataset("communes", "orleans");
    twin.uid = parvis_model::DatasetUid::new("da_twin");
    assert!(matches!(
        store.insert_dataset(&twin).await.unwrap_err(),
        Error::Taken { .. }
    ));
    assert!(matches!(
        store.insert_dataset(&dataset("a", "nowhere")).await.unwrap_err(),
        Error::NotFound { .. }
    ));
}

#[tokio::test]
async fn another_portal_can_neither_see_nor_change_a_dataset() {
    let store = two_portals().await;
    let home = dataset("communes", "orleans");
    store.insert_dataset(&home).await.unwrap();
    store
        .publish_version(&home.portal, &home.uid, &schema(&["a"]), &version(1))
        .await
        .unwrap();
    let before = store.dataset_by_uid(&home.portal, &home.uid).await.unwrap();
    let cesson = id("cesson");
    assert_eq!(store.dataset_by_slug(&cesson, "communes").await.unwrap(), None);
    assert_eq!(store.dataset_by_uid(&cesson, &home.uid).await.unwrap(), None);
    assert_eq!(store.versions(&cesson, &home.uid).await.unwrap(), []);
    assert_eq!(store.version(&cesson, &home.uid, &version(1).id).await.unwrap(), None);
    let mut foreign = before.clone().unwrap();
    foreign.portal = cesson.clone();
    foreign.restricted = true;
    let refused = [
        store.update_dataset(&foreign).await,
        store.rename_dataset(&cesson, &home.uid, "mine", noon()).await,
        store
            .publish_version(&cesson, &home.uid, &schema(&["b"]), &version(2))
            .await,
        store.delete_dataset(&cesson, &home.uid).await,
    ];
    for (index, result) in refused.into_iter().enumerate() {
        assert!(matches!(result.unwrap_err(), Error::NotFound { .. }), "{index}");
    }
    assert_eq!(store.dataset_by_uid(&home.portal, &home.uid).await.unwrap(), before);
}

#[tokio::test]
async fn publishing_changes_schema_and_version_and_keeps_the_older_ones() {
    let store = two_portals().await;
    let orleans = id("orleans");
    let communes = dataset("communes", "orleans");
    store.insert_dataset(&communes).await.unwrap();
    store
        .publish_version(&orleans, &communes.uid, &schema(&["a"]), &version(1))
        .await
        .unwrap();
    store
        .publish_version(&orleans, &communes.uid, &schema(&["a", "b"]), &version(2))
        .await
        .unwrap();
    let published = store.dataset_by_uid(&orleans, &communes.uid).await.unwrap().unwrap();
    assert_eq!(
        (published.schema, published.version),
        (schema(&["a", "b"]), Some(version(2)))
    );
    assert_eq!(
        store.versions(&orleans, &communes.uid).await.unwrap(),
        [version(2), version(1)]
    );
    let first = store.version(&orleans, &communes.uid, &version(1).id).await.unwrap();
    assert_eq!(first, Some((schema(&["a"]), version(1))));
    assert_eq!(
        store
            .version(&orleans, &communes.uid, &VersionId::new("v9"))
            .await
            .unwrap(),
        None
    );
    let again = store
        .publish_version(&orleans, &communes.uid, &schema(&[]), &version(1))
        .await;
    assert!(matches!(again.unwrap_err(), Error::Taken { .. }));
}

#[tokio::test]
async fn metadata_are_written_only_over_the_version_they_were_read_with() {
    let store = two_portals().await;
    let orleans = id("orleans");
    let mut read = dataset("communes", "orleans");
    store.insert_dataset(&read).await.unwrap();
    read.restricted = true;
    read.updated_at = noon() + minutes(5);
    store.update_dataset(&read).await.unwrap();
    assert_eq!(
        store.dataset_by_uid(&orleans, &read.uid).await.unwrap(),
        Some(read.clone())
    );
    store
        .publish_version(&orleans, &read.uid, &schema(&["a"]), &version(1))
        .await
        .unwrap();
    assert!(matches!(
        store.update_dataset(&read).await.unwrap_err(),
        Error::Conflict { .. }
    ));
    let now = store.dataset_by_uid(&orleans, &read.uid).await.unwrap().unwrap();
    assert_eq!(now.schema, schema(&["a"]));
}

#[tokio::test]
async fn old_names_lead_to_the_dataset_until_another_takes_them() {
    let store = two_portals().await;
    let (orleans, cesson) = (id("orleans"), id("cesson"));
    let first = dataset("communes", "orleans");
    store.insert_dataset(&first).await.unwrap();
    store
        .rename_dataset(&orleans, &first.uid, "villes", noon() + minutes(1))
        .await
        .unwrap();
    store
        .rename_dataset(&orleans, &first.uid, "cites", noon() + minutes(2))
        .await
        .unwrap();
    for name in ["communes", "villes", "cites"] {
        let found = store.dataset_by_slug(&orleans, name).await.unwrap().unwrap();
        assert_eq!(
            (found.slug.as_str(), found.updated_at),
            ("cites", noon() + minutes(2)),
            "{name}"
        );
        assert_eq!(store.dataset_by_slug(&cesson, name).await.unwrap(), None);
    }
    let mut second = dataset("communes", "orleans");
    second.uid = parvis_model::DatasetUid::new("da_second");
    store.insert_dataset(&second).await.unwrap();
    assert_eq!(
        store.dataset_by_slug(&orleans, "communes").await.unwrap().unwrap().uid,
        second.uid
    );
    assert_eq!(
        store.dataset_by_slug(&orleans, "villes").await.unwrap().unwrap().uid,
        first.uid
    );
    let clash = store.rename_dataset(&orleans, &second.uid, "cites", noon()).await;
    assert!(matches!(clash.unwrap_err(), Error::Taken { .. }));
    store
        .rename_dataset(&orleans, &first.uid, "villes", noon())
        .await
        .unwrap();
    store
        .rename_dataset(&orleans, &first.uid, "villes", noon())
        .await
        .unwrap();
    assert_eq!(
        store.dataset_by_slug(&orleans, "cites").await.unwrap().unwrap().slug,
        "villes"
    );
}

#[tokio::test]
async fn a_deleted_dataset_leaves_no_name_and_no_version() {
    let store = two_portals().await;
    let orleans = id("orleans");
    let communes = dataset("communes", "orleans");
    store.insert_dataset(&communes).await.unwrap();
    store
        .publish_version(&orleans, &communes.uid, &schema(&["a"]), &version(1))
        .await
        .unwrap();
    store
        .rename_dataset(&orleans, &communes.uid, "villes", noon())
        .await
        .unwrap();
    store.delete_dataset(&orleans, &communes.uid).await.unwrap();
    for name in ["communes", "villes"] {
        assert_eq!(store.dataset_by_slug(&orleans, name).await.unwrap(), None);
    }
    assert_eq!(store.versions(&orleans, &communes.uid).await.unwrap(), []);
    let again = store.delete_dataset(&orleans, &communes.uid).await;
    assert!(matches!(again.unwrap_err(), Error::NotFound { .. }));
}

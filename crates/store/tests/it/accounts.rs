//! Users, API keys and failed sign-ins.

use parvis_model::{ApiKeyId, Role, UserId};
use parvis_store::{ApiKey, Error, Store};

use crate::support::{hash, id, minutes, noon, session, two_portals, user};

/// Two portals and three people with the same address: one at each portal, one of the platform.
async fn namesakes() -> Store {
    let store = two_portals().await;
    for home in [Some("orleans"), Some("cesson"), None] {
        store.insert_user(&user("ana", home)).await.unwrap();
    }
    store
}

#[tokio::test]
async fn an_address_is_found_without_case_in_its_own_home_only() {
    let store = namesakes().await;
    for home in [Some("orleans"), Some("cesson"), None] {
        let home_id = home.map(id);
        let found = store
            .user_by_email(home_id.as_ref(), " ANA@example.ORG ")
            .await
            .unwrap()
            .unwrap();
        assert!(found == user("ana", home));
    }
    assert!(
        store
            .user_by_email(Some(&id("nowhere")), "ana@example.org")
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn an_address_is_unique_in_its_home() {
    let store = namesakes().await;
    for home in [Some("orleans"), None] {
        let mut twin = user("ana", home);
        twin.id = UserId::new("another");
        twin.email = "ANA@EXAMPLE.ORG".to_owned();
        assert!(matches!(
            store.insert_user(&twin).await.unwrap_err(),
            Error::Taken { .. }
        ));
    }
}

#[tokio::test]
async fn a_portal_sees_its_own_users_and_the_platforms_staff_but_not_its_neighbours() {
    let store = namesakes().await;
    let (own, other, staff) = (
        user("ana", Some("orleans")),
        user("ana", Some("cesson")),
        user("ana", None),
    );
    let orleans = id("orleans");
    assert!(store.user(&orleans, &own.id).await.unwrap().is_some());
    assert!(store.user(&orleans, &other.id).await.unwrap().is_none());
    assert!(store.user(&orleans, &staff.id).await.unwrap().is_some());
    let listed: Vec<_> = store
        .users(Some(&orleans))
        .await
        .unwrap()
        .into_iter()
        .map(|user| user.id)
        .collect();
    assert_eq!(listed, [own.id]);
}

#[tokio::test]
async fn nobody_changes_an_account_from_another_home() {
    let store = namesakes().await;
    let victim = user("ana", Some("orleans"));
    let cesson = id("cesson");
    for home in [Some(&cesson), None] {
        let refused = [
            store.set_password(home, &victim.id, "$stolen", None, noon()).await,
            store
                .upgrade_password_hash(home, &victim.id, &victim.password_hash, "$stolen")
                .await,
            store.set_profile(home, &victim.id, "Stolen", None).await,
            store.set_active(home, &victim.id, false).await,
            store.set_role(home, &victim.id, Role::Admin).await,
        ];
        for (index, result) in refused.into_iter().enumerate() {
            assert!(matches!(result.unwrap_err(), Error::NotFound { .. }), "{index}");
        }
    }
    assert!(store.user(&id("orleans"), &victim.id).await.unwrap().unwrap() == victim);
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let store = namesakes().await;
    let orleans = id("orleans");
    let ana = user("ana", Some("orleans"));
    for number in 1..=3 {
        store
            .insert_session(&session(number, "orleans", Some(&ana.id)))
            .await
            .unwrap();
    }
    store
        .insert_session(&session(4, "cesson", Some(&user("ana", Some("cesson")).id)))
        .await
        .unwrap();
    let later = noon() + minutes(1);
    store
        .set_password(Some(&orleans), &ana.id, "$new", Some(&hash(2)), later)
        .await
        .unwrap();
    let changed = store.user(&orleans, &ana.id).await.unwrap().unwrap();
    assert_eq!(
        (changed.password_hash.as_str(), changed.password_changed_at),
        ("$new", later)
    );
    for (number, home, alive) in [
        (1, "orleans", false),
        (2, "orleans", true),
        (3, "orleans", false),
        (4, "cesson", true),
    ] {
        assert_eq!(
            store.session(&id(home), &hash(number), later).await.unwrap().is_some(),
            alive,
            "{number}"
        );
    }
}

#[tokio::test]
async fn a_hash_is_upgraded_only_if_the_password_did_not_change_meanwhile() {
    let store = namesakes().await;
    let orleans = id("orleans");
    let ana = user("ana", Some("orleans"));
    store
        .upgrade_password_hash(Some(&orleans), &ana.id, &ana.password_hash, "$stronger")
        .await
        .unwrap();
    let changed = store.user(&orleans, &ana.id).await.unwrap().unwrap();
    assert_eq!(
        (changed.password_hash.as_str(), changed.password_changed_at),
        ("$stronger", noon())
    );
    let late = store
        .upgrade_password_hash(Some(&orleans), &ana.id, &ana.password_hash, "$late")
        .await;
    assert!(matches!(late.unwrap_err(), Error::NotFound { .. }));
}

#[tokio::test]
async fn closing_an_account_or_changing_its_role_ends_its_sessions() {
    let store = namesakes().await;
    let orleans = id("orleans");
    let ana = user("ana", Some("orleans"));
    store
        .insert_session(&session(1, "orleans", Some(&ana.id)))
        .await
        .unwrap();
    store.set_role(Some(&orleans), &ana.id, ana.role).await.unwrap();
    store.set_active(Some(&orleans), &ana.id, true).await.unwrap();
    assert!(
        store.session(&orleans, &hash(1), noon()).await.unwrap().is_some(),
        "nothing changed"
    );
    store.set_role(Some(&orleans), &ana.id, Role::Reader).await.unwrap();
    assert!(store.session(&orleans, &hash(1), noon()).await.unwrap().is_none());
    assert_eq!(store.user(&orleans, &ana.id).await.unwrap().unwrap().role, Role::Reader);
    store
        .insert_session(&session(2, "orleans", Some(&ana.id)))
        .await
        .unwrap();
    store.set_active(Some(&orleans), &ana.id, false).await.unwrap();
    assert!(store.session(&orleans, &hash(2), noon()).await.unwrap().is_none());
    assert!(!store.user(&orleans, &ana.id).await.unwrap().unwrap().active);
}

#[tokio::test]
async fn a_profile_is_the_name_and_the_language() {
    let store = namesakes().await;
    let orleans = id("orleans");
    let ana = user("ana", Some("orleans"));
    store
        .set_profile(Some(&orleans), &ana.id, "Ana B.", None)
        .await
        .unwrap();
    let changed = store.user(&orleans, &ana.id).await.unwrap().unwrap();
    assert_eq!((changed.display_name.as_str(), changed.language), ("Ana B.", None));
}

fn key(number: u32, home: &str, owner: &UserId) -> ApiKey {
    ApiKey {
        id: ApiKeyId::new(format!("ak_{number}")),
        user: owner.clone(),
        portal: id(home),
        label: "Script".to_owned(),
        hash: hash(number),
        created_at: noon() + minutes(i64::from(number)),
        last_used_at: None,
        revoked_at: None,
    }
}

#[tokio::test]
async fn a_key_counts_on_its_own_portal_until_it_is_revoked() {
    let store = namesakes().await;
    let (orleans, cesson) = (id("orleans"), id("cesson"));
    let staff = user("ana", None).id;
    store.insert_api_key(&key(1, "orleans", &staff)).await.unwrap();
    store.insert_api_key(&key(2, "orleans", &staff)).await.unwrap();
    assert_eq!(
        store.api_key_by_hash(&orleans, &hash(1)).await.unwrap(),
        Some(key(1, "orleans", &staff))
    );
    assert_eq!(store.api_key_by_hash(&cesson, &hash(1)).await.unwrap(), None);
    assert_eq!(
        store.api_keys(&orleans, &staff).await.unwrap(),
        [key(2, "orleans", &staff), key(1, "orleans", &staff)]
    );
    assert_eq!(store.api_keys(&cesson, &staff).await.unwrap(), []);

    let stranger = user("ana", Some("orleans")).id;
    for (portal, owner) in [(&cesson, &staff), (&orleans, &stranger)] {
        let refused = store
            .revoke_api_key(portal, owner, &key(1, "orleans", &staff).id, noon())
            .await;
        assert!(matches!(refused.unwrap_err(), Error::NotFound { .. }));
    }
    store
        .revoke_api_key(&orleans, &staff, &key(1, "orleans", &staff).id, noon())
        .await
        .unwrap();
    assert_eq!(store.api_key_by_hash(&orleans, &hash(1)).await.unwrap(), None);
    assert_eq!(store.api_keys(&orleans, &staff).await.unwrap().len(), 1);
    assert!(!store.touch_api_key(&key(1, "orleans", &staff), noon()).await.unwrap());
}

#[tokio::test]
async fn a_keys_hash_is_unique() {
    let store = namesakes().await;
    let owner = user("ana", None).id;
    store.insert_api_key(&key(1, "orleans", &owner)).await.unwrap();
    let mut twin = key(2, "cesson", &owner);
    twin.hash = hash(1);
    assert!(matches!(
        store.insert_api_key(&twin).await.unwrap_err(),
        Error::Taken { .. }
    ));
}

#[tokio::test]
async fn the_use_of_a_key_is_written_at_most_once_a_minute() {
    let store = namesakes().await;
    let orleans = id("orleans");
    let fresh = key(1, "orleans", &user("ana", Some("orleans")).id);
    store.insert_api_key(&fresh).await.unwrap();
    assert!(store.touch_api_key(&fresh, noon()).await.unwrap());
    assert!(
        !store
            .touch_api_key(&fresh, noon() + minutes(1) - chrono::TimeDelta::milliseconds(1))
            .await
            .unwrap()
    );
    let used = store.api_key_by_hash(&orleans, &fresh.hash).await.unwrap().unwrap();
    assert_eq!(used.last_used_at, Some(noon()));
    assert!(store.touch_api_key(&used, noon() + minutes(1)).await.unwrap());
    let mut moved = used.clone();
    moved.portal = id("cesson");
    moved.last_used_at = None;
    assert!(!store.touch_api_key(&moved, noon() + minutes(9)).await.unwrap());
}

#[tokio::test]
async fn failed_sign_ins_are_counted_per_portal_account_and_time() {
    let store = two_portals().await;
    let (orleans, cesson) = (id("orleans"), id("cesson"));
    for minute in 0..4 {
        store
            .record_failed_login(&orleans, &hash(1), noon() + minutes(minute))
            .await
            .unwrap();
    }
    store.record_failed_login(&orleans, &hash(2), noon()).await.unwrap();
    store.record_failed_login(&cesson, &hash(1), noon()).await.unwrap();
    assert_eq!(
        store
            .failed_logins_since(&orleans, &hash(1), noon() + minutes(1))
            .await
            .unwrap(),
        3
    );
    store.clear_failed_logins(&orleans, &hash(1)).await.unwrap();
    assert_eq!(store.failed_logins_since(&orleans, &hash(1), noon()).await.unwrap(), 0);
    assert_eq!(store.failed_logins_since(&orleans, &hash(2), noon()).await.unwrap(), 1);
    assert_eq!(store.failed_logins_since(&cesson, &hash(1), noon()).await.unwrap(), 1);
    assert_eq!(
        store
            .purge_failed_logins_across_portals(noon() + minutes(1))
            .await
            .unwrap(),
        2
    );
}

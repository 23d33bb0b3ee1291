//! Sessions: life, isolation, replacement.

use parvis_store::Error;

use crate::support::{hash, id, minutes, noon, session, two_portals, user};

#[tokio::test]
async fn a_session_is_read_back_on_its_own_portal_only() {
    let store = two_portals().await;
    let ana = user("ana", Some("orleans"));
    store.insert_user(&ana).await.unwrap();
    let stored = session(1, "orleans", Some(&ana.id));
    store.insert_session(&stored).await.unwrap();
    assert_eq!(
        store.session(&id("orleans"), &hash(1), noon()).await.unwrap(),
        Some(stored)
    );
    assert_eq!(store.session(&id("cesson"), &hash(1), noon()).await.unwrap(), None);
    assert_eq!(store.session(&id("orleans"), &hash(2), noon()).await.unwrap(), None);
}

#[tokio::test]
async fn a_session_that_ended_is_neither_read_nor_revived() {
    let store = two_portals().await;
    let mut ended = session(1, "orleans", None);
    store.insert_session(&ended).await.unwrap();
    let end = ended.expires_at;
    assert!(
        store
            .session(&id("orleans"), &hash(1), end - minutes(1))
            .await
            .unwrap()
            .is_some()
    );
    assert!(store.session(&id("orleans"), &hash(1), end).await.unwrap().is_none());
    ended.expires_at = end + minutes(60);
    assert!(matches!(
        store.update_session(&ended, end).await.unwrap_err(),
        Error::SessionGone
    ));
    let next = session(2, "orleans", None);
    assert!(matches!(
        store.replace_session(&hash(1), &next, end).await.unwrap_err(),
        Error::SessionGone
    ));
    assert_eq!(store.purge_sessions_across_portals(end - minutes(1)).await.unwrap(), 0);
    assert_eq!(store.purge_sessions_across_portals(end).await.unwrap(), 1);
}

#[tokio::test]
async fn a_live_session_takes_new_content() {
    let store = two_portals().await;
    let mut live = session(1, "orleans", None);
    store.insert_session(&live).await.unwrap();
    live.data.insert("seen".to_owned(), true.into());
    live.csrf_secret = "another".to_owned();
    live.expires_at += minutes(30);
    store.update_session(&live, noon()).await.unwrap();
    assert_eq!(
        store.session(&id("orleans"), &hash(1), noon()).await.unwrap(),
        Some(live)
    );
}

#[tokio::test]
async fn a_session_that_was_deleted_is_not_made_anew_by_a_write() {
    let store = two_portals().await;
    let gone = session(1, "orleans", None);
    store.insert_session(&gone).await.unwrap();
    assert!(store.delete_session(&id("orleans"), &hash(1)).await.unwrap());
    assert!(!store.delete_session(&id("orleans"), &hash(1)).await.unwrap());
    assert!(matches!(
        store.update_session(&gone, noon()).await.unwrap_err(),
        Error::SessionGone
    ));
    let next = session(2, "orleans", None);
    assert!(matches!(
        store.replace_session(&hash(1), &next, noon()).await.unwrap_err(),
        Error::SessionGone
    ));
    for number in [1, 2] {
        assert_eq!(
            store.session(&id("orleans"), &hash(number), noon()).await.unwrap(),
            None
        );
    }
}

#[tokio::test]
async fn replacing_ends_the_old_session_and_begins_the_new() {
    let store = two_portals().await;
    store.insert_session(&session(1, "orleans", None)).await.unwrap();
    let next = session(2, "orleans", None);
    store.replace_session(&hash(1), &next, noon()).await.unwrap();
    assert_eq!(store.session(&id("orleans"), &hash(1), noon()).await.unwrap(), None);
    assert_eq!(
        store.session(&id("orleans"), &hash(2), noon()).await.unwrap(),
        Some(next)
    );
}

#[tokio::test]
async fn another_portal_can_neither_write_replace_nor_end_a_session() {
    let store = two_portals().await;
    let home = session(1, "orleans", None);
    store.insert_session(&home).await.unwrap();
    let mut foreign = home.clone();
    foreign.portal = id("cesson");
    foreign.csrf_secret = "stolen".to_owned();
    assert!(matches!(
        store.update_session(&foreign, noon()).await.unwrap_err(),
        Error::SessionGone
    ));
    let replaced = store
        .replace_session(&hash(1), &session(2, "cesson", None), noon())
        .await;
    assert!(matches!(replaced.unwrap_err(), Error::SessionGone));
    assert!(!store.delete_session(&id("cesson"), &hash(1)).await.unwrap());
    assert_eq!(
        store.session(&id("orleans"), &hash(1), noon()).await.unwrap(),
        Some(home)
    );
    assert_eq!(store.session(&id("cesson"), &hash(2), noon()).await.unwrap(), None);
}

#[tokio::test]
async fn signing_out_everywhere_ends_one_users_sessions_on_every_portal() {
    let store = two_portals().await;
    let (staff, ana) = (user("staff", None), user("ana", Some("orleans")));
    store.insert_user(&staff).await.unwrap();
    store.insert_user(&ana).await.unwrap();
    store
        .insert_session(&session(1, "orleans", Some(&staff.id)))
        .await
        .unwrap();
    store
        .insert_session(&session(2, "cesson", Some(&staff.id)))
        .await
        .unwrap();
    store
        .insert_session(&session(3, "cesson", Some(&staff.id)))
        .await
        .unwrap();
    store
        .insert_session(&session(4, "orleans", Some(&ana.id)))
        .await
        .unwrap();
    assert_eq!(
        store
            .delete_user_sessions_across_portals(&staff.id, Some(&hash(2)))
            .await
            .unwrap(),
        2
    );
    assert!(store.session(&id("cesson"), &hash(2), noon()).await.unwrap().is_some());
    assert_eq!(
        store
            .delete_user_sessions_across_portals(&staff.id, None)
            .await
            .unwrap(),
        1
    );
    assert!(store.session(&id("orleans"), &hash(4), noon()).await.unwrap().is_some());
}

#[tokio::test]
async fn nothing_that_opens_a_door_is_printed() {
    let mut secret = session(7, "orleans", None);
    secret.csrf_secret = "hunter2".to_owned();
    let ana = user("ana", Some("orleans"));
    let printed = format!("{secret:?} {ana:?}");
    for word in ["hunter2", "argon2", "Example.org", "0, 0, 0, 7"] {
        assert!(!printed.contains(word), "{word}");
    }
}

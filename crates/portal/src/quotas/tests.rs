use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use parvis_model::{Clock, Portal, Role, SystemRng, UserId};
use tempfile::TempDir;

use super::*;
use crate::Settings;

struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0.load(Ordering::Relaxed), 0).unwrap()
    }
}

/// 2026-03-04, an hour before midnight.
const LATE: i64 = 1_772_665_200;

async fn open(folder: &TempDir, clock: &Arc<Hands>) -> Parvis {
    let settings = Settings {
        data: folder.path().to_owned(),
        engine: Default::default(),
        fetch: Default::default(),
        kept_answers: 0,
    };
    let clock: Arc<dyn Clock> = clock.clone();
    Parvis::open(settings, clock, Arc::new(SystemRng)).await.unwrap()
}

async fn portal(parvis: &Parvis) -> Viewer {
    let portal: Portal = serde_json::from_value(serde_json::json!({
        "id": "orleans", "hosts": ["orleans.localhost"], "public_url": "https://data.example",
        "name": {}, "languages": ["fr"], "accent": "#000000",
    }))
    .unwrap();
    parvis.put_portal(&portal).await.unwrap();
    let actor = Actor::User {
        id: UserId::new("operator"),
        portal: None,
        role: Role::Admin,
    };
    Viewer {
        actor,
        ..Viewer::anonymous(Arc::new(portal))
    }
}

fn user(name: &str) -> Caller {
    Caller {
        user: Some(name.to_owned()),
        ..Caller::default()
    }
}

#[tokio::test]
async fn without_a_quota_nothing_is_counted() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::new(Hands(LATE.into())));
    let parvis = open(&folder, &clock).await;
    let viewer = portal(&parvis).await;
    let charged = parvis.charge(&viewer.portal.id, &Caller::default()).await.unwrap();
    assert_eq!(charged, Ok(Charged::default()));
    assert!(parvis.quota_state().counts.take().is_empty());
}

#[tokio::test]
async fn the_last_call_is_answered_and_the_next_refused_until_midnight() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::new(Hands(LATE.into())));
    let parvis = open(&folder, &clock).await;
    let viewer = portal(&parvis).await;
    let id = &viewer.portal.id;
    parvis
        .set_quota(&viewer, QuotaScope::Anonymous, "", Some(2))
        .await
        .unwrap();
    parvis
        .set_quota(&viewer, QuotaScope::Portal, "", Some(4))
        .await
        .unwrap();
    let anonymous = Caller::default();
    let reset = DateTime::from_timestamp(LATE + 3_600, 0).unwrap();
    for remaining in [1, 0] {
        let left = parvis.charge(id, &anonymous).await.unwrap().unwrap().caller.unwrap();
        assert_eq!((left.limit, left.remaining, left.reset), (2, remaining, reset));
    }
    let refused = parvis.charge(id, &anonymous).await.unwrap();
    let scope = QuotaScope::Anonymous;
    assert_eq!(refused, Err(Exceeded { scope, limit: 2, reset }));
    // A refusal is not charged: two calls of the portal's four are left.
    for remaining in [1, 0] {
        let left = parvis.charge(id, &user("ana")).await.unwrap().unwrap().caller.unwrap();
        assert_eq!((left.limit, left.remaining), (4, remaining));
    }
    assert_eq!(
        parvis.charge(id, &user("ana")).await.unwrap().unwrap_err().scope,
        QuotaScope::Portal
    );
    clock.0.store(LATE + 3_600, Ordering::Relaxed);
    assert!(parvis.charge(id, &anonymous).await.unwrap().is_ok(), "a new day");
}

#[tokio::test]
async fn each_user_key_and_dataset_has_calls_of_its_own() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::new(Hands(LATE.into())));
    let parvis = open(&folder, &clock).await;
    let viewer = portal(&parvis).await;
    let id = &viewer.portal.id;
    parvis.set_quota(&viewer, QuotaScope::User, "", Some(1)).await.unwrap();
    parvis
        .set_quota(&viewer, QuotaScope::User, "ana", Some(2))
        .await
        .unwrap();
    parvis
        .set_quota(&viewer, QuotaScope::Dataset, "da_1", Some(3))
        .await
        .unwrap();
    assert!(parvis.limits_datasets(id).await.unwrap());
    let about = |caller: Caller| Caller {
        dataset: Some(DatasetUid::new("da_1")),
        ..caller
    };
    for (caller, wanted) in [("bob", 0), ("ana", 1), ("eve", 0)] {
        let charged = parvis.charge(id, &about(user(caller))).await.unwrap().unwrap();
        assert_eq!(charged.caller.unwrap().remaining, wanted, "{caller}");
    }
    let refused = parvis.charge(id, &about(user("ana"))).await.unwrap().unwrap_err();
    assert_eq!(refused.scope, QuotaScope::Dataset);
    assert!(parvis.charge(id, &user("ana")).await.unwrap().is_ok(), "about another");
    assert!(
        parvis
            .set_quota(&viewer, QuotaScope::Portal, "ana", Some(1))
            .await
            .is_err()
    );
    let stranger = Viewer::anonymous(Arc::clone(&viewer.portal));
    assert!(parvis.set_quota(&stranger, QuotaScope::Portal, "", None).await.is_err());
}

#[tokio::test]
async fn calls_outlive_the_process_and_count_for_all_servers() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::new(Hands(LATE.into())));
    let (one, other) = (open(&folder, &clock).await, open(&folder, &clock).await);
    let viewer = portal(&one).await;
    let id = &viewer.portal.id;
    one.set_quota(&viewer, QuotaScope::Anonymous, "", Some(10))
        .await
        .unwrap();
    let left = async |parvis: &Parvis| {
        let charged = parvis.charge(id, &Caller::default()).await.unwrap();
        charged.unwrap().caller.unwrap().remaining
    };
    assert_eq!((left(&one).await, left(&one).await, left(&other).await), (9, 8, 9));
    one.flush_quotas_across_portals().await.unwrap();
    other.flush_quotas_across_portals().await.unwrap();
    one.flush_quotas_across_portals().await.unwrap();
    assert_eq!(left(&other).await, 6, "three were called before");
    other.flush_quotas_across_portals().await.unwrap();
    let third = open(&folder, &clock).await;
    assert_eq!(left(&third).await, 5);
    assert_eq!(third.quota_counts_today(&viewer).await.unwrap()[0].calls, 4);
}

#[tokio::test]
async fn a_call_that_needs_no_store_is_charged_at_once() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::new(Hands(LATE.into())));
    let parvis = open(&folder, &clock).await;
    let viewer = portal(&parvis).await;
    let id = &viewer.portal.id;
    let generation = parvis.generation(id).await.unwrap();
    assert_eq!(
        parvis.charge_anonymous(id, generation),
        None,
        "the limits are not known yet"
    );
    parvis.charge(id, &Caller::default()).await.unwrap().unwrap();
    assert_eq!(parvis.charge_anonymous(id, generation), Some(Charged::default()));
    parvis
        .set_quota(&viewer, QuotaScope::Anonymous, "", Some(2))
        .await
        .unwrap();
    let generation = parvis.generation(id).await.unwrap();
    assert_eq!(parvis.charge_anonymous(id, generation), None);
    parvis.charge(id, &Caller::default()).await.unwrap().unwrap();
    assert_eq!(
        parvis
            .charge_anonymous(id, generation)
            .unwrap()
            .caller
            .unwrap()
            .remaining,
        0
    );
    assert_eq!(
        parvis.charge_anonymous(id, generation),
        None,
        "the words of a refusal are not found here"
    );
}

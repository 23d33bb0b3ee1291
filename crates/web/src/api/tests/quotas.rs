//! Quotas: what callers are told, and when they are refused.

use axum::body::Body;
use http::Request;
use parvis_model::{QuotaScope, Role};
use parvis_portal::accounts::NewUser;

use super::support::{Answer, Bench, address};

const RECORDS: &str = "/catalog/datasets/places/records";

async fn limit(bench: &Bench, scope: QuotaScope, subject: &str, calls: u64) {
    let staff = bench.viewer(bench.admin.clone());
    bench
        .parvis
        .set_quota(&staff, scope, subject, Some(calls))
        .await
        .unwrap();
}

fn left(answer: &Answer) -> [&str; 3] {
    ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"].map(|name| answer.header(name))
}

#[tokio::test]
async fn nothing_is_said_until_a_quota_is_set() {
    let bench = Bench::with_places().await;
    assert_eq!(left(&bench.get(RECORDS, &[]).await), ["", "", ""]);
    limit(&bench, QuotaScope::Anonymous, "", 3).await;
    let answer = bench.get(RECORDS, &[]).await;
    assert_eq!(left(&answer), ["3", "2", "2026-03-05 00:00:00+00:00"]);
    assert_eq!(answer.header("x-ratelimit-dataset-limit"), "");
    let wrong = bench.get(RECORDS, &[("limit", "1473")]).await;
    assert_eq!(
        (wrong.status.as_u16(), left(&wrong)[1]),
        (400, "1"),
        "a mistake is a call"
    );
    assert_eq!(left(&bench.fetch("/api/v2/catalog").await)[1], "0");
}

#[tokio::test]
async fn a_quota_that_is_used_up_is_told_in_the_documented_words() {
    let bench = Bench::with_places().await;
    for (scope, code, words) in [
        (
            QuotaScope::Anonymous,
            10_005,
            "You have exceeded the requests limit for anonymous users.",
        ),
        (
            QuotaScope::Portal,
            10_002,
            "Too many requests on the domain. Please contact the domain administrator.",
        ),
    ] {
        limit(&bench, scope, "", 0).await;
        let answer = bench.get(RECORDS, &[]).await;
        let body = answer.json();
        assert_eq!(answer.status, 429, "{body}");
        assert_eq!(body["errorcode"], code);
        assert_eq!(body["error"], words);
        assert_eq!(body["call_limit"], 0);
        assert_eq!(body["limit_time_unit"], "day");
        assert_eq!(body["reset_time"], "2026-03-05T00:00:00Z");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("retry-after"), "Thu, 05 Mar 2026 00:00:00 GMT");
        assert_eq!(left(&answer)[1], "0");
        if let (QuotaScope::Portal, Some(recorded)) = (scope, super::recorded::ods("errors/429_quota_domain.json")) {
            super::recorded::assert_shape(&recorded, &body, "429");
            assert_eq!(recorded["errorcode"], body["errorcode"]);
            assert_eq!(recorded["error"], body["error"]);
        }
        let staff = bench.viewer(bench.admin.clone());
        bench.parvis.set_quota(&staff, scope, "", None).await.unwrap();
        assert_eq!(bench.get(RECORDS, &[]).await.status, 200);
    }
}

#[tokio::test]
async fn a_key_and_its_owner_have_calls_of_their_own() {
    let bench = Bench::with_places().await;
    let user = NewUser {
        portal: Some(bench.portal.id.clone()),
        email: "ana@example.org".to_owned(),
        display_name: "Ana".to_owned(),
        password: "correct horse battery staple".to_owned(),
        role: Role::Reader,
    };
    let user = bench.parvis.add_user(user).await.unwrap();
    let portal = &bench.portal.id;
    let mut keys = Vec::new();
    for label in ["one", "two"] {
        keys.push(bench.parvis.create_api_key(portal, &user, label).await.unwrap());
    }
    limit(&bench, QuotaScope::Anonymous, "", 0).await;
    limit(&bench, QuotaScope::User, "", 3).await;
    limit(&bench, QuotaScope::Key, keys[0].key.id.as_str(), 1).await;
    let call = async |key: usize| bench.get(RECORDS, &[("apikey", &keys[key].secret)]).await;
    assert_eq!(left(&call(0).await)[..2], ["1", "0"]);
    assert_eq!(call(0).await.json()["errorcode"], 10_004);
    assert_eq!(
        left(&call(1).await)[..2],
        ["3", "1"],
        "the refused call was not charged"
    );
    assert_eq!(call(1).await.status, 200);
    assert_eq!(call(1).await.json()["errorcode"], 10_003);
    assert_eq!(bench.get(RECORDS, &[]).await.json()["errorcode"], 10_005);
}

#[tokio::test]
async fn calls_about_a_dataset_are_counted_by_whatever_name_it_goes() {
    let bench = Bench::with_places().await;
    let uid = bench
        .parvis
        .dataset(&bench.viewer(bench.admin.clone()), "places")
        .await
        .unwrap();
    limit(&bench, QuotaScope::Dataset, uid.uid.as_str(), 2).await;
    let by_uid = format!("/catalog/datasets/{}/facets", uid.uid.as_str());
    let first = bench.get(&by_uid, &[]).await;
    assert_eq!(first.header("x-ratelimit-dataset-limit"), "2");
    assert_eq!(first.header("x-ratelimit-dataset-remaining"), "1");
    assert_eq!(bench.get(RECORDS, &[]).await.status, 200);
    assert_eq!(bench.get(RECORDS, &[]).await.json()["errorcode"], 10_006);
    let download = bench.fetch("/explore/dataset/places/download/?format=csv").await;
    assert_eq!(download.status, 429);
    assert_eq!(bench.get("/catalog/datasets", &[]).await.status, 200);
}

#[tokio::test]
async fn answers_that_are_kept_are_charged_like_others() {
    let bench = Bench::with_places().await;
    let app = bench.keeping().await;
    limit(&bench, QuotaScope::Anonymous, "", 4).await;
    for remaining in ["3", "2", "1", "0"] {
        let request = Request::get(address(RECORDS, &[])).body(Body::empty()).unwrap();
        let answer = bench.ask(app.clone(), request).await;
        assert_eq!((answer.status.as_u16(), left(&answer)[1]), (200, remaining));
    }
    assert_eq!(app.kept(), 1);
    let request = Request::get(address(RECORDS, &[])).body(Body::empty()).unwrap();
    assert_eq!(bench.ask(app.clone(), request).await.status, 429);
}

//! Quotas in the back office: who sees and sets them, and that what is set holds.

use http::header::LOCATION;
use parvis_model::Role;

use super::html::check;
use super::{cookies_of, get_with, post, sign_in, token_of};
use crate::api::tests::support::Bench;

const PAGE: &str = "/backoffice/quotas/";
const RECORDS: &str = "/catalog/datasets/places/records";

/// Cookies and token of a signed-in user who has opened `page`.
async fn ready(bench: &Bench, role: Role, page: &str) -> (String, String) {
    let cookies = sign_in(bench, role).await;
    let shown = get_with(bench, page, &cookies).await;
    let token = token_of(&shown);
    (format!("{cookies}; {}", cookies_of(&shown)), token)
}

#[tokio::test]
async fn only_administrators_see_and_set_quotas() {
    for (role, status) in [(Role::Reader, 403), (Role::Publisher, 403), (Role::Admin, 200)] {
        let bench = Bench::empty().await;
        let (cookies, token) = ready(&bench, role, "/account/").await;
        assert_eq!(get_with(&bench, PAGE, &cookies).await.status, status, "{role:?}");
        for action in [
            "action=limits&anonymous=1",
            "action=add",
            "action=remove&scope=user",
            "action=other",
        ] {
            let body = format!("{action}&csrfmiddlewaretoken={token}");
            let answer = post(&bench, PAGE, &cookies, &body).await;
            assert_eq!(
                answer.status == 403,
                status == 403,
                "{role:?} {action}: {}",
                answer.status
            );
        }
        let answer = post(&bench, PAGE, &cookies, "action=limits&anonymous=1").await;
        assert_eq!(answer.status, 403, "{role:?} without a token");
        let anonymous = get_with(&bench, PAGE, "").await;
        assert!(anonymous.header(LOCATION.as_str()).starts_with("/login/"));
        let answer = post(&bench, PAGE, "", &format!("action=limits&csrfmiddlewaretoken={token}")).await;
        assert_eq!(answer.status, 403, "a token of another's");
    }
}

#[tokio::test]
async fn what_is_set_holds_from_the_next_call_on_and_an_empty_field_lifts_it() {
    let bench = Bench::with_places().await;
    let (cookies, token) = ready(&bench, Role::Admin, PAGE).await;
    let send = async |body: &str| {
        let body = format!("{body}&csrfmiddlewaretoken={token}");
        post(&bench, PAGE, &cookies, &body).await
    };
    let answer = send("action=limits&anonymous=1+000&user=&key=&dataset=&portal=").await;
    assert_eq!(answer.header(LOCATION.as_str()), "/backoffice/quotas/?done=1");
    let call = bench.get(RECORDS, &[]).await;
    assert_eq!(call.header("x-ratelimit-limit"), "1000");
    let shown = get_with(&bench, PAGE, &cookies).await;
    check("quotas", "fr", shown.text());
    assert!(
        shown.text().contains("name=\"anonymous\" value=\"1000\""),
        "{}",
        shown.text()
    );
    for wrong in ["-1", "many", "1.5"] {
        let answer = send(&format!("action=limits&anonymous={wrong}&portal=5")).await;
        assert_eq!(answer.status, 422, "{wrong}");
        assert!(
            answer.text().contains(&format!("value=\"{wrong}\"")),
            "what was typed stays"
        );
    }
    assert_eq!(
        bench.get(RECORDS, &[]).await.header("x-ratelimit-limit"),
        "1000",
        "nothing was set"
    );
    send("action=limits&anonymous=").await;
    assert_eq!(bench.get(RECORDS, &[]).await.header("x-ratelimit-limit"), "");
}

#[tokio::test]
async fn one_user_or_dataset_has_a_limit_of_its_own() {
    let bench = Bench::with_places().await;
    let (cookies, token) = ready(&bench, Role::Admin, PAGE).await;
    let send = async |body: &str| {
        let body = format!("{body}&csrfmiddlewaretoken={token}");
        post(&bench, PAGE, &cookies, &body).await
    };
    for wrong in [
        "action=add&scope=dataset&name=nope&calls=5",
        "action=add&scope=user&name=nobody%40example.org&calls=5",
        "action=add&scope=portal&name=x&calls=5",
        "action=add&scope=dataset&name=places&calls=",
    ] {
        assert_eq!(send(wrong).await.status, 422, "{wrong}");
    }
    let answer = send("action=add&scope=dataset&name=places&calls=7").await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(bench.get(RECORDS, &[]).await.header("x-ratelimit-dataset-limit"), "7");
    let shown = get_with(&bench, PAGE, &cookies).await;
    let uid = shown.text().split_once("name=\"subject\" value=\"").unwrap().1;
    let uid = uid.split('"').next().unwrap();
    assert!(uid.starts_with("da_"), "{uid}");
    assert!(shown.text().contains("<code>places</code>"));
    send(&format!("action=remove&scope=dataset&subject={uid}")).await;
    assert_eq!(bench.get(RECORDS, &[]).await.header("x-ratelimit-dataset-limit"), "");
}

//! Who may see what: keys, sessions, restricted datasets.

use axum::body::Body;
use http::Request;
use parvis_model::Role;
use parvis_portal::accounts::NewUser;

use super::support::{Bench, address, assert_error};

const EMAIL: &str = "publisher@example.org";
const PASSWORD: &str = "correct horse battery staple";
const RESTRICTED: &str = "/catalog/datasets/secret/records";

async fn with_secret() -> (Bench, String) {
    let bench = Bench::with_places().await;
    bench
        .import("secret", "secret.csv", b"a;b\n1;x\n2;y\n", Vec::new(), true)
        .await;
    let user = NewUser {
        portal: Some(bench.portal.id.clone()),
        email: EMAIL.to_owned(),
        display_name: "Publisher".to_owned(),
        password: PASSWORD.to_owned(),
        role: Role::Publisher,
    };
    let user = bench.parvis.add_user(user).await.unwrap();
    let key = bench
        .parvis
        .create_api_key(&bench.portal.id, &user, "test")
        .await
        .unwrap();
    (bench, key.secret)
}

async fn with_header(bench: &Bench, path: &str, authorization: &str) -> super::support::Answer {
    let request = Request::get(address(path, &[]))
        .header("authorization", authorization)
        .body(Body::empty())
        .unwrap();
    bench.send(request).await
}

#[tokio::test]
async fn a_restricted_dataset_does_not_exist_for_outsiders() {
    let (bench, _) = with_secret().await;
    for rest in ["", "/records", "/facets", "/exports", "/exports/csv", "/attachments"] {
        let answer = bench.get(&format!("/catalog/datasets/secret{rest}"), &[]).await;
        assert_error(
            &answer,
            404,
            "NotFoundResource",
            "The requested dataset secret does not exist.",
        );
    }
    let listed = bench.get("/catalog/datasets", &[]).await.json();
    assert_eq!(listed["total_count"], 1);
    assert_eq!(listed["results"][0]["dataset_id"], "places");
}

#[tokio::test]
async fn a_key_opens_what_its_owner_may_see_however_it_is_sent() {
    let (bench, key) = with_secret().await;
    for scheme in ["Apikey", "ApiKey", "apikey"] {
        let answer = with_header(&bench, RESTRICTED, &format!("{scheme} {key}")).await;
        assert_eq!(answer.json()["total_count"], 2, "{scheme}");
    }
    let answer = bench.get(RESTRICTED, &[("apikey", &key)]).await;
    assert_eq!(answer.json()["total_count"], 2);
    let listed = bench.get("/catalog/datasets", &[("apikey", &key)]).await.json();
    assert_eq!(listed["total_count"], 2);
}

#[tokio::test]
async fn a_key_is_never_repeated_in_links() {
    let (bench, key) = with_secret().await;
    let params = [("apikey", key.as_str()), ("include_links", "true"), ("limit", "1")];
    let answer = bench.get(RESTRICTED, &params).await;
    assert_eq!(answer.status, 200);
    assert!(!answer.text().contains(&key), "{}", answer.text());
}

#[tokio::test]
async fn a_session_opens_what_its_user_may_see() {
    let (bench, _) = with_secret().await;
    let signed_in = bench
        .parvis
        .sign_in(&bench.portal.id, EMAIL, PASSWORD, None)
        .await
        .unwrap();
    let cookie = format!("sessionid={}", signed_in.session_id);
    let request = Request::get(address(RESTRICTED, &[]))
        .header("cookie", &cookie)
        .body(Body::empty())
        .unwrap();
    let answer = bench.send(request).await;
    assert_eq!(answer.json()["total_count"], 2);
    assert!(answer.header("cache-control").contains("no-store"));
    let mistaken = Request::get(address(RESTRICTED, &[("apikey", "wrong")])).header("cookie", &cookie);
    let answer = bench.send(mistaken.body(Body::empty()).unwrap()).await;
    assert_error(&answer, 401, "Unauthorized", "API key");
    assert!(answer.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn a_bad_key_is_refused_even_where_none_is_needed() {
    let (bench, _) = with_secret().await;
    assert_error(
        &bench.get("/catalog/datasets", &[("apikey", "wrong")]).await,
        401,
        "Unauthorized",
        "API key",
    );
    for authorization in ["Apikey wrong", "Bearer token", "Basic dTpw"] {
        let answer = with_header(&bench, "/catalog/datasets", authorization).await;
        assert_error(&answer, 401, "Unauthorized", "");
        assert_eq!(answer.header("www-authenticate"), "Apikey");
    }
}

#[tokio::test]
async fn a_key_on_a_download_leaves_the_cookies_of_the_browser_alone() {
    let (bench, key) = with_secret().await;
    let signed_in = bench
        .parvis
        .sign_in(&bench.portal.id, EMAIL, PASSWORD, None)
        .await
        .unwrap();
    let session = format!("sessionid={}", signed_in.session_id);
    let planted = "sessionid=a; sessionid=b; csrftoken=c; csrftoken=d";
    for (key, cookie, status) in [
        (key.as_str(), planted, 200),
        (key.as_str(), session.as_str(), 200),
        ("wrong", session.as_str(), 401),
    ] {
        for slash in ["", "/"] {
            let target = format!("/explore/dataset/secret/download{slash}?format=csv&apikey={key}");
            let request = Request::get(target).header("cookie", cookie).body(Body::empty());
            let answer = bench.send(request.unwrap()).await;
            assert_eq!(answer.status, status, "{key} {cookie}");
            assert!(answer.headers.get("set-cookie").is_none(), "{key} {cookie}");
        }
    }
}

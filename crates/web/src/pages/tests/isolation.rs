//! R-TEN-02: what one portal gave to a browser or a program counts on no other. Five portals, each pair, every kind of
//! credential there is.

use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN};
use http::{Request, StatusCode};
use parvis_model::{Localized, Portal, PortalId, Role};
use parvis_portal::accounts::NewUser;

use super::{PASSWORD, cookies_of, token_of};
use crate::api::tests::support::{Answer, Bench};

const TOWNS: [&str; 5] = ["cesson", "mauges", "orleans", "ris-orangis", "saint-jean-de-luz"];

fn host(town: &str) -> String {
    format!("{town}.localhost:8080")
}

async fn towns() -> Bench {
    let bench = Bench::empty().await;
    for town in TOWNS {
        let portal = Portal {
            id: PortalId::new(town),
            hosts: vec![format!("{town}.localhost")],
            name: Localized::one("fr", town),
            ..(*bench.portal).clone()
        };
        bench.parvis.put_portal(&portal).await.unwrap();
        let user = NewUser {
            portal: Some(portal.id),
            email: "agent@ville.example".to_owned(),
            display_name: town.to_owned(),
            password: PASSWORD.to_owned(),
            role: Role::Admin,
        };
        bench.parvis.add_user(user).await.unwrap();
    }
    bench
}

async fn get(bench: &Bench, town: &str, path: &str, cookies: &str) -> Answer {
    let request = Request::get(path).header(COOKIE, cookies).body(Body::empty()).unwrap();
    bench.send_to(&host(town), request).await
}

async fn post(bench: &Bench, town: &str, path: &str, cookies: &str, body: String) -> Answer {
    let request = Request::post(path)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(ORIGIN, format!("http://{}", host(town)))
        .header(COOKIE, cookies)
        .body(Body::from(body))
        .unwrap();
    bench.send_to(&host(town), request).await
}

/// A form of `town` that an anonymous browser was given: its cookies and its token.
async fn form(bench: &Bench, town: &str, path: &str) -> (String, String) {
    let page = get(bench, town, path, "").await;
    (cookies_of(&page), token_of(&page))
}

async fn signed_in(bench: &Bench, town: &str) -> String {
    let (cookies, token) = form(bench, town, "/login/").await;
    let password = PASSWORD.replace(' ', "+");
    let body = format!("csrfmiddlewaretoken={token}&username=agent@ville.example&password={password}");
    let answer = post(bench, town, "/login/", &cookies, body).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{town}: {}", answer.text());
    cookies_of(&answer)
}

/// Every pair of portals.
fn pairs() -> impl Iterator<Item = (usize, usize)> {
    (0..TOWNS.len()).flat_map(|giver| (0..TOWNS.len()).map(move |taker| (giver, taker)))
}

#[tokio::test]
async fn a_session_counts_on_the_portal_that_opened_it_and_does_not_die_elsewhere() {
    let bench = towns().await;
    let mut sessions = Vec::new();
    for town in TOWNS {
        sessions.push(signed_in(&bench, town).await);
    }
    for (giver, taker) in pairs() {
        let answer = get(&bench, TOWNS[taker], "/account/", &sessions[giver]).await;
        if giver == taker {
            assert_eq!(answer.status, 200, "{}", TOWNS[giver]);
            assert!(answer.text().contains("agent@ville.example"));
        } else {
            assert!(answer.status.is_redirection(), "{} on {}", TOWNS[giver], TOWNS[taker]);
            assert!(answer.header(LOCATION.as_str()).starts_with("/login/"));
        }
    }
    for (town, session) in TOWNS.iter().zip(&sessions) {
        assert_eq!(
            get(&bench, town, "/account/", session).await.status,
            200,
            "{town} after all"
        );
    }
}

#[tokio::test]
async fn a_form_token_counts_on_the_portal_that_gave_it() {
    let bench = towns().await;
    for (giver, taker) in pairs() {
        let (cookies, token) = form(&bench, TOWNS[giver], "/login/").await;
        let body = format!("csrfmiddlewaretoken={token}&username=a@b.example&password=faux");
        let answer = post(&bench, TOWNS[taker], "/login/", &cookies, body).await;
        let expected = if giver == taker { 200 } else { 403 };
        assert_eq!(answer.status, expected, "{} on {}", TOWNS[giver], TOWNS[taker]);
    }
}

#[tokio::test]
async fn a_choice_about_cookies_counts_on_the_portal_where_it_was_made() {
    const PANEL: &str = "/cookies/preferences/";
    let bench = towns().await;
    for (giver, taker) in pairs() {
        let (cookies, token) = form(&bench, TOWNS[giver], PANEL).await;
        let body = format!("csrfmiddlewaretoken={token}&action=save");
        let made = cookies_of(&post(&bench, TOWNS[giver], PANEL, &cookies, body).await);
        let value = made
            .split("cookies_preferences=")
            .nth(1)
            .expect("the choice is kept")
            .split(';')
            .next()
            .unwrap();
        let receipt = value.split('.').nth(4).expect("the fifth part is the receipt");
        let panel = get(&bench, TOWNS[taker], PANEL, &made).await;
        assert_eq!(
            panel.text().contains(receipt),
            giver == taker,
            "{} on {}",
            TOWNS[giver],
            TOWNS[taker]
        );
    }
}

#[tokio::test]
async fn an_api_key_counts_on_the_portal_that_gave_it() {
    let bench = towns().await;
    for (giver, taker) in pairs() {
        let portal = PortalId::new(TOWNS[giver]);
        let user = bench
            .parvis
            .store()
            .user_by_email(Some(&portal), "agent@ville.example")
            .await
            .unwrap()
            .unwrap();
        let key = bench.parvis.create_api_key(&portal, &user, "clé").await.unwrap();
        let request = Request::get("/api/explore/v2.1/catalog/datasets")
            .header("authorization", format!("Apikey {}", key.secret))
            .body(Body::empty())
            .unwrap();
        let answer = bench.send_to(&host(TOWNS[taker]), request).await;
        let expected = if giver == taker { 200 } else { 401 };
        assert_eq!(answer.status, expected, "{} on {}", TOWNS[giver], TOWNS[taker]);
    }
}

//! R-TEN-02, R-TEN-03, R-TEN-10, R-TEN-11: what one portal gave to a browser or a program counts on no other, and nothing of
//! it is reached there. Five portals, each pair, every kind of credential there is. Links that reset a password, and sign-ins
//! that another party vouches for, are not among them: Parvis has neither.

use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN};
use http::{Request, StatusCode};
use parvis_cookies::ledger::Record;
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

/// What somebody holds of one portal: session, form, choice, key.
struct Held {
    session: String,
    form: (String, String),
    choice: String,
    key: String,
}

async fn held(bench: &Bench, town: &str) -> Held {
    const PANEL: &str = "/cookies/preferences/";
    let (cookies, token) = form(bench, town, PANEL).await;
    let made = post(
        bench,
        town,
        PANEL,
        &cookies,
        format!("csrfmiddlewaretoken={token}&action=save"),
    )
    .await;
    let portal = PortalId::new(town);
    let store = bench.parvis.store();
    let user = store
        .user_by_email(Some(&portal), "agent@ville.example")
        .await
        .unwrap()
        .unwrap();
    Held {
        session: signed_in(bench, town).await,
        form: form(bench, town, "/login/").await,
        choice: cookies_of(&made),
        key: bench
            .parvis
            .create_api_key(&portal, &user, "cl\u{e9}")
            .await
            .unwrap()
            .secret,
    }
}

/// What counts on `town` of what was given elsewhere or there: session, form, choice, key.
async fn counts(bench: &Bench, town: &str, held: &Held) -> [bool; 4] {
    let account = get(bench, town, "/account/", &held.session).await;
    let body = format!("csrfmiddlewaretoken={}&username=a@b.example&password=faux", held.form.1);
    let sent = post(bench, town, "/login/", &held.form.0, body).await;
    let value = held
        .choice
        .split("cookies_preferences=")
        .nth(1)
        .unwrap()
        .split(';')
        .next()
        .unwrap();
    let panel = get(bench, town, "/cookies/preferences/", &held.choice).await;
    let request = Request::get("/api/explore/v2.1/catalog/datasets")
        .header("authorization", format!("Apikey {}", held.key))
        .body(Body::empty())
        .unwrap();
    let called = bench.send_to(&host(town), request).await;
    [
        account.status == 200,
        sent.status == 200,
        panel.text().contains(value.split('.').nth(4).unwrap()),
        called.status == 200,
    ]
}

#[tokio::test]
async fn what_is_shown_elsewhere_counts_nowhere_else_and_still_at_home() {
    let bench = towns().await;
    let mut all = Vec::new();
    for town in TOWNS {
        all.push(held(&bench, town).await);
    }
    for (giver, taker) in pairs().filter(|(giver, taker)| giver != taker) {
        let counted = counts(&bench, TOWNS[taker], &all[giver]).await;
        assert_eq!(counted, [false; 4], "{} on {}", TOWNS[giver], TOWNS[taker]);
    }
    for (town, held) in TOWNS.iter().zip(&all) {
        assert_eq!(counts(&bench, town, held).await, [true; 4], "{town} after all");
    }
}

#[tokio::test]
async fn signing_out_of_one_portal_leaves_the_same_person_signed_in_on_the_others() {
    let bench = towns().await;
    let mut sessions = Vec::new();
    for town in TOWNS {
        sessions.push(signed_in(&bench, town).await);
    }
    for (gone, town) in TOWNS.iter().enumerate() {
        let token = token_of(&get(&bench, town, "/logout/", &sessions[gone]).await);
        let body = format!("csrfmiddlewaretoken={token}");
        assert_eq!(
            post(&bench, town, "/logout/", &sessions[gone], body).await.status,
            StatusCode::SEE_OTHER
        );
        for (at, other) in TOWNS.iter().enumerate() {
            let account = get(&bench, other, "/account/", &sessions[at]).await;
            assert_eq!(account.status == 200, at > gone, "{other} after {town}");
        }
    }
}

#[tokio::test]
async fn a_form_from_the_pages_of_another_portal_is_refused_even_with_the_right_token() {
    let bench = towns().await;
    for (from, to) in pairs() {
        let (cookies, token) = form(&bench, TOWNS[to], "/login/").await;
        let send = async |name: &str, value: &str| {
            let request = Request::post("/login/")
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(COOKIE, &cookies)
                .header(name, value)
                .body(Body::from(format!(
                    "csrfmiddlewaretoken={token}&username=a@b.example&password=faux"
                )))
                .unwrap();
            bench.send_to(&host(TOWNS[to]), request).await.status
        };
        let expected = if from == to { 200 } else { 403 };
        let told = format!("{} to {}", TOWNS[from], TOWNS[to]);
        assert_eq!(
            send(ORIGIN.as_str(), &format!("http://{}", host(TOWNS[from]))).await,
            expected,
            "{told}"
        );
        let site = if from == to { "same-origin" } else { "same-site" };
        assert_eq!(send("sec-fetch-site", site).await, expected, "{told}");
    }
}

#[tokio::test]
async fn an_administrator_reaches_nothing_of_another_portal_by_guessing_its_names() {
    let bench = towns().await;
    let mut sessions = Vec::new();
    let mut owned = Vec::new();
    for town in TOWNS {
        let session = signed_in(&bench, town).await;
        let list = get(&bench, town, "/backoffice/cookies/entries/new/", &session).await;
        let number = list
            .text()
            .split("name=\"number\" value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let body = format!(
            "csrfmiddlewaretoken={}&number={number}&kind=cookie&name=route-{town}&provider=Ville&service_fr=R%C3%A9partition\
             &purpose_fr=Servir&life=2&unit=hour&ground=necessary&necessity=load_balancing&owner=own&set_by=server&path=/&note=x",
            token_of(&list)
        );
        let kept = post(&bench, town, "/backoffice/cookies/entries/new/", &session, body).await;
        assert_eq!(
            kept.header(LOCATION.as_str()),
            "/backoffice/cookies/?done=saved",
            "{}",
            kept.text()
        );
        let overview = get(&bench, town, "/backoffice/cookies/", &session).await;
        let overview = overview.text().replace("&#x2f;", "/");
        let marked = overview.split("/backoffice/cookies/entries/").skip(1);
        let entry = marked
            .map(|rest| rest.split('/').next().unwrap())
            .find(|id| id.contains("route"))
            .unwrap()
            .to_owned();
        let choice = held(&bench, town).await.choice;
        let receipt = choice
            .split("cookies_preferences=")
            .nth(1)
            .unwrap()
            .split('.')
            .nth(4)
            .unwrap()
            .to_owned();
        let store = bench.parvis.store();
        let found = store.consent_by_receipt(&PortalId::new(town), &receipt).await.unwrap();
        let record = hex::encode(found[0].hash);
        let text = Record::read(&found[0].body).unwrap().shown.text;
        sessions.push(session);
        owned.push((entry, receipt, record, text));
    }
    for (giver, taker) in pairs() {
        let (entry, receipt, record, text) = &owned[giver];
        let (town, session, home) = (TOWNS[taker], &sessions[taker], giver == taker);
        let told = format!("{} on {town}", TOWNS[giver]);
        let page = async |path: &str| get(&bench, town, path, session).await;
        let name = format!("route-{}", TOWNS[giver]);
        for path in [
            "/backoffice/cookies/",
            "/terms/cookies-policy/",
            "/terms/cookies-policy/history/2/",
            "/terms/cookies-policy/?format=json",
        ] {
            assert_eq!(page(path).await.text().contains(&name), home, "{told}: {path}");
        }
        assert_eq!(
            page("/backoffice/consent/export/?format=json")
                .await
                .text()
                .contains(receipt),
            home,
            "{told}"
        );
        let found = page(&format!("/backoffice/consent/?receipt={receipt}")).await;
        assert_eq!(found.text().contains(record), home, "{told}");
        assert_eq!(
            page(&format!("/backoffice/consent/shown/{text}/")).await.status == 200,
            home,
            "{told}"
        );
        let retire = format!("/backoffice/cookies/entries/{entry}/retire/");
        let own = page("/backoffice/cookies/").await;
        if !home && owned[taker].0 != *entry {
            assert_eq!(
                page(&format!("/backoffice/cookies/entries/{entry}/")).await.status,
                404,
                "{told}"
            );
            let body = format!(
                "csrfmiddlewaretoken={}&number=2&note=x",
                token_of(&page("/account/").await)
            );
            let refused = post(&bench, town, &retire, session, body).await;
            assert!(!refused.header(LOCATION.as_str()).contains("done="), "{told}");
        }
        assert!(
            own.text().contains(&format!("route-{town}")),
            "{told}: its own is still there"
        );
    }
}

#[tokio::test]
async fn a_key_of_another_portal_cannot_be_revoked_by_guessing_its_id() {
    let bench = towns().await;
    let mut sessions = Vec::new();
    let mut keys = Vec::new();
    for town in TOWNS {
        let portal = PortalId::new(town);
        let user = bench
            .parvis
            .store()
            .user_by_email(Some(&portal), "agent@ville.example")
            .await
            .unwrap()
            .unwrap();
        keys.push(bench.parvis.create_api_key(&portal, &user, "cl\u{e9}").await.unwrap());
        sessions.push(signed_in(&bench, town).await);
    }
    for (giver, taker) in pairs().filter(|(giver, taker)| giver != taker) {
        let (town, session) = (TOWNS[taker], &sessions[taker]);
        let token = token_of(&get(&bench, town, "/account/", session).await);
        let path = format!("/account/api-keys/{}/revoke/", keys[giver].key.id.as_str());
        post(&bench, town, &path, session, format!("csrfmiddlewaretoken={token}")).await;
    }
    for (town, key) in TOWNS.iter().zip(&keys) {
        let request = Request::get("/api/explore/v2.1/catalog/datasets")
            .header("authorization", format!("Apikey {}", key.secret))
            .body(Body::empty())
            .unwrap();
        assert_eq!(bench.send_to(&host(town), request).await.status, 200, "{town}");
    }
}

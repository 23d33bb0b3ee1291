//! Every page, in process: the real routes, use-cases, store and engine in a temporary folder, and what all pages have
//! in common.

mod audience;
mod audits;
mod banner;
mod caching;
mod html;
mod isolation;
mod leaving;
mod poisoning;
mod proof;
mod quotas;
mod registry;

use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN as ORIGIN_HEADER, SET_COOKIE};
use http::{Request, StatusCode};
use parvis_model::Role;
use parvis_portal::accounts::NewUser;

use self::html::check;
use crate::api::tests::support::{Answer, Bench, ORIGIN};

const EMAIL: &str = "agent@ville.example";
const PASSWORD: &str = "une phrase de passe";

/// Pages that hold no form with a token: an anonymous visit of them sets nothing.
const PLAIN: [&str; 15] = [
    "/",
    "/explore/",
    "/explore/?q=titre&refine.theme=Territoire&sort=title",
    "/explore/?q=introuvable",
    "/explore/dataset/places/information/",
    "/explore/dataset/places/table/",
    "/explore/dataset/places/table/?q=loire&refine.kind=city&exclude.tags=fleuve&where=population%3E1&sort=-population&page=9",
    "/explore/dataset/places/map/?refine.kind=city",
    "/explore/dataset/places/export/?refine.kind=city",
    "/explore/dataset/places/api/?q=olivet&refine.kind=city",
    "/terms/cookies-policy/",
    "/terms/cookies-policy/history/",
    "/terms/cookies-policy/history/1/",
    "/cookies/audit/",
    "/logout/",
];
/// Pages with such a form.
const FORMS: [&str; 3] = ["/login/", "/i18n/?next=%2Fexplore%2F", "/cookies/preferences/"];
/// Pages of a signed-in administrator.
const STAFF: [&str; 18] = [
    "/account/",
    "/backoffice/",
    "/backoffice/audience/",
    "/backoffice/audience/?period=12m&done=1",
    "/backoffice/quotas/?done=1",
    "/backoffice/consent/?receipt=x&verify=1",
    "/backoffice/cookies/?done=saved",
    "/backoffice/cookies/history/",
    "/backoffice/audits/",
    "/backoffice/cookies/charter/",
    "/backoffice/cookies/wording/sessionid/",
    "/backoffice/cookies/entries/new/",
    "/backoffice/cookies/services/new/youtube/",
    "/backoffice/cookies/services/new/matomo/",
    "/backoffice/cookies/services/new/tiles/",
    "/backoffice/cookies/services/new/iframe/",
    "/logout/",
    "/account/?done=password",
];

fn in_language(target: &str, lang: &str) -> String {
    format!("{target}{}lang={lang}", if target.contains('?') { '&' } else { '?' })
}

async fn post(bench: &Bench, target: &str, cookies: &str, body: &str) -> Answer {
    let request = Request::post(target)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(ORIGIN_HEADER, ORIGIN)
        .header(COOKIE, cookies)
        .body(Body::from(body.to_owned()))
        .unwrap();
    bench.send(request).await
}

async fn get_with(bench: &Bench, target: &str, cookies: &str) -> Answer {
    bench
        .send(
            Request::get(target)
                .header(COOKIE, cookies)
                .body(Body::empty())
                .unwrap(),
        )
        .await
}

/// The cookies that an answer sets, as a browser sends them back.
fn cookies_of(answer: &Answer) -> String {
    let lines = answer
        .headers
        .get_all(SET_COOKIE)
        .iter()
        .map(|value| value.to_str().unwrap());
    lines
        .map(|line| line.split(';').next().unwrap())
        .collect::<Vec<_>>()
        .join("; ")
}

fn token_of(answer: &Answer) -> String {
    let text = answer.text();
    let (_, rest) = text
        .split_once("name=\"csrfmiddlewaretoken\" value=\"")
        .expect("the page holds a form");
    rest.split('"').next().unwrap().to_owned()
}

/// Signs in through the form; answers the browser's cookies.
async fn sign_in(bench: &Bench, role: Role) -> String {
    let new = NewUser {
        portal: Some(bench.portal.id.clone()),
        email: EMAIL.to_owned(),
        display_name: "Agent".to_owned(),
        password: PASSWORD.to_owned(),
        role,
    };
    bench.parvis.add_user(new).await.unwrap();
    let form = bench.fetch("/login/").await;
    let body = format!(
        "csrfmiddlewaretoken={}&username={EMAIL}&password={}&next=%2Fbackoffice%2F",
        token_of(&form),
        PASSWORD.replace(' ', "+")
    );
    let answer = post(bench, "/login/", &cookies_of(&form), &body).await;
    assert_eq!(
        (answer.status, answer.header(LOCATION.as_str())),
        (StatusCode::SEE_OTHER, "/backoffice/")
    );
    cookies_of(&answer)
}

#[tokio::test]
async fn every_page_is_sound_in_every_language_and_sets_no_cookie_unless_it_holds_a_form() {
    let bench = Bench::with_places().await;
    for target in PLAIN.into_iter().chain(FORMS) {
        for lang in ["fr", "en"] {
            let answer = bench.fetch(&in_language(target, lang)).await;
            assert_eq!(answer.status, 200, "{target}: {}", answer.text());
            check(&in_language(target, lang), lang, answer.text());
            let sets = answer.headers.contains_key(SET_COOKIE);
            assert_eq!(sets, FORMS.contains(&target), "{target} {}", cookies_of(&answer));
        }
    }
}

#[tokio::test]
async fn the_pages_of_an_account_are_sound_and_kept_by_no_cache() {
    let bench = Bench::with_places().await;
    let cookies = sign_in(&bench, Role::Admin).await;
    for target in STAFF {
        for lang in ["fr", "en"] {
            let answer = get_with(&bench, &in_language(target, lang), &cookies).await;
            assert_eq!(answer.status, 200, "{target}: {}", answer.text());
            check(target, lang, answer.text());
            assert!(answer.header("cache-control").contains("no-store"), "{target}");
        }
    }
}

#[tokio::test]
async fn only_publishers_see_the_back_office() {
    let bench = Bench::with_places().await;
    let anonymous = bench.fetch("/backoffice/").await;
    assert_eq!(anonymous.header(LOCATION.as_str()), "/login/?next=%2Fbackoffice%2F");
    let cookies = sign_in(&bench, Role::Reader).await;
    let reader = get_with(&bench, "/backoffice/", &cookies).await;
    assert_eq!(reader.status, 403);
    check("/backoffice/", "fr", reader.text());
}

#[tokio::test]
async fn a_wrong_password_says_so_and_keeps_the_address() {
    let bench = Bench::with_places().await;
    let form = bench.fetch("/login/").await;
    let body = format!(
        "csrfmiddlewaretoken={}&username=a%40b.example&password=faux",
        token_of(&form)
    );
    let answer = post(&bench, "/login/", &cookies_of(&form), &body).await;
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("value=\"a@b.example\"") && answer.text().contains("role=\"alert\""));
}

#[tokio::test]
async fn a_key_is_shown_once_and_then_revoked() {
    let bench = Bench::with_places().await;
    let cookies = sign_in(&bench, Role::Reader).await;
    let account = get_with(&bench, "/account/", &cookies).await;
    let token = token_of(&account);
    let made = post(
        &bench,
        "/account/api-keys/",
        &cookies,
        &format!("csrfmiddlewaretoken={token}&label=Nuit"),
    )
    .await;
    let secret = made
        .text()
        .split_once("id=\"new-key\">")
        .unwrap()
        .1
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(secret.len(), 48);
    let later = get_with(&bench, "/account/", &cookies).await;
    assert!(!later.text().contains(&secret) && later.text().contains("Nuit"));
    let action = later
        .text()
        .split_once("/account/api-keys/ak_")
        .unwrap()
        .1
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let revoked = post(
        &bench,
        &format!("/account/api-keys/ak_{action}"),
        &cookies,
        &format!("csrfmiddlewaretoken={token}"),
    )
    .await;
    assert_eq!(revoked.header(LOCATION.as_str()), "/account/?done=revoked");
    let nameless = post(
        &bench,
        "/account/api-keys/",
        &cookies,
        &format!("csrfmiddlewaretoken={token}&label=+"),
    )
    .await;
    assert_eq!(nameless.status, 422);
    assert!(nameless.text().contains("aria-invalid=\"true\""));
}

#[tokio::test]
async fn a_choice_about_cookies_is_recorded_and_shown() {
    let bench = Bench::with_places().await;
    let panel = bench.fetch("/cookies/preferences/").await;
    let body = format!("csrfmiddlewaretoken={}&action=save", token_of(&panel));
    let answer = post(&bench, "/cookies/preferences/", &cookies_of(&panel), &body).await;
    assert_eq!(answer.header(LOCATION.as_str()), "/cookies/preferences/#consent-saved");
    let cookies = cookies_of(&answer);
    assert!(cookies.contains("cookies_preferences=v1."), "{cookies}");
    let shown = get_with(&bench, "/cookies/preferences/?lang=fr", &cookies).await;
    assert!(shown.text().contains("4 mars 2026"), "{}", shown.text());
}

#[tokio::test]
async fn what_is_not_there_answers_with_a_helpful_page() {
    let bench = Bench::with_places().await;
    for target in [
        "/nothing",
        "/explore/dataset/nope/",
        "/explore/dataset/places/nope/",
        "/explore/dataset/nope/table/",
    ] {
        let answer = bench.fetch(target).await;
        assert_eq!(answer.status, 404, "{target}");
        check(target, "fr", answer.text());
        assert!(answer.text().contains("type=\"search\""), "{target}");
        assert!(!answer.headers.contains_key(SET_COOKIE));
    }
    let wrong = bench.fetch("/explore/dataset/places/table/?where=population+%3E").await;
    assert_eq!(wrong.status, 400);
    check("wrong filter", "fr", wrong.text());
}

#[tokio::test]
async fn a_dataset_has_one_address() {
    let bench = Bench::with_places().await;
    for (target, location) in [
        ("/explore/dataset/places/", "/explore/dataset/places/table/"),
        (
            "/explore/dataset/places/?tab=metas&q=a",
            "/explore/dataset/places/information/?q=a",
        ),
        ("/explore/dataset/places", "/explore/dataset/places/"),
        (
            "/explore/dataset/places@source/table/",
            "/explore/dataset/places/table/",
        ),
        ("//evil.example/..", ""),
    ] {
        assert_eq!(
            bench.fetch(target).await.header(LOCATION.as_str()),
            location,
            "{target}"
        );
    }
}

#[tokio::test]
async fn the_table_sorts_filters_and_shows_nothing_as_nothing() {
    let bench = Bench::with_places().await;
    let answer = bench
        .fetch("/explore/dataset/places/table/?lang=fr&sort=-population&refine.kind=city")
        .await;
    let text = answer.text();
    let at = |name: &str| {
        text.find(&format!(">{name}</td>"))
            .unwrap_or_else(|| panic!("{name} in {text}"))
    };
    assert!(at("Orléans") < at("Blois") && at("Blois") < at("Olivet") && !text.contains("Mardié"));
    assert!(text.contains("116\u{202f}238") && text.contains("aria-sort=\"descending\""));
    let all = bench.fetch("/explore/dataset/places/table/?lang=en").await;
    assert!(all.text().contains("Not stated") && all.text().contains("17 February 1800"));
}

#[tokio::test]
async fn the_charter_has_the_rows_of_the_registry() {
    let bench = Bench::with_places().await;
    let page = bench.fetch("/terms/cookies-policy/?lang=fr").await;
    let text = bench.fetch("/terms/cookies-policy/?lang=fr&format=text").await;
    for line in text.text().lines().skip(3) {
        for cell in line.split('\t') {
            let escaped = cell.replace('\'', "&#x27;");
            assert!(page.text().contains(&escaped), "{cell}");
        }
    }
    assert_eq!(text.text().lines().count(), 8);
}

/// The addresses that a router knows, parameters filled in. The router shows them in its debug form only.
fn addresses(router: &axum::Router<crate::AppState>) -> Vec<String> {
    let shown = format!("{router:?}");
    let quoted = shown.split('"').skip(1).step_by(2);
    let mut found: Vec<String> = quoted
        .filter(|text| text.starts_with('/'))
        .map(|path| {
            path.replace("{id}", "places")
                .replace("{tab}", "table")
                .replace("{kind}", "youtube")
                .replace("{number}", "1")
                .replace("{*path}", "main.css")
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

#[tokio::test]
async fn every_address_refuses_an_unsafe_request_without_a_token() {
    let bench = Bench::with_places().await;
    let cookies = sign_in(&bench, Role::Admin).await;
    let found = addresses(&super::routes());
    for known in [
        "/login/",
        "/logout/",
        "/account/password/",
        "/account/api-keys/",
        "/cookies/preferences/",
        "/backoffice/cookies/entries/new/",
    ] {
        assert!(
            found.iter().any(|address| address == known),
            "{known} is not among {found:?}"
        );
    }
    for address in found {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let request = Request::builder()
                .method(method)
                .uri(&address)
                .header(ORIGIN_HEADER, ORIGIN)
                .header(COOKIE, &cookies)
                .body(Body::empty())
                .unwrap();
            let answer = bench.send(request).await;
            // Browsers report without a token; a report can raise a number and nothing else.
            let report = (method, address.as_str()) == ("POST", "/cookies/reports/");
            assert_eq!(answer.status, if report { 204 } else { 403 }, "{method} {address}");
        }
    }
}

#[tokio::test]
async fn reading_the_address_that_signs_out_ends_no_session() {
    let bench = Bench::with_places().await;
    let cookies = sign_in(&bench, Role::Reader).await;
    assert_eq!(get_with(&bench, "/logout/", &cookies).await.status, 200);
    assert_eq!(get_with(&bench, "/account/", &cookies).await.status, 200);
}

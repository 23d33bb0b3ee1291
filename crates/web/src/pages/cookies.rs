//! The charter, which is made of the registry, and the visitor's choice (R-REG-04, R-SET-05, R-SET-06, R-CON-07).

use std::collections::BTreeMap;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, TimeDelta};
use http::{HeaderValue, header};
use parvis_cookies::{Charter, Choice, Service, choice};
use serde::Serialize;

use super::forms::Form;
use super::frame::{Page, Section};
use super::sign::next_of;
use super::{Answer, finish};
use crate::render::view;
use crate::state::AppState;
use crate::visit::{CookieOrder, CookieOrders, Visit};

const CHARTER: &str = "/terms/cookies-policy/";
const PREFERENCES: &str = "/cookies/preferences/";

/// A row of the charter, as the page shows it.
#[derive(Serialize)]
struct RowView {
    #[serde(flatten)]
    row: parvis_cookies::charter::Row,
    /// Longest life, in days; none if it does not outlive the visit.
    days: Option<u32>,
}

#[derive(Serialize)]
struct CharterView {
    url: String,
    revision: String,
    columns: Vec<&'static str>,
    rows: Vec<RowView>,
}

impl From<Charter> for CharterView {
    fn from(charter: Charter) -> Self {
        let row = |row: parvis_cookies::charter::Row| RowView {
            days: row.max_age.map(|life| life.div_ceil(86_400)),
            row,
        };
        Self {
            url: charter.url,
            revision: charter.revision,
            columns: charter.columns,
            rows: charter.rows.into_iter().map(row).collect(),
        }
    }
}

fn charter_of(visit: &Visit) -> Charter {
    Charter::of(&visit.registry, &visit.portal, &visit.lang)
}

fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn typed(media_type: &'static str, body: String) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], body).into_response()
}

/// `GET /terms/cookies-policy/`, also as `?format=text` and `?format=json`
pub async fn charter(State(state): State<AppState>, visit: Visit, RawQuery(query): RawQuery) -> Response {
    let charter = charter_of(&visit);
    match parameter(query.as_deref(), "format").as_deref() {
        Some("text") => return typed("text/plain; charset=utf-8", charter.to_text()),
        Some("json") => return typed("application/json; charset=utf-8", charter.to_json().to_string()),
        _ => {}
    }
    let title = state.templates.texts().plain(&visit.lang, "charter-title");
    let page = Page::new("charter.html", Section::Other, title).canonical(CHARTER);
    let answer = page.render(&state, &visit, view! { charter => CharterView::from(charter) });
    finish(&state, &visit, answer)
}

#[derive(Serialize)]
struct ServiceView {
    id: String,
    label: String,
    accepted: bool,
}

#[derive(Serialize)]
struct ChoiceView {
    day: String,
    until: String,
    receipt: String,
}

impl ChoiceView {
    fn of(choice: &Choice) -> Option<Self> {
        let day = DateTime::from_timestamp(choice.day * 86_400, 0)?;
        let text = |time: DateTime<chrono::Utc>| time.format("%Y-%m-%d").to_string();
        let until = day + TimeDelta::days(choice::LIFE_DAYS);
        Some(Self {
            day: text(day),
            until: text(until),
            receipt: choice.receipt.clone(),
        })
    }
}

fn panel(state: &AppState, visit: &Visit, query: Option<&str>) -> Answer {
    let held = visit.browser.choice();
    let default = visit.portal.default_language();
    let service = |service: &Service| ServiceView {
        id: service.id.clone(),
        label: service
            .label
            .get(&visit.lang, default)
            .unwrap_or(&service.id)
            .to_owned(),
        accepted: held.as_ref().is_some_and(|choice| choice.accepts(&service.id)),
    };
    let next = next_of(query);
    let data = view! {
        token => visit.browser.csrf_token(),
        next => visit.next_or(next.as_deref(), PREFERENCES),
        saved => parameter(query, "done").is_some(),
        charter => CharterView::from(charter_of(visit)),
        services => visit.registry.services_asking_consent().into_iter().map(service).collect::<Vec<_>>(),
        choice => held.as_ref().and_then(ChoiceView::of),
    };
    let title = state.templates.texts().plain(&visit.lang, "manage-cookies");
    Page::new("preferences.html", Section::Other, title).render(state, visit, data)
}

/// `GET /cookies/preferences/`
pub async fn preferences(State(state): State<AppState>, visit: Visit, RawQuery(query): RawQuery) -> Response {
    let answer = panel(&state, &visit, query.as_deref());
    finish(&state, &visit, answer)
}

/// Which services a form accepts: all, none, or those that were ticked. Anything else is a refusal.
fn answers(form: &Form, services: &[&Service]) -> BTreeMap<String, bool> {
    let ticked = |id: &str| form.get("action") == "save" && form.all("service").any(|one| one == id);
    let accepted = |id: &str| form.get("action") == "accept" || ticked(id);
    services
        .iter()
        .map(|service| (service.id.clone(), accepted(&service.id)))
        .collect()
}

/// `POST /cookies/preferences/`
pub async fn record(State(state): State<AppState>, visit: Visit, form: Form) -> Response {
    let services = visit.registry.services_asking_consent();
    let choice = Choice::new(answers(&form, &services), state.clock.now(), &*state.rng);
    let next = visit.next_or(Some(form.get("next")), PREFERENCES);
    let next = if next == PREFERENCES {
        format!("{PREFERENCES}?done=1")
    } else {
        next.into_owned()
    };
    (CookieOrders(vec![CookieOrder::Choice(choice)]), Redirect::to(&next)).into_response()
}

//! The charter, which is made of the registry, and the visitor's choice (R-REG-04, R-SET-05, R-SET-06, R-CON-07).

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, TimeDelta};
use http::{HeaderValue, header};
use parvis_cookies::{Charter, Choice, Registry, choice};
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
    /// Longest life, in days.
    days: u32,
}

#[derive(Serialize)]
struct CharterView {
    url: String,
    revision: String,
    columns: [String; 4],
    rows: Vec<RowView>,
}

impl From<Charter> for CharterView {
    fn from(charter: Charter) -> Self {
        let row = |row: parvis_cookies::charter::Row| RowView {
            days: row.max_age.div_ceil(86_400),
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
    Charter::of(&Registry::for_portal(&visit.portal), &visit.portal, &visit.lang)
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
struct PurposeView {
    id: &'static str,
    label: &'static str,
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
    let registry = Registry::for_portal(&visit.portal);
    let accepted = |at: usize| {
        held.as_ref()
            .is_some_and(|choice| choice.accepted.get(at) == Some(&true))
    };
    let purpose = |(at, id)| PurposeView {
        id,
        label: id,
        accepted: accepted(at),
    };
    let next = next_of(query);
    let data = view! {
        token => visit.browser.csrf_token(),
        next => visit.next_or(next.as_deref(), PREFERENCES),
        saved => parameter(query, "done").is_some(),
        charter => CharterView::from(charter_of(visit)),
        purposes => registry.purposes().into_iter().enumerate().map(purpose).collect::<Vec<_>>(),
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

/// Which purposes a form accepts: all, none, or those that were ticked. Anything else is a refusal.
fn accepted(form: &Form, purposes: &[&str]) -> Vec<bool> {
    let ticked = |id: &&str| form.get("action") == "save" && form.all("purpose").any(|one| one == *id);
    purposes
        .iter()
        .map(|id| form.get("action") == "accept" || ticked(id))
        .collect()
}

/// `POST /cookies/preferences/`
pub async fn record(State(state): State<AppState>, visit: Visit, form: Form) -> Response {
    let purposes = Registry::for_portal(&visit.portal).purposes();
    let choice = Choice::new(accepted(&form, &purposes), state.clock.now(), &*state.rng);
    let next = visit.next_or(Some(form.get("next")), PREFERENCES);
    let next = if next == PREFERENCES {
        format!("{PREFERENCES}?done=1")
    } else {
        next.into_owned()
    };
    (CookieOrders(vec![CookieOrder::Choice(choice)]), Redirect::to(&next)).into_response()
}

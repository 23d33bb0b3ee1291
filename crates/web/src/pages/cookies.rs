//! The visitor's choice (R-SET-05, R-SET-06, R-CON-07).

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, TimeDelta};
use parvis_cookies::{Choice, choice};
use serde::Serialize;

use super::banner;
use super::charter::parameter;
use super::decision::{self, Decided, Facts, Question};
use super::forms::Form;
use super::frame::{Page, Section};
use super::sign::next_of;
use super::{Answer, Failure, charter, finish};
use crate::render::view;
use crate::state::AppState;
use crate::visit::{CookieOrder, CookieOrders, Signal, Visit};

/// The page of preferences.
pub(super) const PREFERENCES: &str = "/cookies/preferences/";

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

/// What somebody who has no scripts clicked, to be confirmed here, where the form holds a token.
#[derive(Serialize)]
struct AskedView {
    accept: bool,
    blocked: bool,
}

impl AskedView {
    fn of(query: Option<&str>) -> Option<Self> {
        let asked = parameter(query, "asked")?;
        let blocked = parameter(query, "blocked").is_some();
        (blocked || asked == "accept" || asked == "refuse").then(|| Self {
            accept: asked == "accept",
            blocked,
        })
    }
}

fn panel(state: &AppState, visit: &Visit, query: Option<&str>) -> Answer {
    panel_page(state, visit).render(state, visit, panel_data(visit, query))
}

/// The panel as a text.
///
/// # Errors
/// The template is wrong: our fault.
pub(super) fn panel_html(state: &AppState, visit: &Visit) -> Result<String, Failure> {
    panel_page(state, visit).html(state, visit, panel_data(visit, None))
}

fn panel_page(state: &AppState, visit: &Visit) -> Page<'static> {
    let title = state.templates.texts().plain(&visit.lang, "manage-cookies");
    Page::new("preferences.html", Section::Other, title).without_banner()
}

fn panel_data(visit: &Visit, query: Option<&str>) -> minijinja::Value {
    let held = visit.browser.choice();
    let next = next_of(query);
    let signal = visit.browser.signal().filter(|_| held.is_none());
    view! {
        token => visit.browser.csrf_token(),
        next => visit.next_or(next.as_deref(), PREFERENCES),
        asked => AskedView::of(query),
        signal => signal.map(|signal| match signal {
            Signal::GlobalPrivacyControl => "Global Privacy Control (GPC)",
            Signal::DoNotTrack => "Do Not Track (DNT)",
        }),
        charter => charter::of(visit),
        purposes => banner::purposes(visit, held.as_ref()),
        choice => held.as_ref().and_then(ChoiceView::of),
    }
}

/// `GET /cookies/preferences/`
pub async fn preferences(State(state): State<AppState>, visit: Visit, RawQuery(query): RawQuery) -> Response {
    let answer = panel(&state, &visit, query.as_deref());
    finish(&state, &visit, answer)
}

/// `POST /cookies/preferences/`
pub async fn record(State(state): State<AppState>, visit: Visit, facts: Facts, form: Form) -> Response {
    let held = visit.browser.choice();
    let choice = banner::decide(&visit.registry, &form, held.as_ref(), state.clock.now(), &*state.rng);
    let decided = Decided {
        choice: &choice,
        before: held,
        by_signal: form.get("action") == "signal",
        way: banner::way(&form),
        question: Question::of(&form, &visit.registry),
    };
    if let Err(failure) = decision::keep(&state, &visit, &facts, decided).await {
        return failure.page(&state, &visit);
    }
    let next = visit.next_or(Some(form.get("next")), PREFERENCES);
    let next = format!("{}#consent-saved", next.split('#').next().unwrap_or(PREFERENCES));
    (CookieOrders(vec![CookieOrder::Choice(choice)]), Redirect::to(&next)).into_response()
}

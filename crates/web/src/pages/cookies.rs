//! The visitor's choice (R-SET-05, R-SET-06, R-CON-07).

use std::collections::BTreeMap;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, TimeDelta};
use parvis_cookies::{Choice, Service, choice};
use serde::Serialize;

use super::charter::parameter;
use super::forms::Form;
use super::frame::{Page, Section};
use super::sign::next_of;
use super::{Answer, charter, finish};
use crate::render::view;
use crate::state::AppState;
use crate::visit::{CookieOrder, CookieOrders, Visit};

const PREFERENCES: &str = "/cookies/preferences/";

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
        charter => charter::of(visit),
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

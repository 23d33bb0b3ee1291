//! What consent is asked for, and what a visitor answered: the banner, which is the same for everybody (R-CACHE-03), the style
//! sheet that hides it from those who have answered, and the decision that a form stands for (R-CON-01 to R-CON-10).

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use http::{HeaderValue, header};
use parvis_cookies::ledger::Way;
use parvis_cookies::{Choice, Purpose, Registry, Service};
use parvis_model::Rng;
use serde::Serialize;
use serde_json::json;

use super::Failure;
use super::forms::Form;
use crate::render::view;
use crate::state::AppState;
use crate::visit::Visit;

/// The day the signals were first honoured, as `gpc.json` states it.
const SIGNAL_SINCE: &str = "2026-11-22";

/// Where a form was sent from; anything unknown is the panel, where every form can be sent from.
pub(super) fn way(form: &Form) -> Way {
    Way::of_form(form.get("way")).unwrap_or(Way::Panel)
}

/// A service as banner, panel and placeholders show it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ServiceView {
    pub id: String,
    pub label: String,
    pub purpose: &'static str,
    provider: String,
    description: String,
    policy_url: Option<String>,
    hosts: Vec<String>,
    /// Longest life of what it leaves, in days; `None` if nothing outlives the visit.
    days: Option<u32>,
    accepted: bool,
}

impl ServiceView {
    /// The service in the visitor's language; `choice` is what they answered.
    pub fn of(service: &Service, visit: &Visit, choice: Option<&Choice>) -> Self {
        let default = visit.portal.default_language();
        let label = service.label.get(&visit.lang, default).unwrap_or(&service.id);
        Self {
            id: service.id.clone(),
            label: label.to_owned(),
            purpose: service.purpose.as_str(),
            provider: service.provider.clone(),
            description: service
                .description
                .get(&visit.lang, default)
                .unwrap_or_default()
                .to_owned(),
            policy_url: service.policy_url.clone().filter(|url| url.starts_with("https://")),
            hosts: service.all_hosts(),
            days: visit
                .registry
                .longest_life(&service.id)
                .map(|life| life.div_ceil(86_400)),
            accepted: choice.is_some_and(|choice| choice.accepts(&service.id)),
        }
    }
}

/// A purpose with its services.
#[derive(Clone, Debug, Serialize)]
pub(super) struct PurposeView {
    id: &'static str,
    services: Vec<ServiceView>,
}

/// What consent is asked for, by purpose (R-CON-04).
pub(super) fn purposes(visit: &Visit, choice: Option<&Choice>) -> Vec<PurposeView> {
    let asking = visit.registry.services_asking_consent();
    let of = |purpose: Purpose| PurposeView {
        id: purpose.as_str(),
        services: asking
            .iter()
            .filter(|service| service.purpose == purpose)
            .map(|service| ServiceView::of(service, visit, choice))
            .collect(),
    };
    visit.registry.purposes().into_iter().map(of).collect()
}

/// The banner by itself, as every page of the portal shows it to somebody who has not answered.
///
/// # Errors
/// The template is wrong: our fault.
pub(super) fn html(state: &AppState, visit: &Visit) -> Result<String, Failure> {
    let data = view! {
        purposes => purposes(visit, None),
        name => visit.portal.name(&visit.lang),
    };
    Ok(state.templates.render("banner-alone.html", &visit.lang, data)?)
}

/// The services that `choice` has not answered for.
fn unanswered<'a>(registry: &'a Registry, choice: Option<&Choice>) -> Vec<&'a Service> {
    let answered = |service: &Service| choice.is_some_and(|choice| choice.answers.contains_key(&service.id));
    let mut asking = registry.services_asking_consent();
    asking.retain(|service| !answered(service));
    asking
}

/// Whether the visitor may be led to `service`: it needs no consent, or they gave it. A signal of the browser refuses only
/// what nobody has answered, and that is refused anyway.
pub(super) fn allows(visit: &Visit, service: &Service) -> bool {
    let asks = visit
        .registry
        .services_asking_consent()
        .iter()
        .any(|one| one.id == service.id);
    !asks || visit.browser.choice().is_some_and(|choice| choice.accepts(&service.id))
}

/// The decision that a form stands for. Earlier answers stay unless the form is about them: the panel is about every
/// service, the banner about those not answered yet, a placeholder about its own. What is neither accepted nor ticked is
/// refused.
pub(super) fn decide(
    registry: &Registry,
    form: &Form,
    held: Option<&Choice>,
    now: DateTime<Utc>,
    rng: &dyn Rng,
) -> Choice {
    let (action, way) = (form.get("action"), way(form));
    let named = |service: &Service| form.all("service").any(|id| id == service.id);
    let mut about = registry.services_asking_consent();
    match (action, way) {
        ("always", _) => about.retain(|service| named(service)),
        ("accept" | "refuse", Way::Banner | Way::NoJs) => {
            let open = unanswered(registry, held);
            if !open.is_empty() {
                about = open;
            }
        }
        _ => {}
    }
    let accepted = |service: &Service| match action {
        "accept" => true,
        "save" | "always" => named(service),
        _ => false,
    };
    let answers: BTreeMap<String, bool> = about.into_iter().map(|one| (one.id.clone(), accepted(one))).collect();
    let all = answers.len() == registry.services_asking_consent().len();
    match held.filter(|_| !all) {
        Some(held) => held.amended(answers, now, rng),
        None => Choice::new(answers, now, rng),
    }
}

/// An answer for this visitor and this moment only.
fn private(media_type: &'static str, body: impl IntoResponse) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (header::VARY, HeaderValue::from_static("Cookie")),
    ];
    (headers, body).into_response()
}

/// Hides the banner from those who have nothing to answer, and in it what they have answered already.
fn sheet(registry: &Registry, choice: Option<&Choice>, signal: bool) -> String {
    let open = unanswered(registry, choice);
    if open.is_empty() || signal {
        return ".consent-box{display:none}".to_owned();
    }
    let answered = registry.services_asking_consent().into_iter();
    let answered = answered.filter(|service| !open.iter().any(|one| one.id == service.id));
    answered
        .map(|service| format!("[data-consent-item=\"{}\"]{{display:none}}", service.id))
        .collect()
}

/// `GET /cookies/banner.css`: the one part of an ordinary page that knows the visitor's choice. The server alone reads it
/// (R-GATE-06), it works without scripts (R-CON-01), and if it fails the banner is there.
pub async fn banner_css(visit: Visit) -> Response {
    let signal = visit.browser.signal().is_some();
    private(
        "text/css; charset=utf-8",
        sheet(&visit.registry, visit.browser.choice().as_ref(), signal),
    )
}

/// `GET /cookies/state/`: which services the visitor agreed to, for the scripts of the page.
pub async fn state(visit: Visit) -> Response {
    let choice = visit.browser.choice();
    let asking = visit.registry.services_asking_consent();
    let accepted: Vec<&str> = asking
        .iter()
        .map(|service| service.id.as_str())
        .filter(|id| choice.as_ref().is_some_and(|choice| choice.accepts(id)))
        .collect();
    private("application/json", Json(json!({ "accepted": accepted })))
}

/// `GET /.well-known/gpc.json`: this portal honours Global Privacy Control (R-CON-10).
pub async fn gpc(State(_): State<AppState>, _: Visit) -> Response {
    Json(json!({ "gpc": true, "lastUpdate": SIGNAL_SINCE })).into_response()
}

#[cfg(test)]
mod tests;

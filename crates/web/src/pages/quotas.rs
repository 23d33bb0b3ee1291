//! The back office "Quotas": how often the API may be called in a day, and how far that is used up.

use std::collections::BTreeMap;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use parvis_model::{ErrorCode, QuotaScope};
use parvis_portal::quotas::Limit;
use serde::Serialize;

use super::charter::parameter;
use super::forms::Form;
use super::frame::{Page, Section};
use super::{Answer, Failure, finish, viewer};
use crate::render::view;
use crate::state::AppState;
use crate::visit::Visit;

const HOME: &str = "/backoffice/quotas/";
/// Most calls of a limit that a form takes.
const MOST: u64 = 1_000_000_000_000;

/// The limit of a scope as a whole, or of each in it.
#[derive(Serialize)]
struct ScopeView {
    scope: &'static str,
    /// As it stands in the form.
    value: String,
    /// Calls of today; none where they are counted for each.
    today: Option<u64>,
}

/// The limit of one user, key or dataset.
#[derive(Serialize)]
struct OneView {
    scope: &'static str,
    subject: String,
    name: String,
    calls: u64,
    today: u64,
}

impl From<Limit> for OneView {
    fn from(limit: Limit) -> Self {
        Self {
            scope: limit.scope.name(),
            subject: limit.subject,
            name: limit.name,
            calls: limit.calls,
            today: limit.today,
        }
    }
}

/// What was wrong with a form, by field, and what was typed.
#[derive(Default)]
struct Wrong {
    errors: BTreeMap<String, String>,
    typed: Form,
}

fn refused(visit: &Visit, error: parvis_portal::Error) -> Failure {
    match error.code() {
        ErrorCode::ForbiddenAccess if visit.actor.user().is_none() => Failure::SignIn,
        ErrorCode::ForbiddenAccess => Failure::Forbidden,
        _ => error.into(),
    }
}

/// A number of calls as people type it, digits in groups or not; `None` is nothing typed.
fn calls(text: &str) -> Result<Option<u64>, ()> {
    let digits: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    if digits.is_empty() {
        return Ok(None);
    }
    let number = digits.parse().map_err(|_| ())?;
    if number > MOST || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(());
    }
    Ok(Some(number))
}

async fn render(state: &AppState, visit: &Visit, done: bool, wrong: Wrong) -> Answer {
    let viewer = viewer(visit);
    let limits = state
        .parvis
        .limits(&viewer)
        .await
        .map_err(|error| refused(visit, error))?;
    let counts = state.parvis.quota_counts_today(&viewer).await?;
    let status = if wrong.errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mistaken = |name: &str| wrong.errors.contains_key(name) || wrong.typed.get("action") == "limits";
    let (whole, ones): (Vec<Limit>, Vec<Limit>) = limits.into_iter().partition(|limit| limit.subject.is_empty());
    let scopes = QuotaScope::ALL.map(|scope| {
        let limit = whole.iter().find(|limit| limit.scope == scope);
        let set = limit.map(|limit| limit.calls.to_string()).unwrap_or_default();
        let count = counts
            .iter()
            .filter(|count| count.scope == scope)
            .map(|count| count.calls);
        ScopeView {
            scope: scope.name(),
            value: if mistaken(scope.name()) {
                wrong.typed.get(scope.name()).to_owned()
            } else {
                set
            },
            today: (!scope.has_subjects() && limit.is_some()).then(|| count.sum()),
        }
    });
    let values: BTreeMap<&str, &str> = ["scope", "name", "calls"]
        .map(|field| (field, wrong.typed.get(field)))
        .into();
    let fields = QuotaScope::ALL
        .map(QuotaScope::name)
        .into_iter()
        .chain(["name", "calls"]);
    let message = |field| wrong.errors.get(field).map_or("", String::as_str);
    let errors: BTreeMap<&str, &str> = fields.map(|field| (field, message(field))).collect();
    let data = view! {
        scopes,
        ones => ones.into_iter().map(OneView::from).collect::<Vec<_>>(),
        errors,
        wrong => !wrong.errors.is_empty(),
        values,
        token => visit.browser.csrf_token(),
        done,
    };
    let title = state.templates.texts().plain(&visit.lang, "quotas-title");
    Page::new("backoffice/quotas.html", Section::Backoffice, title)
        .status(status)
        .render(state, visit, data)
}

/// `GET /backoffice/quotas/`
pub async fn show(State(state): State<AppState>, visit: Visit, RawQuery(query): RawQuery) -> Response {
    let done = parameter(query.as_deref(), "done").is_some();
    let answer = render(&state, &visit, done, Wrong::default()).await;
    finish(&state, &visit, answer)
}

/// Sets the limits of all scopes as they were typed. Nothing is set when one of them cannot be read.
async fn set_all(state: &AppState, visit: &Visit, form: &Form) -> Result<BTreeMap<String, String>, Failure> {
    let viewer = viewer(visit);
    let mut errors = BTreeMap::new();
    let mut wanted = Vec::new();
    for scope in QuotaScope::ALL {
        match calls(form.get(scope.name())) {
            Ok(calls) => wanted.push((scope, calls)),
            Err(()) => {
                let text = state.templates.texts().plain(&visit.lang, "quotas-number-error");
                errors.insert(scope.name().to_owned(), text);
            }
        }
    }
    if errors.is_empty() {
        for (scope, calls) in wanted {
            let set = state.parvis.set_quota(&viewer, scope, "", calls).await;
            set.map_err(|error| refused(visit, error))?;
        }
    }
    Ok(errors)
}

/// Sets the limit of one user, key or dataset.
async fn set_one(state: &AppState, visit: &Visit, form: &Form) -> Result<BTreeMap<String, String>, Failure> {
    let (viewer, texts) = (viewer(visit), state.templates.texts());
    let wrong = |field: &str, text: &str| Ok([(field.to_owned(), texts.plain(&visit.lang, text))].into());
    let name = form.get("name").trim();
    let scope = QuotaScope::parse(form.get("scope")).filter(|scope| scope.has_subjects());
    let (Some(scope), false) = (scope, name.is_empty()) else {
        return wrong("name", "quotas-name-error");
    };
    let Ok(Some(calls)) = calls(form.get("calls")) else {
        return wrong("calls", "quotas-number-error");
    };
    let subject = match state.parvis.quota_subject(&viewer, scope, name).await {
        Ok(subject) => subject,
        Err(error) if error.code() == ErrorCode::ForbiddenAccess => return Err(refused(visit, error)),
        Err(_) => return wrong("name", "quotas-name-error"),
    };
    let set = state.parvis.set_quota(&viewer, scope, &subject, Some(calls)).await;
    set.map_err(|error| refused(visit, error))?;
    Ok(BTreeMap::new())
}

/// Takes the limit of one away.
async fn remove(state: &AppState, visit: &Visit, form: &Form) -> Result<BTreeMap<String, String>, Failure> {
    let scope = QuotaScope::parse(form.get("scope")).ok_or(Failure::NotFound)?;
    let removed = state
        .parvis
        .set_quota(&viewer(visit), scope, form.get("subject"), None)
        .await;
    removed.map_err(|error| refused(visit, error))?;
    Ok(BTreeMap::new())
}

/// `POST /backoffice/quotas/`: sets all limits, adds or removes that of one.
pub async fn change(State(state): State<AppState>, visit: Visit, form: Form) -> Response {
    let answer = async {
        // Who may not see them is told so before their mistakes are.
        let seen = state.parvis.quotas(&viewer(&visit)).await;
        seen.map_err(|error| refused(&visit, error))?;
        let errors = match form.get("action") {
            "limits" => set_all(&state, &visit, &form).await?,
            "add" => set_one(&state, &visit, &form).await?,
            "remove" => remove(&state, &visit, &form).await?,
            _ => return Err(Failure::NotFound),
        };
        if errors.is_empty() {
            let by = visit.actor.user().map(|user| user.as_str().to_owned());
            tracing::info!(portal = %visit.portal.id.as_str(), by, "the quotas were changed");
            return Ok(Redirect::to(&format!("{HOME}?done=1")).into_response());
        }
        render(&state, &visit, false, Wrong { errors, typed: form }).await
    };
    finish(&state, &visit, answer.await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_calls_is_read_as_people_write_it() {
        for (text, number) in [
            ("", Ok(None)),
            ("  ", Ok(None)),
            ("0", Ok(Some(0))),
            ("10 000", Ok(Some(10_000))),
            ("10\u{202f}000", Ok(Some(10_000))),
            ("-1", Err(())),
            ("+1", Err(())),
            ("1.5", Err(())),
            ("mille", Err(())),
            ("1000000000001", Err(())),
            ("99999999999999999999", Err(())),
        ] {
            assert_eq!(calls(text), number, "{text}");
        }
    }
}

//! The back office "Cookies": what the portal declares beyond the product's own entries (R-REG-01, R-REG-06 to R-REG-09).
//!
//! Every form changes one thing of the draft and makes a revision. A form that somebody overtook is shown again, with what
//! was typed, over the draft as it is now.

mod entry;
mod lists;
mod service;
mod sheet;
mod texts;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;
use parvis_cookies::Additions;
use parvis_cookies::registry::{Complaint, Part};
use parvis_model::ErrorCode;
use parvis_portal::registry::Draft;
use parvis_portal::store::Error as StoreError;

use super::charter::parameter;
use super::forms::Form;
use super::frame::{Page, Section};
use super::{Answer, Failure, finish, revisions, slash, viewer};
use crate::render::view;
use crate::state::AppState;
use crate::visit::Visit;

use sheet::Sheet;

const HOME: &str = "/backoffice/cookies/";

/// The routes of these pages.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/backoffice/cookies/", get(list))
        .route("/backoffice/cookies", get(slash))
        .route("/backoffice/cookies/history/", get(history))
        .route(
            "/backoffice/cookies/charter/",
            get(texts::charter).post(texts::save_charter),
        )
        .route(
            "/backoffice/cookies/wording/{id}/",
            get(texts::wording).post(texts::save_wording),
        )
        .route("/backoffice/cookies/entries/new/", get(entry::blank).post(entry::add))
        .route("/backoffice/cookies/entries/{id}/", get(entry::edit).post(entry::save))
        .route("/backoffice/cookies/entries/{id}/retire/", post(entry::retire))
        .route(
            "/backoffice/cookies/services/new/{kind}/",
            get(service::blank).post(service::add),
        )
        .route(
            "/backoffice/cookies/services/{id}/",
            get(service::edit).post(service::save),
        )
        .route("/backoffice/cookies/services/{id}/retire/", post(service::retire))
}

/// The draft, for somebody who may work on it.
///
/// # Errors
/// Nobody has signed in, or the visitor may not.
async fn draft(state: &AppState, visit: &Visit) -> Result<Draft, Failure> {
    if visit.actor.user().is_none() {
        return Err(Failure::SignIn);
    }
    let draft = state.parvis.registry_draft(&viewer(visit)).await;
    draft.map_err(|error| match error.code() {
        ErrorCode::ForbiddenAccess => Failure::Forbidden,
        _ => error.into(),
    })
}

/// Why a form is shown again.
enum Refusal {
    /// Something may not be declared.
    Wrong(Vec<Complaint>),
    /// Somebody made a revision in the meantime.
    Overtaken,
    /// The note cannot be kept.
    Note,
}

/// Makes the draft with `additions` the registry in force, unless the form was overtaken or something is wrong.
async fn revise(
    state: &AppState,
    visit: &Visit,
    form: &Form,
    draft: &Draft,
    additions: Additions,
) -> Result<Result<(), Refusal>, Failure> {
    if form.get("number").parse() != Ok(draft.number) {
        return Ok(Err(Refusal::Overtaken));
    }
    let next = Draft {
        number: draft.number,
        additions,
    };
    let complaints = state.parvis.registry_complaints(&visit.portal, &next);
    if !complaints.is_empty() {
        return Ok(Err(Refusal::Wrong(complaints)));
    }
    let made = state
        .parvis
        .revise_registry(&viewer(visit), form.get("note"), next)
        .await;
    match made {
        Ok(_) => {
            // In force with the next request here; other processes take it up by themselves.
            state
                .edge
                .reload(&state.parvis)
                .await
                .map_err(|failure| Failure::UseCase(parvis_portal::Error::Internal(failure.message)))?;
            Ok(Ok(()))
        }
        Err(parvis_portal::Error::Store(StoreError::Conflict { .. })) => Ok(Err(Refusal::Overtaken)),
        Err(parvis_portal::Error::Invalid(_)) => Ok(Err(Refusal::Note)),
        Err(error) => Err(error.into()),
    }
}

/// What a form is about: its template, the title's text, and where it is sent.
struct Subject<'a> {
    template: &'static str,
    title: &'static str,
    action: String,
    /// What complaints are about.
    part: Part,
    /// What the template shows beside the fields.
    data: minijinja::Value,
    draft: &'a Draft,
}

/// The page of a form.
fn form_page(state: &AppState, visit: &Visit, subject: Subject<'_>, sheet: Sheet, refusal: Option<&Refusal>) -> Answer {
    let texts = state.templates.texts();
    let sheet = match refusal {
        Some(Refusal::Wrong(complaints)) => sheet.with_complaints(texts, &visit.lang, complaints, &subject.part),
        Some(Refusal::Overtaken) => sheet.with_message(texts.plain(&visit.lang, "registry-overtaken")),
        Some(Refusal::Note) => sheet.with_message(texts.plain(&visit.lang, "registry-note-error")),
        None => sheet,
    };
    let status = if refusal.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let title = texts.plain(&visit.lang, subject.title);
    let data = view! {
        token => visit.browser.csrf_token(),
        action => subject.action,
        in_force => subject.draft.number,
        values => sheet.values,
        errors => sheet.errors,
        messages => sheet.messages,
        heading => title,
        ..subject.data
    };
    Page::new(subject.template, Section::Backoffice, title)
        .status(status)
        .render(state, visit, data)
}

/// Where a form that was kept leads.
fn saved() -> Response {
    Redirect::to(&format!("{HOME}?done=saved")).into_response()
}

async fn page(state: &AppState, visit: &Visit, query: Option<&str>) -> Answer {
    let draft = draft(state, visit).await?;
    let title = state.templates.texts().plain(&visit.lang, "registry-title");
    let lists = lists::of(visit, &draft.additions);
    let data = view! {
        lists,
        in_force => draft.number,
        saved => parameter(query, "done").is_some(),
    };
    Page::new("backoffice/cookies.html", Section::Backoffice, title).render(state, visit, data)
}

/// `GET /backoffice/cookies/`
async fn list(State(state): State<AppState>, visit: Visit, RawQuery(query): RawQuery) -> Response {
    let answer = page(&state, &visit, query.as_deref()).await;
    finish(&state, &visit, answer)
}

async fn history_page(state: &AppState, visit: &Visit, query: Option<&str>) -> Answer {
    // Authors are told to administrators of the portal only.
    draft(state, visit).await?;
    let before = parameter(query, "before").and_then(|number| number.parse().ok());
    let found = revisions::page(state, visit, before).await?;
    let title = state.templates.texts().plain(&visit.lang, "registry-history");
    let data = view! { revisions => found.revisions, older => found.older, base => format!("{HOME}history/") };
    Page::new("backoffice/history.html", Section::Backoffice, title).render(state, visit, data)
}

/// `GET /backoffice/cookies/history/`
async fn history(State(state): State<AppState>, visit: Visit, RawQuery(query): RawQuery) -> Response {
    let answer = history_page(&state, &visit, query.as_deref()).await;
    finish(&state, &visit, answer)
}

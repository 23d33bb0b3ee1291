//! Signing in and out.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use parvis_model::ErrorCode;

use super::forms::Form;
use super::frame::{Page, Section};
use super::{Answer, finish};
use crate::render::view;
use crate::state::AppState;
use crate::visit::{CookieOrder, CookieOrders, Visit};

/// Where people go after signing in, unless they came from somewhere.
const HOME: &str = "/";

/// The `next` parameter of a query string.
pub(super) fn next_of(query: Option<&str>) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs
        .find(|(name, _)| name == "next")
        .map(|(_, value)| value.into_owned())
}

/// The form, perhaps after a failure (`wrong` or `many`).
fn page(state: &AppState, visit: &Visit, next: &str, email: &str, failure: Option<(&str, StatusCode)>) -> Answer {
    let title = state.templates.texts().plain(&visit.lang, "login-title");
    let data = view! { token => visit.browser.csrf_token(), next, email, error => failure.map(|(error, _)| error) };
    let status = failure.map_or(StatusCode::OK, |(_, status)| status);
    Page::new("login.html", Section::Account, title)
        .status(status)
        .render(state, visit, data)
}

/// `GET /login/`
pub async fn form(State(state): State<AppState>, visit: Visit, RawQuery(query): RawQuery) -> Response {
    let next = next_of(query.as_deref());
    let next = visit.next_or(next.as_deref(), HOME);
    if visit.actor.user().is_some() {
        return Redirect::to(&next).into_response();
    }
    let answer = page(&state, &visit, &next, "", None);
    finish(&state, &visit, answer)
}

/// `POST /login/`
pub async fn sign_in(State(state): State<AppState>, visit: Visit, form: Form) -> Response {
    let next = visit.next_or(Some(form.get("next")), HOME);
    let (email, old) = (form.get("username"), visit.browser.session_id());
    let signed = state
        .parvis
        .sign_in(&visit.portal.id, email, form.get("password"), old.as_deref())
        .await;
    let failure = match signed {
        Ok(signed) => {
            let orders = CookieOrders(vec![CookieOrder::SignIn(signed.session_id)]);
            return (orders, Redirect::to(&next)).into_response();
        }
        Err(error) => match error.code() {
            ErrorCode::Unauthorized => ("wrong", StatusCode::OK),
            ErrorCode::TooManyRequests => ("many", StatusCode::TOO_MANY_REQUESTS),
            _ => return finish(&state, &visit, Err(error.into())),
        },
    };
    let answer = page(&state, &visit, &next, email, Some(failure));
    finish(&state, &visit, answer)
}

/// `GET /logout/`: asks, and changes nothing (R-CSRF-03).
pub async fn confirm(State(state): State<AppState>, visit: Visit) -> Response {
    let title = state.templates.texts().plain(&visit.lang, "logout-title");
    let token = visit.actor.user().map(|_| visit.browser.csrf_token());
    let answer = Page::new("logout.html", Section::Account, title).render(&state, &visit, view! { token });
    finish(&state, &visit, answer)
}

/// `POST /logout/`
pub async fn sign_out(State(state): State<AppState>, visit: Visit, form: Form) -> Response {
    let answer = async {
        if let (Some(user), "true") = (visit.actor.user(), form.get("everywhere")) {
            state.parvis.sign_out_everywhere(user, None).await?;
        }
        if let Some(id) = visit.browser.session_id() {
            state.parvis.sign_out(&visit.portal.id, &id).await?;
        }
        let next = visit.next_or(Some(form.get("next")), HOME);
        Ok((CookieOrders(vec![CookieOrder::SignOut]), Redirect::to(&next)).into_response())
    };
    finish(&state, &visit, answer.await)
}

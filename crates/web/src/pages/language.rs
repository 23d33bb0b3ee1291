//! The choice of a language. The form posts to `/i18n/setlang/`, which is the edge's.

use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::frame::{Page, Section, languages};
use super::sign::next_of;
use super::{Failure, finish};
use crate::render::view;
use crate::state::AppState;
use crate::visit::Visit;

/// `GET /i18n/`
pub async fn show(State(state): State<AppState>, visit: Visit, RawQuery(query): RawQuery) -> Response {
    if visit.portal.languages.len() < 2 {
        return Failure::NotFound.page(&state, &visit);
    }
    let next = next_of(query.as_deref());
    let next = visit.next_or(next.as_deref(), "/");
    let title = state.templates.texts().plain(&visit.lang, "language-title");
    let data = view! {
        token => visit.browser.csrf_token(),
        next => next,
        once => languages(&visit.portal, &visit.lang, &next),
    };
    let answer = Page::new("language.html", Section::Other, title).render(&state, &visit, data);
    finish(&state, &visit, answer)
}

//! The revisions of the charter, for everybody: what changed, when and why (R-REG-08).

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use parvis_portal::registry::Revision;

use super::{parameter, typed};
use crate::pages::frame::{Page, Section};
use crate::pages::revisions::{self, RevisionView};
use crate::pages::{Answer, Failure, finish, viewer};
use crate::render::view;
use crate::state::AppState;
use crate::visit::Visit;

const HISTORY: &str = "/terms/cookies-policy/history/";

/// `GET /terms/cookies-policy/history/`
pub async fn list(State(state): State<AppState>, visit: Visit, RawQuery(query): RawQuery) -> Response {
    let answer = async {
        let before = parameter(query.as_deref(), "before").and_then(|number| number.parse().ok());
        let found = revisions::page(&state, &visit, before).await?;
        let title = state.templates.texts().plain(&visit.lang, "history-title");
        let page = Page::new("charter-history.html", Section::Other, title);
        let data = view! { revisions => found.revisions, older => found.older, base => HISTORY };
        page.render(&state, &visit, data)
    };
    finish(&state, &visit, answer.await)
}

/// The revision called `number` in an address.
async fn revision(state: &AppState, visit: &Visit, number: &str) -> Result<Revision, Failure> {
    let number: u64 = number.parse().map_err(|_| Failure::NotFound)?;
    let found = state.parvis.registry_revision(&viewer(visit), number).await?;
    found.ok_or(Failure::NotFound)
}

async fn page(state: &AppState, visit: &Visit, number: &str, query: Option<&str>) -> Answer {
    let found = revision(state, visit, number).await?;
    if parameter(query, "format").as_deref() == Some("json") {
        return Ok(typed("application/json; charset=utf-8", found.published.to_string()));
    }
    let before = match found.number {
        0 | 1 => None,
        number => state.parvis.registry_revision(&viewer(visit), number - 1).await?,
    };
    let entries = revisions::entries(state, visit, &found.published);
    let shown = RevisionView::of(state, visit, found, before.as_ref());
    let texts = state.templates.texts();
    let title = format!("{} {}", texts.plain(&visit.lang, "history-revision"), shown.number);
    let page = Page::new("charter-revision.html", Section::Other, title);
    page.render(state, visit, view! { revision => shown, entries, base => HISTORY })
}

/// `GET /terms/cookies-policy/history/{number}/`, also as `?format=json`
pub async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(number): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let answer = page(&state, &visit, &number, query.as_deref()).await;
    finish(&state, &visit, answer)
}

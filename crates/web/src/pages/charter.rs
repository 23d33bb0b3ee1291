//! The charter, which is made of the registry: as a page, as text, as JSON, as PDF (R-REG-04 to R-REG-07).

mod document;
pub mod history;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use parvis_cookies::Charter;
use parvis_cookies::charter::{Row, ServiceNote};
use serde::Serialize;

use super::finish;
use super::frame::{Page, Section};
use crate::pdf;
use crate::render::view;
use crate::state::AppState;
use crate::visit::Visit;

const CHARTER: &str = "/terms/cookies-policy/";

/// A table as the page shows it.
#[derive(Serialize)]
pub(super) struct SectionView {
    /// For links to it.
    id: &'static str,
    title: &'static str,
    rows: Vec<Row>,
}

/// The charter as pages show it.
#[derive(Serialize)]
pub(super) struct CharterView {
    url: String,
    revision: String,
    number: u64,
    since: Option<String>,
    columns: Vec<&'static str>,
    sections: Vec<SectionView>,
    services: Vec<ServiceNote>,
    before: Vec<String>,
    after: Vec<String>,
    see_also: Option<String>,
}

/// The paragraphs of a text: an empty line parts them.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    let parts = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

impl From<Charter> for CharterView {
    fn from(charter: Charter) -> Self {
        let section = |section: parvis_cookies::charter::Section| SectionView {
            id: section.ground.as_str(),
            title: section.title,
            rows: section.rows,
        };
        Self {
            sections: charter.sections().into_iter().map(section).collect(),
            url: charter.url,
            revision: charter.revision,
            number: charter.number,
            since: charter.since.map(super::machine_time),
            columns: charter.columns,
            services: charter.services,
            before: paragraphs(&charter.before),
            after: paragraphs(&charter.after),
            see_also: charter.see_also,
        }
    }
}

/// The charter of the portal in the language of the visit.
pub(super) fn of(visit: &Visit) -> Charter {
    Charter::of(&visit.registry, &visit.portal, &visit.lang)
}

/// A parameter of a query string.
pub(super) fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn typed(media_type: &'static str, body: impl Into<axum::body::Body>) -> Response {
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(media_type))];
    (headers, body.into()).into_response()
}

/// `GET /terms/cookies-policy/key/`: the public key behind the signatures of charters.
pub async fn key(State(state): State<AppState>, _visit: Visit) -> Response {
    let key = state.parvis.statement_key().public();
    typed("text/plain; charset=utf-8", format!("{key}\n"))
}

/// `GET /terms/cookies-policy/`, also as `?format=text`, `?format=json` and `?format=pdf`
pub async fn show(State(state): State<AppState>, visit: Visit, RawQuery(query): RawQuery) -> Response {
    let charter = of(&visit);
    match parameter(query.as_deref(), "format").as_deref() {
        Some("text") => return typed("text/plain; charset=utf-8", charter.to_text()),
        Some("json") => {
            let signed = charter.to_signed_json(&state.parvis.statement_key());
            return typed("application/json; charset=utf-8", signed.to_string());
        }
        Some("pdf") => {
            let document = document::of(state.templates.texts(), &visit, &charter);
            return typed("application/pdf", pdf::write(&document));
        }
        _ => {}
    }
    let title = state.templates.texts().plain(&visit.lang, "charter-title");
    let page = Page::new("charter.html", Section::Other, title).canonical(CHARTER);
    let answer = async {
        let audit = super::audits::last(&state, &visit).await?;
        page.render(&state, &visit, view! { charter => CharterView::from(charter), audit })
    };
    finish(&state, &visit, answer.await)
}

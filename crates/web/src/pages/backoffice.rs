//! The portal's datasets for those who look after them.

use axum::extract::State;
use axum::response::Response;
use chrono::SecondsFormat;
use parvis_model::{Dataset, ErrorCode};
use serde::Serialize;

use super::frame::{Page, Section};
use super::{Answer, Failure, finish, viewer};
use crate::render::view;
use crate::state::AppState;
use crate::visit::Visit;

#[derive(Serialize)]
struct Row {
    id: String,
    title: String,
    url: String,
    published: bool,
    restricted: bool,
    records: u64,
    rejected: u64,
    bytes: u64,
    version_at: Option<String>,
}

impl Row {
    fn of(dataset: &Dataset, lang: &str) -> Self {
        let version = dataset.version.as_ref();
        Self {
            id: dataset.slug.clone(),
            title: dataset.title(lang).to_owned(),
            url: format!("/explore/dataset/{}/information/", dataset.slug),
            published: version.is_some(),
            restricted: dataset.restricted,
            records: dataset.records_count(),
            rejected: version.map_or(0, |version| version.rejected),
            bytes: version.map_or(0, |version| version.bytes),
            version_at: version.map(|version| version.created_at.to_rfc3339_opts(SecondsFormat::Secs, true)),
        }
    }
}

async fn render(state: &AppState, visit: &Visit) -> Answer {
    if visit.actor.user().is_none() {
        return Err(Failure::SignIn);
    }
    let datasets = state
        .parvis
        .managed_datasets(&viewer(visit))
        .await
        .map_err(|error| match error.code() {
            ErrorCode::ForbiddenAccess => Failure::Forbidden,
            _ => error.into(),
        })?;
    let rows: Vec<Row> = datasets.iter().map(|dataset| Row::of(dataset, &visit.lang)).collect();
    let records: u64 = rows.iter().map(|row| row.records).sum();
    let title = state.templates.texts().plain(&visit.lang, "backoffice-title");
    let page = Page::new("backoffice.html", Section::Backoffice, title);
    page.render(state, visit, view! { datasets => rows, records })
}

/// `GET /backoffice/`
pub async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = render(&state, &visit).await;
    finish(&state, &visit, answer)
}

//! The proof of consent: for the administrator in the back office, and its published part for everybody.

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use parvis_cookies::ledger::{Action, Fault, Report};
use parvis_model::ErrorCode;
use parvis_portal::consent::{ConsentFormat, Figures, Found};
use serde::Serialize;

use super::charter::parameter;
use super::frame::{Page, Section};
use super::{Answer, Failure, finish, viewer};
use crate::edge::Cx;
use crate::render::view;
use crate::state::AppState;
use crate::visit::Visit;

/// Longest receipt that is looked for.
const MAX_RECEIPT: usize = 128;

#[derive(Serialize)]
struct CountView {
    action: &'static str,
    count: u64,
}

#[derive(Serialize)]
struct FiguresView {
    records: u64,
    purged: u64,
    days: usize,
    public_key: String,
    recent: Vec<CountView>,
}

impl From<Figures> for FiguresView {
    fn from(figures: Figures) -> Self {
        let of = |action: &str| figures.recent.iter().find(|(name, _)| name == action);
        let recent = Action::ALL.map(|action| CountView {
            action: action.as_str(),
            count: of(action.as_str()).map_or(0, |(_, count)| *count),
        });
        Self {
            records: figures.records,
            purged: figures.purged,
            days: figures.days,
            public_key: figures.public_key.clone(),
            recent: recent.into(),
        }
    }
}

#[derive(Serialize)]
struct VerdictView {
    id: String,
    agreed: bool,
}

#[derive(Serialize)]
struct RecordView {
    seq: u64,
    time: String,
    until: String,
    action: &'static str,
    way: &'static str,
    receipt: String,
    replaces: Option<String>,
    verdicts: Vec<VerdictView>,
    signal: bool,
    audit: bool,
    lang: String,
    revision: String,
    text: String,
    ui: String,
    hash: String,
}

impl From<Found> for RecordView {
    fn from(found: Found) -> Self {
        let record = found.record;
        let verdict = |(id, agreed)| VerdictView { id, agreed };
        Self {
            seq: record.seq,
            time: record.time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            until: record.until.to_string(),
            action: record.action.as_str(),
            way: record.way.as_str(),
            receipt: record.receipt,
            replaces: record.replaces,
            verdicts: record.verdicts.into_iter().map(verdict).collect(),
            signal: record.signal.gpc || record.signal.dnt,
            audit: record.audit,
            lang: record.shown.lang,
            revision: record.shown.revision,
            text: record.shown.text,
            ui: record.shown.ui,
            hash: found.hash,
        }
    }
}

/// A fault with what its text names. Numbers that a fault does not have are 0.
#[derive(Serialize)]
struct FaultView {
    key: String,
    seq: u64,
    last: u64,
    day: String,
}

impl From<&Fault> for FaultView {
    fn from(fault: &Fault) -> Self {
        let (seq, last, day) = match *fault {
            Fault::Altered { seq, since } => (seq, since.filter(|since| *since != seq).unwrap_or(0), String::new()),
            Fault::Missing { from, to } | Fault::Unsigned { from, to } => (from, to, String::new()),
            Fault::Inserted { place, seq } => (seq.unwrap_or(0), place, String::new()),
            Fault::Reordered { seq, place } => (seq, place, String::new()),
            Fault::Unproven { seq }
            | Fault::Forked { seq }
            | Fault::Mislabelled { seq }
            | Fault::Checkpoint { seq } => (seq, 0, String::new()),
            Fault::Head { day } => (0, 0, day.to_string()),
        };
        Self {
            key: format!("consent-fault-{}", fault.kind()),
            seq,
            last,
            day,
        }
    }
}

#[derive(Serialize)]
struct ReportView {
    sound: bool,
    records: u64,
    faults: Vec<FaultView>,
    more: u64,
}

impl From<Report> for ReportView {
    fn from(report: Report) -> Self {
        Self {
            sound: report.is_sound(),
            records: report.records,
            faults: report.faults.iter().map(FaultView::from).collect(),
            more: report.more,
        }
    }
}

/// What may not be seen is told to those who have signed in; the others may do so.
fn refused(visit: &Visit, error: parvis_portal::Error) -> Failure {
    match error.code() {
        ErrorCode::ForbiddenAccess if visit.actor.user().is_none() => Failure::SignIn,
        ErrorCode::ForbiddenAccess => Failure::Forbidden,
        _ => error.into(),
    }
}

async fn render(state: &AppState, visit: &Visit, query: Option<&str>) -> Answer {
    let viewer = viewer(visit);
    let refused = |error| refused(visit, error);
    let figures = state.parvis.consent_figures(&viewer).await.map_err(refused)?;
    let receipt = parameter(query, "receipt").unwrap_or_default();
    let receipt: String = receipt.trim().chars().take(MAX_RECEIPT).collect();
    let found = if receipt.is_empty() {
        Vec::new()
    } else {
        state.parvis.find_consent(&viewer, &receipt).await.map_err(refused)?
    };
    let report = match parameter(query, "verify") {
        Some(_) => Some(ReportView::from(
            state.parvis.verify_consent(&viewer).await.map_err(refused)?,
        )),
        None => None,
    };
    let data = view! {
        figures => FiguresView::from(figures),
        receipt,
        found => found.into_iter().map(RecordView::from).collect::<Vec<_>>(),
        report,
    };
    let title = state.templates.texts().plain(&visit.lang, "consent-title");
    Page::new("consent.html", Section::Backoffice, title).render(state, visit, data)
}

/// `GET /backoffice/consent/`, with `?receipt=` and `?verify=1`
pub async fn show(State(state): State<AppState>, visit: Visit, RawQuery(query): RawQuery) -> Response {
    let answer = render(&state, &visit, query.as_deref()).await;
    finish(&state, &visit, answer)
}

fn download(media_type: &str, filename: &str, body: Body) -> Answer {
    let value = |text: &str| HeaderValue::from_str(text).map_err(|_| Failure::NotFound);
    let disposition = value(&format!("attachment; filename=\"{filename}\""))?;
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, value(media_type)?);
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}

/// `GET /backoffice/consent/export/?format=json|csv`
pub async fn export(State(state): State<AppState>, visit: Visit, RawQuery(query): RawQuery) -> Response {
    let answer = async {
        let format = parameter(query.as_deref(), "format").unwrap_or_default();
        let format = ConsentFormat::parse(&format).ok_or(Failure::NotFound)?;
        let body = state.parvis.export_consent(&viewer(&visit), format).await;
        let body = body.map_err(|error| refused(&visit, error))?;
        download(body.media_type, &body.filename, Body::from_stream(body.bytes))
    };
    finish(&state, &visit, answer.await)
}

/// `GET /backoffice/consent/shown/{id}/`: what visitors were shown, by its hash.
pub async fn shown(State(state): State<AppState>, visit: Visit, Path(hash): Path<String>) -> Response {
    let answer = async {
        let text = state.parvis.shown_text(&viewer(&visit), &hash).await;
        let text = text.map_err(|error| refused(&visit, error))?;
        let text = text.ok_or(Failure::NotFound)?;
        let end = match text.media_type.split(';').next() {
            Some("text/html") => "html",
            Some("text/css") => "css",
            Some("text/javascript") => "js",
            Some("image/png") => "png",
            _ => "txt",
        };
        let filename = format!("{}.{end}", text.hash);
        download(&text.media_type, &filename, Body::from(text.content))
    };
    finish(&state, &visit, answer.await)
}

/// `GET /cookies/proof.json`: the key, and the signed head of each day that has ended.
pub async fn published(State(state): State<AppState>, cx: Cx) -> Response {
    match state.parvis.consent_proof(&cx.portal().id).await {
        Ok(proof) => {
            let caching = (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
            ([caching], axum::Json(proof)).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the published part of the proof of consent failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

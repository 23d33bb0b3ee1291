//! What audits of the portal found, beside its charter and in the back office (R-AUD-06).

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use http::{HeaderValue, header};
use parvis_portal::store::AuditRow;
use serde::{Deserialize, Serialize};

use super::charter::parameter;
use super::frame::{Page, Section};
use super::{Answer, Failure, finish};
use crate::render::view;
use crate::state::AppState;
use crate::visit::Visit;

/// An audit as pages tell of it.
#[derive(Serialize)]
pub(super) struct AuditView {
    number: u64,
    at: String,
    registry: u64,
    revision: String,
    /// `agrees`, `differs` or `failed`.
    verdict: String,
    errors: u64,
    warnings: u64,
    /// Whether the registry, the look and the program are still those that were audited.
    current: bool,
}

/// A finding as the report holds it.
#[derive(Deserialize, Serialize)]
struct FindingView {
    severity: String,
    code: String,
    subject: String,
    #[serde(default)]
    detail: String,
}

/// The part of a report that pages show.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Shown {
    findings: Vec<FindingView>,
    pages: Vec<String>,
    scenarios: Vec<String>,
    run: ShownRun,
}

/// What a report says of its circumstances.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ShownRun {
    pictures: Vec<PictureView>,
}

/// A picture of the banner, kept with what visitors were shown.
#[derive(Deserialize, Serialize)]
struct PictureView {
    /// `desktop` or `mobile`.
    device: String,
    sha256: String,
}

fn shown(state: &AppState, visit: &Visit, row: &AuditRow) -> Result<AuditView, Failure> {
    let subject = state.parvis.audit_subject(&visit.portal, &visit.registry)?;
    Ok(AuditView {
        number: row.number,
        at: super::machine_time(row.made_at),
        registry: row.registry,
        revision: row.revision.clone(),
        verdict: row.verdict.clone(),
        errors: row.errors,
        warnings: row.warnings,
        current: row.subject == subject,
    })
}

/// The last audit of the portal, if there was one.
///
/// # Errors
/// The store failed.
pub(super) async fn last(state: &AppState, visit: &Visit) -> Result<Option<AuditView>, Failure> {
    let rows = state.parvis.audits(&visit.portal.id).await?;
    rows.first().map(|row| shown(state, visit, row)).transpose()
}

async fn page(state: &AppState, visit: &Visit, number: Option<u64>, section: Section) -> Answer {
    let rows = state.parvis.audits(&visit.portal.id).await?;
    let audits = rows
        .iter()
        .map(|row| shown(state, visit, row))
        .collect::<Result<Vec<_>, _>>()?;
    let wanted = number.or_else(|| rows.first().map(|row| row.number));
    let row = match wanted {
        Some(number) => state.parvis.audit(&visit.portal.id, number).await?,
        None => None,
    };
    if row.is_none() && number.is_some() {
        return Err(Failure::NotFound);
    }
    let audit = row.as_ref().map(|row| shown(state, visit, row)).transpose()?;
    // The report of an audit that failed says why, and is no JSON.
    let found: Shown = row
        .as_ref()
        .and_then(|row| serde_json::from_str(&row.report).ok())
        .unwrap_or_default();
    let backoffice = section == Section::Backoffice;
    let base = if backoffice {
        "/backoffice/audits/"
    } else {
        "/cookies/audit/"
    };
    let title = state.templates.texts().plain(&visit.lang, "audit-title");
    let data = view! {
        audit, audits, base, backoffice,
        findings => found.findings, pages => found.pages, scenarios => found.scenarios, pictures => found.run.pictures,
    };
    Page::new("audits.html", section, title).render(state, visit, data)
}

/// The number that an address names; none for the last audit.
fn number(query: Option<&str>) -> Result<Option<u64>, Failure> {
    let named = parameter(query, "number").map(|number| number.parse());
    named.transpose().map_err(|_| Failure::NotFound)
}

/// `GET /cookies/audit/`, with `?number=`
pub async fn public(State(state): State<AppState>, visit: Visit, RawQuery(query): RawQuery) -> Response {
    let answer = async { page(&state, &visit, number(query.as_deref())?, Section::Other).await };
    finish(&state, &visit, answer.await)
}

/// `GET /backoffice/audits/`, with `?number=`
pub async fn backoffice(State(state): State<AppState>, visit: Visit, RawQuery(query): RawQuery) -> Response {
    let answer = async {
        if visit.actor.user().is_none() {
            return Err(Failure::SignIn);
        }
        page(&state, &visit, number(query.as_deref())?, Section::Backoffice).await
    };
    finish(&state, &visit, answer.await)
}

/// `GET /cookies/audit.json`, with `?number=`: the report, with what was signed and the signature.
pub async fn json(State(state): State<AppState>, visit: Visit, RawQuery(query): RawQuery) -> Response {
    let answer = async {
        let rows = state.parvis.audits(&visit.portal.id).await?;
        let wanted = number(query.as_deref())?.or_else(|| rows.first().map(|row| row.number));
        let row = match wanted {
            Some(number) => state.parvis.audit(&visit.portal.id, number).await?,
            None => None,
        };
        let row = row.ok_or(Failure::NotFound)?;
        let current = shown(&state, &visit, &row)?.current;
        let body = serde_json::json!({
            "portal": visit.portal.id.as_str(),
            "number": row.number,
            "made_at": super::machine_time(row.made_at),
            "registry": row.registry,
            "revision": row.revision,
            "verdict": row.verdict,
            "current": current,
            "errors": row.errors,
            "warnings": row.warnings,
            // The text as it was signed: its SHA-256 is in the statement.
            "report": row.report,
            "signature": {
                "algorithm": "Ed25519",
                "public_key": state.parvis.statement_key().public().to_string(),
                "value": row.signature,
                "text": row.statement,
            },
            "audits": rows.iter().map(|row| row.number).collect::<Vec<_>>(),
        });
        typed("application/json; charset=utf-8", body.to_string(), None)
    };
    finish(&state, &visit, answer.await)
}

/// `GET /cookies/audit/{number}/`: the report of an audit as one file of HTML.
pub async fn report(State(state): State<AppState>, visit: Visit, Path(number): Path<String>) -> Response {
    let answer = async {
        let number: u64 = number.parse().map_err(|_| Failure::NotFound)?;
        let row = state.parvis.audit(&visit.portal.id, number).await?;
        let row = row.filter(|row| !row.html.is_empty()).ok_or(Failure::NotFound)?;
        let name = format!("{}-audit-{number}.html", visit.portal.id);
        typed("text/html; charset=utf-8", row.html, Some(name))
    };
    finish(&state, &visit, answer.await)
}

fn typed(media_type: &'static str, body: String, filename: Option<String>) -> Answer {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    if let Some(name) = filename {
        let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
        headers.insert(header::CONTENT_DISPOSITION, disposition.map_err(|_| Failure::NotFound)?);
    }
    Ok(response)
}

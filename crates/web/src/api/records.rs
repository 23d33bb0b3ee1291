//! `…/records`: pages of records or groups, and single records.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, VARY};
use parvis_portal::formats::Format;
use parvis_portal::records::ColumnsPage;
use serde_json::{Value, json};

use super::caller::Caller;
use super::clauses;
use super::error::ApiError;
use super::explain;
use super::links::{self, link};
use super::validators::{Validity, tagged};
use crate::state::AppState;

/// `GET …/datasets/{id}/records`.
pub(super) async fn list(
    State(state): State<AppState>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Response, ApiError> {
    let page = caller.params.records_page()?;
    let with_links = caller.params.bool("include_links", false)?;
    let app_metas = caller.params.bool("include_app_metas", false)?;
    let as_arrow = wants_arrow(&caller)?;
    let clauses = clauses::from_params(&caller.params);
    let tag = match caller.validate(&state, &id).await? {
        Validity::Unchanged(response) => return Ok(response),
        Validity::Tag(tag) => tag,
    };
    let links = |total| {
        let mut links = links::pages(&caller, total, page.limit, page.offset);
        links.push(link("dataset", caller.dataset_href(&id, "")));
        links
    };
    if as_arrow {
        let parvis = &state.parvis;
        let found = parvis
            .records_as_columns(&caller.viewer, &id, &clauses, page, app_metas)
            .await?;
        let links = with_links.then(|| links(found.total()));
        let notes = notes(&found, page.after.is_some(), links);
        return Ok(tagged(tag, arrow_body(found.stream(notes)?)));
    }
    let (found, explained) = caller.records(&state, &id, &clauses, page, app_metas).await?;
    let links = with_links.then(|| links(found.total));
    let mut body = list_body(found.total, links, &found.json);
    if page.after.is_some() {
        body.pop();
        body.extend_from_slice(format!(", \"next\": {}}}", json!(found.next)).as_bytes());
    }
    explain::append(&mut body, explained.as_ref());
    Ok(tagged(tag, json_body(body)))
}

/// Whether the rows are wanted as an Arrow stream: the parameter decides, else what the client takes.
fn wants_arrow(caller: &Caller) -> Result<bool, ApiError> {
    let params = &caller.params;
    let arrow = params.choice("format", caller.takes_arrow, &[("json", false), ("arrow", true)])?;
    match params.get("explain") {
        Some(explain) if arrow && params.bool("explain", false)? => {
            Err(ApiError::parameter("explain", explain, "false beside an Arrow stream"))
        }
        _ => Ok(arrow),
    }
}

/// What the JSON says beside the rows, for the metadata of a schema.
fn notes(found: &ColumnsPage, pages: bool, links: Option<Vec<Value>>) -> HashMap<String, String> {
    let mut notes = HashMap::from([("total_count".to_owned(), found.total().to_string())]);
    if pages {
        notes.insert("next".to_owned(), json!(found.next).to_string());
    }
    if let Some(links) = links {
        notes.insert("_links".to_owned(), json!(links).to_string());
    }
    notes
}

/// An answer that holds an Arrow stream.
fn arrow_body(body: Vec<u8>) -> Response {
    ([(CONTENT_TYPE, Format::Arrow.media_type()), (VARY, "Accept")], body).into_response()
}

/// `GET …/datasets/{id}/records/{record_id}`.
pub(super) async fn one(
    State(state): State<AppState>,
    Path((id, record)): Path<(String, String)>,
    caller: Caller,
) -> Result<Response, ApiError> {
    let app_metas = caller.params.bool("include_app_metas", false)?;
    let tag = match caller.validate(&state, &id).await? {
        Validity::Unchanged(response) => return Ok(response),
        Validity::Tag(tag) => tag,
    };
    let found = state
        .parvis
        .record(&caller.viewer, &id, &record, caller.params.get("select"), app_metas)
        .await?;
    Ok(tagged(tag, json_body(found)))
}

/// `{"total_count", "results", "_links"}` around rows that are JSON already.
pub(super) fn list_body(total: u64, links: Option<Vec<Value>>, rows: &[u8]) -> Vec<u8> {
    let mut body = format!("{{\"total_count\": {total}, \"results\": ").into_bytes();
    body.extend_from_slice(rows);
    if let Some(links) = links {
        body.extend_from_slice(format!(", \"_links\": {}", json!(links)).as_bytes());
    }
    body.push(b'}');
    body
}

/// An answer that holds JSON.
pub(super) fn json_body(body: Vec<u8>) -> Response {
    ([(CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}

//! `…/records`: pages of records or groups, and single records.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::caller::Caller;
use super::clauses;
use super::error::ApiError;
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
    let clauses = clauses::from_params(&caller.params);
    let tag = match caller.validate(&state, &id).await? {
        Validity::Unchanged(response) => return Ok(response),
        Validity::Tag(tag) => tag,
    };
    let found = state
        .parvis
        .records(&caller.viewer, &id, &clauses, page, app_metas)
        .await?;
    let links = with_links.then(|| {
        let mut links = links::pages(&caller, found.total, page.limit, page.offset);
        links.push(link("dataset", caller.dataset_href(&id, "")));
        links
    });
    let mut body = list_body(found.total, links, &found.json);
    if page.after.is_some() {
        body.pop();
        body.extend_from_slice(format!(", \"next\": {}}}", json!(found.next)).as_bytes());
    }
    Ok(tagged(tag, json_body(body)))
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

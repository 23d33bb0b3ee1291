//! `…/attachments`: files beside the records. None can be added yet, so the list is empty.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::caller::Caller;
use super::error::ApiError;
use crate::state::AppState;

/// `GET …/datasets/{id}/attachments`.
pub(super) async fn list(
    State(state): State<AppState>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Json<Value>, ApiError> {
    state.parvis.dataset(&caller.viewer, &id).await?;
    Ok(Json(json!({ "links": [], "_links": [], "attachments": [] })))
}

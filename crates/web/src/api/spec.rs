//! The machine description of the API (OpenAPI 3), for consoles and client generators.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::BASE;
use super::caller::Caller;
use crate::state::AppState;

const DOCUMENT: &str = include_str!("spec.json");

/// The description, for the portal reached at `origin` (scheme, host and port, no trailing slash).
pub fn document(origin: &str) -> Value {
    let mut document: Value = serde_json::from_str(DOCUMENT).expect("spec.json is JSON: a test reads it");
    document["servers"] = json!([{ "url": format!("{origin}{BASE}") }]);
    document
}

/// `GET /api/explore/v2.1/swagger.json`.
pub(super) async fn serve(State(_): State<AppState>, caller: Caller) -> Json<Value> {
    Json(document(&caller.origin))
}

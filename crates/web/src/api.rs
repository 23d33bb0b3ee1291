//! The Explore API.

use axum::Router;

use crate::state::AppState;

/// The routes under `/api/`.
pub fn routes() -> Router<AppState> {
    Router::new()
}

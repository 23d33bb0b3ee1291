//! Server-rendered pages.

use axum::Router;

use crate::state::AppState;

/// The routes of the pages.
pub fn routes() -> Router<AppState> {
    Router::new()
}

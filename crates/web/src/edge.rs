//! What happens around every request: host → portal, session → actor, language, CSRF, cookies, response headers.

use axum::Router;

use crate::state::AppState;

/// Wraps every route in the edge's layers, and adds the routes that belong to the edge itself (`/i18n/setlang/`).
pub fn protect(routes: Router<AppState>, _state: &AppState) -> Router<AppState> {
    routes
}

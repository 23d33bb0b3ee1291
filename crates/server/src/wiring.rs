//! What the router is made of.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use parvis_model::{SystemClock, SystemRng};
use parvis_portal::Parvis;
use parvis_web::AppState;

/// Where a load balancer asks whether the process answers: on any host, before the edge, with an empty body.
const ALIVE: &str = "/healthz";

/// The whole application.
///
/// # Errors
/// A template, text or asset is missing or damaged.
pub fn router(parvis: Parvis, port: u16, demo: bool) -> anyhow::Result<Router> {
    let _ = (port, demo);
    let portals = parvis_web::router(AppState {
        parvis,
        clock: Arc::new(SystemClock),
        rng: Arc::new(SystemRng),
    });
    Ok(Router::new()
        .route(ALIVE, get(|| async { StatusCode::NO_CONTENT }))
        .fallback_service(portals))
}

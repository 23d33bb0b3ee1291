//! What the router is made of.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use parvis_model::{SystemClock, SystemRng};
use parvis_portal::Parvis;
use parvis_web::AppState;
use parvis_web::edge::{Edge, Failure, Keeping, Settings, keeping};

use crate::compression;

/// Where a load balancer asks whether the process answers: on any host, before the edge, with an empty body.
const ALIVE: &str = "/healthz";
/// All that answers requests.
pub type Application = Keeping<Router>;

/// Set by those who work on the templates: each is read again when it changes.
const RELOAD: &str = "PARVIS_RELOAD";

/// The whole application, and its edge, which has to be told of new portals.
///
/// # Errors
/// The store failed; a template, text or asset is damaged.
pub async fn application(parvis: &Parvis, settings: Settings) -> anyhow::Result<(Application, Edge)> {
    let (clock, rng) = (Arc::new(SystemClock), Arc::new(SystemRng));
    let edge = Edge::of(parvis, settings, clock.clone(), rng.clone())
        .await
        .map_err(told)?;
    let reload = std::env::var_os(RELOAD).is_some();
    let state = AppState::new(parvis.clone(), edge.clone(), clock, rng, reload)?;
    let router = Router::new()
        .route(ALIVE, get(|| async { StatusCode::NO_CONTENT }))
        .fallback_service(compression::compress(parvis_web::router(state.clone())));
    Ok((keeping(router, &state), edge))
}

/// A failure of the edge as an error of the command.
pub fn told(failure: Failure) -> anyhow::Error {
    anyhow::anyhow!("{}", failure.message)
}

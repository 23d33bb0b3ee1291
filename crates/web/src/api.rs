//! The Explore API v2.1 (`/api/explore/v2.1/…`) and v2.0 (`/api/explore/v2.0/…`, `/api/v2/…`), and the download address that portals have always had.

mod attachments;
mod caller;
mod catalog;
mod clauses;
mod datasets;
mod dialect;
mod error;
mod explain;
mod exports;
mod facets;
mod headers;
pub(crate) mod limits;
mod links;
mod params;
pub(crate) mod ranges;
mod records;
mod spec;
#[cfg(test)]
pub(crate) mod tests;
mod v20;
mod validators;
mod versions;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, any, get};
use http::StatusCode;
use parvis_model::ErrorCode;

use crate::state::AppState;
use error::ApiError;

pub(crate) use caller::takes_arrow;
pub(crate) use dialect::{BASE, below};
pub use spec::document as openapi;

/// The routes under `/api/`, and `/explore/dataset/{id}/download/`. Every answer carries the API's headers.
pub fn routes(state: &AppState) -> Router<AppState> {
    let mut router = Router::new();
    for (path, handlers) in table().into_iter().chain(v20::table()) {
        // Both forms answer, without a redirect: first-party clients send one or the other.
        router = router
            .route(&path, handlers.clone())
            .route(&format!("{path}/"), handlers);
    }
    router
        .route("/api", any(no_such_uri))
        .route("/api/", any(no_such_uri))
        .route("/api/{*rest}", any(no_such_uri))
        .layer(from_fn_with_state(state.clone(), validators::finish))
        .layer(from_fn(headers::add))
}

/// Every address and what answers there.
fn table() -> Vec<(String, MethodRouter<AppState>)> {
    let at = |path: &str, handlers| (format!("{BASE}{path}"), handlers);
    vec![
        at("", read(links::root)),
        at("/swagger.json", read(spec::serve)),
        at("/catalog", read(links::catalog)),
        at("/catalog/datasets", read(catalog::list)),
        at("/catalog/facets", read(facets::of_catalog)),
        at("/catalog/exports", read(exports::list_of_catalog)),
        at("/catalog/exports/{format}", read(exports::of_catalog)),
        at("/catalog/aggregates", read(gone)),
        at("/catalog/datasets/{id}", read(datasets::one)),
        at("/catalog/datasets/{id}/records", read(records::list)),
        at("/catalog/datasets/{id}/records/{record_id}", read(records::one)),
        at("/catalog/datasets/{id}/facets", read(facets::of_dataset)),
        at("/catalog/datasets/{id}/exports", read(exports::list_of_dataset)),
        at("/catalog/datasets/{id}/exports/{format}", read(exports::of_dataset)),
        at("/catalog/datasets/{id}/attachments", read(attachments::list)),
        at("/catalog/datasets/{id}/versions", read(versions::list)),
        at("/catalog/datasets/{id}/changes", read(versions::changes)),
        at("/catalog/datasets/{id}/aggregates", read(gone)),
        at("/catalog/datasets/{id}/query", read(gone)),
        ("/explore/dataset/{id}/download".to_owned(), read(exports::download)),
    ]
}

/// An address that is only read from.
fn read<H, T>(handler: H) -> MethodRouter<AppState>
where
    H: Handler<T, AppState>,
    T: 'static,
{
    get(handler).options(preflight).fallback(wrong_method)
}

/// What a browser asks before it sends a request of another origin; the layer adds the headers.
async fn preflight() -> StatusCode {
    StatusCode::NO_CONTENT
}

async fn wrong_method(request: Request) -> ApiError {
    ApiError::wrong_method(request.method())
}

async fn no_such_uri() -> ApiError {
    ApiError::new(ErrorCode::NotFoundURI, "The requested URI does not exist.")
}

/// What v2.0 had and v2.1 has not.
async fn gone() -> ApiError {
    ApiError::new(
        ErrorCode::Gone,
        "This endpoint of the Explore API v2.0 is not part of v2.1: use /records with select and group_by.",
    )
}

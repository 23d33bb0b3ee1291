#![doc = include_str!("../README.md")]

pub mod api;
pub mod assets;
mod audience;
pub mod edge;
pub mod pages;
mod pdf;
pub mod render;
pub mod state;
pub mod visit;

pub use state::AppState;
pub use visit::Visit;

/// The whole application: pages, API and static files behind the edge.
pub fn router(state: AppState) -> axum::Router {
    let routes = axum::Router::new()
        .merge(api::routes(&state))
        .merge(pages::routes())
        .merge(assets::routes());
    edge::protect(routes, &state)
        .layer(axum::middleware::from_fn_with_state(state.clone(), pages::dress))
        .with_state(state)
}

//! The one layer around every request. What it does is one list, in order.

use std::panic::AssertUnwindSafe;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures::FutureExt;
use parvis_model::ErrorCode;

use super::host::{Route, route};
use super::neutral::{refuse, wants_json};
use super::{Cx, Edge, answer, csrf, oversize};
use crate::audience::Caller;

/// Sizes, host, context, forged requests, handler, and the answer's headers.
pub(super) async fn guard(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    if oversize::is_too_large(&request) {
        return oversize::answer(&edge, request, next).await;
    }
    let (site, host) = match route(&edge, &request) {
        Route::Portal { site, host } => (site, host),
        Route::Static => return answer::finish_neutral(&edge, &path, next.run(request).await),
        Route::Answer(response) => return answer::finish_neutral(&edge, &path, response),
    };
    let (mut parts, body) = request.into_parts();
    let cx = Cx::new(edge.clone(), site, host, &parts);
    parts.extensions.insert(cx.clone());
    let as_json = wants_json(&path, &parts.headers);
    let (caller, uri) = (Caller::of(&parts.method, &parts.headers), parts.uri.clone());
    let handled = async {
        match csrf::enforce(&cx, Request::from_parts(parts, body)).await {
            Ok(request) => next.run(request).await,
            Err(response) => response,
        }
    };
    let response = AssertUnwindSafe(handled).catch_unwind().await;
    let response = response.unwrap_or_else(|panic| panicked(&edge, as_json, &*panic));
    if let Some(caller) = caller {
        let portal = &cx.portal().id;
        caller.count(&uri, &response, |event, dataset| {
            edge.accounts().count(portal, event, dataset);
        });
    }
    answer::finish(&cx, response).await
}

/// A handler broke: the client gets a reference, the log the cause beside it.
fn panicked(edge: &Edge, as_json: bool, panic: &(dyn std::any::Any + Send)) -> Response {
    let reference = parvis_model::id::random_text(8, b"abcdefghjkmnpqrstuvwxyz23456789", edge.rng());
    let cause = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(reference, cause = cause.unwrap_or("unknown"), "a handler panicked");
    let french = format!("Une erreur est survenue. Référence : {reference}");
    let english = format!("Something went wrong. Reference: {reference}");
    if as_json {
        return super::neutral::fault(&reference);
    }
    refuse(false, ErrorCode::InternalServerError, "", "500", &[&french, &english])
}

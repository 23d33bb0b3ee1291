//! Quotas over HTTP: a call is charged where it is known who calls, and what is left is said in headers.

use std::sync::{Arc, OnceLock};

use axum::extract::{FromRequestParts as _, RawPathParams};
use axum::response::{IntoResponse as _, Response};
use chrono::SecondsFormat;
use http::header::{CONTENT_TYPE, HeaderName, RETRY_AFTER};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};
use parvis_model::QuotaScope;
use parvis_portal::Viewer;
use parvis_portal::quotas::{Allowance, Caller as Charge, Charged, Exceeded};
use serde_json::json;

use super::error::ApiError;
use crate::state::AppState;

const OF_CALLER: [HeaderName; 3] = [
    HeaderName::from_static("x-ratelimit-limit"),
    HeaderName::from_static("x-ratelimit-remaining"),
    HeaderName::from_static("x-ratelimit-reset"),
];
const OF_DATASET: [HeaderName; 3] = [
    HeaderName::from_static("x-ratelimit-dataset-limit"),
    HeaderName::from_static("x-ratelimit-dataset-remaining"),
    HeaderName::from_static("x-ratelimit-dataset-reset"),
];

/// Where the charge for a request is left for its answer: an extension of the request.
#[derive(Clone, Debug, Default)]
pub(super) struct Bill(Arc<OnceLock<Charged>>);

impl Bill {
    /// Says in the headers of the answer what is left.
    pub fn write(&self, headers: &mut HeaderMap) {
        if let Some(charged) = self.0.get() {
            write(headers, charged);
        }
    }
}

/// Says in `headers` what is left.
pub(crate) fn write(headers: &mut HeaderMap, charged: &Charged) {
    for (names, allowance) in [(OF_CALLER, charged.caller), (OF_DATASET, charged.dataset)] {
        let Some(Allowance {
            limit,
            remaining,
            reset,
        }) = allowance
        else {
            continue;
        };
        let reset = reset.format("%Y-%m-%d %H:%M:%S+00:00").to_string();
        for (name, value) in names.into_iter().zip([limit.to_string(), remaining.to_string(), reset]) {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
    }
}

/// Takes out of `headers` what is one call's alone.
pub(crate) fn erase(headers: &mut HeaderMap) {
    for name in OF_CALLER.into_iter().chain(OF_DATASET) {
        headers.remove(name);
    }
}

/// Charges a call.
///
/// # Errors
/// A quota is used up.
pub(super) async fn charge(
    state: &AppState,
    parts: &mut Parts,
    viewer: &Viewer,
    mut call: Charge,
) -> Result<(), ApiError> {
    let portal = &viewer.portal.id;
    if state.parvis.limits_datasets(portal).await? {
        let params = RawPathParams::from_request_parts(parts, state).await.ok();
        let id = params
            .as_ref()
            .and_then(|params| params.iter().find(|(name, _)| *name == "id"));
        if let Some((_, id)) = id
            && let Ok(dataset) = state.parvis.dataset(viewer, id).await
        {
            call.dataset = Some(dataset.uid.clone());
        }
    }
    let charged = state.parvis.charge(portal, &call).await?.map_err(ApiError::exceeded)?;
    if let Some(Bill(bill)) = parts.extensions.get() {
        // A request is charged once.
        let _ = bill.set(charged);
    }
    Ok(())
}

/// The number that clients know a kind of quota by, and what they are told. The first two are the documented ones.
fn words(scope: QuotaScope) -> (u32, &'static str) {
    match scope {
        QuotaScope::Portal => (
            10_002,
            "Too many requests on the domain. Please contact the domain administrator.",
        ),
        QuotaScope::Anonymous => (10_005, "You have exceeded the requests limit for anonymous users."),
        QuotaScope::User => (10_003, "You have exceeded your requests limit."),
        QuotaScope::Key => (10_004, "You have exceeded the requests limit of this API key."),
        QuotaScope::Dataset => (10_006, "You have exceeded the requests limit of this dataset."),
    }
}

/// The answer when a quota is used up: its envelope is unlike that of other errors, as everywhere in the field.
pub(super) fn refusal(exceeded: &Exceeded) -> Response {
    let (errorcode, error) = words(exceeded.scope);
    let reset_time = exceeded.reset.to_rfc3339_opts(SecondsFormat::Secs, true);
    let body = json!({
        "errorcode": errorcode,
        "reset_time": reset_time,
        "limit_time_unit": "day",
        "call_limit": exceeded.limit,
        "error": error,
    });
    let headers = [(CONTENT_TYPE, "application/json; charset=utf-8")];
    let mut response = (StatusCode::TOO_MANY_REQUESTS, headers, body.to_string()).into_response();
    let headers = response.headers_mut();
    let until = exceeded.reset.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(until) = HeaderValue::from_str(&until) {
        headers.insert(RETRY_AFTER, until);
    }
    let allowance = Allowance {
        limit: exceeded.limit,
        remaining: 0,
        reset: exceeded.reset,
    };
    let charged = match exceeded.scope {
        QuotaScope::Dataset => Charged {
            dataset: Some(allowance),
            caller: None,
        },
        _ => Charged {
            caller: Some(allowance),
            dataset: None,
        },
    };
    write(headers, &charged);
    response
}

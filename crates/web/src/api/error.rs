//! The one body of every error of the API: `{"error_code", "message"}`.

use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, Method, StatusCode};
use parvis_model::{ErrorCode, Rng as _, SystemRng};
use parvis_portal::quotas::Exceeded;
use serde_json::json;

use super::limits;
use crate::edge::Failure;

/// Why a request to the API was refused or failed.
#[derive(Debug)]
pub(crate) struct ApiError {
    code: ErrorCode,
    message: String,
    renamed: Option<String>,
    exceeded: Option<Exceeded>,
    retry_after: Option<u64>,
}

/// The dataset that was asked for is called otherwise now; the headers layer makes it a redirect.
#[derive(Clone, Debug)]
pub(super) struct RenamedTo(pub String);

impl ApiError {
    pub(super) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            renamed: None,
            exceeded: None,
            retry_after: None,
        }
    }

    /// A quota is used up.
    pub(super) fn exceeded(exceeded: Exceeded) -> Self {
        Self {
            exceeded: Some(exceeded),
            ..Self::new(ErrorCode::TooManyRequests, "A quota is used up.")
        }
    }

    /// A parameter is out of its range, in the recorded wording.
    pub(super) fn parameter(name: &str, value: &str, expected: &str) -> Self {
        let message = format!("Invalid value for {name} API parameter: {value} was found but {expected} is expected.");
        Self::new(ErrorCode::InvalidRESTParameterError, message)
    }

    pub(super) fn wrong_method(method: &Method) -> Self {
        Self::new(
            ErrorCode::MethodNotAllowed,
            format!("The method {method} is not allowed here: the API is read with GET."),
        )
    }

    /// What the API documents and this version does not do yet.
    pub(super) fn not_implemented(what: &str) -> Self {
        Self::new(ErrorCode::NotImplemented, format!("{what} is not implemented yet."))
    }
}

impl From<parvis_portal::Error> for ApiError {
    fn from(error: parvis_portal::Error) -> Self {
        let renamed = match &error {
            parvis_portal::Error::Renamed(slug) => Some(slug.clone()),
            _ => None,
        };
        Self {
            code: error.code(),
            message: error.to_string(),
            renamed,
            exceeded: None,
            retry_after: error.retry_after(),
        }
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        Self::new(failure.code, failure.message)
    }
}

/// The text that stands for a cause that is not told: a reference to the log.
fn reference(cause: &str) -> String {
    let mut bytes = [0_u8; 6];
    SystemRng.fill(&mut bytes);
    let reference = hex::encode(bytes);
    tracing::error!(reference, cause, "an API request failed: {cause}");
    format!("Something went wrong on our side. Give this reference to the portal's administrators: {reference}.")
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if let Some(exceeded) = &self.exceeded {
            return limits::refusal(exceeded);
        }
        let status = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let message = if self.code.is_public() {
            self.message
        } else {
            reference(&self.message)
        };
        let body = json!({ "error_code": self.code, "message": message }).to_string();
        let mut response = (status, [(CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response();
        let headers = response.headers_mut();
        match self.code {
            ErrorCode::MethodNotAllowed => {
                headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD, OPTIONS"));
            }
            ErrorCode::Unauthorized => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Apikey"));
            }
            _ => {}
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(slug) = self.renamed {
            response.extensions_mut().insert(RenamedTo(slug));
        }
        response
    }
}

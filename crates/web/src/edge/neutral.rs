//! Answers that show nothing of any portal: refusals of the edge itself.

use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use parvis_model::ErrorCode;

use super::Failure;

/// Whether the client would rather read JSON than a page: it calls the API, or asks for JSON and not for HTML.
pub(super) fn wants_json(path: &str, headers: &HeaderMap) -> bool {
    let accept = headers
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    path.starts_with("/api/") || (accept.contains("application/json") && !accept.contains("text/html"))
}

/// The status of a code.
pub(super) fn status(code: ErrorCode) -> StatusCode {
    StatusCode::from_u16(code.status()).expect("every code has a status between 400 and 599")
}

/// The API's error envelope. `message` is shown only if the code is public.
pub(super) fn json(code: ErrorCode, message: &str) -> Response {
    envelope(
        code,
        if code.is_public() {
            message
        } else {
            "The server failed to answer this request."
        },
    )
}

/// The envelope of a fault of ours: a reference and nothing else.
pub(super) fn fault(reference: &str) -> Response {
    envelope(
        ErrorCode::InternalServerError,
        &format!("Something went wrong. Reference: {reference}"),
    )
}

fn envelope(code: ErrorCode, message: &str) -> Response {
    let body = serde_json::json!({ "error_code": code, "message": message }).to_string();
    let mut response = (status(code), body).into_response();
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A failure of a use-case, as JSON or as a page. The cause of our own faults goes to the log and not to the client.
pub(super) fn failure(as_json: bool, failure: &Failure) -> Response {
    if !failure.code.is_public() {
        tracing::error!(code = ?failure.code, cause = %failure.message, "a request failed at the edge");
    }
    if as_json {
        return json(failure.code, &failure.message);
    }
    let shown = if failure.code.is_public() {
        failure.message.as_str()
    } else {
        "The server failed to answer this request."
    };
    page(
        failure.code,
        &failure.code.status().to_string(),
        &["La demande n'a pas abouti.", shown],
    )
}

/// A page with a title and paragraphs of plain text, French first, and nothing else.
pub(super) fn page(code: ErrorCode, title: &str, paragraphs: &[&str]) -> Response {
    html(
        status(code),
        &document(
            title,
            &paragraphs
                .iter()
                .map(|text| format!("<p>{}</p>\n", escape(text)))
                .collect::<String>(),
        ),
    )
}

/// An HTML answer that no cache keeps.
pub(super) fn html(status: StatusCode, body: &str) -> Response {
    let mut response = (status, body.to_owned()).into_response();
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A whole document. `body` is HTML, `title` is text.
pub(super) fn document(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!doctype html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n"
    )
}

/// Text for HTML, also within quoted attributes.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A refusal as JSON or as a page, whichever the client reads.
pub(super) fn refuse(as_json: bool, code: ErrorCode, reason: &str, title: &str, paragraphs: &[&str]) -> Response {
    if as_json {
        json(code, reason)
    } else {
        page(code, title, paragraphs)
    }
}

//! `/i18n/setlang/`: remembers the language a visitor chose, and goes back to the page (R-LANG-01 to R-LANG-03).

use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, HeaderValue, LOCATION};
use http::{HeaderMap, StatusCode};
use parvis_cookies::EntryId;
use parvis_cookies::language;
use parvis_cookies::set_cookie::Life;

use super::csrf::field;
use super::{Cx, Failure};

/// `POST`: stores the language, if the portal lists it, and redirects.
pub(super) async fn choose(
    cx: Cx,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    form: Bytes,
) -> Result<Response, Failure> {
    let query = query.unwrap_or_default();
    let wanted = field(&form, "", "language").unwrap_or_default();
    let chosen = language::choose(&cx.portal().languages, &wanted);
    // On a portal with one language there is nothing to remember (R-SET-04).
    if let Some(code) = chosen.filter(|_| cx.portal().languages.len() > 1) {
        cx.set_cookie(EntryId::Language, code, Life::Registry)?;
    }
    Ok(go_back(&cx, field(&form, &query, "next").as_deref(), chosen, &headers))
}

/// `GET`: goes where a `POST` would, and changes nothing (R-CSRF-03).
pub(super) async fn redirect(cx: Cx, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let query = query.unwrap_or_default();
    go_back(&cx, field(b"", &query, "next").as_deref(), None, &headers)
}

/// To `next`, else to the page the visitor came from, else home. A program that gave no `next` stays where it is.
fn go_back(cx: &Cx, next: Option<&str>, code: Option<&str>, headers: &HeaderMap) -> Response {
    let next = next.filter(|next| !next.is_empty());
    if next.is_none() && !accepts_html(headers) {
        return StatusCode::NO_CONTENT.into_response();
    }
    let target = next
        .and_then(|next| cx.safe_next(next))
        .or_else(|| cx.safe_referer())
        .unwrap_or_else(|| "/".to_owned());
    let target = code.map_or(target.clone(), |code| language::swap(&target, code));
    let location = HeaderValue::from_str(&target).expect("a safe address is visible ASCII");
    let mut response = StatusCode::FOUND.into_response();
    response.headers_mut().insert(LOCATION, location);
    response
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let Some(accept) = headers.get(ACCEPT) else {
        return true;
    };
    let ranges = String::from_utf8_lossy(accept.as_bytes()).to_lowercase();
    let range = |range: &str| {
        matches!(
            range.split(';').next().unwrap_or_default().trim(),
            "text/html" | "text/*" | "*/*"
        )
    };
    ranges.split(',').any(range)
}

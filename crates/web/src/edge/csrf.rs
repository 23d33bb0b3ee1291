//! Refuses forged requests before any handler runs (R-CSRF-01 to R-CSRF-10).

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, ORIGIN, REFERER, TRANSFER_ENCODING};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use parvis_cookies::csrf::{Facts, check, is_safe_method};
use parvis_cookies::set_cookie::Life;
use parvis_cookies::{CsrfReason, EntryId};
use parvis_model::ErrorCode;

use super::cx::parameter;
use super::neutral::{refuse, wants_json};
use super::{Cx, Failure, Plain, asked};

/// Largest form that is read, in bytes. Files do not come in forms.
const FORM_LIMIT: usize = 1024 * 1024;
const FIELD: &str = "csrfmiddlewaretoken";

/// Where browsers report what a page tried against its policy.
pub(crate) const REPORTS: &str = "/cookies/reports/";

/// What a body is, as far as forged requests go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// None, or one that a form of another site cannot send.
    Other,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`.
    Multipart,
    /// `text/plain`, or a body without a type: a form can send it, and we have no use for it.
    Plain,
}

/// Lets a request pass that may change something, with its body as it was, or answers it.
pub(super) async fn enforce(cx: &Cx, request: Request) -> Result<Request, Response> {
    // The Explore API only reads: it answers unsafe methods with 405 whoever asks.
    if is_safe_method(request.method().as_str()) || crate::api::below(request.uri().path()).is_some() {
        return Ok(request);
    }
    let as_json = wants_json(request.uri().path(), request.headers());
    let kind = kind(request.headers());
    let is_api = request.uri().path().starts_with("/api/");
    // Browsers send their reports without a token. All that one can do is raise a number (`pages::reports`).
    if request.uri().path() == REPORTS && request.method() == http::Method::POST {
        return Ok(request);
    }
    if kind == Kind::Plain || (is_api && kind != Kind::Other) {
        return Err(unsupported(as_json));
    }
    if cx.shows_key() {
        return Ok(request);
    }
    // The body is set apart: it cannot be lent across an await.
    let (parts, body) = request.into_parts();
    let (form_token, form, body) = match kind {
        Kind::Form | Kind::Multipart => {
            let bytes = axum::body::to_bytes(body, FORM_LIMIT)
                .await
                .map_err(|_| too_large(as_json))?;
            let token = if kind == Kind::Form {
                url::form_urlencoded::parse(&bytes)
                    .filter(|(name, _)| name == FIELD)
                    .last()
                    .map(|(_, v)| v.into_owned())
            } else {
                multipart_token(&parts.headers, bytes.clone()).await
            };
            (token, (kind == Kind::Form).then(|| bytes.clone()), Body::from(bytes))
        }
        Kind::Other | Kind::Plain => (None, None, body),
    };
    match judge(cx, &parts, form_token.as_deref()).await {
        Ok(Ok(())) => Ok(Request::from_parts(parts, body)),
        Ok(Err(reason)) => {
            let led = asked::lead(&parts.uri, form.as_deref(), form_token.is_some(), &reason);
            Err(led.unwrap_or_else(|| refused(cx, as_json, &reason)))
        }
        Err(failure) => Err(cx.refusal(&failure)),
    }
}

async fn judge(cx: &Cx, parts: &Parts, form_token: Option<&str>) -> Result<Result<(), CsrfReason>, Failure> {
    let session = cx.session().await?;
    let header = |name: &str| {
        parts
            .headers
            .get(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
    };
    let (origin, referer) = (header(ORIGIN.as_str()), header(REFERER.as_str()));
    let (site, token) = (header("sec-fetch-site"), header("x-csrftoken"));
    let host = header(HOST.as_str());
    let facts = Facts {
        method: parts.method.as_str(),
        https: cx.https(),
        host: host.as_deref().unwrap_or(cx.host()),
        origin: origin.as_deref(),
        referer: referer.as_deref(),
        fetch_site: site.as_deref(),
        cookie: cx.cookie(EntryId::Csrf),
        cookie_conflict: cx.jar().conflict(EntryId::Csrf.as_str()),
        session_conflict: cx.jar().conflict(EntryId::Session.as_str()),
        form_token,
        header_token: token.as_deref(),
        session: session.map(|found| found.csrf.as_str()),
    };
    let site = cx.site();
    Ok(check(&facts, &site.csrf, &site.trusted))
}

fn refused(cx: &Cx, as_json: bool, reason: &CsrfReason) -> Response {
    let told = reason.to_string();
    let logged: String = told.escape_debug().take(300).collect();
    tracing::warn!(target: "parvis::security::csrf", "Forbidden ({logged}): {}", cx.path().escape_debug());
    // A browser with a broken cookie could never pass: it gets a new one with the refusal.
    if matches!(reason, CsrfReason::MalformedCookie(_)) {
        let fresh = cx.site().csrf.anonymous(cx.edge().rng());
        if let Err(error) = cx.set_cookie(EntryId::Csrf, fresh.as_str(), Life::Registry) {
            return cx.refusal(&error);
        }
    }
    let texts = [
        "Cette demande n'a pas pu être vérifiée et rien n'a été modifié. Revenez à la page précédente, rechargez-la et \
         recommencez ; les cookies de ce site doivent être acceptés.",
        "This request could not be verified and nothing was changed. Go back, reload the page and try again; the cookies \
         of this site must be accepted.",
    ];
    dressable(
        refuse(as_json, ErrorCode::CsrfFailed, &told, "403", &texts),
        as_json,
        ErrorCode::CsrfFailed,
    )
}

/// Lets the pages draw a refusal, unless the client reads JSON.
fn dressable(mut response: Response, as_json: bool, code: ErrorCode) -> Response {
    if !as_json {
        response.extensions_mut().insert(Plain::Refused(code));
    }
    response
}

fn unsupported(as_json: bool) -> Response {
    let message = "The body's Content-Type is not accepted here: the API takes application/json, pages take forms.";
    let texts = [
        "Ce type de contenu n'est pas accepté ici.",
        "This type of content is not accepted here.",
    ];
    dressable(
        refuse(as_json, ErrorCode::UnsupportedMediaType, message, "415", &texts),
        as_json,
        ErrorCode::UnsupportedMediaType,
    )
}

fn too_large(as_json: bool) -> Response {
    let message = format!("The form is larger than {FORM_LIMIT} bytes, or was cut off.");
    let texts = ["Ce formulaire est trop volumineux.", "This form is too large."];
    dressable(
        refuse(as_json, ErrorCode::PayloadTooLarge, &message, "413", &texts),
        as_json,
        ErrorCode::PayloadTooLarge,
    )
}

fn kind(headers: &HeaderMap) -> Kind {
    let content_type = headers
        .get(CONTENT_TYPE)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).to_lowercase());
    let Some(content_type) = content_type else {
        let empty = headers.get(CONTENT_LENGTH).is_none_or(|value| value == "0");
        return if empty && !headers.contains_key(TRANSFER_ENCODING) {
            Kind::Other
        } else {
            Kind::Plain
        };
    };
    match content_type.split([';', ',']).next().unwrap_or_default().trim() {
        "application/x-www-form-urlencoded" => Kind::Form,
        "multipart/form-data" => Kind::Multipart,
        "text/plain" | "" => Kind::Plain,
        _ => Kind::Other,
    }
}

/// The token of a multipart form; `None` if it has none or cannot be read.
async fn multipart_token(headers: &HeaderMap, bytes: Bytes) -> Option<String> {
    let mut copy = http::Request::new(Body::from(bytes));
    copy.headers_mut()
        .insert(CONTENT_TYPE, headers.get(CONTENT_TYPE)?.clone());
    let mut parts = Multipart::from_request(copy, &()).await.ok()?;
    let mut token = None;
    while let Ok(Some(field)) = parts.next_field().await {
        if field.name() == Some(FIELD) {
            token = field.text().await.ok();
        }
    }
    token
}

/// `GET /csrf/`: a token for a script of our own pages. Another site that asks gets neither token nor cookie.
pub(super) async fn token(cx: Cx, headers: HeaderMap) -> Result<Response, Failure> {
    let foreign = headers
        .get("sec-fetch-site")
        .is_some_and(|site| site == "cross-site" || site == "same-site");
    if foreign {
        return Ok(StatusCode::FORBIDDEN.into_response());
    }
    let token = cx.csrf_token().await?;
    Ok(Json(serde_json::json!({ FIELD: token })).into_response())
}

/// A field of a form that has passed [`enforce`], else of the query string.
pub(super) fn field(form: &[u8], query: &str, name: &str) -> Option<String> {
    let form = std::str::from_utf8(form).unwrap_or_default();
    parameter(form, name).or_else(|| parameter(query, name))
}

//! Requests whose headers are too large: almost always a pile of cookies, which another host of the same parent domain may have
//! planted (R-BAD-02, R-TEN-08).

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONNECTION, COOKIE, HeaderName, HeaderValue, LOCATION};
use http::{Method, StatusCode};
use parvis_model::ErrorCode;

use super::host::{Route, route};
use super::neutral::{self, wants_json};
use super::{Edge, HeadersCut, Plain, answer};

/// Most bytes of all headers of a request, names included. Browsers stay far below unless somebody piles up cookies.
const LIMIT: usize = 32 * 1024;
/// More bytes of cookies than this are a pile.
const PILE: usize = 16 * 1024;
/// Where the page that explains offers to have the cookies deleted. It does so only for a browser whose cookies are a pile.
pub const FORGET: &str = "/cookies/forget/";

/// Whether a request is refused for the size of its headers.
pub(super) fn is_too_large(request: &Request) -> bool {
    let bytes = |(name, value): (&HeaderName, &HeaderValue)| name.as_str().len() + value.len() + 4;
    request.extensions().get::<HeadersCut>().is_some() || request.headers().iter().map(bytes).sum::<usize>() > LIMIT
}

/// Answers it with a page that says how to go on. That page needs its style sheet: files are the same with any cookies, and
/// are sent all the same.
pub(super) async fn answer(edge: &Edge, mut request: Request, next: Next) -> Response {
    let was_cut = request.extensions().get::<HeadersCut>().is_some();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_file = reads && request.uri().path().starts_with("/static/");
    let mut response = match route(edge, &request) {
        Route::Portal { .. } | Route::Static if is_file => {
            let path = request.uri().path().to_owned();
            request.headers_mut().remove(COOKIE);
            answer::finish_neutral(edge, &path, next.run(request).await)
        }
        route => refuse(edge, &request, route),
    };
    if was_cut {
        // What follows headers that were cut is not read any more.
        response
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// On a portal, planted copies of our own cookies are expired.
fn refuse(edge: &Edge, request: &Request, route: Route) -> Response {
    let path = request.uri().path();
    let as_json = wants_json(path, request.headers());
    let cookies = request.headers().get_all(COOKIE).iter();
    let is_pile = cookies.map(HeaderValue::len).sum::<usize>() > PILE;
    let site = match route {
        Route::Portal { site, .. } if is_pile => Some(site),
        _ => None,
    };
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let response = if path == FORGET && reads && site.is_some() {
        forget()
    } else {
        explain(as_json)
    };
    match site {
        Some(site) => answer::finish_pile(edge, &site, path, response),
        None => answer::finish_neutral(edge, path, response),
    }
}

fn explain(as_json: bool) -> Response {
    let message = "The headers are larger than 32 KiB: delete the cookies of this site in your browser and try again.";
    let texts = [
        "Votre navigateur a envoyé trop de cookies pour ce site. Dans ses réglages, ouvrez la rubrique des cookies et \
         données de sites, supprimez ceux de ce site et du domaine qui le contient, puis rechargez la page.",
        "Your browser sent too many cookies to this site. In its settings, open cookies and site data, delete those of \
         this site and of the domain above it, then reload the page.",
    ];
    let mut response = neutral::refuse(as_json, ErrorCode::HeadersTooLarge, message, "431", &texts);
    if !as_json {
        response
            .extensions_mut()
            .insert(Plain::Refused(ErrorCode::HeadersTooLarge));
    }
    response
}

/// Has the browser delete its cookies of the whole parent domain: nobody can name those that strangers planted. Only who asks
/// gets this, for neighbours under the same parent lose theirs as well.
fn forget() -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(LOCATION, HeaderValue::from_static("/"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cookies\""),
    );
    response
}

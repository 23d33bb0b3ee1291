//! Compressing pages, answers of the API and text exports on their way out, for clients that take it.
//!
//! It stands outside the edge, so that everything within sees and says what is not compressed. A secret that stands in a page beside
//! what a visitor wrote could be guessed from the length of compressed pages (BREACH); the only secrets in pages are form tokens,
//! and each page holds another mask of its token (R-CSRF: `parvis_cookies::csrf`), so that nothing repeats to be guessed.

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_ENCODING, ACCEPT_RANGES, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, VARY,
};
use axum::http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, Version};
use axum::middleware::{Next, from_fn, map_response};
use axum::response::Response;
use http_body_util::BodyExt as _;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate as _, SizeAbove};

/// A shorter body fits in one packet anyway.
const SHORTEST: u64 = 1_024;

/// Of both codings: a low one, since most bodies are compressed for one reader.
const LEVEL: CompressionLevel = CompressionLevel::Precise(4);

/// Compresses what `router` answers.
pub fn compress(router: Router) -> Router {
    let layer = CompressionLayer::new()
        .quality(LEVEL)
        .compress_when(SizeAbove::new(SHORTEST).and(worth_it));
    router.layer(map_response(fused)).layer(layer).layer(from_fn(negotiate))
}

/// The coders ask a body that has ended for more, which a stream need not stand.
async fn fused(response: Response) -> Response {
    response.map(|body| Body::new(body.fuse()))
}

/// Whether an answer is text that nobody has compressed. Its size is looked at elsewhere.
fn worth_it(status: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let as_it_is = |value: &HeaderValue| value.to_str().is_ok_and(|value| value.contains("no-transform"));
    !status.is_informational()
        && status != StatusCode::NO_CONTENT
        && status != StatusCode::PARTIAL_CONTENT
        && !headers.contains_key(CONTENT_ENCODING)
        && !headers.contains_key(CONTENT_RANGE)
        && !headers.get_all(CACHE_CONTROL).iter().any(as_it_is)
        && headers.get(CONTENT_TYPE).is_some_and(is_text)
}

fn is_text(media_type: &HeaderValue) -> bool {
    let Ok(value) = media_type.to_str() else { return false };
    let name = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match name.split_once('/') {
        // What a client waits for line by line stays as it is.
        Some(("text", kind)) => kind != "event-stream",
        Some(("application" | "image", kind)) => ["json", "jsonl", "xml", "javascript"]
            .iter()
            .any(|text| kind == *text || kind.ends_with(&format!("+{text}"))),
        _ => false,
    }
}

/// The coding to use: the one that the client likes best, Brotli of two that it likes alike.
fn chosen(headers: &HeaderMap) -> Option<&'static str> {
    let mut best: Option<(f32, &'static str)> = None;
    let listed = headers.get_all(ACCEPT_ENCODING).iter();
    let listed = listed
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let listed: Vec<(&str, f32)> = listed.filter_map(weighted).collect();
    for coding in ["br", "gzip"] {
        let named = listed.iter().find(|(name, _)| name.eq_ignore_ascii_case(coding));
        let weight = named.or_else(|| listed.iter().find(|(name, _)| *name == "*"));
        if let Some((_, weight)) = weight
            && *weight > best.map_or(0.0, |(weight, _)| weight)
        {
            best = Some((*weight, coding));
        }
    }
    best.map(|(_, coding)| coding)
}

/// `gzip;q=0.5` as a name and a weight; `None` when it is malformed.
fn weighted(item: &str) -> Option<(&str, f32)> {
    let (name, rest) = item.split_once(';').unwrap_or((item, ""));
    let weight = match rest.split_once('=') {
        None => 1.0,
        Some((q, weight)) if q.trim().eq_ignore_ascii_case("q") => weight.trim().parse().ok()?,
        Some(_) => return None,
    };
    (0.0..=1.0).contains(&weight).then_some((name.trim(), weight))
}

/// Chooses the coding once for everything within, and keeps what caches go by true: `Vary`, `ETag`, and what `HEAD` says of `GET`.
async fn negotiate(mut request: Request, next: Next) -> Response {
    let coding = chosen(request.headers());
    let is_head = request.method() == Method::HEAD;
    let headers = request.headers_mut();
    // Also files that are compressed already are chosen by it. Without it nothing is compressed, nor refused.
    headers.remove(ACCEPT_ENCODING);
    if let Some(coding) = coding {
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(coding));
    }
    let asked = strengthened(headers);
    let mut response = next.run(request).await;
    let status = response.status();
    let plain = is_head
        && long_enough(&response)
        && worth_it(status, response.version(), response.headers(), response.extensions());
    let headers = response.headers_mut();
    if let (true, Some(coding)) = (plain, coding) {
        // What GET would answer; its length is known only to who compresses.
        headers.remove(CONTENT_LENGTH);
        headers.remove(ACCEPT_RANGES);
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    let is_other_form = coding.is_some_and(|coding| {
        headers
            .get(CONTENT_ENCODING)
            .is_some_and(|found| found.as_bytes() == coding.as_bytes())
    });
    weaken(headers, |tag| {
        is_other_form || (status == StatusCode::NOT_MODIFIED && asked.iter().any(|other| other == tag))
    });
    if headers.get(CONTENT_TYPE).is_some_and(is_text) || status == StatusCode::NOT_MODIFIED {
        vary(headers);
    }
    response
}

/// Whether the body that GET would send is worth compressing, as far as is known: one that streams is.
fn long_enough(response: &Response) -> bool {
    let stated = response.headers().get(CONTENT_LENGTH);
    let stated = stated.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    // HEAD's own body may be gone already, which says nothing.
    let held = response.body().size_hint().exact().filter(|length| *length > 0);
    stated.or(held).is_none_or(|length| length >= SHORTEST)
}

/// Takes the mark of weakness from the validators that a client sends back, which are compared without it (RFC 9110 §13.1.2).
/// Answers those that had it.
fn strengthened(headers: &mut HeaderMap) -> Vec<String> {
    let Some(given) = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok()) else {
        return Vec::new();
    };
    let weak = given.split(',').filter_map(|tag| tag.trim().strip_prefix("W/"));
    let weak: Vec<String> = weak.map(str::to_owned).collect();
    if !weak.is_empty()
        && let Ok(value) = HeaderValue::from_str(&given.replace("W/\"", "\""))
    {
        headers.insert(IF_NONE_MATCH, value);
    }
    weak
}

/// Marks a strong validator as weak where `wanted`: the bytes are others, what they say is the same.
fn weaken(headers: &mut HeaderMap, wanted: impl FnOnce(&str) -> bool) {
    let tag = headers.get(ETAG).and_then(|value| value.to_str().ok());
    if let Some(tag) = tag.filter(|tag| tag.starts_with('"'))
        && wanted(tag)
        && let Ok(value) = HeaderValue::from_str(&format!("W/{tag}"))
    {
        headers.insert(ETAG, value);
    }
}

/// Says that the answer depends on what the client accepts.
fn vary(headers: &mut HeaderMap) {
    let mut values = headers.get_all(VARY).iter().filter_map(|value| value.to_str().ok());
    let said = values.any(|value| {
        let mut names = value.split(',').map(str::trim);
        names.any(|name| name == "*" || name.eq_ignore_ascii_case(ACCEPT_ENCODING.as_str()))
    });
    if !said {
        headers.append(VARY, HeaderValue::from_static("Accept-Encoding"));
    }
}

#[cfg(test)]
mod tests;

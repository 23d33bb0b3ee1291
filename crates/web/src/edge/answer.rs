//! Finishes every answer: cookies of the registry and no other, and how caches may keep it (R-REG-02, R-CACHE-01 to 04).

use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use parvis_cookies::csrf::Secret;
use parvis_cookies::language::Source;
use parvis_cookies::set_cookie::{self, Life};
use parvis_cookies::{EntryId, SetCookie, session as rules};

use super::cx::Outcome;
use super::{Cx, Edge, Site, headers, orders, session};
use crate::visit::CookieOrders;

/// Finishes the answer to a request that reached a portal.
pub(super) async fn finish(cx: &Cx, mut response: Response) -> Response {
    strip(cx.edge(), cx.path(), response.headers_mut());
    let mut failed = response.status().is_server_error();
    // A server error writes no session and no cookie (R-SES-08).
    if !failed {
        let ordered = response.extensions_mut().remove::<CookieOrders>().unwrap_or_default();
        if let Err(failure) = orders::carry_out(cx, &ordered).await {
            response = cx.refusal(&failure);
            failed = true;
        }
    }
    if !failed {
        renew(cx).await;
    }
    let outcome = cx.outcome().clone();
    let cookies = if failed || cx.shows_key() {
        Vec::new()
    } else {
        cookies(cx, &outcome)
    };
    let headers = response.headers_mut();
    // Caches keep the answer as if it set them, whoever shows it.
    if !cx.framed_elsewhere() {
        append(headers, &cookies);
    }
    if outcome.ended && !failed {
        let (name, value) = session::forget();
        headers.insert(name, value);
    }
    caching(cx, &outcome, !cookies.is_empty(), headers);
    headers::protect(headers, cx.https());
    response
}

/// Finishes the refusal of a request to `site` whose cookies are a pile: copies that others may have planted are expired,
/// whether they were seen or not (R-BAD-02, R-CSRF-09).
pub(super) fn finish_pile(edge: &Edge, site: &Site, path: &str, response: Response) -> Response {
    let mut response = finish_neutral(edge, path, response);
    let https = edge.settings().https;
    for own in site.registry.product_cookies() {
        append(
            response.headers_mut(),
            &set_cookie::heal(own, site.canonical_host(), path, https),
        );
    }
    response
}

/// Finishes an answer of the edge itself, or of a path that belongs to no portal.
pub(super) fn finish_neutral(edge: &Edge, path: &str, mut response: Response) -> Response {
    strip(edge, path, response.headers_mut());
    headers::protect(response.headers_mut(), edge.settings().https);
    response
}

fn append(headers: &mut HeaderMap, cookies: &[SetCookie]) {
    for cookie in cookies {
        let value = HeaderValue::from_str(cookie.as_str()).expect("cookies of the registry are visible ASCII");
        headers.append(SET_COOKIE, value);
    }
}

/// Removes cookies that did not come through the registry, and tells of it: names, never values (R-BAD-03).
fn strip(edge: &Edge, path: &str, headers: &mut HeaderMap) {
    for value in headers.get_all(SET_COOKIE) {
        let name = value.as_bytes().split(|byte| *byte == b'=').next().unwrap_or_default();
        let name: String = String::from_utf8_lossy(name).chars().take(64).collect();
        edge.count_alert();
        tracing::error!(cookie = ?name, path = ?path, "a cookie that is not in the registry was removed from an answer");
    }
    headers.remove(SET_COOKIE);
}

/// Prolongs a session that was looked at and is past half of its life (R-SES-06).
async fn renew(cx: &Cx) {
    let now = cx.edge().now();
    // Only a session that somebody has looked at: the question itself would make the answer private.
    let due = cx
        .known_session()
        .is_some_and(|found| rules::wants_renewal(found.created_at, found.expires_at, now));
    if !due || cx.outcome().cookies.contains_key(&EntryId::Session) {
        return;
    }
    let Some(id) = cx.session_id() else {
        return;
    };
    let renewed = match cx.edge().accounts().renew(&cx.portal().id, id).await {
        Ok(renewed) => renewed,
        Err(error) => {
            tracing::warn!(cause = %error, "a session could not be renewed");
            return;
        }
    };
    // Gone in the meantime: it is not brought back (R-SES-07).
    let outcome = renewed.map(|end| cx.set_cookie(EntryId::Session, id, Life::AtMost(rules::cookie_life(end, now))));
    if let Some(Err(error)) = outcome {
        tracing::warn!(cause = %error, "a renewed session could not be sent");
    }
}

/// The cookies of the answer: those asked for, the end of a session id that names none, and deletions of planted copies.
fn cookies(cx: &Cx, outcome: &Outcome) -> Vec<SetCookie> {
    let mut cookies: Vec<SetCookie> = outcome.cookies.values().cloned().collect();
    cookies.extend(outcome.forgotten.iter().cloned());
    let jar = cx.jar();
    let held = jar.get(EntryId::Session.as_str()).is_some() && !jar.conflict(EntryId::Session.as_str());
    let stale = outcome.session && held && cx.known_session().is_none();
    if stale && !outcome.cookies.contains_key(&EntryId::Session) {
        cookies.push(set_cookie::delete(cx.registry().cookie(EntryId::Session), cx.https()));
    }
    for own in cx.registry().product_cookies() {
        let Some(held) = jar.get(own.name()) else { continue };
        // What is set anew beside a planted copy would come back as two: the copy goes with the same answer.
        let displaced = outcome.set.contains(&own.id()) && !could_be_ours(cx, own.id(), held);
        if jar.conflict(own.name()) || displaced {
            cookies.extend(set_cookie::heal(own, cx.site().canonical_host(), cx.path(), cx.https()));
        }
    }
    cookies
}

/// Whether this portal may have given the browser the value that it holds.
fn could_be_ours(cx: &Cx, id: EntryId, held: &str) -> bool {
    match id {
        EntryId::Session => cx.known_session().is_some(),
        EntryId::Csrf => Secret::parse(held).is_ok_and(|secret| cx.site().csrf.is_ours(&secret)),
        EntryId::Language => cx.portal().languages.iter().any(|code| code == held),
        EntryId::Preferences => cx.site().choices.read(held, cx.edge().now()).is_some(),
        _ => true,
    }
}

/// Says how caches may keep the answer.
fn caching(cx: &Cx, outcome: &Outcome, sets_cookies: bool, headers: &mut HeaderMap) {
    let (code, source) = cx.negotiated();
    if outcome.language {
        if let Ok(value) = HeaderValue::from_str(code) {
            headers.insert(CONTENT_LANGUAGE, value);
        }
        match source {
            Source::Url => {}
            Source::Cookie => headers::vary(headers, &["Accept-Language", "Cookie"]),
            Source::Header => headers::vary(headers, &["Accept-Language"]),
        }
    }
    let by_cookie = outcome.language && source == Source::Cookie;
    let by_header = outcome.language && source == Source::Header;
    if outcome.private || sets_cookies {
        headers::vary(headers, &["Cookie"]);
    }
    if outcome.signal {
        headers::vary(headers, &["Sec-GPC", "DNT"]);
    }
    if cx.shows_key() {
        headers::vary(headers, &["Authorization"]);
    }
    let signed_in = cx.known_session().is_some();
    let no_store = headers
        .get(CACHE_CONTROL)
        .is_some_and(|value| value.as_bytes().windows(8).any(|w| w == b"no-store"));
    let policy = if sets_cookies || signed_in {
        "private, no-store"
    } else if outcome.private || by_cookie || cx.shows_key() {
        if no_store {
            "private, no-store"
        } else {
            "private, no-cache"
        }
    } else if by_header && !no_store {
        // A visitor with another language in a cookie asks for the same address: caches must ask before they answer.
        "no-cache"
    } else {
        return;
    };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(policy));
}

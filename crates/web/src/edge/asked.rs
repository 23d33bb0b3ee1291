//! Forms about cookies stand on pages that caches keep, which can hold no token (R-CACHE-03). With scripts the page asks
//! for one when somebody clicks. Without, the form comes here bare: nothing is recorded, and the visitor is led to the same
//! question on a page of their own, which holds the token. So no decision is ever taken without one (R-PRF-07).

use axum::response::{IntoResponse, Redirect, Response};
use http::Uri;
use parvis_cookies::CsrfReason;
use url::form_urlencoded;

/// Where choices are made.
const PREFERENCES: &str = "/cookies/preferences/";
/// Where the documents of services are.
const EMBED: &str = "/embed/";
/// Fields of those forms that go along; whatever else was sent is left behind.
const FIELDS: [&str; 4] = ["action", "service", "way", "next"];
/// Most bytes of the address that is answered.
const MAX_BYTES: usize = 4096;

/// The answer to such a form that lacks nothing but the token; `None` for any other request. Its origin has been checked
/// before its token.
pub(super) fn lead(uri: &Uri, form: Option<&[u8]>, has_token: bool, reason: &CsrfReason) -> Option<Response> {
    if !matches!(reason, CsrfReason::NoCookie | CsrfReason::NoToken) {
        return None;
    }
    let path = uri.path();
    if path != PREFERENCES && !path.starts_with(EMBED) {
        return None;
    }
    let fields = form_urlencoded::parse(form?).filter(|(key, _)| FIELDS.contains(&key.as_ref()));
    let mut fields: Vec<(String, String)> = fields
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    // What stands in the place of a service asks again in that place.
    let next = fields
        .iter()
        .find(|(key, _)| key == "next")
        .map(|(_, next)| next.clone());
    let place = next
        .filter(|next| is_embed(next))
        .and_then(|next| next.parse::<Uri>().ok());
    if place.is_some() {
        fields.retain(|(key, _)| key != "next");
    }
    let place = place.as_ref().unwrap_or(uri);
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(
        form_urlencoded::parse(place.query().unwrap_or_default().as_bytes()).filter(|(key, _)| key == "at"),
    );
    query.extend_pairs(
        fields
            .iter()
            .map(|(key, value)| (if key == "action" { "asked" } else { key.as_str() }, value)),
    );
    if has_token {
        // The page held a token and the browser sent no cookie along: it keeps none.
        query.append_pair("blocked", "1");
    }
    let target = format!("{}?{}", place.path(), query.finish());
    let target = if target.len() > MAX_BYTES {
        place.path()
    } else {
        &target
    };
    Some(Redirect::to(target).into_response())
}

/// Whether an address is the path and query of a service's document.
fn is_embed(next: &str) -> bool {
    let path = next.split('?').next().unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_');
    path.starts_with(EMBED) && path.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use http::header::LOCATION;

    use super::*;

    fn led(uri: &str, form: &str, reason: &CsrfReason) -> Option<String> {
        let response = lead(&uri.parse().unwrap(), Some(form.as_bytes()), false, reason)?;
        Some(response.headers()[LOCATION].to_str().unwrap().to_owned())
    }

    #[test]
    fn a_choice_without_a_token_is_asked_again_where_there_is_one() {
        let form = "action=accept&service=video&next=%2F%3Fa%3Db&way=banner&csrfmiddlewaretoken=&evil=x";
        assert_eq!(
            led(PREFERENCES, form, &CsrfReason::NoCookie).unwrap(),
            "/cookies/preferences/?asked=accept&service=video&next=%2F%3Fa%3Db&way=banner"
        );
        assert_eq!(
            led("/embed/video/?at=abc&once=1", "action=once", &CsrfReason::NoToken).unwrap(),
            "/embed/video/?at=abc&asked=once"
        );
        let next = "next=%2Fembed%2Fvideo%2F%3Fat%3Dabc%26once%3D1";
        assert_eq!(
            led(PREFERENCES, &format!("action=always&{next}"), &CsrfReason::NoToken).unwrap(),
            "/embed/video/?at=abc&asked=always"
        );
        for next in [
            "//evil.example/embed/",
            "/embed/..%2F..%2F",
            "/embed/\\evil",
            "https://evil.example/",
        ] {
            let form = form_urlencoded::Serializer::new(String::new())
                .append_pair("next", next)
                .finish();
            let target = led(PREFERENCES, &form, &CsrfReason::NoToken).unwrap();
            assert!(target.starts_with("/cookies/preferences/?next="), "{target}");
        }
    }

    #[test]
    fn no_other_form_and_no_other_fault_is_let_off() {
        assert_eq!(led("/login/", "", &CsrfReason::NoCookie), None);
        assert_eq!(led(PREFERENCES, "", &CsrfReason::CookieConflict), None);
        assert_eq!(led(PREFERENCES, "", &CsrfReason::BadOrigin("null".to_owned())), None);
        assert!(lead(&PREFERENCES.parse().unwrap(), None, false, &CsrfReason::NoToken).is_none());
    }

    #[test]
    fn a_browser_that_keeps_no_cookie_is_told_and_no_address_grows_without_end() {
        let response = lead(
            &PREFERENCES.parse().unwrap(),
            Some(b"action=save"),
            true,
            &CsrfReason::NoCookie,
        )
        .unwrap();
        assert_eq!(
            response.headers()[LOCATION],
            "/cookies/preferences/?asked=save&blocked=1"
        );
        let long = format!("next={}", "a".repeat(9_000));
        assert_eq!(led(PREFERENCES, &long, &CsrfReason::NoToken).unwrap(), PREFERENCES);
    }
}

//! The checks of an unsafe request, in Django's order (R-CSRF-01), with those that Django lacks in between.

use super::{CsrfKeeper, CsrfReason, Secret, TokenFault, TokenSource, TrustedOrigin};

/// What a request says, as far as these checks go. Texts are as received.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The method. A method named by a header or a field does not count (R-CSRF-04).
    pub method: &'a str,
    /// Whether the request came over https.
    pub https: bool,
    /// Host, and port if one was written, as the `Host` header has it.
    pub host: &'a str,
    /// `Origin`, also when it is empty or `null`.
    pub origin: Option<&'a str>,
    /// `Referer`.
    pub referer: Option<&'a str>,
    /// `Sec-Fetch-Site`.
    pub fetch_site: Option<&'a str>,
    /// The `csrftoken` cookie.
    pub cookie: Option<&'a str>,
    /// Whether several `csrftoken` cookies came with different values.
    pub cookie_conflict: bool,
    /// Whether several `sessionid` cookies came with different values.
    pub session_conflict: bool,
    /// The form field `csrfmiddlewaretoken` of the body, never of the query string.
    pub form_token: Option<&'a str>,
    /// `X-CSRFToken`.
    pub header_token: Option<&'a str>,
    /// What the session of a signed-in user keeps for its secret.
    pub session: Option<&'a str>,
}

/// Whether a method changes nothing and needs no check: `GET`, `HEAD`, `OPTIONS`, `TRACE`. Unknown ones are unsafe.
pub fn is_safe_method(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE")
}

/// Checks a request that carries cookies. An endpoint that only takes an API key never comes here.
///
/// # Errors
/// The first reason to refuse it.
pub fn check(facts: &Facts<'_>, keeper: &CsrfKeeper, trusted: &[TrustedOrigin]) -> Result<(), CsrfReason> {
    if is_safe_method(facts.method) {
        return Ok(());
    }
    check_source(facts, trusted)?;
    if facts.cookie_conflict {
        return Err(CsrfReason::CookieConflict);
    }
    if facts.session_conflict {
        return Err(CsrfReason::SessionConflict);
    }
    check_token(facts, keeper)
}

/// Where the request comes from: `Origin`, else what the browser says of the site, else, over https, `Referer`.
fn check_source(facts: &Facts<'_>, trusted: &[TrustedOrigin]) -> Result<(), CsrfReason> {
    let foreign = match facts.fetch_site {
        Some("cross-site") => Some("cross-site"),
        // Portals under one parent are of one site, and yet strangers (R-TEN-11).
        Some("same-site") => Some("same-site"),
        _ => None,
    };
    if let Some(origin) = facts.origin {
        if trusted.iter().any(|entry| entry.allows(origin)) {
            return Ok(());
        }
        let scheme = if facts.https { "https://" } else { "http://" };
        if origin.strip_prefix(scheme) != Some(facts.host) {
            return Err(CsrfReason::BadOrigin(origin.to_owned()));
        }
        // Our own origin and yet another site: a redirect on the way, or a lie.
        return foreign.map_or(Ok(()), |site| Err(CsrfReason::ForeignSite(site)));
    }
    if let Some(site) = foreign {
        return Err(CsrfReason::ForeignSite(site));
    }
    if facts.https {
        check_referer(facts, trusted)
    } else {
        Ok(())
    }
}

fn check_referer(facts: &Facts<'_>, trusted: &[TrustedOrigin]) -> Result<(), CsrfReason> {
    let referer = facts.referer.ok_or(CsrfReason::NoReferer)?;
    let (scheme, rest) = referer.split_once("://").ok_or(CsrfReason::MalformedReferer)?;
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let scheme_ok = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    let brackets_ok = authority.contains('[') == authority.contains(']');
    if !scheme_ok || authority.is_empty() || !brackets_ok {
        return Err(CsrfReason::MalformedReferer);
    }
    if !scheme.eq_ignore_ascii_case("https") {
        return Err(CsrfReason::InsecureReferer);
    }
    let origin = format!("https://{authority}");
    if authority == facts.host || trusted.iter().any(|entry| entry.allows(&origin)) {
        return Ok(());
    }
    Err(CsrfReason::BadReferer(referer.to_owned()))
}

fn check_token(facts: &Facts<'_>, keeper: &CsrfKeeper) -> Result<(), CsrfReason> {
    let cookie = facts.cookie.ok_or(CsrfReason::NoCookie)?;
    let cookie = Secret::parse(cookie).map_err(CsrfReason::MalformedCookie)?;
    // Made up by a sibling host, or another portal's: the same as none.
    if !keeper.is_ours(&cookie) {
        return Err(CsrfReason::NoCookie);
    }
    let form = facts
        .form_token
        .filter(|token| facts.method == "POST" && !token.is_empty());
    // A wrong form token is not rescued by a good header.
    let (from, token) = match (form, facts.header_token) {
        (Some(token), _) => (TokenSource::Form, token),
        (None, Some(token)) => (TokenSource::Header, token),
        (None, None) => return Err(CsrfReason::NoToken),
    };
    let token = Secret::parse(token).map_err(|fault| CsrfReason::BadToken { from, fault })?;
    // Both comparisons are made in any case, so that the time taken says nothing.
    let of_cookie = token.matches(&cookie);
    let of_session = facts
        .session
        .is_none_or(|session| keeper.of_session(session).matches(&token));
    if of_cookie & of_session {
        Ok(())
    } else {
        Err(CsrfReason::BadToken {
            from,
            fault: TokenFault::Mismatch,
        })
    }
}

//! Headers that every answer carries, whatever made it.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    VARY, X_CONTENT_TYPE_OPTIONS, X_DNS_PREFETCH_CONTROL,
};
use http::{HeaderMap, HeaderValue};

/// Nothing from anywhere else, no script or style within the page (R-GATE-01). Maps draw into images and workers of their
/// own making (`blob:`) and set styles through the object model, which the policy allows. What is refused is reported
/// (R-GATE-05): `report-to` for browsers that know it, `report-uri` for the others.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     font-src 'self'; connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'self'; report-uri /cookies/reports/; report-to violations";
/// Names the endpoint that `report-to` means.
const ENDPOINTS: &str = "violations=\"/cookies/reports/\"";

/// Adds the headers of a careful server. A stricter policy that a handler set stays.
pub(super) fn protect(headers: &mut HeaderMap, https: bool) {
    let mut add = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    add(CONTENT_SECURITY_POLICY, POLICY);
    add(HeaderName::from_static("reporting-endpoints"), ENDPOINTS);
    add(X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Browsers look up the hosts of links before anybody follows them: the name alone tells who reads what (R-GATE-03).
    add(X_DNS_PREFETCH_CONTROL, "off");
    add(REFERRER_POLICY, "same-origin");
    if https {
        add(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    // Cookies of a portal are for its own pages (R-CSRF-11).
    headers.remove(ACCESS_CONTROL_ALLOW_CREDENTIALS);
}

/// Adds `names` to `Vary`, each once.
pub(super) fn vary(headers: &mut HeaderMap, names: &[&str]) {
    let mut all: Vec<String> = Vec::new();
    let old = headers.get_all(VARY).iter().filter_map(|value| value.to_str().ok());
    let old = old
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_owned());
    for name in old.chain(names.iter().map(|name| (*name).to_owned())) {
        if !name.is_empty() && !all.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            all.push(name);
        }
    }
    if let Ok(value) = HeaderValue::from_str(&all.join(", "))
        && !all.is_empty()
    {
        headers.insert(VARY, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vary_names_each_header_once() {
        let mut headers = HeaderMap::new();
        vary(&mut headers, &[]);
        assert!(headers.is_empty());
        headers.append(VARY, HeaderValue::from_static("accept-encoding, Cookie"));
        headers.append(VARY, HeaderValue::from_static("Origin"));
        vary(&mut headers, &["Cookie", "Accept-Language"]);
        assert_eq!(headers[VARY], "accept-encoding, Cookie, Origin, Accept-Language");
        assert_eq!(headers.get_all(VARY).iter().count(), 1);
    }

    #[test]
    fn hsts_is_sent_over_https_only_and_credentials_are_never_shared() {
        for https in [false, true] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            protect(&mut headers, https);
            assert_eq!(headers.contains_key(STRICT_TRANSPORT_SECURITY), https);
            assert!(!headers.contains_key(ACCESS_CONTROL_ALLOW_CREDENTIALS));
            assert!(!POLICY.contains("unsafe"));
        }
    }
}

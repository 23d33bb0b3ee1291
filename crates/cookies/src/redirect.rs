//! Which `next` addresses stay on the portal (R-LANG-02, R-LANG-03): Django's rule, and stricter.

use std::fmt::Write;

/// Longest address that is followed, in characters.
pub const MAX_TARGET: usize = 2048;

/// The address to redirect to, fit for a `Location` header, if `next` stays on `host` (the `Host` header of the
/// request, port included) and, when the request came over https, on https.
///
/// Refused: another host, port, user name or scheme; `//host`, also when it hides behind `\` or `%2F`; control, zero
/// width and direction characters; anything over 2,048 characters. What is not ASCII is percent-encoded.
pub fn safe_redirect(next: &str, https: bool, host: &str) -> Option<String> {
    let next = next.trim();
    if next.is_empty() || next.chars().count() > MAX_TARGET || next.chars().any(is_forbidden) {
        return None;
    }
    let path = match next.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) {
        Some((scheme, rest)) => {
            let own = scheme.eq_ignore_ascii_case("https") || (!https && scheme.eq_ignore_ascii_case("http"));
            own_authority(rest.strip_prefix("//").filter(|_| own)?, host)?
        }
        None => match next.strip_prefix("//") {
            // It takes the scheme of the page, which Django reads as http.
            Some(rest) => own_authority(rest, host).filter(|_| !https)?,
            None => next,
        },
    };
    if hides_authority(path) {
        None
    } else {
        Some(encode(next))
    }
}

/// What follows the authority, if that is exactly `host`.
fn own_authority<'a>(rest: &'a str, host: &str) -> Option<&'a str> {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    (!host.is_empty() && &rest[..end] == host).then(|| &rest[end..])
}

/// Whether a text before a colon is a scheme, as browsers and Python's `urlsplit` read it.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

/// Whether a path would begin with two slashes once somebody on the way has decoded it.
fn hides_authority(path: &str) -> bool {
    let mut slashes = 0;
    let mut rest = path;
    while slashes < 2 {
        let escaped = rest
            .get(..3)
            .filter(|head| head.eq_ignore_ascii_case("%2f") || head.eq_ignore_ascii_case("%5c"));
        let step = if rest.starts_with('/') {
            1
        } else {
            escaped.map_or(0, str::len)
        };
        if step == 0 {
            return false;
        }
        slashes += 1;
        rest = &rest[step..];
    }
    true
}

/// Characters that have no place in an address and that some reader might drop or turn into another.
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || c == '\\'
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Percent-encodes what may not stand in a header or an address: spaces, quotes, and all that is not ASCII.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'|' | b'}') {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("a String takes any text");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOST: &str = "cesson.localhost:8080";

    #[test]
    fn addresses_on_the_portal_are_followed() {
        for (next, https, expected) in [
            ("/", false, "/"),
            (
                "/explore/?q=communes&lang=fr#top",
                true,
                "/explore/?q=communes&lang=fr#top",
            ),
            ("/x?next=http://evil.example/", true, "/x?next=http://evil.example/"),
            ("/x?next=//evil.example", true, "/x?next=//evil.example"),
            ("  /x  ", false, "/x"),
            ("/é b", false, "/%C3%A9%20b"),
            ("/a%0d%0ab", false, "/a%0d%0ab"),
            (
                "http://cesson.localhost:8080/x",
                false,
                "http://cesson.localhost:8080/x",
            ),
            (
                "HTTPS://cesson.localhost:8080/x",
                true,
                "HTTPS://cesson.localhost:8080/x",
            ),
            ("https://cesson.localhost:8080", false, "https://cesson.localhost:8080"),
            ("//cesson.localhost:8080/x", false, "//cesson.localhost:8080/x"),
            ("explore/?a=b", false, "explore/?a=b"),
            ("path/http:2222", false, "path/http:2222"),
            ("?page=2", false, "?page=2"),
            ("/a//b", false, "/a//b"),
            ("/a%2f%2fb", false, "/a%2f%2fb"),
        ] {
            assert_eq!(safe_redirect(next, https, HOST).as_deref(), Some(expected), "{next:?}");
        }
    }

    #[test]
    fn addresses_that_leave_the_portal_are_not() {
        let long = format!("/{}", "a".repeat(MAX_TARGET));
        for next in [
            "",
            "   ",
            "//evil.example",
            "///evil.example",
            "////evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "\\/evil.example",
            "/x\\y",
            "http://evil.example",
            "http:evil.example",
            "http:/evil.example",
            "http:///evil.example",
            "http:\\\\evil.example",
            "http:\\evil.example",
            "http://mauges.localhost:8080/",
            "http://www.cesson.localhost:8080/",
            "http://user@cesson.localhost:8080/",
            "http://cesson.localhost:8080@evil.example/",
            "http://cesson.localhost:8080\\@evil.example/",
            "http://cesson.localhost:8081/",
            "http://cesson.localhost/",
            "http://CESSON.localhost:8080/",
            "http://cesson.localhost:8080.evil.example/",
            "//mauges.localhost:8080/",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "mailto:a@b.example",
            "ftp://cesson.localhost:8080/",
            "/%2F%2Fevil.example",
            "%2F%2Fevil.example",
            "/%2fevil.example",
            "%2f/evil.example",
            "/%5Cevil.example",
            "%5c%5cevil.example",
            "http://cesson.localhost:8080//evil.example",
            "/\u{9}/evil.example",
            "/x\r\nSet-Cookie: a=b",
            "/x\nb",
            "/x\0",
            "\u{8}//evil.example",
            "\u{1}/x",
            "\u{200b}//evil.example",
            "/\u{200b}/evil.example",
            "/\u{202e}moc.live",
            "/\u{feff}/evil.example",
            "/\u{ad}/evil.example",
            "/\u{2028}x",
            "/\u{85}x",
            &long,
        ] {
            assert_eq!(safe_redirect(next, false, HOST), None, "{next:?}");
        }
    }

    #[test]
    fn https_is_never_left_for_http() {
        for next in ["http://cesson.localhost:8080/", "//cesson.localhost:8080/"] {
            assert_eq!(safe_redirect(next, true, HOST), None, "{next}");
        }
        assert_eq!(
            safe_redirect("http:///x", false, ""),
            None,
            "no host is no host of ours"
        );
    }

    proptest! {
        #[test]
        fn an_answer_is_visible_ascii_and_of_our_host(next in "[/\\\\:a-z@.%25fF\\u{200b}é ?#0-9]{0,24}", https: bool) {
            if let Some(target) = safe_redirect(&next, https, "a.b") {
                prop_assert!(target.bytes().all(|b| b.is_ascii_graphic()));
                prop_assert!(!target.starts_with("//") || target.starts_with("//a.b"));
                prop_assert!(!target.contains('\\'));
            }
        }
    }
}

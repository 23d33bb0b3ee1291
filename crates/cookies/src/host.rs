//! What a `Host` header (or the authority of a request) says (R-TEN-05).

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Why a `Host` header cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// It is missing or empty.
    #[error("the request has no Host header; name the portal it is for")]
    Missing,
    /// There are several, or the request line names another.
    #[error("the request names more than one host; send one Host header")]
    Several,
    /// It holds something that is no host name: user name, path, space, underscore, letters outside ASCII.
    #[error("the Host header is not a host name with an optional port")]
    Name,
    /// The port is not a number from 1 to 65535.
    #[error("the port in the Host header is not a number from 1 to 65535")]
    Port,
}

/// A host name, lower-case and without a dot at its end, and a port if one was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostName {
    /// The name, or an address in numbers (IPv6 within brackets).
    pub name: String,
    /// The port, if one was written.
    pub port: Option<u16>,
    /// Whether it was written in its plain form: lower-case, no dot at the end. Browsers always do.
    pub is_plain: bool,
}

impl HostName {
    /// Reads the value of a `Host` header.
    ///
    /// # Errors
    /// Says what is not part of a host name or a port.
    pub fn parse(value: &[u8]) -> Result<Self, HostError> {
        if value.is_empty() {
            return Err(HostError::Missing);
        }
        let text = std::str::from_utf8(value)
            .ok()
            .filter(|text| text.is_ascii())
            .ok_or(HostError::Name)?;
        let (name, port) = split_port(text)?;
        let lower = name.to_ascii_lowercase();
        let bare = lower.strip_suffix('.').unwrap_or(&lower);
        if !is_ipv6(bare) && !is_name(bare) {
            return Err(HostError::Name);
        }
        Ok(Self {
            is_plain: bare == name,
            name: bare.to_owned(),
            port,
        })
    }

    /// Reads the only `Host` header of a request.
    ///
    /// # Errors
    /// There is none, there are several, or it is malformed.
    pub fn sole<'a>(values: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, HostError> {
        let mut values = values.into_iter();
        let first = values.next().ok_or(HostError::Missing)?;
        // Even two equal ones: servers on the way may read different ones.
        if values.next().is_some() {
            return Err(HostError::Several);
        }
        Self::parse(first)
    }

    /// Whether it is an address in numbers.
    pub fn is_address(&self) -> bool {
        self.name.starts_with('[') || self.name.parse::<Ipv4Addr>().is_ok()
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

fn split_port(text: &str) -> Result<(&str, Option<u16>), HostError> {
    let after_bracket = text.rfind(']').map_or(0, |at| at + 1);
    let Some(colon) = text[after_bracket..].find(':').map(|at| at + after_bracket) else {
        return Ok((text, None));
    };
    let digits = &text[colon + 1..];
    let plain = !digits.is_empty() && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
    let port = digits.parse().ok().filter(|_| plain).ok_or(HostError::Port)?;
    Ok((&text[..colon], Some(port)))
}

fn is_ipv6(name: &str) -> bool {
    let inner = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.is_some_and(|inner| inner.parse::<Ipv6Addr>().is_ok())
}

/// Labels of 1–63 letters, digits and inner hyphens; 253 characters in all.
fn is_name(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    name.len() <= 253 && name.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_hosts_are_read() {
        for (text, name, port) in [
            ("cesson.localhost:8080", "cesson.localhost", Some(8080)),
            ("data.ville-cesson.fr", "data.ville-cesson.fr", None),
            ("localhost", "localhost", None),
            ("127.0.0.1:80", "127.0.0.1", Some(80)),
            ("[::1]:8080", "[::1]", Some(8080)),
            ("[::1]", "[::1]", None),
            ("xn--bcher-kva.example", "xn--bcher-kva.example", None),
        ] {
            let host = HostName::parse(text.as_bytes()).expect(text);
            assert_eq!((host.name.as_str(), host.port, host.is_plain), (name, port, true));
            assert_eq!(host.to_string(), text);
        }
        assert!(HostName::parse(b"127.0.0.1").is_ok_and(|host| host.is_address()));
        assert!(HostName::parse(b"[::1]").is_ok_and(|host| host.is_address()));
        assert!(HostName::parse(b"localhost").is_ok_and(|host| !host.is_address()));
    }

    #[test]
    fn other_spellings_are_told_apart() {
        for text in ["CESSON.localhost", "cesson.localhost.", "Cesson.Localhost.:80"] {
            let host = HostName::parse(text.as_bytes()).expect(text);
            assert_eq!(
                (host.name.as_str(), host.is_plain),
                ("cesson.localhost", false),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        use HostError::{Missing, Name, Port};
        for (text, error) in [
            ("", Missing),
            ("user@cesson.localhost", Name),
            ("user:pass@cesson.localhost", Port),
            ("cesson.localhost/", Name),
            ("cesson.localhost/x", Name),
            ("cesson .localhost", Name),
            (" cesson.localhost", Name),
            ("ces_son.localhost", Name),
            ("cesson.localhost..", Name),
            (".localhost", Name),
            ("a..b", Name),
            ("-a.b", Name),
            ("a-.b", Name),
            ("césson.localhost", Name),
            ("a%2eb", Name),
            ("a,b", Name),
            ("a\0b", Name),
            ("a\\b", Name),
            ("*.localhost", Name),
            ("[::1", Port),
            ("[::g]", Name),
            ("[127.0.0.1]", Name),
            ("::1", Port),
            ("a:", Port),
            ("a:0", Port),
            ("a:080", Port),
            ("a:80a", Port),
            ("a:+80", Port),
            ("a:65536", Port),
            ("a:80:80", Port),
            ("a:80@b", Port),
            ("[::1]a:80", Name),
        ] {
            assert_eq!(HostName::parse(text.as_bytes()), Err(error), "{text:?}");
        }
        assert_eq!(HostName::parse(b"a\xff"), Err(Name));
        assert_eq!(HostName::parse("a".repeat(64).as_bytes()), Err(Name));
    }

    #[test]
    fn exactly_one_header_counts() {
        assert_eq!(HostName::sole([]), Err(HostError::Missing));
        assert_eq!(HostName::sole([&b"a"[..], b"a"]), Err(HostError::Several));
        assert!(HostName::sole([&b"a"[..]]).is_ok());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_and_what_it_takes_it_writes_back(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(host) = HostName::parse(&bytes) {
                let again = HostName::parse(host.to_string().as_bytes()).expect("its own form");
                prop_assert!(again.is_plain && again.name == host.name && again.port == host.port);
            }
        }

        #[test]
        fn host_like_text_never_panics(text in "[a-zA-Z0-9.:\\[\\]_@-]{0,40}") {
            let _ = HostName::parse(text.as_bytes());
        }
    }
}

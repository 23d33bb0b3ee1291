//! Origins whose forms and scripts may write here although they are not this portal (R-CSRF-10).

use crate::error::Error;
use crate::host::HostName;

/// An origin that a portal trusts, as a browser writes it: scheme, host, and port unless it is the scheme's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedOrigin(String);

impl TrustedOrigin {
    /// Reads `https://host` or `https://host:port`. There are no wildcards: one over a parent that portals share would let
    /// one portal write on another, and nobody knows today which hosts a domain will have tomorrow.
    ///
    /// # Errors
    /// Says why the entry is refused.
    pub fn parse(entry: &str) -> Result<Self, Error> {
        let refuse = |why| {
            Err(Error::TrustedOrigin {
                entry: entry.to_owned(),
                why,
            })
        };
        let (port, authority) = match (entry.strip_prefix("https://"), entry.strip_prefix("http://")) {
            (Some(rest), _) => (443, rest),
            (None, Some(rest)) => (80, rest),
            (None, None) => return refuse("it begins with neither https:// nor http://"),
        };
        if authority.contains('*') {
            return refuse("a wildcard trusts hosts that nobody has named");
        }
        let Ok(host) = HostName::parse(authority.as_bytes()) else {
            return refuse("it is not an origin");
        };
        if !host.is_plain {
            return refuse("its host is not written in its plain form, in lower case");
        }
        if host.port == Some(port) {
            return refuse("browsers leave out the port that its scheme has anyway");
        }
        Ok(Self(entry.to_owned()))
    }

    /// Whether an `Origin` header names it, byte for byte.
    pub fn allows(&self, origin: &str) -> bool {
        self.0 == origin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_entries_match_byte_for_byte() {
        let entry = TrustedOrigin::parse("https://www.ville.example:8443").expect("an origin");
        assert!(entry.allows("https://www.ville.example:8443"));
        for other in [
            "http://www.ville.example:8443",
            "https://www.ville.example",
            "https://WWW.ville.example:8443",
            "https://www.ville.example:8443/",
            "https://x.www.ville.example:8443",
            "null",
            "",
        ] {
            assert!(!entry.allows(other), "{other}");
        }
    }

    #[test]
    fn wildcards_over_a_shared_parent_are_refused() {
        for entry in [
            "https://*.paysbasque.localhost",
            "https://*.localhost",
            "https://*",
            "*",
            "https://a.*.example",
        ] {
            let error = TrustedOrigin::parse(entry).expect_err(entry);
            assert!(error.to_string().contains(entry), "{error}");
        }
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for entry in [
            "",
            "ville.example",
            "https://",
            "https://a/",
            "https://A.example",
            "https://a.example.",
            "https://a:443",
            "http://a:80",
            "https://a:",
            "https://u@a",
            "ftp://a",
            "null",
        ] {
            assert!(TrustedOrigin::parse(entry).is_err(), "{entry}");
        }
        for entry in [
            "https://a.example",
            "http://a:8080",
            "https://anglet.paysbasque.localhost",
        ] {
            assert!(TrustedOrigin::parse(entry).is_ok(), "{entry}");
        }
    }
}

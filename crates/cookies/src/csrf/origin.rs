//! Origins whose forms and scripts may write here although they are not this portal (R-CSRF-10).

use crate::error::Error;
use crate::host::HostName;

/// An origin that a portal trusts: scheme, host and port, or every host under a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedOrigin {
    https: bool,
    host: String,
    port: Option<u16>,
    wildcard: bool,
}

impl TrustedOrigin {
    /// Reads `https://host`, `https://host:port` or `https://*.domain`. `served` are the hosts of every portal of the
    /// installation: a wildcard that covers one of them would let one portal write on another, and is refused.
    ///
    /// # Errors
    /// Says why the entry is refused.
    pub fn parse(entry: &str, served: &[String]) -> Result<Self, Error> {
        let refuse = |why| Error::TrustedOrigin {
            entry: entry.to_owned(),
            why,
        };
        let (https, rest) = match (entry.strip_prefix("https://"), entry.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err(refuse("it begins with neither https:// nor http://")),
        };
        let (wildcard, authority) = rest.strip_prefix("*.").map_or((false, rest), |domain| (true, domain));
        let host = HostName::parse(authority.as_bytes()).map_err(|_| refuse("it is not an origin"))?;
        if !host.is_plain {
            return Err(refuse("its host is not written in its plain form, in lower case"));
        }
        let found = Self {
            https,
            host: host.name,
            port: host.port,
            wildcard,
        };
        if wildcard && found.port.is_some() {
            return Err(refuse("a wildcard takes no port"));
        }
        if wildcard && !found.host.contains('.') {
            return Err(refuse("its wildcard covers a whole top-level domain"));
        }
        if wildcard && served.iter().any(|host| found.covers(host)) {
            return Err(refuse("its wildcard covers a portal of this installation"));
        }
        Ok(found)
    }

    /// Whether an `Origin` header names it, byte for byte. A wildcard covers the domain itself and any depth under it,
    /// with the same scheme and no port.
    pub fn allows_origin(&self, origin: &str) -> bool {
        let Some(authority) = origin.strip_prefix(if self.https { "https://" } else { "http://" }) else {
            return false;
        };
        self.allows_authority(authority)
    }

    /// Whether the host and port of a `Referer` are its own; the scheme has been checked before.
    pub fn allows_authority(&self, authority: &str) -> bool {
        if self.wildcard {
            return self.covers(authority);
        }
        match self.port {
            Some(port) => authority.strip_suffix(&format!(":{port}")) == Some(&self.host),
            None => authority == self.host,
        }
    }

    fn covers(&self, host: &str) -> bool {
        host.strip_suffix(self.host.as_str())
            .is_some_and(|left| left.is_empty() || left.ends_with('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_entries_match_byte_for_byte() {
        let entry = TrustedOrigin::parse("https://www.ville.example:8443", &[]).expect("an origin");
        assert!(entry.allows_origin("https://www.ville.example:8443"));
        for other in [
            "http://www.ville.example:8443",
            "https://www.ville.example",
            "https://WWW.ville.example:8443",
            "https://www.ville.example:8443/",
            "https://x.www.ville.example:8443",
            "null",
            "",
        ] {
            assert!(!entry.allows_origin(other), "{other}");
        }
    }

    #[test]
    fn wildcards_cover_the_domain_and_any_depth_but_no_port_or_look_alike() {
        let entry = TrustedOrigin::parse("https://*.ville.example", &[]).expect("a wildcard");
        for good in [
            "https://ville.example",
            "https://a.ville.example",
            "https://a.b.ville.example",
        ] {
            assert!(entry.allows_origin(good), "{good}");
        }
        for bad in [
            "http://a.ville.example",
            "https://a.ville.example:8080",
            "https://evilville.example",
            "https://x",
        ] {
            assert!(!entry.allows_origin(bad), "{bad}");
        }
    }

    #[test]
    fn wildcards_over_a_shared_parent_are_refused() {
        let served = [
            "luz.paysbasque.localhost".to_owned(),
            "anglet.paysbasque.localhost".to_owned(),
        ];
        for entry in [
            "https://*.paysbasque.localhost",
            "https://*.luz.paysbasque.localhost",
            "https://*.localhost",
        ] {
            let error = TrustedOrigin::parse(entry, &served).expect_err(entry);
            assert!(error.to_string().contains(entry), "{error}");
        }
        assert!(TrustedOrigin::parse("https://*.other.example", &served).is_ok());
        assert!(
            TrustedOrigin::parse("https://anglet.paysbasque.localhost", &served).is_ok(),
            "exact ones may be named"
        );
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for entry in [
            "",
            "*",
            "ville.example",
            "https://",
            "https://a/",
            "https://A.example",
            "ftp://a",
            "https://*.a:1.b",
        ] {
            assert!(TrustedOrigin::parse(entry, &[]).is_err(), "{entry}");
        }
        assert!(TrustedOrigin::parse("https://*.ville.example:80", &[]).is_err());
    }
}

//! Where a request comes from, and by which way: to count, never to keep.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::ConnectInfo;
use http::Extensions;
use http::HeaderMap;

/// What is known of the connection that a request came over, beside its peer: an extension of the request.
#[derive(Clone, Debug)]
pub struct Reached {
    /// The port that the server listens on.
    pub port: u16,
    /// The proxies whose word is taken (R-TEN-06).
    pub proxies: Arc<[Network]>,
}

/// One address, or those that share their first bits with it: `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    bits: u8,
}

impl Network {
    /// This machine, as programs on it are seen.
    pub fn this_machine() -> [Self; 2] {
        [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()].map(Self::only)
    }

    fn only(base: IpAddr) -> Self {
        Self {
            base,
            bits: width(base),
        }
    }

    /// Whether `address` is one of these.
    pub fn holds(&self, address: IpAddr) -> bool {
        let differ = match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(other)) => u128::from(base.to_bits() ^ other.to_bits()),
            (IpAddr::V6(base), IpAddr::V6(other)) => base.to_bits() ^ other.to_bits(),
            _ => return false,
        };
        let free = u32::from(width(self.base) - self.bits);
        differ.checked_shr(free).unwrap_or(0) == 0
    }
}

impl FromStr for Network {
    type Err = &'static str;

    /// # Errors
    /// Says how to write it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const HOW: &str = "write an address, such as 10.0.0.7, or a network, such as 10.0.0.0/8";
        let (base, bits) = match text.split_once('/') {
            Some((base, bits)) => (base, Some(bits)),
            None => (text, None),
        };
        let base: IpAddr = base.parse().map_err(|_| HOW)?;
        let base = base.to_canonical();
        let bits = bits.map_or(Ok(width(base)), |bits| bits.parse().map_err(|_| HOW))?;
        if bits > width(base) {
            Err(HOW)
        } else {
            Ok(Self { base, bits })
        }
    }
}

/// Bits of an address.
fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The address of the visitor, if it is known: that of the connection, or, when a listed proxy made the connection, the last
/// address of `X-Forwarded-For`. That is what the proxy saw: what stands before it was written by the visitor and counts for
/// nothing. Without it nobody can be told apart.
pub fn of(headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    let peer = peer.ip().to_canonical();
    let is_proxy = |proxies: &[Network]| proxies.iter().any(|proxy| proxy.holds(peer));
    let is_proxy = match extensions.get::<Reached>() {
        Some(reached) => is_proxy(&reached.proxies),
        None => is_proxy(&Network::this_machine()),
    };
    if !is_proxy {
        return Some(peer);
    }
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    let last = last.rsplit(',').next()?.trim();
    last.parse().ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&'static str]) -> Option<String> {
        let mut extensions = Extensions::new();
        let listed = ["127.0.0.1", "::1", "10.0.0.0/29", "fd00::2"].map(|text| text.parse().unwrap());
        extensions.insert(Reached {
            port: 8080,
            proxies: listed.into(),
        });
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", http::HeaderValue::from_static(line));
        }
        of(&headers, &extensions).map(|address| address.to_string())
    }

    #[test]
    fn a_visitor_cannot_choose_an_address() {
        let own = Some("192.0.2.1".to_owned());
        assert_eq!(seen("192.0.2.1", &[]), own);
        assert_eq!(
            seen("192.0.2.1", &["198.51.100.7"]),
            own,
            "no proxy of ours speaks from outside"
        );
        assert_eq!(seen("::ffff:192.0.2.1", &[]), own);
        for stranger in ["10.0.0.8", "192.168.0.1", "127.0.0.2", "fd00::3"] {
            let own = Some(stranger.to_owned());
            assert_eq!(seen(stranger, &["198.51.100.7"]), own, "a neighbour is no proxy");
        }
        for proxy in ["127.0.0.1", "::1", "10.0.0.2", "fd00::2"] {
            assert_eq!(seen(proxy, &["198.51.100.7, 192.0.2.1"]), own);
            assert_eq!(seen(proxy, &["198.51.100.7", "192.0.2.1"]), own);
            assert_eq!(seen(proxy, &[]), None, "a proxy that tells nothing");
            assert_eq!(seen(proxy, &["unknown"]), None);
        }
        assert_eq!(of(&HeaderMap::new(), &Extensions::new()), None);
    }

    #[test]
    fn a_network_is_an_address_and_a_number_of_bits() {
        let holds = |network: &str, address: &str| {
            let network: Network = network.parse().unwrap();
            network.holds(address.parse().unwrap())
        };
        for (network, address) in [
            ("10.1.2.3", "10.1.2.3"),
            ("10.1.2.3", "::ffff:10.1.2.3"),
            ("10.0.0.0/8", "10.255.0.1"),
            ("0.0.0.0/0", "192.0.2.1"),
            ("fd00::/8", "fdff::1"),
            ("::/0", "2001:db8::1"),
        ] {
            assert!(holds(network, address), "{network} {address}");
        }
        for (network, address) in [
            ("10.1.2.3", "10.1.2.4"),
            ("10.0.0.0/8", "11.0.0.1"),
            ("10.0.0.0/31", "10.0.0.2"),
            ("0.0.0.0/0", "2001:db8::1"),
            ("fd00::/8", "fc00::1"),
        ] {
            assert!(!holds(network, address), "{network} {address}");
        }
        for wrong in [
            "",
            "proxy",
            "10.0.0.0/33",
            "::1/129",
            "10.0.0.0/",
            "10.0.0.0/-1",
            "10.0.0",
            "10.0.0.1:80",
        ] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}

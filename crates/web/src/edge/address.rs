//! Where a request comes from: to count, never to keep.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::Extensions;
use http::HeaderMap;

/// The address of the visitor, if it is known. A connection from outside is the visitor's own. One from this machine or its
/// network may be a proxy's, and the last address of `X-Forwarded-For` is what that proxy saw: what stands before it was
/// written by the visitor and counts for nothing. Without it nobody can be told apart.
pub fn of(headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    let peer = peer.ip().to_canonical();
    if !is_near(peer) {
        return Some(peer);
    }
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    let last = last.rsplit(',').next()?.trim();
    last.parse().ok().map(|address: IpAddr| address.to_canonical())
}

/// Whether an address is of this machine or its own network.
fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&'static str]) -> Option<String> {
        let mut extensions = Extensions::new();
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
        for proxy in ["127.0.0.1", "::1", "10.0.0.2", "fd00::2"] {
            assert_eq!(seen(proxy, &["198.51.100.7, 192.0.2.1"]), own);
            assert_eq!(seen(proxy, &["198.51.100.7", "192.0.2.1"]), own);
            assert_eq!(seen(proxy, &[]), None, "a proxy that tells nothing");
            assert_eq!(seen(proxy, &["unknown"]), None);
        }
        assert_eq!(of(&HeaderMap::new(), &Extensions::new()), None);
    }
}

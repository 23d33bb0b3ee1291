//! How many decisions are taken: of one address, and of one portal, so that flooding cannot fill the disk (R-PRF-07).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use parvis_cookies::ServerKey;
use parvis_model::{PortalId, Rng};

/// Buckets of addresses. Two addresses may share one; the memory is the same whoever comes.
const SLOTS: usize = 1 << 16;

/// How much at once, and how much afterwards.
#[derive(Clone, Copy)]
struct Allowance {
    at_once: f64,
    per_second: f64,
}

/// Thirty decisions of one address at once, then three a minute: a town hall behind one address, and no more.
const ADDRESS: Allowance = Allowance {
    at_once: 30.0,
    per_second: 0.05,
};

/// Fifty thousand decisions of one portal at once, then five a second: 432,000 a day, some 500 MB of records, whatever
/// comes.
const PORTAL: Allowance = Allowance {
    at_once: 50_000.0,
    per_second: 5.0,
};

/// A bucket: how much of the allowance is used, and when that was reckoned (milliseconds since 1970).
#[derive(Clone, Copy, Default)]
struct Bucket {
    used: f64,
    at: i64,
}

impl Bucket {
    fn take(&mut self, allowance: Allowance, now: i64) -> bool {
        let seconds = now.saturating_sub(self.at).max(0) as f64 / 1000.0;
        self.used = (self.used - seconds * allowance.per_second).max(0.0);
        self.at = now;
        let admits = self.used + 1.0 <= allowance.at_once;
        if admits {
            self.used += 1.0;
        }
        admits
    }
}

/// Counts decisions. Addresses are hashed with a key that exists in this process only, and never leave it.
pub(crate) struct Limiter {
    key: ServerKey,
    state: Mutex<State>,
}

struct State {
    addresses: Vec<Bucket>,
    portals: HashMap<PortalId, Bucket>,
    /// When the operator was last told that a portal has used up what it may.
    told_at: i64,
}

impl Limiter {
    pub(crate) fn new(rng: &dyn Rng) -> Self {
        Self {
            key: ServerKey::generate(rng),
            state: Mutex::new(State {
                addresses: vec![Bucket::default(); SLOTS],
                portals: HashMap::new(),
                told_at: 0,
            }),
        }
    }

    /// Whether one more decision is taken. Without an address (a proxy that does not tell it) only the portal counts.
    pub(crate) fn admits(&self, portal: &PortalId, address: Option<IpAddr>, now: DateTime<Utc>) -> bool {
        let now = now.timestamp_millis();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(address) = address {
            let slot = self.slot(address);
            if !state.addresses[slot].take(ADDRESS, now) {
                return false;
            }
        }
        let admits = state.portals.entry(portal.clone()).or_default().take(PORTAL, now);
        if !admits && now - state.told_at > 60_000 {
            state.told_at = now;
            tracing::warn!(%portal, "too many choices about cookies: further ones are refused for now");
        }
        admits
    }

    fn slot(&self, address: IpAddr) -> usize {
        let tag = match address {
            IpAddr::V4(v4) => self.key.tag("address", &[&v4.octets()]),
            // Whoever has one address of version 6 has the whole network of the last 64 bits.
            IpAddr::V6(v6) => self.key.tag("address", &[&v6.octets()[..8]]),
        };
        usize::from(u16::from_be_bytes([tag[0], tag[1]]))
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone};
    use parvis_model::SystemRng;

    use super::*;

    fn noon() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 9, 1, 12, 0, 0)
            .single()
            .expect("a real date")
    }

    fn admitted(limiter: &Limiter, portal: &str, address: Option<&str>, tries: usize, at: DateTime<Utc>) -> usize {
        let address = address.map(|text| text.parse().expect("an address"));
        let portal = PortalId::new(portal);
        (0..tries).filter(|_| limiter.admits(&portal, address, at)).count()
    }

    #[test]
    fn one_address_decides_thirty_times_and_then_three_times_a_minute() {
        let limiter = Limiter::new(&SystemRng);
        assert_eq!(admitted(&limiter, "a", Some("192.0.2.1"), 100, noon()), 30);
        let later = noon() + TimeDelta::minutes(2);
        assert_eq!(admitted(&limiter, "a", Some("192.0.2.1"), 100, later), 6);
        assert_eq!(
            admitted(&limiter, "b", Some("192.0.2.1"), 100, later),
            0,
            "on whichever portal"
        );
    }

    #[test]
    fn a_network_of_version_6_is_one_address() {
        let limiter = Limiter::new(&SystemRng);
        assert_eq!(admitted(&limiter, "a", Some("2001:db8::1"), 20, noon()), 20);
        assert_eq!(admitted(&limiter, "a", Some("2001:db8::ffff:1"), 20, noon()), 10);
    }

    #[test]
    fn a_flood_from_everywhere_ends_at_the_portals_own_allowance() {
        let limiter = Limiter::new(&SystemRng);
        assert_eq!(admitted(&limiter, "a", None, 60_000, noon()), 50_000);
        let later = noon() + TimeDelta::seconds(10);
        assert_eq!(admitted(&limiter, "a", None, 1_000, later), 50);
        assert_eq!(admitted(&limiter, "b", None, 100, later), 100, "other portals go on");
    }

    #[test]
    fn memory_does_not_grow_with_the_addresses_that_come() {
        let limiter = Limiter::new(&SystemRng);
        for number in 0..200_000_u32 {
            limiter.admits(&PortalId::new("a"), Some(IpAddr::V4(number.into())), noon());
        }
        let state = limiter.state.lock().expect("no panic");
        assert_eq!((state.addresses.len(), state.portals.len()), (SLOTS, 1));
    }
}

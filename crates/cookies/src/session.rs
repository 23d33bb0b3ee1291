//! Session ids and how long a session lives (R-SES-01, R-SES-03, R-SES-06).

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use parvis_model::Rng;
use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
/// Characters of an id: 32 of 36 signs are 165 bits.
pub const ID_LEN: usize = 32;
/// A session not written to for this long is over.
pub const IDLE_LIMIT: TimeDelta = TimeDelta::days(14);
/// A session older than this is over, however much it is used.
pub const ABSOLUTE_LIMIT: TimeDelta = TimeDelta::days(90);

/// A session id as the cookie carries it. It is a secret: it does not show in debug output and is stored as a hash.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionId(String);

impl SessionId {
    /// A new id. Ids are only ever made here: one that a client chose is never adopted.
    pub fn generate(rng: &dyn Rng) -> Self {
        Self(parvis_model::id::random_text(ID_LEN, ALPHABET, rng))
    }

    /// A cookie's value, if it could be an id. Anything else needs no look-up.
    pub fn parse(value: &str) -> Option<Self> {
        let plausible = value.len() == ID_LEN && value.bytes().all(|byte| ALPHABET.contains(&byte));
        plausible.then(|| Self(value.to_owned()))
    }

    /// The cookie's value.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the store keeps, so that a stolen store holds no id that works.
    pub fn hash(&self) -> SessionHash {
        SessionHash(hex::encode(Sha256::digest(self.0.as_bytes())))
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(hidden)")
    }
}

/// SHA-256 of a session id: 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SessionHash(String);

impl SessionHash {
    /// Wraps a hash read from the store.
    pub fn from_store(hash: impl Into<String>) -> Self {
        Self(hash.into())
    }

    /// 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// When a session began and when it was last written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// When the user signed in.
    pub created: DateTime<Utc>,
    /// When the session was last written to, or renewed at half its life.
    pub renewed: DateTime<Utc>,
}

impl Times {
    /// The times of a session that begins now.
    pub fn begin(now: DateTime<Utc>) -> Self {
        Self {
            created: now,
            renewed: now,
        }
    }

    /// When it ends unless it is written to.
    pub fn expires_at(&self) -> DateTime<Utc> {
        (self.renewed + IDLE_LIMIT).min(self.created + ABSOLUTE_LIMIT)
    }

    /// Whether it still counts. At the very instant of its end it does not.
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        now < self.expires_at()
    }

    /// Whether half of the idle time has gone, so that a mere read may renew it. Before that, reading writes nothing.
    pub fn renewal_due(&self, now: DateTime<Utc>) -> bool {
        self.is_live(now) && now - self.renewed >= IDLE_LIMIT / 2 && self.renew(now).expires_at() > self.expires_at()
    }

    /// The times after a write.
    #[must_use]
    pub fn renew(&self, now: DateTime<Utc>) -> Self {
        Self {
            created: self.created,
            renewed: now.max(self.renewed),
        }
    }

    /// Seconds the cookie should live from `now`: never longer than the session.
    pub fn max_age(&self, now: DateTime<Utc>) -> u32 {
        u32::try_from((self.expires_at() - now).num_seconds().max(0)).expect("at most 14 days")
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use parvis_model::SystemRng;

    use super::*;

    fn day(day: i64) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).single().expect("a real date") + TimeDelta::days(day)
    }

    #[test]
    fn ids_have_32_signs_and_are_kept_as_a_hash() {
        let id = SessionId::generate(&SystemRng);
        assert_eq!(id.as_str().len(), 32);
        assert_eq!(SessionId::parse(id.as_str()), Some(id.clone()));
        assert_ne!(id, SessionId::generate(&SystemRng));
        assert_eq!(id.hash().as_str().len(), 64);
        assert_eq!(format!("{id:?}"), "SessionId(hidden)");
        let known = SessionId::parse(&"a".repeat(32)).expect("32 letters");
        assert_eq!(
            known.hash().as_str(),
            "3ba3f5f43b92602683c19aee62a20342b084dd5971ddd33808d81a328879a547"
        );
    }

    #[test]
    fn implausible_ids_are_no_ids() {
        let long = "a".repeat(5_000);
        for bad in [
            "",
            "short",
            &"a".repeat(31),
            &"a".repeat(33),
            &"A".repeat(32),
            &"é".repeat(16),
            &long,
        ] {
            assert_eq!(SessionId::parse(bad), None, "{} bytes", bad.len());
        }
    }

    #[test]
    fn an_idle_session_ends_after_14_days() {
        let times = Times::begin(day(0));
        assert_eq!(times.max_age(day(0)), 1_209_600);
        assert!(times.is_live(day(14) - TimeDelta::seconds(1)));
        assert!(!times.is_live(day(14)));
    }

    #[test]
    fn reading_renews_at_half_life_only_and_never_past_the_absolute_limit() {
        let times = Times::begin(day(0));
        assert!(!times.renewal_due(day(7) - TimeDelta::seconds(1)));
        assert!(times.renewal_due(day(7)));
        assert!(!times.renewal_due(day(15)), "an ended session is not brought back");
        let mut times = times;
        let mut today = 0;
        while times.is_live(day(today)) {
            if times.renewal_due(day(today)) {
                times = times.renew(day(today));
            }
            today += 1;
        }
        assert_eq!(today, 90);
        let late = Times {
            created: day(0),
            renewed: day(80),
        };
        assert_eq!(late.max_age(day(85)), 5 * 86_400);
        assert!(!late.renewal_due(day(88)), "it would gain nothing");
    }

    #[test]
    fn a_clock_that_steps_back_does_not_shorten_a_session() {
        let times = Times::begin(day(1));
        assert_eq!(times.renew(day(0)).renewed, day(1));
        assert!(times.max_age(day(0)) <= 15 * 86_400);
    }
}

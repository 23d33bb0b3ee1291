//! Session ids and how long a session lives (R-SES-01, R-SES-03, R-SES-06).

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

/// A new id. Ids are only ever made here: one that a client chose is never adopted.
pub fn new_id(rng: &dyn Rng) -> String {
    parvis_model::id::random_text(ID_LEN, ALPHABET, rng)
}

/// Whether a cookie's value could be an id. Anything else needs no look-up.
pub fn is_plausible(value: &str) -> bool {
    value.len() == ID_LEN && value.bytes().all(|byte| ALPHABET.contains(&byte))
}

/// SHA-256 of an id: what the store keeps, so that a stolen store holds no id that works.
pub fn hash(id: &str) -> [u8; 32] {
    Sha256::digest(id.as_bytes()).into()
}

/// When a session that began at `created` ends if it is written to at `now` and never again.
pub fn expires_at(created: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    (now + IDLE_LIMIT).min(created + ABSOLUTE_LIMIT)
}

/// Whether a mere read at `now` renews a session: half of its idle time has gone, it has not ended, and there is
/// something to gain. Before that, reading writes nothing.
pub fn wants_renewal(created: DateTime<Utc>, expires: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now < expires && expires - now <= IDLE_LIMIT / 2 && expires_at(created, now) > expires
}

/// Seconds the cookie of a session that ends at `expires` should live from `now`: never longer than the session.
pub fn cookie_life(expires: DateTime<Utc>, now: DateTime<Utc>) -> u32 {
    u32::try_from((expires - now).num_seconds().max(0)).unwrap_or(u32::MAX)
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
        let id = new_id(&SystemRng);
        assert!(is_plausible(&id) && id.len() == 32);
        assert_ne!(id, new_id(&SystemRng));
        let known = hex::encode(hash(&"a".repeat(32)));
        assert_eq!(
            known,
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
            assert!(!is_plausible(bad), "{} bytes", bad.len());
        }
    }

    #[test]
    fn an_idle_session_ends_after_14_days() {
        assert_eq!(expires_at(day(0), day(0)), day(14));
        assert_eq!(cookie_life(day(14), day(0)), 1_209_600);
        assert_eq!(cookie_life(day(0), day(1)), 0);
    }

    #[test]
    fn reading_renews_at_half_life_only_and_never_past_the_absolute_limit() {
        assert!(!wants_renewal(day(0), day(14), day(7) - TimeDelta::seconds(1)));
        assert!(wants_renewal(day(0), day(14), day(7)));
        assert!(
            !wants_renewal(day(0), day(14), day(14)),
            "an ended session is not brought back"
        );
        assert!(!wants_renewal(day(0), day(90), day(88)), "it would gain nothing");
        let (mut expires, mut today) = (expires_at(day(0), day(0)), day(0));
        while today < expires {
            if wants_renewal(day(0), expires, today) {
                expires = expires_at(day(0), today);
            }
            today += TimeDelta::days(1);
        }
        assert_eq!(today, day(90));
    }
}

//! The value of `cookies_preferences`: what the visitor decided, signed so that it cannot be made up.
//!
//! `v1.<revision>.<choices>.<day>.<receipt>.<mac>`: the consent revision of the registry that was shown; one sign per
//! purpose, sorted by id (`1` accepted, `0` refused), none where nothing needs consent; the day, counted from 1970; a
//! random id of this decision, not of the visitor; and an authentication code over all of it and the portal.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use parvis_model::{PortalId, Rng};
use subtle::ConstantTimeEq;

use crate::key::ServerKey;
use crate::registry::Registry;

/// Days a choice counts. Visits do not prolong it (R-CON-05).
pub const LIFE_DAYS: i64 = 180;
/// Longest value, in bytes.
pub const MAX_LEN: usize = 200;

/// A decision of the visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Accepted or not, for each purpose in the order of [`Registry::purposes`].
    pub accepted: Vec<bool>,
    /// Day of the decision, counted from 1970-01-01 (UTC).
    pub day: i64,
    /// Id of the decision: 22 URL-safe signs, 128 bits.
    pub receipt: String,
}

impl Choice {
    /// A new decision, with a new receipt.
    pub fn new(accepted: Vec<bool>, now: DateTime<Utc>, rng: &dyn Rng) -> Self {
        let mut receipt = [0; 16];
        rng.fill(&mut receipt);
        Self {
            accepted,
            day: day_of(now),
            receipt: URL_SAFE_NO_PAD.encode(receipt),
        }
    }
}

/// What a value is checked against: the portal, its registry as it is now, and the installation's key.
#[derive(Clone, Debug)]
pub struct ChoiceRules {
    key: ServerKey,
    portal: PortalId,
    revision: String,
    purposes: usize,
}

impl ChoiceRules {
    /// The rules of `portal`, whose registry is `registry`.
    pub fn new(key: ServerKey, portal: PortalId, registry: &Registry) -> Self {
        Self {
            key,
            portal,
            revision: registry.consent_revision(),
            purposes: registry.purposes().len(),
        }
    }

    /// The cookie's value for `choice`. A purpose without a decision is refused.
    pub fn sign(&self, choice: &Choice) -> String {
        let accepted = |at: usize| choice.accepted.get(at).copied().unwrap_or(false);
        let choices: String = (0..self.purposes)
            .map(|at| if accepted(at) { '1' } else { '0' })
            .collect();
        let body = format!("v1.{}.{choices}.{}.{}", self.revision, choice.day, choice.receipt);
        let mac = URL_SAFE_NO_PAD.encode(self.mac(&body));
        format!("{body}.{mac}")
    }

    /// Reads a cookie's value. Whatever is malformed, forged, of another portal or revision, from the future or too old
    /// is no choice at all (R-PRF-05).
    pub fn read(&self, value: &str, now: DateTime<Utc>) -> Option<Choice> {
        if value.len() > MAX_LEN {
            return None;
        }
        let (body, mac) = value.rsplit_once('.')?;
        let mac: [u8; 16] = URL_SAFE_NO_PAD.decode(mac).ok()?.try_into().ok()?;
        if !bool::from(mac.ct_eq(&self.mac(body))) {
            return None;
        }
        let mut parts = body.split('.');
        let mut next = || parts.next();
        let (version, revision, choices, day, receipt) = (next()?, next()?, next()?, next()?, next()?);
        let day: i64 = day.parse().ok()?;
        let age = day_of(now) - day;
        let known = version == "v1" && revision == self.revision && choices.len() == self.purposes;
        let current = (0..=LIFE_DAYS).contains(&age);
        if !known || !current || next().is_some() {
            return None;
        }
        let accepted = choices.bytes().map(|sign| sign == b'1').collect();
        Some(Choice {
            accepted,
            day,
            receipt: receipt.to_owned(),
        })
    }

    fn mac(&self, body: &str) -> [u8; 16] {
        let tag = self.key.tag(
            "cookies_preferences",
            &[self.portal.as_str().as_bytes(), body.as_bytes()],
        );
        *tag.first_chunk().expect("a code has 32 bytes")
    }
}

fn day_of(time: DateTime<Utc>) -> i64 {
    time.timestamp().div_euclid(86_400)
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone};
    use parvis_model::SystemRng;
    use proptest::prelude::*;

    use super::*;
    use crate::registry::tests::portal;

    fn rules(id: &str) -> ChoiceRules {
        ChoiceRules::new(
            ServerKey::new([3; 32]),
            PortalId::new(id),
            &Registry::for_portal(&portal(id)),
        )
    }

    /// Rules of a portal where three purposes need consent.
    fn asking() -> ChoiceRules {
        ChoiceRules {
            purposes: 3,
            ..rules("a")
        }
    }

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 9, 1, 23, 0, 0)
            .single()
            .expect("a real date")
    }

    #[test]
    fn a_choice_is_read_back() {
        for (rules, accepted) in [(rules("a"), vec![]), (asking(), vec![true, false, true])] {
            let choice = Choice::new(accepted, now(), &SystemRng);
            let value = rules.sign(&choice);
            assert!(value.len() <= MAX_LEN && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)));
            assert_eq!(rules.read(&value, now()), Some(choice));
        }
    }

    #[test]
    fn each_decision_has_its_own_receipt() {
        let receipt = || Choice::new(vec![], now(), &SystemRng).receipt;
        assert_ne!(receipt(), receipt());
        assert_eq!(receipt().len(), 22);
    }

    #[test]
    fn a_choice_counts_for_180_days_and_not_before_it_was_made() {
        let value = asking().sign(&Choice::new(vec![true; 3], now(), &SystemRng));
        for (days, counts) in [
            (-1, false),
            (0, true),
            (179, true),
            (180, true),
            (181, false),
            (184, false),
            (400, false),
        ] {
            assert_eq!(
                asking().read(&value, now() + TimeDelta::days(days)).is_some(),
                counts,
                "day {days}"
            );
        }
    }

    #[test]
    fn what_is_not_answered_is_refused() {
        let rules = asking();
        let value = rules.sign(&Choice::new(vec![true], now(), &SystemRng));
        assert_eq!(
            rules.read(&value, now()).map(|choice| choice.accepted),
            Some(vec![true, false, false])
        );
    }

    #[test]
    fn a_choice_of_another_portal_key_or_revision_is_no_choice() {
        let value = asking().sign(&Choice::new(vec![true; 3], now(), &SystemRng));
        let others = [
            ChoiceRules {
                portal: PortalId::new("b"),
                ..asking()
            },
            ChoiceRules {
                key: ServerKey::new([4; 32]),
                ..asking()
            },
            ChoiceRules {
                revision: "00000000".to_owned(),
                ..asking()
            },
            ChoiceRules {
                purposes: 4,
                ..asking()
            },
        ];
        for other in others {
            assert_eq!(other.read(&value, now()), None);
        }
    }

    #[test]
    fn changing_any_sign_makes_it_no_choice() {
        let value = asking().sign(&Choice::new(vec![false; 3], now(), &SystemRng));
        for at in 0..value.len() {
            let mut forged = value.clone().into_bytes();
            forged[at] = if forged[at] == b'1' { b'2' } else { b'1' };
            let forged = String::from_utf8(forged).expect("ASCII");
            assert_eq!(asking().read(&forged, now()), None, "{forged}");
            assert_eq!(asking().read(&value[..at], now()), None);
        }
        for bad in [
            "",
            ".",
            "......",
            "v1.....",
            &format!("{value}."),
            &format!("{value}{value}{value}"),
            "é.é",
        ] {
            assert_eq!(asking().read(bad, now()), None, "{bad}");
        }
        assert_eq!(asking().read(&"a".repeat(5_000), now()), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_or_count(text in "(v1\\.)?[a-z0-9.]{0,120}") {
            prop_assert_eq!(asking().read(&text, now()), None);
        }
    }
}

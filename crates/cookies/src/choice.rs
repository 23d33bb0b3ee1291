//! The value of `cookies_preferences`: what the visitor decided, signed so that it cannot be made up.
//!
//! `v1.<revision>.<answers>.<day>.<receipt>.<mac>`: the consent revision of the registry that was shown; one sign per
//! service that asks for consent, sorted by id (`1` accepted, `0` refused, `-` not answered yet), none where nothing needs
//! consent; the day, counted from 1970; a random id of this decision, not of the visitor; and an authentication code over all
//! of it and the portal.
//!
//! A choice made under an earlier revision counts: its answers are carried over to the services that ask no more than they
//! did, refusals always, and only the rest is asked (R-CON-06).

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use parvis_model::{PortalId, Rng};
use subtle::ConstantTimeEq;

use crate::key::ServerKey;
use crate::registry::{Questions, Registry};

/// Days a choice counts. Visits do not prolong it (R-CON-05).
pub const LIFE_DAYS: i64 = 180;
/// Longest value, in bytes.
pub const MAX_LEN: usize = 200;
/// Most services that may ask for consent on one portal, so that the value stays within [`MAX_LEN`].
pub const MAX_SERVICES: usize = 100;

/// A decision of the visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Accepted or not, by the id of the service. A service that is missing has not been answered for, and is off.
    pub answers: BTreeMap<String, bool>,
    /// Day of the decision, counted from 1970-01-01 (UTC). Six months run from it.
    pub day: i64,
    /// Id of the decision: 22 URL-safe signs, 128 bits.
    pub receipt: String,
}

impl Choice {
    /// A new decision, with a new receipt.
    pub fn new(answers: BTreeMap<String, bool>, now: DateTime<Utc>, rng: &dyn Rng) -> Self {
        let mut receipt = [0; 16];
        rng.fill(&mut receipt);
        Self {
            answers,
            day: day_of(now),
            receipt: URL_SAFE_NO_PAD.encode(receipt),
        }
    }

    /// A new decision about some services only, the other answers staying as they are: with a new receipt, but no new day,
    /// so that what was decided earlier is asked again in time (R-CON-05).
    pub fn amended(&self, answers: BTreeMap<String, bool>, now: DateTime<Utc>, rng: &dyn Rng) -> Self {
        let mut all = self.answers.clone();
        all.extend(answers);
        Self {
            day: self.day,
            ..Self::new(all, now, rng)
        }
    }

    /// Whether the visitor agreed to `service`. What was not answered is refused.
    pub fn accepts(&self, service: &str) -> bool {
        self.answers.get(service) == Some(&true)
    }

    /// Seconds the choice still counts: the life of its cookie, at most.
    pub fn seconds_left(&self, now: DateTime<Utc>) -> u32 {
        let days = (self.day + LIFE_DAYS - day_of(now)).clamp(0, LIFE_DAYS);
        u32::try_from(days * 86_400).expect("180 days of seconds fit")
    }
}

/// What a value is checked against: the portal, what its registry asks now and asked before, and the installation's key.
#[derive(Clone, Debug)]
pub struct ChoiceRules {
    key: ServerKey,
    portal: PortalId,
    questions: Questions,
    past: BTreeMap<String, Questions>,
}

impl ChoiceRules {
    /// The rules of `portal`, whose registry is `registry`; `past` is what its earlier revisions asked.
    pub fn new(
        key: ServerKey,
        portal: PortalId,
        registry: &Registry,
        past: impl IntoIterator<Item = Questions>,
    ) -> Self {
        Self {
            key,
            portal,
            questions: registry.questions().clone(),
            past: past.into_iter().map(|asked| (asked.revision(), asked)).collect(),
        }
    }

    /// The cookie's value for `choice`. Answers for services that ask nothing are left out.
    pub fn sign(&self, choice: &Choice) -> String {
        let sign = |service: &String| match choice.answers.get(service) {
            Some(true) => '1',
            Some(false) => '0',
            None => '-',
        };
        let answers: String = self
            .questions
            .0
            .iter()
            .map(|question| sign(&question.service))
            .collect();
        let revision = self.questions.revision();
        let body = format!("v1.{revision}.{answers}.{}.{}", choice.day, choice.receipt);
        let mac = URL_SAFE_NO_PAD.encode(self.mac(&body));
        format!("{body}.{mac}")
    }

    /// Reads a cookie's value. Whatever is malformed, forged, of another portal, of a revision that never was, from the future
    /// or too old is no choice at all (R-PRF-05).
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
        let (version, revision, signs, day, receipt) = (next()?, next()?, next()?, next()?, next()?);
        let day: i64 = day.parse().ok()?;
        let age = day_of(now).checked_sub(day)?;
        let current = (0..=LIFE_DAYS).contains(&age);
        if version != "v1" || !current || next().is_some() {
            return None;
        }
        Some(Choice {
            answers: self.answers(revision, signs)?,
            day,
            receipt: receipt.to_owned(),
        })
    }

    /// The services for which `choice` has no answer yet, in the order of the choice; all of them without a choice.
    pub fn unanswered(&self, choice: Option<&Choice>) -> Vec<&str> {
        let answered = |service: &str| choice.is_some_and(|choice| choice.answers.contains_key(service));
        let asked = self.questions.0.iter().map(|question| question.service.as_str());
        asked.filter(|service| !answered(service)).collect()
    }

    /// The answers of a value that was signed under `revision`, as far as they hold today.
    fn answers(&self, revision: &str, signs: &str) -> Option<BTreeMap<String, bool>> {
        let asked = if revision == self.questions.revision() {
            &self.questions
        } else {
            self.past.get(revision)?
        };
        if signs.len() != asked.0.len() {
            return None;
        }
        let mut answers = BTreeMap::new();
        for (old, sign) in asked.0.iter().zip(signs.bytes()) {
            let accepted = sign == b'1';
            let Some(today) = self.questions.about(&old.service).filter(|_| sign != b'-') else {
                continue;
            };
            // Who refused is not asked again because the service wants more; who accepted has not agreed to that.
            if !accepted || today.is_within(old) {
                answers.insert(old.service.clone(), accepted);
            }
        }
        Some(answers)
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
mod tests;

//! Receipts of choices that were replaced: an old cookie that is put back opens nothing (R-PRF-06).

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use chrono::{DateTime, Utc};
use parvis_cookies::choice::LIFE_DAYS;
use sha2::{Digest, Sha256};

/// Receipts that are held: at 20 bytes and what a table needs, some 32 MiB at most.
const MAX: usize = 1_000_000;

/// Enough of a receipt's hash that no two meet.
type Mark = [u8; 16];

#[derive(Default)]
struct Held {
    /// The last day (counted from 1970) on which the choice could still count.
    until: HashMap<Mark, i32>,
    /// Choices that end on this day or before are taken for replaced: there were too many to hold each.
    floor: i32,
}

/// The set. It is read with each request that shows a choice, and it is small: choices end after six months.
pub(crate) struct Revoked {
    held: RwLock<Held>,
    max: usize,
}

impl Default for Revoked {
    fn default() -> Self {
        Self::holding(MAX)
    }
}

fn mark(receipt: &str) -> Mark {
    let hash: [u8; 32] = Sha256::digest(receipt.as_bytes()).into();
    *hash.first_chunk().expect("a hash has 32 bytes")
}

fn day(time: DateTime<Utc>) -> i32 {
    i32::try_from(time.timestamp().div_euclid(86_400)).unwrap_or(i32::MAX)
}

/// The last day on which a choice made on `day` can count.
fn end(day: i64) -> i32 {
    i32::try_from(day.saturating_add(LIFE_DAYS)).unwrap_or(i32::MAX)
}

impl Revoked {
    fn holding(max: usize) -> Self {
        Self {
            held: RwLock::default(),
            max,
        }
    }

    /// Notes that the choice with this receipt was replaced at `at`. It was made on that day at the latest.
    pub(crate) fn insert(&self, receipt: &str, at: DateTime<Utc>) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.until.insert(mark(receipt), end(i64::from(day(at))));
        if held.until.len() > self.max {
            held.give_up_half();
        }
    }

    /// Whether the choice with this receipt, made on `day`, was replaced.
    pub(crate) fn contains(&self, receipt: &str, day: i64) -> bool {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        end(day) <= held.floor || held.until.contains_key(&mark(receipt))
    }

    /// Forgets the choices that have ended anyway.
    pub(crate) fn forget(&self, now: DateTime<Utc>) {
        let today = day(now);
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.until.retain(|_, until| *until >= today);
    }
}

impl Held {
    /// Makes room without letting a replaced choice count again: older choices are all asked anew instead.
    fn give_up_half(&mut self) {
        let mut days: Vec<i32> = self.until.values().copied().collect();
        let middle = days.len() / 2;
        let (_, floor, _) = days.select_nth_unstable(middle);
        self.floor = self.floor.max(*floor);
        let floor = self.floor;
        self.until.retain(|_, until| *until > floor);
        tracing::warn!(
            held = self.until.len(),
            "too many choices were replaced to hold each: visitors who chose earlier are asked again"
        );
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone};

    use super::*;

    fn noon() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 9, 1, 12, 0, 0)
            .single()
            .expect("a real date")
    }

    fn today() -> i64 {
        i64::from(day(noon()))
    }

    #[test]
    fn a_replaced_choice_is_known_until_it_would_have_ended() {
        let revoked = Revoked::default();
        revoked.insert("a", noon());
        assert!(revoked.contains("a", today()) && !revoked.contains("b", today()));
        revoked.forget(noon() + TimeDelta::days(180));
        assert!(revoked.contains("a", today()));
        revoked.forget(noon() + TimeDelta::days(181));
        assert!(!revoked.contains("a", today()), "the choice itself has ended by now");
    }

    #[test]
    fn a_full_set_stays_bounded_and_lets_no_replaced_choice_count() {
        let revoked = Revoked::holding(100);
        for number in 0..1_000 {
            revoked.insert(&number.to_string(), noon() + TimeDelta::days(number / 20));
        }
        assert!(revoked.held.read().expect("no panic").until.len() <= 100);
        for number in 0..1_000 {
            assert!(revoked.contains(&number.to_string(), today() + number / 20), "{number}");
        }
        assert!(
            !revoked.contains("new", today() + 60),
            "a choice made since is not touched"
        );
    }
}

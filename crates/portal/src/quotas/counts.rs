//! The calls of today, in memory.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use parvis_model::{PortalId, QuotaScope};
use parvis_store::Quota;

/// Calls of one scope and subject on one day.
#[derive(Clone, Copy, Debug, Default)]
struct Calls {
    /// Those that the store knows of, whoever counted them.
    stored: u64,
    /// Those on their way to the store.
    sent: u64,
    /// Those counted here since.
    new: u64,
}

impl Calls {
    fn all(self) -> u64 {
        self.stored.saturating_add(self.sent).saturating_add(self.new)
    }
}

#[derive(Debug, Default)]
struct Day {
    number: i64,
    calls: HashMap<(QuotaScope, String), Calls>,
}

/// A scope, its subject, and its limit if there is one.
type Limited = (QuotaScope, String, Option<u64>);

/// A scope, its limit, and what is left of it.
type Left = (QuotaScope, u64, u64);

/// The calls of today by portal.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    days: Mutex<HashMap<PortalId, Day>>,
    /// Held by whoever stores.
    pub(super) turn: tokio::sync::Mutex<()>,
}

impl Counts {
    fn days(&self) -> MutexGuard<'_, HashMap<PortalId, Day>> {
        self.days.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the count of `day` has begun.
    pub fn has(&self, portal: &PortalId, day: i64) -> bool {
        self.days().get(portal).is_some_and(|known| known.number == day)
    }

    /// Begins the count of `day` with what is stored of it, unless somebody else was faster.
    pub fn begin(&self, portal: &PortalId, day: i64, stored: Vec<Quota>) {
        let mut days = self.days();
        let known = days.entry(portal.clone()).or_default();
        if known.number == day {
            return;
        }
        // What was not stored of the day before limits nobody any more.
        *known = Day {
            number: day,
            calls: HashMap::new(),
        };
        for quota in stored {
            known.calls.entry((quota.scope, quota.subject)).or_default().stored = quota.calls;
        }
    }

    /// Counts a call, unless a limit is reached: then that limit. Answers what is left of each limit.
    pub fn charge(&self, portal: &PortalId, day: i64, scopes: &[Limited]) -> Result<Vec<Left>, (QuotaScope, u64)> {
        let mut days = self.days();
        let known = days.entry(portal.clone()).or_default();
        if known.number != day {
            *known = Day {
                number: day,
                calls: HashMap::new(),
            };
        }
        let mut left = Vec::with_capacity(scopes.len());
        let limited = scopes
            .iter()
            .filter_map(|(scope, subject, limit)| Some((*scope, subject, (*limit)?)));
        for (scope, subject, limit) in limited.clone() {
            let calls = known.calls.get(&(scope, subject.clone())).copied().unwrap_or_default();
            match limit.checked_sub(calls.all()) {
                Some(rest) if rest > 0 => left.push((scope, limit, rest - 1)),
                _ => return Err((scope, limit)),
            }
        }
        // Only what is limited is counted, so that names are as few as what somebody limits.
        for (scope, subject, _) in limited {
            known.calls.entry((scope, subject.clone())).or_default().new += 1;
        }
        Ok(left)
    }

    /// Takes out what is to be stored; it goes on counting here.
    pub fn take(&self) -> Vec<(PortalId, i64, Vec<Quota>)> {
        let mut taken = Vec::new();
        for (portal, day) in self.days().iter_mut() {
            let new = day.calls.iter_mut().filter(|(_, calls)| calls.new > 0);
            let counts: Vec<Quota> = new
                .map(|((scope, subject), calls)| {
                    calls.sent = std::mem::take(&mut calls.new);
                    Quota {
                        scope: *scope,
                        subject: subject.clone(),
                        calls: calls.sent,
                    }
                })
                .collect();
            if !counts.is_empty() {
                taken.push((portal.clone(), day.number, counts));
            }
        }
        taken
    }

    /// What was taken could not be stored.
    pub fn give_back(&self, portal: &PortalId, day: i64, taken: &[Quota]) {
        let mut days = self.days();
        let Some(known) = days.get_mut(portal).filter(|known| known.number == day) else {
            return;
        };
        for quota in taken {
            if let Some(calls) = known.calls.get_mut(&(quota.scope, quota.subject.clone())) {
                calls.new += std::mem::take(&mut calls.sent);
            }
        }
    }

    /// What was taken is stored, with what others counted.
    pub fn renew(&self, portal: &PortalId, day: i64, stored: Vec<Quota>) {
        let mut days = self.days();
        let Some(known) = days.get_mut(portal).filter(|known| known.number == day) else {
            return;
        };
        for calls in known.calls.values_mut() {
            calls.sent = 0;
        }
        for quota in stored {
            known.calls.entry((quota.scope, quota.subject)).or_default().stored = quota.calls;
        }
    }
}

//! Quotas: how often the API may be called in a day of UTC. There is none until one is set.
//!
//! Calls are counted in memory and stored in batches, so that a call costs no write. Several servers on one store see each
//! other's calls with the delay of a batch; a process that is killed forgets those of its last one.

mod counts;
mod limits;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use parvis_model::{Actor, ApiKeyId, DatasetUid, Permission, PortalId, QuotaScope};
use parvis_store::Quota;

use crate::{Error, Parvis, Result, Viewer};

pub(crate) use counts::Counts;
pub use limits::Limit;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Who calls, as far as quotas tell callers apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The user, unless nobody in particular calls.
    pub user: Option<String>,
    /// The key that was shown.
    pub key: Option<ApiKeyId>,
    /// What the call is about.
    pub dataset: Option<DatasetUid>,
}

impl Caller {
    /// Somebody, with the key they showed.
    pub fn of(actor: &Actor, key: Option<ApiKeyId>) -> Self {
        let user = match actor {
            Actor::Anonymous => None,
            Actor::User { id, .. } => Some(id.as_str().to_owned()),
        };
        Self {
            user,
            key,
            dataset: None,
        }
    }

    /// What a call counts for, but its dataset.
    fn scopes(&self) -> Vec<(QuotaScope, String)> {
        let mut scopes = vec![(QuotaScope::Portal, String::new())];
        match &self.user {
            None => scopes.push((QuotaScope::Anonymous, String::new())),
            Some(user) => scopes.push((QuotaScope::User, user.clone())),
        }
        scopes.extend(self.key.iter().map(|key| (QuotaScope::Key, key.as_str().to_owned())));
        scopes.extend(
            self.dataset
                .iter()
                .map(|uid| (QuotaScope::Dataset, uid.as_str().to_owned())),
        );
        scopes
    }
}

/// What a caller may still do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Calls a day.
    pub limit: u64,
    /// Calls that are left today.
    pub remaining: u64,
    /// When the count begins anew.
    pub reset: DateTime<Utc>,
}

/// What was charged for a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Charged {
    /// What the caller may still do, of whichever quota leaves least; `None` where none is set.
    pub caller: Option<Allowance>,
    /// What may still be asked of the dataset.
    pub dataset: Option<Allowance>,
}

/// A quota that is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// Whose.
    pub scope: QuotaScope,
    /// Calls a day.
    pub limit: u64,
    /// When the count begins anew.
    pub reset: DateTime<Utc>,
}

/// The limits of a portal.
#[derive(Debug, Default)]
struct Rules {
    limits: HashMap<(QuotaScope, String), u64>,
}

impl Rules {
    /// The limit of `subject`: its own, else that of each.
    fn limit(&self, scope: QuotaScope, subject: &str) -> Option<u64> {
        let own = self.limits.get(&(scope, subject.to_owned()));
        own.or_else(|| self.limits.get(&(scope, String::new()))).copied()
    }

    fn has(&self, scope: QuotaScope) -> bool {
        self.limits.keys().any(|(limited, _)| *limited == scope)
    }
}

/// Limits by portal and the generation they were read at, and what has been counted.
#[derive(Debug, Default)]
pub(crate) struct Quotas {
    rules: RwLock<HashMap<PortalId, (u64, Arc<Rules>)>>,
    counts: Counts,
}

impl Quotas {
    fn known(&self, portal: &PortalId, generation: u64) -> Option<Arc<Rules>> {
        let rules = self.rules.read().unwrap_or_else(PoisonError::into_inner);
        let (read_at, rules) = rules.get(portal)?;
        (*read_at == generation).then(|| Arc::clone(rules))
    }
}

/// The day of `now`, from 1970, and when it ends.
fn day_of(now: DateTime<Utc>) -> (i64, DateTime<Utc>) {
    let next = now.date_naive() + TimeDelta::days(1);
    (now.timestamp().div_euclid(DAY), next.and_time(NaiveTime::MIN).and_utc())
}

impl Parvis {
    /// Charges a call. The answer says what is left, or which quota is used up; then nothing is charged.
    ///
    /// # Errors
    /// The store failed.
    pub async fn charge(&self, portal: &PortalId, caller: &Caller) -> Result<std::result::Result<Charged, Exceeded>> {
        let rules = self.rules(portal).await?;
        if rules.limits.is_empty() {
            return Ok(Ok(Charged::default()));
        }
        let (day, _) = day_of(self.now());
        if !self.quota_state().counts.has(portal, day) {
            let stored = self.store().quota_counts(portal, day).await?;
            self.quota_state().counts.begin(portal, day, stored);
        }
        Ok(self.charge_by(portal, &rules, caller))
    }

    /// Charges a call of nobody in particular, if that needs neither the store nor the dataset: `None` is no answer. The
    /// portal's content is of `generation`.
    pub fn charge_anonymous(&self, portal: &PortalId, generation: u64) -> Option<Charged> {
        let rules = self.quota_state().known(portal, generation)?;
        if rules.limits.is_empty() {
            return Some(Charged::default());
        }
        let (day, _) = day_of(self.now());
        if rules.has(QuotaScope::Dataset) || !self.quota_state().counts.has(portal, day) {
            return None;
        }
        self.charge_by(portal, &rules, &Caller::default()).ok()
    }

    fn charge_by(&self, portal: &PortalId, rules: &Rules, caller: &Caller) -> std::result::Result<Charged, Exceeded> {
        let (day, reset) = day_of(self.now());
        let limited: Vec<_> = caller
            .scopes()
            .into_iter()
            .map(|(scope, subject)| {
                let limit = rules.limit(scope, &subject);
                (scope, subject, limit)
            })
            .collect();
        let counted = self.quota_state().counts.charge(portal, day, &limited);
        let left = counted.map_err(|(scope, limit)| Exceeded { scope, limit, reset })?;
        let mut charged = Charged::default();
        for (scope, limit, remaining) in left {
            let allowance = Allowance {
                limit,
                remaining,
                reset,
            };
            let place = match scope {
                QuotaScope::Dataset => &mut charged.dataset,
                _ => &mut charged.caller,
            };
            if place.is_none_or(|known| remaining < known.remaining) {
                *place = Some(allowance);
            }
        }
        Ok(charged)
    }

    async fn rules(&self, portal: &PortalId) -> Result<Arc<Rules>> {
        let generation = self.generation(portal).await?;
        if let Some(rules) = self.quota_state().known(portal, generation) {
            return Ok(rules);
        }
        let stored = self.store().quotas(portal).await?;
        let limits = stored
            .into_iter()
            .map(|quota| ((quota.scope, quota.subject), quota.calls))
            .collect();
        let rules = Arc::new(Rules { limits });
        let mut known = self.quota_state().rules.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(portal.clone(), (generation, Arc::clone(&rules)));
        Ok(rules)
    }

    /// Whether calls about single datasets are limited on `portal`.
    ///
    /// # Errors
    /// The store failed.
    pub async fn limits_datasets(&self, portal: &PortalId) -> Result<bool> {
        Ok(self.rules(portal).await?.has(QuotaScope::Dataset))
    }

    /// Stores what was counted since the last time. What cannot be stored is kept for the next.
    ///
    /// # Errors
    /// The store failed.
    pub async fn flush_quotas_across_portals(&self) -> Result<()> {
        let counts = &self.quota_state().counts;
        let _turn = counts.turn.lock().await;
        for (portal, day, taken) in counts.take() {
            if let Err(error) = self.store().add_quota_counts(&portal, day, &taken).await {
                counts.give_back(&portal, day, &taken);
                return Err(error.into());
            }
            // Other servers on the same store have counted too.
            let stored = self.store().quota_counts(&portal, day).await?;
            counts.renew(&portal, day, stored);
        }
        Ok(())
    }

    /// The limits of the viewer's portal.
    ///
    /// # Errors
    /// `Forbidden` for those who do not administer the portal.
    pub async fn quotas(&self, viewer: &Viewer) -> Result<Vec<Quota>> {
        viewer.require(Permission::EditDomain, "only administrators see quotas")?;
        Ok(self.store().quotas(&viewer.portal.id).await?)
    }

    /// Sets a limit on the viewer's portal, or takes it away. An empty `subject` is each that has none of its own.
    ///
    /// # Errors
    /// `Forbidden` for those who do not administer the portal; a subject for a scope that has none.
    pub async fn set_quota(&self, viewer: &Viewer, scope: QuotaScope, subject: &str, calls: Option<u64>) -> Result<()> {
        viewer.require(Permission::EditDomain, "only administrators set quotas")?;
        if !subject.is_empty() && !scope.has_subjects() {
            return Err(Error::Invalid(format!(
                "a quota of the scope {} is for no one in particular",
                scope.name()
            )));
        }
        Ok(self.store().set_quota(&viewer.portal.id, scope, subject, calls).await?)
    }

    /// The calls of today, as far as they are stored.
    ///
    /// # Errors
    /// `Forbidden` for those who do not administer the portal.
    pub async fn quota_counts_today(&self, viewer: &Viewer) -> Result<Vec<Quota>> {
        viewer.require(Permission::EditDomain, "only administrators see quotas")?;
        let (day, _) = day_of(self.now());
        Ok(self.store().quota_counts(&viewer.portal.id, day).await?)
    }
}

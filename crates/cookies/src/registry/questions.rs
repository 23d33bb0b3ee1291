//! What a registry asks consent for, kept with each revision: so that a choice made under an older one can be read under
//! the present one, and only what is new is asked (R-CON-06).

use serde::{Deserialize, Serialize};

use super::{Entry, Kind, short_hash};
use crate::service::Service;

/// What consent is asked for, one question per service, sorted by the services' ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Questions(pub Vec<Question>);

/// What is asked for one service. Texts are not part of it: another wording is no reason to ask again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The service.
    pub service: String,
    /// What for.
    pub purpose: String,
    /// By whom.
    pub provider: String,
    /// What is set and who is contacted, sorted.
    pub items: Vec<Item>,
}

/// One thing that consent covers: kind, name, host, and longest life in seconds (0: it does not outlive the visit).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Item(pub Kind, pub String, pub String, pub u32);

impl Questions {
    /// Changes only when there is something else to agree to: who, what for, how long. 8 hexadecimal digits.
    pub fn revision(&self) -> String {
        short_hash(self, 4)
    }

    /// The question about `service`.
    pub fn about(&self, service: &str) -> Option<&Question> {
        self.0.iter().find(|question| question.service == service)
    }

    /// Whether there is nothing to ask, hence no banner (R-SET-06).
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Question {
    pub(super) fn new<'a>(service: &Service, entries: impl Iterator<Item = &'a Entry>) -> Self {
        let host = |entry: &Entry| match &entry.domain {
            super::DomainRule::HostOnly => String::new(),
            super::DomainRule::ThirdParty(host) => host.clone(),
        };
        let item = |e: &Entry| Item(e.kind, e.name.as_str().to_owned(), host(e), e.max_age.unwrap_or(0));
        let mut items: Vec<_> = entries.map(item).collect();
        items.sort();
        items.dedup();
        Self {
            service: service.id.clone(),
            purpose: service.purpose.as_str().to_owned(),
            provider: service.provider.clone(),
            items,
        }
    }

    /// Whether who agreed to `older` has agreed to this: the same purpose and provider, and nothing that was not there, or
    /// would live longer.
    pub fn is_within(&self, older: &Self) -> bool {
        let known = |item: &Item| {
            let same = |old: &&Item| (old.0, &old.1, &old.2) == (item.0, &item.1, &item.2);
            older.items.iter().find(same).is_some_and(|old| item.3 <= old.3)
        };
        self.purpose == older.purpose && self.provider == older.provider && self.items.iter().all(known)
    }
}

//! The registry: everything the server or its pages may put in a browser or contact (R-REG-01): what the product itself uses,
//! and what a portal's administrator adds.

pub mod additions;
pub mod check;
mod difference;
mod entry;
pub mod exemption;
mod product;
mod questions;

use chrono::{DateTime, Utc};
use parvis_model::Portal;
use serde::Serialize;
use sha2::{Digest, Sha256};

pub use additions::{AddedEntry, Additions, CharterTexts, Ground, Necessity, Wording};
pub use check::{Complaint, Part, Problem, check};
pub use difference::{Change, Fate, FieldChange, difference};
pub use entry::{Category, DomainRule, Entry, Kind, LegalGround, Name, SameSite, SetBy};
pub use exemption::Exemption;
pub use product::{EntryId, ProductCookie};
pub use questions::{Item, Question, Questions};

use crate::service::{Purpose, Service};

/// What one portal may put in a browser, and which services it uses.
#[derive(Debug)]
pub struct Registry {
    entries: Vec<Entry>,
    services: Vec<Service>,
    texts: CharterTexts,
    questions: Questions,
    edition: Option<(u64, DateTime<Utc>)>,
}

impl Registry {
    /// The registry of `portal`: the product's entries with the portal's provider label and own wording (R-REG-06), then
    /// what `additions` declare: entries, and services with what they bring. What is retired is left out.
    pub fn for_portal(portal: &Portal, additions: &Additions) -> Self {
        let mut entries: Vec<_> = ProductCookie::ALL
            .iter()
            .map(|cookie| cookie.entry(portal, additions))
            .collect();
        let services: Vec<_> = additions
            .services
            .iter()
            .filter(|service| service.valid_to.is_none())
            .cloned()
            .collect();
        let of = |added: &AddedEntry| services.iter().find(|s| Some(&s.id) == added.service_id.as_ref());
        let living = additions.entries.iter().filter(|added| added.valid_to.is_none());
        // An entry goes with its service.
        let living = living.filter(|added| added.service_id.is_none() || of(added).is_some());
        entries.extend(living.map(|added| added.entry(of(added))));
        entries.extend(services.iter().flat_map(Service::entries));
        let questions = questions(&entries, &services);
        Self {
            entries,
            services,
            texts: additions.charter.clone(),
            questions,
            edition: None,
        }
    }

    /// The same registry, as the revision `number` that came into force at `since`.
    #[must_use]
    pub fn as_revision(self, number: u64, since: DateTime<Utc>) -> Self {
        let edition = Some((number, since));
        Self { edition, ..self }
    }

    /// Number of its revision; 0 if none was made yet.
    pub fn number(&self) -> u64 {
        self.edition.map_or(0, |(number, _)| number)
    }

    /// When its revision came into force.
    pub fn since(&self) -> Option<DateTime<Utc>> {
        self.edition.map(|(_, since)| since)
    }

    /// The entries, in the order of the charter: the product's, those added, those that services bring.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// A cookie of the product, for [`crate::set_cookie`].
    pub fn cookie(&self, id: EntryId) -> &'static ProductCookie {
        self.product_cookies()
            .iter()
            .find(|cookie| cookie.id() == id)
            .expect("every product entry is in every registry")
    }

    /// The cookies of the product, in the order of the charter.
    pub fn product_cookies(&self) -> &'static [ProductCookie] {
        ProductCookie::ALL
    }

    /// The entry that declares what was seen on the portal itself, or a host that it contacted: the kind and exact name
    /// (case-sensitive, R-BAD-04), else a pattern of it.
    pub fn declared(&self, kind: Kind, name: &str) -> Option<&Entry> {
        let own = |entry: &&Entry| entry.domain == DomainRule::HostOnly || kind == Kind::ThirdPartyHost;
        let of_kind = || self.entries.iter().filter(|entry| entry.kind == kind).filter(own);
        of_kind()
            .find(|entry| entry.name.as_str() == name)
            .or_else(|| of_kind().find(|entry| entry.name.matches(name)))
    }

    /// The services in use, in the order of the charter.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// The service called `id`.
    pub fn service(&self, id: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.id == id)
    }

    /// The services for which the visitor must have agreed, sorted by id: the order of the choice. None means that there is
    /// nothing to ask, hence no banner (R-SET-06).
    pub fn services_asking_consent(&self) -> Vec<&Service> {
        let asking = self.questions.0.iter();
        asking.filter_map(|question| self.service(&question.service)).collect()
    }

    /// The entries that come with a service.
    pub fn entries_of<'a>(&'a self, service: &'a str) -> impl Iterator<Item = &'a Entry> {
        self.entries
            .iter()
            .filter(move |entry| entry.service_id.as_deref() == Some(service))
    }

    /// The longest life of what a service leaves, in seconds; `None` if nothing outlives the visit.
    pub fn longest_life(&self, service: &str) -> Option<u32> {
        self.entries_of(service).filter_map(|entry| entry.max_age).max()
    }

    /// The purposes that consent is asked for, in the order of [`Purpose::ALL`].
    pub fn purposes(&self) -> Vec<Purpose> {
        let asked = |purpose: &Purpose| self.services_asking_consent().iter().any(|s| s.purpose == *purpose);
        Purpose::ALL.into_iter().filter(asked).collect()
    }

    /// Everything that visitors are told, in every language, as a document to keep and to compare.
    pub fn published(&self) -> serde_json::Value {
        serde_json::json!({ "entries": self.entries, "services": self.services, "texts": self.texts })
    }

    /// What the charter says around the table.
    pub fn texts(&self) -> &CharterTexts {
        &self.texts
    }

    /// What consent is asked for.
    pub fn questions(&self) -> &Questions {
        &self.questions
    }

    /// Changes with every change of the registry, wording included: 16 hexadecimal digits.
    pub fn revision(&self) -> String {
        short_hash(&(&self.entries, &self.services, &self.texts), 8)
    }

    /// Changes only when there is something else to agree to (R-CON-06): [`Questions::revision`].
    pub fn consent_revision(&self) -> String {
        self.questions.revision()
    }
}

/// One question for each service with something that needs consent, or that asks for it by itself; sorted by id.
fn questions(entries: &[Entry], services: &[Service]) -> Questions {
    let of = |service: &Service| {
        let own = entries
            .iter()
            .filter(|entry| entry.service_id.as_ref() == Some(&service.id));
        own.filter(|entry| entry.category.needs_consent()).collect::<Vec<_>>()
    };
    let mut asked: Vec<_> = services
        .iter()
        .map(|service| (service, of(service)))
        .filter(|(service, entries)| service.asks_consent() || !entries.is_empty())
        .map(|(service, entries)| Question::new(service, entries.into_iter()))
        .collect();
    asked.sort_by(|a, b| a.service.cmp(&b.service));
    Questions(asked)
}

/// The first `bytes` bytes of the SHA-256 of the JSON form of `value`, in hexadecimal.
fn short_hash(value: &impl Serialize, bytes: usize) -> String {
    let json = serde_json::to_vec(value).expect("registry entries have string keys only");
    hex::encode(&Sha256::digest(&json)[..bytes])
}

#[cfg(test)]
pub(crate) mod tests;

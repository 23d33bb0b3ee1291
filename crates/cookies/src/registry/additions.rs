//! What a portal's administrator adds to the registry: entries, services, and the portal's own wording. It is the document
//! of a revision: plain data that anybody may build, and that [`super::check`] judges before it is kept.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use parvis_model::Localized;
use serde::{Deserialize, Serialize};

use super::exemption::Exemption;
use super::{Category, DomainRule, Entry, Kind, Name, SameSite, SetBy};
use crate::service::Service;

/// What a portal adds to what the product itself uses. Empty on a fresh portal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Additions {
    /// Entries, in the order of the charter.
    #[serde(default)]
    pub entries: Vec<AddedEntry>,
    /// Services, in the order of the charter.
    #[serde(default)]
    pub services: Vec<Service>,
    /// The portal's wording of the product's entries, by registry id (R-REG-06).
    #[serde(default)]
    pub wording: BTreeMap<String, Wording>,
    /// What the charter says around the table.
    #[serde(default)]
    pub charter: CharterTexts,
}

impl Additions {
    /// The service called `id`, retired or not.
    pub fn service(&self, id: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.id == id)
    }

    /// The entry called `id`, retired or not.
    pub fn entry(&self, id: &str) -> Option<&AddedEntry> {
        self.entries.iter().find(|entry| entry.id == id)
    }
}

/// The portal's wording of an entry of the product. A language that is missing keeps the product's wording.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// Service and place.
    #[serde(default, skip_serializing_if = "Localized::is_empty")]
    pub service: Localized,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Localized::is_empty")]
    pub purpose: Localized,
    /// Who provides it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
}

/// What the charter says around the table. Nothing here can alter, hide or replace the table (R-REG-07).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CharterTexts {
    /// Plain text before the explanations; an empty line parts paragraphs.
    #[serde(default, skip_serializing_if = "Localized::is_empty")]
    pub before: Localized,
    /// Plain text after the table.
    #[serde(default, skip_serializing_if = "Localized::is_empty")]
    pub after: Localized,
    /// A page elsewhere that also speaks of cookies; the generated charter stays what the footer names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub see_also: Option<String>,
    /// Whether the table has the column of durations of the 2025 wording.
    #[serde(default)]
    pub durations: bool,
}

/// An entry that an administrator declares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddedEntry {
    /// Registry id: a slug, unique in the portal.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Name or pattern; a host for [`Kind::ThirdPartyHost`].
    pub name: Name,
    /// Who provides it.
    pub provider: String,
    /// Service and place.
    pub service: Localized,
    /// What it is for.
    pub purpose: Localized,
    /// Why it may be set.
    pub ground: Ground,
    /// The service it comes with. Required unless the ground makes consent needless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_id: Option<String>,
    /// Longest life in seconds; `None` if it does not outlive the tab or browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u32>,
    /// To which hosts it goes back.
    pub domain: DomainRule,
    /// Who sets it.
    pub set_by: SetBy,
    /// Under which path a cookie goes back.
    #[serde(default = "root")]
    pub path: String,
    /// Whether a cookie has `Secure`.
    #[serde(default)]
    pub secure: bool,
    /// Whether a cookie has `HttpOnly`.
    #[serde(default)]
    pub http_only: bool,
    /// The `SameSite` of a cookie, if it is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_site: Option<SameSite>,
    /// The day it was first declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<NaiveDate>,
    /// The day it was retired: from then on it is in no charter, and the server and pages treat it as undeclared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<NaiveDate>,
}

fn root() -> String {
    "/".to_owned()
}

/// Why an added entry may be set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// One of the uses that the regulator lists as strictly necessary.
    Necessary(Necessity),
    /// Audience measurement. It is exempt only if every answer meets its criterion (R-REG-09), else it needs consent.
    Measurement(Exemption),
    /// The visitor must have agreed.
    Consent,
}

/// The uses that need no consent, as the regulator lists them (CNIL 2020-091, article 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Necessity {
    /// Signing in, and the security of sign-in.
    Authentication,
    /// Remembering the choice about cookies itself.
    Choice,
    /// A basket, or what the visitor asked to pay for.
    Basket,
    /// A setting of the interface that the visitor asked for, such as the language.
    Interface,
    /// Sending requests to the same server.
    LoadBalancing,
    /// Counting the free part of paid content.
    Paywall,
}

impl Necessity {
    /// Every use, in the order of forms.
    pub const ALL: [Self; 6] = [
        Self::Authentication,
        Self::Choice,
        Self::Basket,
        Self::Interface,
        Self::LoadBalancing,
        Self::Paywall,
    ];

    /// The name it has in JSON, forms and keys of texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authentication => "authentication",
            Self::Choice => "choice",
            Self::Basket => "basket",
            Self::Interface => "interface",
            Self::LoadBalancing => "load_balancing",
            Self::Paywall => "paywall",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|use_| use_.as_str() == name)
    }
}

impl AddedEntry {
    /// The category that follows from the ground: an exemption that is not earned is none.
    pub fn category(&self) -> Category {
        match &self.ground {
            Ground::Necessary(_) => Category::Necessary,
            Ground::Measurement(exemption) if exemption.is_earned() => Category::StatisticsExempt,
            Ground::Measurement(_) | Ground::Consent => of_domain(&self.domain),
        }
    }

    /// The entry of the registry; `service` is the one it comes with.
    pub(super) fn entry(&self, service: Option<&Service>) -> Entry {
        let category = self.category();
        Entry {
            id: self.id.clone(),
            kind: self.kind,
            name: self.name.clone(),
            provider: self.provider.clone(),
            service: self.service.clone(),
            purpose: self.purpose.clone(),
            category,
            service_id: self.service_id.clone(),
            purpose_id: service
                .filter(|_| category.needs_consent())
                .map(|service| service.purpose.as_str()),
            max_age: self.max_age,
            domain: self.domain.clone(),
            path: self.path.clone(),
            secure: self.secure,
            http_only: self.http_only,
            same_site: self.same_site,
            set_by: self.set_by,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
        }
    }
}

/// Whose cookie it is, for what needs consent.
pub(crate) fn of_domain(domain: &DomainRule) -> Category {
    match domain {
        DomainRule::HostOnly => Category::FirstParty,
        DomainRule::ThirdParty(_) => Category::ThirdParty,
    }
}

//! The registry: everything the server or its pages may put in a browser (R-REG-01).
//!
//! An [`Entry`] can be neither built nor altered outside this module, so a cookie that is not listed here cannot be set.

mod product;

use chrono::NaiveDate;
use parvis_model::{Localized, Portal};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Names one entry of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub enum EntryId {
    /// `sessionid`: who has signed in.
    #[serde(rename = "sessionid")]
    Session,
    /// `django_language`: the language a visitor chose.
    #[serde(rename = "django_language")]
    Language,
    /// `csrftoken`: the secret against forged requests.
    #[serde(rename = "csrftoken")]
    Csrf,
    /// `cookies_preferences`: what the visitor decided about cookies.
    #[serde(rename = "cookies_preferences")]
    Preferences,
}

impl EntryId {
    /// The product's own entries, in the order of the charter.
    pub const ALL: [Self; 4] = [Self::Session, Self::Language, Self::Csrf, Self::Preferences];

    /// The registry id, as `Portal::purposes` names it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Session => "sessionid",
            Self::Language => "django_language",
            Self::Csrf => "csrftoken",
            Self::Preferences => "cookies_preferences",
        }
    }
}

/// What is put in the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A cookie.
    Cookie,
    /// A key of `localStorage`.
    LocalStorage,
    /// A key of `sessionStorage`.
    SessionStorage,
    /// An IndexedDB database.
    IndexedDb,
    /// A cache of the Cache API.
    CacheApi,
    /// A service worker.
    ServiceWorker,
    /// A host of somebody else that a page contacts.
    ThirdPartyHost,
}

/// The kinds of cookie the charter explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// The service asked for does not work without it.
    Necessary,
    /// Audience measurement that meets every criterion of exemption.
    StatisticsExempt,
    /// Set by the portal for something else.
    FirstParty,
    /// Set by, or for, somebody else.
    ThirdParty,
}

impl Category {
    /// Whether the visitor must have agreed first. It follows from the category and cannot be set apart from it.
    pub fn needs_consent(self) -> bool {
        match self {
            Self::Necessary | Self::StatisticsExempt => false,
            Self::FirstParty | Self::ThirdParty => true,
        }
    }

    /// Why it may be set (article 82 of the French data protection act, which carries article 5(3) of ePrivacy).
    pub fn legal_ground(self) -> LegalGround {
        match self {
            Self::Necessary => LegalGround::StrictlyNecessary,
            Self::StatisticsExempt => LegalGround::ExemptMeasurement,
            Self::FirstParty | Self::ThirdParty => LegalGround::Consent,
        }
    }
}

/// Why something may be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LegalGround {
    /// Strictly necessary for a service the visitor asked for.
    StrictlyNecessary,
    /// Audience measurement that the regulator exempts.
    ExemptMeasurement,
    /// The visitor agreed.
    Consent,
}

/// To which hosts a cookie goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DomainRule {
    /// The host that set it and no other: no `Domain` attribute (R-TEN-01).
    HostOnly,
}

/// The `SameSite` attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum SameSite {
    /// Sent with top-level navigation from another site, not with its forms or scripts.
    Lax,
    /// Never sent with a request that another site began.
    Strict,
}

impl SameSite {
    /// The attribute's value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lax => "Lax",
            Self::Strict => "Strict",
        }
    }
}

/// Who sets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SetBy {
    /// The server, in an answer.
    Server,
    /// A script of the page.
    Script,
    /// Somebody else.
    ThirdParty,
}

/// One thing a portal may put in a browser. The fields are those of R-REG-01; consent and legal ground follow from
/// [`Category`].
///
/// It is neither `Clone` nor constructible elsewhere: what [`crate::set_cookie`] is given is what the charter shows.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Entry {
    /// Registry id.
    pub id: EntryId,
    /// What it is.
    pub kind: Kind,
    /// Exact name (case-sensitive).
    pub name: &'static str,
    /// Who provides it, as the charter names them.
    pub provider: String,
    /// Service and place, per language.
    pub service: Localized,
    /// What it is for, per language.
    pub purpose: Localized,
    /// Which kind of cookie it is.
    pub category: Category,
    /// The consent purpose it belongs to, for those that need consent.
    pub purpose_id: Option<&'static str>,
    /// Longest life, in seconds.
    pub max_age: u32,
    /// To which hosts it goes back.
    pub domain: DomainRule,
    /// Under which path.
    pub path: &'static str,
    /// `Secure` on every portal that is served over https (R-SES-09).
    pub secure: bool,
    /// Out of reach of scripts.
    pub http_only: bool,
    /// When it goes along with requests that another site began.
    pub same_site: SameSite,
    /// Who sets it.
    pub set_by: SetBy,
    /// First day it may be set, if stated.
    pub valid_from: Option<NaiveDate>,
    /// Last day it may be set, if stated.
    pub valid_to: Option<NaiveDate>,
}

/// What one portal may put in a browser.
#[derive(Debug)]
pub struct Registry {
    entries: Vec<Entry>,
}

impl Registry {
    /// The registry of `portal`: the product's entries with the portal's provider label and own wording (R-REG-06).
    pub fn for_portal(portal: &Portal) -> Self {
        let entries = EntryId::ALL.into_iter().map(|id| product::entry(id, portal)).collect();
        Self { entries }
    }

    /// The entries, in the order of the charter.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// One of the product's entries.
    pub fn entry(&self, id: EntryId) -> &Entry {
        self.entries
            .iter()
            .find(|entry| entry.id == id)
            .expect("every product entry is in every registry")
    }

    /// The entry of the cookie called `name` (case-sensitive, R-BAD-04).
    pub fn cookie(&self, name: &str) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|entry| entry.kind == Kind::Cookie && entry.name == name)
    }

    /// The consent purposes there are, sorted. None means that nothing needs consent, hence no banner (R-SET-06).
    pub fn purposes(&self) -> Vec<&'static str> {
        let asked = self.entries.iter().filter(|entry| entry.category.needs_consent());
        let mut purposes: Vec<_> = asked.filter_map(|entry| entry.purpose_id).collect();
        purposes.sort_unstable();
        purposes.dedup();
        purposes
    }

    /// Changes with every change of the registry, wording included: 16 hexadecimal digits.
    pub fn revision(&self) -> String {
        short_hash(&self.entries, 8)
    }

    /// Changes only when there is something new to agree to: who, what for, how long (R-CON-06). 8 hexadecimal digits.
    pub fn consent_revision(&self) -> String {
        let asked = self.entries.iter().filter(|entry| entry.category.needs_consent());
        let parts: Vec<_> = asked
            .map(|e| (e.id, e.kind, e.name, &e.provider, e.category, e.purpose_id, e.max_age))
            .collect();
        short_hash(&parts, 4)
    }
}

/// The first `bytes` bytes of the SHA-256 of the JSON form of `value`, in hexadecimal.
fn short_hash(value: &impl Serialize, bytes: usize) -> String {
    let json = serde_json::to_vec(value).expect("registry entries have string keys only");
    hex::encode(&Sha256::digest(&json)[..bytes])
}

#[cfg(test)]
pub(crate) mod tests;

//! One thing that a portal may put in a browser, or lets a page contact.

use chrono::NaiveDate;
use parvis_model::Localized;
use serde::{Deserialize, Serialize};

/// What is put in the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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

impl Kind {
    /// Every kind, in the order of forms.
    pub const ALL: [Self; 7] = [
        Self::Cookie,
        Self::LocalStorage,
        Self::SessionStorage,
        Self::IndexedDb,
        Self::CacheApi,
        Self::ServiceWorker,
        Self::ThirdPartyHost,
    ];

    /// The name it has in JSON, forms and keys of texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cookie => "cookie",
            Self::LocalStorage => "local_storage",
            Self::SessionStorage => "session_storage",
            Self::IndexedDb => "indexed_db",
            Self::CacheApi => "cache_api",
            Self::ServiceWorker => "service_worker",
            Self::ThirdPartyHost => "third_party_host",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
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

impl LegalGround {
    /// The name it has in JSON, and in addresses of the parts of the charter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StrictlyNecessary => "strictly_necessary",
            Self::ExemptMeasurement => "exempt_measurement",
            Self::Consent => "consent",
        }
    }
}

/// To which hosts it goes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DomainRule {
    /// The portal's host and no other: no `Domain` attribute (R-TEN-01).
    HostOnly,
    /// Somebody else's host, or `*.` and a domain for any host under it.
    ThirdParty(String),
}

/// The `SameSite` attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SameSite {
    /// Sent with top-level navigation from another site, not with its forms or scripts.
    Lax,
    /// Never sent with a request that another site began.
    Strict,
    /// Sent with every request.
    None,
}

impl SameSite {
    /// The attribute's value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lax => "Lax",
            Self::Strict => "Strict",
            Self::None => "None",
        }
    }
}

/// Who sets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetBy {
    /// The server, in an answer.
    Server,
    /// A script of the page.
    Script,
    /// Somebody else.
    ThirdParty,
}

/// The name of something in the browser: exact, or an anchored pattern in which each `*` stands for any characters.
/// Case-sensitive (R-BAD-04).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(String);

impl Name {
    /// Wraps a name or pattern.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The name, or the pattern with its stars.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it stands for several names.
    pub fn is_pattern(&self) -> bool {
        self.0.contains('*')
    }

    /// Whether `seen`, as a whole, is this name or one that the pattern stands for.
    pub fn matches(&self, seen: &str) -> bool {
        let mut parts = self.0.split('*');
        // `split` gives at least one part.
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = seen.strip_prefix(first) else {
            return false;
        };
        let Some(last) = parts.next_back() else {
            return rest.is_empty();
        };
        for part in parts {
            let Some(at) = rest.find(part) else { return false };
            rest = &rest[at + part.len()..];
        }
        rest.ends_with(last)
    }
}

/// One thing a portal may put in a browser, or a host that its pages may contact. The fields are those of R-REG-01; consent
/// and legal ground follow from [`Category`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Entry {
    /// Registry id, unique in the portal's registry.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Name or pattern; a host for [`Kind::ThirdPartyHost`].
    pub name: Name,
    /// Who provides it, as the charter names them.
    pub provider: String,
    /// Service and place, per language.
    pub service: Localized,
    /// What it is for, per language.
    pub purpose: Localized,
    /// Which kind of cookie it is.
    pub category: Category,
    /// The service it comes with. What needs consent always has one, because consent is given per service.
    pub service_id: Option<String>,
    /// The consent purpose it belongs to, for those that need consent.
    pub purpose_id: Option<&'static str>,
    /// Longest life, in seconds. `None`: it does not outlive the tab or browser, or nothing is stored (a host).
    pub max_age: Option<u32>,
    /// To which hosts it goes back.
    pub domain: DomainRule,
    /// Under which path.
    pub path: String,
    /// `Secure` on every portal that is served over https (R-SES-09).
    pub secure: bool,
    /// Out of reach of scripts.
    pub http_only: bool,
    /// When a cookie goes along with requests that another site began; `None` where it means nothing or is not ours to say.
    pub same_site: Option<SameSite>,
    /// Who sets it.
    pub set_by: SetBy,
    /// First day it may be set, if stated.
    pub valid_from: Option<NaiveDate>,
    /// Last day it may be set, if stated.
    pub valid_to: Option<NaiveDate>,
}

//! What an audit finds (R-AUD-03): a closed list, each with a code that does not change.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::plan::{Device, Scenario};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The charter is not true, or a rule is broken. The audit fails.
    Error,
    /// Somebody should look.
    Warning,
}

/// Declares the codes, so that the list exists once.
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal,)+) => {
        /// The kinds of finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub enum Code {
            $($(#[doc = $doc])+ #[serde(rename = $code)] $name,)+
        }

        impl Code {
            /// Every kind, in the order of reports.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The code in reports.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }
        }
    };
}

codes! {
    /// A cookie that the charter does not declare.
    UndeclaredCookie = "undeclared_cookie",
    /// A key of `localStorage` that the charter does not declare.
    UndeclaredLocalStorage = "undeclared_local_storage",
    /// A key of `sessionStorage` that the charter does not declare.
    UndeclaredSessionStorage = "undeclared_session_storage",
    /// An IndexedDB database that the charter does not declare.
    UndeclaredIndexedDb = "undeclared_indexed_db",
    /// A cache that the charter does not declare.
    UndeclaredCache = "undeclared_cache",
    /// A service worker that the charter does not declare.
    UndeclaredServiceWorker = "undeclared_service_worker",
    /// A host that the charter does not declare was contacted.
    UndeclaredHost = "undeclared_host",
    /// The browser was told to get ready for a host that the charter does not declare.
    UndeclaredHint = "undeclared_hint",
    /// Something that needs consent was seen before any choice.
    BeforeConsent = "before_consent",
    /// Something that needs consent was seen after the banner was closed without a choice.
    AfterClosing = "after_closing",
    /// Something that needs consent was seen after a refusal.
    AfterRefusal = "after_refusal",
    /// Something that needs consent was seen after it was withdrawn.
    AfterWithdrawal = "after_withdrawal",
    /// Something was seen that the choice did not cover.
    BeyondChoice = "beyond_choice",
    /// Something that needs consent was seen although the browser signals refusal.
    DespiteSignal = "despite_signal",
    /// Something appeared on an occasion that is not its own.
    NotAskedFor = "not_asked_for",
    /// Something is kept when the page is framed by somebody else's.
    StoredInEmbed = "stored_in_embed",
    /// A cookie's path is not the declared one.
    WrongPath = "wrong_path",
    /// A cookie is sent to other hosts than declared.
    WrongDomain = "wrong_domain",
    /// A cookie is not `Secure` over https.
    WrongSecure = "wrong_secure",
    /// A cookie's `HttpOnly` is not the declared one.
    WrongHttpOnly = "wrong_http_only",
    /// A cookie's `SameSite` is not the declared one.
    WrongSameSite = "wrong_same_site",
    /// A cookie is written by a script although the server should, or the other way round.
    WrongWriter = "wrong_writer",
    /// A cookie lives longer than declared.
    LongerLife = "longer_life",
    /// A cookie lives longer than 13 months.
    LifeOverLimit = "life_over_limit",
    /// A visit lengthened the life of a cookie.
    LifeExtended = "life_extended",
    /// Two cookies have the same name.
    DuplicateCookie = "duplicate_cookie",
    /// A cookie that browsers ignore or cut: no name, or over 4,096 bytes.
    InvalidCookie = "invalid_cookie",
    /// An answer that sets a cookie may be stored by caches.
    CacheableSetCookie = "cacheable_set_cookie",
    /// An `ETag` that differs from visitor to visitor can recognise them.
    TrackingEtag = "tracking_etag",
    /// The policy of the page stopped something that the page tried.
    PolicyViolation = "policy_violation",
    /// Something needs consent and nobody asks for it.
    BannerMissing = "banner_missing",
    /// Nothing needs consent and a banner asks for it.
    BannerNeedless = "banner_needless",
    /// The banner does not let one refuse as it lets one accept.
    RefuseMissing = "refuse_missing",
    /// The banner does not let one accept.
    AcceptMissing = "accept_missing",
    /// The banner has no way to choose one by one.
    CustomiseMissing = "customise_missing",
    /// The buttons to accept and to refuse do not look alike.
    ButtonsUnequal = "buttons_unequal",
    /// A button is smaller than 24 × 24 CSS pixels.
    ButtonTooSmall = "button_too_small",
    /// The text of a button is hard to read.
    ButtonContrast = "button_contrast",
    /// A box is ticked before anybody ticked it.
    PrecheckedBox = "prechecked_box",
    /// The banner comes back after a choice.
    BannerReturns = "banner_returns",
    /// The choice cannot be made without scripts.
    ChoiceNeedsScripts = "choice_needs_scripts",
    /// The choice could not be made.
    ChoiceImpossible = "choice_impossible",
    /// A page has no link to the choice.
    ManageLinkMissing = "manage_link_missing",
    /// A page has no link to the charter.
    CharterLinkMissing = "charter_link_missing",
    /// The charter page does not show what is declared.
    CharterDiffers = "charter_differs",
    /// The charter does not have the hash that it states.
    CharterHash = "charter_hash",
    /// A page could not be opened.
    PageFailed = "page_failed",
    /// Something is declared and was never seen.
    NeverSeen = "never_seen",
}

impl Code {
    /// How bad it is.
    pub fn severity(self) -> Severity {
        match self {
            Self::NeverSeen => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

/// Where something was seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// What the visitor did.
    pub scenario: Scenario,
    /// With which browser.
    pub device: Device,
    /// Path and query.
    pub page: String,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What it is.
    pub code: Code,
    /// What it is about: a cookie's name, a host, a page. At most 200 characters.
    pub subject: String,
    /// What was seen and what was expected. No times, no numbers that change from run to run.
    pub detail: String,
    /// Who it may belong to, by its name. A hint for whoever mends it; it clears nothing (R-AUD-05).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub hint: String,
    /// Where it was seen, sorted.
    pub places: BTreeSet<Place>,
}

//! The entries that every portal has: the four cookies of the product.

use parvis_model::{Localized, Portal};
use serde::Serialize;

use super::additions::Additions;
use super::{Category, DomainRule, Entry, Kind, Name, SameSite, SetBy};

const DAY: u32 = 86_400;

/// Names one of the product's own entries.
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

    /// The registry id and the cookie's name, as `Portal::purposes` names it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Session => "sessionid",
            Self::Language => "django_language",
            Self::Csrf => "csrftoken",
            Self::Preferences => "cookies_preferences",
        }
    }
}

/// A cookie of the product: the only thing that [`crate::set_cookie`] takes, and nothing outside the registry makes one. So
/// the server can set no cookie that the charter does not show, whatever an administrator declares (R-REG-02).
#[derive(Debug)]
pub struct ProductCookie(EntryId);

impl ProductCookie {
    /// One for each of the product's entries, in the order of the charter.
    pub(crate) const ALL: &[Self; 4] = &[
        Self(EntryId::Session),
        Self(EntryId::Language),
        Self(EntryId::Csrf),
        Self(EntryId::Preferences),
    ];

    /// Which it is.
    pub fn id(&self) -> EntryId {
        self.0
    }

    /// The cookie's name.
    pub fn name(&self) -> &'static str {
        self.0.as_str()
    }

    /// Longest life in seconds (R-REG-10). 52 weeks and 12 months are two different numbers.
    pub fn max_age(&self) -> u32 {
        match self.0 {
            EntryId::Session => 14 * DAY,
            EntryId::Language => 365 * DAY,
            EntryId::Csrf => 364 * DAY,
            EntryId::Preferences => 180 * DAY,
        }
    }

    /// Under which path it goes back.
    pub fn path(&self) -> &'static str {
        "/"
    }

    /// `Secure` on every portal that is served over https (R-SES-09).
    pub fn secure(&self) -> bool {
        true
    }

    /// Out of reach of scripts. They read the others: the token to send it back in a header, the language and the choice to
    /// obey them.
    pub fn http_only(&self) -> bool {
        self.0 == EntryId::Session
    }

    /// When it goes along with requests that another site began.
    pub fn same_site(&self) -> SameSite {
        SameSite::Lax
    }

    /// Its entry, as `portal` words it: the wording of `additions`, else the portal's own in its first language, else ours
    /// (R-REG-06).
    pub(super) fn entry(&self, portal: &Portal, additions: &Additions) -> Entry {
        let (service, purpose) = texts(self.0);
        let (mut service, mut purpose) = (service.localized(), purpose.localized());
        let mut provider = portal.provider.clone();
        if let Some(own) = portal.purposes.get(self.name()) {
            purpose.0.insert(portal.default_language().to_owned(), own.clone());
        }
        if let Some(own) = additions.wording.get(self.name()) {
            service.0.extend(own.service.0.clone());
            purpose.0.extend(own.purpose.0.clone());
            provider = own.provider.clone().unwrap_or(provider);
        }
        Entry {
            id: self.name().to_owned(),
            kind: Kind::Cookie,
            name: Name::new(self.name()),
            provider,
            service,
            purpose,
            category: Category::Necessary,
            service_id: None,
            purpose_id: None,
            max_age: Some(self.max_age()),
            domain: DomainRule::HostOnly,
            path: self.path().to_owned(),
            secure: self.secure(),
            http_only: self.http_only(),
            same_site: Some(self.same_site()),
            set_by: SetBy::Server,
            valid_from: None,
            valid_to: None,
        }
    }
}

/// A text in the languages the product speaks.
struct Texts {
    fr: &'static str,
    en: &'static str,
    eu: &'static str,
}

impl Texts {
    fn localized(&self) -> Localized {
        let pairs = [("fr", self.fr), ("en", self.en), ("eu", self.eu)];
        Localized(
            pairs
                .into_iter()
                .map(|(lang, text)| (lang.to_owned(), text.to_owned()))
                .collect(),
        )
    }
}

/// The wording of an entry: service and place, then purpose.
fn texts(id: EntryId) -> (Texts, Texts) {
    match id {
        EntryId::Session => (
            Texts {
                fr: "Authentification (front et back office)",
                en: "Sign-in (front and back office)",
                eu: "Autentifikazioa (front eta back office)",
            },
            Texts {
                fr: "Se souvenir de l'utilisateur d'une page à une autre.",
                en: "Remember the user from one page to the next.",
                eu: "Erabiltzailea orri batetik bestera gogoratzea.",
            },
        ),
        EntryId::Language => (
            Texts {
                fr: "Sélection de la langue (front et back office)",
                en: "Choice of language (front and back office)",
                eu: "Hizkuntzaren hautaketa (front eta back office)",
            },
            Texts {
                fr: "Se souvenir de la langue du visiteur",
                en: "Remember the visitor's language",
                eu: "Bisitariaren hizkuntza gogoratzea",
            },
        ),
        EntryId::Csrf => (
            Texts {
                fr: "API (CSRF) (front et back office)",
                en: "API (CSRF) (front and back office)",
                eu: "APIa (CSRF) (front eta back office)",
            },
            Texts {
                fr: "Récupérer des données via des appels API",
                en: "Fetch data through API calls",
                eu: "Datuak API deien bidez eskuratzea",
            },
        ),
        EntryId::Preferences => (
            Texts {
                fr: "Choix concernant vos préférences sur les cookies",
                en: "Choice of your cookie preferences",
                eu: "Cookieei buruzko hobespenen aukera",
            },
            Texts {
                fr: "Se souvenir du choix opéré par le visiteur concernant les cookies",
                en: "Remember what the visitor chose about cookies",
                eu: "Bisitariak cookieei buruz egindako aukera gogoratzea",
            },
        ),
    }
}

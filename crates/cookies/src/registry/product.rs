//! The entries that every portal has: the four cookies of the product.

use parvis_model::{Localized, Portal};

use super::{Category, DomainRule, Entry, EntryId, Kind, SameSite, SetBy};

const DAY: u32 = 86_400;

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

/// Longest life in seconds (R-REG-10). 52 weeks and 12 months are two different numbers.
fn max_age(id: EntryId) -> u32 {
    match id {
        EntryId::Session => 14 * DAY,
        EntryId::Language => 365 * DAY,
        EntryId::Csrf => 364 * DAY,
        EntryId::Preferences => 180 * DAY,
    }
}

/// The entry `id` as `portal` words it.
pub(super) fn entry(id: EntryId, portal: &Portal) -> Entry {
    let (service, purpose) = texts(id);
    let mut purpose = purpose.localized();
    if let Some(own) = portal.purposes.get(id.as_str()) {
        purpose.0.insert(portal.default_language().to_owned(), own.clone());
    }
    Entry {
        id,
        kind: Kind::Cookie,
        name: id.as_str(),
        provider: portal.provider.clone(),
        service: service.localized(),
        purpose,
        category: Category::Necessary,
        purpose_id: None,
        max_age: max_age(id),
        domain: DomainRule::HostOnly,
        path: "/",
        secure: true,
        // Scripts read the others: the token to send it back in a header, the language and the choice to obey them.
        http_only: id == EntryId::Session,
        same_site: SameSite::Lax,
        set_by: SetBy::Server,
        valid_from: None,
        valid_to: None,
    }
}

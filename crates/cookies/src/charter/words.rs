//! The words of the charter's tables, the same in each of its forms. A language we do not speak reads French.

use crate::registry::{Kind, LegalGround};

/// The heads of the columns: provider, service and place, name, purpose, and the duration.
pub(super) fn columns(lang: &str) -> [&'static str; 5] {
    match lang {
        "en" => ["Provider", "Service and place", "Cookie name", "Purpose", "Duration"],
        "eu" => [
            "Hornitzailea",
            "Zerbitzua eta kokapena",
            "Cookiearen izena",
            "Xedea",
            "Iraupena",
        ],
        _ => [
            "Prestataire",
            "Service et emplacement",
            "Nom du cookie",
            "Finalité",
            "Durée",
        ],
    }
}

/// The title of the table of what has this ground.
pub(super) fn title(ground: LegalGround, lang: &str) -> &'static str {
    match (ground, lang) {
        (LegalGround::StrictlyNecessary, "en") => "Cookies that the platform needs to work",
        (LegalGround::StrictlyNecessary, "eu") => "Plataformak funtzionatzeko behar dituen cookieak",
        (LegalGround::StrictlyNecessary, _) => "Cookies nécessaires au bon fonctionnement de la plateforme",
        (LegalGround::ExemptMeasurement, "en") => "Audience measurement that needs no consent",
        (LegalGround::ExemptMeasurement, "eu") => "Baimenik behar ez duen audientzia-neurketa",
        (LegalGround::ExemptMeasurement, _) => "Mesure d’audience exemptée de consentement",
        (LegalGround::Consent, "en") => "Used only if you agree",
        (LegalGround::Consent, "eu") => "Zuk onartuz gero bakarrik erabiltzen dira",
        (LegalGround::Consent, _) => "Utilisés uniquement avec votre accord",
    }
}

/// What a kind is called beside a name; nothing for a cookie, which the column's head announces.
pub(super) fn kind(kind: Kind, lang: &str) -> Option<&'static str> {
    let words = match kind {
        Kind::Cookie => return None,
        Kind::LocalStorage => ["stockage local", "local storage", "biltegi lokala"],
        Kind::SessionStorage => ["stockage de session", "session storage", "saioko biltegia"],
        Kind::IndexedDb => ["base IndexedDB", "IndexedDB database", "IndexedDB datu-basea"],
        Kind::CacheApi => ["cache", "cache", "cachea"],
        Kind::ServiceWorker => ["service worker", "service worker", "service worker"],
        Kind::ThirdPartyHost => ["serveur contacté", "server contacted", "kontaktatutako zerbitzaria"],
    };
    Some(pick(words, lang))
}

/// How long something is kept at most.
pub fn duration(kind: Kind, max_age: Option<u32>, lang: &str) -> String {
    let Some(seconds) = max_age else {
        let words = if kind == Kind::ThirdPartyHost {
            ["rien n’est conservé", "nothing is kept", "ez da ezer gordetzen"]
        } else {
            [
                "le temps de la visite",
                "the time of the visit",
                "bisitak dirauen artean",
            ]
        };
        return pick(words, lang).to_owned();
    };
    let (count, one, many) = match seconds {
        0..3_600 => (
            seconds.div_ceil(60),
            ["minute", "minute", "minutu"],
            ["minutes", "minutes", "minutu"],
        ),
        3_600..86_400 => (
            seconds.div_ceil(3_600),
            ["heure", "hour", "ordu"],
            ["heures", "hours", "ordu"],
        ),
        _ => (
            seconds.div_ceil(86_400),
            ["jour", "day", "egun"],
            ["jours", "days", "egun"],
        ),
    };
    let unit = pick(if count == 1 { one } else { many }, lang);
    match lang {
        "en" => format!("{count} {unit}"),
        "eu" if count == 1 => format!("{unit}\u{a0}1"),
        _ => format!("{count}\u{a0}{unit}"),
    }
}

fn pick(words: [&'static str; 3], lang: &str) -> &'static str {
    let [fr, en, eu] = words;
    match lang {
        "en" => en,
        "eu" => eu,
        _ => fr,
    }
}

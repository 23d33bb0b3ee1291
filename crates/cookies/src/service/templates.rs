//! Ready-made services as a portal finds them before it adds one: off, with words to start from.

use parvis_model::Localized;

use super::{Delivery, Purpose, Service, ServiceKind};

/// What is said of a kind: provider, privacy policy, label, description.
struct Words {
    purpose: Purpose,
    provider: &'static str,
    policy: Option<&'static str>,
    label: [&'static str; 3],
    description: [&'static str; 3],
}

/// A service of the kind called `name` (see [`ServiceKind::NAMES`]), its texts in those of `languages` that we speak. Its
/// settings are empty: they are the portal's to give.
pub(super) fn of(name: &str, languages: &[String]) -> Option<Service> {
    let kind = settings(name)?;
    let words = words(&kind);
    let localized = |[fr, en, eu]: [&str; 3]| {
        let pairs = [("fr", fr), ("en", en), ("eu", eu)].into_iter();
        let spoken = pairs.filter(|(lang, text)| !text.is_empty() && languages.iter().any(|own| own == lang));
        Localized(spoken.map(|(lang, text)| (lang.to_owned(), text.to_owned())).collect())
    };
    Some(Service {
        id: if words.provider.is_empty() {
            String::new()
        } else {
            name.replace('_', "-")
        },
        purpose: words.purpose,
        provider: words.provider.to_owned(),
        label: localized(words.label),
        description: localized(words.description),
        policy_url: words.policy.map(str::to_owned),
        kind,
        hosts: Vec::new(),
        exemption: None,
        valid_from: None,
        valid_to: None,
    })
}

fn settings(name: &str) -> Option<ServiceKind> {
    let none = String::new;
    Some(match name {
        "youtube" => ServiceKind::YouTube {},
        "vimeo" => ServiceKind::Vimeo {},
        "dailymotion" => ServiceKind::Dailymotion {},
        "matomo" => ServiceKind::Matomo {
            url: none(),
            site_id: 0,
            cookieless: true,
        },
        "google_analytics" => ServiceKind::GoogleAnalytics { measurement_id: none() },
        "piano" => ServiceKind::Piano {
            site: 0,
            collection: none(),
        },
        "iframe" => ServiceKind::Iframe { url_prefix: none() },
        "tiles" => ServiceKind::Tiles {
            template: none(),
            attribution: none(),
            max_zoom: 19,
            delivery: Delivery::Proxied,
        },
        "own" => ServiceKind::Own {},
        _ => return None,
    })
}

fn words(kind: &ServiceKind) -> Words {
    match kind {
        ServiceKind::YouTube {} => Words {
            purpose: Purpose::Video,
            provider: "Google Ireland Limited",
            policy: Some("https://policies.google.com/privacy"),
            label: ["Vidéos YouTube", "YouTube videos", "YouTubeko bideoak"],
            description: [
                "Lit des vidéos hébergées par YouTube. Google reçoit votre adresse IP et sait quelle vidéo vous regardez.",
                "Plays videos hosted by YouTube. Google receives your IP address and learns which video you watch.",
                "YouTuben ostatatutako bideoak erreproduzitzen ditu. Googlek zure IP helbidea jasotzen du, eta ikusten duzun bideoa zein den jakiten du.",
            ],
        },
        ServiceKind::Vimeo {} => Words {
            purpose: Purpose::Video,
            provider: "Vimeo.com, Inc.",
            policy: Some("https://vimeo.com/privacy"),
            label: ["Vidéos Vimeo", "Vimeo videos", "Vimeoko bideoak"],
            description: [
                "Lit des vidéos hébergées par Vimeo. Vimeo reçoit votre adresse IP et sait quelle vidéo vous regardez.",
                "Plays videos hosted by Vimeo. Vimeo receives your IP address and learns which video you watch.",
                "Vimeon ostatatutako bideoak erreproduzitzen ditu. Vimeok zure IP helbidea jasotzen du, eta ikusten duzun bideoa zein den jakiten du.",
            ],
        },
        ServiceKind::Dailymotion {} => Words {
            purpose: Purpose::Video,
            provider: "Dailymotion SA",
            policy: Some("https://legal.dailymotion.com/en/privacy-policy/"),
            label: ["Vidéos Dailymotion", "Dailymotion videos", "Dailymotioneko bideoak"],
            description: [
                "Lit des vidéos hébergées par Dailymotion. Dailymotion reçoit votre adresse IP et sait quelle vidéo vous regardez.",
                "Plays videos hosted by Dailymotion. Dailymotion receives your IP address and learns which video you watch.",
                "Dailymotionen ostatatutako bideoak erreproduzitzen ditu. Dailymotionek zure IP helbidea jasotzen du, eta ikusten duzun bideoa zein den jakiten du.",
            ],
        },
        ServiceKind::Matomo { .. } => measurement("Matomo", None, "Matomo"),
        ServiceKind::GoogleAnalytics { .. } => measurement(
            "Google Ireland Limited",
            Some("https://policies.google.com/privacy"),
            "Google Analytics 4",
        ),
        ServiceKind::Piano { .. } => measurement(
            "Piano Software",
            Some("https://piano.io/privacy-policy/"),
            "Piano Analytics",
        ),
        ServiceKind::Iframe { .. } => open(Purpose::Content),
        ServiceKind::Tiles { .. } => open(Purpose::Map),
        ServiceKind::Own {} => open(Purpose::Comfort),
    }
}

fn measurement(provider: &'static str, policy: Option<&'static str>, label: &'static str) -> Words {
    Words {
        purpose: Purpose::Statistics,
        provider,
        policy,
        label: [label; 3],
        description: [
            "Compte les visites et les pages vues, pour améliorer ce site.",
            "Counts visits and pages viewed, to improve this site.",
            "Bisitak eta ikusitako orriak zenbatzen ditu, gune hau hobetzeko.",
        ],
    }
}

/// A kind of which only the portal knows who and what.
fn open(purpose: Purpose) -> Words {
    Words {
        purpose,
        provider: "",
        policy: None,
        label: [""; 3],
        description: [""; 3],
    }
}

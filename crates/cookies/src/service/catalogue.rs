//! What is known of the ready-made kinds: their cookies, storage, hosts and lives, as facts for the charter.

use parvis_model::Localized;

use super::{Delivery, Purpose, Service, ServiceKind};
use crate::registry::additions::of_domain;
use crate::registry::check::address::host_of;
use crate::registry::{Category, DomainRule, Entry, Kind, Name, SetBy};

const MINUTE: u32 = 60;
const DAY: u32 = 86_400;

/// What something of a service is for.
#[derive(Clone, Copy)]
enum Use {
    /// Tells a visitor from another.
    Visitor,
    /// Ties the actions of one visit together.
    Visit,
    /// Settings and state of the player.
    Player,
    /// Tells people from programs.
    Robots,
    /// Advertising of the provider.
    Advertising,
    /// The host is contacted, which shows it the visitor's address.
    Contact,
}

/// One thing that a service is known to use.
struct Known {
    kind: Kind,
    name: &'static str,
    /// Host of somebody else.
    domain: &'static str,
    max_age: Option<u32>,
    use_: Use,
}

const fn known(kind: Kind, name: &'static str, domain: &'static str, max_age: Option<u32>, use_: Use) -> Known {
    Known {
        kind,
        name,
        domain,
        max_age,
        use_,
    }
}

const YOUTUBE: &[Known] = {
    use Kind::{Cookie, IndexedDb, LocalStorage, SessionStorage};
    const PLAYER: &str = "www.youtube-nocookie.com";
    &[
        known(LocalStorage, "yt-*", PLAYER, Some(365 * DAY), Use::Player),
        known(LocalStorage, "yt.innertube::*", PLAYER, Some(365 * DAY), Use::Player),
        known(LocalStorage, "ytidb::*", PLAYER, Some(365 * DAY), Use::Player),
        known(SessionStorage, "yt-*", PLAYER, None, Use::Player),
        known(IndexedDb, "YtIdbMeta", PLAYER, Some(365 * DAY), Use::Player),
        known(IndexedDb, "LogsDatabaseV2:*", PLAYER, Some(365 * DAY), Use::Player),
        known(
            Cookie,
            "test_cookie",
            "*.doubleclick.net",
            Some(15 * MINUTE),
            Use::Advertising,
        ),
        known(Cookie, "IDE", "*.doubleclick.net", Some(390 * DAY), Use::Advertising),
    ]
};
const YOUTUBE_HOSTS: &[&str] = &[
    "www.youtube-nocookie.com",
    "i.ytimg.com",
    "*.googlevideo.com",
    "yt3.ggpht.com",
    "www.google.com",
    "fonts.gstatic.com",
    "jnn-pa.googleapis.com",
    "static.doubleclick.net",
    "googleads.g.doubleclick.net",
];

const VIMEO: &[Known] = {
    use Kind::{Cookie, LocalStorage};
    &[
        known(Cookie, "player", "*.vimeo.com", Some(365 * DAY), Use::Player),
        known(Cookie, "__cf_bm", "*.vimeo.com", Some(30 * MINUTE), Use::Robots),
        known(Cookie, "_cfuvid", "*.vimeo.com", None, Use::Robots),
        known(LocalStorage, "sync_*", "player.vimeo.com", Some(365 * DAY), Use::Player),
    ]
};
const VIMEO_HOSTS: &[&str] = &["player.vimeo.com", "*.vimeocdn.com", "*.akamaized.net"];

const DAILYMOTION: &[Known] = {
    use Kind::Cookie;
    &[
        known(Cookie, "v1st", "*.dailymotion.com", Some(390 * DAY), Use::Visitor),
        known(Cookie, "ts", "*.dailymotion.com", Some(390 * DAY), Use::Visit),
        known(Cookie, "dmvk", "*.dailymotion.com", None, Use::Robots),
        known(
            Cookie,
            "usprivacy",
            "*.dailymotion.com",
            Some(390 * DAY),
            Use::Advertising,
        ),
    ]
};
const DAILYMOTION_HOSTS: &[&str] = &["geo.dailymotion.com", "*.dailymotion.com", "*.dmcdn.net"];

// What measures stands in documents without an origin, or is a picture: neither can keep anything in the portal's name. So
// Matomo, Google Analytics and Piano bring hosts and no cookies, whatever their scripts set elsewhere.
const ANALYTICS_HOSTS: &[&str] = &[
    "www.googletagmanager.com",
    "*.google-analytics.com",
    "*.analytics.google.com",
];

const PIANO_HOSTS: &[&str] = &["tag.aticdn.net"];

/// The hosts that the browser contacts for a service of this kind.
pub(super) fn hosts(kind: &ServiceKind) -> Vec<String> {
    let (fixed, own): (&[&str], Option<String>) = match kind {
        ServiceKind::YouTube {} => (YOUTUBE_HOSTS, None),
        ServiceKind::Vimeo {} => (VIMEO_HOSTS, None),
        ServiceKind::Dailymotion {} => (DAILYMOTION_HOSTS, None),
        ServiceKind::Matomo { url, .. } => (&[], host_of(url)),
        ServiceKind::GoogleAnalytics { .. } => (ANALYTICS_HOSTS, None),
        ServiceKind::Piano { collection, .. } => (PIANO_HOSTS, Some(collection.clone())),
        ServiceKind::Iframe { url_prefix } => (&[], host_of(url_prefix)),
        ServiceKind::Tiles {
            template,
            delivery: Delivery::Consented,
            ..
        } => (&[], host_of(template)),
        ServiceKind::Tiles {
            delivery: Delivery::Proxied,
            ..
        }
        | ServiceKind::Own {} => (&[], None),
    };
    fixed.iter().map(|host| (*host).to_owned()).chain(own).collect()
}

fn known_of(kind: &ServiceKind) -> &'static [Known] {
    match kind {
        ServiceKind::YouTube {} => YOUTUBE,
        ServiceKind::Vimeo {} => VIMEO,
        ServiceKind::Dailymotion {} => DAILYMOTION,
        ServiceKind::Matomo { .. }
        | ServiceKind::GoogleAnalytics { .. }
        | ServiceKind::Piano { .. }
        | ServiceKind::Iframe { .. }
        | ServiceKind::Tiles { .. }
        | ServiceKind::Own {} => &[],
    }
}

/// The entries that `service` brings: cookies and storage first, then hosts.
pub(super) fn entries(service: &Service) -> Vec<Entry> {
    let stored = known_of(&service.kind)
        .iter()
        .map(|known| entry(service, known.kind, known.name, known.domain, known.max_age, known.use_));
    let hosts = service.all_hosts();
    let contacts = hosts
        .iter()
        .map(|host| entry(service, Kind::ThirdPartyHost, host, host, None, Use::Contact));
    stored.chain(contacts).collect()
}

fn entry(service: &Service, kind: Kind, name: &str, domain: &str, max_age: Option<u32>, use_: Use) -> Entry {
    let domain = DomainRule::ThirdParty(domain.to_owned());
    let exempt = service.is_exempt();
    Entry {
        id: format!("{}:{}:{name}", service.id, kind.as_str()),
        kind,
        name: Name::new(name),
        provider: service.provider.clone(),
        service: service.label.clone(),
        purpose: purpose(use_, service.purpose),
        category: if exempt {
            Category::StatisticsExempt
        } else {
            of_domain(&domain)
        },
        service_id: Some(service.id.clone()),
        purpose_id: (!exempt).then(|| service.purpose.as_str()),
        max_age,
        domain,
        path: "/".to_owned(),
        // What a provider's own cookies are marked with is theirs to say.
        secure: false,
        http_only: false,
        same_site: None,
        set_by: SetBy::ThirdParty,
        valid_from: service.valid_from,
        valid_to: service.valid_to,
    }
}

fn localized(fr: &str, en: &str, eu: &str) -> Localized {
    let pairs = [("fr", fr), ("en", en), ("eu", eu)];
    Localized(pairs.map(|(lang, text)| (lang.to_owned(), text.to_owned())).into())
}

/// What something is for, in words.
fn purpose(use_: Use, of: Purpose) -> Localized {
    match use_ {
        Use::Visitor => localized(
            "Distinguer un visiteur d'un autre",
            "Tell one visitor from another",
            "Bisitari bat bestetik bereiztea",
        ),
        Use::Visit => localized(
            "Relier les actions d'une même visite",
            "Tie the actions of one visit together",
            "Bisita bereko ekintzak lotzea",
        ),
        Use::Player => localized(
            "Retenir les réglages et l'état du lecteur vidéo",
            "Remember the settings and state of the video player",
            "Bideo-erreproduzigailuaren ezarpenak eta egoera gogoratzea",
        ),
        Use::Robots => localized(
            "Distinguer les personnes des robots",
            "Tell people from robots",
            "Pertsonak eta robotak bereiztea",
        ),
        Use::Advertising => localized(
            "Servir la publicité du prestataire",
            "Serve the provider's advertising",
            "Hornitzailearen publizitatea zerbitzatzea",
        ),
        Use::Contact => contact(of),
    }
}

/// Why a host is contacted.
fn contact(of: Purpose) -> Localized {
    match of {
        Purpose::Statistics => localized(
            "Mesurer l'audience : ce serveur reçoit l'adresse IP du visiteur",
            "Measure the audience: this server receives the visitor's IP address",
            "Audientzia neurtzea: zerbitzari honek bisitariaren IP helbidea jasotzen du",
        ),
        Purpose::Video => localized(
            "Lire une vidéo : ce serveur reçoit l'adresse IP du visiteur",
            "Play a video: this server receives the visitor's IP address",
            "Bideo bat erreproduzitzea: zerbitzari honek bisitariaren IP helbidea jasotzen du",
        ),
        Purpose::Map => localized(
            "Afficher un fond de carte : ce serveur reçoit l'adresse IP du visiteur",
            "Show a base map: this server receives the visitor's IP address",
            "Mapa-oinarri bat erakustea: zerbitzari honek bisitariaren IP helbidea jasotzen du",
        ),
        Purpose::Social | Purpose::Content | Purpose::Comfort | Purpose::Advertising => localized(
            "Afficher un contenu hébergé ailleurs : ce serveur reçoit l'adresse IP du visiteur",
            "Show content hosted elsewhere: this server receives the visitor's IP address",
            "Beste nonbait ostatatutako edukia erakustea: zerbitzari honek bisitariaren IP helbidea jasotzen du",
        ),
    }
}

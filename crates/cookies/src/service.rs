//! Services: what a portal may use of somebody else, or for measurement, and for which consent is asked one by one.
//!
//! A ready-made kind brings the cookies, storage and hosts that are known of it into the charter; an administrator adds the
//! others as entries. Nothing here is on until a portal adds it.

mod catalogue;
mod templates;

use chrono::NaiveDate;
use parvis_model::Localized;
use serde::{Deserialize, Serialize};

use crate::registry::{Entry, Exemption};

/// What consent is asked for. A closed list, so that it reads the same on every portal and in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Measuring the audience.
    Statistics,
    /// Playing videos hosted elsewhere.
    Video,
    /// Showing maps whose tiles come from elsewhere.
    Map,
    /// Showing content of social networks.
    Social,
    /// Showing other content hosted elsewhere.
    Content,
    /// Comfort that nobody asked for.
    Comfort,
    /// Advertising.
    Advertising,
}

impl Purpose {
    /// Every purpose, in the order of forms.
    pub const ALL: [Self; 7] = [
        Self::Statistics,
        Self::Video,
        Self::Map,
        Self::Social,
        Self::Content,
        Self::Comfort,
        Self::Advertising,
    ];

    /// The purpose id, also in JSON, forms and keys of texts (`purpose-video`).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Statistics => "statistics",
            Self::Video => "video",
            Self::Map => "map",
            Self::Social => "social",
            Self::Content => "content",
            Self::Comfort => "comfort",
            Self::Advertising => "advertising",
        }
    }

    /// Reads an id.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == id)
    }
}

/// A service of a portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// A slug, unique in the portal; part of addresses (`/embed/<id>/`) and of the visitor's choice.
    pub id: String,
    /// What consent is asked for.
    pub purpose: Purpose,
    /// Who provides it: a company or body, as the charter and the banner name them.
    pub provider: String,
    /// What it is called.
    pub label: Localized,
    /// What it does for the visitor, and what it learns.
    pub description: Localized,
    /// The provider's own privacy policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_url: Option<String>,
    /// What it is, with its settings.
    pub kind: ServiceKind,
    /// Hosts beyond those that follow from the kind and its settings: exact, or `*.` and a domain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// The answers of the exemption form, for measurement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemption: Option<Exemption>,
    /// The day it was first declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<NaiveDate>,
    /// The day it was retired: from then on it is off and in no charter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<NaiveDate>,
}

/// The kinds of service there are, with the settings of each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ServiceKind {
    /// Videos of YouTube, played from `www.youtube-nocookie.com`.
    #[serde(rename = "youtube")]
    YouTube {},
    /// Videos of Vimeo, played with `dnt=1`.
    Vimeo {},
    /// Videos of Dailymotion.
    Dailymotion {},
    /// Audience measurement by Matomo.
    Matomo {
        /// Address of the Matomo server, with `https://` and without a trailing slash.
        url: String,
        /// The site's number there. One of its own for each portal.
        site_id: u32,
        /// True, and without effect: nothing of Matomo runs in the browser, so no cookie is set. Early revisions say it.
        cookieless: bool,
    },
    /// Audience measurement by Google Analytics 4.
    GoogleAnalytics {
        /// `G-` and letters or digits.
        measurement_id: String,
    },
    /// Audience measurement by Piano Analytics (AT Internet).
    Piano {
        /// The site's number there.
        site: u32,
        /// The collection host that Piano gave, without `https://`.
        collection: String,
    },
    /// Pages of another site in a frame.
    Iframe {
        /// Addresses that may be framed begin with this: `https://`, a host, and a path that ends with a slash.
        url_prefix: String,
    },
    /// A layer of map tiles.
    Tiles {
        /// Address of a tile, with `{z}`, `{x}` and `{y}`.
        template: String,
        /// Who is to be named on the map.
        attribution: String,
        /// Deepest zoom there is.
        max_zoom: u8,
        /// How tiles reach the browser.
        delivery: Delivery,
    },
    /// Something the portal itself does in the browser, made of added entries alone.
    Own {},
}

/// How tiles reach the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Through this server: the provider never sees the visitor, so no consent is asked.
    Proxied,
    /// From the provider, once the visitor agreed.
    Consented,
}

impl ServiceKind {
    /// The names of the kinds, as in JSON, forms and keys of texts, in the order of forms.
    pub const NAMES: [&'static str; 9] = [
        "youtube",
        "vimeo",
        "dailymotion",
        "matomo",
        "google_analytics",
        "piano",
        "iframe",
        "tiles",
        "own",
    ];

    /// The name of the kind.
    pub fn name(&self) -> &'static str {
        match self {
            Self::YouTube {} => "youtube",
            Self::Vimeo {} => "vimeo",
            Self::Dailymotion {} => "dailymotion",
            Self::Matomo { .. } => "matomo",
            Self::GoogleAnalytics { .. } => "google_analytics",
            Self::Piano { .. } => "piano",
            Self::Iframe { .. } => "iframe",
            Self::Tiles { .. } => "tiles",
            Self::Own {} => "own",
        }
    }

    /// Whether the tool can be set so that measurement is exempt. Google Analytics cannot: it serves Google's own purposes.
    pub fn can_be_exempt(&self) -> bool {
        matches!(self, Self::Matomo { .. } | Self::Piano { .. })
    }
}

impl Service {
    /// A ready-made service of the kind called `name` (see [`ServiceKind::NAMES`]) to start from, with texts in those of
    /// `languages` that the product speaks. Its settings are empty.
    pub fn template(name: &str, languages: &[String]) -> Option<Self> {
        templates::of(name, languages)
    }

    /// Whether it is exempt measurement: its kind can be, and every answer meets its criterion (R-REG-09).
    pub fn is_exempt(&self) -> bool {
        self.kind.can_be_exempt() && self.exemption.as_ref().is_some_and(Exemption::is_earned)
    }

    /// Whether tiles come through this server, so that no third party is contacted.
    pub fn is_proxied(&self) -> bool {
        matches!(
            self.kind,
            ServiceKind::Tiles {
                delivery: Delivery::Proxied,
                ..
            }
        )
    }

    /// Whether it may be used only once the visitor agreed.
    pub fn asks_consent(&self) -> bool {
        !self.is_exempt() && !self.is_proxied()
    }

    /// Every host that the browser contacts for it: exact, or `*.` and a domain. Sorted, each once.
    pub fn all_hosts(&self) -> Vec<String> {
        let mut hosts = catalogue::hosts(&self.kind);
        hosts.extend(self.hosts.iter().cloned());
        hosts.sort();
        hosts.dedup();
        hosts
    }

    /// What it brings into the registry: what is known of its kind, and one entry for each host.
    pub fn entries(&self) -> Vec<Entry> {
        catalogue::entries(self)
    }
}

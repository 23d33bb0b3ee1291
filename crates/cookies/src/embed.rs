//! What a service shows or measures, and how: every contact with somebody else goes through a document of the portal's own,
//! `/embed/<service>/?at=…`, which opens that service's hosts and no other (R-GATE-01). Pages hold a frame with such a
//! document, never a third party's address.

use url::Url;

use crate::registry::Registry;
use crate::service::{Delivery, Service, ServiceKind};

/// Longest `at`, in bytes.
const MAX_AT: usize = 1_000;

/// One thing of a service: a video, a page, a layer under a map, or the measurement of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embed<'a> {
    /// The service.
    pub service: &'a Service,
    /// Which of its things: the id of a video, the rest of an address, a query of records, the path of a page.
    at: String,
}

/// How the document of a service contacts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contact {
    /// A frame with this address.
    Frame(String),
    /// A picture at this address, which is how a measurement is sent without any script.
    Pixel(String),
    /// The provider's script at `src`, and the JSON that `start` is given, as [`Start`] says.
    Script {
        /// Address of the provider's script.
        src: String,
        /// How measuring begins.
        start: Start,
    },
    /// Tiles under a map of the portal's own.
    Tiles {
        /// Address of a tile, with `{z}`, `{x}` and `{y}`.
        template: String,
        /// Who is to be named on the map.
        attribution: String,
        /// Deepest zoom there is.
        max_zoom: u8,
    },
}

/// How a provider's script is told to measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// `gtag` with this measurement id.
    GoogleAnalytics(String),
    /// `pa` with this site and collection host.
    Piano(u32, String),
}

/// The `sandbox` of a frame around the documents of videos, pages and maps. They hold nothing but our own HTML, and the
/// provider's document within another frame, of another origin: it has its own storage and no way to ours.
pub const SANDBOX: &str =
    "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-presentation";
/// The `sandbox` of a frame around a measurement, where a provider's script may run: without an origin, so without any
/// access to the portal's cookies, storage and pages. The document itself demands it too.
pub const SANDBOX_MEASURE: &str = "allow-scripts";

impl<'a> Embed<'a> {
    /// What an author means by a frame with the address `src`; `None` if no service of the portal declares it.
    pub fn of_frame(registry: &'a Registry, src: &Url) -> Option<Self> {
        let at = |service: &'a Service| Some((service, at_of(&service.kind, src)?));
        let (service, at) = registry.services().iter().find_map(at)?;
        Self::new(service, &at)
    }

    /// The thing `at` of `service`, unless there can be none of that name.
    pub fn new(service: &'a Service, at: &str) -> Option<Self> {
        let embed = Self {
            service,
            at: at.to_owned(),
        };
        (at.len() <= MAX_AT && embed.is_sound()).then_some(embed)
    }

    fn is_sound(&self) -> bool {
        let at = self.at.as_str();
        match &self.service.kind {
            ServiceKind::YouTube {} => is_id(at, 20) && at.len() >= 6,
            ServiceKind::Vimeo {} => {
                let (number, hash) = at.split_once('-').unwrap_or((at, "0"));
                let digits = number.bytes().all(|byte| byte.is_ascii_digit());
                digits && is_id(number, 15) && is_id(hash, 20) && !hash.contains('-')
            }
            ServiceKind::Dailymotion {} => is_id(at, 20),
            ServiceKind::Iframe { url_prefix } => framed(url_prefix, at).is_some(),
            ServiceKind::Matomo { .. } | ServiceKind::GoogleAnalytics { .. } | ServiceKind::Piano { .. } => is_path(at),
            // What is asked of the API is the API's to judge.
            ServiceKind::Tiles { .. } => true,
            ServiceKind::Own {} => false,
        }
    }

    /// Which of the service's things.
    pub fn at(&self) -> &str {
        &self.at
    }

    /// The path of its document, with the query.
    pub fn path(&self) -> String {
        let at: String = url::form_urlencoded::byte_serialize(self.at.as_bytes()).collect();
        format!("/embed/{}/?at={at}", self.service.id)
    }

    /// The `sandbox` of the frame around its document.
    pub fn sandbox(&self) -> &'static str {
        if is_measure(&self.service.kind) {
            SANDBOX_MEASURE
        } else {
            SANDBOX
        }
    }

    /// The page of the provider where a visitor finds the same, for those who refuse the service.
    pub fn source(&self) -> Option<String> {
        let at = self.at.as_str();
        match &self.service.kind {
            ServiceKind::YouTube {} => Some(format!("https://www.youtube.com/watch?v={at}")),
            ServiceKind::Vimeo {} => Some(format!("https://vimeo.com/{}", at.replace('-', "/"))),
            ServiceKind::Dailymotion {} => Some(format!("https://www.dailymotion.com/video/{at}")),
            ServiceKind::Iframe { url_prefix } => framed(url_prefix, at).map(String::from),
            _ => None,
        }
    }

    /// How its document contacts the provider. `page` is the portal's public address, without a slash at its end, and
    /// `nonce` a fresh text, so that no cache answers for a measurement. `None` for what contacts nobody.
    pub fn contact(&self, page: &str, nonce: &str) -> Option<Contact> {
        let at = self.at.as_str();
        Some(match &self.service.kind {
            ServiceKind::YouTube {} => Contact::Frame(format!("https://www.youtube-nocookie.com/embed/{at}")),
            ServiceKind::Vimeo {} => {
                let (number, hash) = at.split_once('-').unwrap_or((at, ""));
                let hash = if hash.is_empty() {
                    String::new()
                } else {
                    format!("&h={hash}")
                };
                Contact::Frame(format!("https://player.vimeo.com/video/{number}?dnt=1{hash}"))
            }
            ServiceKind::Dailymotion {} => {
                Contact::Frame(format!("https://geo.dailymotion.com/player.html?video={at}"))
            }
            ServiceKind::Iframe { url_prefix } => Contact::Frame(framed(url_prefix, at)?.into()),
            ServiceKind::Matomo { url, site_id, .. } => {
                let mut query = url::form_urlencoded::Serializer::new(String::new());
                query.append_pair("idsite", &site_id.to_string());
                query.append_pair("rec", "1").append_pair("url", &format!("{page}{at}"));
                query.append_pair("rand", nonce);
                Contact::Pixel(format!("{url}/matomo.php?{}", query.finish()))
            }
            ServiceKind::GoogleAnalytics { measurement_id } => Contact::Script {
                src: format!("https://www.googletagmanager.com/gtag/js?id={measurement_id}"),
                start: Start::GoogleAnalytics(measurement_id.clone()),
            },
            ServiceKind::Piano { site, collection } => Contact::Script {
                src: "https://tag.aticdn.net/piano-analytics.js".to_owned(),
                start: Start::Piano(*site, collection.clone()),
            },
            ServiceKind::Tiles {
                template,
                attribution,
                max_zoom,
                delivery: Delivery::Consented,
            } => Contact::Tiles {
                template: template.clone(),
                attribution: attribution.clone(),
                max_zoom: *max_zoom,
            },
            ServiceKind::Tiles { .. } | ServiceKind::Own {} => return None,
        })
    }
}

impl Contact {
    /// The content security policy of the document that makes this contact: `hosts` is all that it opens beside the
    /// portal itself. `script` is the source expression of the document's own script.
    pub fn policy(&self, hosts: &[String], script: Option<&str>) -> String {
        let hosts = sources(hosts);
        let own = "default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; \
                   frame-ancestors 'self'; report-uri /cookies/reports/; report-to violations";
        match self {
            Self::Frame(_) => format!("{own}; img-src 'self'; frame-src{hosts}"),
            Self::Pixel(_) => format!("{own}; sandbox; img-src{hosts}"),
            Self::Script { .. } => {
                let script = script.map_or(String::new(), |script| format!(" {script}"));
                format!(
                    "{own}; sandbox {SANDBOX_MEASURE}; script-src{script}{hosts}; connect-src{hosts}; img-src{hosts}"
                )
            }
            Self::Tiles { .. } => format!(
                "{own}; script-src 'self'; worker-src 'self'; img-src 'self' data: blob:{hosts}; connect-src 'self'{hosts}"
            ),
        }
    }
}

/// Whether the service measures pages, so that each page holds a frame of it.
pub fn is_measure(kind: &ServiceKind) -> bool {
    matches!(
        kind,
        ServiceKind::Matomo { .. } | ServiceKind::GoogleAnalytics { .. } | ServiceKind::Piano { .. }
    )
}

/// Hosts as source expressions, each after a space. A host that is not one opens nothing.
fn sources(hosts: &[String]) -> String {
    let sound = |host: &&String| {
        let name = host.strip_prefix("*.").unwrap_or(host);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':');
        name.contains('.') && name.bytes().all(plain)
    };
    let all: String = hosts
        .iter()
        .filter(sound)
        .map(|host| format!(" https://{host}"))
        .collect();
    if all.is_empty() { " 'none'".to_owned() } else { all }
}

/// Which thing of a service of this kind the address names.
fn at_of(kind: &ServiceKind, src: &Url) -> Option<String> {
    let host = src.host_str()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    let segments: Vec<&str> = src.path_segments()?.filter(|part| !part.is_empty()).collect();
    let parameter = |name: &str| {
        src.query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    match (kind, host, segments.as_slice()) {
        (ServiceKind::YouTube {}, "youtube.com" | "m.youtube.com", ["watch"]) => parameter("v"),
        (
            ServiceKind::YouTube {},
            "youtube.com" | "m.youtube.com" | "youtube-nocookie.com",
            ["embed" | "shorts", id],
        )
        | (ServiceKind::YouTube {}, "youtu.be", [id])
        | (ServiceKind::Dailymotion {}, "dailymotion.com", ["video", id] | ["embed", "video", id])
        | (ServiceKind::Dailymotion {}, "dai.ly", [id]) => Some((*id).to_owned()),
        (ServiceKind::Dailymotion {}, "geo.dailymotion.com", [_]) => parameter("video"),
        (ServiceKind::Vimeo {}, "vimeo.com", [id]) => Some((*id).to_owned()),
        (ServiceKind::Vimeo {}, "vimeo.com", [id, hash]) => Some(format!("{id}-{hash}")),
        (ServiceKind::Vimeo {}, "player.vimeo.com", ["video", id]) => Some(match parameter("h") {
            Some(hash) => format!("{id}-{hash}"),
            None => (*id).to_owned(),
        }),
        (ServiceKind::Iframe { url_prefix }, ..) => src.as_str().strip_prefix(url_prefix.as_str()).map(str::to_owned),
        _ => None,
    }
}

/// The address that a prefix and the rest make, if it stays below the prefix.
fn framed(prefix: &str, rest: &str) -> Option<Url> {
    let url = Url::parse(&format!("{prefix}{rest}")).ok()?;
    let sound = url.scheme() == "https" && url.username().is_empty() && url.password().is_none();
    (sound && url.as_str().starts_with(prefix)).then_some(url)
}

fn is_id(text: &str, longest: usize) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=longest).contains(&text.len()) && text.bytes().all(plain)
}

/// A path of the portal, without query: what is searched for is nobody's to measure.
fn is_path(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'\\' | b'"' | b'<' | b'>');
    text.starts_with('/') && !text.starts_with("//") && text.bytes().all(plain)
}

#[cfg(test)]
mod tests;

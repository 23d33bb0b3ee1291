//! What the browser was seen to do. Facts only: [`crate::judge`] says what they mean.

use serde::{Deserialize, Serialize};

use crate::charter::Kind;

/// One thing that happened while a page was open.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// A `Set-Cookie` header, obeyed by the browser or not.
    SetCookie(SetCookie),
    /// Something kept in the browser's storage.
    Stored {
        /// Which storage.
        kind: Kind,
        /// Origin that owns it.
        origin: String,
        /// Key of a storage, name of a database or cache, scope of a service worker.
        name: String,
    },
    /// A host that was contacted, or that the browser was told to get ready for.
    Contact(Contact),
    /// Something that the page's content security policy stopped.
    Blocked {
        /// The directive that stopped it.
        directive: String,
        /// What was stopped: an address, `inline`, `eval`.
        what: String,
    },
    /// An answer of the audited site, for what it says about caches.
    Answer(Answer),
}

/// A cookie as it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct SetCookie {
    /// Address of the answer, or of the document whose script wrote it.
    pub url: String,
    /// The value of the header, or what the script assigned.
    pub line: String,
    /// When, in seconds since 1970: the `Date` of the answer if it has one.
    pub at: f64,
    /// The script's calls, innermost first; `None` for a header.
    pub stack: Option<Vec<String>>,
}

/// A contact with a host.
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    /// Its address.
    pub url: String,
    /// In which way.
    pub how: How,
}

/// The ways of contacting a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// An ordinary request.
    Request,
    /// A beacon or a ping.
    Beacon,
    /// A WebSocket or WebTransport connection.
    Socket,
    /// A peer connection's STUN or TURN server.
    Peer,
    /// `preconnect`, `dns-prefetch`, `prefetch` and the like, in a link or a header.
    Hint,
}

/// Headers of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Its address.
    pub url: String,
    /// Its status.
    pub status: u16,
    /// `Cache-Control`, or nothing.
    pub cache_control: String,
    /// `ETag`, or nothing.
    pub etag: String,
    /// Whether it set a cookie.
    pub sets: bool,
}

/// A cookie in the browser's jar.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct JarCookie {
    /// Its name.
    pub name: String,
    /// The host it belongs to, with a leading dot when hosts below get it too.
    pub domain: String,
    /// Its path.
    pub path: String,
    /// When it ends, in seconds since 1970; negative when it ends with the browser.
    pub expires: f64,
}

/// What a page shows to those who decide about cookies.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Dom {
    /// The banner, if there is one that can be seen.
    pub banner: Option<Banner>,
    /// Boxes of the banner or the panel that are ticked: the ids of their services.
    pub ticked: Vec<String>,
    /// Whether there is a link to the choice.
    pub manage: bool,
    /// Whether there is a link to the charter.
    pub charter: bool,
    /// Whether there is a form that is sent by POST.
    pub form: bool,
    /// Services that a placeholder stands for.
    pub placeholders: Vec<String>,
    /// Links of the page, as absolute addresses.
    pub links: Vec<String>,
    /// Addresses of resource hints.
    pub hints: Vec<String>,
    /// Whether it is a page of HTML.
    pub html: bool,
}

/// The banner's buttons, as the browser paints them.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Banner {
    /// The button that accepts everything.
    pub accept: Option<Button>,
    /// The button that refuses everything.
    pub refuse: Option<Button>,
    /// Whether there is a way to choose one by one.
    pub customise: bool,
    /// Whether there is a control that closes it without a choice.
    pub close: bool,
}

/// A button.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Button {
    /// Width in CSS pixels.
    pub width: f64,
    /// Height in CSS pixels.
    pub height: f64,
    /// Size of its text in CSS pixels.
    pub font_size: f64,
    /// Weight of its text.
    pub font_weight: f64,
    /// Contrast of its text against what is behind it, 1 to 21.
    pub contrast: f64,
    /// Contrast of its surface against what is around it, 1 to 21.
    pub prominence: f64,
}

/// Everything about one page, opened once.
#[derive(Clone, Debug)]
pub struct PageSeen {
    /// Path and query.
    pub page: String,
    /// Status of the document; 0 when there was no answer.
    pub status: u16,
    /// Why it could not be opened, if so.
    pub failure: Option<String>,
    /// What happened, in the order in which the browser told it.
    pub facts: Vec<Fact>,
    /// What the page shows.
    pub dom: Dom,
    /// The jar afterwards.
    pub jar: Vec<JarCookie>,
}

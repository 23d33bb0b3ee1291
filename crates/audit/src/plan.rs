//! What is tried (R-AUD-01): scenarios, and the browsers they are tried in.

use std::collections::BTreeSet;

use serde::Serialize;

/// What the visitor does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scenario {
    /// Opens pages and clicks nothing.
    Nothing,
    /// Closes the banner, presses Escape, scrolls: none of it is a choice.
    Closed,
    /// Refuses everything.
    Refuse,
    /// Accepts everything.
    Accept,
    /// Accepts one service.
    OnePurpose,
    /// Accepts everything, then withdraws.
    Withdraw,
    /// Sends Global Privacy Control.
    Gpc,
    /// Sends Do Not Track.
    Dnt,
    /// Has scripts turned off, and refuses with a form if asked.
    NoScript,
    /// Chooses another language.
    Language,
    /// Comes back, after having refused if asked.
    SecondVisit,
    /// Sees the pages in a frame of somebody else's page.
    Embed,
    /// Has signed in.
    SignedIn,
}

impl Scenario {
    /// Every scenario, in the order in which they are tried.
    pub const ALL: [Self; 13] = [
        Self::Nothing,
        Self::Closed,
        Self::Refuse,
        Self::Accept,
        Self::OnePurpose,
        Self::Withdraw,
        Self::Gpc,
        Self::Dnt,
        Self::NoScript,
        Self::Language,
        Self::SecondVisit,
        Self::Embed,
        Self::SignedIn,
    ];

    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Closed => "closed",
            Self::Refuse => "refuse",
            Self::Accept => "accept",
            Self::OnePurpose => "one_purpose",
            Self::Withdraw => "withdraw",
            Self::Gpc => "gpc",
            Self::Dnt => "dnt",
            Self::NoScript => "no_script",
            Self::Language => "language",
            Self::SecondVisit => "second_visit",
            Self::Embed => "embed",
            Self::SignedIn => "signed_in",
        }
    }

    /// Whether it only makes sense where something asks for consent.
    pub fn needs_a_question(self) -> bool {
        matches!(
            self,
            Self::Closed | Self::Refuse | Self::Accept | Self::OnePurpose | Self::Withdraw
        )
    }

    /// The browsers it is tried in.
    pub fn browsers(self) -> &'static [Device] {
        match self {
            Self::Nothing => &[Device::Desktop, Device::Mobile, Device::Firefox],
            Self::Refuse | Self::Accept => &[Device::Desktop, Device::Mobile],
            _ => &[Device::Desktop],
        }
    }
}

/// The browsers and screens that pages are opened with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    /// 1280 × 900 CSS pixels.
    Desktop,
    /// 390 × 844 CSS pixels, a telephone's.
    Mobile,
    /// Says that it is Firefox: pages may treat it otherwise.
    Firefox,
}

impl Device {
    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Mobile => "mobile",
            Self::Firefox => "firefox",
        }
    }
}

/// What the visitor has decided when a page is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Nothing yet.
    Undecided,
    /// Nothing, but the banner was closed.
    Closed,
    /// Refused.
    Refused,
    /// Accepted all.
    All,
    /// Accepted these services.
    Some(BTreeSet<String>),
    /// Accepted all, then withdrew.
    Withdrawn,
    /// Decided nothing, and sends a signal that means refusal.
    Signalled,
}

/// A page that is not served by anybody: the audit answers for it.
#[derive(Clone, Debug)]
pub struct Foreign {
    /// Its address.
    pub url: String,
    /// Its body, in base 64, as the protocol wants it.
    pub body: String,
}

/// How a tab is set up.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Origin of the audited site: its requests carry the audit's header.
    pub origin: String,
    /// What that header says.
    pub mark: String,
    /// Width and height in CSS pixels.
    pub size: (u32, u32),
    /// Whether it is a telephone.
    pub mobile: bool,
    /// What it says it is, if not what it is.
    pub user_agent: Option<&'static str>,
    /// Whether scripts run.
    pub scripts: bool,
    /// Headers of every request: signals.
    pub headers: Vec<(&'static str, &'static str)>,
    /// What makes the signal visible to scripts.
    pub signal_script: Option<&'static str>,
    /// A page of somebody else.
    pub foreign: Option<Foreign>,
}

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const TELEPHONE: &str =
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36";

impl Setup {
    /// The set-up of `scenario` on `device` for the site at `origin`, whose requests are marked with `mark`.
    pub fn new(origin: &str, mark: &str, scenario: Scenario, device: Device) -> Self {
        let (headers, signal_script) = match scenario {
            Scenario::Gpc => (
                vec![("Sec-GPC", "1")],
                Some("Object.defineProperty(Navigator.prototype,'globalPrivacyControl',{get:()=>true});"),
            ),
            Scenario::Dnt => (
                vec![("DNT", "1")],
                Some("Object.defineProperty(Navigator.prototype,'doNotTrack',{get:()=>'1'});"),
            ),
            _ => (Vec::new(), None),
        };
        Self {
            origin: origin.to_owned(),
            mark: mark.to_owned(),
            size: if device == Device::Mobile {
                (390, 844)
            } else {
                (1280, 900)
            },
            mobile: device == Device::Mobile,
            user_agent: match device {
                Device::Desktop => None,
                Device::Mobile => Some(TELEPHONE),
                Device::Firefox => Some(FIREFOX),
            },
            scripts: scenario != Scenario::NoScript,
            headers,
            signal_script,
            foreign: None,
        }
    }
}

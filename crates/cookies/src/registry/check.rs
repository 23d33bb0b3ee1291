//! What an administrator may declare: checked as a whole before it is kept (R-REG-10, R-BAD-04).

use parvis_model::id::is_slug;
use parvis_model::{Localized, Portal};

use super::additions::{AddedEntry, Additions, Ground};
use super::exemption::COOKIE_DAYS;
use super::{DomainRule, EntryId, Kind, Name};
use crate::choice::MAX_SERVICES;

pub mod address;
mod services;

/// Longest life of anything, in seconds: 13 months. (Browsers cap cookies at 400 days, which is more.)
pub const MAX_LIFE: u32 = COOKIE_DAYS * 86_400;
/// Most entries of a portal.
pub const MAX_ENTRIES: usize = 200;
/// Longest text of an entry or service, in characters.
pub const MAX_TEXT: usize = 600;
/// Longest text around the table, in characters.
pub const MAX_CHARTER_TEXT: usize = 20_000;

/// What a complaint is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// An entry, by its id.
    Entry(String),
    /// A service, by its id.
    Service(String),
    /// The wording of an entry of the product, by its id.
    Wording(String),
    /// The texts of the charter.
    Charter,
}

/// Why something may not be declared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{part:?}, {field}: {problem}")]
pub struct Complaint {
    /// What it is about.
    pub part: Part,
    /// The field, as it is called in the document and the form.
    pub field: &'static str,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What can be wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Not a slug.
    #[error("use 1 to 40 lower-case letters, digits and inner hyphens")]
    Slug,
    /// Something else is called so.
    #[error("this is used already")]
    Taken,
    /// The product's own name.
    #[error("this name is one of the platform's own")]
    Reserved,
    /// Missing.
    #[error("this is needed, in the portal's first language at least")]
    Missing,
    /// Too long.
    #[error("this is too long")]
    TooLong,
    /// Characters that cannot be there.
    #[error("this holds characters that cannot be there")]
    Characters,
    /// A pattern that stands for almost anything.
    #[error(
        "a pattern needs at least three characters besides its stars, the first one of them, and at most three stars"
    )]
    TooWide,
    /// Not a host name of somebody else.
    #[error("give a host name of somebody else, such as media.example.org or *.example.org")]
    Host,
    /// Not an HTTPS address.
    #[error("give an address that begins with https:// and a host name")]
    Https,
    /// Lives too long.
    #[error("nothing may be kept for more than 13 months (396 days)")]
    Life,
    /// A life where nothing is kept.
    #[error("this kind does not outlive the tab: leave the duration empty")]
    NoLife,
    /// Needs consent, and no service asks for it.
    #[error("what needs consent belongs to a service: choose one")]
    Consent,
    /// Names no service of the portal.
    #[error("there is no such service")]
    NoService,
    /// More of them than there may be.
    #[error("there are too many")]
    TooMany,
    /// A setting of the service that cannot be right.
    #[error("this setting is not what the service expects")]
    Setting,
    /// An exemption for a tool that cannot be exempt.
    #[error("this tool cannot be exempt from consent")]
    NotExempt,
}

impl Problem {
    /// The name it has in keys of texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Slug => "slug",
            Self::Taken => "taken",
            Self::Reserved => "reserved",
            Self::Missing => "missing",
            Self::TooLong => "too-long",
            Self::Characters => "characters",
            Self::TooWide => "too-wide",
            Self::Host => "host",
            Self::Https => "https",
            Self::Life => "life",
            Self::NoLife => "no-life",
            Self::Consent => "consent",
            Self::NoService => "no-service",
            Self::TooMany => "too-many",
            Self::Setting => "setting",
            Self::NotExempt => "not-exempt",
        }
    }
}

/// Everything that is wrong with `additions` to the registry of `portal`; nothing if they may be kept.
pub fn check(portal: &Portal, additions: &Additions) -> Vec<Complaint> {
    let mut desk = Desk {
        portal,
        additions,
        complaints: Vec::new(),
    };
    desk.entries();
    desk.services();
    desk.wording();
    desk.charter();
    desk.complaints
}

/// Where complaints are collected.
struct Desk<'a> {
    portal: &'a Portal,
    additions: &'a Additions,
    complaints: Vec<Complaint>,
}

impl Desk<'_> {
    fn refuse(&mut self, part: &Part, field: &'static str, problem: Problem) {
        self.complaints.push(Complaint {
            part: part.clone(),
            field,
            problem,
        });
    }

    fn require(&mut self, holds: bool, part: &Part, field: &'static str, problem: Problem) {
        if !holds {
            self.refuse(part, field, problem);
        }
    }

    /// A text in each of its languages; `needed` in the portal's first.
    fn localized(&mut self, text: &Localized, needed: bool, longest: usize, part: &Part, field: &'static str) {
        let first = text.0.get(self.portal.default_language());
        let missing = needed && first.is_none_or(|text| text.trim().is_empty());
        self.require(!missing, part, field, Problem::Missing);
        for (lang, text) in &text.0 {
            self.require(self.portal.languages.contains(lang), part, field, Problem::Characters);
            self.line(text, longest, part, field);
        }
    }

    /// A text of one language. Lines may be broken in the long ones.
    fn line(&mut self, text: &str, longest: usize, part: &Part, field: &'static str) {
        self.require(text.chars().count() <= longest, part, field, Problem::TooLong);
        let breaks = longest == MAX_CHARTER_TEXT;
        let odd = |c: char| (c.is_control() && !(breaks && c == '\n')) || is_invisible(c);
        self.require(!text.chars().any(odd), part, field, Problem::Characters);
    }

    fn provider(&mut self, provider: &str, part: &Part) {
        self.require(!provider.trim().is_empty(), part, "provider", Problem::Missing);
        self.line(provider, 100, part, "provider");
    }

    fn entries(&mut self) {
        let additions = self.additions;
        for (at, entry) in additions.entries.iter().enumerate() {
            let part = Part::Entry(entry.id.clone());
            self.require(at < MAX_ENTRIES, &part, "id", Problem::TooMany);
            self.entry_id(entry, at, &part);
            self.entry_name(entry, at, &part);
            self.domain(&entry.domain, &part);
            self.provider(&entry.provider, &part);
            self.localized(&entry.service, true, MAX_TEXT, &part, "service");
            self.localized(&entry.purpose, true, MAX_TEXT, &part, "purpose");
            self.life(entry, &part);
            self.consent(entry, &part);
            let path = entry.path.starts_with('/') && entry.path.len() <= 200 && entry.path.bytes().all(is_path);
            self.require(path, &part, "path", Problem::Characters);
        }
    }

    fn entry_id(&mut self, entry: &AddedEntry, at: usize, part: &Part) {
        self.require(is_id(&entry.id), part, "id", Problem::Slug);
        let product = EntryId::ALL.iter().any(|id| id.as_str() == entry.id);
        self.require(!product, part, "id", Problem::Reserved);
        let earlier = self.additions.entries[..at].iter().any(|other| other.id == entry.id);
        self.require(!earlier, part, "id", Problem::Taken);
    }

    fn entry_name(&mut self, entry: &AddedEntry, at: usize, part: &Part) {
        let name = entry.name.as_str();
        if entry.kind == Kind::ThirdPartyHost {
            self.require(self.is_foreign(name), part, "name", Problem::Host);
        } else {
            let fits = |b: u8| match entry.kind {
                Kind::Cookie => is_token(b),
                _ => !b.is_ascii_control(),
            };
            let plain = name.bytes().all(fits) && !name.chars().any(|c| c.is_control() || is_invisible(c));
            self.require(!name.trim().is_empty(), part, "name", Problem::Missing);
            self.require(plain && name.trim() == name, part, "name", Problem::Characters);
            self.require(name.len() <= 200, part, "name", Problem::TooLong);
            let narrow = !entry.name.is_pattern() || is_narrow(name);
            self.require(narrow, part, "name", Problem::TooWide);
            let own = entry.kind == Kind::Cookie && entry.domain == DomainRule::HostOnly;
            let ours = narrow && own && is_reserved(&entry.name);
            self.require(!ours, part, "name", Problem::Reserved);
        }
        let same = |other: &AddedEntry| {
            (other.kind, &other.name, &other.domain) == (entry.kind, &entry.name, &entry.domain)
                && other.valid_to.is_none()
        };
        let earlier = entry.valid_to.is_none() && self.additions.entries[..at].iter().any(same);
        self.require(!earlier, part, "name", Problem::Taken);
    }

    fn life(&mut self, entry: &AddedEntry, part: &Part) {
        let within = entry.max_age.is_none_or(|life| (1..=MAX_LIFE).contains(&life));
        self.require(within, part, "max_age", Problem::Life);
        let brief = matches!(entry.kind, Kind::SessionStorage | Kind::ThirdPartyHost);
        self.require(!brief || entry.max_age.is_none(), part, "max_age", Problem::NoLife);
        if let Ground::Measurement(exemption) = &entry.ground {
            let life = entry.max_age.unwrap_or(0).div_ceil(86_400);
            let told = !exemption.is_earned() || life <= exemption.cookie_days;
            self.require(told, part, "cookie_days", Problem::Life);
        }
    }

    fn consent(&mut self, entry: &AddedEntry, part: &Part) {
        let asks = entry.category().needs_consent();
        match &entry.service_id {
            None => self.require(!asks, part, "service_id", Problem::Consent),
            Some(id) => {
                let service = self.additions.service(id);
                self.require(service.is_some(), part, "service_id", Problem::NoService);
                // What goes through this server needs nothing in the browser.
                let proxied = service.is_some_and(crate::Service::is_proxied);
                self.require(!proxied, part, "service_id", Problem::Setting);
            }
        }
    }

    fn domain(&mut self, domain: &DomainRule, part: &Part) {
        if let DomainRule::ThirdParty(host) = domain {
            self.require(self.is_foreign(host), part, "domain", Problem::Host);
        }
    }

    /// Whether `host` is a host name, or `*.` and a domain, that is neither the portal's nor stands for it.
    fn is_foreign(&self, host: &str) -> bool {
        let pattern = Name::new(host);
        let public = address::host_of(&self.portal.public_url);
        let mut own = self.portal.hosts.iter().map(String::as_str).chain(public.as_deref());
        address::is_host(host) && !own.any(|own| pattern.matches(own))
    }

    fn wording(&mut self) {
        for (id, wording) in &self.additions.wording {
            let part = Part::Wording(id.clone());
            let known = EntryId::ALL.iter().any(|own| own.as_str() == id);
            self.require(known, &part, "id", Problem::Reserved);
            self.localized(&wording.service, false, MAX_TEXT, &part, "service");
            self.localized(&wording.purpose, false, MAX_TEXT, &part, "purpose");
            if let Some(provider) = &wording.provider {
                self.provider(provider, &part);
            }
        }
    }

    fn charter(&mut self) {
        let texts = &self.additions.charter;
        self.localized(&texts.before, false, MAX_CHARTER_TEXT, &Part::Charter, "before");
        self.localized(&texts.after, false, MAX_CHARTER_TEXT, &Part::Charter, "after");
        if let Some(url) = &texts.see_also {
            self.require(address::is_https(url), &Part::Charter, "see_also", Problem::Https);
        }
    }
}

/// A slug that is also fit for a label of a host name and for addresses.
fn is_id(id: &str) -> bool {
    is_slug(id) && id.len() <= 40 && !id.contains('_')
}

/// A character of a cookie's name (RFC 9110, token), stars of patterns among them.
fn is_token(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b)
}

fn is_path(b: u8) -> bool {
    b.is_ascii_graphic() && !b";,\"\\<>".contains(&b)
}

/// Characters that show nothing, or change the order of others: names that look alike must not differ.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// Whether a pattern says enough of the names it stands for.
fn is_narrow(pattern: &str) -> bool {
    let stars = pattern.matches('*').count();
    !pattern.starts_with('*') && stars <= 3 && pattern.len() - stars >= 3
}

/// Whether a cookie could be taken for one of the product's: its name whatever the case, with a prefix of hardened names, or
/// by a pattern (R-BAD-04, R-TEN-09).
fn is_reserved(name: &Name) -> bool {
    let lower = name.as_str().to_ascii_lowercase();
    let bare = ["__host-http-", "__host-", "__http-", "__secure-"]
        .iter()
        .find_map(|prefix| lower.strip_prefix(prefix))
        .unwrap_or(&lower);
    let bare = Name::new(bare);
    EntryId::ALL.iter().any(|id| bare.matches(id.as_str()))
}

#[cfg(test)]
mod tests;

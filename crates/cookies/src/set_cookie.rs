//! The only place able to make the value of a `Set-Cookie` header (R-REG-02).
//!
//! Every function takes a [`ProductCookie`], and all attributes are its own, also on a deletion (R-REG-03). No `Domain` is
//! ever written except to delete copies that somebody else planted (R-TEN-01, R-CSRF-09).

use std::borrow::Cow;
use std::fmt::{self, Write};

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::Error;
use crate::registry::{DomainRule, Entry, Kind, ProductCookie, SameSite};

/// Longest name and value together that browsers keep, in bytes.
pub const MAX_PAIR_BYTES: usize = 4096;
/// Most deletions sent for one planted cookie, so that healing cannot itself overflow the header block.
pub const MAX_HEALING: usize = 24;

/// How long a cookie lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// As long as the registry says.
    Registry,
    /// At most this many seconds, and never longer than the registry says.
    AtMost(u32),
    /// Until the browser closes: neither `Max-Age` nor `Expires`.
    Browser,
}

/// The value of a `Set-Cookie` header. Only this module makes one.
#[derive(Clone, PartialEq, Eq)]
pub struct SetCookie {
    name: Cow<'static, str>,
    header: String,
}

impl SetCookie {
    /// The header's value: visible ASCII.
    pub fn as_str(&self) -> &str {
        &self.header
    }

    /// The cookie's name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Debug for SetCookie {
    /// Values are secrets: only the name is shown (R-BAD-03).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SetCookie({}, value hidden)", self.name)
    }
}

/// Sets the cookie `cookie` to `value`. `https` is whether the portal is served over https.
///
/// # Errors
/// The value is empty, holds a character other than letters, digits and `-._~`, or makes the cookie too long.
pub fn set(
    cookie: &ProductCookie,
    value: &str,
    life: Life,
    https: bool,
    now: DateTime<Utc>,
) -> Result<SetCookie, Error> {
    if value.is_empty() || !value.bytes().all(is_plain) {
        return Err(Error::CookieValue {
            name: cookie.name().to_owned(),
        });
    }
    let bytes = cookie.name().len() + value.len();
    if bytes > MAX_PAIR_BYTES {
        return Err(Error::CookieTooLong {
            name: cookie.name().to_owned(),
            bytes,
        });
    }
    let seconds = match life {
        Life::Registry => Some(cookie.max_age()),
        Life::AtMost(seconds) => Some(seconds.min(cookie.max_age())),
        Life::Browser => None,
    };
    let expiry = seconds.map(|seconds| (seconds, now + TimeDelta::seconds(i64::from(seconds))));
    Ok(write(
        &Look::of(cookie),
        &Parts {
            value,
            expiry,
            path: cookie.path(),
            domain: None,
        },
        https,
    ))
}

/// Deletes the cookie `cookie`: empty value, `Max-Age=0` and a date in 1970, with the attributes it was set with.
pub fn delete(cookie: &ProductCookie, https: bool) -> SetCookie {
    write(&Look::of(cookie), &deletion(cookie.path(), None), https)
}

/// Deletes the copies of a cookie that a sibling host or another path may have planted (R-CSRF-09): one deletion for
/// each domain from `host` up to its last two labels, and for each longer path under which `path` (of this request)
/// lies. The portal's own cookie, host-only at the registry's path, is left alone.
///
/// A browser ignores a deletion for a domain that belongs to everybody (`co.uk`), so no list of those is needed.
pub fn heal(cookie: &ProductCookie, host: &str, path: &str, https: bool) -> Vec<SetCookie> {
    let domains = domains(host);
    let paths = longer_paths(path);
    let parents = domains.iter().map(|domain| (cookie.path(), Some(*domain)));
    let own = paths.iter().map(|path| (path.as_str(), None));
    let both = paths
        .iter()
        .flat_map(|path| domains.iter().map(move |domain| (path.as_str(), Some(*domain))));
    // Siblings plant for a parent, and only somebody on this very host without one: the former go first.
    let all = parents.chain(both).chain(own).take(MAX_HEALING);
    all.map(|(path, domain)| write(&Look::of(cookie), &deletion(path, domain), https))
        .collect()
}

/// Deletes the cookie `name` of a service that the visitor does not agree to (R-CON-08), wherever it may have been set: under
/// `/`, its declared path and each path on the way to `path`, for the host alone and for each domain above it. Nothing unless
/// `entry` declares that name as a cookie of this portal's host that needs consent.
pub fn forget(entry: &Entry, name: &str, host: &str, path: &str, https: bool) -> Vec<SetCookie> {
    let ours = entry.kind == Kind::Cookie && entry.domain == DomainRule::HostOnly && entry.category.needs_consent();
    let product = ProductCookie::ALL.iter().any(|cookie| cookie.name() == name);
    let plain = !name.is_empty() && name.bytes().all(is_plain);
    if !ours || product || !plain || !entry.name.matches(name) {
        return Vec::new();
    }
    let mut paths = vec!["/".to_owned()];
    paths.extend(longer_paths(&format!("{}/", entry.path.trim_end_matches('/'))));
    paths.extend(longer_paths(path));
    paths.dedup();
    let domains: Vec<_> = std::iter::once(None)
        .chain(domains(host).into_iter().map(Some))
        .collect();
    let all = paths
        .iter()
        .flat_map(|path| domains.iter().map(move |domain| (path, *domain)));
    let look = Look {
        name: Cow::Owned(name.to_owned()),
        http_only: false,
        secure: true,
        same_site: entry.same_site,
    };
    all.take(MAX_HEALING)
        .map(|(path, domain)| write(&look, &deletion(path, domain), https))
        .collect()
}

/// The name and attributes that stay the same from one header to another of the same cookie.
struct Look {
    name: Cow<'static, str>,
    http_only: bool,
    secure: bool,
    same_site: Option<SameSite>,
}

impl Look {
    fn of(cookie: &ProductCookie) -> Self {
        Self {
            name: Cow::Borrowed(cookie.name()),
            http_only: cookie.http_only(),
            secure: cookie.secure(),
            same_site: Some(cookie.same_site()),
        }
    }
}

/// What differs between one header and another of the same entry.
struct Parts<'a> {
    value: &'a str,
    expiry: Option<(u32, DateTime<Utc>)>,
    path: &'a str,
    domain: Option<&'a str>,
}

fn deletion<'a>(path: &'a str, domain: Option<&'a str>) -> Parts<'a> {
    Parts {
        value: "",
        expiry: Some((0, DateTime::UNIX_EPOCH)),
        path,
        domain,
    }
}

/// The one function that writes the header.
fn write(look: &Look, parts: &Parts<'_>, https: bool) -> SetCookie {
    let mut header = format!("{}={}", look.name, parts.value);
    let mut add = |args: fmt::Arguments<'_>| header.write_fmt(args).expect("a String takes any text");
    if let Some((seconds, date)) = parts.expiry {
        // Both, as Django sends them: clients that know only one of the two still obey.
        add(format_args!(
            "; Expires={}; Max-Age={seconds}",
            date.format("%a, %d %b %Y %H:%M:%S GMT")
        ));
    }
    if let Some(domain) = parts.domain {
        add(format_args!("; Domain={domain}"));
    }
    add(format_args!("; Path={}", parts.path));
    if look.http_only {
        add(format_args!("; HttpOnly"));
    }
    if look.secure && https {
        add(format_args!("; Secure"));
    }
    if let Some(same_site) = look.same_site {
        add(format_args!("; SameSite={}", same_site.as_str()));
    }
    SetCookie {
        name: look.name.clone(),
        header,
    }
}

/// Characters that mean nothing to cookies, headers or addresses.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// `host` and each domain above it that has at least two labels. None for an address in numbers.
fn domains(host: &str) -> Vec<&str> {
    if host.contains(':')
        || host
            .split('.')
            .next_back()
            .is_none_or(|last| last.parse::<u8>().is_ok())
    {
        return Vec::new();
    }
    let plain = |domain: &str| {
        domain
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
    };
    let starts = std::iter::once(0).chain(host.match_indices('.').map(|(at, _)| at + 1));
    starts
        .map(|at| &host[at..])
        .filter(|domain| domain.contains('.') && plain(domain))
        .collect()
}

/// The paths longer than `/` that a cookie sent to `path` may have, with and without their last slash.
fn longer_paths(path: &str) -> Vec<String> {
    let safe = |b: u8| is_plain(b) || matches!(b, b'/' | b'%' | b'!' | b'$' | b'\'' | b'(' | b')' | b'*' | b'+' | b',');
    // A path with any other character (above all `;`) is not echoed into a header.
    if !path.starts_with('/') || path.len() > 512 || !path.bytes().all(safe) {
        return Vec::new();
    }
    let mut paths = Vec::new();
    let inner = path.match_indices('/').skip(1).map(|(at, _)| at);
    for end in inner {
        paths.push(path[..end].to_owned());
        paths.push(path[..=end].to_owned());
    }
    if !path.ends_with('/') {
        paths.push(path.to_owned());
    }
    paths
}

#[cfg(test)]
mod tests;

//! What a `Cookie` header says, read as Django reads it, with bounds (R-BAD-01) and a memory for duplicates (R-CSRF-09).

use std::collections::BTreeMap;

/// Most cookies kept of one request. Browsers send at most 180 for a domain.
pub const MAX_COOKIES: usize = 256;
/// Most bytes read of all `Cookie` headers of one request.
pub const MAX_BYTES: usize = 64 * 1024;

/// The cookies of one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Jar {
    cookies: BTreeMap<String, Held>,
    truncated: bool,
}

#[derive(Clone, PartialEq, Eq)]
struct Held {
    value: String,
    conflict: bool,
}

impl std::fmt::Debug for Held {
    /// Values are secrets (R-BAD-03).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.conflict { "hidden, conflicting" } else { "hidden" })
    }
}

impl Jar {
    /// Reads the `Cookie` headers of a request; HTTP/2 may split one into several.
    ///
    /// A chunk is cut at its first `=`; without one it is a value with no name. White space around a value is dropped,
    /// and before a name; a name with white space *after* it stays another name (R-BAD-04). Quoted values are unquoted.
    /// Of several cookies with one name the last counts. Beyond the bounds nothing more is read.
    pub fn parse<'a>(lines: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut jar = Self::default();
        let mut budget = MAX_BYTES;
        for line in lines {
            if line.len() > budget {
                jar.truncated = true;
            }
            let read = &line[..line.len().min(budget)];
            budget -= read.len();
            for chunk in read.split(|byte| *byte == b';') {
                jar.add(chunk);
            }
        }
        jar
    }

    fn add(&mut self, chunk: &[u8]) {
        let (name, value) = match chunk.iter().position(|byte| *byte == b'=') {
            Some(at) => (chunk[..at].trim_ascii_start(), chunk[at + 1..].trim_ascii()),
            None => (&b""[..], chunk.trim_ascii()),
        };
        if name.is_empty() && value.is_empty() {
            return;
        }
        let name = String::from_utf8_lossy(name).into_owned();
        let value = String::from_utf8_lossy(&unquote(value)).into_owned();
        let full = self.cookies.len() == MAX_COOKIES;
        match self.cookies.get_mut(&name) {
            Some(held) => {
                held.conflict |= held.value != value;
                held.value = value;
            }
            None if full => self.truncated = true,
            None => {
                self.cookies.insert(name, Held { value, conflict: false });
            }
        }
    }

    /// The value of the cookie called `name` (case-sensitive): the last one, whatever came before.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(|held| held.value.as_str())
    }

    /// The names of all cookies, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.cookies.keys().map(String::as_str)
    }

    /// Whether `name` came more than once with different values, or may have: something was left unread. Then nobody
    /// can tell which of them is ours.
    pub fn conflict(&self, name: &str) -> bool {
        self.truncated || self.cookies.get(name).is_some_and(|held| held.conflict)
    }

    /// The value of `name` if there is no doubt about it.
    pub fn sole(&self, name: &str) -> Option<&str> {
        if self.conflict(name) { None } else { self.get(name) }
    }

    /// Whether part of the headers was left unread because they were over the bounds.
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// Number of different names.
    pub fn len(&self) -> usize {
        self.cookies.len()
    }

    /// Whether there is no cookie.
    pub fn is_empty(&self) -> bool {
        self.cookies.is_empty()
    }
}

/// Takes the quotes off, and reads `\ooo` (octal) and `\x` (x itself).
fn unquote(value: &[u8]) -> Vec<u8> {
    let [b'"', inner @ .., b'"'] = value else {
        return value.to_vec();
    };
    let mut plain = Vec::with_capacity(inner.len());
    let mut rest = inner;
    loop {
        rest = match rest {
            [b'\\', a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', tail @ ..] => {
                plain.push((a - b'0') * 64 + (b - b'0') * 8 + (c - b'0'));
                tail
            }
            [b'\\', escaped, tail @ ..] => {
                plain.push(*escaped);
                tail
            }
            [byte, tail @ ..] => {
                plain.push(*byte);
                tail
            }
            [] => return plain,
        };
    }
}

#[cfg(test)]
mod tests;

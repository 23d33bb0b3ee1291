//! Cookies, storage and contacts of one visit against the charter.

use super::{Judge, decided, host_of, verdict, whose};
use crate::charter::{Kind, Row, When};
use crate::cookie_line::CookieLine;
use crate::facts::{Contact, Fact, How, SetCookie};
use crate::finding::Code;
use crate::plan::{Consent, Scenario};
use crate::run::Visit;

/// Browsers ignore a cookie whose name and value are longer, in bytes.
const LONGEST_COOKIE: usize = 4_096;

impl<'r> Judge<'r> {
    /// Judges everything that happened during a visit.
    pub(super) fn items(&mut self, visit: &'r Visit) {
        for fact in &visit.seen.facts {
            match fact {
                Fact::SetCookie(set) => self.set_cookie(set, visit),
                Fact::Stored { kind, origin, name } => self.stored(*kind, origin, name, visit),
                Fact::Contact(contact) => self.contact(contact, visit),
                // How the browser shows what is no page (XML, a picture) is its own affair.
                Fact::Blocked { .. } if visit.seen.failure.is_none() && !visit.seen.dom.html => {}
                Fact::Blocked { directive, what } => {
                    let what = host_of(what).unwrap_or_else(|| what.clone());
                    self.add(Code::PolicyViolation, &format!("{directive} {what}"), "", visit);
                }
                Fact::Answer(answer) => {
                    let kept = !answer.cache_control.to_ascii_lowercase().contains("no-store");
                    if answer.sets && kept && host_of(&answer.url).is_some_and(|host| self.is_own(&host)) {
                        let path = url::Url::parse(&answer.url)
                            .map(|url| url.path().to_owned())
                            .unwrap_or_default();
                        self.add(Code::CacheableSetCookie, &path, "", visit);
                    }
                }
            }
        }
        self.jar(visit);
    }

    fn set_cookie(&mut self, set: &SetCookie, visit: &Visit) {
        let line = CookieLine::parse(&set.line);
        let Some(host) = host_of(&set.url) else { return };
        let own = self.is_own(&host);
        let deletes = line.deletes(set.at);
        let subject = if own {
            line.name.clone()
        } else {
            format!("{} ({host})", line.name)
        };
        if line.name.is_empty() || line.bytes > LONGEST_COOKIE {
            let why = if line.name.is_empty() {
                "it has no name"
            } else {
                "name and value are over 4096 bytes"
            };
            self.add(Code::InvalidCookie, &subject, why, visit);
        }
        let Some(row) = self.run.charter.find(Kind::Cookie, &line.name, &host, own) else {
            if !deletes {
                let how = writer(set);
                self.undeclared(
                    Code::UndeclaredCookie,
                    &subject,
                    whose(&line.name, &host, own),
                    &how,
                    visit,
                );
                self.life(&line, set, None, &subject, visit);
            }
            return;
        };
        self.attributes(row, &line, set, &subject, visit);
        if deletes {
            return;
        }
        self.saw(row);
        self.gate(row, &subject, &writer(set), visit);
        if !occasion(row, visit) {
            self.add(Code::NotAskedFor, &subject, "", visit);
        }
        if own && visit.scenario == Scenario::Embed {
            self.add(Code::StoredInEmbed, &subject, "cookie", visit);
        }
    }

    fn stored(&mut self, kind: Kind, origin: &str, name: &str, visit: &Visit) {
        let Some(host) = host_of(origin) else { return };
        let own = self.is_own(&host);
        let subject = if own {
            name.to_owned()
        } else {
            format!("{name} ({host})")
        };
        match self.run.charter.find(kind, name, &host, own) {
            Some(row) => {
                self.saw(row);
                self.gate(row, &subject, "", visit);
            }
            None => self.undeclared(undeclared(kind), &subject, whose(name, &host, own), "", visit),
        }
        if own && visit.scenario == Scenario::Embed {
            self.add(
                Code::StoredInEmbed,
                &subject,
                undeclared(kind).as_str().trim_start_matches("undeclared_"),
                visit,
            );
        }
    }

    fn contact(&mut self, contact: &Contact, visit: &Visit) {
        let Some(host) = host_of(&contact.url) else { return };
        let embedder = visit.scenario == Scenario::Embed && host.starts_with("embedder.");
        if self.is_own(&host) || embedder {
            return;
        }
        let how = match contact.how {
            How::Request => "",
            How::Beacon => "beacon",
            How::Socket => "socket",
            How::Peer => "peer connection",
            How::Hint => "resource hint",
        };
        let Some(row) = self.run.charter.contact(&host) else {
            let code = if contact.how == How::Hint {
                Code::UndeclaredHint
            } else {
                Code::UndeclaredHost
            };
            self.undeclared(code, &host, whose("", &host, false), how, visit);
            return;
        };
        self.saw(row);
        self.gate(row, &host, how, visit);
    }

    /// Whether something that was seen waited for consent.
    fn gate(&mut self, row: &Row, subject: &str, detail: &str, visit: &Visit) {
        if let Some(code) = verdict(row, &visit.consent) {
            self.add(code, subject, detail, visit);
        }
    }

    /// The jar: what came into it unseen, what should be gone from it, what is in it twice.
    fn jar(&mut self, visit: &Visit) {
        for (at, cookie) in visit.seen.jar.iter().enumerate() {
            let domain = cookie.domain.trim_start_matches('.');
            let wide = cookie.domain.starts_with('.') && self.host.ends_with(&cookie.domain);
            if !self.is_own(domain) && !wide {
                continue;
            }
            match self.run.charter.find(Kind::Cookie, &cookie.name, &self.host, true) {
                None => {
                    let whose = whose(&cookie.name, domain, true);
                    self.undeclared(Code::UndeclaredCookie, &cookie.name, whose, "", visit);
                }
                Some(row) if matches!(visit.consent, Consent::Refused | Consent::Withdrawn) => {
                    self.gate(row, &cookie.name, "still in the jar", visit);
                }
                Some(_) => {}
            }
            let same = |other: &crate::facts::JarCookie| {
                let domain = other.domain.trim_start_matches('.');
                other.name == cookie.name && (self.is_own(domain) || self.host.ends_with(&other.domain))
            };
            if visit.seen.jar[..at].iter().any(same) {
                self.add(Code::DuplicateCookie, &cookie.name, "", visit);
            }
        }
    }
}

/// Whether it was time for a row to appear.
fn occasion(row: &Row, visit: &Visit) -> bool {
    match row.occasion() {
        When::Visit => true,
        When::Form => visit.seen.dom.form || visit.acted,
        When::Choice => decided(&visit.consent),
        When::Language => visit.scenario == Scenario::Language,
        When::SignIn => visit.scenario == Scenario::SignedIn,
    }
}

/// Who wrote a cookie.
fn writer(set: &SetCookie) -> String {
    match &set.stack {
        None => "set by an answer".to_owned(),
        // Queries and positions change from build to build; the file says enough.
        Some(stack) => match stack.iter().find_map(|call| file(call)) {
            Some(file) => format!("written by {file}"),
            None => "written by a script of the page".to_owned(),
        },
    }
}

/// The path of the script in a line of a stack, `at name (https://host/path.js:1:2)`.
fn file(call: &str) -> Option<String> {
    let begin = call.find("http")?;
    let address = call[begin..].trim_end_matches(')');
    let address = address.rsplitn(3, ':').nth(2)?;
    let url = url::Url::parse(address).ok()?;
    Some(format!("{}{}", url.host_str()?, url.path()))
}

fn undeclared(kind: Kind) -> Code {
    match kind {
        Kind::Cookie => Code::UndeclaredCookie,
        Kind::LocalStorage => Code::UndeclaredLocalStorage,
        Kind::SessionStorage => Code::UndeclaredSessionStorage,
        Kind::IndexedDb => Code::UndeclaredIndexedDb,
        Kind::CacheApi => Code::UndeclaredCache,
        Kind::ServiceWorker => Code::UndeclaredServiceWorker,
        Kind::ThirdPartyHost => Code::UndeclaredHost,
    }
}

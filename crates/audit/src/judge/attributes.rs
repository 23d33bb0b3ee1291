//! The attributes of a cookie against its row, at every occurrence, deletions included (R-REG-03).

use super::Judge;
use crate::charter::{Row, When};
use crate::cookie_line::CookieLine;
use crate::facts::SetCookie;
use crate::finding::Code;
use crate::run::Visit;

/// What a life may be longer than declared, in seconds: clocks differ, and answers take their time.
const SLACK: i64 = 60;
/// Thirteen months, at most, in seconds.
const LIMIT: i64 = 397 * 86_400;

impl Judge<'_> {
    /// Compares a line with its row.
    pub(super) fn attributes(&mut self, row: &Row, line: &CookieLine, set: &SetCookie, subject: &str, visit: &Visit) {
        let mut wrong = |code, detail: String| self.add(code, subject, &detail, visit);
        let deletes = line.deletes(set.at);
        let by_script = set.stack.is_some();
        // A deletion may reach for copies that somebody else tossed, on other paths and parent domains (R-CSRF-09).
        if !deletes {
            let path = line.path.clone().unwrap_or_else(|| default_path(&set.url));
            if let Some(declared) = row.path.as_ref().filter(|declared| **declared != path) {
                wrong(Code::WrongPath, format!("{path} instead of {declared}"));
            }
            let wide = row.host.as_ref().is_some_and(|host| host.starts_with(['*', '.']));
            if let Some(domain) = line.domain.as_ref().filter(|_| !wide) {
                wrong(Code::WrongDomain, format!("it goes to every host under {domain}"));
            }
        }
        if row.secure == Some(true) && set.url.starts_with("https:") && !line.secure {
            wrong(Code::WrongSecure, "Secure is missing".to_owned());
        }
        if !by_script && row.http_only.is_some_and(|declared| declared != line.http_only) {
            let state = if line.http_only {
                "HttpOnly is set"
            } else {
                "HttpOnly is missing"
            };
            wrong(Code::WrongHttpOnly, state.to_owned());
        }
        if let Some(declared) = &row.same_site {
            let found = line.same_site.as_deref().unwrap_or("nothing");
            if !found.eq_ignore_ascii_case(declared) {
                wrong(Code::WrongSameSite, format!("{found} instead of {declared}"));
            }
        }
        let known = (row.occasion() != When::Visit).then_some("server");
        match row.set_by.as_deref().or(known) {
            Some("server") if by_script => wrong(Code::WrongWriter, "a script, instead of the server".to_owned()),
            Some("script") if !by_script => wrong(Code::WrongWriter, "the server, instead of a script".to_owned()),
            _ => {}
        }
        self.life(line, set, row.max_age, subject, visit);
    }

    /// Compares a life with the declared one, in seconds, and with the limit.
    pub(super) fn life(
        &mut self,
        line: &CookieLine,
        set: &SetCookie,
        declared: Option<u32>,
        subject: &str,
        visit: &Visit,
    ) {
        let Some(life) = line.life(set.at).filter(|life| *life > 0) else {
            return;
        };
        if let Some(declared) = declared.filter(|declared| life > i64::from(*declared) + SLACK) {
            let wanted = if declared == 0 {
                "the end of the session".to_owned()
            } else {
                days(i64::from(declared))
            };
            self.add(
                Code::LongerLife,
                subject,
                &format!("{} instead of {wanted}", days(life)),
                visit,
            );
        }
        if life > LIMIT + SLACK {
            self.add(Code::LifeOverLimit, subject, &days(life), visit);
        }
    }
}

/// A life in the unit that it is a whole number of, so that the same life reads the same in every run.
fn days(seconds: i64) -> String {
    // Lives that were counted from a date are some seconds short.
    let rounded = (seconds + SLACK) / (2 * SLACK) * (2 * SLACK);
    if rounded >= 86_400 {
        format!("{} days", (rounded + 43_200) / 86_400)
    } else {
        format!("{} minutes", rounded / 60)
    }
}

/// The path of a cookie that states none: the folder of the address.
fn default_path(url: &str) -> String {
    let path = url::Url::parse(url)
        .map(|url| url.path().to_owned())
        .unwrap_or_default();
    match path.rfind('/') {
        None | Some(0) => "/".to_owned(),
        Some(end) => path[..end].to_owned(),
    }
}

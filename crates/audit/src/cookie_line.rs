//! Reading a `Set-Cookie` line as browsers do (RFC 6265bis §5.6).

use chrono::NaiveDateTime;

/// What a line says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CookieLine {
    /// Its name; empty for one without.
    pub name: String,
    /// Bytes of name and value.
    pub bytes: usize,
    /// `Domain`, without a leading dot, in lower case.
    pub domain: Option<String>,
    /// `Path`, if it begins with a slash.
    pub path: Option<String>,
    /// `Max-Age`, in seconds.
    pub max_age: Option<i64>,
    /// `Expires`, in seconds since 1970.
    pub expires: Option<i64>,
    /// Whether it has `Secure`.
    pub secure: bool,
    /// Whether it has `HttpOnly`.
    pub http_only: bool,
    /// `SameSite` as it is written.
    pub same_site: Option<String>,
}

impl CookieLine {
    /// Reads a line. Anything is a line: what makes no sense is left out.
    pub fn parse(line: &str) -> Self {
        let mut parts = line.split(';');
        // `split` gives at least one part.
        let pair = parts.next().unwrap_or_default().trim();
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        let (name, value) = (name.trim(), value.trim());
        let mut read = Self {
            name: name.to_owned(),
            bytes: name.len() + value.len(),
            ..Self::default()
        };
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            read.attribute(&key.trim().to_ascii_lowercase(), value.trim());
        }
        read
    }

    fn attribute(&mut self, key: &str, value: &str) {
        match key {
            "domain" => {
                let domain = value.strip_prefix('.').unwrap_or(value).to_ascii_lowercase();
                self.domain = (!domain.is_empty()).then_some(domain);
            }
            "path" => self.path = value.starts_with('/').then(|| value.to_owned()),
            // The last one that is a number counts.
            "max-age" => self.max_age = value.parse().ok().or(self.max_age),
            "expires" => self.expires = date(value).or(self.expires),
            "secure" => self.secure = true,
            "httponly" => self.http_only = true,
            "samesite" => self.same_site = Some(value.to_owned()),
            _ => {}
        }
    }

    /// How long it lives from `at` (seconds since 1970), in seconds; nothing when it ends with the browser. Zero or less
    /// deletes it.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "seconds since 1970 fit, and a wrong clock only saturates"
    )]
    pub fn life(&self, at: f64) -> Option<i64> {
        self.max_age
            .or_else(|| self.expires.map(|expires| expires.saturating_sub(at.round() as i64)))
    }

    /// Whether the line deletes the cookie.
    pub fn deletes(&self, at: f64) -> bool {
        self.life(at).is_some_and(|life| life <= 0)
    }
}

/// A date in the forms that servers and scripts write.
fn date(text: &str) -> Option<i64> {
    let cleaned = text.replace('-', " ");
    let bare = cleaned.trim_end_matches("GMT").trim_end_matches("UTC").trim();
    let bare = bare.split_once(", ").map_or(bare, |(_, rest)| rest);
    let forms = ["%d %b %Y %H:%M:%S", "%d %b %y %H:%M:%S", "%a %b %e %H:%M:%S %Y"];
    let read = forms
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(bare, form).ok());
    read.map(|date| date.and_utc().timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_whatever_their_case_and_order() {
        let read = CookieLine::parse("a=b=c; secure; PATH=/x; Domain=.Example.ORG; HttpOnly;SameSite=Lax; Max-Age=60");
        assert_eq!((read.name.as_str(), read.bytes), ("a", 4));
        assert_eq!(
            (read.domain.as_deref(), read.path.as_deref()),
            (Some("example.org"), Some("/x"))
        );
        assert!(read.secure && read.http_only);
        assert_eq!((read.same_site.as_deref(), read.max_age), (Some("Lax"), Some(60)));
    }

    #[test]
    fn a_life_is_counted_from_the_answer_and_max_age_wins() {
        let dated = "a=b; Expires=Thu, 01 Jan 1970 00:01:40 GMT";
        assert_eq!(CookieLine::parse(dated).life(40.0), Some(60));
        assert_eq!(CookieLine::parse(&format!("{dated}; Max-Age=5")).life(40.0), Some(5));
        assert_eq!(
            CookieLine::parse("a=b; expires=Thu, 01-Jan-1970 00:00:00 GMT").life(0.0),
            Some(0)
        );
        assert!(CookieLine::parse("a=; Max-Age=0").deletes(1.0));
        assert_eq!(CookieLine::parse("a=b; Expires=soon; Max-Age=never").life(0.0), None);
    }

    #[test]
    fn nonsense_is_a_line_too() {
        for line in ["", ";", "=", "=;=;=", "a", "a=b; Path=x; Domain=."] {
            let read = CookieLine::parse(line);
            assert_eq!((read.path, read.domain), (None, None), "{line}");
        }
        assert_eq!(CookieLine::parse("only a value").name, "");
    }
}

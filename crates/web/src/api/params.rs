//! Query parameters: repeated ones, and checks with the documented wording. Unknown ones are ignored.

use axum::extract::FromRequestParts;
use chrono_tz::Tz;
use http::request::Parts;
use parvis_portal::records::{After, Page};

use super::error::ApiError;

/// Languages that the API documents.
pub(super) const LANGUAGES: [&str; 11] = ["en", "fr", "nl", "pt", "it", "ar", "de", "es", "ca", "eu", "sv"];

/// Rows that a page may reach, counted from the first (`offset + limit`).
const WINDOW: u64 = 10_000;
/// The same for groups.
pub(super) const GROUP_WINDOW: u64 = 20_000;
/// Most records of a page.
const MAX_LIMIT: u64 = 100;
/// Rows of a page when the client does not say.
const DEFAULT_LIMIT: u64 = 10;

/// The parameters of a request, decoded, in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Params(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

impl Params {
    pub fn parse(query: &str) -> Self {
        Self(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// Calls `old` by its newer name, unless that was given as well.
    pub fn rename(&mut self, old: &str, new: &str) {
        if self.get(new).is_none() {
            for (name, _) in self.0.iter_mut().filter(|(name, _)| name == old) {
                new.clone_into(name);
            }
        }
    }

    /// Gives `name` a value, unless it has one.
    pub fn default(&mut self, name: &str, value: &str) {
        if self.get(name).is_none() {
            self.0.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Every parameter, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The last value of `name`, unless it is blank.
    pub fn get(&self, name: &str) -> Option<&str> {
        let last = self.0.iter().rev().find(|(found, _)| found == name)?;
        Some(last.1.as_str()).filter(|value| !value.trim().is_empty())
    }

    /// Every value of `name` that is not blank.
    pub fn all(&self, name: &str) -> Vec<String> {
        let values = self
            .0
            .iter()
            .filter(|(found, value)| found == name && !value.trim().is_empty());
        values.map(|(_, value)| value.clone()).collect()
    }

    pub fn bool(&self, name: &str, default: bool) -> Result<bool, ApiError> {
        match self.get(name) {
            None => Ok(default),
            Some(value) => match value.to_ascii_lowercase().as_str() {
                "true" | "1" => Ok(true),
                "false" | "0" => Ok(false),
                _ => Err(ApiError::parameter(name, value, "true or false")),
            },
        }
    }

    /// One of `choices`, else `default`.
    pub fn choice<T: Copy>(&self, name: &str, default: T, choices: &[(&str, T)]) -> Result<T, ApiError> {
        let Some(value) = self.get_raw(name) else {
            return Ok(default);
        };
        let found = choices
            .iter()
            .find(|(choice, _)| *choice == value)
            .map(|(_, meaning)| *meaning);
        found.ok_or_else(|| {
            let names: Vec<&str> = choices.iter().map(|(choice, _)| *choice).collect();
            ApiError::parameter(name, value, &format!("one of {}", names.join(" ")))
        })
    }

    /// The last value of `name`, be it blank; a delimiter may be a tab.
    pub fn get_raw(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    pub fn lang(&self) -> Result<Option<&str>, ApiError> {
        match self.get("lang") {
            Some(lang) if !LANGUAGES.contains(&lang) => Err(ApiError::parameter(
                "lang",
                lang,
                &format!("one of {}", LANGUAGES.join(" ")),
            )),
            lang => Ok(lang),
        }
    }

    pub fn timezone(&self) -> Result<Tz, ApiError> {
        match self.get("timezone") {
            None => Ok(Tz::UTC),
            Some(name) => parvis_portal::query::parse_timezone(name)
                .ok_or_else(|| ApiError::parameter("timezone", name, "a time zone name such as Europe/Paris")),
        }
    }

    /// Which rows of a list are wanted: `limit` and `offset` within their window. `limit=-1` is as many as there may be.
    pub fn page(&self) -> Result<Page, ApiError> {
        let grouped = self.get("group_by").is_some();
        let (most, window) = if grouped {
            (GROUP_WINDOW, GROUP_WINDOW)
        } else {
            (MAX_LIMIT, WINDOW)
        };
        let offset = self.offset()?;
        let beyond = || {
            let found = offset.to_string();
            ApiError::parameter("offset", &found, &format!("offset + limit <= {window}"))
        };
        let limit = match self.get("limit") {
            None => DEFAULT_LIMIT,
            Some(text) => match text.trim().parse::<i64>().map(u64::try_from) {
                Ok(Ok(limit)) if limit <= most => limit,
                Ok(Err(_)) if text.trim() == "-1" => most.min(window.checked_sub(offset).ok_or_else(beyond)?),
                _ => return Err(ApiError::parameter("limit", text, &format!("-1 <= limit <= {most}"))),
            },
        };
        if offset.saturating_add(limit) > window {
            return Err(beyond());
        }
        Ok(Page::new(limit, offset))
    }

    /// As [`Params::page`], of records: they may also be asked for one page after the other.
    pub fn records_page(&self) -> Result<Page, ApiError> {
        let page = self.page()?;
        let after = self.after()?.map(|(_, after)| after);
        if after.is_some() && (self.get("group_by").is_some() || page.offset > 0) {
            let text = self.get("after").unwrap_or_default();
            return Err(ApiError::parameter(
                "after",
                text,
                "no offset and no group_by beside it",
            ));
        }
        Ok(Page { after, ..page })
    }

    /// Where a page begins that is not counted from the first record: `start`, or what the page before called `next`, which names
    /// the version that its place belongs to.
    pub fn after(&self) -> Result<Option<(Option<&str>, After)>, ApiError> {
        let Some(text) = self.get("after").map(str::trim) else {
            return Ok(None);
        };
        if text.eq_ignore_ascii_case("start") {
            return Ok(Some((None, After::Start)));
        }
        let place = text
            .split_once('-')
            .and_then(|(version, row)| Some((version, row.parse().ok()?)));
        match place {
            Some((version, row)) => Ok(Some((Some(version), After::Row(row)))),
            None => Err(ApiError::parameter(
                "after",
                text,
                "start, or what an answer called next",
            )),
        }
    }

    /// Rows to leave out first; in an export, as many as one likes.
    pub fn offset(&self) -> Result<u64, ApiError> {
        let Some(text) = self.get("offset") else { return Ok(0) };
        let number = text.trim().parse();
        number.map_err(|_| ApiError::parameter("offset", text, "0 <= offset"))
    }

    /// Rows of an export: `-1` (the default) is all of them.
    pub fn export_limit(&self) -> Result<Option<u64>, ApiError> {
        let Some(text) = self.get("limit") else { return Ok(None) };
        match text.trim().parse::<i64>().map(u64::try_from) {
            Ok(Ok(limit)) => Ok(Some(limit)),
            Ok(Err(_)) if text.trim() == "-1" => Ok(None),
            _ => Err(ApiError::parameter("limit", text, "-1 <= limit")),
        }
    }
}

#[cfg(test)]
mod tests {
    use parvis_model::ErrorCode;

    use super::*;

    fn refused(query: &str) -> String {
        let error = Params::parse(query).page().unwrap_err();
        let text = format!("{error:?}");
        assert!(
            text.contains(&format!("{:?}", ErrorCode::InvalidRESTParameterError)),
            "{text}"
        );
        text
    }

    #[test]
    fn a_limit_out_of_range_is_refused_in_the_recorded_words() {
        let wording = "Invalid value for limit API parameter: 1473 was found but -1 <= limit <= 100 is expected.";
        assert!(refused("limit=1473").contains(wording));
        for wrong in [
            "limit=-2",
            "limit=ten",
            "limit=1.5",
            "limit=99999999999999999999",
            "limit=20001&group_by=a",
        ] {
            assert!(refused(wrong).contains("<= limit <="), "{wrong}");
        }
        assert!(refused("offset=-1").contains("0 <= offset is expected"));
    }

    #[test]
    fn a_page_may_reach_the_ten_thousandth_record_and_no_further() {
        let page = |query: &str| {
            Params::parse(query)
                .page()
                .map(|page| (page.limit, page.offset))
                .unwrap()
        };
        assert_eq!(page(""), (10, 0));
        assert_eq!(page("limit=100&offset=9900"), (100, 9900));
        assert_eq!(page("limit=-1"), (100, 0));
        assert_eq!(page("limit=-1&offset=9950"), (50, 9950));
        assert_eq!(page("limit=20000&group_by=a"), (20_000, 0));
        assert_eq!(page("limit=1&limit=2&limit="), (10, 0));
        assert!(refused("limit=100&offset=9901").contains("offset + limit <= 10000"));
        assert!(refused("offset=10000").contains("offset + limit <= 10000"));
        assert!(refused("limit=-1&offset=10001").contains("offset + limit <= 10000"));
        assert!(refused("limit=2&offset=19999&group_by=a").contains("offset + limit <= 20000"));
    }

    #[test]
    fn the_last_value_counts_and_repeated_ones_are_all_kept() {
        let params = Params::parse("where=a%3D1&where=b+%3D+%22%C3%A9%22&where=&select=x&select=y&&=z");
        assert_eq!(params.all("where"), ["a=1", "b = \"é\""]);
        assert_eq!(params.get("select"), Some("y"));
        assert_eq!(params.get("nothing"), None);
    }

    #[test]
    fn booleans_choices_languages_and_zones_are_checked() {
        let params = Params::parse("a=TRUE&b=0&c=yes&delimiter=%09&lang=xx&timezone=Europe/Nowhere");
        assert!(params.bool("a", false).unwrap());
        assert!(!params.bool("b", true).unwrap());
        assert!(params.bool("missing", true).unwrap());
        assert!(params.bool("c", true).is_err());
        assert_eq!(
            params.choice("delimiter", b';', &[(";", b';'), ("\t", b'\t')]).unwrap(),
            b'\t'
        );
        assert!(params.choice("c", 1, &[("x", 2)]).is_err());
        assert!(params.lang().is_err());
        assert!(params.timezone().is_err());
        assert_eq!(
            Params::parse("timezone=Europe/Paris").timezone().unwrap(),
            Tz::Europe__Paris
        );
    }

    #[test]
    fn an_export_has_no_end_unless_it_is_given() {
        let limit = |query: &str| Params::parse(query).export_limit();
        assert_eq!(limit("").unwrap(), None);
        assert_eq!(limit("limit=-1").unwrap(), None);
        assert_eq!(limit("limit=250000").unwrap(), Some(250_000));
        assert!(limit("limit=-5").is_err());
    }
}

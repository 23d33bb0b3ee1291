//! Counts what was answered. The edge shows each answer here, once; what is added to is a word of a closed list, a dataset that
//! was found, and the portal. Of the visitor it keeps nothing: their address is not looked at,
//! and their headers only decide whether and as what the request counts.

use std::borrow::Cow;

use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method, StatusCode, Uri};
use parvis_model::audience::{Event, FOUND, Kind, NOTHING, is_robot};
use parvis_portal::formats::Format;

use crate::api::below;
use crate::pages::ListQuery;

/// Left on a page that shows the outcome of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Searched {
    found: bool,
}

impl Searched {
    /// Notes that a page shows what was found, if words were looked for. Later pages of the same results are no new search.
    pub fn mark(mut page: Response, query: &ListQuery, total: u64) -> Response {
        if !query.text.trim().is_empty() && query.page == 1 {
            page.extensions_mut().insert(Self { found: total > 0 });
        }
        page
    }
}

/// What was asked for, by the address alone.
#[derive(Debug, PartialEq, Eq)]
struct Place<'a> {
    kind: Kind,
    detail: &'static str,
    dataset: Option<Cow<'a, str>>,
}

/// How the request counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    robot: bool,
    /// A script of the portal's own pages asks for what a page that is open needs.
    own_script: bool,
}

impl Caller {
    /// Whether and as what a request counts. Who objects by Do Not Track or Global Privacy Control does not; nor do pages that
    /// are fetched before anybody wants them, and the auditor.
    pub fn of(method: &Method, headers: &HeaderMap) -> Option<Self> {
        if *method != Method::GET {
            return None;
        }
        let (mut robot, mut fetched, mut same_origin) = (false, false, false);
        // Once over the few there are is cheaper than a look-up for each name.
        for (name, value) in headers {
            let value = value.as_bytes();
            match name.as_str() {
                "dnt" | "sec-gpc" if value == b"1" => return None,
                "sec-purpose" | "purpose" | "x-moz"
                    if value.starts_with(b"prefetch") || value.starts_with(b"prerender") =>
                {
                    return None;
                }
                "x-parvis-audit" => return None,
                "user-agent" => robot = is_robot(value),
                "sec-fetch-dest" => fetched = value == b"empty",
                "sec-fetch-site" => same_origin = value == b"same-origin",
                _ => {}
            }
        }
        Some(Self {
            robot,
            own_script: fetched && same_origin,
        })
    }

    /// What the answer to such a request adds to the figures: `add` is called for each, with the dataset that it is about.
    /// Whether the body arrives is not waited for.
    pub fn count(self, uri: &Uri, response: &Response, add: impl Fn(Event, Option<&str>)) {
        let add = |kind, detail, dataset: Option<&str>| {
            let event = Event {
                kind,
                detail,
                robot: self.robot,
            };
            add(event, dataset);
        };
        if let Some(detail) = failing(response.status()) {
            add(Kind::Error, detail, None);
        }
        if response.status() != StatusCode::OK {
            return;
        }
        let Some(place) = place(uri.path(), uri.query().unwrap_or_default()) else {
            return;
        };
        let dataset = place.dataset.as_deref();
        let is_page = || {
            let media_type = response.headers().get(CONTENT_TYPE);
            media_type.is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
        };
        if !self.own_script && (place.kind != Kind::View || is_page()) {
            add(place.kind, place.detail, dataset);
        }
        if let Some(searched) = response.extensions().get::<Searched>() {
            add(Kind::Search, if searched.found { FOUND } else { NOTHING }, dataset);
        }
    }
}

/// The detail of an error.
fn failing(status: StatusCode) -> Option<&'static str> {
    match status {
        StatusCode::NOT_FOUND => Some("not_found"),
        status if status.is_client_error() => Some("refused"),
        status if status.is_server_error() => Some("failed"),
        _ => None,
    }
}

/// What an address is for, if it counts. Static files, the back office and all that has to do with accounts do not.
fn place<'a>(path: &'a str, query: &str) -> Option<Place<'a>> {
    if let Some((_, rest)) = below(path) {
        return api(rest.strip_suffix('/').unwrap_or(rest));
    }
    let view = |detail| {
        Some(Place {
            kind: Kind::View,
            detail,
            dataset: None,
        })
    };
    match path {
        "/" => return view("home"),
        "/explore/" => return view("catalog"),
        "/cookies/preferences/" => return view("cookies"),
        _ if path.starts_with("/terms/cookies-policy/") => return view("cookies"),
        _ => {}
    }
    let (id, tab) = path.strip_prefix("/explore/dataset/")?.split_once('/')?;
    let dataset = Some(name(id)?);
    let (kind, detail) = match tab.strip_suffix('/').unwrap_or(tab) {
        "information" => (Kind::View, "information"),
        "table" => (Kind::View, "table"),
        "map" => (Kind::View, "map"),
        "export" => (Kind::View, "export"),
        "api" => (Kind::View, "api"),
        "download" => {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            let asked = pairs.find(|(key, _)| key == "format").map(|(_, value)| value);
            (Kind::Download, format(asked.as_deref().unwrap_or("csv"))?)
        }
        _ => return None,
    };
    Some(Place { kind, detail, dataset })
}

/// A call of the API, by its path below the API's root, without a slash at its end.
fn api(path: &str) -> Option<Place<'_>> {
    let call = |detail, dataset| {
        Some(Place {
            kind: Kind::ApiCall,
            detail,
            dataset,
        })
    };
    let download = |asked, dataset| {
        let detail = format(&decoded(asked)?)?;
        Some(Place {
            kind: Kind::Download,
            detail,
            dataset,
        })
    };
    let rest = match path.strip_prefix("/catalog") {
        Some(rest) => rest,
        None if matches!(path, "" | "/swagger.json") => return call("api_root", None),
        None => return None,
    };
    let parts: [&str; 5] = {
        let mut parts = [""; 5];
        for (index, part) in rest.split('/').enumerate() {
            *parts.get_mut(index)? = part;
        }
        parts
    };
    match parts {
        ["", "", ..] => call("api_source", None),
        ["", "datasets", "", ..] => call("datasets_index", None),
        ["", "facets", "", ..] => call("catalog_facets", None),
        ["", "exports", "", ..] => call("catalog_exports", None),
        ["", "exports", asked, "", _] => download(asked, None),
        ["", "datasets", id, what, which] => {
            let dataset = Some(name(id)?);
            match (what, which) {
                ("", _) => call("dataset_lookup", dataset),
                ("records", "") => call("records_index", dataset),
                ("records", _) => call("record_lookup", dataset),
                ("facets", _) => call("dataset_facets", dataset),
                ("attachments", _) => call("attachments_index", dataset),
                ("exports", "") => call("dataset_exports", dataset),
                ("exports", asked) => download(asked, dataset),
                _ => None,
            }
        }
        _ => None,
    }
}

fn format(asked: &str) -> Option<&'static str> {
    Format::parse(asked).map(Format::name)
}

/// The slug or uid in a part of an address: what the use-cases look for, so that an address which was answered names a dataset
/// that is there.
fn name(part: &str) -> Option<Cow<'_, str>> {
    let cut = |text: &str| text.split('@').next().map_or(0, str::len);
    Some(match decoded(part)? {
        Cow::Borrowed(text) => Cow::Borrowed(&text[..cut(text)]),
        Cow::Owned(mut text) => {
            text.truncate(cut(&text));
            Cow::Owned(text)
        }
    })
}

/// A part of a path, as routes see it.
fn decoded(part: &str) -> Option<Cow<'_, str>> {
    if !part.contains('%') {
        return Some(Cow::Borrowed(part));
    }
    let (mut bytes, mut rest) = (Vec::with_capacity(part.len()), part.as_bytes());
    while let Some((&first, after)) = rest.split_first() {
        let digit = |at: usize| after.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).ok()?);
                rest = &after[2..];
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn told(target: &str) -> Option<(Kind, &'static str, String)> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        place(path, query).map(|place| (place.kind, place.detail, place.dataset.unwrap_or_default().into_owned()))
    }

    #[test]
    fn an_address_says_what_is_counted() {
        use Kind::{ApiCall, Download, View};
        for (target, kind, detail, dataset) in [
            ("/", View, "home", ""),
            ("/explore/?q=eau", View, "catalog", ""),
            ("/explore/dataset/places/table/?page=2", View, "table", "places"),
            ("/explore/dataset/pl%61ces/map/", View, "map", "places"),
            ("/terms/cookies-policy/history/1/", View, "cookies", ""),
            (
                "/explore/dataset/places/download/?format=json",
                Download,
                "json",
                "places",
            ),
            ("/explore/dataset/places/download", Download, "csv", "places"),
            ("/api/explore/v2.1", ApiCall, "api_root", ""),
            ("/api/explore/v2.1/catalog/", ApiCall, "api_source", ""),
            (
                "/api/explore/v2.1/catalog/datasets?limit=1",
                ApiCall,
                "datasets_index",
                "",
            ),
            ("/api/explore/v2.1/catalog/facets", ApiCall, "catalog_facets", ""),
            ("/api/explore/v2.1/catalog/exports", ApiCall, "catalog_exports", ""),
            ("/api/explore/v2.1/catalog/exports/csv", Download, "csv", ""),
            (
                "/api/explore/v2.1/catalog/datasets/places",
                ApiCall,
                "dataset_lookup",
                "places",
            ),
            (
                "/api/explore/v2.1/catalog/datasets/places@x/records/",
                ApiCall,
                "records_index",
                "places",
            ),
            (
                "/api/v2/catalog/datasets/places/records",
                ApiCall,
                "records_index",
                "places",
            ),
            ("/api/explore/v2.0/catalog/datasets", ApiCall, "datasets_index", ""),
            (
                "/api/explore/v2.1/catalog/datasets/places/records/ab12",
                ApiCall,
                "record_lookup",
                "places",
            ),
            (
                "/api/explore/v2.1/catalog/datasets/places/facets",
                ApiCall,
                "dataset_facets",
                "places",
            ),
            (
                "/api/explore/v2.1/catalog/datasets/places/attachments",
                ApiCall,
                "attachments_index",
                "places",
            ),
            (
                "/api/explore/v2.1/catalog/datasets/places/exports",
                ApiCall,
                "dataset_exports",
                "places",
            ),
            (
                "/api/explore/v2.1/catalog/datasets/da_1/exports/par%71uet",
                Download,
                "parquet",
                "da_1",
            ),
        ] {
            assert_eq!(told(target), Some((kind, detail, dataset.to_owned())), "{target}");
        }
    }

    #[test]
    fn other_addresses_are_not_counted_whatever_is_in_them() {
        for target in [
            "",
            "/login/",
            "/account/",
            "/backoffice/",
            "/backoffice/audience/",
            "/static/main.css",
            "/theme.css",
            "/robots.txt",
            "/healthz",
            "/explore",
            "/explore/dataset/places",
            "/explore/dataset/places/",
            "/explore/dataset/places/anything/",
            "/explore/dataset/places/table/more/",
            "/explore/dataset/places/download/?format=zip",
            "/explore/dataset/%ff/table/",
            "/api/explore/v2.2/catalog",
            "/api/v21/catalog",
            "/api/explore/v2.1/catalogue",
            "/api/explore/v2.1/catalog/exports/zip",
            "/api/explore/v2.1/catalog/datasets/places/query",
            "/api/explore/v2.1/catalog/datasets/places/records/a/b",
            "/api/explore/v2.1/catalog/a/b/c/d/e/f/g",
        ] {
            assert_eq!(told(target), None, "{target}");
        }
    }

    fn caller(pairs: &[(&'static str, &'static str)]) -> Option<Caller> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        Caller::of(&Method::GET, &headers)
    }

    #[test]
    fn who_objects_fetches_ahead_or_audits_is_not_counted() {
        for header in [
            ("dnt", "1"),
            ("sec-gpc", "1"),
            ("sec-purpose", "prefetch;prerender"),
            ("purpose", "prefetch"),
            ("x-moz", "prefetch"),
            ("x-parvis-audit", "1"),
        ] {
            assert_eq!(caller(&[header]), None, "{header:?}");
        }
        for header in [("dnt", "0"), ("sec-gpc", "0"), ("sec-fetch-dest", "document")] {
            assert!(caller(&[header]).is_some(), "{header:?}");
        }
        for method in [Method::HEAD, Method::POST, Method::OPTIONS] {
            assert_eq!(Caller::of(&method, &HeaderMap::new()), None, "{method}");
        }
    }

    #[test]
    fn scripts_of_our_pages_and_robots_are_told_apart() {
        let own = caller(&[("sec-fetch-dest", "empty"), ("sec-fetch-site", "same-origin")]);
        assert!(own.is_some_and(|own| own.own_script && !own.robot));
        let other = caller(&[("sec-fetch-dest", "empty"), ("sec-fetch-site", "cross-site")]);
        assert!(other.is_some_and(|other| !other.own_script));
        assert!(caller(&[("user-agent", "Googlebot/2.1")]).is_some_and(|caller| caller.robot));
    }

    #[test]
    fn errors_are_of_three_sorts() {
        for (status, detail) in [
            (StatusCode::OK, None),
            (StatusCode::FOUND, None),
            (StatusCode::NOT_FOUND, Some("not_found")),
            (StatusCode::BAD_REQUEST, Some("refused")),
            (StatusCode::BAD_GATEWAY, Some("failed")),
        ] {
            assert_eq!(failing(status), detail);
        }
    }
}

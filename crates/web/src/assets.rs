//! `/static/`: the files that the front end's build made, under names that contain a hash of what they hold.
//!
//! Without a build (a checkout without node) the style sheets are served as they are written, and there is no script.

use std::collections::HashMap;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use rust_embed::RustEmbed;

use crate::state::AppState;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../assets/dist"]
#[allow_missing = true]
struct Built;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../assets/css"]
#[allow_missing = true]
struct Written;

/// One file, ready to be sent.
struct File {
    body: Bytes,
    media_type: HeaderValue,
    /// A name with a hash never gets another content.
    immutable: bool,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

/// Every file under `/static/`, in memory.
pub struct Assets {
    files: HashMap<String, File>,
    /// Address of each entry of the build: its source name to its path below `/static/`.
    entries: HashMap<String, String>,
}

fn media_type(path: &str) -> HeaderValue {
    HeaderValue::from_static(match path.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "woff2" => "font/woff2",
        "png" => "image/png",
        "webp" => "image/webp",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    })
}

fn bytes(data: std::borrow::Cow<'static, [u8]>) -> Bytes {
    match data {
        std::borrow::Cow::Borrowed(data) => Bytes::from_static(data),
        std::borrow::Cow::Owned(data) => data.into(),
    }
}

/// `file` of each entry of the build's manifest.
fn manifest() -> HashMap<String, String> {
    let manifest = Built::get(".vite/manifest.json").and_then(|file| serde_json::from_slice(&file.data).ok());
    let Some(serde_json::Value::Object(manifest)) = manifest else {
        return HashMap::new();
    };
    let file = |entry: &serde_json::Value| entry.get("file").and_then(serde_json::Value::as_str).map(str::to_owned);
    manifest
        .iter()
        .filter_map(|(name, entry)| Some((name.clone(), file(entry)?)))
        .collect()
}

impl Assets {
    /// Reads every file.
    pub fn load() -> Self {
        let entries = manifest();
        let mut files = HashMap::new();
        let hidden = |path: &str| path.starts_with('.') || path.ends_with(".br") || path.ends_with(".gz");
        for path in Built::iter().filter(|path| !entries.is_empty() && !hidden(path)) {
            let read = |path: &str| Built::get(path).map(|file| bytes(file.data));
            let Some(body) = read(&path) else { continue };
            let (brotli, gzip) = (read(&format!("{path}.br")), read(&format!("{path}.gz")));
            let file = File {
                body,
                media_type: media_type(&path),
                immutable: true,
                brotli,
                gzip,
            };
            files.insert(path.into_owned(), file);
        }
        if entries.is_empty() {
            for path in Written::iter() {
                let Some(file) = Written::get(&path) else { continue };
                let media_type = media_type(&path);
                let file = File {
                    body: bytes(file.data),
                    media_type,
                    immutable: false,
                    brotli: None,
                    gzip: None,
                };
                files.insert(format!("css/{path}"), file);
            }
        }
        Self { files, entries }
    }

    /// The address of an entry of the build (`css/main.css`, `src/main.ts`, `icons.svg`); empty when it was not built.
    pub fn url(&self, name: &str) -> String {
        match self.entries.get(name) {
            Some(file) => format!("/static/{file}"),
            None if self.files.contains_key(name) => format!("/static/{name}"),
            None => String::new(),
        }
    }
}

/// The code that every page loads: its path, its media type, its bytes, by path.
const CODE: [&str; 2] = ["css/main.css", "src/main.ts"];

impl Assets {
    /// That code, to be kept as what visitors were shown.
    pub fn code(&self) -> Vec<(&str, &str, &Bytes)> {
        let named = CODE.iter().map(|name| self.url(name));
        let named: Vec<String> = named
            .filter_map(|url| url.strip_prefix("/static/").map(str::to_owned))
            .collect();
        let mut code: Vec<_> = self
            .files
            .iter()
            .filter(|(path, _)| named.contains(path))
            .filter_map(|(path, file)| Some((path.as_str(), file.media_type.to_str().ok()?, &file.body)))
            .collect();
        code.sort_by_key(|(path, ..)| *path);
        code
    }
}

/// The route of the files.
pub fn routes() -> Router<AppState> {
    Router::new().route("/static/{*path}", get(send))
}

fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let listed = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok());
    listed.flat_map(|value| value.split(',')).any(|one| {
        let mut parts = one.split(';').map(str::trim);
        parts.next() == Some(coding) && !parts.any(|part| part.replace(' ', "").trim_end_matches(['.', '0']) == "q=")
    })
}

async fn send(State(state): State<AppState>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    let Some(file) = state.assets.files.get(&path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (body, coding) = match (&file.brotli, &file.gzip) {
        (Some(body), _) if accepts(&headers, "br") => (body, Some("br")),
        (_, Some(body)) if accepts(&headers, "gzip") => (body, Some("gzip")),
        _ => (&file.body, None),
    };
    let caching = if file.immutable {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut response = Response::new(Body::from(body.clone()));
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, file.media_type.clone());
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Some(coding) = coding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    if file.brotli.is_some() || file.gzip.is_some() {
        out.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_used_only_when_the_client_takes_it() {
        let with =
            |value: &'static str| HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]);
        assert!(accepts(&with("gzip, br"), "br"));
        assert!(accepts(&with("gzip;q=0.5,br;q=1.0"), "br"));
        for value in ["gzip", "br;q=0", "br; q=0.000", "brotli"] {
            assert!(!accepts(&with(value), "br"), "{value}");
        }
        assert!(!accepts(&HeaderMap::new(), "gzip"));
    }
}

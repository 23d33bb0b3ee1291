//! Which portal a request is for (R-TEN-04, R-TEN-05).

use std::fmt::Write;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{HOST, HeaderValue, LOCATION};
use http::{Method, StatusCode, Version};
use parvis_cookies::{HostError, HostName};
use parvis_model::ErrorCode;

use super::address::Reached;
use super::neutral::{document, escape, html, page, refuse, wants_json};
use super::{Edge, Plain, Site, Sites};

/// Where a request goes.
pub(super) enum Route {
    /// To a portal, on its canonical host; `host` as written, with its port.
    Portal { site: Arc<Site>, host: String },
    /// To the files of the front end, for the page that lists the portals.
    Static,
    /// Nowhere: this is the answer.
    Answer(Response),
}

/// Routes a request by its host.
pub(super) fn route(edge: &Edge, request: &Request) -> Route {
    let as_json = wants_json(request.uri().path(), request.headers());
    let host = match host_of(request) {
        Ok(host) => host,
        Err(error) => return Route::Answer(malformed(as_json, &error)),
    };
    let settings = edge.settings();
    let sites = edge.sites();
    let found = sites.on_host(&host.name);
    // Browsers write hosts in their plain form: other spellings come from somewhere else (R-TEN-05).
    if !host.is_plain || !port_is_ours(edge, &host, found, request) {
        return Route::Answer(unknown(as_json));
    }
    if let Some(site) = found {
        if host.name == site.canonical_host() {
            return Route::Portal {
                site: Arc::clone(site),
                host: host.to_string(),
            };
        }
        return Route::Answer(alias(edge, site, &host, request, as_json));
    }
    if settings.demo && (host.name == "localhost" || host.is_address()) {
        return landing(&sites, &host, request);
    }
    Route::Answer(unknown(as_json))
}

/// Whether a request may name this port. Links within answers repeat it: one that a client made up must not get there
/// (R-TEN-07).
fn port_is_ours(edge: &Edge, host: &HostName, site: Option<&Arc<Site>>, request: &Request) -> bool {
    let settings = edge.settings();
    let default = if settings.https { 443 } else { 80 };
    match (settings.port, host.port) {
        (Some(own), written) => written.unwrap_or(default) == own,
        (None, None) => true,
        (None, Some(written)) => {
            let listens = request.extensions().get::<Reached>().filter(|_| !settings.https);
            let public = site.and_then(|site| public_port(&site.portal.public_url));
            written == default || listens.is_some_and(|reached| reached.port == written) || public == Some(written)
        }
    }
}

/// The port that an address writes out.
fn public_port(url: &str) -> Option<u16> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    HostName::parse(authority.as_bytes()).ok()?.port
}

/// The only host a request names, in its `Host` header or, with HTTP/2, in its authority.
fn host_of(request: &Request) -> Result<HostName, HostError> {
    let mut headers = request.headers().get_all(HOST).iter().map(HeaderValue::as_bytes);
    let authority = request.uri().authority().map(|authority| authority.as_str().as_bytes());
    let Some(authority) = authority else {
        return HostName::sole(headers);
    };
    match (headers.next(), headers.next()) {
        (None, _) if request.version() == Version::HTTP_2 => HostName::parse(authority),
        (None, _) => Err(HostError::Missing),
        // An absolute address must say the same as the header: servers on the way may believe either.
        (Some(host), None) if host == authority => HostName::parse(host),
        (Some(_), _) => Err(HostError::Several),
    }
}

fn malformed(as_json: bool, error: &HostError) -> Response {
    let texts = [
        "L'adresse demandée ne peut pas être lue.",
        "The address of this request cannot be read.",
    ];
    refuse(as_json, ErrorCode::BadRequest, &error.to_string(), "400", &texts)
}

fn unknown(as_json: bool) -> Response {
    let texts = [
        "Aucun site n'est servi à cette adresse.",
        "No site is served at this address.",
    ];
    refuse(
        as_json,
        ErrorCode::MisdirectedRequest,
        "No site is served at this address.",
        "421",
        &texts,
    )
}

/// Another name of a portal: readers are led to the canonical one before any cookie is set, writers are refused.
fn alias(edge: &Edge, site: &Site, host: &HostName, request: &Request, as_json: bool) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return unknown(as_json);
    }
    let scheme = if edge.settings().https { "https" } else { "http" };
    let port = host.port.map(|port| format!(":{port}")).unwrap_or_default();
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let location = HeaderValue::from_str(&format!("{scheme}://{}{port}{path}", site.canonical_host()));
    let Ok(location) = location else {
        return unknown(as_json);
    };
    let mut response = StatusCode::PERMANENT_REDIRECT.into_response();
    response.headers_mut().insert(LOCATION, location);
    response
}

/// The page of the demo that lists the portals.
fn landing(sites: &Arc<Sites>, host: &HostName, request: &Request) -> Route {
    let path = request.uri().path();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads && path.starts_with("/static/") {
        return Route::Static;
    }
    if !reads || path != "/" {
        let texts = ["Cette page n'existe pas.", "There is no such page."];
        return Route::Answer(page(ErrorCode::NotFoundURI, "404", &texts));
    }
    let port = host.port.map(|port| format!(":{port}")).unwrap_or_default();
    let mut list = String::from("<ul>\n");
    for site in sites.all() {
        let portal = &site.portal;
        let name = escape(portal.name(portal.default_language()));
        let address = escape(&format!("http://{}{port}/", site.canonical_host()));
        writeln!(list, "<li><a href=\"{address}\">{name}</a></li>").expect("a String takes any text");
    }
    list.push_str("</ul>\n");
    let mut response = html(StatusCode::OK, &document("Parvis", &list));
    response
        .extensions_mut()
        .insert(Plain::Portals(Arc::clone(sites), port));
    Route::Answer(response)
}

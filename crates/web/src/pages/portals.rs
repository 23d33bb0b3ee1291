//! The demonstration's list of portals, shown where no portal is served (`http://localhost:PORT/`).

use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use parvis_model::Portal;
use serde::Serialize;

use crate::render::{Templates, view};

#[derive(Serialize)]
struct PortalCard {
    name: String,
    tagline: Option<String>,
    /// An SVG document: shown inline, because no page may load from another host.
    logo: String,
    host: String,
    url: String,
    languages: Vec<String>,
}

/// The list of `portals` in `lang`. `port` is what follows the hosts (`:8080`, or nothing).
pub fn list<'a>(
    templates: &Templates,
    portals: impl IntoIterator<Item = &'a Portal>,
    lang: &str,
    port: &str,
) -> Response {
    let card = |portal: &Portal| {
        let host = format!("{}{port}", portal.hosts.first().map_or("", String::as_str));
        PortalCard {
            name: portal.name(lang).to_owned(),
            tagline: portal.tagline.get(lang, portal.default_language()).map(str::to_owned),
            url: format!("http://{host}/"),
            host,
            languages: portal.languages.clone(),
            logo: portal.logo.clone(),
        }
    };
    let cards: Vec<PortalCard> = portals.into_iter().map(card).collect();
    match templates.render("portals.html", lang, view! { portals => cards }) {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "the list of portals failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

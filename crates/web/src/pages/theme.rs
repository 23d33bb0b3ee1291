//! The portal's own files: its colours, its logo.

use axum::extract::RawQuery;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use parvis_model::Portal;
use sha2::{Digest, Sha256};

use crate::render;
use crate::visit::Visit;

/// The address of the portal's colours, which changes with them.
pub fn url(portal: &Portal) -> String {
    format!("/theme.css?v={}", version(portal))
}

fn version(portal: &Portal) -> String {
    hex::encode(&Sha256::digest(render::theme::css(&portal.accent).as_bytes())[..5])
}

fn typed(media_type: &'static str, caching: &'static str, body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static(caching)),
    ];
    (headers, body).into_response()
}

/// `/theme.css`
pub async fn css(visit: Visit, RawQuery(query): RawQuery) -> Response {
    let named = query.is_some_and(|query| query == format!("v={}", version(&visit.portal)));
    let caching = if named {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=300"
    };
    typed(
        "text/css; charset=utf-8",
        caching,
        render::theme::css(&visit.portal.accent),
    )
}

/// `/logo.svg` and `/favicon.svg`: the portal's logo, else its initial on its colour.
pub async fn logo(visit: Visit) -> Response {
    let portal = &visit.portal;
    let svg = if portal.logo.is_empty() {
        initial(portal)
    } else {
        portal.logo.clone()
    };
    typed("image/svg+xml; charset=utf-8", "public, max-age=3600", svg)
}

fn initial(portal: &Portal) -> String {
    let (light, _) = render::theme::schemes(&portal.accent);
    let letter = portal
        .name(portal.default_language())
        .chars()
        .find(|c| c.is_alphanumeric())
        .unwrap_or('P');
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\"><rect width=\"64\" height=\"64\" rx=\"14\" fill=\"{}\"/>\
         <text x=\"32\" y=\"45\" font-family=\"system-ui,sans-serif\" font-size=\"38\" font-weight=\"700\" text-anchor=\"middle\" \
         fill=\"{}\">{}</text></svg>",
        light.accent.hex(),
        light.on_accent.hex(),
        letter.to_uppercase()
    )
}

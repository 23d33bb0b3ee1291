//! Draws what the edge answered in plain HTML: its refusals, and the list of the demo's portals. The edge knows no template.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{ACCEPT_LANGUAGE, CONTENT_LENGTH};
use parvis_cookies::language::{Wish, resolve};

use super::{neutral, portal_list};
use crate::AppState;
use crate::edge::Plain;

/// The languages of pages that belong to no portal; the first is the default.
fn interface_languages() -> [String; 3] {
    ["fr", "en", "eu"].map(str::to_owned)
}

/// Replaces the body of a plain answer by a drawn one. Status and headers stay as the edge wrote them.
pub async fn dress(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let header = request
        .headers()
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let mut response = next.run(request).await;
    let Some(plain) = response.extensions_mut().remove::<Plain>() else {
        return response;
    };
    let listed = interface_languages();
    let wish = Wish {
        url: None,
        cookie: None,
        header: header.as_deref(),
    };
    let (lang, _) = resolve(&listed, &wish);
    let drawn = match plain {
        Plain::Refused(code) => neutral(&state, lang, code),
        Plain::Portals(sites, port) => portal_list(
            &state.templates,
            sites.all().iter().map(|site| &*site.portal),
            lang,
            &port,
        ),
    };
    let body = drawn.into_body();
    response.headers_mut().remove(CONTENT_LENGTH);
    *response.body_mut() = Body::new(body);
    response
}

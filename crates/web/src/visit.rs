//! What the edge found out about a request, and what handlers ask it to do with cookies.
//!
//! Handlers take a [`Visit`] as an argument. They never write `Set-Cookie`: they put [`CookieOrders`] in the answer's
//! extensions, and the edge carries them out through the registry (R-REG-02).

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use http::StatusCode;
use http::request::Parts;
use parvis_cookies::{Choice, Registry};
use parvis_model::{Actor, Portal};

use crate::edge::Cx;

/// A refusal that a browser sends with every request. It counts as one wherever there is no choice (R-CON-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// `Sec-GPC: 1`
    GlobalPrivacyControl,
    /// `DNT: 1`
    DoNotTrack,
}

/// What the visitor's browser holds. Asking is remembered, so that the answer gets the caching headers that fit
/// (R-CACHE-02), and the cookie that the question calls for.
pub trait Browser: Send + Sync {
    /// The masked token for a form's hidden field `csrfmiddlewaretoken`. Asking makes the edge send `csrftoken` with the
    /// answer (R-SET-02), so pages ask only when they hold a form.
    fn csrf_token(&self) -> String;
    /// The visitor's choice about cookies, if there is a valid one.
    fn choice(&self) -> Option<Choice>;
    /// The refusal that the browser itself sends, if it does.
    fn signal(&self) -> Option<Signal>;
    /// The identifier in `sessionid`, if it names a living session.
    fn session_id(&self) -> Option<String>;
}

/// One request to a portal, as the edge understood it.
#[derive(Clone)]
pub struct Visit {
    /// The portal that the host names.
    pub portal: Arc<Portal>,
    /// What the portal may put in a browser.
    pub registry: Arc<Registry>,
    /// Where this visitor reaches the portal: scheme, host and port, no trailing slash (`http://orleans.localhost:8080`).
    pub origin: String,
    /// Path and query of the request, as it came.
    pub target: String,
    /// Language of the answer: one of the portal's.
    pub lang: String,
    /// Who asks.
    pub actor: Actor,
    /// What the account is called in the header; `None` when nobody has signed in.
    pub user_name: Option<String>,
    /// What the browser holds.
    pub browser: Arc<dyn Browser>,
}

impl Visit {
    /// `next` if it stays on this portal (R-LANG-02), else `fallback`.
    pub fn next_or<'a>(&self, next: Option<&str>, fallback: &'a str) -> std::borrow::Cow<'a, str> {
        let (scheme, host) = self.origin.split_once("://").unwrap_or(("http", &self.origin));
        next.filter(|next| !next.is_empty())
            .and_then(|next| parvis_cookies::safe_redirect(next, scheme == "https", host))
            .map_or(fallback.into(), Into::into)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        // The edge refuses requests that name no portal before any handler runs; no context here is a wiring fault.
        let Some(cx) = parts.extensions.get::<Cx>().cloned() else {
            return Err(StatusCode::MISDIRECTED_REQUEST.into_response());
        };
        cx.visit().await.map_err(|failure| cx.refusal(&failure))
    }
}

/// One thing that a handler wants done with the visitor's cookies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CookieOrder {
    /// Send `sessionid` with this new identifier, and change the CSRF secret (R-SES-02, R-CSRF-08).
    SignIn(String),
    /// Delete `sessionid` and send `Clear-Site-Data` (R-SES-04). The session itself has ended already.
    SignOut,
    /// Sign the choice and send `cookies_preferences`.
    Choice(Choice),
}

/// The orders of one answer: a handler returns them beside its body, `(CookieOrders(vec![…]), Redirect::to("/"))`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CookieOrders(pub Vec<CookieOrder>);

impl IntoResponseParts for CookieOrders {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Self::Error> {
        response.extensions_mut().insert(self);
        Ok(response)
    }
}

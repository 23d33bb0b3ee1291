//! What the edge found out about a request. Handlers take it as an argument: `visit: Visit`.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::StatusCode;
use http::request::Parts;
use parvis_model::{Actor, Portal};

/// Gives the CSRF token of a visit. Asking for it is what makes the edge send `csrftoken` with the answer (R-SET-02), so pages
/// ask only when they hold a form.
pub trait CsrfTokens: Send + Sync {
    /// The masked token to put in a form's hidden field.
    fn token(&self) -> String;
}

/// One request to a portal, as the edge understood it. The edge inserts it in the request's extensions.
#[derive(Clone)]
pub struct Visit {
    /// The portal that the host names.
    pub portal: Arc<Portal>,
    /// Where the portal is reached by this visitor: scheme, host and port, without a trailing slash (`http://orleans.localhost:8080`).
    pub origin: String,
    /// Language of the answer: one of the portal's.
    pub lang: String,
    /// Who asks.
    pub actor: Actor,
    /// What the account is called in the header; `None` when nobody has signed in.
    pub user_name: Option<String>,
    /// Gives the token for forms.
    pub csrf: Arc<dyn CsrfTokens>,
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        // The edge refuses requests that name no portal before any handler runs; getting here without a visit is a wiring fault.
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(StatusCode::MISDIRECTED_REQUEST)
    }
}

//! Who calls the API: by key, by session, or nobody.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::HeaderValue;
use http::header::{ACCEPT, AUTHORIZATION, IF_NONE_MATCH};
use http::request::Parts;
use parvis_model::ErrorCode;
use parvis_portal::Viewer;
use parvis_portal::formats::Format;
use parvis_portal::quotas::Caller as Charge;

use super::dialect::Dialect;
use super::error::ApiError;
use super::limits;
use super::params::Params;
use super::ranges;
use super::versions;
use crate::edge::Cx;
use crate::state::AppState;

/// A request to the API: who asks, with which parameters, and from where links start.
pub(super) struct Caller {
    pub viewer: Viewer,
    pub params: Params,
    /// Scheme, host and port, no trailing slash.
    pub origin: String,
    /// Path of the request, without a trailing slash.
    pub path: String,
    /// Where the addresses of this version of the API begin.
    pub base: &'static str,
    /// The version of the API.
    pub dialect: Dialect,
    /// `If-None-Match`.
    pub held: Option<HeaderValue>,
    /// `Accept` names the stream format of Arrow.
    pub takes_arrow: bool,
    /// `Range` and `If-Range`.
    pub part: ranges::Asked,
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let (dialect, base) = Dialect::at(parts.uri.path());
        let params = dialect.params(parts.uri.path(), parts.uri.query().unwrap_or_default());
        let cx = Cx::from_request_parts(parts, state)
            .await
            .map_err(|_| ApiError::new(ErrorCode::MisdirectedRequest, "This host is not served here."))?;
        let portal = Arc::clone(cx.portal());
        let (actor, key) = match api_key(parts, &params)? {
            Some(key) => {
                let (actor, id) = state.parvis.holder_of_api_key(&portal.id, &key).await?;
                (actor, Some(id))
            }
            None => (cx.actor().await?, None),
        };
        let lang = params.lang()?.unwrap_or_else(|| cx.language()).to_owned();
        let viewer = Viewer {
            portal,
            actor,
            lang,
            timezone: params.timezone()?,
            at: versions::at(&params)?,
        };
        let call = Charge::of(&viewer.actor, key);
        limits::charge(state, parts, &viewer, call).await?;
        let path = parts.uri.path().trim_end_matches('/').to_owned();
        let origin = cx.origin();
        Ok(Self {
            viewer,
            params,
            origin,
            path,
            base,
            dialect,
            held: parts.headers.get(IF_NONE_MATCH).cloned(),
            takes_arrow: parts.headers.get_all(ACCEPT).iter().any(takes_arrow),
            part: ranges::Asked::of(parts),
        })
    }
}

/// Whether a value of `Accept` names the stream format of Arrow. Whoever names it wants it: nothing else does so by chance.
pub(crate) fn takes_arrow(accept: &HeaderValue) -> bool {
    let media_type = Format::Arrow.media_type();
    let mut types = accept.to_str().unwrap_or_default().split(',');
    types.any(|one| {
        one.split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .eq_ignore_ascii_case(media_type)
    })
}

/// The key in the header or, failing that, in the address. Credentials that are not understood are refused: answering as
/// if there were none would hide a mistake.
fn api_key(parts: &Parts, params: &Params) -> Result<Option<String>, ApiError> {
    let refuse = |message: &str| Err(ApiError::new(ErrorCode::Unauthorized, message));
    if params.get("access_token").is_some() {
        return refuse("Access tokens are not understood here: use an API key.");
    }
    let Some(header) = parts.headers.get(AUTHORIZATION) else {
        return Ok(params.get("apikey").map(|key| key.trim().to_owned()));
    };
    let header = header.to_str().unwrap_or_default().trim();
    match header.split_once(char::is_whitespace) {
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("apikey") => Ok(Some(key.trim().to_owned())),
        _ => refuse("The Authorization header is not understood: write it as `Apikey` and the key."),
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn key(header: Option<&str>, query: &str) -> Result<Option<String>, ApiError> {
        let mut request = Request::builder().uri("/");
        if let Some(header) = header {
            request = request.header(AUTHORIZATION, header);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        api_key(&parts, &Params::parse(query))
    }

    #[test]
    fn the_scheme_is_spelled_three_ways_and_the_header_wins() {
        for scheme in ["Apikey", "ApiKey", "apikey", "APIKEY"] {
            assert_eq!(
                key(Some(&format!("{scheme}  k1 ")), "apikey=k2").unwrap().as_deref(),
                Some("k1")
            );
        }
        assert_eq!(key(None, "apikey=k2").unwrap().as_deref(), Some("k2"));
        assert_eq!(key(None, "apikey=").unwrap(), None);
    }

    #[test]
    fn other_credentials_are_refused() {
        for header in ["Bearer t", "Basic dTpw", "k1", ""] {
            assert!(key(Some(header), "").is_err(), "{header}");
        }
        assert!(key(None, "access_token=t").is_err());
    }
}

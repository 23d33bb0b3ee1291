//! `ETag` and 304 on every answer of the API, and word of which answers may be given again as they are.
//!
//! A version of a dataset never changes, so the validator of an answer about one is a hash of what it depends on, known
//! before the work is done. Where it is not known (the catalogue), or where the answer depends on the moment, it is a hash of
//! the answer. Both are strong: equal validators, equal bytes.

use axum::body::{Body, HttpBody as _, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::ETAG;
use http::{HeaderValue, Method, StatusCode, Uri};
use parvis_model::{Dataset, PortalId};
use sha2::{Digest as _, Sha256};

use super::caller::Caller;
use super::error::ApiError;
use super::params::Params;
use crate::edge::Cx;
use crate::edge::kept::{Keepable, LARGEST, held, same_tag, unchanged};
use crate::state::AppState;

/// Most bytes of an answer that is hashed. Larger ones stream, and say their validator themselves.
const HASHED: u64 = 64 << 20;

/// What a caller knows of an answer before it is made.
pub(super) enum Validity {
    /// The caller has it: this is the answer.
    Unchanged(Response),
    /// The validator it will have; `None` if it depends on the moment.
    Tag(Option<HeaderValue>),
}

impl Caller {
    /// Looks whether the caller has the answer to a question about dataset `id` already.
    ///
    /// # Errors
    /// There is no such dataset for this caller.
    pub async fn validate(&self, state: &AppState, id: &str) -> Result<Validity, ApiError> {
        let dataset = state.parvis.dataset(&self.viewer, id).await?;
        let tag = self.tag(&dataset);
        if let (Some(held), Some(tag)) = (&self.held, &tag)
            && same_tag(held, tag)
        {
            let mut response = tagged(Some(tag.clone()), StatusCode::OK.into_response());
            unchanged(&mut response);
            return Ok(Validity::Unchanged(response));
        }
        Ok(Validity::Tag(tag))
    }

    /// The validator of this caller's answer about `dataset`, unless it depends on the moment.
    pub fn tag(&self, dataset: &Dataset) -> Option<HeaderValue> {
        if depends_on_the_moment(&self.params) {
            return None;
        }
        let version = dataset.version.as_ref()?;
        let mut hash = Sha256::new();
        let mut add = |part: &str| {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        };
        add(env!("CARGO_PKG_VERSION"));
        for part in [self.origin.as_str(), &self.path, &self.viewer.lang] {
            add(part);
        }
        add(self.viewer.timezone.name());
        add(&format!("{:?}", self.viewer.actor));
        if self.takes_arrow {
            add("arrow");
        }
        add(dataset.uid.as_str());
        add(version.id.as_str());
        add(&dataset.updated_at.timestamp_micros().to_string());
        for (name, value) in self.params.iter().filter(|(name, _)| *name != "apikey") {
            add(name);
            add(value);
        }
        Some(quoted(&hash.finalize()))
    }
}

/// Half of a hash is enough to tell answers apart.
fn quoted(hash: &[u8]) -> HeaderValue {
    let tag = format!("\"{}\"", hex::encode(&hash[..16]));
    HeaderValue::from_str(&tag).expect("quotes and hexadecimal digits are a header's value")
}

/// An answer with its validator.
pub(super) fn tagged(tag: Option<HeaderValue>, mut response: Response) -> Response {
    if let Some(tag) = tag {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

/// Whether an answer may differ from one moment to the next: its clauses may call `now()`, or it says how long it took. It is
/// enough that the word stands somewhere, if only in a constant.
fn depends_on_the_moment(params: &Params) -> bool {
    let now = |value: &str| {
        value
            .as_bytes()
            .windows(3)
            .any(|word| word.eq_ignore_ascii_case(b"now"))
    };
    params.iter().any(|(name, value)| name == "explain" || now(value))
}

/// What decides on the generation of an answer: the portal, and its generation before the answer is begun.
async fn keepable(state: &AppState, portal: Option<PortalId>) -> Option<Keepable> {
    let portal = portal?;
    let generation = state.parvis.generation(&portal).await.ok()?;
    Some(Keepable { portal, generation })
}

/// Adds the validator where the handler did not, says 304 where the caller has the answer, and marks what may be kept.
pub(super) async fn finish(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads {
        return next.run(request).await;
    }
    // The validator of an answer without its body is that of the body: the router cuts it off afterwards.
    *request.method_mut() = Method::GET;
    let held = held(&request).cloned();
    let timely = depends_on_the_moment(&params_of(request.uri()));
    let portal = request.extensions().get::<Cx>().map(|cx| cx.portal().id.clone());
    let keepable = keepable(&state, portal).await;
    let mut response = next.run(request).await;
    let size = response.body().size_hint().exact();
    if response.status() != StatusCode::OK {
        return response;
    }
    let Some(size) = size.filter(|size| *size <= HASHED) else {
        return response;
    };
    response = hashed(response).await;
    let tag = response.headers().get(ETAG);
    if let (Some(held), Some(tag)) = (&held, tag)
        && same_tag(held, tag)
    {
        unchanged(&mut response);
    } else if let Some(keepable) = keepable
        && !timely
        && size <= LARGEST as u64
    {
        response.extensions_mut().insert(keepable);
    }
    response
}

fn params_of(uri: &Uri) -> Params {
    Params::parse(uri.query().unwrap_or_default())
}

/// The answer with the hash of its body as its validator, unless it has one.
async fn hashed(response: Response) -> Response {
    if response.headers().contains_key(ETAG) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        tracing::error!("an answer could not be finished");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    parts.headers.insert(ETAG, quoted(&Sha256::digest(&body)));
    Response::from_parts(parts, Body::from(body))
}

//! Whole answers of the API that were given before, given again: what scripts and widgets ask for most, at little more than
//! the cost of the bytes.
//!
//! An answer is kept only if its maker says so ([`Keepable`]) and only for requests without a cookie or a credential, so that
//! nobody in particular asked. All of such a request that an answer may depend on is its key. Whatever else decides is looked
//! at each time: the generation of the portal's content, which any commit of any process moves on, and the epoch of the
//! portals' settings.

mod asked;
mod service;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG};
use http::{HeaderMap, HeaderValue, StatusCode};
use moka::sync::Cache;
use parvis_model::PortalId;

use crate::api::limits;

pub(crate) use asked::{Asked, held, same_tag};
pub use service::{Keeping, keeping};

/// An answer of more bytes than this is made anew each time.
pub(crate) const LARGEST: usize = 256 << 10;
/// Bytes that an answer takes beside its body and key, about.
const OVERHEAD: usize = 4 << 10;

/// Left on an answer that may be given again to whoever asks the same while the portal's content is of this generation: an
/// extension.
#[derive(Clone, Debug)]
pub(crate) struct Keepable {
    pub portal: PortalId,
    /// As it was before the answer was begun.
    pub generation: u64,
}

/// An answer that is kept.
#[derive(Debug)]
struct Answer {
    of: Keepable,
    /// Of the portals' settings, as it was before the answer was begun.
    epoch: u64,
    headers: HeaderMap,
    body: Bytes,
}

/// Answers by what was asked, the least asked for dropped first.
#[derive(Debug)]
pub(crate) struct Kept {
    answers: Cache<String, Arc<Answer>>,
}

impl Kept {
    /// Keeps at most `bytes` bytes.
    pub fn new(bytes: u64) -> Self {
        let weigh = |key: &String, answer: &Arc<Answer>| {
            u32::try_from(key.len() + answer.body.len() + OVERHEAD).unwrap_or(u32::MAX)
        };
        Self {
            answers: Cache::builder().max_capacity(bytes).weigher(weigh).build(),
        }
    }

    #[cfg(test)]
    fn count(&self) -> u64 {
        self.answers.run_pending_tasks();
        self.answers.entry_count()
    }

    fn get(&self, key: &str) -> Option<Arc<Answer>> {
        self.answers.get(key)
    }

    /// Keeps `response` if it says that it may be kept; answers it as it was.
    async fn keep(&self, key: String, epoch: u64, mut response: Response) -> Response {
        let Some(of) = response.extensions_mut().remove::<Keepable>() else {
            return response;
        };
        let (mut parts, body) = response.into_parts();
        let Ok(body) = to_bytes(body, 2 * LARGEST).await else {
            tracing::error!("an answer that was to be kept could not be finished");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        let mut headers = parts.headers.clone();
        limits::erase(&mut headers);
        let answer = Answer {
            of,
            epoch,
            headers,
            body: body.clone(),
        };
        self.answers.insert(key, Arc::new(answer));
        Response::from_parts(parts, Body::from(body))
    }
}

impl Answer {
    /// The answer again, or word that the client has it already.
    fn again(&self, held: Option<&HeaderValue>) -> Response {
        let mut response = Response::new(Body::empty());
        response.headers_mut().clone_from(&self.headers);
        let tag = self.headers.get(ETAG);
        if let (Some(held), Some(tag)) = (held, tag)
            && same_tag(held, tag)
        {
            unchanged(&mut response);
        } else {
            *response.body_mut() = Body::from(self.body.clone());
        }
        response
    }
}

/// Makes an answer the word that the client has it already.
pub(crate) fn unchanged(response: &mut Response) {
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    *response.body_mut() = Body::empty();
    for name in [CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING] {
        response.headers_mut().remove(name);
    }
}

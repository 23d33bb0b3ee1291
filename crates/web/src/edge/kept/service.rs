//! The outermost service: it answers what is kept, and has the rest answered.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use futures::FutureExt as _;
use futures::future::{BoxFuture, Either};
use parvis_portal::Parvis;
use tower::Service;

use super::{Asked, Kept, held};
use crate::AppState;
use crate::api::limits;
use crate::audience::Caller;
use crate::edge::Edge;

/// A service that keeps answers of the one within. Cheap to clone.
#[derive(Clone)]
pub struct Keeping<S> {
    inner: S,
    shared: Arc<Shared>,
}

struct Shared {
    kept: Kept,
    edge: Edge,
    parvis: Parvis,
}

/// Keeps answers of `inner`, which is the application with all that changes its answers, such as compression.
pub fn keeping<S>(inner: S, state: &AppState) -> Keeping<S> {
    let shared = Shared {
        kept: Kept::new(state.parvis.kept_answers()),
        edge: state.edge.clone(),
        parvis: state.parvis.clone(),
    };
    Keeping {
        inner,
        shared: Arc::new(shared),
    }
}

#[cfg(test)]
impl<S> Keeping<S> {
    /// How many answers are kept.
    pub fn kept(&self) -> u64 {
        self.shared.kept.count()
    }
}

impl Shared {
    /// The answer that was given before, if nothing has changed since.
    fn again(&self, asked: &Asked, request: &Request) -> Option<Response> {
        let answer = self.kept.get(&asked.key)?;
        let portal = &answer.of.portal;
        let generation = answer.of.generation;
        if answer.epoch != self.edge.epoch() || self.parvis.known_generation(portal) != Some(generation) {
            return None;
        }
        let charged = self.parvis.charge_anonymous(portal, generation)?;
        let mut response = answer.again(held(request));
        limits::write(response.headers_mut(), &charged);
        if let Some(caller) = Caller::of(request.method(), request.headers()) {
            caller.count(request.uri(), &response, |event, dataset| {
                self.parvis.count(portal, event, dataset);
            });
        }
        Some(response)
    }
}

/// What a [`Keeping`] answers.
type Answering<F> =
    Either<Ready<Result<Response, Infallible>>, Either<F, BoxFuture<'static, Result<Response, Infallible>>>>;

impl<S> Service<Request<Body>> for Keeping<S>
where
    S: Service<Request<Body>, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Answering<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let Some(asked) = Asked::of(&request) else {
            return Either::Right(Either::Left(self.inner.call(request)));
        };
        if let Some(response) = self.shared.again(&asked, &request) {
            return Either::Left(ready(Ok(response)));
        }
        let shared = Arc::clone(&self.shared);
        // Before anything is looked at: what changes meanwhile makes the answer an old one.
        let epoch = shared.edge.epoch();
        let answer = self.inner.call(request);
        let kept = async move { Ok(shared.kept.keep(asked.key, epoch, answer.await?).await) };
        Either::Right(Either::Right(kept.boxed()))
    }
}

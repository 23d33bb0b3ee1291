//! What the edge asks of the use-cases: who holds a session, who holds a key.

use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use parvis_model::audience::Event;
use parvis_model::{Actor, ErrorCode, PortalId};

use super::neutral;

/// A live session.
#[derive(Clone, Debug)]
pub struct Found {
    /// Who signed in.
    pub actor: Actor,
    /// What the account is called in the header of pages.
    pub name: String,
    /// What the session's row keeps for its CSRF secret.
    pub csrf: String,
    /// When the session began.
    pub created_at: DateTime<Utc>,
    /// When it ends unless it is renewed.
    pub expires_at: DateTime<Utc>,
}

/// Why a use-case refused or failed.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// The code a client sees.
    pub code: ErrorCode,
    /// For the client if the code is public, else for the log.
    pub message: String,
}

impl From<parvis_cookies::Error> for Failure {
    fn from(error: parvis_cookies::Error) -> Self {
        Self {
            code: error.code(),
            message: error.to_string(),
        }
    }
}

impl IntoResponse for Failure {
    /// JSON; the cause of our own faults goes to the log and not to the client.
    fn into_response(self) -> Response {
        neutral::failure(true, &self)
    }
}

/// What [`Accounts`] answers.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, Failure>>;

/// Sessions and keys, as the use-cases keep them.
pub trait Accounts: Send + Sync {
    /// The live session called `id` (plausible, not yet looked up) on `portal`.
    fn find<'a>(&'a self, portal: &'a PortalId, id: &'a str) -> Answer<'a, Option<Found>>;

    /// Prolongs the session called `id`, which is past half of its life. Answers its new end; `None` if it has ended in
    /// the meantime, for it is never brought back (R-SES-07).
    fn renew<'a>(&'a self, portal: &'a PortalId, id: &'a str) -> Answer<'a, Option<DateTime<Utc>>>;

    /// Whether another choice has taken the place of the one with this receipt, made on `day` (counted from 1970):
    /// an old cookie that is put back is no choice (R-PRF-06).
    fn is_replaced(&self, receipt: &str, day: i64) -> bool;

    /// Counts what was answered on `portal`, without anything of the one who asked (R-AUX-01). `dataset` is the slug or uid of
    /// one that was found.
    fn count(&self, portal: &PortalId, event: Event, dataset: Option<&str>);

    /// Who presents the API key on `portal`.
    fn by_key<'a>(&'a self, portal: &'a PortalId, key: &'a str) -> Answer<'a, Actor>;
}

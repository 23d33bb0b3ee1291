//! What signing in and out does to the browser (R-SES-02, R-SES-04). The rows are the use-cases' affair.

use chrono::{DateTime, Utc};
use http::header::{HeaderName, HeaderValue};
use parvis_cookies::set_cookie::Life;
use parvis_cookies::{EntryId, session as rules};

use super::{Cx, Failure};

/// A session that has just begun.
#[derive(Clone, Copy)]
pub struct SignIn<'a> {
    /// Its new id, for the cookie.
    pub id: &'a str,
    /// What its row keeps for its CSRF secret.
    pub csrf: &'a str,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

impl Cx {
    /// Sends the id of a session that has just begun, and the CSRF secret that follows from it: the one the browser held
    /// before signing in is no longer good for anything (R-CSRF-08).
    ///
    /// # Errors
    /// The id cannot be a cookie's value.
    pub fn sign_in(&self, session: SignIn<'_>) -> Result<(), Failure> {
        let life = rules::cookie_life(session.expires_at, self.edge().now());
        self.set_cookie(EntryId::Session, session.id, Life::AtMost(life))?;
        let secret = self.site().csrf.of_session(session.csrf);
        self.set_cookie(EntryId::Csrf, secret.as_str(), Life::Registry)?;
        let mut outcome = self.outcome();
        outcome.began = Some(session.csrf.to_owned());
        outcome.ended = false;
        Ok(())
    }

    /// Deletes the session's cookie and has the browser forget the pages it kept. The choice about cookies, the language
    /// and the CSRF secret survive. To be called after the use-case has ended the session.
    pub fn sign_out(&self) {
        self.delete_cookie(EntryId::Session);
        let mut outcome = self.outcome();
        outcome.began = None;
        outcome.ended = true;
    }
}

/// What a browser is to forget at sign-out: not its cookies, for the choice must survive.
pub(super) fn forget() -> (HeaderName, HeaderValue) {
    (
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\", \"storage\""),
    )
}

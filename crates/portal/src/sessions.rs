//! Signing in and out (R-SES-01 to R-SES-09). Identifiers live in the browser; the store holds their hashes.

use hmac::{Hmac, KeyInit, Mac};
use parvis_cookies::{ServerKey, csrf, session as rules};
use parvis_model::{Actor, PortalId, UserId};
use parvis_store::{Session, User};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{Error, Parvis, Result};

/// Failed sign-ins of one account after which it must wait.
const MAX_FAILURES: u64 = 10;
/// How long failures count, in minutes.
const FAILURE_WINDOW_MIN: i64 = 15;

/// A session that was found, with the user who opened it.
#[derive(Clone, Debug)]
pub struct Current {
    /// The row in the store.
    pub session: Session,
    /// Who signed in.
    pub user: User,
    /// The same, for permission checks.
    pub actor: Actor,
}

/// A session that has just been opened.
#[derive(Clone)]
pub struct SignedIn {
    /// The identifier for the `sessionid` cookie. It exists nowhere else.
    pub session_id: String,
    /// The row in the store.
    pub session: Session,
    /// Who signed in.
    pub user: User,
}

impl Parvis {
    /// The living session called `id` on `portal`. Anything else (unknown, ended, of another portal, its user disabled, its
    /// password changed) is no session (R-SES-03, R-SES-05, R-TEN-02).
    ///
    /// # Errors
    /// The store failed.
    pub async fn session(&self, portal: &PortalId, id: &str) -> Result<Option<Current>> {
        if !rules::is_plausible(id) {
            return Ok(None);
        }
        let Some(session) = self.store().session(portal, &rules::hash(id), self.now()).await? else {
            return Ok(None);
        };
        let Some(user_id) = session.user.clone() else {
            return Ok(None);
        };
        let Some(user) = self.store().user(portal, &user_id).await? else {
            return Ok(None);
        };
        let stamp = self.password_stamp(&user);
        let same_password: bool = stamp.as_bytes().ct_eq(session.password_stamp.as_bytes()).into();
        if !user.active || !same_password {
            self.store().delete_session(portal, &session.hash).await?;
            return Ok(None);
        }
        let actor = actor_of(&user);
        Ok(Some(Current { session, user, actor }))
    }

    /// Opens a session if the password is right. `old` is the identifier that the browser held: it dies with success.
    ///
    /// # Errors
    /// `Unauthorized` for a wrong pair, whichever half is wrong; `TooMany` after ten failures in a quarter of an hour.
    pub async fn sign_in(&self, portal: &PortalId, email: &str, password: &str, old: Option<&str>) -> Result<SignedIn> {
        let attempt = self.attempt_hash(email);
        let since = self.now() - chrono::TimeDelta::minutes(FAILURE_WINDOW_MIN);
        if self.store().failed_logins_since(portal, &attempt, since).await? >= MAX_FAILURES {
            return Err(Error::TooMany(
                "Too many failed sign-ins for this account: wait a quarter of an hour.",
            ));
        }
        let user = self.find_account(portal, email).await?;
        let right = self
            .passwords()
            .verify(password, user.as_ref().map(|user| user.password_hash.as_str()))
            .await?;
        let Some(user) = user.filter(|user| right && user.active) else {
            self.store().record_failed_login(portal, &attempt, self.now()).await?;
            return Err(Error::Unauthorized("The mail address or the password is wrong."));
        };
        self.store().clear_failed_logins(portal, &attempt).await?;
        if let Some(old) = old.filter(|old| rules::is_plausible(old)) {
            self.store().delete_session(portal, &rules::hash(old)).await?;
        }
        self.open_session(portal, user).await
    }

    /// A new session for `user`, with a new identifier and a new CSRF secret (R-SES-02, R-CSRF-08).
    async fn open_session(&self, portal: &PortalId, user: User) -> Result<SignedIn> {
        let session_id = rules::new_id(self.rng());
        let now = self.now();
        let session = Session {
            hash: rules::hash(&session_id),
            portal: portal.clone(),
            user: Some(user.id.clone()),
            password_stamp: self.password_stamp(&user),
            csrf_secret: csrf::new_secret(self.rng()),
            created_at: now,
            expires_at: rules::expires_at(now, now),
            data: serde_json::Map::new(),
        };
        self.store().insert_session(&session).await?;
        Ok(SignedIn {
            session_id,
            session,
            user,
        })
    }

    /// Ends the session called `id`; it is fine if there is none.
    ///
    /// # Errors
    /// The store failed.
    pub async fn sign_out(&self, portal: &PortalId, id: &str) -> Result<()> {
        if rules::is_plausible(id) {
            self.store().delete_session(portal, &rules::hash(id)).await?;
        }
        Ok(())
    }

    /// Ends every session of a user (R-SES-04), but for the one given.
    ///
    /// # Errors
    /// The store failed.
    pub async fn sign_out_everywhere(&self, user: &UserId, except: Option<&Session>) -> Result<u64> {
        Ok(self
            .store()
            .delete_user_sessions_across_portals(user, except.map(|session| &session.hash))
            .await?)
    }

    /// Prolongs a session that is past half of its life (R-SES-06). Answers whether it was, so that the cookie is sent again.
    ///
    /// # Errors
    /// The store failed, or the session has ended in the meantime.
    pub async fn renew_session(&self, session: &Session) -> Result<bool> {
        let now = self.now();
        if !rules::wants_renewal(session.created_at, session.expires_at, now) {
            return Ok(false);
        }
        let renewed = Session {
            expires_at: rules::expires_at(session.created_at, now),
            ..session.clone()
        };
        self.store().update_session(&renewed, now).await?;
        Ok(true)
    }

    /// The account that `email` names on `portal`: one of its own, else one of the platform's staff.
    async fn find_account(&self, portal: &PortalId, email: &str) -> Result<Option<User>> {
        match self.store().user_by_email(Some(portal), email).await? {
            Some(user) => Ok(Some(user)),
            None => Ok(self.store().user_by_email(None, email).await?),
        }
    }

    /// HMAC of the password's hash: changes with the password, reveals nothing of it.
    pub(crate) fn password_stamp(&self, user: &User) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.keys().session_stamp).expect("HMAC takes keys of any length");
        mac.update(user.password_hash.as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }

    /// What stands for a mail address in the record of failures: no address is kept.
    fn attempt_hash(&self, email: &str) -> [u8; 32] {
        let mut digest = Sha256::new();
        digest.update(self.keys().attempts);
        digest.update(email.trim().to_lowercase().as_bytes());
        digest.finalize().into()
    }

    /// The key that binds form tokens to sessions (R-CSRF-06).
    pub fn csrf_key(&self) -> ServerKey {
        ServerKey::new(self.keys().csrf)
    }

    /// The key that signs visitors' choices about cookies.
    pub fn choice_key(&self) -> ServerKey {
        ServerKey::new(self.keys().choice)
    }
}

/// The actor that a user is.
pub(crate) fn actor_of(user: &User) -> Actor {
    Actor::User {
        id: user.id.clone(),
        portal: user.portal.clone(),
        role: user.role,
    }
}

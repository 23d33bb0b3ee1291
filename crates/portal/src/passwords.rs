//! Passwords: Argon2id, at most as many at once as there are cores, so that sign-ins cannot exhaust the machine.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::{Error, Result};

/// Fewest characters of a password (NIST SP 800-63B asks for 8; the French ANSSI and CNIL advise 12).
pub const MIN_LENGTH: usize = 12;
/// Most bytes of a password, so that hashing stays bounded.
pub const MAX_BYTES: usize = 1024;
const AT_ONCE: usize = 2;

/// Hashes and checks passwords.
pub(crate) struct Passwords {
    turns: Arc<Semaphore>,
    /// A hash that no password matches, so that an unknown account takes as long as a known one.
    decoy: String,
}

fn hash(password: &str) -> Result<String> {
    let hash = Argon2::default()
        .hash_password(password.as_bytes())
        .map_err(|error| Error::Internal(format!("a password could not be hashed: {error}")))?;
    Ok(hash.to_string())
}

fn matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
}

impl Passwords {
    pub fn new() -> Result<Self> {
        Ok(Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            decoy: hash("no account has this password")?,
        })
    }

    /// Refuses passwords that are too short or too long.
    pub fn check_rules(password: &str) -> Result<()> {
        let characters = password.chars().count();
        if characters < MIN_LENGTH {
            return Err(Error::Invalid(format!(
                "The password has {characters} characters: use at least {MIN_LENGTH}. A sentence is easy to remember."
            )));
        }
        if password.len() > MAX_BYTES {
            return Err(Error::Invalid(format!(
                "The password is longer than {MAX_BYTES} bytes: use a shorter one."
            )));
        }
        Ok(())
    }

    /// The hash to store.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        self.work(move || hash(&password)).await?
    }

    /// Whether `password` is the one of `stored`; `None` takes as long and is never right.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool> {
        if password.len() > MAX_BYTES {
            return Ok(false);
        }
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.decoy).to_owned();
        let password = password.to_owned();
        Ok(self.work(move || matches(&password, &stored)).await? && known)
    }

    async fn work<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let turn = self
            .turns
            .clone()
            .acquire_owned()
            .await
            .map_err(|error| Error::Internal(error.to_string()))?;
        tokio::task::spawn_blocking(move || {
            let done = job();
            drop(turn);
            done
        })
        .await
        .map_err(|error| Error::lost_task(&error))
    }
}

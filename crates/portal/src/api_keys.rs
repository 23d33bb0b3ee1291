//! API keys: made and revoked by their owner, presented by programs.

use parvis_model::{Actor, ApiKeyId, PortalId, id::random_text};
use parvis_store::{ApiKey, User};
use sha2::{Digest, Sha256};

use crate::sessions::actor_of;
use crate::{Error, Parvis, Result};

const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// Characters of a key: 48 of 62, 285 bits.
const LENGTH: usize = 48;
/// Living keys that one user may have on one portal.
const MAX_KEYS: usize = 50;

fn hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

/// A key that has just been made.
pub struct NewApiKey {
    /// The key itself, shown once.
    pub secret: String,
    /// What is kept of it.
    pub key: ApiKey,
}

impl Parvis {
    /// Makes a key for `user` on `portal`.
    ///
    /// # Errors
    /// The label is empty or longer than 100 characters, or there are too many keys.
    pub async fn create_api_key(&self, portal: &PortalId, user: &User, label: &str) -> Result<NewApiKey> {
        let label = label.trim();
        if label.is_empty() || label.chars().count() > 100 {
            return Err(Error::Invalid("Give the key a name of 1 to 100 characters.".to_owned()));
        }
        let living = self
            .api_keys(portal, user)
            .await?
            .iter()
            .filter(|key| key.revoked_at.is_none())
            .count();
        if living >= MAX_KEYS {
            return Err(Error::Invalid(format!(
                "You have {living} keys, the most there can be: revoke one first."
            )));
        }
        let secret = random_text(LENGTH, ALPHABET, self.rng());
        let key = ApiKey {
            id: ApiKeyId::generate(self.rng()),
            user: user.id.clone(),
            portal: portal.clone(),
            label: label.to_owned(),
            hash: hash(&secret),
            created_at: self.now(),
            last_used_at: None,
            revoked_at: None,
        };
        self.store().insert_api_key(&key).await?;
        Ok(NewApiKey { secret, key })
    }

    /// The keys of `user` on `portal`, newest first.
    ///
    /// # Errors
    /// The store failed.
    pub async fn api_keys(&self, portal: &PortalId, user: &User) -> Result<Vec<ApiKey>> {
        Ok(self.store().api_keys(portal, &user.id).await?)
    }

    /// Ends one of the user's keys.
    ///
    /// # Errors
    /// The user has no such key here.
    pub async fn revoke_api_key(&self, portal: &PortalId, user: &User, id: &ApiKeyId) -> Result<()> {
        Ok(self.store().revoke_api_key(portal, &user.id, id, self.now()).await?)
    }

    /// Who presents `key` on `portal`.
    ///
    /// # Errors
    /// `Unauthorized` when the key is unknown, revoked, of another portal, or its owner is disabled.
    pub async fn actor_by_api_key(&self, portal: &PortalId, key: &str) -> Result<Actor> {
        Ok(self.holder_of_api_key(portal, key).await?.0)
    }

    /// The same with the key's identifier.
    ///
    /// # Errors
    /// As [`Parvis::actor_by_api_key`].
    pub async fn holder_of_api_key(&self, portal: &PortalId, key: &str) -> Result<(Actor, ApiKeyId)> {
        const WRONG: Error = Error::Unauthorized("The API key is not valid on this portal.");
        if key.len() > 200 {
            return Err(WRONG);
        }
        let found = self.store().api_key_by_hash(portal, &hash(key)).await?;
        let found = found.filter(|key| key.revoked_at.is_none()).ok_or(WRONG)?;
        let user = self
            .store()
            .user(portal, &found.user)
            .await?
            .filter(|user| user.active)
            .ok_or(WRONG)?;
        self.store().touch_api_key(&found, self.now()).await?;
        Ok((actor_of(&user), found.id))
    }
}

//! Signed statements: what the installation says can be checked by anybody who has its public key.

use std::fmt;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use crate::ledger::read_hash;

/// The key that signs. One per installation; what is signed names its portal.
#[derive(Clone)]
pub struct StatementKey(SigningKey);

impl StatementKey {
    /// The key that follows from a secret of the installation.
    pub fn new(secret: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&secret))
    }

    /// The key that checks what this one signs.
    pub fn public(&self) -> VerifyKey {
        VerifyKey(self.0.verifying_key())
    }

    /// The Ed25519 signature of `text`: 128 hexadecimal digits.
    pub fn sign(&self, text: &str) -> String {
        hex::encode(self.0.sign(text.as_bytes()).to_bytes())
    }
}

impl fmt::Debug for StatementKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StatementKey(hidden)")
    }
}

/// The public key: 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifyKey(VerifyingKey);

impl VerifyKey {
    /// Reads the 64 digits.
    pub fn read(text: &str) -> Option<Self> {
        VerifyingKey::from_bytes(&read_hash(text)?).ok().map(Self)
    }

    /// Whether the holder of the key signed `text`. What cannot be read is no signature.
    pub fn verifies(&self, text: &str, signature: &str) -> bool {
        let bytes: Option<[u8; 64]> = hex::decode(signature).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.is_some_and(|bytes| {
            self.0
                .verify_strict(text.as_bytes(), &Signature::from_bytes(&bytes))
                .is_ok()
        })
    }
}

impl fmt::Display for VerifyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0.to_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_signed_by_the_key_verifies() {
        let (key, other) = (StatementKey::new([1; 32]), StatementKey::new([2; 32]));
        let signature = key.sign("text");
        assert!(key.public().verifies("text", &signature));
        assert!(!other.public().verifies("text", &signature));
        assert!(!key.public().verifies("Text", &signature));
        for odd in ["", "00", "é", &"0".repeat(128), &signature[2..]] {
            assert!(!key.public().verifies("text", odd), "{odd}");
        }
        assert_eq!(format!("{key:?}"), "StatementKey(hidden)");
    }
}

//! Signed statements: what the installation says can be checked by anybody who has its public key.

use std::fmt;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

/// The key that signs. One per installation; what is signed names its portal.
#[derive(Clone)]
pub struct StatementKey(SigningKey);

impl StatementKey {
    /// The key that follows from a secret of the installation.
    pub fn new(secret: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&secret))
    }

    /// The public key: 64 hexadecimal digits.
    pub fn public(&self) -> String {
        hex::encode(self.0.verifying_key().to_bytes())
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

/// Whether the holder of the public key `key` signed `text`. Keys and signatures that cannot be read signed nothing.
pub fn verify(key: &str, text: &str, signature: &str) -> bool {
    let check = || {
        let key: [u8; 32] = hex::decode(key).ok()?.try_into().ok()?;
        let signature: [u8; 64] = hex::decode(signature).ok()?.try_into().ok()?;
        let key = VerifyingKey::from_bytes(&key).ok()?;
        let signature = Signature::from_bytes(&signature);
        key.verify_strict(text.as_bytes(), &signature).ok()
    };
    check().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_signed_by_the_key_verifies() {
        let (key, other) = (StatementKey::new([1; 32]), StatementKey::new([2; 32]));
        let signature = key.sign("text");
        assert!(verify(&key.public(), "text", &signature));
        assert!(!verify(&other.public(), "text", &signature));
        assert!(!verify(&key.public(), "Text", &signature));
        for odd in ["", "00", "é", &"0".repeat(128), &signature[2..]] {
            assert!(!verify(&key.public(), "text", odd), "{odd}");
            assert!(!verify(odd, "text", &signature), "{odd}");
        }
        assert_eq!(format!("{key:?}"), "StatementKey(hidden)");
    }
}

//! The installation's secret key, and the only way it is used: HMAC-SHA-256 over labelled parts.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use parvis_model::Rng;
use sha2::Sha256;

/// The installation's secret: 32 random bytes, the same on every node. It never leaves this type.
#[derive(Clone)]
pub struct ServerKey([u8; 32]);

impl ServerKey {
    /// Wraps bytes read from the installation's key file.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A new key.
    pub fn generate(rng: &dyn Rng) -> Self {
        let mut bytes = [0; 32];
        rng.fill(&mut bytes);
        Self(bytes)
    }

    /// The authentication code of `parts` for one use, named by `label`. Each part is preceded by its length, so that
    /// no two lists of parts give the same code.
    pub fn tag(&self, label: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        for part in std::iter::once(label.as_bytes()).chain(parts.iter().copied()) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerKey(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_depends_on_the_key_the_label_and_where_parts_begin() {
        let key = ServerKey::new([1; 32]);
        let tag = key.tag("a", &[b"bc", b"d"]);
        assert_eq!(tag, key.tag("a", &[b"bc", b"d"]));
        assert_ne!(tag, key.tag("a", &[b"b", b"cd"]));
        assert_ne!(tag, key.tag("ab", &[b"c", b"d"]));
        assert_ne!(tag, ServerKey::new([2; 32]).tag("a", &[b"bc", b"d"]));
        assert_eq!(format!("{key:?}"), "ServerKey(hidden)");
    }
}

//! Identifiers. Each kind is its own type, so that a user can never be passed where a portal is expected.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::clock::Rng;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps a value that the caller has checked or read from the store.
            pub fn new(value: impl Into<String>) -> Self {
                Self(value.into())
            }

            /// The value as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A portal's short name, chosen by the operator: lower-case letters, digits and hyphens (`orleans`).
    PortalId
);
id!(
    /// A dataset's permanent identifier, `da_` and six letters or digits. Its slug may change, this never does.
    DatasetUid
);
id!(
    /// One published version of a dataset: a ULID, so that versions sort by the time they were made.
    VersionId
);
id!(
    /// A user of one portal: a ULID.
    UserId
);
id!(
    /// An API key's public identifier, `ak_` and six letters or digits. The key itself is stored as a hash only.
    ApiKeyId
);

const UID_ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// `prefix` and `len` random letters or digits.
fn short_uid(prefix: &str, len: usize, rng: &dyn Rng) -> String {
    let mut uid = String::from(prefix);
    uid.push_str(&random_text(len, UID_ALPHABET, rng));
    uid
}

/// `len` characters drawn evenly from `alphabet` (at most 256 characters, all ASCII).
pub fn random_text(len: usize, alphabet: &[u8], rng: &dyn Rng) -> String {
    // Bytes above the largest multiple of the alphabet's length are drawn again, or the first letters would be likelier.
    let limit = 256 - 256 % alphabet.len();
    let mut text = String::with_capacity(len);
    let mut buffer = [0_u8; 64];
    while text.len() < len {
        rng.fill(&mut buffer);
        for byte in buffer {
            let value = usize::from(byte);
            if value < limit && text.len() < len {
                text.push(char::from(alphabet[value % alphabet.len()]));
            }
        }
    }
    text
}

impl DatasetUid {
    /// A new random identifier.
    pub fn generate(rng: &dyn Rng) -> Self {
        Self(short_uid("da_", 6, rng))
    }
}

impl ApiKeyId {
    /// A new random identifier.
    pub fn generate(rng: &dyn Rng) -> Self {
        Self(short_uid("ak_", 6, rng))
    }
}

/// A ULID for `millis` (milliseconds since 1970, UTC).
fn ulid(millis: i64, rng: &dyn Rng) -> String {
    let mut bytes = [0_u8; 16];
    rng.fill(&mut bytes);
    let random = u128::from_be_bytes(bytes);
    ulid::Ulid::from_parts(millis.max(0).unsigned_abs(), random)
        .to_string()
        .to_lowercase()
}

impl VersionId {
    /// A new identifier that sorts after those made before `millis` (milliseconds since 1970, UTC).
    pub fn generate(millis: i64, rng: &dyn Rng) -> Self {
        Self(ulid(millis, rng))
    }
}

impl UserId {
    /// A new identifier.
    pub fn generate(millis: i64, rng: &dyn Rng) -> Self {
        Self(ulid(millis, rng))
    }
}

impl PortalId {
    /// Checks a name that an operator typed: 1–63 lower-case letters, digits and inner hyphens.
    pub fn parse(text: &str) -> Option<Self> {
        is_slug(text).then(|| Self(text.to_owned()))
    }
}

/// Whether `text` can be a portal name or a dataset slug: 1–100 of `a-z 0-9 - _`, beginning and ending with a letter or digit.
pub fn is_slug(text: &str) -> bool {
    let bytes = text.as_bytes();
    let edge = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    bytes.len() <= 100
        && edge(bytes.first())
        && edge(bytes.last())
        && bytes
            .iter()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRng;

    #[test]
    fn slugs_are_lower_case_words_with_inner_hyphens() {
        for good in ["orleans", "ris-orangis", "a", "communes_2024", "2024"] {
            assert!(is_slug(good), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "é", "a b", "a/b", "..", &"a".repeat(101)] {
            assert!(!is_slug(bad), "{bad}");
        }
    }

    #[test]
    fn uids_have_their_prefix_and_differ() {
        let (a, b) = (DatasetUid::generate(&SystemRng), DatasetUid::generate(&SystemRng));
        assert!(a.as_str().starts_with("da_") && a.as_str().len() == 9);
        assert_ne!(a, b);
    }

    #[test]
    fn versions_sort_by_time() {
        assert!(VersionId::generate(1_000, &SystemRng) < VersionId::generate(2_000, &SystemRng));
    }
}

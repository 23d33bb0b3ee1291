//! Protection against forged requests: Django's wire format, and checks that are stricter where R-CSRF says so.
//!
//! The cookie carries a *secret* of 32 signs; a form carries a *token*: the same secret under a mask drawn anew on each
//! page (64 signs). Unlike Django's, our secrets can be recognised: 22 signs followed by 10 that only this installation
//! can compute for this portal. So a secret made up by somebody else, or carried over from another portal, counts as
//! none (R-TEN-02), and the secret of a signed-in user follows from the session (R-CSRF-06).

mod check;
mod origin;

use std::fmt;

use parvis_model::{PortalId, Rng};
use subtle::ConstantTimeEq;

pub use check::{Facts, check, is_safe_method};
pub use origin::TrustedOrigin;

use crate::key::ServerKey;

const ALPHABET: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// Signs of a secret.
pub const SECRET_LEN: usize = 32;
/// Signs of a masked token: the mask, then the secret under it.
pub const TOKEN_LEN: usize = 2 * SECRET_LEN;
/// Signs of a secret that are random, or follow from the session: 131 bits.
const BODY_LEN: usize = 22;

/// Why an unsafe request was refused. The texts are Django's, except for the last three, which Django does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CsrfReason {
    /// `Origin` names neither this portal nor a trusted origin.
    #[error("Origin checking failed - {0} does not match any trusted origins.")]
    BadOrigin(String),
    /// Over https, neither `Origin` nor `Referer` came.
    #[error("Referer checking failed - no Referer.")]
    NoReferer,
    /// `Referer` is no address with scheme and host.
    #[error("Referer checking failed - Referer is malformed.")]
    MalformedReferer,
    /// `Referer` is not https while the portal is.
    #[error("Referer checking failed - Referer is insecure while host is secure.")]
    InsecureReferer,
    /// `Referer` is neither this portal nor a trusted origin.
    #[error("Referer checking failed - {0} does not match any trusted origins.")]
    BadReferer(String),
    /// The cookie cannot be a secret.
    #[error("CSRF cookie {0}.")]
    MalformedCookie(TokenFault),
    /// There is no cookie, or none of ours.
    #[error("CSRF cookie not set.")]
    NoCookie,
    /// Neither form nor header carries a token.
    #[error("CSRF token missing.")]
    NoToken,
    /// The token cannot be one, or is not that of the cookie and session.
    #[error("CSRF token from {from} {fault}.")]
    BadToken {
        /// Where the token was found.
        from: TokenSource,
        /// What is wrong with it.
        fault: TokenFault,
    },
    /// The browser says that another site began the request (R-CSRF-07).
    #[error("Sec-Fetch-Site checking failed - {0} does not match any trusted origins.")]
    ForeignSite(&'static str),
    /// Two `csrftoken` cookies with different values came (R-CSRF-09).
    #[error("CSRF cookie sent more than once with different values.")]
    CookieConflict,
    /// Two `sessionid` cookies with different values came (R-CSRF-09).
    #[error("Session cookie sent more than once with different values.")]
    SessionConflict,
}

/// What is wrong with a token or secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFault {
    /// Neither 32 nor 64 signs.
    Length,
    /// A sign other than letters and digits.
    Characters,
    /// Well-formed, but not the right one.
    Mismatch,
}

impl fmt::Display for TokenFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "has incorrect length",
            Self::Characters => "has invalid characters",
            Self::Mismatch => "incorrect",
        })
    }
}

/// Where a token was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenSource {
    /// The form field `csrfmiddlewaretoken`.
    Form,
    /// The header `X-CSRFToken`.
    Header,
}

impl fmt::Display for TokenSource {
    /// The header is written the way Django writes it in this sentence, which is not the way clients write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "POST",
            Self::Header => "the 'X-Csrftoken' HTTP header",
        })
    }
}

/// The secret of a browser: 32 letters and digits. It does not show in debug output.
#[derive(Clone)]
pub struct Secret([u8; SECRET_LEN]);

impl Secret {
    /// Reads a cookie or a token: a bare secret (32 signs), or a masked one (64).
    ///
    /// # Errors
    /// The length or a sign is wrong.
    pub fn parse(text: &str) -> Result<Self, TokenFault> {
        let bytes = text.as_bytes();
        if bytes.len() != SECRET_LEN && bytes.len() != TOKEN_LEN {
            return Err(TokenFault::Length);
        }
        if !bytes.iter().all(u8::is_ascii_alphanumeric) {
            return Err(TokenFault::Characters);
        }
        let mut secret = [0; SECRET_LEN];
        if bytes.len() == SECRET_LEN {
            secret.copy_from_slice(bytes);
        } else {
            let (mask, cipher) = bytes.split_at(SECRET_LEN);
            for (sign, (mask, cipher)) in secret.iter_mut().zip(mask.iter().zip(cipher)) {
                *sign = ALPHABET[(index(*cipher) + ALPHABET.len() - index(*mask)) % ALPHABET.len()];
            }
        }
        Ok(Self(secret))
    }

    /// A token for a form: 64 signs, different each time.
    pub fn mask(&self, rng: &dyn Rng) -> String {
        let mut token = parvis_model::id::random_text(SECRET_LEN, ALPHABET, rng);
        for at in 0..SECRET_LEN {
            let mask = index(token.as_bytes()[at]);
            token.push(char::from(ALPHABET[(index(self.0[at]) + mask) % ALPHABET.len()]));
        }
        token
    }

    /// The cookie's value: 32 signs.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("letters and digits are UTF-8")
    }

    /// Compares in a time that does not tell where the two differ.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

/// The place of an alphanumeric ASCII sign in the alphabet.
fn index(sign: u8) -> usize {
    usize::from(match sign {
        b'a'..=b'z' => sign - b'a',
        b'A'..=b'Z' => sign - b'A' + 26,
        _ => sign.wrapping_sub(b'0') % 10 + 52,
    })
}

/// What the row of a new session keeps: random, never sent. The browser's secret follows from it by
/// [`CsrfKeeper::of_session`], so a stolen store gives no token.
pub fn new_secret(rng: &dyn Rng) -> String {
    parvis_model::id::random_text(SECRET_LEN, ALPHABET, rng)
}

/// Makes and recognises the secrets of one portal.
#[derive(Clone, Debug)]
pub struct CsrfKeeper {
    key: ServerKey,
    portal: PortalId,
}

impl CsrfKeeper {
    /// The keeper of `portal`.
    pub fn new(key: ServerKey, portal: PortalId) -> Self {
        Self { key, portal }
    }

    /// A new secret for a browser that has not signed in.
    pub fn anonymous(&self, rng: &dyn Rng) -> Secret {
        self.seal(parvis_model::id::random_text(BODY_LEN, ALPHABET, rng))
    }

    /// The secret of a signed-in user: it follows from what the session's row keeps for it ([`new_secret`]), so it
    /// changes at sign-in (R-CSRF-08), and the token of another session fails even when cookie and field agree
    /// (R-CSRF-06).
    pub fn of_session(&self, kept: &str) -> Secret {
        let tag = self
            .key
            .tag("csrf session", &[self.portal.as_str().as_bytes(), kept.as_bytes()]);
        self.seal(signs(&tag, BODY_LEN))
    }

    /// Whether this installation made `secret` for this portal.
    pub fn is_ours(&self, secret: &Secret) -> bool {
        let body = &secret.as_str()[..BODY_LEN];
        self.seal(body.to_owned()).matches(secret)
    }

    /// The secret for a page that asks for a token: the session's; else the one the browser has, if it is ours; else a
    /// new one. The cookie is to be sent in each case, which renews it and turns a masked cookie into a bare one.
    pub fn for_page(&self, cookie: Option<&str>, session: Option<&str>, rng: &dyn Rng) -> Secret {
        if let Some(session) = session {
            return self.of_session(session);
        }
        let held = cookie
            .and_then(|cookie| Secret::parse(cookie).ok())
            .filter(|secret| self.is_ours(secret));
        held.unwrap_or_else(|| self.anonymous(rng))
    }

    /// Completes the first 22 signs of a secret with the 10 that follow from them.
    fn seal(&self, body: String) -> Secret {
        let tag = self
            .key
            .tag("csrf secret", &[self.portal.as_str().as_bytes(), body.as_bytes()]);
        let text = body + &signs(&tag, SECRET_LEN - BODY_LEN);
        Secret(text.into_bytes().try_into().expect("22 and 10 signs are 32"))
    }
}

/// Writes the beginning of a code as `len` signs (at most 22: 128 bits hold no more).
fn signs(tag: &[u8; 32], len: usize) -> String {
    let (half, _) = tag.split_first_chunk::<16>().expect("a code has 32 bytes");
    let mut number = u128::from_be_bytes(*half);
    let base = ALPHABET.len() as u128;
    let mut text = String::with_capacity(len);
    for _ in 0..len {
        let digit = usize::try_from(number % base).expect("less than 62");
        text.push(char::from(ALPHABET[digit]));
        number /= base;
    }
    text
}

#[cfg(test)]
mod tests;

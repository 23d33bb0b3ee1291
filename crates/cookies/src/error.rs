//! What can go wrong in this crate.

use parvis_model::ErrorCode;

use crate::csrf::CsrfReason;
use crate::host::HostError;

/// An error of this crate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A cookie's value holds a character that does not travel unchanged.
    #[error("the value of cookie {name} may only hold letters, digits and - . _ ~, and may not be empty")]
    CookieValue {
        /// The cookie.
        name: String,
    },
    /// Browsers ignore a cookie whose name and value are over 4,096 bytes.
    #[error(
        "cookie {name} would be {bytes} bytes long; browsers drop what is over {}",
        crate::set_cookie::MAX_PAIR_BYTES
    )]
    CookieTooLong {
        /// The cookie.
        name: String,
        /// Bytes of name and value.
        bytes: usize,
    },
    /// A trusted origin that the configuration may not name.
    #[error("trusted origin {entry:?} is refused: {why}; write https://host or https://host:port")]
    TrustedOrigin {
        /// What was configured.
        entry: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A value of a consent record that would not read the same everywhere.
    #[error(
        "a consent record cannot hold this {what}: use letters, digits and - . _ :, and ids that are not digits alone"
    )]
    Record {
        /// Which value.
        what: &'static str,
    },
    /// A `Host` header that cannot be read.
    #[error(transparent)]
    Host(#[from] HostError),
    /// A request that may have been forged.
    #[error(transparent)]
    Csrf(#[from] CsrfReason),
}

impl Error {
    /// The code a client sees.
    pub fn code(&self) -> ErrorCode {
        match self {
            // Values and origins come from our own code and configuration: a wrong one is our fault.
            Self::CookieValue { .. }
            | Self::CookieTooLong { .. }
            | Self::TrustedOrigin { .. }
            | Self::Record { .. } => ErrorCode::InternalServerError,
            Self::Host(_) => ErrorCode::BadRequest,
            Self::Csrf(_) => ErrorCode::CsrfFailed,
        }
    }
}

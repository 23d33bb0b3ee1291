//! What can go wrong in this crate. What an audit *finds* is no error: see [`crate::finding`].

use parvis_model::ErrorCode;

/// Why an audit could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The browser did not start.
    #[error(
        "{program} could not be started: {cause}; install Debian's package chromium, or name another with CHROMIUM"
    )]
    Start {
        /// What was run.
        program: String,
        /// Why it failed.
        cause: std::io::Error,
    },
    /// The browser ended, or closed its end of the pipe.
    #[error("the browser ended before the audit did")]
    Gone,
    /// The browser refused a command of the DevTools protocol.
    #[error("the browser refused {method}: {message}")]
    Refused {
        /// The command.
        method: String,
        /// What the browser said.
        message: String,
    },
    /// A page was not done in the time that a page may take.
    #[error("{page} was not done after {seconds} seconds")]
    TooSlow {
        /// The page.
        page: String,
        /// The limit, in seconds.
        seconds: u64,
    },
    /// The audit was not done in the time that it may take.
    #[error("the audit was not done after {minutes} minutes; give it fewer --pages")]
    TooLong {
        /// The limit, in minutes.
        minutes: u64,
    },
    /// An address that cannot be audited.
    #[error("{address:?} cannot be audited: {why}")]
    Address {
        /// What was given.
        address: String,
        /// What is wrong with it.
        why: String,
    },
    /// A charter that cannot be read.
    #[error("the charter cannot be read: {0}; docs/audit.md describes its form")]
    Charter(String),
}

impl Error {
    /// The code of the table that all crates share.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Address { .. } | Self::Charter(_) => ErrorCode::BadRequest,
            Self::Start { .. } | Self::Gone | Self::Refused { .. } | Self::TooSlow { .. } | Self::TooLong { .. } => {
                ErrorCode::InternalServerError
            }
        }
    }
}

/// What functions of this crate give.
pub type Result<T> = std::result::Result<T, Error>;

//! What can go wrong between the code and the metadata store.

use std::path::PathBuf;

use parvis_model::ErrorCode;

/// `Result` with this crate's error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the store refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database file cannot be opened or created.
    #[error(
        "the metadata store {path} cannot be opened: {source}. Check that its folder exists, that you may write there, and that the disk is not full"
    )]
    Open {
        /// The database file.
        path: PathBuf,
        /// The driver's reason.
        source: sqlx::Error,
    },
    /// The database was written by a later version of Parvis.
    #[error(
        "the metadata store has migration {0}, which this version of Parvis does not know: run the version that wrote it, or a later one"
    )]
    Newer(i64),
    /// The database could not be brought to this version's schema.
    #[error(
        "the metadata store could not be migrated: {0}. Restore the copy you made before upgrading, or run `parvis doctor`"
    )]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// The database answered with an error.
    #[error("the metadata store failed: {0}")]
    Database(#[from] sqlx::Error),
    /// A stored value cannot be understood.
    #[error("the metadata store holds an unreadable {what}: {detail}. Run `parvis doctor`")]
    Corrupt {
        /// Which value.
        what: &'static str,
        /// Why it cannot be read.
        detail: String,
    },
    /// There is no such object in this portal.
    #[error("there is no {what} `{name}`")]
    NotFound {
        /// Kind of the object.
        what: &'static str,
        /// What was asked for.
        name: String,
    },
    /// The name is taken.
    #[error("the {what} `{name}` is already used: choose another")]
    Taken {
        /// Kind of name.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A portal needs at least one host.
    #[error("the portal `{0}` has no host name: give at least one")]
    NoHost(String),
    /// The host is served by another portal.
    #[error("the host `{host}` is already served by the portal `{portal}`: a host belongs to one portal")]
    HostTaken {
        /// The host name.
        host: String,
        /// The portal that has it.
        portal: String,
    },
    /// The object was changed by somebody else since it was read.
    #[error("the {what} `{name}` was changed by somebody else in the meantime: read it again")]
    Conflict {
        /// Kind of the object.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// The session ended (signed out, expired, replaced) while the request ran. It is never made anew (R-SES-07).
    #[error("the session has ended: sign in again")]
    SessionGone,
}

impl Error {
    /// The code that a client sees.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound { .. } => ErrorCode::NotFoundResource,
            Self::Taken { .. } | Self::NoHost(_) | Self::HostTaken { .. } | Self::Conflict { .. } => {
                ErrorCode::BadRequest
            }
            Self::SessionGone => ErrorCode::Unauthorized,
            Self::Open { .. } | Self::Newer(_) | Self::Migrate(_) | Self::Database(_) | Self::Corrupt { .. } => {
                ErrorCode::InternalServerError
            }
        }
    }

    pub(crate) fn not_found(what: &'static str, name: impl ToString) -> Self {
        Self::NotFound {
            what,
            name: name.to_string(),
        }
    }

    /// Reads a violated uniqueness as "this name is taken"; anything else stays what it is.
    pub(crate) fn taken(error: sqlx::Error, what: &'static str, name: &str) -> Self {
        match error.as_database_error() {
            Some(cause) if cause.is_unique_violation() => Self::Taken {
                what,
                name: name.to_owned(),
            },
            _ => Self::Database(error),
        }
    }
}

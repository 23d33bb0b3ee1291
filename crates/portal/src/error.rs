//! Why a use-case was refused or failed.

use parvis_model::ErrorCode;

/// `Result` with this crate's error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such dataset, or the viewer may not know of it.
    #[error("The requested dataset {0} does not exist.")]
    NoSuchDataset(String),
    /// The dataset has no such version, or the viewer may not read it.
    #[error("The dataset {dataset} has no version {version}.")]
    NoSuchVersion {
        /// The dataset.
        dataset: String,
        /// What was asked for.
        version: String,
    },
    /// The dataset is called otherwise now.
    #[error("The requested dataset is now called {0}.")]
    Renamed(String),
    /// The viewer may not do this.
    #[error("You may not do this: {0}.")]
    Forbidden(&'static str),
    /// Nobody has signed in, or the credentials are wrong.
    #[error("{0}")]
    Unauthorized(&'static str),
    /// Too many attempts.
    #[error("{0}")]
    TooMany(&'static str),
    /// A value was refused; the message says why and how to mend it.
    #[error("{0}")]
    Invalid(String),
    /// A clause of a query cannot be read or has no meaning.
    #[error(transparent)]
    Odsql(#[from] parvis_odsql::Error),
    /// The engine refused or failed.
    #[error(transparent)]
    Engine(#[from] parvis_engine::Error),
    /// A file could not be read or written.
    #[error(transparent)]
    Format(#[from] parvis_formats::Error),
    /// The metadata store refused or failed.
    #[error(transparent)]
    Store(#[from] parvis_store::Error),
    /// Another server, which we asked for the viewer, gave no answer that can be used.
    #[error("another server was asked: {0}")]
    Elsewhere(std::sync::Arc<parvis_fetch::Error>),
    /// Our fault.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// The code that a client sees.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NoSuchDataset(_) | Self::NoSuchVersion { .. } | Self::Renamed(_) => ErrorCode::NotFoundResource,
            Self::Forbidden(_) => ErrorCode::ForbiddenAccess,
            Self::Unauthorized(_) => ErrorCode::Unauthorized,
            Self::TooMany(_) => ErrorCode::TooManyRequests,
            Self::Invalid(_) => ErrorCode::BadRequest,
            Self::Odsql(error) if error.is_syntax() => ErrorCode::ODSQLSyntaxError,
            Self::Odsql(_) => ErrorCode::ODSQLError,
            Self::Engine(error) => error.code(),
            Self::Format(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Elsewhere(_) => ErrorCode::BadGateway,
            Self::Internal(_) => ErrorCode::InternalServerError,
        }
    }

    /// In how many seconds it makes sense to ask again, when only the moment is wrong.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Engine(parvis_engine::Error::Busy { seconds }) => Some(*seconds),
            _ => None,
        }
    }

    /// A failure of work that was handed to another thread.
    pub(crate) fn lost_task(error: &tokio::task::JoinError) -> Self {
        Self::Internal(format!("a task ended early: {error}"))
    }
}

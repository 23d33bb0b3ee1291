//! What can go wrong when bytes are read or written.

use parvis_model::ErrorCode;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read or written.
    #[error("{context}: {source}")]
    Io {
        /// What was being done.
        context: String,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// The content is not what its format promises; the message says where and how to mend it.
    #[error("{0}")]
    Invalid(String),
    /// A choice of the client is out of its range, in the wording of the API.
    #[error("{0}")]
    Parameter(String),
    /// Arrow or Parquet failed.
    #[error(transparent)]
    Arrow(#[from] arrow::error::ArrowError),
    /// Parquet failed.
    #[error(transparent)]
    Parquet(#[from] parquet::errors::ParquetError),
}

impl Error {
    /// A parameter of the API with a value that it cannot have.
    pub(crate) fn parameter(name: &str, value: &str, expected: &str) -> Self {
        Self::Parameter(format!(
            "Invalid value for {name} API parameter: {value} was found but {expected} is expected."
        ))
    }

    /// The code that a client sees.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Io { .. } | Self::Arrow(_) | Self::Parquet(_) => ErrorCode::InternalServerError,
            Self::Invalid(_) => ErrorCode::BadRequest,
            Self::Parameter(_) => ErrorCode::InvalidRESTParameterError,
        }
    }
}

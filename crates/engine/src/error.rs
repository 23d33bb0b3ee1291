//! What can go wrong in the engine. DataFusion's own words never reach a client.

use datafusion::error::DataFusionError;
use parvis_model::ErrorCode;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The query has no meaning on this dataset; the wording is the documented one.
    #[error("{0}")]
    Query(String),
    /// A part of the language that is not there yet.
    #[error("{0}")]
    NotImplemented(String),
    /// No such record.
    #[error("The requested record {0} does not exist.")]
    NoSuchRecord(String),
    /// The query needs more than its budget.
    #[error("{0}")]
    Budget(String),
    /// More queries of the portal wait than may, or this one has waited too long for its turn.
    #[error("There are more queries to answer than this server can at the moment. Try again in {seconds} s.")]
    Busy {
        /// When it makes sense to ask again.
        seconds: u64,
    },
    /// A version's folder is missing or damaged.
    #[error("{0}")]
    Damaged(String),
    /// Reading or writing a format failed.
    #[error(transparent)]
    Format(#[from] parvis_formats::Error),
    /// The disk failed.
    #[error("{context}: {source}")]
    Io {
        /// What was being done.
        context: String,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// DataFusion, Arrow or Parquet failed in a way that is our fault.
    #[error("query engine: {0}")]
    Internal(String),
}

impl Error {
    /// Wraps a failure of the disk.
    pub(crate) fn io(context: impl Into<String>, source: std::io::Error) -> Self {
        Self::Io {
            context: context.into(),
            source,
        }
    }

    /// A query without meaning, in the documented wording.
    pub(crate) fn malformed(what: impl std::fmt::Display) -> Self {
        Self::Query(format!("ODSQL query is malformed: {what}"))
    }

    /// The code that a client sees.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Query(_) => ErrorCode::ODSQLError,
            Self::NotImplemented(_) => ErrorCode::NotImplemented,
            Self::NoSuchRecord(_) => ErrorCode::NotFoundResource,
            Self::Budget(_) => ErrorCode::QueryBudgetExceeded,
            Self::Busy { .. } => ErrorCode::ServiceUnavailable,
            Self::Format(error) => error.code(),
            Self::Damaged(_) | Self::Io { .. } | Self::Internal(_) => ErrorCode::InternalServerError,
        }
    }
}

impl From<arrow::error::ArrowError> for Error {
    fn from(error: arrow::error::ArrowError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<parquet::errors::ParquetError> for Error {
    fn from(error: parquet::errors::ParquetError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<DataFusionError> for Error {
    fn from(error: DataFusionError) -> Self {
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => Self::Budget(
                "The query needs more memory than this server gives to queries. Add conditions, group by fewer values, or \
                 ask for less at a time."
                    .to_owned(),
            ),
            _ => Self::Internal(error.to_string()),
        }
    }
}

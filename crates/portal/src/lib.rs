#![doc = include_str!("../README.md")]

pub mod accounts;
mod answers;
pub mod api_keys;
pub mod audience;
pub mod audits;
pub mod catalog;
pub mod consent;
pub mod datasets;
pub mod describe;
pub mod error;
pub mod explain;
pub mod export;
pub mod import;
pub mod markup;
mod passwords;
pub mod query;
pub mod quotas;
pub mod records;
pub mod registry;
mod service;
pub mod sessions;
pub mod templates;
pub mod tiles;
pub mod versions;
mod viewer;

pub use error::{Error, Result};
pub use query::Clauses;
pub use service::{KEPT_ANSWERS, Parvis, Settings};
pub use viewer::Viewer;

/// What the web needs of the formats, so that it names no lower crate.
pub mod formats {
    pub use parvis_formats::{Column, ColumnKind, Format, Table, WriterOptions, output::ParquetCompression};
}

/// What the web needs of the engine.
pub mod engine {
    pub use parvis_engine::{ChangeKind, FacetState, FacetTree, FacetValue};
}

/// What the web and the command line need of the store.
pub mod store {
    pub use parvis_store::{ApiKey, AuditRow, Error, Health, Session, ShownText, User};
}

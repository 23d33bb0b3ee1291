#![doc = include_str!("../README.md")]

pub mod error;
pub mod explain;
pub mod manifest;
pub mod request;

mod changes;
mod columns;
mod dataset;
mod engine;
mod facets;
mod filter;
mod folder;
mod gate;
mod groups;
mod hash;
mod layout;
mod pattern;
mod plan;
mod records;
mod rejects;
mod resident;
mod runtime;
mod scan;
mod settings;
mod stop;
mod table;
mod turns;
mod udf;
mod version;
mod whole;
mod words;
mod write;

pub use changes::{Change, ChangeKind, Changes};
pub use dataset::Dataset;
pub use engine::Engine;
pub use error::Error;
pub use explain::{Step, Trace, Way};
pub use manifest::{FieldStatistics, Manifest};
pub use request::{
    Context, Export, ExportRequest, FacetState, FacetTree, FacetValue, FacetsRequest, Records, RecordsRequest,
    VersionPath, VersionReport,
};
pub use settings::Settings;
pub use turns::PortalThreads;

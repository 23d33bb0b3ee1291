#![doc = include_str!("../README.md")]

pub mod error;
pub mod request;

pub use error::Error;
pub use request::{
    Context, Export, ExportRequest, FacetState, FacetTree, FacetValue, FacetsRequest, Records, RecordsRequest,
    VersionPath, VersionReport,
};

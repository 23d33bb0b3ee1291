#![doc = include_str!("../README.md")]

pub mod error;
pub mod request;

mod pending;
pub use pending::*;

pub use error::Error;
pub use request::{
    Context, Export, ExportRequest, FacetState, FacetTree, FacetValue, FacetsRequest, Records, RecordsRequest,
    VersionPath, VersionReport,
};

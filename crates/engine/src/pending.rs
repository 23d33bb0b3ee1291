//! Signatures that the use-cases compile against until the engine lands.

use std::path::Path;

use arrow::record_batch::RecordBatch;
use parvis_formats::Source;
use parvis_model::Schema;
use parvis_odsql::SelectItem;

use crate::{
    Context, Error, Export, ExportRequest, FacetTree, FacetsRequest, Records, RecordsRequest, VersionPath,
    VersionReport,
};

#[derive(Clone, Debug, Default)]
pub struct Settings;
#[derive(Clone)]
pub struct Engine;
#[derive(Clone)]
pub struct Dataset;

fn pending<T>() -> Result<T, Error> {
    Err(Error::NotImplemented("not there yet".to_owned()))
}

impl Engine {
    pub fn open(_: &Path, _: Settings) -> Result<Self, Error> {
        Ok(Self)
    }
    pub fn write_version(
        &self,
        _: &VersionPath,
        _: Box<dyn Source>,
        _: Option<&Path>,
        _: &mut dyn FnMut(u64, u64),
    ) -> Result<VersionReport, Error> {
        pending()
    }
    pub fn dataset(&self, _: &VersionPath, _: &Schema) -> Result<Dataset, Error> {
        Ok(Dataset)
    }
}

impl Dataset {
    pub fn in_memory(_: &Engine, _: Schema, _: RecordBatch) -> Result<Self, Error> {
        Ok(Self)
    }
    pub async fn records(&self, _: &RecordsRequest) -> Result<Records, Error> {
        pending()
    }
    pub async fn record(&self, _: &str, _: Vec<SelectItem>, _: &Context) -> Result<Records, Error> {
        pending()
    }
    pub async fn facets(&self, _: &FacetsRequest) -> Result<Vec<FacetTree>, Error> {
        pending()
    }
    pub async fn export(&self, _: ExportRequest) -> Result<Export, Error> {
        pending()
    }
}

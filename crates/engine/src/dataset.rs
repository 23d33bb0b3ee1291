//! A dataset that can be queried: a version on the disk, or a table in memory.

use std::sync::Arc;

use arrow::array::RecordBatch;
use parvis_model::{PortalId, Schema};
use parvis_odsql::Fields;

use crate::layout::{self, physical_schema};
use crate::plan::Scope;
use crate::resident::Resident;
use crate::scan;
use crate::version::VersionFile;
use crate::{Context, Engine, Error, VersionPath};

/// A handle on the records of one dataset. Cheap to clone.
#[derive(Clone)]
pub struct Dataset {
    pub(crate) engine: Engine,
    /// Whose turns its queries take.
    pub(crate) portal: PortalId,
    pub(crate) schema: Arc<Schema>,
    /// What record identifiers belong to: the dataset's uid.
    pub(crate) scope: String,
    /// What `datasetid` gives, where the dataset has no field of that name.
    pub(crate) name: Option<String>,
    /// `None` for a table in memory.
    pub(crate) path: Option<VersionPath>,
    records: scan::Records,
}

impl Dataset {
    /// A version that has been opened, read as `schema` says.
    pub(crate) fn of_version(
        engine: Engine,
        path: VersionPath,
        version: Arc<VersionFile>,
        schema: &Schema,
    ) -> Result<Self, Error> {
        Ok(Self {
            engine,
            schema: version.read_as(schema)?,
            portal: path.portal.clone(),
            scope: path.dataset.as_str().to_owned(),
            name: None,
            path: Some(path),
            records: scan::Records::File(version),
        })
    }

    /// A table of `portal` in memory, queried by the same code: the catalogue. `batch` is in the layout of `parvis_formats::layout`.
    ///
    /// # Errors
    /// [`Error::Internal`] when the columns are not those of `schema`.
    pub fn in_memory(engine: &Engine, portal: PortalId, schema: Schema, batch: RecordBatch) -> Result<Self, Error> {
        if batch.num_columns() != schema.fields.len() {
            return Err(Error::Internal(format!(
                "{} columns for {} fields",
                batch.num_columns(),
                schema.fields.len()
            )));
        }
        let physical = physical_schema(&schema);
        let batch = layout::flatten(&schema, &physical, &batch, 0)?;
        Ok(Self {
            engine: engine.clone(),
            portal,
            schema: Arc::new(schema),
            scope: String::new(),
            name: None,
            path: None,
            records: scan::Records::Memory(Arc::new(Resident::new(batch)?)),
        })
    }

    /// The same, called `name` in addresses.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// The columns.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Number of records, whatever the caller may see.
    pub fn count_all(&self) -> u64 {
        self.records.count()
    }

    /// The fields that a query by `context` is checked against.
    pub fn fields<'a>(&'a self, context: &'a Context) -> impl Fields + 'a {
        Scope::of_client(self, context)
    }

    /// The records, decoded in memory when the dataset is small.
    pub(crate) async fn records_near(&self) -> Result<scan::Records, Error> {
        let (Some(path), scan::Records::File(version)) = (&self.path, &self.records) else {
            return Ok(self.records.clone());
        };
        let inner = &self.engine.inner;
        if version.decoded_bytes() > inner.settings.resident_dataset.min(inner.settings.resident_memory) {
            return Ok(self.records.clone());
        }
        if let Some(resident) = inner.resident.get(path) {
            return Ok(scan::Records::Memory(resident));
        }
        let (version, engine, path) = (Arc::clone(version), self.engine.clone(), path.clone());
        let load = move || {
            // One thread decodes, the others wait for it.
            engine
                .inner
                .resident
                .try_get_with(path, || Resident::new(version.read_all()?).map(Arc::new))
                .map_err(|error: Arc<Error>| Error::Internal(error.to_string()))
        };
        inner.threads.compute(load).await.map(scan::Records::Memory)
    }

    /// The records where they are; for the first page, which is kept decoded anyway.
    pub(crate) fn records_as_they_are(&self) -> &scan::Records {
        &self.records
    }
}

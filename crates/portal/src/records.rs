//! Records: a page of them, one of them, their facets.

use std::collections::HashMap;
use std::sync::Arc;

use parvis_engine::{FacetTree, FacetsRequest, Records};
use parvis_formats::{Column, arrow_rows};
use parvis_model::Dataset;

use crate::answers::Key;
use crate::datasets::version_path;
use crate::{Clauses, Error, Parvis, Result, Viewer};

/// Which rows of an answer are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Page {
    /// Most rows to give.
    pub limit: u64,
    /// Rows to leave out first.
    pub offset: u64,
    /// Records are asked for one page after the other, however far: which come next.
    pub after: Option<After>,
}

impl Page {
    /// `limit` rows after the first `offset`.
    pub fn new(limit: u64, offset: u64) -> Self {
        Self {
            limit,
            offset,
            after: None,
        }
    }
}

/// Where a page begins that is not counted from the first record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum After {
    /// With the first record.
    Start,
    /// After the record of this number.
    Row(u64),
}

/// A page of rows, ready to send.
#[derive(Clone, Debug)]
pub struct RecordsPage {
    /// Rows that match, whatever the page.
    pub total: u64,
    /// When records are asked for one page after the other: what to ask for next, `None` after the last.
    pub next: Option<String>,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows: a JSON array of objects.
    pub json: Vec<u8>,
}

impl RecordsPage {
    /// A page of `dataset`, which says what comes next.
    pub(crate) fn of_dataset(records: Records, dataset: &Dataset, page: Page) -> Result<Self> {
        Ok(Self {
            next: next(&records, dataset, page),
            ..Self::from_records(records)?
        })
    }

    pub(crate) fn from_records(records: Records) -> Result<Self> {
        let mut json = vec![b'['];
        for batch in records.batches.iter().filter(|batch| batch.num_rows() > 0) {
            if json.len() > 1 {
                json.push(b',');
            }
            parvis_formats::json_rows(&records.table, batch, &mut json)?;
        }
        json.push(b']');
        Ok(Self {
            total: records.total,
            next: None,
            columns: records.table.columns,
            json,
        })
    }
}

/// What the page after this one is called, if there is one.
fn next(records: &Records, dataset: &Dataset, page: Page) -> Option<String> {
    let rows: usize = records.batches.iter().map(|batch| batch.num_rows()).sum();
    let full = page.after.is_some() && rows as u64 == page.limit;
    let last = records.last.zip(dataset.version.as_ref()).filter(|_| full);
    last.map(|(row, version)| format!("{}-{row}", version.id.as_str()))
}

/// A page of rows as columns in memory.
pub struct ColumnsPage {
    /// As [`RecordsPage::next`].
    pub next: Option<String>,
    records: Records,
}

impl ColumnsPage {
    /// As [`RecordsPage::total`].
    pub fn total(&self) -> u64 {
        self.records.total
    }

    /// The rows as an Arrow stream, whose schema holds `notes`.
    ///
    /// # Errors
    /// A column cannot be written: a mistake of ours.
    pub fn stream(&self, notes: HashMap<String, String>) -> Result<Vec<u8>> {
        Ok(arrow_rows(&self.records.table, &self.records.batches, notes)?)
    }
}

impl Parvis {
    /// As [`Parvis::records`], as columns. They are not kept.
    ///
    /// # Errors
    /// As [`Parvis::records`].
    pub async fn records_as_columns(
        &self,
        viewer: &Viewer,
        id: &str,
        clauses: &Clauses,
        page: Page,
        app_metas: bool,
    ) -> Result<ColumnsPage> {
        let dataset = self.dataset(viewer, id).await?;
        let (version, context) = (self.open_version(&dataset)?, self.context(viewer));
        let parsed = clauses.parse(&version.fields(&context))?;
        let records = version.records(&parsed.request(page, app_metas, context)).await?;
        Ok(ColumnsPage {
            next: next(&records, &dataset, page),
            records,
        })
    }

    /// The published data of `dataset`.
    pub(crate) fn open_version(&self, dataset: &Dataset) -> Result<parvis_engine::Dataset> {
        let path = version_path(dataset).ok_or_else(|| Error::NoSuchDataset(dataset.slug.clone()))?;
        Ok(self.engine().dataset(&path, &dataset.schema)?.named(&dataset.slug))
    }

    /// A page of the records of a dataset, or of its groups.
    ///
    /// # Errors
    /// As [`Parvis::dataset`]; a clause cannot be read or has no meaning.
    pub async fn records(
        &self,
        viewer: &Viewer,
        id: &str,
        clauses: &Clauses,
        page: Page,
        app_metas: bool,
    ) -> Result<Arc<RecordsPage>> {
        let catalogue = self.catalogue(viewer).await?;
        let dataset = self.dataset_in(&catalogue, viewer, id).await?;
        let key = Key::new(viewer, catalogue.generation, &dataset, clauses, page, app_metas);
        if let Some(kept) = key.as_ref().and_then(|key| self.answers().get(key)) {
            return Ok(kept);
        }
        let (version, context) = (self.open_version(&dataset)?, self.context(viewer));
        let parsed = clauses.parse(&version.fields(&context))?;
        let records = version.records(&parsed.request(page, app_metas, context)).await?;
        let made = Arc::new(RecordsPage::of_dataset(records, &dataset, page)?);
        if let Some(key) = key {
            self.answers().keep(key, &made);
        }
        Ok(made)
    }

    /// One record, as a JSON object; with `_id`, `_timestamp` and `_size` when `app_metas` is set.
    ///
    /// # Errors
    /// As [`Parvis::records`]; there is no such record.
    pub async fn record(
        &self,
        viewer: &Viewer,
        id: &str,
        record: &str,
        select: Option<&str>,
        app_metas: bool,
    ) -> Result<Vec<u8>> {
        let dataset = self.dataset(viewer, id).await?;
        let clauses = Clauses {
            select: select.map(str::to_owned),
            ..Clauses::default()
        };
        let (version, context) = (self.open_version(&dataset)?, self.context(viewer));
        let parsed = clauses.parse(&version.fields(&context))?;
        let found = version.record(record, parsed.query.select, app_metas, &context).await?;
        let page = RecordsPage::from_records(found)?;
        let inner = page.json.get(1..page.json.len().saturating_sub(1)).unwrap_or_default();
        Ok(inner.to_vec())
    }

    /// Counts of a dataset's facets.
    ///
    /// # Errors
    /// As [`Parvis::records`].
    pub async fn facets(&self, viewer: &Viewer, id: &str, clauses: &Clauses) -> Result<Vec<FacetTree>> {
        let dataset = self.dataset(viewer, id).await?;
        let (version, context) = (self.open_version(&dataset)?, self.context(viewer));
        let parsed = clauses.parse(&version.fields(&context))?;
        let request = FacetsRequest {
            query: parsed.query,
            facets: parsed.facets,
            context,
        };
        Ok(version.facets(&request).await?)
    }
}

//! What is asked of the engine, and what it answers.

use arrow::record_batch::RecordBatch;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use futures::stream::BoxStream;
use parvis_formats::Table;
use parvis_model::{DatasetUid, Extent, PortalId, Schema, VersionId};
use parvis_odsql::{Condition, FacetRequest, Query};

/// Which version of which dataset: the folder `<data>/objects/<portal>/<dataset>/<version>/`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VersionPath {
    /// The portal.
    pub portal: PortalId,
    /// The dataset.
    pub dataset: DatasetUid,
    /// The version.
    pub version: VersionId,
}

/// What is known of a version once it has been written.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionReport {
    /// The columns.
    pub schema: Schema,
    /// Number of records.
    pub records: u64,
    /// Bytes of the folder.
    pub bytes: u64,
    /// SHA-256 of `data.parquet`, 64 hexadecimal digits.
    pub content_hash: String,
    /// Rows with at least one cell that could not be read.
    pub rejected: u64,
    /// Where the places lie; `None` without places.
    pub extent: Option<Extent>,
}

/// Who asks, and how values are to be read and shown.
#[derive(Clone, Debug)]
pub struct Context {
    /// Time zone of dates without one, and of the instants shown.
    pub timezone: Tz,
    /// Language of `date_format`.
    pub lang: String,
    /// The time that `now()` gives.
    pub now: DateTime<Utc>,
    /// Conditions that the caller's permissions add; the client cannot see or lift them.
    pub row_filter: Option<Condition>,
    /// Fields that the caller may see; `None` is all. To the client the others do not exist.
    pub visible: Option<Vec<String>>,
    /// Records are ordered by texts as people read them, without case and accents, instead of by their characters.
    pub collated: bool,
}

/// A page of records or groups.
#[derive(Clone, Debug)]
pub struct RecordsRequest {
    /// The parsed clauses.
    pub query: Query,
    /// Records that `refine` treats as alternatives although the annotation does not say so (`facet(…, disjunctive=true)`).
    pub facets: Vec<FacetRequest>,
    /// Most rows to give.
    pub limit: u64,
    /// Rows to leave out first.
    pub offset: u64,
    /// Only records that stand after the one of this number in the order asked for, whatever `offset` would be.
    pub after: Option<u64>,
    /// Add `_id`, `_timestamp` and `_size` to each record.
    pub app_metas: bool,
    /// Who asks.
    pub context: Context,
}

/// The answer to a [`RecordsRequest`].
#[derive(Clone, Debug)]
pub struct Records {
    /// Records (or groups) that match, whatever the page.
    pub total: u64,
    /// Number of the last record of the page, which is a place in every order; `None` of groups and of no record.
    pub last: Option<u64>,
    /// The columns.
    pub table: Table,
    /// The rows of the page.
    pub batches: Vec<RecordBatch>,
}

/// Counts of the values of facets.
#[derive(Clone, Debug)]
pub struct FacetsRequest {
    /// `where`, `refine` and `exclude`; other clauses are ignored.
    pub query: Query,
    /// Facets wanted; empty is every field annotated `facet`.
    pub facets: Vec<FacetRequest>,
    /// Who asks.
    pub context: Context,
}

/// One facet and its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetTree {
    /// Name of the field.
    pub name: String,
    /// Values, in the facet's order.
    pub values: Vec<FacetValue>,
}

/// One value of a facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetValue {
    /// What is shown.
    pub name: String,
    /// What `refine` takes: the whole path of a tree.
    pub value: String,
    /// Records with the value.
    pub count: u64,
    /// Whether the query keeps or leaves out the value.
    pub state: FacetState,
    /// Values under this one, when it is refined and the facet is a tree.
    pub children: Vec<FacetValue>,
}

/// How a facet's value stands in the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FacetState {
    /// Neither kept nor left out.
    Displayed,
    /// Kept by `refine`.
    Refined,
    /// Left out by `exclude`.
    Excluded,
}

/// All records that match, as a stream.
#[derive(Clone, Debug)]
pub struct ExportRequest {
    /// The parsed clauses.
    pub query: Query,
    /// See [`RecordsRequest::facets`].
    pub facets: Vec<FacetRequest>,
    /// Most rows to give; `None` is all.
    pub limit: Option<u64>,
    /// Rows to leave out first (catalogue exports only).
    pub offset: u64,
    /// Add `_id` to each record; groups have none.
    pub ids: bool,
    /// Who asks.
    pub context: Context,
}

/// The answer to an [`ExportRequest`]: nothing has been read until the stream is polled.
pub struct Export {
    /// The columns.
    pub table: Table,
    /// The rows.
    pub batches: BoxStream<'static, Result<RecordBatch, crate::Error>>,
}

//! A version's file as a table of DataFusion, with the metadata that we have already read.

use std::ops::Range;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use bytes::Bytes;
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{
    FileGroup, FileScanConfigBuilder, ParquetFileReaderFactory, ParquetSource,
};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::Result as DataFusionResult;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::FutureExt;
use futures::future::BoxFuture;
use parquet::arrow::arrow_reader::ArrowReaderOptions;
use parquet::arrow::async_reader::AsyncFileReader;
use parquet::file::metadata::ParquetMetaData;

use crate::version::VersionFile;

/// Reads a version's file for DataFusion. Reads are blocking: they run on the engine's own threads.
struct Reader(Arc<VersionFile>);

impl AsyncFileReader for Reader {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, parquet::errors::Result<Bytes>> {
        let len = usize::try_from(range.end - range.start).expect("a column chunk fits in memory");
        let bytes = self.0.file.read_at(range.start, len);
        async move { bytes }.boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        _options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, parquet::errors::Result<Arc<ParquetMetaData>>> {
        let metadata = Arc::clone(self.0.metadata());
        async move { Ok(metadata) }.boxed()
    }
}

#[derive(Debug)]
struct ReaderFactory(Arc<VersionFile>);

impl ParquetFileReaderFactory for ReaderFactory {
    fn create_reader(
        &self,
        _partition_index: usize,
        _file: PartitionedFile,
        _metadata_size_hint: Option<usize>,
        _metrics: &ExecutionPlanMetricsSet,
    ) -> DataFusionResult<Box<dyn AsyncFileReader + Send>> {
        Ok(Box::new(Reader(Arc::clone(&self.0))))
    }
}

/// How a query wants the file read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ScanOptions {
    /// Decode the columns of a condition first and the others for the records that remain: quicker for equality, slower for
    /// ranges that keep many records.
    pub(crate) late: bool,
    /// Streams that read the file side by side; one keeps the order of the records.
    pub(crate) partitions: usize,
}

/// The table.
#[derive(Debug)]
pub(crate) struct VersionTable {
    version: Arc<VersionFile>,
    options: ScanOptions,
}

impl VersionTable {
    pub(crate) fn new(version: Arc<VersionFile>, options: ScanOptions) -> Self {
        Self { version, options }
    }

    /// The file cut in as many parts as there are streams, at the borders of row groups.
    fn groups(&self) -> Vec<FileGroup> {
        let bytes = self.version.bytes();
        let row_groups = self.version.metadata().num_row_groups();
        let parts = self.options.partitions.min(row_groups).max(1) as u64;
        // A row group belongs to the part in which it begins, so any cut is a cut between row groups.
        let border = |part: u64| i64::try_from(bytes * part / parts).expect("files are smaller than 2^63 bytes");
        (0..parts)
            .map(|part| {
                let file = PartitionedFile::new(format!("version-{part}"), bytes);
                FileGroup::new(vec![file.with_range(border(part), border(part + 1))])
            })
            .collect()
    }
}

#[async_trait]
impl TableProvider for VersionTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(self.version.physical())
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let source = ParquetSource::new(self.schema())
            .with_parquet_file_reader_factory(Arc::new(ReaderFactory(Arc::clone(&self.version))))
            .with_pushdown_filters(self.options.late)
            .with_reorder_filters(self.options.late)
            .with_enable_page_index(true);
        let config = FileScanConfigBuilder::new(ObjectStoreUrl::local_filesystem(), Arc::new(source))
            .with_file_groups(self.groups())
            .with_projection_indices(projection.cloned())?
            .with_preserve_order(true)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

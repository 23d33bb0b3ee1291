//! Exports: every record that matches, as a stream of bytes in one format.

mod encode;

pub(crate) use encode::{encode, packed};

use bytes::Bytes;
use futures::stream::BoxStream;
use parvis_engine::ExportRequest;
use parvis_formats::{Format, Table, WriterOptions, writer};

use crate::{Clauses, Parvis, Result, Viewer};

/// What is to be exported, and how.
#[derive(Clone, Debug)]
pub struct ExportOptions {
    /// The format.
    pub format: Format,
    /// Choices within the format.
    pub writer: WriterOptions,
    /// Compress the whole with gzip.
    pub compressed: bool,
    /// Most rows; `None` is all.
    pub limit: Option<u64>,
}

/// An export that has begun. Nothing is read ahead of the client by more than a few batches.
pub struct ExportBody {
    /// `Content-Type`.
    pub media_type: &'static str,
    /// Name for the file on the client's side.
    pub filename: String,
    /// The bytes. An error can only be shown by cutting the answer short.
    pub bytes: BoxStream<'static, Result<Bytes>>,
}

impl ExportBody {
    /// An export called `name`, as this format.
    pub(crate) fn new(name: &str, format: Format, compressed: bool, bytes: BoxStream<'static, Result<Bytes>>) -> Self {
        let suffix = if compressed { ".gz" } else { "" };
        Self {
            media_type: if compressed {
                "application/gzip"
            } else {
                format.media_type()
            },
            filename: format!("{name}.{}{suffix}", format.name()),
            bytes,
        }
    }
}

impl Parvis {
    /// Exports the records of a dataset that match.
    ///
    /// # Errors
    /// As [`Parvis::records`]; the format cannot hold this dataset.
    pub async fn export(
        &self,
        viewer: &Viewer,
        id: &str,
        clauses: &Clauses,
        options: ExportOptions,
    ) -> Result<ExportBody> {
        let dataset = self.dataset(viewer, id).await?;
        let parsed = clauses.parse()?;
        let request = ExportRequest {
            query: parsed.query,
            facets: parsed.facets,
            limit: options.limit,
            offset: 0,
            context: self.context(viewer),
        };
        let export = self.open_version(&dataset)?.export(request).await?;
        let table = label_columns(export.table, &dataset.schema, &viewer.lang);
        let writer = writer(options.format, table, options.writer)?;
        let bytes = encode(export.batches, writer, options.compressed);
        Ok(ExportBody::new(
            &dataset.slug,
            options.format,
            options.compressed,
            bytes,
        ))
    }
}

/// Columns that are plain fields take the label that people know.
pub(crate) fn label_columns(mut table: Table, schema: &parvis_model::Schema, lang: &str) -> Table {
    for column in &mut table.columns {
        if column.label == column.key
            && let Some(field) = schema.field(&column.key)
        {
            field.label(lang).clone_into(&mut column.label);
        }
    }
    table
}

//! Exports: every record that matches, as a stream of bytes in one format.

mod encode;

pub(crate) use encode::{encode, packed};

use bytes::Bytes;
use futures::stream::BoxStream;
use parvis_engine::{ExportRequest, RecordsRequest};
use parvis_formats::output::Needs;
use parvis_formats::{Format, Table, WriterOptions, writer};
use parvis_model::{Dataset, FieldType};

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
    /// An export called `name`, of this media type and with this ending.
    pub(crate) fn new(
        name: &str,
        media_type: &'static str,
        ending: &str,
        compressed: bool,
        bytes: BoxStream<'static, Result<Bytes>>,
    ) -> Self {
        let suffix = if compressed { ".gz" } else { "" };
        Self {
            media_type: if compressed { "application/gzip" } else { media_type },
            filename: format!("{name}.{ending}{suffix}"),
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
        let (version, context) = (self.open_version(&dataset)?, self.context(viewer));
        let parsed = clauses.parse(&version.fields(&context))?;
        let request = ExportRequest {
            query: parsed.query,
            facets: parsed.facets,
            limit: options.limit,
            offset: 0,
            ids: options.format.names_records(),
            context,
        };
        if let Some(most) = options.format.most_rows() {
            refuse_too_many(&version, &request, options.format, most).await?;
        }
        let export = version.export(request).await?;
        let table = label_columns(export.table, &dataset.schema, &viewer.lang);
        let ExportOptions {
            format,
            writer: choices,
            compressed,
            ..
        } = options;
        let writer = writer(format, table, named(choices, &dataset, viewer))?;
        let bytes = encode(&self.threads_of(viewer), export.batches, writer, compressed);
        let (media_type, ending) = (format.media_type(), format.ending());
        Ok(ExportBody::new(&dataset.slug, media_type, ending, compressed, bytes))
    }
}

/// The choices of a client with what a file says of the dataset that it comes from.
fn named(choices: WriterOptions, dataset: &Dataset, viewer: &Viewer) -> WriterOptions {
    WriterOptions {
        name: dataset.slug.clone(),
        address: format!("{}/explore/dataset/{}", viewer.portal.public_url, dataset.slug),
        stamp: dataset.modified().timestamp_millis(),
        ..choices
    }
}

/// Whether a dataset has what a format needs.
pub fn holds(format: Format, dataset: &Dataset) -> bool {
    let fields = || dataset.schema.fields.iter();
    match format.needs() {
        Needs::Nothing => true,
        Needs::Place => fields().any(|field| field.field_type.is_geo()),
        Needs::Event => {
            fields().any(|field| field.field_type.is_temporal())
                && fields().any(|field| field.field_type == FieldType::Text && !field.is_multivalued())
        }
    }
}

/// What does not fit the format is said before the first byte, instead of cutting the file short later.
async fn refuse_too_many(
    version: &parvis_engine::Dataset,
    request: &ExportRequest,
    format: Format,
    most: u64,
) -> Result<()> {
    let one_row = request.query.is_grouped() && request.query.group_by.is_empty();
    if one_row || request.limit.is_some_and(|limit| limit <= most) {
        return Ok(());
    }
    let count = RecordsRequest {
        query: request.query.clone(),
        facets: request.facets.clone(),
        limit: 0,
        offset: 0,
        after: None,
        app_metas: false,
        context: request.context.clone(),
    };
    let rows = version.records(&count).await?.total;
    if request.limit.unwrap_or(u64::MAX).min(rows) > most {
        return Err(parvis_formats::write::too_many(format.name(), most).into());
    }
    Ok(())
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

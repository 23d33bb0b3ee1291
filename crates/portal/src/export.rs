//! Exports: every record that matches, as a stream of bytes in one format.

use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::stream::{BoxStream, StreamExt as _, unfold};
use parvis_engine::ExportRequest;
use parvis_formats::{Format, Table, Writer, WriterOptions, writer};

use crate::{Clauses, Error, Parvis, Result, Viewer};

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

/// An export that has begun. Nothing is read ahead of the client by more than one batch.
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
        let (version, context) = (self.open_version(&dataset)?, self.context(viewer));
        let parsed = clauses.parse(&version.fields(&context))?;
        let request = ExportRequest {
            query: parsed.query,
            facets: parsed.facets,
            limit: options.limit,
            offset: 0,
            context,
        };
        let export = version.export(request).await?;
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

type Batches = BoxStream<'static, Result<arrow::array::RecordBatch, parvis_engine::Error>>;

/// The bytes of an export: its batches in a format.
pub(crate) fn encode(batches: Batches, writer: Box<dyn Writer>, compressed: bool) -> BoxStream<'static, Result<Bytes>> {
    let encoder = Encoder {
        batches,
        writer,
        step: Step::Start,
    };
    let bytes = unfold(encoder, |mut encoder| async move {
        match encoder.next().await {
            Ok(bytes) => bytes.map(|bytes| (Ok(bytes), encoder)),
            Err(error) => {
                encoder.step = Step::Done;
                Some((Err(error), encoder))
            }
        }
    });
    packed(bytes.boxed(), compressed)
}

/// Where an export stands.
enum Step {
    Start,
    Batches,
    Done,
}

struct Encoder {
    batches: Batches,
    writer: Box<dyn Writer>,
    step: Step,
}

impl Encoder {
    /// The next bytes, perhaps none; `None` at the end.
    async fn next(&mut self) -> Result<Option<Bytes>> {
        let mut out = Vec::new();
        match self.step {
            Step::Start => {
                self.writer.start(&mut out)?;
                self.step = Step::Batches;
            }
            Step::Batches => match self.batches.next().await {
                Some(batch) => self.writer.batch(&batch?, &mut out)?,
                None => {
                    self.writer.finish(&mut out)?;
                    self.step = Step::Done;
                }
            },
            Step::Done => return Ok(None),
        }
        Ok(Some(out.into()))
    }
}

/// The same bytes, as gzip when `compressed` is set, and without empty pieces.
pub(crate) fn packed(bytes: BoxStream<'static, Result<Bytes>>, compressed: bool) -> BoxStream<'static, Result<Bytes>> {
    let bytes = if compressed { gzipped(bytes) } else { bytes };
    let full = bytes.filter(|bytes| std::future::ready(!bytes.as_ref().is_ok_and(Bytes::is_empty)));
    full.boxed()
}

fn gzipped(bytes: BoxStream<'static, Result<Bytes>>) -> BoxStream<'static, Result<Bytes>> {
    let failed = |error: std::io::Error| Error::Internal(format!("an export could not be compressed: {error}"));
    let gzip = GzEncoder::new(Vec::new(), Compression::fast());
    let packed = unfold(Some((bytes, gzip)), move |state| async move {
        let (mut bytes, mut gzip) = state?;
        let last = match bytes.next().await {
            Some(Ok(bytes)) => gzip.write_all(&bytes).map(|()| false),
            // Without an end the client sees that the file was cut short.
            Some(Err(error)) => return Some((Err(error), None)),
            None => gzip.try_finish().map(|()| true),
        };
        let packed = std::mem::take(gzip.get_mut());
        match last {
            Ok(last) => Some((Ok(packed.into()), (!last).then_some((bytes, gzip)))),
            Err(error) => Some((Err(failed(error)), None)),
        }
    });
    packed.boxed()
}

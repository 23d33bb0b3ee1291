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
        let suffix = if options.compressed { ".gz" } else { "" };
        Ok(ExportBody {
            media_type: if options.compressed {
                "application/gzip"
            } else {
                options.format.media_type()
            },
            filename: format!("{}.{}{suffix}", dataset.slug, options.format.name()),
            bytes: encode(export.batches, writer, options.compressed),
        })
    }
}

/// Columns that are plain fields take the label that people know.
fn label_columns(mut table: Table, schema: &parvis_model::Schema, lang: &str) -> Table {
    for column in &mut table.columns {
        if column.label == column.key
            && let Some(field) = schema.field(&column.key)
        {
            field.label(lang).clone_into(&mut column.label);
        }
    }
    table
}

/// Where an export stands.
enum Step {
    Start,
    Batches,
    Done,
}

struct Encoder {
    batches: BoxStream<'static, Result<arrow::array::RecordBatch, parvis_engine::Error>>,
    writer: Box<dyn Writer>,
    gzip: Option<GzEncoder<Vec<u8>>>,
    step: Step,
}

fn encode(
    batches: BoxStream<'static, Result<arrow::array::RecordBatch, parvis_engine::Error>>,
    writer: Box<dyn Writer>,
    compressed: bool,
) -> BoxStream<'static, Result<Bytes>> {
    let gzip = compressed.then(|| GzEncoder::new(Vec::new(), Compression::fast()));
    let encoder = Encoder {
        batches,
        writer,
        gzip,
        step: Step::Start,
    };
    unfold(encoder, |mut encoder| async move {
        loop {
            match encoder.next().await {
                Ok(Some(bytes)) if bytes.is_empty() => {}
                Ok(Some(bytes)) => return Some((Ok(bytes), encoder)),
                Ok(None) => return None,
                Err(error) => {
                    encoder.step = Step::Done;
                    return Some((Err(error), encoder));
                }
            }
        }
    })
    .boxed()
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
                    return self.pack(out, true).map(Some);
                }
            },
            Step::Done => return Ok(None),
        }
        self.pack(out, false).map(Some)
    }

    fn pack(&mut self, out: Vec<u8>, last: bool) -> Result<Bytes> {
        let failed = |error: std::io::Error| Error::Internal(format!("an export could not be compressed: {error}"));
        let Some(gzip) = &mut self.gzip else {
            return Ok(out.into());
        };
        gzip.write_all(&out).map_err(failed)?;
        if last {
            gzip.try_finish().map_err(failed)?;
        }
        Ok(std::mem::take(gzip.get_mut()).into())
    }
}

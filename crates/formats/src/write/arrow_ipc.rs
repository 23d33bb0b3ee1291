//! The stream format of Arrow (IPC): the columns as they are in memory, with places as well-known binary.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::Schema;
use arrow::ipc::writer::StreamWriter;
use arrow::record_batch::RecordBatch;

use super::geoparquet::Layout;
use super::project::WGS84;
use crate::Error;
use crate::output::{Table, Writer};

/// Writes an Arrow stream.
pub struct ArrowWriter {
    layout: Layout,
    stream: Option<StreamWriter<Vec<u8>>>,
}

impl ArrowWriter {
    /// For the columns of a table, with coordinates in the system `epsg`.
    pub fn new(table: &Table, epsg: u16) -> Self {
        Self {
            layout: Layout::new(table, epsg),
            stream: None,
        }
    }

    /// The same with notes in the metadata of the schema.
    #[must_use]
    pub fn noting(mut self, notes: HashMap<String, String>) -> Self {
        let fields = self.layout.schema.fields().clone();
        self.layout.schema = Arc::new(Schema::new_with_metadata(fields, notes));
        self
    }
}

/// The rows of a page as a whole Arrow stream, which holds `notes` in the metadata of its schema.
///
/// # Errors
/// A column is not what `table` says.
pub fn arrow_rows(table: &Table, batches: &[RecordBatch], notes: HashMap<String, String>) -> Result<Vec<u8>, Error> {
    let mut writer = ArrowWriter::new(table, WGS84).noting(notes);
    let mut out = Vec::new();
    writer.start(&mut out)?;
    for batch in batches {
        writer.batch(batch, &mut out)?;
    }
    writer.finish(&mut out)?;
    Ok(out)
}

fn out_of_turn() -> Error {
    Error::Invalid("an Arrow stream cannot be written before its start".to_owned())
}

impl Writer for ArrowWriter {
    fn start(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let mut stream = StreamWriter::try_new(Vec::new(), &self.layout.schema)?;
        out.append(stream.get_mut());
        self.stream = Some(stream);
        Ok(())
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), Error> {
        let batch = self.layout.batch(batch)?;
        let stream = self.stream.as_mut().ok_or_else(out_of_turn)?;
        stream.write(&batch)?;
        out.append(stream.get_mut());
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let mut stream = self.stream.take().ok_or_else(out_of_turn)?;
        stream.finish()?;
        out.append(stream.get_mut());
        Ok(())
    }
}

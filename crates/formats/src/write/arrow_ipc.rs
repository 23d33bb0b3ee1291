//! The stream format of Arrow (IPC): the columns as they are in memory, with places as well-known binary.

use arrow::ipc::writer::StreamWriter;
use arrow::record_batch::RecordBatch;

use super::geoparquet::Layout;
use crate::Error;
use crate::output::{Table, Writer};

/// Writes an Arrow stream.
pub struct ArrowWriter {
    layout: Layout,
    stream: Option<StreamWriter<Vec<u8>>>,
}

impl ArrowWriter {
    /// For the columns of a table.
    pub fn new(table: &Table) -> Self {
        Self {
            layout: Layout::new(table),
            stream: None,
        }
    }
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

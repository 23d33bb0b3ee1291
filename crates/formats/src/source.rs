//! Records coming in, chunk by chunk.

use arrow::record_batch::RecordBatch;
use parvis_model::Schema;

use crate::Error;

/// Most records in a chunk.
pub const MAX_RECORDS: usize = 131_072;

/// A cell or row that could not be read as its column's type. The cell becomes null, the row goes to the file of bad rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line of the source, from 1 (record number for formats without lines).
    pub line: u64,
    /// Name of the column, empty when the row as a whole is wrong.
    pub column: String,
    /// What was found, shortened to 80 characters.
    pub found: String,
    /// What was expected and how to mend it.
    pub message: String,
    /// The row as it stood in the source.
    pub row: String,
}

/// The records of one chunk.
#[derive(Debug)]
pub struct Parsed {
    /// The records, in the layout of [`crate::layout`].
    pub batch: RecordBatch,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// A piece of the source that any thread can parse.
pub struct Chunk {
    /// Parses it.
    pub parse: Box<dyn FnOnce() -> Result<Parsed, Error> + Send>,
}

/// A file being read.
pub trait Source: Send {
    /// The columns of every batch.
    fn schema(&self) -> &Schema;

    /// The next chunk, or `None` at the end. Chunks come in the order of the file and hold at most 131,072 records.
    fn next_chunk(&mut self) -> Result<Option<Chunk>, Error>;

    /// Bytes read so far and in all, for a progress bar.
    fn progress(&self) -> (u64, u64);
}

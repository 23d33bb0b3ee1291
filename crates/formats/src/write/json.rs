//! JSON: a bare array of flat objects with nulls kept, or one object per line.

use arrow::record_batch::RecordBatch;

use super::value::{Clock, Values, push_string};
use crate::Error;
use crate::output::{Table, Writer};

/// Writes records as JSON objects.
pub struct Objects {
    /// `,"key":` of each column, the first without comma.
    keys: Vec<Vec<u8>>,
    table: Table,
    clock: Clock,
}

impl Objects {
    /// For the columns of a table.
    pub fn new(table: &Table) -> Self {
        let mut keys = Vec::with_capacity(table.columns.len());
        for (index, column) in table.columns.iter().enumerate() {
            let mut key = if index > 0 { b",".to_vec() } else { Vec::new() };
            push_string(&column.key, &mut key);
            key.push(b':');
            keys.push(key);
        }
        Self {
            keys,
            clock: Clock::new(table.timezone),
            table: table.clone(),
        }
    }

    /// The columns of a batch, ready to be written.
    pub fn values(&self, batch: &RecordBatch) -> Result<Vec<Values>, Error> {
        if batch.num_columns() != self.table.columns.len() {
            return Err(Error::Invalid(format!(
                "a batch of {} columns for a table of {}",
                batch.num_columns(),
                self.table.columns.len()
            )));
        }
        let columns = self.table.columns.iter().zip(batch.columns());
        columns.map(|(column, array)| Values::new(array, column.kind)).collect()
    }

    /// Appends a record.
    pub fn push(&mut self, values: &[Values], row: usize, out: &mut Vec<u8>) {
        out.push(b'{');
        for (key, values) in self.keys.iter().zip(values) {
            out.extend_from_slice(key);
            values.json(row, &mut self.clock, out);
        }
        out.push(b'}');
    }
}

/// Appends the records of a batch as JSON objects with commas between them, without brackets around them: what stands between the
/// brackets of `results`. Nothing is appended for an empty batch.
///
/// # Errors
/// The batch does not have the table's columns.
pub fn json_rows(table: &Table, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), Error> {
    let mut objects = Objects::new(table);
    let values = objects.values(batch)?;
    for row in 0..batch.num_rows() {
        if row > 0 {
            out.push(b',');
        }
        objects.push(&values, row, out);
    }
    Ok(())
}

/// Writes a JSON array or JSON lines.
pub struct JsonWriter {
    objects: Objects,
    lines: bool,
    first: bool,
}

impl JsonWriter {
    /// One array.
    pub fn array(table: &Table) -> Self {
        Self {
            objects: Objects::new(table),
            lines: false,
            first: true,
        }
    }

    /// One object per line.
    pub fn lines(table: &Table) -> Self {
        Self {
            objects: Objects::new(table),
            lines: true,
            first: true,
        }
    }
}

impl Writer for JsonWriter {
    fn start(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        if !self.lines {
            out.push(b'[');
        }
        Ok(())
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), Error> {
        let values = self.objects.values(batch)?;
        for row in 0..batch.num_rows() {
            if !self.lines && !self.first {
                out.extend_from_slice(b",\n");
            }
            self.first = false;
            self.objects.push(&values, row, out);
            if self.lines {
                out.push(b'\n');
            }
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        if !self.lines {
            out.extend_from_slice(b"]\n");
        }
        Ok(())
    }
}

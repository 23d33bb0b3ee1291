//! JSON: a bare array of flat objects with nulls kept, or one object per line.

use arrow::record_batch::RecordBatch;

use super::value::{Clock, Values, is_escaped, push_string};
use crate::Error;
use crate::output::{RowFormat, Table};

/// Writes records as JSON objects.
pub struct Objects {
    /// `,"key":` of each column, the first without comma.
    keys: Vec<Vec<u8>>,
    table: Table,
}

/// The columns of a batch, ready to be written as objects.
pub struct Columns {
    /// Values, and whether no text of them has anything to escape.
    values: Vec<(Values, bool)>,
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
            table: table.clone(),
        }
    }

    /// The columns of a batch, ready to be written.
    pub fn columns(&self, batch: &RecordBatch) -> Result<Columns, Error> {
        let values = super::value::columns(&self.table, batch)?.into_iter().map(|values| {
            let clean = !values.any_byte(is_escaped);
            (values, clean)
        });
        Ok(Columns {
            values: values.collect(),
            clock: Clock::new(self.table.timezone),
        })
    }

    /// Appends a record.
    pub fn push(&self, columns: &mut Columns, row: usize, out: &mut Vec<u8>) {
        let Columns { values, clock } = columns;
        out.push(b'{');
        for (key, (values, clean)) in self.keys.iter().zip(values) {
            out.extend_from_slice(key);
            match values.plain_text(row) {
                Some(text) if *clean => {
                    out.push(b'"');
                    out.extend_from_slice(text.as_bytes());
                    out.push(b'"');
                }
                _ => values.json(row, clock, out),
            }
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
    let objects = Objects::new(table);
    let mut columns = objects.columns(batch)?;
    for row in 0..batch.num_rows() {
        if row > 0 {
            out.push(b',');
        }
        objects.push(&mut columns, row, out);
    }
    Ok(())
}

/// Writes a JSON array or JSON lines.
pub struct Json {
    objects: Objects,
    lines: bool,
}

impl Json {
    /// One array.
    pub fn array(table: &Table) -> Self {
        Self {
            objects: Objects::new(table),
            lines: false,
        }
    }

    /// One object per line.
    pub fn lines(table: &Table) -> Self {
        Self {
            objects: Objects::new(table),
            lines: true,
        }
    }
}

impl RowFormat for Json {
    fn head(&self, out: &mut Vec<u8>) {
        if !self.lines {
            out.push(b'[');
        }
    }

    fn rows(&self, batch: &RecordBatch, first: bool, out: &mut Vec<u8>) -> Result<(), Error> {
        let mut columns = self.objects.columns(batch)?;
        for row in 0..batch.num_rows() {
            let begins = first && row == 0;
            if !self.lines && !begins {
                out.extend_from_slice(b",\n");
            }
            self.objects.push(&mut columns, row, out);
            if self.lines {
                out.push(b'\n');
            }
        }
        Ok(())
    }

    fn tail(&self, out: &mut Vec<u8>) {
        if !self.lines {
            out.extend_from_slice(b"]\n");
        }
    }
}

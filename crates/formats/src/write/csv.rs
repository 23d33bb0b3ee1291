//! CSV as RFC 4180 has it, with `;` by default. Values are never altered, not even those that a spreadsheet takes for formulas.

use arrow::record_batch::RecordBatch;

use super::value::{Clock, Values};
use crate::Error;
use crate::output::{RowFormat, Table, WriterOptions};

/// Writes CSV.
pub struct Csv {
    table: Table,
    options: WriterOptions,
}

/// A column of a batch.
struct Column {
    values: Values,
    /// No text of the batch needs quotes: found by one look over all of them, which is much quicker than one over each.
    clean: bool,
}

impl Csv {
    /// For the columns of a table.
    pub fn new(table: Table, options: WriterOptions) -> Self {
        Self { table, options }
    }

    fn needs_quotes(&self, byte: u8) -> bool {
        // No short circuits: this way sixteen bytes are looked at in one go.
        (byte == self.options.delimiter) | (byte == b'"') | (byte == b'\n') | (byte == b'\r')
    }

    fn columns(&self, batch: &RecordBatch) -> Result<Vec<Column>, Error> {
        let columns = self.table.columns.iter().zip(batch.columns());
        columns
            .map(|(column, array)| {
                let values = Values::new(array, column.kind)?;
                let clean = !self.options.quote_all && !values.any_byte(|byte| self.needs_quotes(byte));
                Ok(Column { values, clean })
            })
            .collect()
    }

    fn push_text(&self, text: &str, out: &mut Vec<u8>) {
        let bytes = text.as_bytes();
        if !self.options.quote_all && !bytes.is_empty() && !bytes.iter().any(|&byte| self.needs_quotes(byte)) {
            out.extend_from_slice(bytes);
            return;
        }
        out.push(b'"');
        let mut rest = bytes;
        while let Some(at) = memchr::memchr(b'"', rest) {
            out.extend_from_slice(&rest[..=at]);
            out.push(b'"');
            rest = &rest[at + 1..];
        }
        out.extend_from_slice(rest);
        out.push(b'"');
    }

    fn push_cell(&self, Column { values, clean }: &Column, row: usize, clock: &mut Clock, out: &mut Vec<u8>) {
        if values.is_null(row) {
            return;
        }
        if let Some(text) = values.one_text(row) {
            if *clean && !text.is_empty() {
                out.extend_from_slice(text.as_bytes());
            } else {
                self.push_text(text, out);
            }
        } else if let Some(text) = values.joined(row, &self.options.list_separator) {
            self.push_text(&text, out);
        } else {
            let begin = out.len();
            values.plain(row, clock, out);
            // A point holds a comma, and other delimiters than the usual ones may stand in numbers and dates.
            let usual = matches!(self.options.delimiter, b';' | b'\t' | b'|');
            if !usual && out[begin..].contains(&self.options.delimiter) {
                out.insert(begin, b'"');
                out.push(b'"');
            }
        }
    }
}

impl RowFormat for Csv {
    fn head(&self, out: &mut Vec<u8>) {
        if self.options.with_bom {
            out.extend_from_slice("\u{FEFF}".as_bytes());
        }
        for (index, column) in self.table.columns.iter().enumerate() {
            if index > 0 {
                out.push(self.options.delimiter);
            }
            self.push_text(&column.key, out);
        }
        out.extend_from_slice(b"\r\n");
    }

    fn rows(&self, batch: &RecordBatch, _: bool, out: &mut Vec<u8>) -> Result<(), Error> {
        let mut clock = Clock::new(self.table.timezone);
        let columns = self.columns(batch)?;
        for row in 0..batch.num_rows() {
            let start = out.len();
            for (index, column) in columns.iter().enumerate() {
                if index > 0 {
                    out.push(self.options.delimiter);
                }
                self.push_cell(column, row, &mut clock, out);
            }
            if out.len() == start && columns.len() == 1 {
                // An empty line would be no record at all.
                out.extend_from_slice(b"\"\"");
            }
            out.extend_from_slice(b"\r\n");
        }
        Ok(())
    }

    fn tail(&self, _: &mut Vec<u8>) {}
}

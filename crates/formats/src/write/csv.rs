//! CSV as RFC 4180 has it, with `;` by default. Values are never altered, not even those that a spreadsheet takes for formulas.

use arrow::record_batch::RecordBatch;

use super::value::{Clock, Values};
use crate::Error;
use crate::output::{Table, Writer, WriterOptions};

/// Writes CSV.
pub struct CsvWriter {
    table: Table,
    options: WriterOptions,
    clock: Clock,
}

impl CsvWriter {
    /// For the columns of a table.
    pub fn new(table: Table, options: WriterOptions) -> Self {
        Self {
            clock: Clock::new(table.timezone),
            table,
            options,
        }
    }

    fn push_text(&self, text: &str, out: &mut Vec<u8>) {
        let special = |&byte: &u8| byte == self.options.delimiter || matches!(byte, b'"' | b'\n' | b'\r');
        let bytes = text.as_bytes();
        if !self.options.quote_all && !bytes.is_empty() && !bytes.iter().any(special) {
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
}

impl Writer for CsvWriter {
    fn start(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
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
        Ok(())
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), Error> {
        let columns = self.table.columns.iter().zip(batch.columns());
        let values: Vec<Values> = columns
            .map(|(column, array)| Values::new(array, column.kind))
            .collect::<Result<_, _>>()?;
        for row in 0..batch.num_rows() {
            let start = out.len();
            for (index, values) in values.iter().enumerate() {
                if index > 0 {
                    out.push(self.options.delimiter);
                }
                if values.is_null(row) {
                    continue;
                }
                match values.free_text(row, &self.options.list_separator) {
                    Some(text) => self.push_text(&text, out),
                    None => {
                        let begin = out.len();
                        values.plain(row, &mut self.clock, out);
                        // A point holds a comma, and other delimiters than the usual ones may stand in numbers and dates.
                        let usual = matches!(self.options.delimiter, b';' | b'\t' | b'|');
                        if !usual && out[begin..].contains(&self.options.delimiter) {
                            out.insert(begin, b'"');
                            out.push(b'"');
                        }
                    }
                }
            }
            if out.len() == start && values.len() == 1 {
                // An empty line would be no record at all.
                out.extend_from_slice(b"\"\"");
            }
            out.extend_from_slice(b"\r\n");
        }
        Ok(())
    }

    fn finish(&mut self, _: &mut Vec<u8>) -> Result<(), Error> {
        Ok(())
    }
}

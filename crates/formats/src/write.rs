//! Records going out, one file per format.

pub mod csv;
pub mod geojson;
pub mod json;
pub mod parquet;
pub mod value;

use crate::output::{Format, Table, Writer, WriterOptions};

/// A writer of `format` for the columns of `table`.
pub fn writer(format: Format, table: Table, options: WriterOptions) -> Box<dyn Writer> {
    match format {
        Format::Csv => Box::new(csv::CsvWriter::new(table, options)),
        Format::Json => Box::new(json::JsonWriter::array(&table)),
        Format::Jsonl => Box::new(json::JsonWriter::lines(&table)),
        Format::Geojson => Box::new(geojson::GeojsonWriter::new(&table)),
        Format::Parquet => Box::new(parquet::ParquetWriter::new(&table, options)),
    }
}

#[cfg(test)]
mod tests;

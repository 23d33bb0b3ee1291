//! Records going out, one file per format.

pub mod csv;
pub mod geojson;
pub mod json;
pub mod parquet;
pub mod value;

use std::sync::Arc;

use crate::Error;
use crate::output::{AnyWriter, Format, Table, WriterOptions};

/// A writer of `format` for the columns of `table`, called by their labels when the options say so.
///
/// # Errors
/// The delimiter of a CSV is a quote, a line break or not an ASCII character.
pub fn writer(format: Format, table: Table, options: WriterOptions) -> Result<AnyWriter, Error> {
    if format == Format::Csv && (!options.delimiter.is_ascii() || matches!(options.delimiter, b'"' | b'\n' | b'\r')) {
        return Err(Error::Invalid(
            "the delimiter of a CSV is one ASCII character, not a quote nor a line break".to_owned(),
        ));
    }
    let table = if options.use_labels { table.labelled() } else { table };
    Ok(match format {
        Format::Csv => AnyWriter::Apart(Arc::new(csv::Csv::new(table, options))),
        Format::Json => AnyWriter::Apart(Arc::new(json::Json::array(&table))),
        Format::Jsonl => AnyWriter::Apart(Arc::new(json::Json::lines(&table))),
        Format::Geojson => AnyWriter::Apart(Arc::new(geojson::Geojson::new(&table))),
        Format::Parquet => AnyWriter::InTurn(Box::new(parquet::ParquetWriter::new(&table, options))),
    })
}

#[cfg(test)]
mod tests;

//! Records going out, one file per format.

pub mod arrow_ipc;
pub mod csv;
mod dbf;
mod features;
pub mod flatgeobuf;
pub mod geojson;
pub mod geometry;
pub mod geoparquet;
pub mod gpx;
mod hilbert;
pub mod ical;
pub mod json;
pub mod kml;
pub mod ov2;
pub mod parquet;
pub mod project;
pub mod rdf;
pub mod shapefile;
pub mod value;
pub mod xlsx;
pub mod xml;
mod zip;

use std::sync::Arc;

use crate::Error;
use crate::output::{AnyWriter, Format, RowFormat, Table, WriterOptions};
use project::{Projection, WGS84};
use rdf::Syntax;
use rdf::records::Statements;

/// The column that names a record, if the engine was asked for it.
pub(crate) const ID: &str = "_id";

/// A writer of `format` for the columns of `table`, called by their labels when the options say so.
///
/// # Errors
/// The delimiter of a CSV is a quote, a line break or not an ASCII character; the format cannot hold these columns, or not in the
/// projection that the options name.
pub fn writer(format: Format, table: Table, options: WriterOptions) -> Result<AnyWriter, Error> {
    if format == Format::Csv && (!options.delimiter.is_ascii() || matches!(options.delimiter, b'"' | b'\n' | b'\r')) {
        return Err(Error::Invalid(
            "the delimiter of a CSV is one ASCII character, not a quote nor a line break".to_owned(),
        ));
    }
    let projection = projection(format, options.epsg)?;
    let keys = table.clone();
    let table = if options.use_labels { table.labelled() } else { table };
    let writer = of_format(format, &table, &keys, options)?;
    Ok(match projection {
        Some(projection) => project::projected(writer, &table, projection),
        None => writer,
    })
}

fn of_format(format: Format, table: &Table, keys: &Table, options: WriterOptions) -> Result<AnyWriter, Error> {
    fn apart(format: impl RowFormat + 'static) -> AnyWriter {
        AnyWriter::Apart(Arc::new(format))
    }
    let statements = |syntax| apart(Statements::new(table, options.clone(), syntax));
    Ok(match format {
        Format::Csv => apart(csv::Csv::new(table.clone(), options)),
        Format::Json => apart(json::Json::array(table)),
        Format::Jsonl => apart(json::Json::lines(table)),
        Format::Geojson => apart(geojson::Geojson::new(table, &options)),
        Format::Kml => apart(kml::Kml::new(table, options)?),
        Format::Ov2 => apart(ov2::Ov2::new(table)?),
        Format::Ical => apart(ical::Ical::new(table, options)?),
        Format::Jsonld => statements(Syntax::Json),
        Format::Turtle | Format::N3 => statements(Syntax::Turtle),
        Format::Rdfxml => statements(Syntax::Xml),
        Format::Parquet => AnyWriter::InTurn(Box::new(parquet::ParquetWriter::new(table, options))),
        Format::Arrow => AnyWriter::InTurn(Box::new(arrow_ipc::ArrowWriter::new(table, options.epsg))),
        Format::Xlsx => AnyWriter::InTurn(Box::new(xlsx::Xlsx::new(table.clone(), options)?)),
        Format::Fgb => AnyWriter::InTurn(Box::new(flatgeobuf::Flatgeobuf::new(table, options)?)),
        Format::Shp => AnyWriter::InTurn(Box::new(shapefile::Shapefile::new(table, options)?)),
        Format::Gpx => AnyWriter::InTurn(Box::new(gpx::Gpx::new(table, keys, options)?)),
    })
}

/// The projection of an export; `None` when it stays in WGS 84.
fn projection(format: Format, epsg: u16) -> Result<Option<Projection>, Error> {
    if epsg == WGS84 {
        return Ok(None);
    }
    let code = epsg.to_string();
    if !format.is_projected() {
        let expected = format!("4326, the only one that the format {} has,", format.name());
        return Err(Error::parameter("epsg", &code, &expected));
    }
    let known = Projection::find(epsg);
    let expected = "the EPSG code of a projection that is known here, such as 2154, 3857 or 4326,";
    known.map(Some).ok_or_else(|| Error::parameter("epsg", &code, expected))
}

/// More records than a format holds.
pub fn too_many(format: &str, most: u64) -> Error {
    Error::Invalid(format!(
        "the format {format} holds at most {most} records: add conditions or a limit, or take another format such as csv"
    ))
}

#[cfg(test)]
mod tests;

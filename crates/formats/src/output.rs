//! Records going out: what each column is, and the trait that every format implements.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use chrono_tz::Tz;
use parvis_model::{Field, FieldType, Precision};

use crate::Error;

/// What the values of a column are, beyond their Arrow type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// `Utf8`.
    Text,
    /// `List<Utf8>`.
    TextList,
    /// `Int64`.
    Int,
    /// `Float64`.
    Double,
    /// `Boolean`.
    Boolean,
    /// `Date32`, shown to this precision.
    Date(Option<Precision>),
    /// `Timestamp(ms, "UTC")`, shown in the table's time zone.
    Datetime,
    /// `Struct<lon, lat>`.
    GeoPoint,
    /// `Utf8` holding a GeoJSON geometry.
    GeoShape,
    /// `Utf8` holding any JSON value, given as it is.
    Json,
}

impl ColumnKind {
    /// The kind of a dataset's field.
    pub fn of(field: &Field) -> Self {
        match field.field_type {
            FieldType::Text if field.is_multivalued() => Self::TextList,
            FieldType::Text => Self::Text,
            FieldType::Int => Self::Int,
            FieldType::Double => Self::Double,
            FieldType::Boolean => Self::Boolean,
            FieldType::Date => Self::Date(field.annotations.timeserie_precision),
            FieldType::Datetime => Self::Datetime,
            FieldType::GeoPoint2d => Self::GeoPoint,
            FieldType::GeoShape => Self::GeoShape,
            FieldType::JsonBlob => Self::Json,
        }
    }
}

/// One column of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What the column is called: header, key, name.
    pub key: String,
    /// What it is called when labels are asked for (`use_labels`).
    pub label: String,
    /// What the values are.
    pub kind: ColumnKind,
}

/// The columns of an answer and how their values are shown. Batch column `i` belongs to `columns[i]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// Time zone that instants are shown in.
    pub timezone: Tz,
}

impl Table {
    /// The same with labels for keys. Columns whose labels are alike keep their keys, so that no two columns are called alike.
    pub(crate) fn labelled(mut self) -> Self {
        let mut named: HashMap<&str, Vec<&Column>> = HashMap::new();
        for column in &self.columns {
            named.entry(&column.label).or_default().push(column);
        }
        let shared = named.values().filter(|columns| columns.len() > 1);
        let mut keeps: Vec<&str> = shared.flatten().map(|column| column.key.as_str()).collect();
        let mut kept: HashSet<String> = HashSet::new();
        while let Some(key) = keeps.pop() {
            if kept.insert(key.to_owned()) {
                // The label of another column may be a key that stays: that column keeps its own key too.
                keeps.extend(named.get(key).into_iter().flatten().map(|column| column.key.as_str()));
            }
        }
        for column in self.columns.iter_mut().filter(|column| !kept.contains(&column.key)) {
            column.key.clone_from(&column.label);
        }
        self
    }
}

/// Formats that records can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Arrow, as a stream.
    Arrow,
    /// Comma-separated values (semicolons by default).
    Csv,
    /// FlatGeobuf.
    Fgb,
    /// A GeoJSON feature collection.
    Geojson,
    /// GPS Exchange: waypoints and tracks.
    Gpx,
    /// iCalendar: events.
    Ical,
    /// A bare JSON array.
    Json,
    /// One JSON object per line.
    Jsonl,
    /// Statements as JSON-LD.
    Jsonld,
    /// Keyhole Markup Language: placemarks.
    Kml,
    /// Statements as Notation 3.
    N3,
    /// TomTom's points of interest.
    Ov2,
    /// Apache Parquet, GeoParquet when there are places.
    Parquet,
    /// Statements as RDF/XML.
    Rdfxml,
    /// A shapefile in a ZIP archive.
    Shp,
    /// Statements as Turtle.
    Turtle,
    /// An Office Open XML workbook.
    Xlsx,
}

/// What a table has to have for a format to hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// A point or a shape.
    Place,
    /// A day or a time, and a text.
    Event,
}

impl Format {
    /// Every format, in the order that `/exports` lists them.
    pub const ALL: [Self; 17] = [
        Self::Arrow,
        Self::Csv,
        Self::Fgb,
        Self::Geojson,
        Self::Gpx,
        Self::Ical,
        Self::Json,
        Self::Jsonl,
        Self::Jsonld,
        Self::Kml,
        Self::N3,
        Self::Ov2,
        Self::Parquet,
        Self::Rdfxml,
        Self::Shp,
        Self::Turtle,
        Self::Xlsx,
    ];

    /// Name in addresses, ending of files, media type of the bytes.
    fn facts(self) -> [&'static str; 3] {
        match self {
            Self::Arrow => ["arrow", "arrow", "application/vnd.apache.arrow.stream"],
            Self::Csv => ["csv", "csv", "text/csv; charset=utf-8"],
            Self::Fgb => ["fgb", "fgb", "application/vnd.flatgeobuf"],
            Self::Geojson => ["geojson", "geojson", "application/geo+json; charset=utf-8"],
            Self::Gpx => ["gpx", "gpx", "application/gpx+xml; charset=utf-8"],
            Self::Ical => ["ical", "ics", "text/calendar; charset=utf-8"],
            Self::Json => ["json", "json", "application/json; charset=utf-8"],
            Self::Jsonl => ["jsonl", "jsonl", "application/jsonl; charset=utf-8"],
            Self::Jsonld => ["jsonld", "jsonld", "application/ld+json; charset=utf-8"],
            Self::Kml => ["kml", "kml", "application/vnd.google-earth.kml+xml; charset=utf-8"],
            Self::N3 => ["n3", "n3", "text/n3; charset=utf-8"],
            Self::Ov2 => ["ov2", "ov2", "application/octet-stream"],
            Self::Parquet => ["parquet", "parquet", "application/vnd.apache.parquet"],
            Self::Rdfxml => ["rdfxml", "rdf", "application/rdf+xml; charset=utf-8"],
            Self::Shp => ["shp", "zip", "application/zip"],
            Self::Turtle => ["turtle", "ttl", "text/turtle; charset=utf-8"],
            Self::Xlsx => [
                "xlsx",
                "xlsx",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ],
        }
    }

    /// The name in addresses.
    pub fn name(self) -> &'static str {
        self.facts()[0]
    }

    /// How names of files end.
    pub fn ending(self) -> &'static str {
        self.facts()[1]
    }

    /// The media type of the bytes.
    pub fn media_type(self) -> &'static str {
        self.facts()[2]
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// What a table has to have.
    pub fn needs(self) -> Needs {
        match self {
            Self::Geojson | Self::Kml | Self::Gpx | Self::Fgb | Self::Shp | Self::Ov2 => Needs::Place,
            Self::Ical => Needs::Event,
            _ => Needs::Nothing,
        }
    }

    /// Most records that the format holds.
    pub fn most_rows(self) -> Option<u64> {
        match self {
            Self::Xlsx => Some(crate::write::xlsx::MOST_ROWS),
            Self::Shp => Some(crate::write::shapefile::MOST_ROWS),
            _ => None,
        }
    }

    /// Whether each record is named by its identifier.
    pub fn names_records(self) -> bool {
        matches!(self, Self::Jsonld | Self::Turtle | Self::N3 | Self::Rdfxml | Self::Ical)
    }

    /// Whether coordinates may be in another system than WGS 84. What a format says about its coordinates decides: KML, GPX and
    /// others know but one system, and GeoParquet would have to spell the system out as PROJJSON, which we have of none.
    pub fn is_projected(self) -> bool {
        matches!(
            self,
            Self::Arrow | Self::Csv | Self::Json | Self::Jsonl | Self::Geojson | Self::Fgb | Self::Shp | Self::Xlsx
        )
    }
}

/// Parquet compression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ParquetCompression {
    /// Snappy (the default).
    #[default]
    Snappy,
    /// Zstandard.
    Zstd,
}

/// Choices a client has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriterOptions {
    /// CSV: the delimiter.
    pub delimiter: u8,
    /// CSV: what joins several texts.
    pub list_separator: String,
    /// CSV: quote every text.
    pub quote_all: bool,
    /// CSV: begin with a byte order mark.
    pub with_bom: bool,
    /// Labels for headers, keys and names of columns.
    pub use_labels: bool,
    /// Parquet: compression.
    pub parquet_compression: ParquetCompression,
    /// EPSG code of the system that coordinates are given in.
    pub epsg: u16,
    /// GeoJSON: instants as milliseconds since 1970, as version 2.0 of the API has them.
    pub epoch_times: bool,
    /// GPX: the field that names a record; `None` is the first text.
    pub name_field: Option<String>,
    /// GPX: the fields that describe a record.
    pub description_fields: Vec<String>,
    /// GPX: all fields as extensions, instead of in the description.
    pub use_extension: bool,
    /// What the whole is called: name of a sheet, a layer, a calendar.
    pub name: String,
    /// Where the whole is found: what identifies records to the world begins with it.
    pub address: String,
    /// When the records were published, in milliseconds since 1970.
    pub stamp: i64,
}

impl WriterOptions {
    /// The host of the address.
    pub(crate) fn host(&self) -> &str {
        let after = self.address.split_once("://").map_or("", |(_, after)| after);
        after.split(['/', ':']).next().unwrap_or_default()
    }
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self {
            delimiter: b';',
            list_separator: ",".to_owned(),
            quote_all: false,
            with_bom: true,
            use_labels: false,
            parquet_compression: ParquetCompression::Snappy,
            epsg: crate::write::project::WGS84,
            epoch_times: false,
            name_field: None,
            description_fields: Vec::new(),
            use_extension: true,
            name: "data".to_owned(),
            address: "urn:parvis".to_owned(),
            stamp: 0,
        }
    }
}

/// Writes one format whose batches need each other. Calls come in order: `start` once, `batch` any number of times, `finish` once.
pub trait Writer: Send {
    /// What comes before the first record.
    fn start(&mut self, out: &mut Vec<u8>) -> Result<(), Error>;
    /// One batch, whose columns are the table's.
    fn batch(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), Error>;
    /// What comes after the last record.
    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error>;
}

/// Writes one format whose batches do not need each other: several may be written at once, on as many threads.
pub trait RowFormat: Send + Sync {
    /// What comes before the first record.
    fn head(&self, out: &mut Vec<u8>);
    /// One batch, whose columns are the table's. `first` says that no record comes before.
    fn rows(&self, batch: &RecordBatch, first: bool, out: &mut Vec<u8>) -> Result<(), Error>;
    /// What comes after the last record.
    fn tail(&self, out: &mut Vec<u8>);
}

/// How a format is written.
pub enum AnyWriter {
    /// One batch after the other.
    InTurn(Box<dyn Writer>),
    /// Batches apart from each other, put in order afterwards.
    Apart(Arc<dyn RowFormat>),
}

impl AnyWriter {
    /// The same, one batch after the other.
    pub fn in_turn(self) -> Box<dyn Writer> {
        match self {
            Self::InTurn(writer) => writer,
            Self::Apart(format) => Box::new(InTurn { format, first: true }),
        }
    }
}

/// A format of independent batches, written in turn.
struct InTurn {
    format: Arc<dyn RowFormat>,
    first: bool,
}

impl Writer for InTurn {
    fn start(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        self.format.head(out);
        Ok(())
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), Error> {
        self.format.rows(batch, self.first, out)?;
        self.first &= batch.num_rows() == 0;
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        self.format.tail(out);
        Ok(())
    }
}

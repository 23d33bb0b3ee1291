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
    /// Comma-separated values (semicolons by default).
    Csv,
    /// A bare JSON array.
    Json,
    /// One JSON object per line.
    Jsonl,
    /// A GeoJSON feature collection.
    Geojson,
    /// Apache Parquet.
    Parquet,
}

impl Format {
    /// Every format, in the order that `/exports` lists them.
    pub const ALL: [Self; 5] = [Self::Csv, Self::Geojson, Self::Json, Self::Jsonl, Self::Parquet];

    /// The name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Geojson => "geojson",
            Self::Parquet => "parquet",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The media type of the bytes.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
            Self::Jsonl => "application/jsonl; charset=utf-8",
            Self::Geojson => "application/geo+json; charset=utf-8",
            Self::Parquet => "application/vnd.apache.parquet",
        }
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

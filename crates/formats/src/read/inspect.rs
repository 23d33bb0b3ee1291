//! What a file holds: format, encoding, columns. Found by reading all of it once.

use std::path::Path;

use chrono_tz::Tz;
use encoding_rs::{Encoding, UTF_8};
use parvis_model::schema::MAX_FIELDS;
use parvis_model::{Field, FieldType, Localized, Schema};
use serde::{Deserialize, Serialize};

use super::csv::Dialect;
use super::encoding::{self, TextReader};
use super::json::Container;
use super::names::slug;
use super::{csv, json};
use crate::value::date::DateOrder;
use crate::value::number::CommaMeans;
use crate::{Error, Source};

/// Formats that records can be read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputFormat {
    /// Delimited text.
    Csv,
    /// An array of objects, or an object that holds one.
    Json,
    /// Objects one after the other.
    Jsonl,
    /// A feature collection.
    Geojson,
}

impl InputFormat {
    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Geojson => "geojson",
        }
    }
}

/// What the caller knows about a column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldOverride {
    /// The header as it stands, or the field's name, or a header that becomes the same name.
    pub name: String,
    /// The type; cells that cannot be read as it become problems, however many they are.
    pub field_type: Option<FieldType>,
    /// The field holds several texts, joined by this separator in a CSV.
    pub multivalued: Option<String>,
}

/// What the caller knows about a file. Whatever is left out is detected.
#[derive(Clone, Debug)]
pub struct InspectOptions {
    /// The format.
    pub format: Option<InputFormat>,
    /// The name of the encoding.
    pub encoding: Option<String>,
    /// CSV: the delimiter.
    pub delimiter: Option<u8>,
    /// CSV: the quote.
    pub quote: Option<u8>,
    /// CSV: whether the first record names the columns.
    pub header: Option<bool>,
    /// Time zone of times without offset.
    pub timezone: Tz,
    /// Language of the headers, which become labels.
    pub language: String,
    /// What is known about columns.
    pub fields: Vec<FieldOverride>,
    /// Threads that read a CSV.
    pub threads: usize,
}

impl Default for InspectOptions {
    fn default() -> Self {
        Self {
            format: None,
            encoding: None,
            delimiter: None,
            quote: None,
            header: None,
            timezone: Tz::UTC,
            language: "fr".to_owned(),
            fields: Vec::new(),
            threads: 2,
        }
    }
}

impl InspectOptions {
    /// What is known about the column with this header and name.
    pub(crate) fn of(&self, header: &str, name: &str) -> Option<&FieldOverride> {
        self.fields
            .iter()
            .find(|known| known.name == header || known.name == name || slug(&known.name) == name)
    }

    /// A field with its header as label.
    pub(crate) fn field(&self, header: &str, name: &str, field_type: FieldType) -> Field {
        let label = header.trim();
        let mut field = Field::new(name, field_type);
        if !label.is_empty() {
            field.label = Localized::one(&self.language, label);
        }
        field
    }
}

/// Where the values of a field come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A column of a CSV, from 0.
    Column(usize),
    /// Two columns of a CSV, from 0.
    Pair {
        /// Degrees north.
        latitude: usize,
        /// Degrees east.
        longitude: usize,
    },
    /// A member of JSON objects.
    Key(String),
    /// Two members of JSON objects.
    KeyPair {
        /// Degrees north.
        latitude: String,
        /// Degrees east.
        longitude: String,
    },
    /// The geometry of a feature.
    Geometry,
    /// The middle of the geometry of a feature.
    Centre,
}

/// How the values of a field are read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Where they are.
    pub origin: Origin,
    /// What commas mean in numbers.
    pub comma: CommaMeans,
    /// What comes first in dates.
    pub order: DateOrder,
}

/// What a file holds, and all it takes to read it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    /// The format.
    pub format: InputFormat,
    /// The encoding's name.
    pub encoding: String,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Records.
    pub rows: u64,
    /// The columns of the dataset.
    pub schema: Schema,
    /// How each of them is read, in the same order.
    pub readings: Vec<Reading>,
    /// CSV: how it is written.
    pub dialect: Option<Dialect>,
    /// CSV: cells per record.
    pub width: usize,
    /// JSON: where the records are.
    pub container: Option<Container>,
    /// Time zone of times without offset.
    #[serde(with = "zone_name")]
    pub timezone: Tz,
    /// What a publisher should know.
    pub warnings: Vec<String>,
}

/// Time zones by their names.
mod zone_name {
    use chrono_tz::Tz;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(zone: &Tz, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(zone.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tz, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// Reads a whole file once and says what it holds. `progress` is told bytes done and in all.
///
/// # Errors
/// The file cannot be read, holds no record, or has more than 500 columns; a JSON file is not valid JSON.
pub fn inspect(path: &Path, options: &InspectOptions, progress: &mut dyn FnMut(u64, u64)) -> Result<Inspection, Error> {
    let known = options.encoding.as_deref().map(encoding::named).transpose()?;
    let announced = if known.is_some() {
        None
    } else {
        encoding::announced(path)?
    };
    let encoding = known.or(announced).unwrap_or(UTF_8);
    match attempt(path, options, encoding, progress)? {
        Attempt::Done(inspection) => Ok(*inspection),
        Attempt::NotUtf8(offset) if known.is_some() || announced.is_some() => Err(Error::Invalid(format!(
            "{} is not valid UTF-8 (about byte {offset}); import it with its true encoding, such as windows-1252",
            path.display()
        ))),
        Attempt::NotUtf8(offset) => {
            let guess = encoding::guess(path, offset)?;
            tracing::debug!(encoding = guess.name(), offset, "not UTF-8");
            match attempt(path, options, guess, progress)? {
                Attempt::Done(inspection) => Ok(*inspection),
                Attempt::NotUtf8(_) => Err(Error::Invalid(format!("{} is in no known encoding", path.display()))),
            }
        }
    }
}

/// How reading with one encoding ended.
pub(crate) enum Attempt {
    /// It is that encoding.
    Done(Box<Inspection>),
    /// It is not UTF-8, near this byte.
    NotUtf8(u64),
}

/// How much of a file is looked at before the rest, in bytes.
const SAMPLE: usize = 1 << 18;

/// The beginning of a text.
pub(crate) struct Sample {
    /// Its bytes.
    pub text: Vec<u8>,
    /// Whether that is all of it.
    pub whole: bool,
}

fn attempt(
    path: &Path,
    options: &InspectOptions,
    encoding: &'static Encoding,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Attempt, Error> {
    let mut reader = TextReader::open(path, encoding)?;
    let mut text = Vec::new();
    reader.fill(&mut text, SAMPLE)?;
    let sample = Sample {
        text,
        whole: reader.is_done(),
    };
    if let Err(error) = std::str::from_utf8(&sample.text) {
        // A character cut in two by the end of the sample is no error.
        if error.error_len().is_some() || sample.whole {
            return Ok(Attempt::NotUtf8(error.valid_up_to() as u64));
        }
    }
    if sample.whole && sample.text.iter().all(u8::is_ascii_whitespace) {
        return Err(Error::Invalid(format!(
            "{} is empty: there is no record to import",
            path.display()
        )));
    }
    match options.format.unwrap_or_else(|| json::detect(path, &sample)) {
        InputFormat::Csv => csv::inspect::inspect(path, options, encoding, &sample, progress),
        format => json::inspect::inspect(path, options, encoding, format, progress),
    }
}

/// The error for too many columns.
pub(crate) fn check_width(width: usize, path: &Path) -> Result<(), Error> {
    if width <= MAX_FIELDS {
        return Ok(());
    }
    Err(Error::Invalid(format!(
        "{} has {width} columns and a dataset at most {MAX_FIELDS}: split it, or turn columns into rows",
        path.display()
    )))
}

/// Opens a file that was inspected, to read its records.
///
/// # Errors
/// The file cannot be read.
pub fn open(path: &Path, inspection: &Inspection) -> Result<Box<dyn Source>, Error> {
    let reader = TextReader::open(path, encoding::named(&inspection.encoding)?)?;
    Ok(match inspection.format {
        InputFormat::Csv => Box::new(csv::source::CsvSource::new(reader, inspection)),
        _ => Box::new(json::source::JsonSource::new(reader, inspection)?),
    })
}

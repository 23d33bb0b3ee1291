//! The columns of JSON records, from all of their values.

use std::collections::HashMap;
use std::path::Path;

use encoding_rs::{Encoding, UTF_8};
use memchr::memchr_iter;
use parvis_model::{FieldType, Schema};

use super::raw::{self, Members};
use super::splitter::{Piece, Splitter};
use super::{Container, Place};
use crate::Error;
use crate::read::encoding::TextReader;
use crate::read::fields::Fields;
use crate::read::infer::{ColumnStats, coordinate};
use crate::read::inspect::{Attempt, InputFormat, InspectOptions, Inspection, Origin, check_width};
use crate::read::names::slug;
use crate::value::{Class, classify, geo, number};

/// Size of the pieces looked at, in bytes.
const PIECE: usize = 1 << 20;

/// Members that usually hold the records, likeliest first.
const USUAL: [&str; 7] = ["results", "records", "features", "data", "items", "rows", "values"];

/// A member of the records.
struct Seen {
    key: String,
    stats: ColumnStats,
}

/// What was seen so far.
struct Survey {
    container: Container,
    validate: bool,
    rows: u64,
    seen: Vec<Seen>,
    numbers: HashMap<String, usize>,
    points: u64,
    shapes: u64,
    misplaced: Option<(u64, &'static str)>,
}

pub(crate) fn inspect(
    path: &Path,
    options: &InspectOptions,
    encoding: &'static Encoding,
    format: InputFormat,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Attempt, Error> {
    let place = place(path, encoding, format)?;
    let mut splitter = Splitter::new(TextReader::open(path, encoding)?, place.clone(), PIECE);
    let mut survey = Survey {
        container: Container {
            place,
            path: Vec::new(),
            features: false,
        },
        validate: encoding == UTF_8,
        rows: 0,
        seen: Vec::new(),
        numbers: HashMap::new(),
        points: 0,
        shapes: 0,
        misplaced: None,
    };
    while let Some(piece) = splitter.next_piece()? {
        if survey.validate
            && let Err(error) = std::str::from_utf8(&piece.bytes)
        {
            return Ok(Attempt::NotUtf8(piece.offset + error.valid_up_to() as u64));
        }
        survey.look(&piece, path)?;
        let (done, total) = splitter.progress();
        progress(done, total);
    }
    if survey.rows == 0 {
        return Err(Error::Invalid(format!("{} holds no record", path.display())));
    }
    if let (Some((line, what)), 0, 0) = (survey.misplaced, survey.points, survey.shapes) {
        return Err(Error::Invalid(format!(
            "no geometry of {} can be read; line {line}: {what}",
            path.display()
        )));
    }
    let bytes = splitter.progress().1;
    Ok(Attempt::Done(Box::new(survey.finish(options, encoding, format, bytes))))
}

/// Where the records are.
fn place(path: &Path, encoding: &'static Encoding, format: InputFormat) -> Result<Place, Error> {
    if format == InputFormat::Jsonl {
        return Ok(Place::Sequence);
    }
    let mut head = Vec::new();
    TextReader::open(path, encoding)?.fill(&mut head, 4096)?;
    if head.get(raw::skip_space(&head, 0)) == Some(&b'[') {
        return Ok(Place::Root);
    }
    let members = Splitter::new(TextReader::open(path, encoding)?, Place::Sequence, PIECE).members()?;
    let mut arrays = members
        .iter()
        .filter(|member| member.is_records)
        .map(|member| member.key.as_str());
    let usual = USUAL
        .iter()
        .copied()
        .find(|usual| arrays.clone().any(|key| key == *usual));
    // An object without any array of objects is itself the only record.
    Ok(usual
        .or_else(|| arrays.next())
        .map_or(Place::Sequence, |key| Place::Member(key.to_owned())))
}

/// The members that lead to the fields of a record, as other portals wrap them.
fn wrapping(record: &[u8]) -> Vec<String> {
    let is_object = |value: Option<&[u8]>| value.is_some_and(|value| value.starts_with(b"{"));
    let known = |record: &[u8]| {
        ["recordid", "datasetid", "record_timestamp", "timestamp", "id"]
            .iter()
            .any(|key| Members::get(record, key).is_some())
    };
    if is_object(Members::get(record, "fields")) && known(record) {
        return vec!["fields".to_owned()];
    }
    if let Some(inner) = Members::get(record, "record").filter(|inner| inner.starts_with(b"{"))
        && is_object(Members::get(inner, "fields"))
        && known(inner)
    {
        return vec!["record".to_owned(), "fields".to_owned()];
    }
    Vec::new()
}

/// The object that holds the fields of a record.
pub(super) fn fields<'a>(container: &Container, record: &'a [u8]) -> &'a [u8] {
    if container.features {
        return Members::get(record, "properties").unwrap_or_default();
    }
    container
        .path
        .iter()
        .fold(record, |object, key| Members::get(object, key).unwrap_or_default())
}

/// The line of a position in a piece.
pub(super) fn line_of(piece: &Piece, position: usize) -> u64 {
    piece.line + memchr_iter(b'\n', &piece.bytes[..position]).count() as u64
}

impl Survey {
    fn look(&mut self, piece: &Piece, path: &Path) -> Result<(), Error> {
        for &(start, end) in &piece.records {
            let record = &piece.bytes[start..end];
            if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(record) {
                let line = line_of(piece, start) + error.line() as u64 - 1;
                return Err(Error::Invalid(format!(
                    "{}, line {line}: not valid JSON: {error}",
                    path.display()
                )));
            }
            if self.rows == 0 {
                let is_feature = Members::get(record, "type") == Some(b"\"Feature\"".as_slice());
                self.container.features = is_feature && Members::get(record, "properties").is_some();
                self.container.path = wrapping(record);
            }
            self.rows += 1;
            for (key, value) in Members::of(fields(&self.container, record)) {
                let column = match self.numbers.get(key.as_ref()) {
                    Some(&column) => column,
                    None => self.column(key.into_owned(), path)?,
                };
                let (class, text) = classify_value(value);
                self.seen[column].stats.note(class, text);
            }
            if self.container.features {
                self.look_at_geometry(piece, start, record);
            }
        }
        Ok(())
    }

    fn look_at_geometry(&mut self, piece: &Piece, start: usize, record: &[u8]) {
        let text = Members::get(record, "geometry").and_then(|raw| std::str::from_utf8(raw).ok());
        match text.filter(|text| *text != "null").map(geo::shape) {
            None => {}
            Some(Ok(shape)) if shape.is_point => self.points += 1,
            Some(Ok(_)) => self.shapes += 1,
            Some(Err(what)) => {
                self.misplaced.get_or_insert_with(|| (line_of(piece, start), what));
            }
        }
    }

    fn column(&mut self, key: String, path: &Path) -> Result<usize, Error> {
        let column = self.seen.len();
        check_width(column + 1, path)?;
        let stats = ColumnStats::new(coordinate(&slug(&key)).is_some());
        self.seen.push(Seen {
            key: key.clone(),
            stats,
        });
        self.numbers.insert(key, column);
        Ok(column)
    }

    fn finish(
        self,
        options: &InspectOptions,
        encoding: &'static Encoding,
        format: InputFormat,
        bytes: u64,
    ) -> Inspection {
        let mut inspection = Inspection {
            format,
            encoding: encoding.name().to_ascii_lowercase(),
            bytes,
            rows: self.rows,
            schema: Schema::default(),
            readings: Vec::new(),
            dialect: None,
            width: self.seen.len(),
            container: Some(self.container),
            timezone: options.timezone,
            warnings: Vec::new(),
        };
        let mut fields = Fields::new(options, &mut inspection);
        for (column, Seen { key, stats }) in self.seen.iter().enumerate() {
            fields.column(column, key, stats, Origin::Key(key.clone()));
        }
        let pointless = !fields.has(FieldType::GeoPoint2d);
        if self.shapes > 0 {
            fields.made("geo_shape", FieldType::GeoShape, Origin::Geometry);
        }
        if self.points + self.shapes > 0 && pointless {
            fields.made("geo_point_2d", FieldType::GeoPoint2d, Origin::Centre);
        } else if pointless {
            let key = |column: usize| self.seen[column].key.clone();
            fields.points(|latitude, longitude| Origin::KeyPair {
                latitude: key(latitude),
                longitude: key(longitude),
            });
        }
        inspection
    }
}

/// What a JSON value looks like. Texts stay texts, whatever digits they hold: only dates, times, points and shapes have no form of
/// their own in JSON.
fn classify_value(raw: &[u8]) -> (Class, &[u8]) {
    let class = match raw.first() {
        None | Some(b'n') => Class::Empty,
        Some(b't' | b'f') => Class::Boolean,
        Some(b'"') => match raw::decode(raw) {
            None => Class::Text,
            Some(text) => match classify(text.as_bytes()) {
                Class::DateEither | Class::DateDayFirst | Class::DateMonthFirst | Class::DateIso => {
                    classify(text.as_bytes())
                }
                Class::TimeEither | Class::TimeDayFirst | Class::TimeMonthFirst | Class::TimeIso => {
                    classify(text.as_bytes())
                }
                class @ (Class::YearMonth | Class::Point | Class::Shape | Class::Empty | Class::Absent) => class,
                _ => Class::Text,
            },
        },
        Some(b'[') => {
            let (mut texts, mut others) = (0, 0);
            for element in raw::elements(raw) {
                if element.starts_with(b"\"") {
                    texts += 1
                } else {
                    others += 1
                }
            }
            match (texts, others) {
                (0, 0) => Class::Empty,
                (_, 0) => Class::List,
                _ => Class::Json,
            }
        }
        Some(b'{') => {
            let mut keys: Vec<_> = Members::of(raw).map(|(key, _)| key).collect();
            keys.sort_unstable();
            if keys == ["lat", "lon"] && geo::parse_point(raw).is_some() {
                Class::Point
            } else if geo::looks_like_shape(raw) && std::str::from_utf8(raw).is_ok_and(|text| geo::shape(text).is_ok())
            {
                Class::Shape
            } else {
                Class::Json
            }
        }
        Some(_) => match number::classify(raw) {
            Some(number::NumberForm::Int) => Class::Int,
            Some(number::NumberForm::BigInt) | None => Class::BigInt,
            Some(_) => Class::Dot,
        },
    };
    (class, raw)
}

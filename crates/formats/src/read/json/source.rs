//! The records of a JSON file that was inspected.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use memchr::memchr_iter;
use parvis_model::{FieldType, Schema};

use super::inspect::{fields, line_of};
use super::raw::{self, Members};
use super::splitter::{Piece, Splitter};
use super::{Container, Place};
use crate::read::build::{Cells, Column, PointBuilder, Rules};
use crate::read::encoding::TextReader;
use crate::read::inspect::{Inspection, Origin};
use crate::read::reject::shortened;
use crate::source::{Chunk, Parsed, Problem, Source};
use crate::value::geo;
use crate::{Error, layout};

/// Size of the pieces that become one batch, in bytes.
const PIECE: usize = 4 << 20;

/// What parsing needs, shared by all chunks.
struct Plan {
    schema: Schema,
    arrow: SchemaRef,
    rules: Vec<Rules>,
    values: Vec<Value>,
    /// Number of the column of cells for each member that is wanted.
    keys: HashMap<String, usize>,
    container: Container,
}

/// Where the values of a field come from: numbers of columns of cells.
enum Value {
    Cells { column: usize, as_json: bool },
    Pair { latitude: usize, longitude: usize },
    Geometry,
    Centre,
}

/// A JSON file being read.
pub struct JsonSource {
    splitter: Splitter,
    plan: Arc<Plan>,
}

impl JsonSource {
    /// Reads what `inspection` describes.
    pub fn new(reader: TextReader, inspection: &Inspection) -> Result<Self, Error> {
        let container = inspection.container.clone().unwrap_or(Container {
            place: Place::Sequence,
            path: Vec::new(),
            features: false,
        });
        let mut keys = HashMap::new();
        let mut column = |key: &str| {
            let next = keys.len();
            *keys.entry(key.to_owned()).or_insert(next)
        };
        let (mut rules, mut values) = (Vec::new(), Vec::new());
        for (field, reading) in inspection.schema.fields.iter().zip(&inspection.readings) {
            rules.push(Rules::new(field, reading, inspection.timezone));
            values.push(match &reading.origin {
                Origin::Key(key) => Value::Cells {
                    column: column(key),
                    as_json: field.field_type == FieldType::JsonBlob,
                },
                Origin::KeyPair { latitude, longitude } => Value::Pair {
                    latitude: column(latitude),
                    longitude: column(longitude),
                },
                Origin::Geometry => Value::Geometry,
                Origin::Centre => Value::Centre,
                Origin::Column(_) | Origin::Pair { .. } => {
                    return Err(Error::Invalid(format!(
                        "field `{}` is described as a column of a CSV but the file is JSON: inspect it again",
                        field.name
                    )));
                }
            });
        }
        let plan = Plan {
            schema: inspection.schema.clone(),
            arrow: layout::arrow_schema(&inspection.schema),
            rules,
            values,
            keys,
            container,
        };
        let splitter = Splitter::new(reader, plan.container.place.clone(), PIECE);
        Ok(Self {
            splitter,
            plan: Arc::new(plan),
        })
    }
}

impl Source for JsonSource {
    fn schema(&self) -> &Schema {
        &self.plan.schema
    }

    fn next_chunk(&mut self) -> Result<Option<Chunk>, Error> {
        let Some(piece) = self.splitter.next_piece()? else {
            return Ok(None);
        };
        let plan = Arc::clone(&self.plan);
        Ok(Some(Chunk {
            parse: Box::new(move || plan.parse(&piece)),
        }))
    }

    fn progress(&self) -> (u64, u64) {
        self.splitter.progress()
    }
}

/// The values of one member, as they stand; nothing where it is missing or null.
struct JsonColumn<'a> {
    cells: &'a [&'a [u8]],
    as_json: bool,
}

impl Cells for JsonColumn<'_> {
    fn count(&self) -> usize {
        self.cells.len()
    }

    fn bytes(&self, row: usize) -> Cow<'_, [u8]> {
        let raw = self.cells[row];
        if self.as_json || !raw.starts_with(b"\"") {
            return Cow::Borrowed(raw);
        }
        match raw::decode(raw) {
            Some(Cow::Borrowed(text)) => Cow::Borrowed(text.as_bytes()),
            Some(Cow::Owned(text)) => Cow::Owned(text.into_bytes()),
            None => Cow::Borrowed(raw),
        }
    }

    fn text(&self, row: usize) -> Option<Cow<'_, str>> {
        let raw = self.cells[row];
        if raw.is_empty() {
            return None;
        }
        if raw.starts_with(b"\"") {
            return raw::decode(raw);
        }
        let text = std::str::from_utf8(raw).ok()?;
        let mut plain = String::with_capacity(text.len());
        raw::minify(text, &mut plain);
        Some(Cow::Owned(plain))
    }

    fn list(&self, row: usize, _: &str) -> Option<Vec<String>> {
        if !self.cells[row].starts_with(b"[") {
            return self.text(row).map(|text| vec![text.into_owned()]);
        }
        let text = |element| {
            JsonColumn {
                cells: &[element],
                as_json: false,
            }
            .text(0)
            .map(Cow::into_owned)
        };
        Some(raw::elements(self.cells[row]).filter_map(text).collect())
    }
}

impl Plan {
    fn parse(&self, piece: &Piece) -> Result<Parsed, Error> {
        if let Err(error) = std::str::from_utf8(&piece.bytes) {
            let line = line_of(piece, error.valid_up_to());
            return Err(Error::Invalid(format!(
                "line {line} is not valid UTF-8: the file has changed"
            )));
        }
        let rows = piece.records.len();
        let mut cells: Vec<Vec<&[u8]>> = vec![vec![&[]; rows]; self.keys.len()];
        let mut geometries: Vec<&[u8]> = vec![&[]; rows];
        for (row, &(start, end)) in piece.records.iter().enumerate() {
            let record = &piece.bytes[start..end];
            for (key, value) in Members::of(fields(&self.container, record)) {
                if let Some(&column) = self.keys.get(key.as_ref()) {
                    cells[column][row] = if value == b"null" { &[] } else { value };
                }
            }
            if self.container.features {
                let geometry = Members::get(record, "geometry").unwrap_or_default();
                geometries[row] = if geometry == b"null" { &[] } else { geometry };
            }
        }
        let mut doubts = Vec::new();
        let mut arrays = Vec::with_capacity(self.values.len());
        for (field, value) in self.values.iter().enumerate() {
            let mut builder = Column::new(&self.schema.fields[field], rows);
            let rules = &self.rules[field];
            let mut doubt = |row, found: &[u8]| doubts.push((row, field, String::from_utf8_lossy(found).into_owned()));
            match *value {
                Value::Cells { column, as_json } => {
                    let column = JsonColumn {
                        cells: &cells[column],
                        as_json,
                    };
                    builder.fill(&column, rules, &mut |row| doubt(row, &column.bytes(row)));
                }
                Value::Pair { latitude, longitude } => {
                    let of = |column: usize| JsonColumn {
                        cells: &cells[column],
                        as_json: false,
                    };
                    builder.fill_pairs(&of(latitude), &of(longitude));
                }
                Value::Geometry => {
                    let column = JsonColumn {
                        cells: &geometries,
                        as_json: true,
                    };
                    builder.fill(&column, rules, &mut |row| doubt(row, geometries[row]));
                }
                Value::Centre => builder = self.centres(&geometries, &mut doubt),
            }
            arrays.push(builder.finish());
        }
        let batch = RecordBatch::try_new(Arc::clone(&self.arrow), arrays)?;
        Ok(Parsed {
            batch,
            problems: self.problems(piece, doubts),
        })
    }

    /// The middles of geometries. A geometry that cannot be read is reported here only when it has no field of its own.
    fn centres(&self, geometries: &[&[u8]], doubt: &mut impl FnMut(usize, &[u8])) -> Column {
        let alone = !self.values.iter().any(|value| matches!(value, Value::Geometry));
        let mut points = PointBuilder::new(geometries.len());
        for (row, geometry) in geometries.iter().enumerate() {
            let shape = std::str::from_utf8(geometry)
                .ok()
                .and_then(|text| geo::shape(text).ok());
            if shape.is_none() && alone && !geometry.is_empty() {
                doubt(row, geometry);
            }
            points.push(shape.map(|shape| shape.centre));
        }
        Column::Point(points)
    }

    fn problems(&self, piece: &Piece, mut doubts: Vec<(usize, usize, String)>) -> Vec<Problem> {
        doubts.sort();
        let (mut line, mut counted) = (piece.line, 0);
        let mut problems = Vec::with_capacity(doubts.len());
        for (row, field, found) in doubts {
            let (start, end) = piece.records[row];
            line += memchr_iter(b'\n', &piece.bytes[counted..start]).count() as u64;
            counted = start;
            problems.push(Problem {
                line,
                column: self.schema.fields[field].name.clone(),
                found: shortened(&found),
                message: self.rules[field].message().to_owned(),
                row: String::from_utf8_lossy(&piece.bytes[start..end]).into_owned(),
            });
        }
        problems
    }
}

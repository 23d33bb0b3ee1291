//! The table of a shapefile (dBASE III, texts in UTF-8). Columns are as wide as their widest value, at most 254 bytes.

use parvis_model::Precision;

use super::value::{Cell, Clock, Values};
use crate::Error;
use crate::output::{Column, ColumnKind};

/// Bytes of a name.
const NAME: usize = 10;
/// Bytes of a text.
const WIDEST: usize = 254;
/// Columns of a table.
const MOST_FIELDS: usize = 255;

struct Field {
    name: String,
    /// `C` text, `N` number, `L` truth, `D` day.
    letter: u8,
    decimals: u8,
    width: usize,
}

/// The table, until its widths are known.
pub struct Dbf {
    fields: Vec<Field>,
    cells: Vec<Vec<u8>>,
}

impl Dbf {
    /// For these columns.
    pub fn new(columns: &[Column]) -> Self {
        let names = names(columns);
        let fields = columns.iter().zip(names).map(|(column, name)| {
            let (letter, decimals, width) = match column.kind {
                ColumnKind::Int => (b'N', 0, 1),
                // Readers take the digits as they stand; the number of decimals says that there may be some.
                ColumnKind::Double => (b'N', 15, 24),
                ColumnKind::Boolean => (b'L', 0, 1),
                ColumnKind::Date(None | Some(Precision::Day)) => (b'D', 0, 8),
                _ => (b'C', 0, 1),
            };
            Field {
                name,
                letter,
                decimals,
                width,
            }
        });
        Self {
            fields: fields.collect(),
            cells: Vec::new(),
        }
    }

    /// Adds a record.
    pub fn push(&mut self, columns: &[Values], row: usize, separator: &str, clock: &mut Clock) {
        for (field, values) in self.fields.iter_mut().zip(columns) {
            let cell = match (field.letter, values.cell(row)) {
                (_, Cell::Null) => Vec::new(),
                (b'L', Cell::Boolean(value)) => vec![if value { b'T' } else { b'F' }],
                (b'N', Cell::Double(value)) if !value.is_finite() => Vec::new(),
                (b'D', Cell::Date(..)) => {
                    let text = values.text(row, separator, clock);
                    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
                    // Years beyond 9999 have no place.
                    if digits.len() == 8 && text.len() == 10 {
                        digits
                    } else {
                        Vec::new()
                    }
                }
                _ => cut(&values.text(row, separator, clock)).as_bytes().to_vec(),
            };
            field.width = field.width.max(cell.len());
            self.cells.push(cell);
        }
    }

    /// The file.
    ///
    /// # Errors
    /// A record is wider than the format can say.
    pub fn bytes(&self) -> Result<Vec<u8>, Error> {
        let width = 1 + self.fields.iter().map(|field| field.width).sum::<usize>();
        let width = u16::try_from(width).ok().filter(|_| self.fields.len() <= MOST_FIELDS);
        let width = width.ok_or_else(|| {
            Error::Invalid(
                "a record has more fields than a shapefile holds: select fewer, or take fgb or parquet".to_owned(),
            )
        })?;
        let records = self.cells.len().checked_div(self.fields.len()).unwrap_or(0);
        // A version without memo, and a day that is always the same: 1980-01-01.
        let mut out = vec![3, 80, 1, 1];
        out.extend_from_slice(&(records as u32).to_le_bytes());
        out.extend_from_slice(&((32 + 32 * self.fields.len() + 1) as u16).to_le_bytes());
        out.extend_from_slice(&width.to_le_bytes());
        out.extend_from_slice(&[0; 20]);
        for field in &self.fields {
            let mut name = field.name.clone().into_bytes();
            name.resize(NAME + 1, 0);
            out.extend_from_slice(&name);
            out.push(field.letter);
            out.extend_from_slice(&[0; 4]);
            out.extend_from_slice(&[field.width as u8, field.decimals]);
            out.extend_from_slice(&[0; 14]);
        }
        out.push(0x0D);
        if !self.fields.is_empty() {
            for record in self.cells.chunks(self.fields.len()) {
                out.push(b' ');
                for (field, cell) in self.fields.iter().zip(record) {
                    let blank = std::iter::repeat_n(b' ', field.width - cell.len());
                    if field.letter == b'N' {
                        out.extend(blank);
                        out.extend_from_slice(cell);
                    } else {
                        out.extend_from_slice(cell);
                        out.extend(blank);
                    }
                }
            }
        }
        out.push(0x1A);
        Ok(out)
    }
}

/// As much of a text as fits, whole characters.
fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(WIDEST)]
}

/// Names of at most ten bytes, no two alike: the last letters make room for a number.
fn names(columns: &[Column]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for column in columns {
        let wanted: String = super::xml::name(&column.key).chars().take(NAME).collect();
        let mut free = wanted.clone();
        let mut number = 1;
        while names.iter().any(|name| name.eq_ignore_ascii_case(&free)) {
            let ending = format!("_{number}");
            free = format!("{}{ending}", &wanted[..wanted.len().min(NAME - ending.len())]);
            number += 1;
        }
        names.push(free);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_differ() {
        let column = |key: &str| Column {
            key: key.to_owned(),
            label: key.to_owned(),
            kind: ColumnKind::Text,
        };
        let columns = ["mise_en_service", "mise_en_service_2", "nom", "NOM", "é"].map(column);
        assert_eq!(names(&columns), ["mise_en_se", "mise_en__1", "nom", "NOM_1", "_"]);
    }

    #[test]
    fn what_is_wider_than_a_record_may_be_is_refused() {
        let column = |number: usize| Column {
            key: format!("c{number}"),
            label: String::new(),
            kind: ColumnKind::Text,
        };
        let table = |fields: usize| Dbf::new(&(0..fields).map(column).collect::<Vec<_>>());
        assert!(table(255).bytes().is_ok());
        assert!(table(256).bytes().is_err());
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(cut(&"é".repeat(200)).len(), 254);
        assert_eq!(cut("court"), "court");
    }
}

//! An Office Open XML workbook of one sheet, sent while it is made: row after row into a ZIP archive.
//!
//! Numbers, booleans, dates and times are real ones; a time is that of the clocks of the table's time zone, which a cell cannot
//! name. What a cell cannot hold is text: whole numbers of more than fifteen digits, days before March 1900.

use std::io::Write as _;

use arrow::record_batch::RecordBatch;
use parvis_model::Precision;

use super::value::{Cell, Clock, Values, push_date, push_double, push_int};
use super::xml::escaped;
use super::zip::Zip;
use crate::Error;
use crate::output::{Table, Writer, WriterOptions};

/// Rows of a sheet, without the one of names.
pub const MOST_ROWS: u64 = 1_048_575;
/// Columns of a sheet.
const MOST_COLUMNS: usize = 16_384;
/// Characters of a cell (UTF-16 units); a longer text is cut.
const MOST_CHARS: usize = 32_767;
/// Whole numbers up to here are exact in a cell.
const EXACT: u64 = 1_000_000_000_000_000;
/// Days from the origin of sheets to 1970-01-01.
const EPOCH: i64 = 25_569;
/// The first day on which all programs agree: sheets believe that 1900 had a 29 February.
const FIRST_DAY: i64 = 61;
/// Milliseconds in a day.
const DAY: i64 = 86_400_000;
/// Bytes of XML that are packed at a time.
const PIECE: usize = 1 << 16;

/// Styles of cells, by their place in `styles.xml`.
const DATE: u8 = 1;
const MONTH: u8 = 2;
const YEAR: u8 = 3;
const TIME: u8 = 4;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const CONTENT_TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>\
<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>\
<Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>\
</Types>";
const ROOT: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/>\
</Relationships>";
const LINKS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/>\
</Relationships>";
const STYLES: &str = "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
<numFmts count=\"4\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/><numFmt numFmtId=\"165\" formatCode=\"yyyy\\-mm\"/>\
<numFmt numFmtId=\"166\" formatCode=\"yyyy\"/><numFmt numFmtId=\"167\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm:ss\"/></numFmts>\
<fonts count=\"1\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>\
<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>\
<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
<cellXfs count=\"5\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>\
<xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>\
<xf numFmtId=\"165\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>\
<xf numFmtId=\"166\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>\
<xf numFmtId=\"167\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/></cellXfs>\
<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>";
const SHEET: &str = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
<sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView>\
</sheetViews><sheetData>";

/// Writes a workbook.
pub struct Xlsx {
    table: Table,
    options: WriterOptions,
    zip: Zip,
    clock: Clock,
    /// `A`, `B`, … of each column.
    letters: Vec<String>,
    /// Rows so far, that of names too.
    rows: u64,
    /// XML that is not packed yet.
    xml: Vec<u8>,
}

impl Xlsx {
    /// For the columns of a table.
    ///
    /// # Errors
    /// A sheet has fewer columns.
    pub fn new(table: Table, options: WriterOptions) -> Result<Self, Error> {
        if table.columns.len() > MOST_COLUMNS {
            return Err(Error::Invalid(format!(
                "a sheet has at most {MOST_COLUMNS} columns: select fewer"
            )));
        }
        Ok(Self {
            clock: Clock::new(table.timezone),
            letters: (0..table.columns.len()).map(letters).collect(),
            table,
            options,
            zip: Zip::default(),
            rows: 0,
            xml: Vec::new(),
        })
    }

    fn begin_row(&mut self) {
        self.rows += 1;
        // Writing to memory cannot fail.
        let _ = write!(self.xml, "<row r=\"{}\">", self.rows);
    }

    /// The beginning of a cell up to its attributes.
    fn begin_cell(&mut self, column: usize) {
        let _ = write!(self.xml, "<c r=\"{}{}\"", self.letters[column], self.rows);
    }

    fn push_text(&mut self, column: usize, text: &str) {
        self.begin_cell(column);
        self.xml
            .extend_from_slice(b" t=\"inlineStr\"><is><t xml:space=\"preserve\">");
        push_cell_text(text, &mut self.xml);
        self.xml.extend_from_slice(b"</t></is></c>");
    }

    fn push_number(&mut self, column: usize, style: u8, number: impl FnOnce(&mut Vec<u8>)) {
        self.begin_cell(column);
        if style > 0 {
            let _ = write!(self.xml, " s=\"{style}\"");
        }
        self.xml.extend_from_slice(b"><v>");
        number(&mut self.xml);
        self.xml.extend_from_slice(b"</v></c>");
    }

    fn push_cell(&mut self, column: usize, values: &Values, row: usize) {
        match values.cell(row) {
            Cell::Null => {}
            Cell::Text(text) => self.push_text(column, text),
            Cell::Int(value) if value.unsigned_abs() < EXACT => {
                self.push_number(column, 0, |out| push_int(value, out));
            }
            Cell::Double(value) if value.is_finite() => self.push_number(column, 0, |out| push_double(value, out)),
            Cell::Double(_) => {}
            Cell::Boolean(value) => {
                self.begin_cell(column);
                let _ = write!(self.xml, " t=\"b\"><v>{}</v></c>", u8::from(value));
            }
            Cell::Date(days, precision) if i64::from(days) + EPOCH >= FIRST_DAY => {
                let style = match precision {
                    Some(Precision::Year) => YEAR,
                    Some(Precision::Month) => MONTH,
                    _ => DATE,
                };
                self.push_number(column, style, |out| push_int(i64::from(days) + EPOCH, out));
            }
            Cell::Date(days, precision) => {
                let mut text = Vec::new();
                push_date(days, precision, &mut text);
                self.push_text(column, &String::from_utf8_lossy(&text));
            }
            Cell::Datetime(millis) if self.clock.local(millis).div_euclid(DAY) + EPOCH >= FIRST_DAY => {
                let days = self.clock.local(millis) as f64 / DAY as f64 + EPOCH as f64;
                self.push_number(column, TIME, |out| push_double(days, out));
            }
            _ => {
                let text = values.text(row, &self.options.list_separator, &mut self.clock);
                self.push_text(column, &text);
            }
        }
    }

    fn pack(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        self.zip.write(&self.xml, out)?;
        self.xml.clear();
        Ok(())
    }
}

/// The name of a column: `A` … `Z`, `AA` …
fn letters(column: usize) -> String {
    let mut name = String::new();
    let mut left = column + 1;
    while left > 0 {
        name.insert(0, char::from(b'A' + ((left - 1) % 26) as u8));
        left = (left - 1) / 26;
    }
    name
}

/// The name of the sheet: at most 31 characters, without those that formulas need.
fn sheet_name(name: &str) -> String {
    let kept = |c: &char| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') && !c.is_control();
    let name: String = name.chars().filter(kept).take(31).collect();
    if name.trim().is_empty() {
        "data".to_owned()
    } else {
        name
    }
}

/// Appends the text of a cell: no longer than a cell holds, control characters as the format writes them.
fn push_cell_text(text: &str, out: &mut Vec<u8>) {
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > MOST_CHARS
    });
    let text = end.map_or(text, |(at, _)| &text[..at]);
    let odd = |c: char| (c < ' ' && !matches!(c, '\n' | '\t')) || matches!(c, '\u{FFFE}' | '\u{FFFF}');
    if !text.contains("_x") && !text.contains(odd) {
        super::xml::push_escaped(text, out);
        return;
    }
    let mut plain = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        let looks_escaped = c == '_'
            && text.as_bytes().get(at + 1) == Some(&b'x')
            && text
                .as_bytes()
                .get(at + 2..at + 6)
                .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            && text.as_bytes().get(at + 6) == Some(&b'_');
        if odd(c) {
            plain.push_str(&format!("_x{:04X}_", u32::from(c)));
        } else if looks_escaped {
            plain.push_str("_x005F_");
        } else {
            plain.push(c);
        }
    }
    super::xml::push_escaped(&plain, out);
}

impl Writer for Xlsx {
    fn start(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let workbook = format!(
            "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
             xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>\
             <sheet name=\"{}\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
            escaped(&sheet_name(&self.options.name))
        );
        for (name, content) in [
            ("[Content_Types].xml", CONTENT_TYPES),
            ("_rels/.rels", ROOT),
            ("xl/workbook.xml", &workbook),
            ("xl/_rels/workbook.xml.rels", LINKS),
            ("xl/styles.xml", STYLES),
            ("xl/worksheets/sheet1.xml", SHEET),
        ] {
            self.zip.begin(name, out)?;
            self.zip.write(DECLARATION.as_bytes(), out)?;
            self.zip.write(content.as_bytes(), out)?;
        }
        self.begin_row();
        for column in 0..self.table.columns.len() {
            let key = self.table.columns[column].key.clone();
            self.push_text(column, &key);
        }
        self.xml.extend_from_slice(b"</row>");
        self.pack(out)
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), Error> {
        if self.rows + batch.num_rows() as u64 > MOST_ROWS + 1 {
            return Err(super::too_many("xlsx", MOST_ROWS));
        }
        let columns = super::value::columns(&self.table, batch)?;
        for row in 0..batch.num_rows() {
            self.begin_row();
            for (column, values) in columns.iter().enumerate() {
                self.push_cell(column, values, row);
            }
            self.xml.extend_from_slice(b"</row>");
            if self.xml.len() >= PIECE {
                self.pack(out)?;
            }
        }
        self.pack(out)
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        self.zip.write(b"</sheetData></worksheet>", out)?;
        self.zip.finish(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_sheets_have_the_names_that_spreadsheets_give() {
        assert_eq!([0, 25, 26, 701, 702].map(letters), ["A", "Z", "AA", "ZZ", "AAA"]);
        assert_eq!(sheet_name("a/b[c]"), "abc");
        assert_eq!(sheet_name("[]"), "data");
        assert_eq!(sheet_name(&"x".repeat(40)).len(), 31);
    }

    #[test]
    fn a_cell_holds_any_text_up_to_its_length() {
        let cell = |text: &str| {
            let mut out = Vec::new();
            push_cell_text(text, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(cell("<é>\u{1}_x0041_"), "&lt;é&gt;_x0001__x005F_x0041_");
        assert_eq!(cell(&"é".repeat(40_000)).chars().count(), MOST_CHARS);
        assert_eq!(cell(&"😀".repeat(20_000)).chars().count(), MOST_CHARS / 2);
    }
}

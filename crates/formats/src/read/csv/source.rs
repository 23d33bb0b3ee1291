//! The records of a CSV that was inspected.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use memchr::memchr_iter;
use parvis_model::Schema;

use super::Dialect;
use super::rows::{Block, Cell, Row};
use super::splitter::{Piece, Splitter};
use crate::read::build::{Cells, Column, Rules};
use crate::read::encoding::TextReader;
use crate::read::inspect::{Inspection, Origin};
use crate::read::reject::shortened;
use crate::source::{Chunk, Parsed, Problem, Source};
use crate::{Error, layout};

/// Size of the pieces that become one batch, in bytes.
const PIECE: usize = 4 << 20;

/// What parsing needs, shared by all chunks.
struct Plan {
    schema: Schema,
    arrow: SchemaRef,
    origins: Vec<Origin>,
    rules: Vec<Rules>,
    dialect: Dialect,
    width: usize,
    /// Memory of pieces that were parsed, used again.
    memory: Mutex<Vec<Vec<u8>>>,
}

/// A CSV being read.
pub struct CsvSource {
    splitter: Splitter,
    plan: Arc<Plan>,
}

impl CsvSource {
    /// Reads what `inspection` describes.
    pub fn new(reader: TextReader, inspection: &Inspection) -> Self {
        let dialect = inspection.dialect.unwrap_or_default();
        let fields = inspection.schema.fields.iter().zip(&inspection.readings);
        let plan = Plan {
            schema: inspection.schema.clone(),
            arrow: layout::arrow_schema(&inspection.schema),
            origins: inspection
                .readings
                .iter()
                .map(|reading| reading.origin.clone())
                .collect(),
            rules: fields
                .map(|(field, reading)| Rules::new(field, reading, inspection.timezone))
                .collect(),
            dialect,
            width: inspection.width,
            memory: Mutex::default(),
        };
        Self {
            splitter: Splitter::new(reader, dialect, PIECE),
            plan: Arc::new(plan),
        }
    }
}

impl Source for CsvSource {
    fn schema(&self) -> &Schema {
        &self.plan.schema
    }

    fn next_chunk(&mut self) -> Result<Option<Chunk>, Error> {
        let memory = self
            .plan
            .memory
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
            .unwrap_or_default();
        let Some(piece) = self.splitter.next_piece(memory)? else {
            return Ok(None);
        };
        let plan = Arc::clone(&self.plan);
        Ok(Some(Chunk {
            parse: Box::new(move || plan.parse(piece)),
        }))
    }

    fn progress(&self) -> (u64, u64) {
        self.splitter.progress()
    }
}

/// One column of a block.
struct BlockColumn<'a> {
    text: &'a str,
    cells: &'a [Cell],
    width: usize,
    column: usize,
    rows: usize,
    quote: u8,
}

impl BlockColumn<'_> {
    #[inline]
    fn cell(&self, row: usize) -> Cell {
        self.cells[row * self.width + self.column]
    }
}

impl Cells for BlockColumn<'_> {
    #[inline]
    fn count(&self) -> usize {
        self.rows
    }

    #[inline]
    fn bytes(&self, row: usize) -> Cow<'_, [u8]> {
        self.cell(row).bytes(self.text.as_bytes(), self.quote)
    }

    #[inline]
    fn text(&self, row: usize) -> Option<Cow<'_, str>> {
        let text = self.cell(row).text(self.text, self.quote);
        (!text.is_empty()).then_some(text)
    }

    fn list(&self, row: usize, separator: &str) -> Option<Vec<String>> {
        let text = self.text(row)?;
        if separator.is_empty() {
            return Some(vec![text.into_owned()]);
        }
        Some(
            text.split(separator)
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect(),
        )
    }
}

/// A problem before its line is known.
struct Doubt {
    row: Row,
    /// Field and cell, or neither for the row as a whole.
    cell: Option<(usize, Cell)>,
    message: Cow<'static, str>,
}

impl Plan {
    fn parse(&self, piece: Piece) -> Result<Parsed, Error> {
        let text = std::str::from_utf8(&piece.bytes).map_err(|error| {
            let line = piece.line + memchr_iter(b'\n', &piece.bytes[..error.valid_up_to()]).count() as u64;
            Error::Invalid(format!(
                "line {line} is not valid UTF-8; import the file with its true encoding"
            ))
        })?;
        // An estimate: a little memory too much is better than copying.
        let rows = memchr_iter(self.dialect.terminator, &piece.bytes).count() + 1;
        let mut columns: Vec<Column> = self
            .schema
            .fields
            .iter()
            .map(|field| Column::new(field, rows))
            .collect();
        let (mut block, mut doubts, mut position) = (Block::default(), Vec::new(), 0);
        let mut skipped = usize::from(piece.offset == 0 && self.dialect.header);
        while position < text.len() {
            block.split(text.as_bytes(), &mut position, self.dialect, self.width);
            if skipped > 0 && !block.rows.is_empty() {
                block.rows.remove(0);
                block.cells.drain(..self.width);
                skipped = 0;
            }
            self.fill(text, &block, &mut columns, &mut doubts);
        }
        let arrays = columns.into_iter().map(Column::finish).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.arrow), arrays)?;
        let problems = self.problems(text, piece.line, doubts);
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        if memory.len() < 4 && piece.bytes.capacity() <= 4 * PIECE {
            memory.push(piece.bytes);
        }
        Ok(Parsed { batch, problems })
    }

    fn fill(&self, text: &str, block: &Block, columns: &mut [Column], doubts: &mut Vec<Doubt>) {
        for row in block
            .rows
            .iter()
            .filter(|row| row.cells as usize != self.width || row.unclosed)
        {
            doubts.extend(self.row_message(text, row).map(|message| Doubt {
                row: *row,
                cell: None,
                message,
            }));
        }
        let of = |column: usize| BlockColumn {
            text,
            cells: &block.cells,
            width: self.width,
            column,
            rows: block.rows.len(),
            quote: self.dialect.quote,
        };
        for (field, builder) in columns.iter_mut().enumerate() {
            match self.origins[field] {
                Origin::Pair { latitude, longitude } => builder.fill_pairs(&of(latitude), &of(longitude)),
                Origin::Column(column) => {
                    let cells = of(column);
                    let rules = &self.rules[field];
                    builder.fill(&cells, rules, &mut |row| {
                        let cell = Some((field, cells.cell(row)));
                        doubts.push(Doubt {
                            row: block.rows[row],
                            cell,
                            message: rules.message().into(),
                        });
                    });
                }
                _ => {}
            }
        }
    }

    /// What is wrong with a row whose number of cells is not the expected one; empty cells too many are not wrong.
    fn row_message(&self, text: &str, row: &Row) -> Option<Cow<'static, str>> {
        let (cells, width) = (row.cells as usize, self.width);
        if row.unclosed {
            return Some("a quote is opened and never closed: double the quote, or close it".into());
        }
        let line = &text.as_bytes()[row.start as usize..row.end as usize];
        if cells > width && line.ends_with(&vec![self.dialect.delimiter; cells - width]) {
            return None;
        }
        let what = if cells < width {
            "missing cells are null"
        } else {
            "the cells too many are left out"
        };
        Some(format!("{cells} cells instead of {width}: {what}; quote cells that hold the delimiter").into())
    }

    fn problems(&self, text: &str, first_line: u64, mut doubts: Vec<Doubt>) -> Vec<Problem> {
        doubts.sort_by_key(|doubt| doubt.row.start);
        let (mut line, mut counted) = (first_line, 0);
        let mut problems = Vec::with_capacity(doubts.len());
        for Doubt { row, cell, message } in doubts {
            let (start, end) = (row.start as usize, row.end as usize);
            line += memchr_iter(self.dialect.terminator, &text.as_bytes()[counted..start]).count() as u64;
            counted = start;
            let source = &text[start..end];
            let found = cell.map_or(Cow::Borrowed(source), |(_, cell)| cell.text(text, self.dialect.quote));
            problems.push(Problem {
                line,
                column: cell.map_or_else(String::new, |(field, _)| self.schema.fields[field].name.clone()),
                found: shortened(&found),
                message: message.into_owned(),
                row: source.to_owned(),
            });
        }
        problems
    }
}

//! Records of a piece, cell by cell.

use std::borrow::Cow;

use memchr::memchr2;

use super::Dialect;
use super::splitter::closing_quote;

/// How many records a block holds: few enough for the cells to stay in the processor's cache.
pub const BLOCK_ROWS: usize = 1024;

/// Marks a cell with doubled quotes.
const DOUBLED: u32 = 1 << 31;

/// Where a cell is in its piece.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cell {
    start: u32,
    /// End, and the mark of doubled quotes.
    end: u32,
}

impl Cell {
    fn new(start: usize, end: usize, doubled: bool) -> Self {
        // Pieces are at most 64 MB and a record longer than a block.
        Self {
            start: start as u32,
            end: end as u32 | if doubled { DOUBLED } else { 0 },
        }
    }

    /// The text between the quotes, with doubled quotes as they are.
    #[inline]
    pub fn raw(self, piece: &[u8]) -> &[u8] {
        &piece[self.start as usize..(self.end & !DOUBLED) as usize]
    }

    /// Whether doubled quotes have to be made single.
    #[inline]
    pub fn is_doubled(self) -> bool {
        self.end & DOUBLED != 0
    }

    /// The value.
    #[inline]
    pub fn bytes(self, piece: &[u8], quote: u8) -> Cow<'_, [u8]> {
        if self.is_doubled() {
            Cow::Owned(single(self.raw(piece), quote))
        } else {
            Cow::Borrowed(self.raw(piece))
        }
    }

    /// The value as text. The piece is valid UTF-8, and cells end at ASCII characters.
    #[inline]
    pub fn text(self, piece: &str, quote: u8) -> Cow<'_, str> {
        let raw = &piece[self.start as usize..(self.end & !DOUBLED) as usize];
        if !self.is_doubled() {
            return Cow::Borrowed(raw);
        }
        let double = [quote, quote];
        Cow::Owned(raw.replace(
            std::str::from_utf8(&double).unwrap_or_default(),
            char::from(quote).encode_utf8(&mut [0; 4]),
        ))
    }
}

fn single(raw: &[u8], quote: u8) -> Vec<u8> {
    let mut single = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr(quote, rest) {
        single.extend_from_slice(&rest[..=at]);
        rest = &rest[(at + 2).min(rest.len())..];
    }
    single.extend_from_slice(rest);
    single
}

/// A record of a block.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Where it begins in its piece.
    pub start: u32,
    /// Where it ends, without its line break.
    pub end: u32,
    /// Cells it has, whatever the number of columns.
    pub cells: u32,
    /// A quote is opened and never closed.
    pub unclosed: bool,
}

/// Up to [`BLOCK_ROWS`] records.
#[derive(Debug, Default)]
pub struct Block {
    /// `width` cells per record: missing ones are empty, others are left out.
    pub cells: Vec<Cell>,
    /// The records.
    pub rows: Vec<Row>,
}

impl Block {
    /// Splits records from `position` on, which ends up after the last of them. Empty lines are no records.
    pub fn split(&mut self, piece: &[u8], position: &mut usize, dialect: Dialect, width: usize) {
        self.cells.clear();
        self.rows.clear();
        while *position < piece.len() && self.rows.len() < BLOCK_ROWS {
            self.split_row(piece, position, dialect, width);
        }
    }

    #[inline]
    fn split_row(&mut self, piece: &[u8], position: &mut usize, dialect: Dialect, width: usize) {
        let Dialect {
            delimiter,
            quote,
            terminator,
            ..
        } = dialect;
        let row_start = *position;
        let first_cell = self.cells.len();
        let (mut at, mut count, mut unclosed) = (row_start, 0_usize, false);
        let end = loop {
            let (cell, end) = if piece.get(at) == Some(&quote) {
                let (cell, end, open) = quoted(piece, at, dialect);
                unclosed |= open;
                (cell, end)
            } else {
                let end = next_stop(piece, at, delimiter, terminator);
                (Cell::new(at, end, false), end)
            };
            if count < width {
                self.cells.push(cell);
            }
            count += 1;
            at = end + 1;
            if end >= piece.len() || piece[end] != delimiter {
                break end;
            }
        };
        *position = at;
        let mut row_end = end;
        if row_end > row_start && terminator == b'\n' && piece[row_end - 1] == b'\r' {
            row_end -= 1;
            if let Some(cell) = self.cells.last_mut().filter(|_| count <= width)
                && cell.end as usize == end
                && cell.start < cell.end
            {
                cell.end -= 1;
            }
        }
        if row_end == row_start {
            self.cells.truncate(first_cell);
            return;
        }
        self.cells.resize(first_cell + width, Cell::default());
        self.rows.push(Row {
            start: row_start as u32,
            end: row_end as u32,
            cells: count as u32,
            unclosed,
        });
    }
}

/// The next delimiter or line break at or after `at`, or the end. Most cells are short: a few bytes are looked at one by one.
#[inline]
fn next_stop(piece: &[u8], at: usize, delimiter: u8, terminator: u8) -> usize {
    let rest = &piece[at..];
    let near = &rest[..rest.len().min(8)];
    if let Some(found) = near.iter().position(|&byte| byte == delimiter || byte == terminator) {
        return at + found;
    }
    memchr2(delimiter, terminator, &rest[near.len()..]).map_or(piece.len(), |found| at + near.len() + found)
}

/// A cell that begins with a quote: the cell, its end, whether the quote is left open. Text after the closing quote makes the cell
/// what stands there, quotes and all: nothing is lost.
fn quoted(piece: &[u8], at: usize, dialect: Dialect) -> (Cell, usize, bool) {
    let Dialect {
        delimiter,
        quote,
        terminator,
        ..
    } = dialect;
    let Some(close) = closing_quote(piece, at + 1, quote) else {
        return (Cell::new(at + 1, piece.len(), false), piece.len(), true);
    };
    let end = next_stop(piece, close + 1, delimiter, terminator);
    if piece[close + 1..end].iter().all(|byte| matches!(byte, b' ' | b'\r')) {
        let doubled = memchr::memchr(quote, &piece[at + 1..close]).is_some();
        return (Cell::new(at + 1, close, doubled), end, false);
    }
    (Cell::new(at, end, false), end, false)
}

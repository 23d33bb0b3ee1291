//! Which delimiter, quote and line break a CSV uses, and whether its first record is a header.

use memchr::memchr;
use serde::{Deserialize, Serialize};

use super::rows::{Block, Row};
use super::splitter::last_record_end;
use crate::value::{Class, classify};

/// How a CSV is written. The bytes are ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    /// Between cells.
    pub delimiter: u8,
    /// Around cells that hold delimiters, quotes (doubled) or line breaks.
    pub quote: u8,
    /// After records: `\n` (a `\r` before it belongs to it), or `\r`.
    pub terminator: u8,
    /// Whether the first record names the columns.
    pub header: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            delimiter: b',',
            quote: b'"',
            terminator: b'\n',
            header: true,
        }
    }
}

/// What the caller knows already.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known {
    /// The delimiter.
    pub delimiter: Option<u8>,
    /// The quote.
    pub quote: Option<u8>,
    /// Whether there is a header.
    pub header: Option<bool>,
}

/// Delimiters that are tried, likeliest first.
const DELIMITERS: [u8; 4] = [b';', b',', b'\t', b'|'];

/// Most columns that the comparison of delimiters looks at.
const WIDEST: usize = 4096;

/// Guesses the dialect from the beginning of a text; `whole`: the sample is all of it.
pub fn sniff(sample: &[u8], whole: bool, known: Known) -> Dialect {
    let terminator = if memchr(b'\n', sample).is_none() && memchr(b'\r', sample).is_some() {
        b'\r'
    } else {
        b'\n'
    };
    let quote = known.quote.unwrap_or_else(|| quote(sample, terminator));
    let with = |delimiter| Dialect {
        delimiter,
        quote,
        terminator,
        header: true,
    };
    let delimiter = known.delimiter.unwrap_or_else(|| {
        let mut best = (0, b',');
        for delimiter in DELIMITERS {
            let score = regularity(sample, whole, with(delimiter));
            if score > best.0 {
                best = (score, delimiter);
            }
        }
        best.1
    });
    let dialect = with(delimiter);
    let header = known.header.unwrap_or_else(|| has_header(sample, whole, dialect));
    Dialect { header, ..dialect }
}

/// A single quote only when cells begin and end with it and no cell begins with a double quote.
fn quote(sample: &[u8], terminator: u8) -> u8 {
    let edge = |byte: u8| byte == terminator || byte == b'\r' || DELIMITERS.contains(&byte);
    let opened = |quote: u8| {
        sample
            .windows(2)
            .filter(|pair| edge(pair[0]) && pair[1] == quote)
            .count()
    };
    let closed = |quote: u8| {
        sample
            .windows(2)
            .filter(|pair| pair[0] == quote && edge(pair[1]))
            .count()
    };
    if opened(b'"') == 0 && opened(b'\'') > 1 && closed(b'\'') >= opened(b'\'') {
        b'\''
    } else {
        b'"'
    }
}

/// The first records of the sample.
fn head(sample: &[u8], whole: bool, dialect: Dialect, width: usize) -> (Block, &[u8]) {
    let end = last_record_end(sample, dialect, whole).unwrap_or(sample.len());
    let end = if whole { sample.len() } else { end };
    let mut block = Block::default();
    block.split(&sample[..end], &mut 0, dialect, width);
    (block, &sample[..end])
}

/// How regular the records are: the share of them that have the commonest number of cells, then that number. 0 for a single column.
fn regularity(sample: &[u8], whole: bool, dialect: Dialect) -> usize {
    let (block, _) = head(sample, whole, dialect, 0);
    let mut counts: Vec<usize> = block.rows.iter().map(|row| row.cells as usize).collect();
    counts.sort_unstable();
    let runs = counts.chunk_by(|a, b| a == b).filter(|run| run[0] > 1);
    let Some(run) = runs.max_by_key(|run| run.len()) else {
        return 0;
    };
    run.len() * 100 / counts.len() * WIDEST + run[0].min(WIDEST - 1)
}

/// A first record is a header when it could not be data: one of its cells is a word over a column of numbers, dates and the like; or
/// when nothing says that it is data (its cells are words, or years beside words).
fn has_header(sample: &[u8], whole: bool, dialect: Dialect) -> bool {
    let width = first_record(sample, whole, dialect).len();
    let (block, text) = head(sample, whole, dialect, width);
    let class = |row: usize, column: usize| classify(&block.cells[row * width + column].bytes(text, dialect.quote));
    let is_word = |class| matches!(class, Class::Text | Class::Boolean | Class::Absent);
    let is_year = |column: usize| {
        let cell = block.cells[column].bytes(text, dialect.quote);
        matches!(*cell, [b'1', b'8' | b'9', _, _] | [b'2', b'0', _, _])
    };
    let (mut typed, mut named) = (false, false);
    for column in 0..width {
        let first = class(0, column);
        let (mut words, mut others) = (0, 0);
        for row in 1..block.rows.len() {
            match class(row, column) {
                Class::Empty | Class::Absent => {}
                Class::Text => words += 1,
                _ => others += 1,
            }
        }
        if first == Class::Text && others > 0 && words * 10 <= others {
            return true;
        }
        typed |= !is_word(first) && first != Class::Empty && !is_year(column);
        named |= first == Class::Text;
    }
    named && !typed
}

/// The cells of the first record.
pub fn first_record(sample: &[u8], whole: bool, dialect: Dialect) -> Vec<Vec<u8>> {
    let (counted, _) = head(sample, whole, dialect, 0);
    let width = counted.rows.first().map_or(0, |row| row.cells as usize);
    let (block, text) = head(sample, whole, dialect, width);
    block.cells[..width]
        .iter()
        .map(|cell| cell.bytes(text, dialect.quote).into_owned())
        .collect()
}

/// The commonest number of cells.
pub fn usual_width(sample: &[u8], whole: bool, dialect: Dialect) -> usize {
    let (block, _) = head(sample, whole, dialect, 0);
    let mut counts: Vec<u32> = block.rows.iter().map(|Row { cells, .. }| *cells).collect();
    counts.sort_unstable();
    counts
        .chunk_by(|a, b| a == b)
        .max_by_key(|run| run.len())
        .map_or(0, |run| run[0] as usize)
}

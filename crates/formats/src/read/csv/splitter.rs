//! Cuts a text into pieces that end where a record ends. Quotes are obeyed, so a line break inside of them never cuts.

use memchr::{memchr, memchr_iter, memrchr};

use super::Dialect;
use crate::Error;
use crate::read::encoding::TextReader;
use crate::source::MAX_RECORDS;

/// Longest record, in bytes.
const LONGEST_RECORD: usize = 64 << 20;

/// Whole records.
#[derive(Debug, Default)]
pub struct Piece {
    /// Their text.
    pub bytes: Vec<u8>,
    /// Line of the first byte, from 1.
    pub line: u64,
    /// Offset of the first byte in the text.
    pub offset: u64,
}

/// Cuts what a reader gives.
pub struct Splitter {
    reader: TextReader,
    dialect: Dialect,
    target: usize,
    carry: Vec<u8>,
    line: u64,
    offset: u64,
}

impl Splitter {
    /// Cuts into pieces of about `target` bytes.
    pub fn new(reader: TextReader, dialect: Dialect, target: usize) -> Self {
        Self {
            reader,
            dialect,
            target,
            carry: Vec::new(),
            line: 1,
            offset: 0,
        }
    }

    /// Bytes of the file read so far and in all.
    pub fn progress(&self) -> (u64, u64) {
        self.reader.progress()
    }

    /// The next piece, in the memory of `buffer`, or `None` at the end.
    pub fn next_piece(&mut self, mut buffer: Vec<u8>) -> Result<Option<Piece>, Error> {
        buffer.clear();
        buffer.extend_from_slice(&self.carry);
        self.carry.clear();
        let mut wanted = self.target;
        let end = loop {
            let missing = wanted.saturating_sub(buffer.len());
            self.reader.fill(&mut buffer, missing)?;
            if buffer.is_empty() {
                return Ok(None);
            }
            let done = self.reader.is_done();
            if let Some(end) = last_record_end(&buffer, self.dialect, done) {
                break end;
            }
            if done {
                break buffer.len();
            }
            if buffer.len() > LONGEST_RECORD {
                return Err(Error::Invalid(format!(
                    "the record that begins on line {} is longer than {} MB: a quote (`{}`) is probably never closed; \
                     correct it, or import with another quote character",
                    self.line,
                    LONGEST_RECORD >> 20,
                    char::from(self.dialect.quote)
                )));
            }
            wanted = buffer.len() * 2;
        };
        let end = self.at_most(&buffer, end);
        self.carry.extend_from_slice(&buffer[end..]);
        buffer.truncate(end);
        let piece = Piece {
            line: self.line,
            offset: self.offset,
            bytes: buffer,
        };
        self.line += memchr_iter(self.dialect.terminator, &piece.bytes).count() as u64;
        self.offset += end as u64;
        Ok(Some(piece))
    }

    /// An end that leaves at most the allowed number of records.
    fn at_most(&self, buffer: &[u8], end: usize) -> usize {
        let terminator = self.dialect.terminator;
        if end < MAX_RECORDS || memchr_iter(terminator, &buffer[..end]).count() <= MAX_RECORDS {
            return end;
        }
        // As many lines as records allowed; more when they are all one quoted record.
        let mut lines = MAX_RECORDS;
        while let Some(limit) = memchr_iter(terminator, &buffer[..end]).nth(lines - 1) {
            if let Some(end) = last_record_end(&buffer[..=limit], self.dialect, false) {
                return end;
            }
            lines *= 2;
        }
        end
    }
}

/// The position after the last record that is complete in `text`, which begins with a record. `done`: nothing follows the text.
pub fn last_record_end(text: &[u8], dialect: Dialect, done: bool) -> Option<usize> {
    let Dialect {
        delimiter,
        quote,
        terminator,
        ..
    } = dialect;
    let mut end = None;
    let mut outside = 0;
    let mut from = 0;
    let note = |from: usize, to: usize| memrchr(terminator, &text[from..to]).map(|at| from + at + 1);
    while let Some(at) = memchr(quote, &text[from..]).map(|at| from + at) {
        // A quote elsewhere than at the beginning of a cell is a character like any other.
        if at > 0 && text[at - 1] != delimiter && text[at - 1] != terminator {
            from = at + 1;
            continue;
        }
        end = note(outside, at).or(end);
        let Some(close) = closing_quote(text, at + 1, quote) else {
            return end;
        };
        if close + 1 == text.len() && !done {
            // Perhaps the first half of a doubled quote.
            return end;
        }
        from = close + 1;
        outside = from;
    }
    note(outside, text.len()).or(end)
}

/// The position of the quote that closes a cell whose text begins at `from`. Doubled quotes do not.
pub fn closing_quote(text: &[u8], mut from: usize, quote: u8) -> Option<usize> {
    loop {
        let at = from + memchr(quote, text.get(from..)?)?;
        if text.get(at + 1) != Some(&quote) {
            return Some(at);
        }
        from = at + 2;
    }
}

//! Cuts a JSON text into pieces of whole records, in bounded memory.

use memchr::memchr_iter;

use super::Place;
use super::raw::{skip_space, value_end};
use crate::Error;
use crate::read::encoding::TextReader;
use crate::source::MAX_RECORDS;

/// Longest record, in bytes.
const LONGEST_RECORD: usize = 64 << 20;
/// How much is read at a time outside of records, in bytes.
const BLOCK: usize = 1 << 16;

/// Whole records.
#[derive(Debug, Default)]
pub struct Piece {
    /// Text that holds them.
    pub bytes: Vec<u8>,
    /// Where each of them begins and ends.
    pub records: Vec<(usize, usize)>,
    /// Line of the first byte, from 1.
    pub line: u64,
    /// Offset of the first byte in the text.
    pub offset: u64,
}

/// A member of the object that a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its key.
    pub key: String,
    /// Whether it is an array whose first element is an object, or an empty array.
    pub is_records: bool,
}

/// Cuts what a reader gives.
pub struct Splitter {
    reader: TextReader,
    place: Place,
    target: usize,
    buffer: Vec<u8>,
    position: usize,
    line: u64,
    offset: u64,
    started: bool,
    ended: bool,
}

impl Splitter {
    /// Cuts the records at `place` into pieces of about `target` bytes.
    pub fn new(reader: TextReader, place: Place, target: usize) -> Self {
        Self {
            reader,
            place,
            target,
            buffer: Vec::new(),
            position: 0,
            line: 1,
            offset: 0,
            started: false,
            ended: false,
        }
    }

    /// Bytes of the file read so far and in all.
    pub fn progress(&self) -> (u64, u64) {
        self.reader.progress()
    }

    /// The next piece, or `None` at the end.
    pub fn next_piece(&mut self) -> Result<Option<Piece>, Error> {
        if !self.started {
            self.start()?;
            self.started = true;
        }
        if self.ended {
            return Ok(None);
        }
        let mut wanted = self.target;
        loop {
            self.forget();
            let missing = wanted.saturating_sub(self.buffer.len());
            self.reader.fill(&mut self.buffer, missing)?;
            let (records, end) = self.records()?;
            if !records.is_empty() {
                return Ok(Some(self.cut(records, end)));
            }
            if self.ended {
                return Ok(None);
            }
            if self.reader.is_done() {
                return Err(self.invalid("the file ends in the middle of a record: it is cut short"));
            }
            if self.buffer.len() > LONGEST_RECORD {
                return Err(
                    self.invalid("a record is longer than 64 MB: a bracket or a quote is probably never closed")
                );
            }
            wanted = self.buffer.len() * 2;
        }
    }

    /// The records that are complete in the buffer, and where the last of them ends.
    fn records(&mut self) -> Result<(Vec<(usize, usize)>, usize), Error> {
        let mut records = Vec::new();
        let mut end = 0;
        while records.len() < MAX_RECORDS {
            let mut start = skip_space(&self.buffer, end);
            if self.buffer.get(start) == Some(&b',') {
                start = skip_space(&self.buffer, start + 1);
            }
            match self.buffer.get(start) {
                None => {
                    let sequence = self.place == Place::Sequence;
                    self.ended = sequence && self.reader.is_done();
                    break;
                }
                Some(b']') if self.place != Place::Sequence => {
                    self.ended = true;
                    break;
                }
                Some(b'{') => match value_end(&self.buffer, start) {
                    Some(after) => {
                        records.push((start, after));
                        end = after;
                    }
                    None => break,
                },
                Some(_) => {
                    self.advance(start);
                    return Err(self.invalid("a record is not an object between { and }"));
                }
            }
        }
        Ok((records, end))
    }

    fn cut(&mut self, records: Vec<(usize, usize)>, end: usize) -> Piece {
        let rest = self.buffer.split_off(end);
        let bytes = std::mem::replace(&mut self.buffer, rest);
        let piece = Piece {
            records,
            line: self.line,
            offset: self.offset,
            bytes,
        };
        self.line += memchr_iter(b'\n', &piece.bytes).count() as u64;
        self.offset += end as u64;
        piece
    }

    /// Drops what was passed.
    fn forget(&mut self) {
        self.buffer.drain(..self.position);
        self.position = 0;
    }

    fn advance(&mut self, to: usize) {
        self.line += memchr_iter(b'\n', &self.buffer[self.position..to]).count() as u64;
        self.offset += (to - self.position) as u64;
        self.position = to;
    }

    /// The next byte that is not white space, without passing it.
    fn peek(&mut self) -> Result<Option<u8>, Error> {
        loop {
            let next = skip_space(&self.buffer, self.position);
            self.advance(next);
            if let Some(&byte) = self.buffer.get(next) {
                return Ok(Some(byte));
            }
            if !self.more()? {
                return Ok(None);
            }
        }
    }

    /// Reads on; whether there was more.
    fn more(&mut self) -> Result<bool, Error> {
        self.forget();
        let before = self.buffer.len();
        self.reader.fill(&mut self.buffer, BLOCK)?;
        Ok(self.buffer.len() > before)
    }

    fn expect(&mut self, wanted: u8) -> Result<(), Error> {
        match self.peek()? {
            Some(byte) if byte == wanted => {
                self.advance(self.position + 1);
                Ok(())
            }
            _ => Err(self.invalid(&format!("`{}` was expected here", char::from(wanted)))),
        }
    }

    fn invalid(&self, what: &str) -> Error {
        Error::Invalid(format!("line {}: {what}", self.line))
    }

    /// Passes a value without keeping it.
    fn skip_value(&mut self) -> Result<(), Error> {
        let (mut depth, mut in_string, mut escaped, mut begun) = (0_usize, false, false, false);
        self.peek()?;
        loop {
            let mut at = self.position;
            while let Some(&byte) = self.buffer.get(at) {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if in_string => escaped = true,
                    b'"' => in_string = !in_string,
                    _ if in_string => {}
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' | b',' if depth == 0 => {
                        self.advance(at);
                        return if begun {
                            Ok(())
                        } else {
                            Err(self.invalid("a value was expected here"))
                        };
                    }
                    b'}' | b']' => depth -= 1,
                    _ => {}
                }
                at += 1;
                begun = true;
            }
            self.advance(at);
            if !self.more()? {
                return if begun && depth == 0 && !in_string {
                    Ok(())
                } else {
                    Err(self.invalid("the file ends in the middle of a value: it is cut short"))
                };
            }
        }
    }

    /// Reads a key and the colon after it.
    fn key(&mut self) -> Result<String, Error> {
        if self.peek()? != Some(b'"') {
            return Err(self.invalid("a key between quotes was expected here"));
        }
        let end = loop {
            match value_end(&self.buffer, self.position) {
                Some(end) => break end,
                None if self.more()? => {}
                None => return Err(self.invalid("the file ends in the middle of a key")),
            }
        };
        let key = super::raw::decode(&self.buffer[self.position..end]).map(|key| key.into_owned());
        let key = key.ok_or_else(|| self.invalid("a key is not a valid JSON string"))?;
        self.advance(end);
        self.expect(b':')?;
        Ok(key)
    }

    /// Goes to the first record.
    fn start(&mut self) -> Result<(), Error> {
        match self.place.clone() {
            Place::Sequence => Ok(()),
            Place::Root => self.expect(b'['),
            Place::Member(wanted) => {
                self.expect(b'{')?;
                while self.key()? != wanted {
                    self.skip_value()?;
                    self.expect(b',')?;
                }
                self.expect(b'[')
            }
        }
    }

    /// The members of the object that the whole file is.
    pub fn members(mut self) -> Result<Vec<Member>, Error> {
        let mut members = Vec::new();
        self.expect(b'{')?;
        if self.peek()? == Some(b'}') {
            return Ok(members);
        }
        loop {
            let key = self.key()?;
            let mut is_records = false;
            if self.peek()? == Some(b'[') {
                self.advance(self.position + 1);
                is_records = matches!(self.peek()?, Some(b'{' | b']'));
                while self.peek()? != Some(b']') {
                    self.skip_value()?;
                    if self.peek()? == Some(b',') {
                        self.advance(self.position + 1);
                    }
                }
                self.advance(self.position + 1);
            } else {
                self.skip_value()?;
            }
            members.push(Member { key, is_records });
            match self.peek()? {
                Some(b',') => self.advance(self.position + 1),
                _ => {
                    self.expect(b'}')?;
                    return Ok(members);
                }
            }
        }
    }
}

//! The file of an index: writing it, and reading its words in order.
//!
//! The header is [`MAGIC`], the version of Unicode that says what letters are (three bytes and five zeros), the number of records, where
//! the list of blocks begins and how long it is, and the hash of all this and of the list: eight bytes each. A block of the list is the
//! length of its key and the key, the length of the lists of records before it, and its own length. A block is its hash and, for each
//! word, how many bytes it shares with the word before, how many more it has, these, and twice the number of its only record or twice
//! the length of its list and one. A list is its hash and what [`postings`](super::postings) says. Hashes are XXH3.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use twox_hash::XxHash3_64;

use super::number;
use super::postings::Encoded;
use crate::Error;

/// First bytes of the file; the digit is the version of the format, of the words and of how they are folded.
const MAGIC: &[u8; 8] = b"PVWRD 1\n";
const HEADER: usize = 48;
/// Bytes of a hash.
const HASH: usize = 8;
/// Bytes that end a block.
const BLOCK: usize = 4_096;
/// Bytes of a block's key: enough to tell nearly all blocks apart, and few enough that any column's list fits in memory.
const KEY: usize = 32;

fn hash(bytes: &[u8]) -> [u8; HASH] {
    XxHash3_64::oneshot(bytes).to_le_bytes()
}

/// The header but for its hash.
fn header(records: u64, list_at: u64, list_length: u64) -> Vec<u8> {
    let (major, minor, update) = char::UNICODE_VERSION;
    let mut header = MAGIC.to_vec();
    header.extend([major, minor, update, 0, 0, 0, 0, 0]);
    for number in [records, list_at, list_length] {
        header.extend(number.to_le_bytes());
    }
    header
}

/// What a file that is not as it was written is answered with.
pub(super) fn damaged() -> Error {
    Error::Damaged("an index of words is not what was written".to_owned())
}

/// Writes an index, word after word in the order of their bytes.
pub(super) struct Writer {
    out: BufWriter<File>,
    records: u32,
    /// Bytes written.
    at: u64,
    /// The word before.
    last: Vec<u8>,
    key: Vec<u8>,
    block: Vec<u8>,
    /// Bytes of the lists of the block.
    lists: u64,
    /// The list of blocks.
    blocks: Vec<u8>,
}

impl Writer {
    /// Begins a file.
    pub(super) fn new(file: File, records: u32) -> std::io::Result<Self> {
        let mut out = BufWriter::with_capacity(1 << 20, file);
        out.seek(SeekFrom::Start(HEADER as u64))?;
        Ok(Self {
            out,
            records,
            at: HEADER as u64,
            last: Vec::new(),
            key: Vec::new(),
            block: Vec::new(),
            lists: 0,
            blocks: Vec::new(),
        })
    }

    /// Adds a word and its records.
    pub(super) fn add(&mut self, word: &[u8], records: &Encoded<'_>) -> std::io::Result<()> {
        let mut shared = word.iter().zip(&self.last).take_while(|(a, b)| a == b).count();
        if self.block.is_empty() {
            // The shortest beginning that the word before does not have.
            self.key = word[..word.len().min(shared + 1).min(KEY)].to_vec();
            self.block.extend([0; HASH]);
            shared = 0;
        }
        number::put(&mut self.block, shared as u64);
        number::put(&mut self.block, (word.len() - shared) as u64);
        self.block.extend(&word[shared..]);
        match records {
            Encoded::One(record) => number::put(&mut self.block, u64::from(*record) << 1),
            Encoded::List(list) => {
                let length = (HASH + list.len()) as u64;
                number::put(&mut self.block, length << 1 | 1);
                self.out.write_all(&hash(list))?;
                self.out.write_all(list)?;
                self.lists += length;
            }
        }
        self.last.clear();
        self.last.extend(word);
        if self.block.len() >= BLOCK {
            self.end_block()
        } else {
            Ok(())
        }
    }

    fn end_block(&mut self) -> std::io::Result<()> {
        let hash = hash(&self.block[HASH..]);
        self.block[..HASH].copy_from_slice(&hash);
        self.out.write_all(&self.block)?;
        number::put(&mut self.blocks, self.key.len() as u64);
        self.blocks.extend(&self.key);
        number::put(&mut self.blocks, self.lists);
        number::put(&mut self.blocks, self.block.len() as u64);
        self.at += self.lists + self.block.len() as u64;
        self.lists = 0;
        self.block.clear();
        Ok(())
    }

    /// Writes what is left, and the header.
    pub(super) fn finish(mut self) -> std::io::Result<()> {
        if !self.block.is_empty() {
            self.end_block()?;
        }
        self.out.write_all(&self.blocks)?;
        let mut header = header(self.records.into(), self.at, self.blocks.len() as u64);
        let hash = hash(&[header.as_slice(), &self.blocks].concat());
        header.extend(hash);
        self.out.seek(SeekFrom::Start(0))?;
        self.out.write_all(&header)?;
        let file = self.out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.sync_data()
    }
}

/// A block in the file.
#[derive(Clone, Copy, Debug)]
struct Block {
    /// Where its key begins among the keys.
    key: usize,
    key_length: usize,
    /// Where its lists begin in the file; it begins where they end.
    lists_at: u64,
    at: u64,
    length: usize,
}

/// An open index.
#[derive(Debug)]
pub(crate) struct Words {
    file: File,
    blocks: Vec<Block>,
    keys: Vec<u8>,
}

impl Words {
    /// Opens the index of a column of `records` records; `None` when there is none that can be used.
    pub(crate) fn open(path: &Path, records: u64) -> Option<Self> {
        let file = File::open(path).ok()?;
        let opened = Self::read(file, records);
        if opened.is_none() {
            tracing::warn!(path = %path.display(), "an index of words has to be made again: it is damaged or of another version");
        }
        opened
    }

    fn read(file: File, records: u64) -> Option<Self> {
        let mut own = [0; HEADER];
        file.read_exact_at(&mut own, 0).ok()?;
        let (plain, hashed) = own.split_last_chunk::<HASH>()?;
        let (before, length) = plain.split_last_chunk::<8>()?;
        let (_, list_at) = before.split_last_chunk::<8>()?;
        let (list_at, length) = (u64::from_le_bytes(*list_at), u64::from_le_bytes(*length));
        let whole = list_at.checked_add(length)? == file.metadata().ok()?.len();
        if !whole || plain != header(records, list_at, length) {
            return None;
        }
        let mut list = vec![0; usize::try_from(length).ok()?];
        file.read_exact_at(&mut list, list_at).ok()?;
        if hash(&[plain, &list].concat()) != *hashed {
            return None;
        }
        let (mut blocks, mut keys) = (Vec::new(), Vec::new());
        let (mut rest, mut lists_at) = (list.as_slice(), HEADER as u64);
        while !rest.is_empty() {
            let key_length = number::take_length(&mut rest)?;
            let (key, others) = rest.split_at_checked(key_length)?;
            rest = others;
            let at = lists_at.checked_add(number::take(&mut rest)?)?;
            let length = number::take_length(&mut rest)?;
            blocks.push(Block {
                key: keys.len(),
                key_length,
                lists_at,
                at,
                length,
            });
            keys.extend(key);
            lists_at = at.checked_add(length as u64)?;
        }
        blocks.shrink_to_fit();
        keys.shrink_to_fit();
        (lists_at == list_at).then_some(Self { file, blocks, keys })
    }

    /// Bytes of memory taken.
    pub(crate) fn bytes(&self) -> usize {
        self.blocks.len() * size_of::<Block>() + self.keys.len()
    }

    /// Before the first word.
    pub(super) fn cursor(&self) -> Cursor<'_> {
        Cursor {
            words: self,
            next: 0,
            bytes: Vec::new(),
            read: 0,
            word: Vec::new(),
            lists_at: 0,
            held: None,
        }
    }

    fn key(&self, block: &Block) -> &[u8] {
        &self.keys[block.key..block.key + block.key_length]
    }

    fn read_at(&self, at: u64, length: usize, into: &mut Vec<u8>) -> Result<(), Error> {
        into.resize(length, 0);
        let read = self.file.read_exact_at(into, at);
        read.map_err(|error| Error::io("reading an index of words", error))?;
        match into.split_first_chunk::<HASH>() {
            Some((own, rest)) if *own == hash(rest) => Ok(()),
            _ => Err(damaged()),
        }
    }
}

/// What records have a word.
#[derive(Clone, Copy, Debug)]
pub(super) enum Held {
    One(u64),
    /// Those of a list that lies there in the file.
    List {
        start: u64,
        length: usize,
    },
}

/// A place among the words.
pub(super) struct Cursor<'a> {
    words: &'a Words,
    /// The block after the one at hand.
    next: usize,
    bytes: Vec<u8>,
    /// Bytes of the block that were read.
    read: usize,
    word: Vec<u8>,
    /// Where the list of the next word that has one begins.
    lists_at: u64,
    held: Option<Held>,
}

impl Cursor<'_> {
    /// The word here.
    pub(super) fn word(&self) -> &[u8] {
        &self.word
    }

    /// The word here as text.
    pub(super) fn text(&self) -> Result<&str, Error> {
        std::str::from_utf8(&self.word).map_err(|_| damaged())
    }

    /// The records of the word here.
    pub(super) fn held(&self) -> Held {
        self.held.unwrap_or(Held::List { start: 0, length: 0 })
    }

    /// Goes on to the next word; `false` at the end.
    pub(super) fn advance(&mut self) -> Result<bool, Error> {
        if self.read >= self.bytes.len() {
            let Some(block) = self.words.blocks.get(self.next) else {
                self.held = None;
                return Ok(false);
            };
            self.words.read_at(block.at, block.length, &mut self.bytes)?;
            self.next += 1;
            self.read = HASH;
            self.word.clear();
            self.lists_at = block.lists_at;
        }
        self.entry().ok_or_else(damaged)?;
        Ok(true)
    }

    fn entry(&mut self) -> Option<()> {
        let mut rest = &self.bytes[self.read..];
        let shared = number::take_length(&mut rest)?;
        let (more, others) = {
            let length = number::take_length(&mut rest)?;
            rest.split_at_checked(length)?
        };
        rest = others;
        if shared > self.word.len() {
            return None;
        }
        self.word.truncate(shared);
        self.word.extend(more);
        let held = number::take(&mut rest)?;
        self.held = Some(if held & 1 == 0 {
            Held::One(held >> 1)
        } else {
            let (start, length) = (self.lists_at, held >> 1);
            self.lists_at = start.checked_add(length)?;
            let length = usize::try_from(length).ok()?;
            Held::List { start, length }
        });
        self.read = self.bytes.len() - rest.len();
        Some(())
    }

    /// Goes on to the first word that is not before `wanted`, unless it is here or behind; `false` when there is none.
    pub(super) fn seek(&mut self, wanted: &[u8]) -> Result<bool, Error> {
        let key = &wanted[..wanted.len().min(KEY)];
        // Keys are cut, so that a block whose key is not before the one wanted may still begin before the word.
        let block = self.words.blocks.partition_point(|block| self.words.key(block) < key);
        let block = block.saturating_sub(1);
        if block >= self.next {
            self.next = block;
            self.bytes.clear();
            self.read = 0;
            self.held = None;
        }
        while self.held.is_none() || self.word.as_slice() < wanted {
            if !self.advance()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The list that lies at `start`.
    pub(super) fn read_list<'a>(&self, start: u64, length: usize, into: &'a mut Vec<u8>) -> Result<&'a [u8], Error> {
        self.words.read_at(start, length, into)?;
        Ok(&into[HASH..])
    }
}

//! Indexes of words: for every word of a column of texts, which records have it.
//!
//! That of a table in memory is in memory ([`TableWords`]). That of a version is one file beside the version that it was made from, and holds nothing that the version does not: when it is missing, of
//! another format or damaged, it is made again. It answers what [`Contains`](crate::udf::terms::Contains) answers by reading every
//! record, so its words are those of `udf::terms`.
//!
//! The file is a header (see [`file`]), blocks of words in the order of their bytes, each with the records of its words before it, and
//! a list of the blocks. Numbers are little-endian, or of as many groups of seven bits as they need ([`number`]). Every part has a hash
//! that is compared when the part is read, and only the list of blocks is kept in memory: at most a few dozen bytes per block of
//! 4 KiB. Blocks and records are read at their place when a query needs them.

mod build;
mod file;
mod fuzzy;
mod number;
mod postings;
mod runs;
mod table;

use std::path::{Path, PathBuf};

pub(crate) use build::Builder;
pub(crate) use file::Words;
pub(crate) use table::TableWords;

use self::file::{Cursor, Held};
use self::fuzzy::{Mistakes, Verdict};
use self::postings::set;
use crate::udf::terms::Term;
use crate::{Error, stop};

/// Words between two looks whether somebody still waits.
const UNWATCHED: usize = 4_096;

/// The index of the words of the column at `place`.
pub(crate) fn path(folder: &Path, place: usize) -> PathBuf {
    folder.join("columns").join(format!("{place}.words"))
}

impl Words {
    /// Sets the bits of the records that have a word that `term` finds. `bits` has one bit per record, the first of each 64 the lowest.
    ///
    /// # Errors
    /// [`Error::Io`] when the disk fails, [`Error::Damaged`] when the file is not what was written.
    pub(crate) fn find(&self, term: &Term, bits: &mut [u64]) -> Result<(), Error> {
        let mut finder = Finder {
            cursor: self.cursor(),
            list: Vec::new(),
            bits,
            looked_at: 0,
        };
        match term {
            Term::Word(word) => finder.word(word),
            Term::Prefix(prefix) => finder.prefix(prefix),
            Term::Fuzzy(word, most) => finder.mistakes(Mistakes::new(word, *most)),
        }
    }
}

/// Collects the records of words.
struct Finder<'a> {
    cursor: Cursor<'a>,
    list: Vec<u8>,
    bits: &'a mut [u64],
    looked_at: usize,
}

impl Finder<'_> {
    fn word(&mut self, word: &str) -> Result<(), Error> {
        if self.cursor.seek(word.as_bytes())? && self.cursor.word() == word.as_bytes() {
            self.take()?;
        }
        Ok(())
    }

    fn prefix(&mut self, prefix: &str) -> Result<(), Error> {
        let mut more = self.cursor.seek(prefix.as_bytes())?;
        while more && self.cursor.word().starts_with(prefix.as_bytes()) {
            self.take()?;
            more = self.next()?;
        }
        Ok(())
    }

    /// Walks over the words, past all those that begin like one that has too many mistakes already.
    fn mistakes(&mut self, mut mistakes: Mistakes) -> Result<(), Error> {
        let mut more = self.cursor.seek(&[])?;
        while more {
            let word = self.cursor.text()?;
            match mistakes.look(word) {
                Verdict::Found => {
                    self.take()?;
                    more = self.next()?;
                }
                Verdict::Other => more = self.next()?,
                Verdict::Lost(length) => {
                    let mut past = self.cursor.word()[..length].to_vec();
                    // No byte of a text is the largest.
                    if let Some(last) = past.last_mut() {
                        *last += 1;
                    }
                    stop::check()?;
                    more = self.cursor.seek(&past)?;
                }
            }
        }
        Ok(())
    }

    fn next(&mut self) -> Result<bool, Error> {
        self.looked_at += 1;
        if self.looked_at.is_multiple_of(UNWATCHED) {
            stop::check()?;
        }
        self.cursor.advance()
    }

    /// Sets the bits of the records of the word.
    fn take(&mut self) -> Result<(), Error> {
        match self.cursor.held() {
            Held::One(record) => {
                let place = usize::try_from(record).unwrap_or(usize::MAX);
                let word = self.bits.get_mut(place / 64).ok_or_else(file::damaged)?;
                *word |= 1 << (place % 64);
                Ok(())
            }
            Held::List { start, length } => {
                let list = self.cursor.read_list(start, length, &mut self.list)?;
                set(list, self.bits).ok_or_else(file::damaged)
            }
        }
    }
}

#[cfg(test)]
mod tests;

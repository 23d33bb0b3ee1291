//! Words as they are met, record after record, put in order in runs that fit in memory and lie in a file until they are merged.
//!
//! In a run every word is its length, its bytes, how many records have it, the first of them, and the distances to the others.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fs::File;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::FileExt;

use super::number;

/// What a run holds at most; whatever is reached first ends it. Together they take about 120 MB.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Different words.
    pub(super) words: usize,
    /// Bytes of different words.
    pub(super) bytes: usize,
    /// Words of records.
    pub(super) pairs: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            words: 900_000,
            bytes: 16 << 20,
            pairs: 4 << 20,
        }
    }
}

/// Bytes that all runs together are read ahead.
const AHEAD: usize = 16 << 20;

/// A hash that is one already.
#[derive(Clone, Copy, Debug, Default)]
struct Already(u64);

impl Hasher for Already {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _bytes: &[u8]) {}

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// A word of the run that is being filled.
struct Met {
    start: usize,
    length: usize,
    /// Records that have it.
    count: u32,
    /// The last of them.
    last: u32,
    /// Another word with the same hash.
    next: Option<u32>,
}

/// The runs, the last of which is being filled.
pub(super) struct Runs {
    limits: Limits,
    file: BufWriter<File>,
    /// Where the runs end in the file.
    ends: Vec<u64>,
    hasher: RandomState,
    /// The first word of each hash.
    places: HashMap<u64, u32, BuildHasherDefault<Already>>,
    met: Vec<Met>,
    letters: Vec<u8>,
    /// A word and a record that has it, by ascending record.
    pairs: Vec<(u32, u32)>,
}

impl Runs {
    /// No words yet; runs are written to `file`.
    pub(super) fn new(file: File, limits: Limits) -> Self {
        Self {
            limits,
            file: BufWriter::with_capacity(1 << 18, file),
            ends: Vec::new(),
            hasher: RandomState::new(),
            places: HashMap::default(),
            met: Vec::new(),
            letters: Vec::new(),
            pairs: Vec::new(),
        }
    }

    /// Adds a word of `record`, whose number is not smaller than those before.
    pub(super) fn add(&mut self, word: &str, record: u32) {
        let place = self.place(word.as_bytes());
        let met = &mut self.met[place as usize];
        if met.count > 0 && met.last == record {
            return;
        }
        met.count += 1;
        met.last = record;
        self.pairs.push((place, record));
    }

    fn place(&mut self, word: &[u8]) -> u32 {
        let hash = self.hasher.hash_one(word);
        let new = u32::try_from(self.met.len()).expect("a run has few words");
        let first = *self.places.entry(hash).or_insert(new);
        let mut at = Some(first).filter(|first| *first < new);
        let mut last = None;
        while let Some(place) = at {
            let met = &self.met[place as usize];
            if &self.letters[met.start..met.start + met.length] == word {
                return place;
            }
            (last, at) = (Some(place), met.next);
        }
        if let Some(last) = last {
            self.met[last as usize].next = Some(new);
        }
        self.met.push(Met {
            start: self.letters.len(),
            length: word.len(),
            count: 0,
            last: 0,
            next: None,
        });
        self.letters.extend(word);
        new
    }

    /// Says that a record has no more words.
    ///
    /// # Errors
    /// When the disk fails.
    pub(super) fn end_record(&mut self) -> std::io::Result<()> {
        let full = self.met.len() >= self.limits.words
            || self.letters.len() >= self.limits.bytes
            || self.pairs.len() >= self.limits.pairs;
        if full { self.end_run() } else { Ok(()) }
    }

    fn end_run(&mut self) -> std::io::Result<()> {
        let order = self.in_order();
        let mut starts = vec![0_usize; self.met.len()];
        let mut start = 0;
        for place in &order {
            starts[*place as usize] = start;
            start += self.met[*place as usize].count as usize;
        }
        let mut records = vec![0_u32; self.pairs.len()];
        let mut nexts = starts.clone();
        for (place, record) in self.pairs.drain(..) {
            let next = &mut nexts[place as usize];
            records[*next] = record;
            *next += 1;
        }
        let mut end = self.ends.last().copied().unwrap_or_default();
        let mut out = Vec::new();
        for place in order {
            let met = &self.met[place as usize];
            out.clear();
            number::put(&mut out, met.length as u64);
            out.extend(&self.letters[met.start..met.start + met.length]);
            number::put(&mut out, met.count.into());
            let start = starts[place as usize];
            let mut last = 0;
            for record in &records[start..start + met.count as usize] {
                number::put(&mut out, u64::from(record - last));
                last = *record;
            }
            self.file.write_all(&out)?;
            end += out.len() as u64;
        }
        self.ends.push(end);
        self.places.clear();
        self.met.clear();
        self.letters.clear();
        Ok(())
    }

    /// The places of the words of the run, in the order of their bytes.
    fn in_order(&self) -> Vec<u32> {
        // Most are told apart by the first bytes, which need no look at the word.
        let mut order: Vec<(u64, u32)> = Vec::with_capacity(self.met.len());
        for (place, met) in (0..).zip(&self.met) {
            let mut first = [0; 8];
            let length = met.length.min(8);
            first[..length].copy_from_slice(&self.letters[met.start..met.start + length]);
            order.push((u64::from_be_bytes(first), place));
        }
        let word = |place: u32| {
            let met = &self.met[place as usize];
            &self.letters[met.start..met.start + met.length]
        };
        order.sort_unstable_by(|(first, a), (other, b)| first.cmp(other).then_with(|| word(*a).cmp(word(*b))));
        order.into_iter().map(|(_, place)| place).collect()
    }

    /// Ends the last run, and opens all of them at their first word. Runs without words are left out.
    ///
    /// # Errors
    /// When the disk fails.
    pub(super) fn finish(mut self) -> std::io::Result<Vec<Run>> {
        if !self.pairs.is_empty() {
            self.end_run()?;
        }
        let file = self.file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        let file = std::sync::Arc::new(file);
        let ahead = (AHEAD / self.ends.len().max(1)).clamp(1 << 12, 1 << 18);
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let mut runs = Vec::with_capacity(self.ends.len());
        for (number, (at, end)) in starts.zip(&self.ends).enumerate() {
            let file = std::sync::Arc::clone(&file);
            let mut run = Run {
                number,
                word: Vec::new(),
                left: 0,
                last: 0,
                bytes: BufReader::with_capacity(ahead, Section { file, at, end: *end }),
            };
            if run.next_word()? {
                runs.push(run);
            }
        }
        Ok(runs)
    }
}

/// A part of a file, read from its beginning to its end.
struct Section {
    file: std::sync::Arc<File>,
    at: u64,
    end: u64,
}

impl Read for Section {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let length = buffer.len().min(left);
        let read = self.file.read_at(&mut buffer[..length], self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// A run being read: one of its words, and the records that have it.
pub(super) struct Run {
    number: usize,
    word: Vec<u8>,
    /// Records of the word that were not read yet.
    left: u64,
    last: u32,
    bytes: BufReader<Section>,
}

impl Run {
    pub(super) fn word(&self) -> &[u8] {
        &self.word
    }

    /// Goes on to the next word, once all records of this one were read; `false` at the end.
    pub(super) fn next_word(&mut self) -> std::io::Result<bool> {
        if self.bytes.fill_buf()?.is_empty() {
            return Ok(false);
        }
        let length = self.number()?;
        self.word.clear();
        let read = self.bytes.by_ref().take(length).read_to_end(&mut self.word)?;
        if read as u64 != length {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        self.left = self.number()?;
        self.last = 0;
        Ok(true)
    }

    /// The next record of the word.
    pub(super) fn next_record(&mut self) -> std::io::Result<Option<u32>> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let distance = u32::try_from(self.number()?).ok();
        let record = distance.and_then(|distance| self.last.checked_add(distance));
        self.last = record.ok_or(std::io::ErrorKind::InvalidData)?;
        Ok(Some(self.last))
    }

    fn number(&mut self) -> std::io::Result<u64> {
        let mut bytes = [0; 10];
        for place in 0..bytes.len() {
            self.bytes.read_exact(&mut bytes[place..=place])?;
            if bytes[place] < 0x80 {
                return number::take(&mut &bytes[..=place]).ok_or_else(|| std::io::ErrorKind::InvalidData.into());
            }
        }
        Err(std::io::ErrorKind::InvalidData.into())
    }
}

/// The run whose word comes first is the largest, as heaps want it; of one word, the run with the smaller records.
impl Ord for Run {
    fn cmp(&self, other: &Self) -> Ordering {
        (&other.word, other.number).cmp(&(&self.word, self.number))
    }
}

impl PartialOrd for Run {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Run {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Run {}

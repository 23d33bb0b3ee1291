//! Texts that are not kept in memory: a file from which those of any record are read by their place.
//!
//! The file is [`MAGIC`], the number of records in eight bytes, where each text begins and where the last ends (eight bytes each,
//! counted from the first text), one bit per record that has a text, and the texts. Numbers are little-endian.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringBuilder};

use crate::Error;
use crate::whole::Whole;

/// First bytes of the file; the digit is the version of the format.
const MAGIC: &[u8; 8] = b"PVTXT 1\n";
const HEADER: u64 = 16;

/// An open file of texts.
#[derive(Debug)]
pub(crate) struct Texts {
    file: File,
    records: u64,
}

/// The file of the texts of the column at `place`.
pub(crate) fn path(folder: &Path, place: usize) -> PathBuf {
    folder.join("columns").join(format!("{place}.txt"))
}

/// Where the texts begin in the file.
fn body(records: u64) -> u64 {
    HEADER + (records + 1) * 8 + records.div_ceil(8)
}

impl Texts {
    /// Opens the file of a column of `records` records; `None` when there is none that can be used.
    pub(crate) fn open(path: &Path, records: u64) -> Option<Self> {
        let file = File::open(path).ok()?;
        let mut header = [0; HEADER as usize];
        file.read_exact_at(&mut header, 0).ok()?;
        let (magic, count) = header.split_first_chunk::<8>()?;
        let texts = Self { file, records };
        let same = magic == MAGIC && *count == records.to_le_bytes();
        // The end of the last text is the end of the file.
        let end = same.then(|| texts.numbers(records, 1)).transpose().ok()??;
        let length = texts.file.metadata().ok()?.len();
        (body(records) + end.first()? == length).then_some(texts)
    }

    /// Writes the file. It appears whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`] when the disk fails, and what reading `arrays` fails with.
    pub(crate) fn write(
        path: &Path,
        records: u64,
        arrays: impl Iterator<Item = Result<ArrayRef, Error>>,
    ) -> Result<(), Error> {
        let failed = |error| Error::io(format!("writing {}", path.display()), error);
        let (whole, file) = Whole::begin(path).map_err(failed)?;
        let mut file = BufWriter::with_capacity(1 << 20, file);
        file.seek(SeekFrom::Start(body(records))).map_err(failed)?;
        let mut starts = Vec::with_capacity(usize::try_from(records * 8 + 8).unwrap_or_default());
        let mut valid = vec![0_u8; usize::try_from(records.div_ceil(8)).unwrap_or_default()];
        let (mut at, mut row) = (0_u64, 0_usize);
        for array in arrays {
            for text in array?.as_string::<i32>() {
                starts.extend(at.to_le_bytes());
                if let Some(text) = text {
                    file.write_all(text.as_bytes()).map_err(failed)?;
                    at += text.len() as u64;
                    valid[row / 8] |= 1 << (row % 8);
                }
                row += 1;
            }
        }
        starts.extend(at.to_le_bytes());
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        for part in [MAGIC.as_slice(), &records.to_le_bytes(), &starts, &valid] {
            file.write_all(part).map_err(failed)?;
        }
        let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.sync_data().map_err(failed)?;
        whole.finish().map_err(failed)
    }

    /// The texts of the records numbered `rows`.
    ///
    /// # Errors
    /// [`Error::Io`] when the disk fails, [`Error::Damaged`] when the file does not hold texts.
    pub(crate) fn rows(&self, rows: &[u64]) -> Result<ArrayRef, Error> {
        let mut texts = StringBuilder::new();
        let mut rest = rows;
        while let Some(first) = rest.first() {
            // Neighbours are read together.
            let run = rest
                .iter()
                .zip(*first..)
                .take_while(|(row, next)| **row == *next)
                .count();
            let (own, others) = rest.split_at(run);
            self.run(*first, own.len(), &mut texts)?;
            rest = others;
        }
        Ok(Arc::new(texts.finish()))
    }

    fn run(&self, first: u64, count: usize, texts: &mut StringBuilder) -> Result<(), Error> {
        let failed = |error| Error::io("reading texts of a column", error);
        let damaged = || {
            Error::Damaged("a file of texts does not hold texts; remove the folder `columns` of the version".to_owned())
        };
        let starts = self.numbers(first, count + 1).map_err(failed)?;
        let (Some(begin), Some(end)) = (starts.first(), starts.last()) else {
            return Ok(());
        };
        let length = end
            .checked_sub(*begin)
            .and_then(|length| usize::try_from(length).ok())
            .ok_or_else(damaged)?;
        let mut bytes = vec![0; length];
        self.file
            .read_exact_at(&mut bytes, body(self.records) + begin)
            .map_err(failed)?;
        let bits_from = first / 8;
        let mut bits = vec![0; usize::try_from((first + count as u64).div_ceil(8) - bits_from).map_err(|_| damaged())?];
        let bits_at = HEADER + (self.records + 1) * 8 + bits_from;
        self.file.read_exact_at(&mut bits, bits_at).map_err(failed)?;
        for (place, pair) in starts.windows(2).enumerate() {
            let row = first + place as u64;
            let bit = usize::try_from(row / 8 - bits_from).map_err(|_| damaged())?;
            if bits[bit] >> (row % 8) & 1 == 0 {
                texts.append_null();
                continue;
            }
            let at = |start: u64| usize::try_from(start.checked_sub(*begin)?).ok();
            let text = at(pair[0]).zip(at(pair[1])).and_then(|(from, to)| bytes.get(from..to));
            let text = text.and_then(|text| std::str::from_utf8(text).ok());
            texts.append_value(text.ok_or_else(damaged)?);
        }
        Ok(())
    }

    /// Where the texts of `count` records from `first` begin.
    fn numbers(&self, first: u64, count: usize) -> std::io::Result<Vec<u64>> {
        let mut bytes = vec![0; count * 8];
        self.file.read_exact_at(&mut bytes, HEADER + first * 8)?;
        let (chunks, _) = bytes.as_chunks::<8>();
        Ok(chunks.iter().map(|chunk| u64::from_le_bytes(*chunk)).collect())
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;

    use super::*;

    #[test]
    fn texts_are_read_by_the_number_of_their_record() {
        let folder = tempfile::tempdir().unwrap();
        let path = path(folder.path(), 4);
        let text = |row: usize| match row % 5 {
            0 => None,
            1 => Some(String::new()),
            _ => Some(format!("été {row} ").repeat(row % 9)),
        };
        let all: StringArray = (0..10_003).map(text).collect();
        let all: ArrayRef = Arc::new(all);
        let parts = [all.slice(0, 17), all.slice(17, 10_003 - 17)];
        Texts::write(&path, 10_003, parts.into_iter().map(Ok)).unwrap();
        let texts = Texts::open(&path, 10_003).unwrap();
        for rows in [
            vec![0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
            vec![10_002, 17, 16, 9_000, 9_001],
            vec![],
            (0..10_003).collect(),
        ] {
            let places = arrow::array::UInt64Array::from(rows.clone());
            assert_eq!(
                &texts.rows(&rows).unwrap(),
                &arrow::compute::take(&all, &places, None).unwrap()
            );
        }
        assert!(Texts::open(&path, 10_002).is_none());
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
        assert!(Texts::open(&path, 10_003).is_none());
        assert!(Texts::open(folder.path(), 1).is_none());
    }
}

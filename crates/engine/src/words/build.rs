//! Making an index from the texts of a column, in bounded memory.

use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::ArrayRef;
use parvis_model::collate::fold_into;

use super::file::Writer;
use super::postings::Encoder;
use super::runs::{Limits, Runs};
use super::{UNWATCHED, path};
use crate::udf::terms::words;
use crate::udf::text::each_text;
use crate::whole::Whole;
use crate::{Error, stop};

/// Takes the texts of a column, record after record.
pub(crate) struct Builder {
    path: PathBuf,
    runs: Runs,
    folded: String,
    /// The number of the next record.
    record: u32,
}

impl Builder {
    /// The index of the column at `place` of the version in `folder`.
    ///
    /// # Errors
    /// [`Error::Io`] when the disk fails.
    pub(crate) fn new(folder: &Path, place: usize) -> Result<Self, Error> {
        Self::with_limits(path(folder, place), Limits::default())
    }

    pub(super) fn with_limits(path: PathBuf, limits: Limits) -> Result<Self, Error> {
        // The folder of a version that was removed meanwhile is not made again.
        if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
            std::fs::create_dir(folder).map_err(|error| failed(&path, error))?;
        }
        let runs = path.with_extension(format!("words-runs-{}", std::process::id()));
        let opened = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&runs);
        let file = opened.map_err(|error| failed(&path, error))?;
        // It lives as long as it is open, so that nothing is left of it when the process is killed.
        std::fs::remove_file(&runs).map_err(|error| failed(&path, error))?;
        Ok(Self {
            path,
            runs: Runs::new(file, limits),
            folded: String::new(),
            record: 0,
        })
    }

    /// Adds the texts of the next records: texts, or lists of them.
    ///
    /// # Errors
    /// [`Error::Io`] when the disk fails.
    pub(crate) fn add(&mut self, texts: &ArrayRef) -> Result<(), Error> {
        stop::check()?;
        for row in 0..texts.len() {
            each_text(texts, row, &mut |text| {
                self.folded.clear();
                fold_into(text, &mut self.folded);
                for word in words(&self.folded) {
                    self.runs.add(word, self.record);
                }
            });
            self.record += 1;
            self.runs.end_record().map_err(|error| failed(&self.path, error))?;
        }
        Ok(())
    }

    /// Writes the index. It appears whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`] when the disk fails.
    pub(crate) fn finish(self) -> Result<(), Error> {
        let Self { path, runs, record, .. } = self;
        let failed = |error| failed(&path, error);
        let (whole, file) = Whole::begin(&path).map_err(failed)?;
        merge(runs, record, file, &path)?;
        whole.finish().map_err(failed)
    }
}

/// Writes the words of all runs, of so many records, to `file`, which is to become the file at `path`.
fn merge(runs: Runs, records: u32, file: File, path: &Path) -> Result<(), Error> {
    let failed = |error| failed(path, error);
    let mut runs: BinaryHeap<_> = runs.finish().map_err(failed)?.into();
    let mut writer = Writer::new(file, records).map_err(failed)?;
    let mut encoder = Encoder::default();
    let mut word = Vec::new();
    let mut looked_at = 0_usize;
    while let Some(mut run) = runs.peek_mut() {
        if run.word() != word {
            let written = encoder.finish(|records| writer.add(&word, &records));
            written.transpose().map_err(failed)?;
            word.clear();
            word.extend(run.word());
            looked_at += 1;
            if looked_at.is_multiple_of(UNWATCHED) {
                stop::check()?;
            }
        }
        while let Some(record) = run.next_record().map_err(failed)? {
            encoder.add(record);
        }
        if !run.next_word().map_err(failed)? {
            PeekMut::pop(run);
        }
    }
    let written = encoder.finish(|records| writer.add(&word, &records));
    written.transpose().map_err(failed)?;
    writer.finish().map_err(failed)
}

fn failed(path: &Path, error: std::io::Error) -> Error {
    Error::io(format!("writing {}", path.display()), error)
}

//! The file of rows that could not be read as they should, beside the source.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::Error;
use crate::source::Problem;

/// Longest text shown of a bad cell, in characters.
const SHOWN: usize = 80;

/// The beginning of a text that may be long.
pub(crate) fn shortened(text: &str) -> String {
    if text.char_indices().nth(SHOWN).is_none() {
        return text.to_owned();
    }
    text.chars().take(SHOWN - 1).chain(['…']).collect()
}

/// Writes problems to a CSV with the columns `line`, `column`, `found`, `message` and `row`. The file is made when the first problem
/// comes; one left by an earlier import of the same source is removed.
pub struct RejectWriter {
    path: PathBuf,
    file: Option<BufWriter<File>>,
    count: u64,
}

impl RejectWriter {
    /// Beside the source: `places.csv` gets `places.rejects.csv`.
    pub fn beside(source: &Path) -> Result<Self, Error> {
        let mut name = source.file_stem().map_or_else(OsString::new, OsString::from);
        name.push(".rejects.csv");
        Self::at(source.with_file_name(name))
    }

    /// At a given path.
    pub fn at(path: PathBuf) -> Result<Self, Error> {
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(failed(&path, source)),
            _ => Ok(Self {
                path,
                file: None,
                count: 0,
            }),
        }
    }

    /// How many problems were written.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Writes the problems of a chunk.
    pub fn write(&mut self, problems: &[Problem]) -> Result<(), Error> {
        if problems.is_empty() {
            return Ok(());
        }
        let mut text = Vec::new();
        if self.file.is_none() {
            let file = File::create(&self.path).map_err(|source| failed(&self.path, source))?;
            self.file = Some(BufWriter::new(file));
            text.extend_from_slice("\u{FEFF}line,column,found,message,row\n".as_bytes());
        }
        for problem in problems {
            text.extend_from_slice(problem.line.to_string().as_bytes());
            for cell in [&problem.column, &problem.found, &problem.message, &problem.row] {
                text.extend_from_slice(b",\"");
                let cell = cell.trim_end_matches(['\r', '\n']);
                text.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
                text.push(b'"');
            }
            text.push(b'\n');
        }
        self.count += problems.len() as u64;
        match &mut self.file {
            Some(file) => file.write_all(&text).map_err(|source| failed(&self.path, source)),
            None => Ok(()),
        }
    }

    /// Ends the file and says where it is, or `None` when there was no problem.
    pub fn finish(self) -> Result<Option<PathBuf>, Error> {
        let Some(mut file) = self.file else { return Ok(None) };
        file.flush().map_err(|source| failed(&self.path, source))?;
        Ok(Some(self.path))
    }
}

fn failed(path: &Path, source: std::io::Error) -> Error {
    Error::Io {
        context: format!("writing the rejected rows to {}", path.display()),
        source,
    }
}

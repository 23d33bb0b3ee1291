//! The file of the rows that could not be read in full: one line per problem, as CSV.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use parvis_formats::Problem;

use crate::Error;

const HEADER: &str = "line,column,found,message,row\n";

/// Collects the problems of an import.
pub(crate) struct Rejects {
    path: Option<PathBuf>,
    /// Made at the first problem: a clean import leaves no file.
    file: Option<BufWriter<File>>,
    rows: u64,
    last_line: Option<u64>,
}

impl Rejects {
    /// Problems will go to `path`, or be counted only. A file from an earlier import is removed.
    pub(crate) fn new(path: Option<&Path>) -> Result<Self, Error> {
        if let Some(path) = path
            && let Err(error) = std::fs::remove_file(path)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(Error::io(format!("removing {}", path.display()), error));
        }
        Ok(Self {
            path: path.map(Path::to_owned),
            file: None,
            rows: 0,
            last_line: None,
        })
    }

    /// Adds the problems of one chunk, in the order of the source.
    pub(crate) fn add(&mut self, problems: &[Problem]) -> Result<(), Error> {
        for problem in problems {
            if self.last_line != Some(problem.line) {
                self.rows += 1;
                self.last_line = Some(problem.line);
            }
        }
        let (Some(path), false) = (&self.path, problems.is_empty()) else {
            return Ok(());
        };
        let failed = |error| Error::io(format!("writing {}", path.display()), error);
        if self.file.is_none() {
            let mut file = BufWriter::new(File::create(path).map_err(failed)?);
            file.write_all(HEADER.as_bytes()).map_err(failed)?;
            self.file = Some(file);
        }
        if let Some(file) = &mut self.file {
            for problem in problems {
                write_problem(file, problem).map_err(failed)?;
            }
        }
        Ok(())
    }

    /// Ends the file and gives the number of rows that had a problem.
    pub(crate) fn finish(mut self) -> Result<u64, Error> {
        if let Some(file) = &mut self.file {
            file.flush()
                .map_err(|error| Error::io("writing the file of bad rows", error))?;
        }
        Ok(self.rows)
    }
}

fn write_problem(file: &mut impl Write, problem: &Problem) -> std::io::Result<()> {
    write!(file, "{}", problem.line)?;
    for text in [&problem.column, &problem.found, &problem.message, &problem.row] {
        let quoted = text.trim_end_matches(['\r', '\n']).replace('"', "\"\"");
        write!(file, ",\"{quoted}\"")?;
    }
    writeln!(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_with_two_problems_counts_once_and_a_clean_import_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bad.csv");
        assert_eq!(Rejects::new(Some(&path)).unwrap().finish().unwrap(), 0);
        assert!(!path.exists());

        let problem = |line, column: &str| Problem {
            line,
            column: column.to_owned(),
            found: "a \"b\"".to_owned(),
            message: "not a number".to_owned(),
            row: "1;a\n".to_owned(),
        };
        let mut rejects = Rejects::new(Some(&path)).unwrap();
        rejects
            .add(&[problem(2, "x"), problem(2, "y"), problem(3, "x")])
            .unwrap();
        assert_eq!(rejects.finish().unwrap(), 2);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), 4);
        assert_eq!(
            text.lines().nth(1),
            Some("2,\"x\",\"a \"\"b\"\"\",\"not a number\",\"1;a\"")
        );
    }
}

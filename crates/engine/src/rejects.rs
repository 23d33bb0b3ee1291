//! The file of the rows that could not be read in full: one line per problem, as CSV.

use std::path::Path;

use parvis_formats::{Problem, RejectWriter};

use crate::Error;

/// Collects the problems of an import, and counts the rows that had one.
pub(crate) struct Rejects {
    writer: Option<RejectWriter>,
    rows: u64,
    last_line: Option<u64>,
}

impl Rejects {
    /// Problems will go to `path`, or be counted only. A file from an earlier import is removed.
    pub(crate) fn new(path: Option<&Path>) -> Result<Self, Error> {
        let writer = path.map(|path| RejectWriter::at(path.to_owned())).transpose()?;
        Ok(Self {
            writer,
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
        if let Some(writer) = &mut self.writer {
            writer.write(problems)?;
        }
        Ok(())
    }

    /// Ends the file and gives the number of rows that had a problem.
    pub(crate) fn finish(self) -> Result<u64, Error> {
        if let Some(writer) = self.writer {
            writer.finish()?;
        }
        Ok(self.rows)
    }
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

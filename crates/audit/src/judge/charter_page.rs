//! The charter that people read against the one that is judged by.

use super::Judge;
use crate::finding::Code;

impl Judge<'_> {
    /// Compares the rows of the charter page with those of the charter.
    pub(super) fn charter_page(&mut self) {
        let run = self.run;
        if run.charter.hash_holds == Some(false) {
            self.collect(Code::CharterHash, &run.charter.paths.charter, "");
        }
        if !run.judged() || run.charter.rows.is_empty() {
            return;
        }
        let Some(table) = &run.charter_page else {
            self.collect(
                Code::CharterDiffers,
                &run.charter.paths.charter,
                "there is no page with a table",
            );
            return;
        };
        for row in &run.charter.rows {
            let mut lines = table.iter().filter(|line| names(line, &row.name)).peekable();
            if lines.peek().is_none() {
                self.collect(Code::CharterDiffers, &row.name, "declared, and not on the page");
                continue;
            }
            // Both are in the language of the browser when both are the site's.
            let texts = [&row.provider, &row.purpose].map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
            let agrees = |line: &Vec<String>| texts.iter().all(|text| text.is_empty() || line.contains(text));
            if run.published && !lines.any(agrees) {
                self.collect(
                    Code::CharterDiffers,
                    &row.name,
                    "another provider or purpose on the page",
                );
            }
        }
        self.extra_lines(table);
    }

    /// Lines of the page that nothing declares: those after the first declared one with as many cells.
    fn extra_lines(&mut self, table: &[Vec<String>]) {
        let rows = &self.run.charter.rows;
        let declared = |line: &Vec<String>| rows.iter().any(|row| names(line, &row.name));
        let Some(first) = table.iter().position(declared) else {
            return;
        };
        let width = table[first].len();
        let extra = table[first..]
            .iter()
            .filter(|line| line.len() == width && !declared(line));
        let extra: Vec<String> = extra.map(|line| line.join(" | ")).collect();
        for line in extra {
            self.collect(Code::CharterDiffers, &line, "on the page, and not declared");
        }
    }
}

/// Whether a line is about `name`: a cell holds it, alone or with what it is in brackets after it.
fn names(line: &[String], name: &str) -> bool {
    let about = |cell: &String| {
        cell.strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
    };
    line.iter().any(about)
}

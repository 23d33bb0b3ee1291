//! `parvis import`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use indicatif::ProgressBar;
use parvis_formats::InspectOptions;
use parvis_portal::import::{ImportReport, ImportRequest, Stage};

use crate::cli::Import;
use crate::progress;
use crate::terminal::{grouped, line};

/// Problems that are shown; the others are in the file.
const SHOWN: usize = 10;

/// Publishes a file and says what was made of it.
pub async fn run(data: &Path, import: Import) -> anyhow::Result<()> {
    anyhow::ensure!(import.file.is_file(), "there is no file {}", import.file.display());
    let parvis = super::open(data).await?;
    let portal = super::find_portal(&parvis, &import.portal).await?;
    let rejects = import.rejects.clone().unwrap_or_else(|| beside(&import.file));
    let request = ImportRequest {
        id: import.id.clone(),
        file: import.file.clone(),
        options: InspectOptions {
            encoding: import.encoding.clone(),
            delimiter: import.delimiter,
            timezone: import.timezone,
            language: portal.default_language().to_owned(),
            ..InspectOptions::default()
        },
        metadata: super::metadata::change(&import.metadata, portal.default_language())?,
        rejects: rejects.clone(),
    };
    let bar = progress::bytes("reading");
    let shown = bar.clone();
    let report = parvis
        .import(&super::operator_on(portal), request, move |stage, done, all| {
            show(&shown, stage, done, all)
        })
        .await;
    bar.finish_and_clear();
    let report = report.with_context(|| format!("{} was not published", import.file.display()))?;
    tell(&report, &rejects);
    Ok(())
}

fn show(bar: &ProgressBar, stage: Stage, done: u64, all: u64) {
    bar.set_message(match stage {
        Stage::Inspect => "reading",
        Stage::Write => "writing",
    });
    bar.set_length(all);
    bar.set_position(done);
}

/// `communes.rejects.csv` beside `communes.csv`.
fn beside(file: &Path) -> PathBuf {
    file.with_extension("rejects.csv")
}

fn tell(report: &ImportReport, rejects: &Path) {
    let dataset = &report.dataset;
    let found = &report.inspection;
    line(format_args!(
        "published {}/{}: {} records from {} ({})",
        dataset.portal,
        dataset.slug,
        grouped(dataset.records_count()),
        found.format.name(),
        found.encoding
    ));
    let width = dataset
        .schema
        .fields
        .iter()
        .map(|field| field.name.len())
        .max()
        .unwrap_or(0);
    for field in &dataset.schema.fields {
        let several = if field.is_multivalued() { ", several" } else { "" };
        line(format_args!(
            "  {:width$}  {}{several}",
            field.name,
            field.field_type.name()
        ));
    }
    for warning in &found.warnings {
        line(format_args!("note: {warning}"));
    }
    let rejected = dataset.version.as_ref().map_or(0, |version| version.rejected);
    if rejected > 0 {
        line(format_args!("{} rows could not be read in full:", grouped(rejected)));
        for problem in first_problems(rejects) {
            line(format_args!("  {problem}"));
        }
        line(format_args!("all of them are in {}", rejects.display()));
    }
}

/// The first problems of the file of bad rows, as sentences. Its columns: line, column, found, message, row.
fn first_problems(rejects: &Path) -> Vec<String> {
    let Ok(file) = std::fs::File::open(rejects) else {
        return Vec::new();
    };
    let rows = records(std::io::BufReader::new(file), SHOWN + 1);
    let sentence = |row: Vec<String>| match <[String; 5]>::try_from(row) {
        Ok([at, column, found, message, _]) if column.is_empty() => format!("line {at}: `{found}`: {message}"),
        Ok([at, column, found, message, _]) => format!("line {at}, {column}: `{found}`: {message}"),
        Err(row) => row.join(", "),
    };
    rows.into_iter().skip(1).map(sentence).collect()
}

/// The first `most` records of a CSV that we wrote: commas, double quotes where needed.
fn records(reader: impl std::io::BufRead, most: usize) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), Vec::new(), false);
    for byte in reader.bytes().map_while(Result::ok) {
        match byte {
            // A doubled quote ends the quoted part and begins another: the quote between them belongs to the cell.
            b'"' => {
                quoted = !quoted;
                if quoted && !cell.is_empty() {
                    cell.push(b'"');
                }
            }
            b',' if !quoted => row.push(String::from_utf8_lossy(&std::mem::take(&mut cell)).into_owned()),
            b'\n' if !quoted => {
                row.push(String::from_utf8_lossy(&std::mem::take(&mut cell)).into_owned());
                rows.push(std::mem::take(&mut row));
                if rows.len() == most {
                    break;
                }
            }
            other => cell.push(other),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_bad_rows_lies_beside_the_source() {
        assert_eq!(
            beside(Path::new("/data/communes.csv")),
            Path::new("/data/communes.rejects.csv")
        );
        assert_eq!(beside(Path::new("communes")), Path::new("communes.rejects.csv"));
    }

    #[test]
    fn records_keep_commas_quotes_and_line_ends_of_their_cells() {
        let text = "line,column\n2,\"a, \"\"b\"\"\nc\"\n3,d\n";
        let rows = records(text.as_bytes(), 2);
        assert_eq!(rows, [vec!["line", "column"], vec!["2", "a, \"b\"\nc"]]);
    }
}

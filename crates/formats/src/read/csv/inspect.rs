//! The columns of a CSV, from all of its cells, on several threads.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use encoding_rs::{Encoding, UTF_8};
use parvis_model::Schema;

use super::Dialect;
use super::dialect::{self, Known};
use super::rows::Block;
use super::splitter::{Piece, Splitter};
use crate::Error;
use crate::read::encoding::TextReader;
use crate::read::fields::Fields;
use crate::read::infer::{ColumnStats, coordinate};
use crate::read::inspect::{Attempt, InputFormat, InspectOptions, Inspection, Origin, Sample, check_width};
use crate::read::names;

/// Size of the pieces that threads look at, in bytes: about what their caches hold.
const PIECE: usize = 1 << 20;

/// What all threads need.
struct Job {
    splitter: Mutex<Splitter>,
    stop: AtomicBool,
    dialect: Dialect,
    /// Text that was not decoded has to be validated.
    validate: bool,
    names: Vec<String>,
}

/// What one thread saw.
struct Seen {
    columns: Vec<ColumnStats>,
    rows: u64,
    ragged: u64,
    invalid: Option<u64>,
}

pub(crate) fn inspect(
    path: &Path,
    options: &InspectOptions,
    encoding: &'static Encoding,
    sample: &Sample,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Attempt, Error> {
    let known = Known {
        delimiter: options.delimiter,
        quote: options.quote,
        header: options.header,
    };
    let dialect = dialect::sniff(&sample.text, sample.whole, known);
    let headers = headers(sample, dialect);
    check_width(headers.len(), path)?;
    let reader = TextReader::open(path, encoding)?;
    let job = Job {
        splitter: Mutex::new(Splitter::new(reader, dialect, PIECE)),
        stop: AtomicBool::new(false),
        dialect,
        validate: encoding == UTF_8,
        names: names::unique(headers.iter().map(String::as_str)),
    };
    let seen = job.run(options.threads.max(1), progress)?;
    if let Some(offset) = seen.invalid {
        return Ok(Attempt::NotUtf8(offset));
    }
    let mut inspection = Inspection {
        format: InputFormat::Csv,
        encoding: encoding.name().to_ascii_lowercase(),
        bytes: std::fs::metadata(path).map_or(0, |metadata| metadata.len()),
        rows: seen.rows,
        schema: Schema::default(),
        readings: Vec::new(),
        dialect: Some(dialect),
        width: headers.len(),
        container: None,
        timezone: options.timezone,
        warnings: Vec::new(),
    };
    if seen.ragged > 0 {
        inspection.warnings.push(format!(
            "{} records do not have {} cells: missing cells become null, cells too many are left out",
            seen.ragged,
            headers.len()
        ));
    }
    let mut fields = Fields::new(options, &mut inspection);
    for (column, (header, stats)) in headers.iter().zip(&seen.columns).enumerate() {
        // What a delimiter at the end of every line leaves behind.
        if header.is_empty() && stats.is_empty() && headers.len() > 1 {
            continue;
        }
        fields.column(column, header, stats, Origin::Column(column));
    }
    fields.points(|latitude, longitude| Origin::Pair { latitude, longitude });
    Ok(Attempt::Done(Box::new(inspection)))
}

fn headers(sample: &Sample, dialect: Dialect) -> Vec<String> {
    if !dialect.header {
        return vec![String::new(); dialect::usual_width(&sample.text, sample.whole, dialect)];
    }
    let cells = dialect::first_record(&sample.text, sample.whole, dialect);
    cells
        .iter()
        .map(|cell| String::from_utf8_lossy(cell).trim().to_owned())
        .collect()
}

impl Job {
    fn run(&self, threads: usize, progress: &mut dyn FnMut(u64, u64)) -> Result<Seen, Error> {
        std::thread::scope(|scope| {
            let helpers: Vec<_> = (1..threads)
                .map(|_| scope.spawn(|| self.work(&mut |_, _| {})))
                .collect();
            let mut total = self.work(progress);
            for helper in helpers {
                let seen = helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                total = match (total, seen) {
                    (Ok(mut total), Ok(seen)) => {
                        total.merge(&seen);
                        Ok(total)
                    }
                    (Err(error), _) | (_, Err(error)) => Err(error),
                };
            }
            total
        })
    }

    /// Takes pieces until there are none.
    fn work(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<Seen, Error> {
        let mut seen = Seen {
            columns: self
                .names
                .iter()
                .map(|name| ColumnStats::new(coordinate(name).is_some()))
                .collect(),
            rows: 0,
            ragged: 0,
            invalid: None,
        };
        let mut block = Block::default();
        let mut memory = Vec::new();
        while !self.stop.load(Ordering::Relaxed) {
            let (piece, (done, total)) = {
                let mut splitter = self.splitter.lock().unwrap_or_else(PoisonError::into_inner);
                let piece = splitter
                    .next_piece(memory)
                    .inspect_err(|_| self.stop.store(true, Ordering::Relaxed))?;
                (piece, splitter.progress())
            };
            let Some(piece) = piece else { break };
            if let Err(error) = self.validated(&piece) {
                self.stop.store(true, Ordering::Relaxed);
                seen.invalid = Some(piece.offset + error.valid_up_to() as u64);
                break;
            }
            self.look(&piece, &mut block, &mut seen);
            progress(done, total);
            memory = piece.bytes;
        }
        Ok(seen)
    }

    fn validated(&self, piece: &Piece) -> Result<(), std::str::Utf8Error> {
        if self.validate {
            std::str::from_utf8(&piece.bytes).map(|_| ())
        } else {
            Ok(())
        }
    }

    fn look(&self, piece: &Piece, block: &mut Block, seen: &mut Seen) {
        let width = self.names.len();
        let quote = self.dialect.quote;
        let mut position = 0;
        let mut skipped = usize::from(piece.offset == 0 && self.dialect.header);
        while position < piece.bytes.len() {
            block.split(&piece.bytes, &mut position, self.dialect, width);
            let first = skipped.min(block.rows.len());
            skipped -= first;
            let rows = &block.rows[first..];
            seen.rows += rows.len() as u64;
            seen.ragged += rows.iter().filter(|row| row.cells as usize != width).count() as u64;
            for (column, stats) in seen.columns.iter_mut().enumerate() {
                let cells = block.cells.iter().skip(first * width + column).step_by(width);
                for cell in cells {
                    if stats.is_settled() {
                        break;
                    }
                    if cell.is_doubled() {
                        stats.add(&cell.bytes(&piece.bytes, quote));
                    } else {
                        stats.add(cell.raw(&piece.bytes));
                    }
                }
            }
        }
    }
}

impl Seen {
    fn merge(&mut self, other: &Self) {
        for (mine, other) in self.columns.iter_mut().zip(&other.columns) {
            mine.merge(other);
        }
        self.rows += other.rows;
        self.ragged += other.ragged;
        self.invalid = self.invalid.or(other.invalid);
    }
}

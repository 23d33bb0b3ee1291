//! Writing a version: chunks are parsed and encoded on several threads and appended in order, into a folder that appears
//! complete or not at all.

mod folder;
mod parquet;
mod statistics;
mod turn;

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError, mpsc};

use ::parquet::arrow::arrow_writer::ArrowRowGroupWriterFactory;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parvis_formats::{Chunk, Parsed, Source};
use parvis_model::Schema;

pub(crate) use folder::{dataset_folder, remove_leftovers, version_folder};

use self::folder::TemporaryFolder;
use self::parquet::{DataFile, DataFileReport, encode};
use self::statistics::Statistics;
use self::turn::{Stopped, Turn};
use crate::manifest::{DATA, FORMAT_VERSION, FieldStatistics, MANIFEST, Manifest};
use crate::rejects::Rejects;
use crate::{Error, VersionPath, VersionReport, layout};

/// What the threads share.
struct Job<'a> {
    schema: &'a Schema,
    physical: &'a SchemaRef,
    factory: ArrowRowGroupWriterFactory,
    input: Mutex<Input>,
    /// Number of the next record.
    numbers: Turn<i64>,
    output: Turn<Output>,
}

/// The source, read by one thread at a time.
struct Input {
    source: Box<dyn Source>,
    /// The first chunk, parsed before the threads began so that the file could be laid out for it.
    first: Option<Parsed>,
    next: u64,
    ended: bool,
}

/// A piece of work.
enum Piece {
    Parsed(Parsed),
    Chunk(Chunk),
}

/// A piece of work in its place.
struct Numbered {
    number: u64,
    piece: Piece,
    /// Bytes of the source read so far, and in all.
    read: (u64, u64),
}

/// What is written, by one thread at a time, in order.
struct Output {
    file: DataFile,
    rejects: Rejects,
    statistics: Statistics,
}

/// What was written.
struct Written {
    data: DataFileReport,
    records: u64,
    rejected: u64,
    statistics: Vec<FieldStatistics>,
}

/// A thread ended early: for its own reason, or because another did.
enum Failure {
    Own(Error),
    Other,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Own(error)
    }
}

impl From<Stopped> for Failure {
    fn from(_: Stopped) -> Self {
        Self::Other
    }
}

/// Writes a version; see [`crate::Engine::write_version`].
pub(crate) fn write_version(
    root: &Path,
    path: &VersionPath,
    source: Box<dyn Source>,
    rejects: Option<&Path>,
    threads: usize,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<VersionReport, Error> {
    let target = version_folder(root, path);
    let folder = TemporaryFolder::create(&target)?;
    let schema = source.schema().clone();
    let rejects = Rejects::new(rejects)?;
    let written = write_data(&folder.path().join(DATA), &schema, source, rejects, (threads, progress))?;
    let manifest = Manifest {
        format_version: FORMAT_VERSION,
        schema,
        records: written.records,
        rejected: written.rejected,
        data_bytes: written.data.bytes,
        data_sha256: written.data.sha256,
        statistics: written.statistics,
        made_by: concat!("parvis ", env!("CARGO_PKG_VERSION")).to_owned(),
    };
    let manifest_bytes = write_manifest(&folder.path().join(MANIFEST), &manifest)?;
    folder.publish(&target)?;
    Ok(VersionReport {
        extent: statistics::extent(&manifest.statistics),
        schema: manifest.schema,
        records: manifest.records,
        bytes: manifest.data_bytes + manifest_bytes,
        content_hash: manifest.data_sha256,
        rejected: manifest.rejected,
    })
}

fn write_manifest(path: &Path, manifest: &Manifest) -> Result<u64, Error> {
    let bytes = serde_json::to_vec_pretty(manifest).map_err(|error| Error::Internal(error.to_string()))?;
    let written = File::create_new(path).and_then(|mut file| {
        file.write_all(&bytes)?;
        file.sync_all()
    });
    written.map_err(|error| Error::io(format!("writing {}", path.display()), error))?;
    Ok(bytes.len() as u64)
}

/// Writes `data.parquet` on several threads.
fn write_data(
    path: &Path,
    schema: &Schema,
    mut source: Box<dyn Source>,
    rejects: Rejects,
    (threads, progress): (usize, &mut dyn FnMut(u64, u64)),
) -> Result<Written, Error> {
    let physical = layout::physical_schema(schema);
    let first = source.next_chunk()?.map(|chunk| (chunk.parse)()).transpose()?;
    let sample = match &first {
        Some(parsed) => layout::flatten(schema, &physical, &parsed.batch, 0)?,
        None => RecordBatch::new_empty(physical.clone()),
    };
    let (file, factory) = DataFile::create(path, &sample)?;
    drop(sample);
    let job = Job {
        schema,
        physical: &physical,
        factory,
        input: Mutex::new(Input {
            source,
            ended: first.is_none(),
            first,
            next: 0,
        }),
        numbers: Turn::new(0),
        output: Turn::new(Output {
            file,
            rejects,
            statistics: Statistics::new(schema),
        }),
    };
    run(&job, threads.max(1), progress)?;
    let output = job.output.into_inner();
    Ok(Written {
        data: output.file.finish()?,
        records: job.numbers.into_inner().cast_unsigned(),
        rejected: output.rejects.finish()?,
        statistics: output.statistics.finish(schema),
    })
}

/// Runs the threads to the end, telling the progress on this one.
fn run(job: &Job<'_>, threads: usize, progress: &mut dyn FnMut(u64, u64)) -> Result<(), Error> {
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        let handles: Vec<_> = (0..threads)
            .map(|_| {
                let sender = sender.clone();
                scope.spawn(move || {
                    let _alarm = Alarm(job);
                    work(job, &sender).inspect_err(|_| job.stop())
                })
            })
            .collect();
        drop(sender);
        for (done, all) in receiver {
            progress(done, all);
        }
        let mut result = Ok(());
        for handle in handles {
            match handle.join() {
                Ok(Err(Failure::Own(error))) => result = result.and(Err(error)),
                Ok(Ok(()) | Err(Failure::Other)) => {}
                Err(_) => result = Err(Error::Internal("a thread that wrote a version panicked".to_owned())),
            }
        }
        result
    })
}

/// Stops the other threads when this one panics, or they would wait for it for ever.
struct Alarm<'a, 'b>(&'a Job<'b>);

impl Drop for Alarm<'_, '_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop();
        }
    }
}

impl Job<'_> {
    fn stop(&self) {
        self.numbers.stop();
        self.output.stop();
    }

    /// The next piece.
    fn next(&self) -> Result<Option<Numbered>, Error> {
        let mut input = self.input.lock().unwrap_or_else(PoisonError::into_inner);
        if input.ended {
            return Ok(None);
        }
        let piece = match input.first.take() {
            Some(parsed) => Some(Piece::Parsed(parsed)),
            None => input.source.next_chunk()?.map(Piece::Chunk),
        };
        let Some(piece) = piece else {
            input.ended = true;
            return Ok(None);
        };
        let number = input.next;
        input.next += 1;
        let read = input.source.progress();
        Ok(Some(Numbered { number, piece, read }))
    }
}

/// What each thread does.
fn work(job: &Job<'_>, progress: &mpsc::Sender<(u64, u64)>) -> Result<(), Failure> {
    let mut saturated = Vec::new();
    while let Some(Numbered { number, piece, read }) = job.next()? {
        let parsed = match piece {
            Piece::Parsed(parsed) => parsed,
            Piece::Chunk(chunk) => (chunk.parse)().map_err(Error::from)?,
        };
        let rows = i64::try_from(parsed.batch.num_rows()).expect("a batch fits in memory");
        let first = job.numbers.take(number, |next| {
            let first = *next;
            *next += rows;
            first
        })?;
        let batch = layout::flatten(job.schema, job.physical, &parsed.batch, first)?;
        let problems = parsed.problems;
        drop(parsed.batch);
        let mut statistics = Statistics::new(job.schema);
        statistics.skip(&saturated);
        statistics.observe(&batch);
        let columns = encode(&job.factory, job.physical, &batch)?;
        drop(batch);
        saturated = job.output.take(number, |output| {
            output.statistics.merge(statistics);
            output.rejects.add(&problems)?;
            if rows > 0 {
                output.file.append(columns)?;
            }
            Ok::<_, Error>(output.statistics.saturated())
        })??;
        // The receiver lives as long as the threads.
        let _ = progress.send(read);
    }
    Ok(())
}

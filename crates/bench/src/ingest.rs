//! Times of reading and publishing a file.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use anyhow::Context;
use chrono_tz::Tz;
use parvis_engine::{Engine, Settings, VersionPath};
use parvis_formats::{
    Chunk, Column, ColumnKind, Format, InspectOptions, Parsed, Source, Table, WriterOptions, inspect, open, writer,
};
use parvis_model::{Clock, DatasetUid, PortalId, SystemClock, SystemRng, VersionId};

/// Threads used, those of the yardstick.
const THREADS: usize = 2;

/// Peak resident memory of this process so far, in kibibytes.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok())
        .unwrap_or_default()
}

/// Parses every chunk on two threads, giving each to `each`; the next chunk is cut by whichever thread is free.
fn parse_all(source: Box<dyn Source>, each: &(impl Fn(Parsed) -> anyhow::Result<()> + Sync)) -> anyhow::Result<()> {
    let source = Mutex::new(source);
    let next =
        || -> anyhow::Result<Option<Chunk>> { Ok(source.lock().unwrap_or_else(PoisonError::into_inner).next_chunk()?) };
    let work = || -> anyhow::Result<()> {
        while let Some(chunk) = next()? {
            each((chunk.parse)()?)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let helpers: Vec<_> = (1..THREADS).map(|_| scope.spawn(work)).collect();
        work()?;
        helpers
            .into_iter()
            .try_for_each(|helper| helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// Inspects a file and parses all of it, without writing anything: the readers alone.
pub fn read(file: &Path) -> anyhow::Result<String> {
    let start = Instant::now();
    let inspection = inspect(file, &InspectOptions::default(), &mut |_, _| {})?;
    let inspected = start.elapsed().as_secs_f64();
    let counts = Mutex::new((0, 0));
    parse_all(open(file, &inspection)?, &|parsed| {
        let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.0 += parsed.batch.num_rows();
        counts.1 += parsed.problems.len();
        Ok(())
    })?;
    let total = start.elapsed().as_secs_f64();
    let (rows, problems) = *counts.lock().unwrap_or_else(PoisonError::into_inner);
    let types: Vec<_> = inspection
        .schema
        .fields
        .iter()
        .map(|field| (&field.name, field.field_type))
        .collect();
    Ok(serde_json::json!({
        "rows": rows, "problems": problems, "inspect_seconds": inspected, "parse_seconds": total - inspected,
        "seconds": total, "peak_kib": peak_memory(), "types": types,
    })
    .to_string())
}

/// Writes all records of a file in a format, to memory that is dropped: the writers alone, reading not counted.
pub fn export(file: &Path, format: &str) -> anyhow::Result<String> {
    let format = Format::parse(format).context("no such format")?;
    let inspection = inspect(file, &InspectOptions::default(), &mut |_, _| {})?;
    let columns = inspection.schema.fields.iter();
    let columns = columns
        .map(|field| Column {
            key: field.name.clone(),
            label: field.name.clone(),
            kind: ColumnKind::of(field),
        })
        .collect();
    let table = Table {
        columns,
        timezone: Tz::UTC,
    };
    let mut writer = writer(format, table, WriterOptions::default())?;
    let mut source = open(file, &inspection)?;
    let (mut seconds, mut bytes, mut out) = (0.0, 0, Vec::new());
    writer.start(&mut out)?;
    while let Some(chunk) = source.next_chunk()? {
        let parsed = (chunk.parse)()?;
        let start = Instant::now();
        writer.batch(&parsed.batch, &mut out)?;
        seconds += start.elapsed().as_secs_f64();
        bytes += out.len();
        out.clear();
    }
    writer.finish(&mut out)?;
    Ok(serde_json::json!({ "rows": inspection.rows, "bytes": bytes + out.len(), "seconds": seconds }).to_string())
}

/// Publishes a file as a version below `folder`, as an import does: types inferred over the whole file, then everything a version is.
pub fn ingest(file: &Path, folder: &Path) -> anyhow::Result<String> {
    let settings = Settings {
        threads: THREADS,
        writers: THREADS,
        ..Settings::default()
    };
    let engine = Engine::open(folder, settings)?;
    let path = VersionPath {
        portal: PortalId::new("bench"),
        dataset: DatasetUid::generate(&SystemRng),
        version: VersionId::generate(SystemClock.now().timestamp_millis(), &SystemRng),
    };
    let start = Instant::now();
    let inspection = inspect(file, &InspectOptions::default(), &mut |_, _| {})?;
    let inspected = start.elapsed().as_secs_f64();
    let report = engine.write_version(&path, open(file, &inspection)?, None, &mut |_, _| {})?;
    let seconds = start.elapsed().as_secs_f64();
    engine.remove_dataset(&path)?;
    Ok(serde_json::json!({
        "rows": report.records, "bytes": report.bytes, "inspect_seconds": inspected,
        "seconds": seconds, "peak_kib": peak_memory(),
    })
    .to_string())
}

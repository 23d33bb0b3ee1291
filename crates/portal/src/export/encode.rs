//! The bytes of an export: batches in a format, made in the turns of the portal, no faster than the client reads.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::array::RecordBatch;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::stream::{BoxStream, StreamExt as _, iter, once, unfold};
use parvis_engine::PortalThreads;
use parvis_formats::{AnyWriter, RowFormat, Writer};

use crate::{Error, Result};

/// Pieces of one export that are written at the same time, or wait until those before them are sent.
const AT_ONCE: usize = 3;
/// Most records of a piece: a reader that takes nothing holds a few pieces, in a form that is larger than the batch.
const PIECE: usize = 2_048;

type Batches = BoxStream<'static, Result<RecordBatch, parvis_engine::Error>>;
type Pieces = BoxStream<'static, Result<Bytes>>;

/// The bytes of an export: its batches in a format. Nothing comes after an error.
pub(crate) fn encode(threads: &PortalThreads, batches: Batches, writer: AnyWriter, compressed: bool) -> Pieces {
    let pieces = match writer {
        AnyWriter::Apart(format) => apart(threads.clone(), batches, format),
        AnyWriter::InTurn(writer) => in_turn(threads.clone(), batches, writer),
    };
    packed(threads, pieces, compressed)
}

/// Batches that do not need each other: several are written at once and sent in order.
fn apart(threads: PortalThreads, batches: Batches, format: Arc<dyn RowFormat>) -> Pieces {
    let (begin, end) = (Arc::clone(&format), Arc::clone(&format));
    let begin = once(async move {
        let mut out = Vec::new();
        begin.head(&mut out);
        Ok(out.into())
    });
    let end = once(async move {
        let mut out = Vec::new();
        end.tail(&mut out);
        Ok(out.into())
    });
    // Pieces are about as long as the ones before: room for them is made in one go.
    let longest = Arc::new(AtomicUsize::new(0));
    let mut first = true;
    let written = batches.flat_map(sliced).map(move |batch| {
        let (threads, format, longest) = (threads.clone(), Arc::clone(&format), Arc::clone(&longest));
        let begins = first;
        first &= !batch.as_ref().is_ok_and(|batch| batch.num_rows() > 0);
        async move {
            let batch = batch?;
            let write = move || -> Result<Bytes> {
                let mut out = Vec::with_capacity(longest.load(Ordering::Relaxed));
                format.rows(&batch, begins, &mut out)?;
                longest.fetch_max(out.len(), Ordering::Relaxed);
                Ok(Bytes::from(out))
            };
            threads.compute(write).await?
        }
    });
    until_error(begin.chain(written.buffered(AT_ONCE)).chain(end).boxed())
}

/// A batch in parts of at most [`PIECE`] records.
fn sliced(batch: Result<RecordBatch, parvis_engine::Error>) -> Batches {
    let batch = match batch {
        Ok(batch) if batch.num_rows() > PIECE => batch,
        other => return once(std::future::ready(other)).boxed(),
    };
    let starts = (0..batch.num_rows()).step_by(PIECE);
    iter(starts.map(move |start| Ok(batch.slice(start, PIECE.min(batch.num_rows() - start))))).boxed()
}

/// The same items up to the first error.
fn until_error(pieces: Pieces) -> Pieces {
    let pieces = unfold(Some(pieces), |pieces| async move {
        let mut pieces = pieces?;
        let piece = pieces.next().await?;
        let rest = piece.is_ok().then_some(pieces);
        Some((piece, rest))
    });
    pieces.boxed()
}

/// What a writer has to do next.
enum Task {
    Start,
    Batch(RecordBatch),
    Finish,
}

/// Batches that need each other.
fn in_turn(threads: PortalThreads, batches: Batches, writer: Box<dyn Writer>) -> Pieces {
    let pieces = unfold(Some((threads, batches, writer, false)), |state| async move {
        let (threads, mut batches, mut writer, begun) = state?;
        let task = match begun {
            false => Task::Start,
            true => match batches.next().await {
                Some(Ok(batch)) => Task::Batch(batch),
                Some(Err(error)) => return Some((Err(error.into()), None)),
                None => Task::Finish,
            },
        };
        let last = matches!(task, Task::Finish);
        let write = move || -> Result<_> {
            let mut out = Vec::new();
            match task {
                Task::Start => writer.start(&mut out)?,
                Task::Batch(batch) => writer.batch(&batch, &mut out)?,
                Task::Finish => writer.finish(&mut out)?,
            }
            Ok((writer, Bytes::from(out)))
        };
        Some(match threads.compute(write).await {
            Ok(Ok((writer, bytes))) => (Ok(bytes), (!last).then_some((threads, batches, writer, true))),
            Ok(Err(error)) => (Err(error), None),
            Err(error) => (Err(error.into()), None),
        })
    });
    pieces.boxed()
}

/// The same bytes, as gzip when `compressed` is set, and without empty pieces.
pub(crate) fn packed(threads: &PortalThreads, bytes: Pieces, compressed: bool) -> Pieces {
    let bytes = if compressed {
        gzipped(threads.clone(), bytes)
    } else {
        bytes
    };
    let full = bytes.filter(|bytes| std::future::ready(!bytes.as_ref().is_ok_and(Bytes::is_empty)));
    full.boxed()
}

fn gzipped(threads: PortalThreads, bytes: Pieces) -> Pieces {
    let gzip = GzEncoder::new(Vec::new(), Compression::fast());
    let packed = unfold(Some((threads, bytes, gzip)), |state| async move {
        let (threads, mut bytes, mut gzip) = state?;
        let piece = match bytes.next().await.transpose() {
            Ok(piece) => piece,
            // Without an end the client sees that the file was cut short.
            Err(error) => return Some((Err(error), None)),
        };
        let last = piece.is_none();
        let pack = move || -> Result<_> {
            let written = match piece {
                Some(piece) => gzip.write_all(&piece),
                None => gzip.try_finish(),
            };
            written.map_err(|error| Error::Internal(format!("an export could not be compressed: {error}")))?;
            let packed = std::mem::take(gzip.get_mut());
            Ok((gzip, Bytes::from(packed)))
        };
        Some(match threads.compute(pack).await {
            Ok(Ok((gzip, packed))) => (Ok(packed), (!last).then_some((threads, bytes, gzip))),
            Ok(Err(error)) => (Err(error), None),
            Err(error) => (Err(error.into()), None),
        })
    });
    packed.boxed()
}

#[cfg(test)]
mod tests {
    use futures::TryStreamExt as _;
    use parvis_formats::{Column, ColumnKind, Format, Table, WriterOptions, writer};

    use super::*;

    fn numbers(from: i64, to: i64) -> RecordBatch {
        let column: arrow::array::ArrayRef = Arc::new(arrow::array::Int64Array::from_iter_values(from..to));
        RecordBatch::try_from_iter([("n", column)]).unwrap()
    }

    fn format(format: Format) -> AnyWriter {
        let column = Column {
            key: "n".to_owned(),
            label: "n".to_owned(),
            kind: ColumnKind::Int,
        };
        let table = Table {
            columns: vec![column],
            timezone: chrono_tz::Tz::UTC,
        };
        writer(format, table, WriterOptions::default()).unwrap()
    }

    fn threads() -> (tempfile::TempDir, PortalThreads) {
        let folder = tempfile::tempdir().unwrap();
        let engine = parvis_engine::Engine::open(folder.path(), Default::default()).unwrap();
        let threads = engine.threads_of(&parvis_model::PortalId::parse("orleans").unwrap());
        (folder, threads)
    }

    async fn whole(pieces: Pieces) -> String {
        let pieces: Vec<Bytes> = pieces.try_collect().await.unwrap();
        String::from_utf8(pieces.concat()).unwrap()
    }

    #[tokio::test]
    async fn batches_written_at_once_come_in_order_and_with_commas_between_them_only() {
        // Some are sent in several pieces.
        let length = i64::try_from(PIECE).unwrap() + 100;
        let batches = (0..20).map(move |batch| {
            Ok(numbers(
                batch * length,
                batch * length + if batch == 0 { 0 } else { length },
            ))
        });
        let (_folder, threads) = threads();
        let text = whole(encode(&threads, iter(batches).boxed(), format(Format::Json), false)).await;
        let rows: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        let read: Vec<i64> = rows.iter().map(|row| row["n"].as_i64().unwrap()).collect();
        assert_eq!(read, (length..20 * length).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn nothing_comes_after_an_error() {
        let failed = parvis_engine::Error::Budget("too much".to_owned());
        let (_folder, threads) = threads();
        for kind in [Format::Json, Format::Parquet] {
            let error = Err(parvis_engine::Error::Budget("too much".to_owned()));
            let batches = iter([Ok(numbers(0, 3)), error, Ok(numbers(3, 6))]);
            let pieces: Vec<_> = encode(&threads, batches.boxed(), format(kind), false).collect().await;
            let last = pieces.last().unwrap().as_ref().unwrap_err();
            assert_eq!(last.to_string(), failed.to_string());
            assert_eq!(pieces.iter().filter(|piece| piece.is_err()).count(), 1);
        }
    }

    #[tokio::test]
    async fn no_more_is_read_than_a_few_batches_ahead_of_the_client() {
        let read = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&read);
        let batches = iter(0..1000).map(move |batch| {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(numbers(batch, batch + 1))
        });
        let (_folder, threads) = threads();
        let mut pieces = encode(&threads, batches.boxed(), format(Format::Csv), false);
        for _ in 0..11 {
            pieces.next().await.unwrap().unwrap();
        }
        assert!(read.load(Ordering::Relaxed) <= 10 + AT_ONCE, "{read:?}");
    }
}

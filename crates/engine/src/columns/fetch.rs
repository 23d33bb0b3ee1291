//! Records by their number, from columns in memory and files of texts; what is in neither is read from the version's file.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak, mpsc};

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::DataType;

use super::texts::{self, Texts};
use super::{Column, Columns, Maybe};
use crate::Error;
use crate::engine::Inner;
use crate::layout::ROW;
use crate::version::{HEAD_ROWS, VersionFile};

/// Most records that are fetched without another thread.
const AT_ONCE: usize = 100;

/// What a version has beside its file to give records quickly.
#[derive(Debug)]
pub(crate) struct Shelf {
    /// The files of texts, by the place of the column.
    texts: Vec<OnceLock<Texts>>,
    asked: AtomicBool,
    /// Columns whose words are being indexed, or cannot be.
    pub(super) words_asked: Vec<AtomicBool>,
}

impl Shelf {
    /// Nothing yet, for so many columns.
    pub(crate) fn new(columns: usize) -> Self {
        Self {
            texts: (0..columns).map(|_| OnceLock::new()).collect(),
            asked: AtomicBool::new(false),
            words_asked: (0..columns).map(|_| AtomicBool::new(false)).collect(),
        }
    }
}

/// The records numbered `rows` of a version, with the columns at `places` (ascending).
pub(crate) fn fetch(
    inner: &Arc<Inner>,
    version: &Arc<VersionFile>,
    rows: &[u64],
    places: &[usize],
) -> Result<RecordBatch, Error> {
    if rows.iter().all(|row| *row < HEAD_ROWS) {
        return version.read_rows(rows, places);
    }
    let found = places.iter().map(|place| at_hand(inner, version, *place, rows));
    let mut found: Vec<Option<ArrayRef>> = found.collect::<Result<_, _>>()?;
    let missing: Vec<usize> = places
        .iter()
        .zip(&found)
        .filter(|(_, found)| found.is_none())
        .map(|(place, _)| *place)
        .collect();
    if !missing.is_empty() {
        inner.loader.ask(inner, version);
        let read = version.read_rows(rows, &missing)?;
        let mut read = read.columns().iter();
        for slot in found.iter_mut().filter(|slot| slot.is_none()) {
            *slot = read.next().map(Arc::clone);
        }
    }
    together(version, places, found)?.ok_or_else(|| Error::Internal("a column was not read".to_owned()))
}

/// As [`fetch`], when nothing has to be decoded: soon enough to be done where the request is served.
pub(crate) fn fetch_at_hand(
    inner: &Inner,
    version: &VersionFile,
    rows: &[u64],
    places: &[usize],
) -> Maybe<RecordBatch> {
    if rows.len() > AT_ONCE {
        return Ok(None);
    }
    let found = places.iter().map(|place| at_hand(inner, version, *place, rows));
    together(version, places, found.collect::<Result<_, _>>()?)
}

/// The columns at `places` as a batch, when all of them were found.
fn together(version: &VersionFile, places: &[usize], found: Vec<Option<ArrayRef>>) -> Maybe<RecordBatch> {
    let Some(columns) = found.into_iter().collect() else {
        return Ok(None);
    };
    let schema = Arc::new(version.physical().project(places)?);
    Ok(Some(RecordBatch::try_new(schema, columns)?))
}

/// The values of a column, when they can be had without decoding pages.
fn at_hand(inner: &Inner, version: &VersionFile, place: usize, rows: &[u64]) -> Result<Option<ArrayRef>, Error> {
    if version.physical().field(place).name() == ROW {
        return Column::Rows(usize::try_from(version.rows()).unwrap_or(usize::MAX))
            .rows(rows)
            .map(Some);
    }
    match inner.columns.get(&(version.folder.clone(), place)) {
        Some(Some(column)) => column.rows(rows).map(Some),
        _ => match version.shelf.texts.get(place).and_then(OnceLock::get) {
            Some(texts) => texts.rows(rows).map(Some),
            None => Ok(None),
        },
    }
}

/// Whether the values of a column can be had without decoding pages.
pub(super) fn is_at_hand(inner: &Inner, version: &VersionFile, place: usize) -> bool {
    version.physical().field(place).name() == ROW
        || matches!(inner.columns.get(&(version.folder.clone(), place)), Some(Some(_)))
        || version
            .shelf
            .texts
            .get(place)
            .is_some_and(|texts| texts.get().is_some())
}

/// What a thread makes for queries to come; the engine may be gone by then.
type Job = Box<dyn FnOnce(&Weak<Inner>) + Send>;

/// A thread that makes the columns and the indexes of versions ready, one thing after the other.
#[derive(Debug, Default)]
pub(crate) struct Loader(Mutex<Option<mpsc::Sender<Job>>>);

impl Loader {
    /// Asks for the columns of a version, once for as long as it stays open.
    fn ask(&self, inner: &Arc<Inner>, version: &Arc<VersionFile>) {
        if !version.shelf.asked.swap(true, Ordering::Relaxed) {
            let version = Arc::clone(version);
            self.run(inner, move |inner| make_all_ready(inner, &version));
        }
    }

    /// Does a job after those before.
    pub(super) fn run(&self, inner: &Arc<Inner>, job: impl FnOnce(&Weak<Inner>) + Send + 'static) {
        let mut sender = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let thread = sender.get_or_insert_with(|| {
            let (sender, receiver) = mpsc::channel::<Job>();
            let inner = Arc::downgrade(inner);
            let started = std::thread::Builder::new().name("parvis-columns".to_owned());
            let work = move || receiver.into_iter().for_each(|job| job(&inner));
            if let Err(error) = started.spawn(work) {
                tracing::warn!(%error, "columns are made only when a query needs them");
            }
            sender
        });
        // Without the thread, records are read from the version's file.
        let _ = thread.send(Box::new(job));
    }
}

pub(super) fn make_all_ready(inner: &Weak<Inner>, version: &Arc<VersionFile>) {
    for place in 0..version.physical().fields().len() {
        // The engine is gone: nobody will ask.
        let Some(inner) = inner.upgrade() else { return };
        if let Err(error) = make_ready(&inner, version, place) {
            tracing::warn!(folder = %version.folder.display(), place, %error, "a column cannot be made");
        }
    }
}

fn make_ready(inner: &Arc<Inner>, version: &Arc<VersionFile>, place: usize) -> Result<(), Error> {
    let field = version.physical().field(place).clone();
    let columns = Columns::Version(Arc::clone(inner), Arc::clone(version));
    if columns.get(field.name())?.is_some() || *field.data_type() != DataType::Utf8 {
        return Ok(());
    }
    let path = texts::path(&version.folder, place);
    if Texts::open(&path, version.rows()).is_none() {
        Texts::write(&path, version.rows(), version.read_column(place)?)?;
    }
    if let (Some(slot), Some(texts)) = (version.shelf.texts.get(place), Texts::open(&path, version.rows())) {
        let _ = slot.set(texts);
    }
    Ok(())
}

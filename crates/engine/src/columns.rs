//! Columns in memory, and what is answered from them alone: which records match, the first of an order, facets and groups.
//!
//! A column is read from the version's file when a query first needs it, and kept, in memory within a budget and in a file of its
//! own beside the version, so that it is not decoded again. Texts that hardly ever come back are not kept; queries that need them
//! go through DataFusion, as do aggregates that are not computed here.

mod bits;
mod build;
mod coarse;
mod codes;
mod column;
mod fetch;
mod file;
mod filter;
mod groups;
mod order;
mod scale;
mod scanned;
mod search;
mod stream;
mod tally;
mod texts;
mod totals;

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use arrow::array::RecordBatch;
use datafusion::logical_expr::Expr;
use moka::sync::Cache;
use parvis_model::FieldType;

pub(crate) use bits::Bits;
pub(crate) use column::Column;
pub(crate) use fetch::{Loader, Shelf, fetch, fetch_at_hand};
pub(crate) use search::{WordsCache, words_cache};

use self::bits::BLOCK;
use self::filter::{Compiler, Test};
use crate::engine::Inner;
use crate::folder::Folder;
use crate::layout::{self, ROW};
use crate::runtime::spawn_part;
use crate::scan::{Filter, Groups, Order, Page, Selection};
use crate::version::VersionFile;
use crate::words::TableWords;
use crate::{Error, stop};

/// `None` when something cannot be done from columns in memory.
pub(crate) type Maybe<T> = Result<Option<T>, Error>;
/// A column, or that it is not kept in memory.
type Kept = Option<Arc<Column>>;
/// Columns of versions by the folder of the version and their place.
pub(crate) type ColumnCache = Cache<(Folder, usize), Kept>;
/// Which records of a version match a condition, by its folder and the condition: the tree and not its text, in which a constant is
/// not quoted, so that what a client wrote could pass for the condition of somebody who may see more.
pub(crate) type BitsCache = Cache<(Folder, Expr), Arc<Bits>>;

/// Records below which splitting the work costs more than it gains.
const WORTH_SPLITTING: usize = 8 * BLOCK;

/// A cache of columns that take at most `bytes` together.
pub(crate) fn column_cache(bytes: u64) -> ColumnCache {
    Cache::builder()
        .max_capacity(bytes / 1_024)
        .weigher(|_, column: &Kept| column.as_ref().map_or(1, |column| kib(column.bytes())))
        .build()
}

/// A cache of matching records that takes at most `bytes`.
pub(crate) fn bits_cache(bytes: u64) -> BitsCache {
    Cache::builder()
        .max_capacity(bytes / 1_024)
        .weigher(|(_, condition): &(Folder, Expr), bits: &Arc<Bits>| kib(bits.bytes() + condition.to_string().len()))
        .build()
}

fn kib(bytes: usize) -> u32 {
    u32::try_from(bytes / 1_024 + 1).unwrap_or(u32::MAX)
}

/// The columns of a table in memory, made when they are first needed.
#[derive(Debug)]
pub(crate) struct TableColumns {
    columns: Vec<OnceLock<Kept>>,
    words: Vec<OnceLock<TableWords>>,
}

impl TableColumns {
    /// None of them made yet.
    pub(crate) fn new(count: usize) -> Self {
        Self {
            columns: (0..count).map(|_| OnceLock::new()).collect(),
            words: (0..count).map(|_| OnceLock::new()).collect(),
        }
    }
}

/// Where columns come from.
#[derive(Clone)]
pub(crate) enum Columns {
    /// A version on the disk.
    Version(Arc<Inner>, Arc<VersionFile>),
    /// A table in memory.
    Table(RecordBatch, Arc<TableColumns>),
}

impl Columns {
    fn records(&self) -> usize {
        match self {
            Self::Version(_, version) => usize::try_from(version.rows()).unwrap_or(usize::MAX),
            Self::Table(batch, _) => batch.num_rows(),
        }
    }

    /// The column called `name`, when it can be kept in memory.
    pub(crate) fn get(&self, name: &str) -> Maybe<Arc<Column>> {
        if name == ROW {
            return Ok(Some(Arc::new(Column::Rows(self.records()))));
        }
        match self {
            Self::Table(batch, columns) => {
                let place = batch.schema().index_of(name)?;
                let Some(slot) = columns.columns.get(place) else {
                    return Ok(None);
                };
                if let Some(column) = slot.get() {
                    return Ok(column.clone());
                }
                let array = Arc::clone(batch.column(place));
                let data_type = array.data_type().clone();
                let built = build::build(&data_type, batch.num_rows(), std::iter::once(Ok(array)))?.map(Arc::new);
                Ok(slot.get_or_init(|| built).clone())
            }
            Self::Version(inner, version) => {
                let place = version.physical().index_of(name)?;
                let load = || -> Result<Kept, Error> {
                    let column = version_column(version, place)?;
                    // One column does not push out all others.
                    let fits = |column: &Column| column.bytes() as u64 <= inner.settings.column_memory / 2;
                    Ok(column.filter(fits).map(Arc::new))
                };
                loaded(&inner.columns, &(version.folder.clone(), place), load)
            }
        }
    }
}

/// The column called `key`, loaded once for all who need it.
fn loaded(
    columns: &ColumnCache,
    key: &(Folder, usize),
    mut load: impl FnMut() -> Result<Kept, Error>,
) -> Result<Kept, Error> {
    loop {
        let mut own = false;
        let shared = columns.try_get_with_by_ref(key, || {
            own = true;
            load()
        });
        match shared {
            Ok(column) => return Ok(column),
            // Somebody else was loading it, and may have failed only because their client left.
            Err(_) if !own => stop::check()?,
            Err(error) => {
                return Err(match Arc::try_unwrap(error) {
                    Ok(error) => error,
                    Err(shared) => Error::Internal(shared.to_string()),
                });
            }
        }
    }
}

/// The column at `place`, from its own file or else from the records.
fn version_column(version: &VersionFile, place: usize) -> Result<Option<Column>, Error> {
    let physical = version.physical().field(place);
    let mut fields = version.manifest.schema.fields.iter();
    let is_blob = fields.any(|field| {
        matches!(field.field_type, FieldType::GeoShape | FieldType::JsonBlob)
            && layout::column(&field.name) == *physical.name()
    });
    if is_blob {
        return Ok(None);
    }
    let records = usize::try_from(version.rows()).unwrap_or(usize::MAX);
    let path = file::path(&version.folder, place);
    if let Some(column) = file::read(&path, physical.data_type(), records) {
        return Ok(column);
    }
    let arrays = version.read_column(place)?;
    let arrays = arrays.map(|array| {
        stop::check()?;
        array
    });
    let column = build::build(physical.data_type(), records, arrays)?;
    file::write(&path, column.as_ref());
    Ok(column)
}

/// Ranges of records for so many threads, at the borders of blocks.
fn parts(records: usize, threads: usize) -> Vec<Range<usize>> {
    let threads = if records < WORTH_SPLITTING { 1 } else { threads.max(1) };
    let blocks = records.div_ceil(BLOCK);
    let border = |part: usize| (blocks * part / threads * BLOCK).min(records);
    (0..threads).map(|part| border(part)..border(part + 1)).collect()
}

/// Runs `work` on every part of the records side by side; the results are in the order of the parts.
async fn in_parts<T: Send + 'static>(
    records: usize,
    threads: usize,
    work: impl Fn(Range<usize>) -> Result<T, Error> + Send + Sync + 'static,
) -> Result<Vec<T>, Error> {
    let ranges = parts(records, threads);
    if let [range] = ranges.as_slice() {
        return Ok(vec![work(range.clone())?]);
    }
    let work = Arc::new(work);
    // All of them are begun before any is waited for: a thread runs the last that it began itself, and leaves the others to be taken.
    let begun = ranges.into_iter().map(|range| {
        let work = Arc::clone(&work);
        spawn_part(async move { work(range) })
    });
    let begun: Vec<_> = begun.collect();
    let mut results = Vec::with_capacity(begun.len());
    for part in begun {
        results.push(part.await?);
    }
    Ok(results)
}

/// A query over columns, on the threads of the engine.
pub(crate) struct Scan {
    pub(crate) inner: Arc<Inner>,
    pub(crate) columns: Columns,
}

impl Scan {
    fn compiler(&self) -> Compiler<'_> {
        Compiler {
            context: &self.inner.context,
            columns: &self.columns,
        }
    }

    /// The records that match.
    async fn matching(&self, filter: &Filter) -> Result<Arc<Bits>, Error> {
        if let Some(bits) = self.found(filter).await? {
            return Ok(bits);
        }
        let bits = Arc::new(self.scanned(filter).await?);
        self.keep(filter, &bits);
        Ok(bits)
    }

    /// The same, when columns in memory tell.
    async fn found(&self, filter: &Filter) -> Maybe<Arc<Bits>> {
        let Some(expr) = &filter.expr else {
            return Ok(Some(Arc::new(Bits::all(self.columns.records()))));
        };
        if let Columns::Version(_, version) = &self.columns
            && let Some(bits) = self.inner.bits.get(&(version.folder.clone(), expr.clone()))
        {
            return Ok(Some(bits));
        }
        let bits = match self.compiler().test(expr)? {
            Some(Test::Found(bits)) => bits,
            Some(test) => Arc::new(self.fulfilling(test).await?),
            None => return Ok(None),
        };
        self.keep(filter, &bits);
        Ok(Some(bits))
    }

    /// Keeps which records of a version match.
    fn keep(&self, filter: &Filter, bits: &Arc<Bits>) {
        if let (Columns::Version(_, version), Some(expr)) = (&self.columns, &filter.expr) {
            let key = (version.folder.clone(), expr.clone());
            self.inner.bits.insert(key, Arc::clone(bits));
        }
    }

    /// The records that fulfil a test.
    async fn fulfilling(&self, test: Test) -> Result<Bits, Error> {
        let words = in_parts(self.columns.records(), self.inner.settings.threads, move |range| {
            let mut words = Vec::with_capacity(range.len().div_ceil(64));
            for start in range.clone().step_by(BLOCK) {
                stop::check()?;
                words.extend(Test::block(&test, &(start..(start + BLOCK).min(range.end)), None)?);
            }
            Ok(words)
        });
        Ok(Bits::new(words.await?.concat()))
    }

    /// The numbers of the records of a page, in order.
    pub(crate) async fn select(&self, filter: &Filter, order: &[Order], page: Page) -> Maybe<Selection> {
        let keys = match self.compiler().keys(order)? {
            Some(keys) => keys,
            None => return Ok(None),
        };
        let records = self.columns.records();
        if page.after.is_some_and(|row| row >= records as u64) {
            return Err(Error::malformed("no record has the number that `after` names."));
        }
        let matching = self.matching(filter).await?;
        let total = matching.count();
        if keys.is_empty() {
            let rows = matching.page(page.after, page.offset, page.limit);
            return Ok(Some(Selection { total, rows }));
        }
        let index = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let wanted = index(page.offset.saturating_add(page.limit).min(total));
        let found = in_parts(records, self.inner.settings.threads, move |range| {
            order::first(&keys, &matching, range, wanted, page.after)
        });
        let mut found = found.await?.concat();
        found.sort_unstable();
        let rows = found.into_iter().take(wanted).skip(index(page.offset));
        Ok(Some(Selection {
            total,
            rows: rows.map(|ranked| ranked.row).collect(),
        }))
    }

    /// The groups of the records that match; see [`crate::scan::Records::aggregate`].
    pub(crate) async fn aggregate(&self, groups: &Groups) -> Maybe<RecordBatch> {
        let Some(plan) = self.compiler().groups(groups)? else {
            return Ok(None);
        };
        let matching = match &groups.filter.expr {
            None => None,
            Some(_) => Some(self.matching(&groups.filter).await?),
        };
        let plan = Arc::new(plan);
        let running = Arc::clone(&plan);
        let counted = in_parts(self.columns.records(), self.inner.settings.threads, move |range| {
            running.run(matching.as_deref(), &range)
        });
        plan.finish(counted.await?).map(Some)
    }
}

#[cfg(test)]
mod tests;

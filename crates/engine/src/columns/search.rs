//! Conditions on words, answered from the indexes of words of a version or of a table in memory.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use arrow::array::RecordBatch;
use datafusion::logical_expr::Expr;
use moka::sync::Cache;

use super::bits::Bits;
use super::filter::{Compiler, Test};
use super::{Columns, Maybe, TableColumns, kib};
use crate::Error;
use crate::engine::Inner;
use crate::folder::Folder;
use crate::udf::terms::{Contains, Term};
use crate::version::VersionFile;
use crate::words::{self, Builder, TableWords, Words};

/// Open indexes of words of versions by the folder of the version and the place of the column.
pub(crate) type WordsCache = Cache<(Folder, usize), Arc<Words>>;

/// A cache of indexes whose lists of blocks take at most `bytes` together.
pub(crate) fn words_cache(bytes: u64) -> WordsCache {
    Cache::builder()
        .max_capacity(bytes / 1_024)
        .weigher(|_, words: &Arc<Words>| kib(words.bytes()))
        .build()
}

impl Compiler<'_> {
    /// The test that words are found in columns, when all of these have an index. Those that are not there yet are asked for.
    pub(super) fn words_found(&self, expr: &Expr) -> Maybe<Test> {
        let Expr::ScalarFunction(call) = expr else {
            return Ok(None);
        };
        let Some(condition) = call.func.inner().downcast_ref::<Contains>() else {
            return Ok(None);
        };
        let fields = call.args.iter().map(|field| match field {
            Expr::Column(column) => Some(column.name.as_str()),
            _ => None,
        });
        let Some(fields) = fields.collect::<Option<Vec<_>>>() else {
            return Ok(None);
        };
        let bits = match self.columns {
            Columns::Version(inner, version) => in_version(inner, version, &fields, &condition.terms)?,
            Columns::Table(batch, columns) => Some(in_table(batch, columns, &fields, &condition.terms)?),
        };
        Ok(bits.map(|bits| Test::Found(Arc::new(bits))))
    }
}

/// The records of a table in which every term is found.
fn in_table(batch: &RecordBatch, columns: &TableColumns, fields: &[&str], terms: &[Term]) -> Result<Bits, Error> {
    let mut indexes = Vec::with_capacity(fields.len());
    for field in fields {
        let place = batch.schema().index_of(field)?;
        indexes.push(columns.words[place].get_or_init(|| TableWords::new(batch.column(place))));
    }
    found(terms, batch.num_rows(), |term, bits| {
        indexes.iter().for_each(|index| index.find(term, bits));
        Ok(())
    })
}

/// The records of a version in which every term is found, when all columns have an index.
fn in_version(inner: &Arc<Inner>, version: &Arc<VersionFile>, fields: &[&str], terms: &[Term]) -> Maybe<Bits> {
    let places = fields.iter().map(|field| version.physical().index_of(field));
    let places: Vec<usize> = places.collect::<Result<_, _>>()?;
    let indexes: Vec<_> = places.iter().map(|place| index(inner, version, *place)).collect();
    let Some(indexes) = indexes.into_iter().collect::<Option<Vec<_>>>() else {
        return Ok(None);
    };
    let records = usize::try_from(version.rows()).unwrap_or(usize::MAX);
    let bits = found(terms, records, |term, bits| {
        indexes.iter().try_for_each(|index| index.find(term, bits))
    });
    match bits {
        Err(error @ (Error::Damaged(_) | Error::Io { .. })) => {
            tracing::warn!(folder = %version.folder.display(), %error, "indexes of words are made again");
            places.iter().for_each(|place| forget(inner, version, *place));
            Ok(None)
        }
        bits => bits.map(Some),
    }
}

/// The records in which every term is found by `find`, which sets their bits.
fn found(terms: &[Term], records: usize, find: impl Fn(&Term, &mut [u64]) -> Result<(), Error>) -> Result<Bits, Error> {
    let mut all: Option<Vec<u64>> = None;
    for term in terms {
        let mut some = vec![0; records.div_ceil(64)];
        find(term, &mut some)?;
        if let Some(all) = &all {
            some.iter_mut().zip(all).for_each(|(word, all)| *word &= all);
        }
        all = Some(some);
    }
    Ok(all.map_or_else(|| Bits::all(records), Bits::new))
}

/// The index of a column, when it is there; else it is asked for.
fn index(inner: &Arc<Inner>, version: &Arc<VersionFile>, place: usize) -> Option<Arc<Words>> {
    // Records are numbered with four bytes there.
    if version.rows() > u64::from(u32::MAX) {
        return None;
    }
    let key = (version.folder.clone(), place);
    if let Some(words) = inner.words.get(&key) {
        return Some(words);
    }
    let asked = version.shelf.words_asked.get(place)?;
    // What is being made is not looked for.
    if asked.load(Ordering::Acquire) {
        return None;
    }
    if let Some(words) = Words::open(&words::path(&version.folder, place), version.rows()) {
        let words = Arc::new(words);
        inner.words.insert(key, Arc::clone(&words));
        return Some(words);
    }
    if !asked.swap(true, Ordering::AcqRel) {
        let version = Arc::clone(version);
        inner.loader.run(inner, move |inner| make(inner, &version, place));
    }
    None
}

/// Makes the index of a column. One that cannot be made is not asked for again while the version stays open.
fn make(inner: &Weak<Inner>, version: &VersionFile, place: usize) {
    match try_make(inner, version, place) {
        Ok(()) => {
            if let Some(asked) = version.shelf.words_asked.get(place) {
                asked.store(false, Ordering::Release);
            }
        }
        Err(error) => tracing::warn!(folder = %version.folder.display(), place, %error, "words cannot be indexed"),
    }
}

fn try_make(inner: &Weak<Inner>, version: &VersionFile, place: usize) -> Result<(), Error> {
    let mut builder = Builder::new(&version.folder, place)?;
    for texts in version.read_column(place)? {
        if inner.strong_count() == 0 {
            // Nobody will ask.
            return Ok(());
        }
        builder.add(&texts?)?;
    }
    builder.finish()
}

/// Removes an index that cannot be read.
fn forget(inner: &Inner, version: &VersionFile, place: usize) {
    inner.words.invalidate(&(version.folder.clone(), place));
    if let Err(error) = std::fs::remove_file(words::path(&version.folder, place)) {
        tracing::warn!(folder = %version.folder.display(), place, %error, "a damaged index of words stays");
    }
}

#[cfg(test)]
pub(super) mod tests;

//! What differs between two versions of a dataset: records that came, went, and changed.
//!
//! Records are told apart by the fields annotated `id` in the newer version, else in the older; without such a field a record is all of its values, and then none
//! changes: it goes and another comes. Both versions are read once, in order; of each record two hashes of 128 bits are kept, of
//! its key and of its values, and sorted. Of records with the same key the first is compared with the first, the second with the
//! second. What the caller may not see is neither read nor compared.

use arrow::array::{ArrayRef, RecordBatch, UInt64Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::row::{RowConverter, SortField};
use futures::TryStreamExt as _;
use parvis_model::Field;
use parvis_odsql::{Expr, ExprKind, Query, SelectItem, Span};
use twox_hash::XxHash3_64;

use crate::{Context, Dataset, Error, ExportRequest, Records, RecordsRequest};

/// What happened to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It was there and is not any more.
    Removed,
    /// It was not there.
    Added,
    /// Its key is the same, a value is not.
    Changed,
}

/// One record that differs: its place among those that the caller may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// In the older version.
    pub before: Option<u64>,
    /// In the newer one.
    pub after: Option<u64>,
}

impl Change {
    /// What happened.
    pub fn kind(self) -> ChangeKind {
        match (self.before, self.after) {
            (Some(_), Some(_)) => ChangeKind::Changed,
            (Some(_), None) => ChangeKind::Removed,
            (None, _) => ChangeKind::Added,
        }
    }
}

/// What differs between two versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The fields that records are told apart by; none: all.
    pub key: Vec<String>,
    /// Fields that the newer version has and the older has not, or with another type. They are not compared.
    pub fields_added: Vec<String>,
    /// The other way round.
    pub fields_removed: Vec<String>,
    /// The records: those removed in the order of the older version, then those added and changed in that of the newer.
    pub records: Vec<Change>,
}

/// A record of a version: the hash of its key, that of its values, and its place.
type Digest = (u128, u128, u64);

impl Dataset {
    /// What differs from `older`, another version of the same dataset, as the caller sees both.
    ///
    /// # Errors
    /// [`Error::Budget`] when they have more records than there is memory for.
    pub async fn changes_since(&self, older: &Self, context: &Context) -> Result<Changes, Error> {
        let both = self.count_all().saturating_add(older.count_all());
        let memory = both.saturating_mul(size_of::<Digest>() as u64);
        if memory > self.engine.inner.settings.query_memory as u64 {
            return Err(Error::Budget(format!(
                "Two versions with {both} records in all are more than this server can compare."
            )));
        }
        let (newer_fields, older_fields) = (self.visible(context), older.visible(context));
        let same = |field: &&Field, others: &[&Field]| {
            let other = others.iter().find(|other| other.name == field.name);
            other.is_some_and(|other| crate::layout::columns_of(other) == crate::layout::columns_of(field))
        };
        let names = |fields: Vec<&Field>| fields.into_iter().map(|field| field.name.clone()).collect::<Vec<_>>();
        let lacking = |fields: &[&Field], others: &[&Field]| {
            names(fields.iter().copied().filter(|field| !same(field, others)).collect())
        };
        let common: Vec<&Field> = newer_fields
            .iter()
            .copied()
            .filter(|field| same(field, &older_fields))
            .collect();
        let declared = |fields: &[&Field]| {
            let is_key = |field: &&Field| fields.iter().any(|one| one.name == field.name && one.annotations.id);
            names(common.iter().copied().filter(is_key).collect())
        };
        // A key that was declared later tells the records of earlier versions apart as well.
        let mut key = declared(&newer_fields);
        if key.is_empty() {
            key = declared(&older_fields);
        }
        let fields_added = lacking(&newer_fields, &older_fields);
        let fields_removed = lacking(&older_fields, &newer_fields);
        let common = names(common.clone());
        // Apart from the request, in whose stack two whole queries would not fit.
        let digest = async |dataset: &Self| Box::pin(dataset.digests(&key, &common, context)).await;
        let work = async {
            let (before, after) = (digest(older).await?, digest(self).await?);
            self.engine
                .inner
                .threads
                .compute(move || Ok(compare(&before, &after)))
                .await
        };
        let budget = self.engine.inner.settings.query_time;
        let records = self.engine.in_pieces(&self.portal, budget, work).await?;
        Ok(Changes {
            key,
            fields_added,
            fields_removed,
            records,
        })
    }

    fn visible(&self, context: &Context) -> Vec<&Field> {
        let seen = |field: &&Field| {
            let visible = context.visible.as_deref();
            visible.is_none_or(|names| names.contains(&field.name))
        };
        self.schema.fields.iter().filter(seen).collect()
    }

    /// The hashes of the records that the caller may see, in the order of their keys.
    async fn digests(&self, key: &[String], values: &[String], context: &Context) -> Result<Vec<Digest>, Error> {
        let request = ExportRequest {
            query: selecting(key.iter().chain(values)),
            facets: Vec::new(),
            limit: None,
            offset: 0,
            ids: false,
            context: context.clone(),
        };
        let mut batches = self.unbounded_export(request).await?.batches;
        let mut digests: Vec<Digest> = Vec::new();
        let keys = key.len();
        while let Some(batch) = batches.try_next().await? {
            let first = digests.len() as u64;
            let hash = move || hashes(&batch, keys, first);
            digests.extend(self.engine.inner.threads.compute(hash).await?);
        }
        let sort = move || {
            digests.sort_unstable_by_key(|(key, _, place)| (*key, *place));
            Ok(digests)
        };
        self.engine.inner.threads.compute(sort).await
    }

    /// The records at `places` (ascending) among those that the caller may see.
    ///
    /// # Errors
    /// As [`Dataset::records`].
    pub async fn records_at(&self, places: &[u64], context: &Context) -> Result<Vec<Records>, Error> {
        let mut found = Vec::new();
        for wanted in near(places) {
            let (Some(first), Some(last)) = (wanted.first(), wanted.last()) else {
                continue;
            };
            let request = RecordsRequest {
                query: Query::default(),
                facets: Vec::new(),
                limit: last - first + 1,
                offset: *first,
                after: None,
                app_metas: false,
                context: context.clone(),
            };
            let mut records = Box::pin(self.records(&request)).await?;
            records.batches = vec![pick(&records.batches, wanted, *first)?];
            found.push(records);
        }
        Ok(found)
    }
}

/// A query for fields as they are.
fn selecting<'a>(names: impl Iterator<Item = &'a String>) -> Query {
    let item = |(at, name): (usize, &String)| SelectItem::Expr {
        expr: Expr {
            kind: ExprKind::Field(name.clone()),
            span: Span::default(),
        },
        // A field may be both key and value.
        label: Some(at.to_string()),
        text: name.clone(),
    };
    Query {
        select: names.enumerate().map(item).collect(),
        ..Query::default()
    }
}

/// Hash of the first `keys` columns, or of all, and hash of the others, for each record.
fn hashes(batch: &RecordBatch, keys: usize, first: u64) -> Result<Vec<Digest>, Error> {
    let values = hashed(&batch.columns()[keys..], batch.num_rows())?;
    let keys = if keys == 0 {
        values.clone()
    } else {
        hashed(&batch.columns()[..keys], batch.num_rows())?
    };
    let places = first..;
    Ok(keys
        .into_iter()
        .zip(values)
        .zip(places)
        .map(|((key, value), place)| (key, value, place))
        .collect())
}

/// Hash of each row of some columns, by an encoding in which different values are different bytes.
fn hashed(columns: &[ArrayRef], rows: usize) -> Result<Vec<u128>, Error> {
    if columns.is_empty() {
        return Ok(vec![0; rows]);
    }
    let fields = columns.iter().map(|column| SortField::new(column.data_type().clone()));
    let encoded = RowConverter::new(fields.collect())?.convert_columns(columns)?;
    let hash = |bytes: &[u8]| {
        let half = |seed| u128::from(XxHash3_64::oneshot_with_seed(seed, bytes));
        (half(1) << 64) | half(2)
    };
    Ok(encoded.iter().map(|row| hash(row.data())).collect())
}

/// Walks through two versions, each in the order of its keys.
fn compare(before: &[Digest], after: &[Digest]) -> Vec<Change> {
    let (mut removed, mut rest) = (Vec::new(), Vec::new());
    let (mut old, mut new) = (before.iter().peekable(), after.iter().peekable());
    loop {
        let ahead = match (old.peek(), new.peek()) {
            (None, None) => break,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(old), Some(new)) => old.0.cmp(&new.0),
        };
        let (gone, come) = (ahead.is_le().then(|| old.next()), ahead.is_ge().then(|| new.next()));
        match (gone.flatten(), come.flatten()) {
            (Some(gone), Some(come)) if gone.1 == come.1 => {}
            (Some(gone), None) => removed.push(gone.2),
            (gone, Some(come)) => rest.push(Change {
                before: gone.map(|gone| gone.2),
                after: Some(come.2),
            }),
            (None, None) => {}
        }
    }
    removed.sort_unstable();
    rest.sort_unstable_by_key(|change| change.after);
    let removed = removed.into_iter().map(|place| Change {
        before: Some(place),
        after: None,
    });
    removed.chain(rest).collect()
}

/// Places are read together with what lies between them, if that is no more than this.
const GAP: u64 = 1_000;
/// Most records that are read at a time.
const SPAN: u64 = 20_000;

/// Ascending places, cut where reading what lies between would not pay.
fn near(places: &[u64]) -> Vec<&[u64]> {
    let mut groups = Vec::new();
    let mut start = 0;
    for at in 1..=places.len() {
        let ends = places
            .get(at)
            .is_none_or(|place| place - places[at - 1] > GAP || place - places[start] >= SPAN);
        if ends {
            groups.push(&places[start..at]);
            start = at;
        }
    }
    groups
}

/// The records at `places`, of some that begin at `first`.
fn pick(batches: &[RecordBatch], places: &[u64], first: u64) -> Result<RecordBatch, Error> {
    let Some(schema) = batches.first().map(RecordBatch::schema) else {
        return Err(Error::Internal("records that were there are gone".to_owned()));
    };
    let all = concat_batches(&schema, batches)?;
    let indices = UInt64Array::from_iter_values(places.iter().map(|place| place - first));
    Ok(take_record_batch(&all, &indices)?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// Records as pairs of key and value, as [`Dataset::digests`] gives them.
    fn digests(records: &[(u8, u8)]) -> Vec<Digest> {
        let numbered = records.iter().zip(0..);
        let mut digests: Vec<Digest> = numbered
            .map(|((key, value), place)| (u128::from(*key), u128::from(*value), place))
            .collect();
        digests.sort_unstable_by_key(|(key, _, place)| (*key, *place));
        digests
    }

    #[test]
    fn records_come_go_and_change() {
        let before = digests(&[(1, 1), (2, 2), (3, 3), (3, 4)]);
        let after = digests(&[(4, 4), (3, 3), (2, 9), (2, 2)]);
        let found = compare(&before, &after);
        let kinds: Vec<_> = found
            .iter()
            .map(|change| (change.kind(), change.before, change.after))
            .collect();
        use ChangeKind::{Added, Changed, Removed};
        assert_eq!(
            kinds,
            [
                (Removed, Some(0), None),
                (Removed, Some(3), None),
                (Added, None, Some(0)),
                (Changed, Some(1), Some(2)),
                (Added, None, Some(3)),
            ]
        );
    }

    #[test]
    fn places_that_lie_near_are_read_together() {
        assert_eq!(
            near(&[0, 1, 1_001, 2_002, 9_000]),
            [&[0, 1, 1_001][..], &[2_002], &[9_000]]
        );
        let dense: Vec<u64> = (0..50_000).collect();
        assert_eq!(
            near(&dense).iter().map(|group| group.len()).collect::<Vec<_>>(),
            [20_000, 20_000, 10_000]
        );
        assert!(near(&[]).is_empty());
    }

    proptest! {
        /// What went and what came, laid over the older version, is the newer one: as a bag of records.
        #[test]
        fn changes_lead_from_one_version_to_the_other(
            before in prop::collection::vec((0_u8..6, 0_u8..3), 0..20),
            after in prop::collection::vec((0_u8..6, 0_u8..3), 0..20),
        ) {
            let mut bag: BTreeMap<(u8, u8), i32> = BTreeMap::new();
            for record in &before {
                *bag.entry(*record).or_default() += 1;
            }
            for change in compare(&digests(&before), &digests(&after)) {
                if let Some(place) = change.before {
                    *bag.entry(before[usize::try_from(place).unwrap()]).or_default() -= 1;
                }
                if let Some(place) = change.after {
                    *bag.entry(after[usize::try_from(place).unwrap()]).or_default() += 1;
                }
            }
            for record in &after {
                *bag.entry(*record).or_default() -= 1;
            }
            prop_assert!(bag.values().all(|count| *count == 0), "{bag:?}");
            prop_assert!(compare(&digests(&before), &digests(&before)).is_empty());
        }
    }
}

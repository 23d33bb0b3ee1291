//! Groups: one number per group, found by the codes of the records, and what is computed for each group.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, RecordBatch, RecordBatchOptions, StringArray, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, Schema};
use arrow::row::{RowConverter, SortField};
use datafusion::logical_expr::Expr;

use super::Maybe;
use super::bits::{BLOCK, Bits, bring_near, places_of};
use super::codes::{Code, with_codes};
use super::column::{Column, offset};
use super::filter::Compiler;
use super::tally::{Measure, Tally};
use crate::scan::Groups;
use crate::{Error, stop};

/// Most groups that are counted side by side, whether they have records or not.
const MOST_CELLS: usize = 1 << 20;

/// What groups are made of, ready to be run over any part of the records.
pub(crate) struct Plan {
    keys: Vec<Key>,
    measures: Vec<Measure>,
    cells: usize,
}

/// One key.
struct Key {
    name: String,
    column: Arc<Column>,
    /// Group of each code.
    groups: Vec<Item>,
    /// Of a list: the groups of a record without a list, and with an empty one.
    absent: Vec<u32>,
    empty: Vec<u32>,
    /// The value of each group.
    values: ArrayRef,
}

/// The group that a code stands for; an item of a list may stand for none.
type Item = Option<u32>;

impl Compiler<'_> {
    /// Reads what to group and how; `None` when it has to be done otherwise: a column is not kept in memory, or a key or an
    /// aggregate is of a kind that is not counted here.
    pub(crate) fn groups(&self, groups: &Groups) -> Maybe<Plan> {
        let mut keys = Vec::with_capacity(groups.keys.len());
        for expr in &groups.keys {
            match self.key(expr, groups)? {
                Some(key) => keys.push(key),
                None => return Ok(None),
            }
        }
        let lists = keys
            .iter()
            .filter(|key| matches!(key.column.as_ref(), Column::Listed { .. }))
            .count();
        let mut cells = 1_usize;
        for key in &keys {
            cells = cells.saturating_mul(key.values.len());
        }
        if lists > 1 || cells > MOST_CELLS {
            return Ok(None);
        }
        let mut measures = Vec::with_capacity(groups.aggregates.len());
        for expr in &groups.aggregates {
            match self.measure(expr)? {
                Some(measure) => measures.push(measure),
                None => return Ok(None),
            }
        }
        Ok(Some(Plan { keys, measures, cells }))
    }

    fn key(&self, expr: &Expr, groups: &Groups) -> Maybe<Key> {
        let (expr, name) = match expr {
            Expr::Alias(alias) => (alias.expr.as_ref(), alias.name.clone()),
            Expr::Column(column) => (expr, column.name.clone()),
            other => (other, other.schema_name().to_string()),
        };
        // A list that is read item by item is computed before grouping, under the name of the key.
        let listed = groups.lists.contains(&name);
        let expr = if listed {
            let computed = groups.columns.iter().find_map(|column| match column {
                Expr::Alias(alias) if alias.name == name => Some(alias.expr.as_ref()),
                _ => None,
            });
            match computed {
                Some(computed) => computed,
                None => return Ok(None),
            }
        } else {
            expr
        };
        let Some(computed) = self.computed(expr)? else {
            return Ok(None);
        };
        let Some(column) = computed.only_column().map(Arc::clone) else {
            return Ok(None);
        };
        match (column.as_ref(), listed) {
            (Column::Coded { values, .. }, false) => {
                let (groups, values) = if matches!(expr, Expr::Column(_)) {
                    // The values themselves are all different.
                    let all = u32::try_from(values.len()).expect("there are no more values than codes");
                    ((0..all).collect(), Arc::clone(values))
                } else {
                    distinct(&computed.evaluate(vec![Arc::clone(values)], values.len())?)?
                };
                let groups = groups.into_iter().map(Some).collect();
                Ok(Some(Key {
                    name,
                    column,
                    groups,
                    absent: Vec::new(),
                    empty: Vec::new(),
                    values,
                }))
            }
            (Column::Listed { values, .. }, true) => {
                let singles = singles(values)?;
                let rows = singles.len();
                let shown = computed.evaluate(vec![Arc::new(singles)], rows)?;
                Ok(Some(Key::listed(name, Arc::clone(&column), shown.as_list())))
            }
            _ => Ok(None),
        }
    }
}

/// A list of one item for each value, then no list, then an empty one.
fn singles(values: &ArrayRef) -> Result<ListArray, Error> {
    let DataType::List(item) = parvis_formats::layout::text_list() else {
        return Err(Error::Internal("lists of texts are no lists".to_owned()));
    };
    let lengths = std::iter::repeat_n(1, values.len()).chain([0, 0]);
    let offsets = arrow::buffer::OffsetBuffer::from_lengths(lengths);
    let valid: Vec<bool> = (0..values.len() + 2).map(|place| place != values.len()).collect();
    Ok(ListArray::try_new(
        item,
        offsets,
        Arc::clone(values),
        Some(valid.into()),
    )?)
}

/// The group of each value, and the value of each group.
fn distinct(values: &ArrayRef) -> Result<(Vec<u32>, ArrayRef), Error> {
    let converter = RowConverter::new(vec![SortField::new(values.data_type().clone())])?;
    let rows = converter.convert_columns(&[Arc::clone(values)])?;
    let mut met: HashMap<&[u8], u32> = HashMap::with_capacity(rows.num_rows());
    let mut first = Vec::new();
    let mut groups = Vec::with_capacity(rows.num_rows());
    let rows: Vec<_> = rows.iter().collect();
    for (place, row) in (0_u32..).zip(&rows) {
        let next = u32::try_from(first.len()).expect("there are no more groups than values");
        let group = *met.entry(row.data()).or_insert(next);
        if group == next {
            first.push(place);
        }
        groups.push(group);
    }
    let values = take(values, &UInt32Array::from(first), None)?;
    Ok((groups, values))
}

impl Key {
    /// The key of the items that `shown` holds for each value alone, for no list, and for an empty one.
    fn listed(name: String, column: Arc<Column>, shown: &ListArray) -> Self {
        let mut met: HashMap<Option<String>, u32> = HashMap::new();
        let mut texts: Vec<Option<String>> = Vec::new();
        let mut group_of = |text: Option<&str>| {
            let text = text.map(ToOwned::to_owned);
            *met.entry(text.clone()).or_insert_with(|| {
                texts.push(text);
                u32::try_from(texts.len() - 1).expect("there are no more groups than values")
            })
        };
        // A record without any item is in the group of null.
        let none = group_of(None);
        let mut groups_at = |place: usize| -> Vec<u32> {
            if shown.is_null(place) {
                return Vec::new();
            }
            shown
                .value(place)
                .as_string::<i32>()
                .iter()
                .map(&mut group_of)
                .collect()
        };
        let codes = shown.len() - 2;
        let groups = (0..codes).map(|place| groups_at(place).first().copied()).collect();
        let mut or_none = |place: usize| {
            let groups = groups_at(place);
            if groups.is_empty() { vec![none] } else { groups }
        };
        let (absent, empty) = (or_none(codes), or_none(codes + 1));
        Self {
            name,
            column,
            groups,
            absent,
            empty,
            values: Arc::new(StringArray::from(texts)),
        }
    }

    /// Adds the group of each record to its cell, which is `cell * groups + group`; a record with several items is repeated.
    fn spread(&self, start: usize, rows: &mut Vec<u32>, cells: &mut Vec<u32>) {
        let count = u32::try_from(self.values.len()).expect("there are no more groups than values");
        match self.column.as_ref() {
            Column::Coded { codes, .. } => with_codes!(codes, codes => {
                for (row, cell) in rows.iter().zip(cells.iter_mut()) {
                    let code = codes[start + *row as usize];
                    *cell = *cell * count + self.groups[code.into_code() as usize].unwrap_or_default();
                }
            }),
            Column::Listed {
                offsets, codes, nulls, ..
            } => {
                let (mut spread_rows, mut spread_cells) =
                    (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
                let mut own: Vec<u32> = Vec::new();
                for (row, cell) in rows.iter().zip(cells.iter()) {
                    let at = start + *row as usize;
                    let places = offset(offsets, at)..offset(offsets, at + 1);
                    own.clear();
                    if nulls.as_ref().is_some_and(|nulls| nulls.is_null(at)) {
                        own.extend(&self.absent);
                    } else {
                        own.extend(places.filter_map(|place| self.groups[codes.get(place) as usize]));
                        // Each value of a record counts once.
                        own.sort_unstable();
                        own.dedup();
                    }
                    if own.is_empty() {
                        own.extend(&self.empty);
                    }
                    for group in &own {
                        spread_rows.push(*row);
                        spread_cells.push(*cell * count + group);
                    }
                }
                *rows = spread_rows;
                *cells = spread_cells;
            }
            Column::Near { .. } | Column::Plain(_) | Column::Rows(_) => {}
        }
    }
}

/// What a part of the records came to.
pub(crate) struct Counted {
    /// Records of each cell.
    rows: Vec<u64>,
    tallies: Vec<Tally>,
}

impl Plan {
    /// Runs over the records in `range` that match.
    pub(crate) fn run(&self, matching: Option<&Bits>, range: &Range<usize>) -> Result<Counted, Error> {
        let mut counted = Counted {
            rows: vec![0; self.cells],
            tallies: self.measures.iter().map(|measure| measure.tally(self.cells)).collect(),
        };
        let counts_only = self.measures.iter().all(Measure::counts_records);
        if self.keys.is_empty() && counts_only {
            counted.rows[0] = matching.map_or(range.len() as u64, |bits| bits.count_in(range));
            return Ok(counted);
        }
        if let ([key], true) = (self.keys.as_slice(), counts_only)
            && matches!(key.column.as_ref(), Column::Coded { .. })
        {
            key.histogram(matching, range, &mut counted.rows)?;
            return Ok(counted);
        }
        for start in range.clone().step_by(BLOCK) {
            stop::check()?;
            let end = (start + BLOCK).min(range.end);
            let len = u32::try_from(end - start).expect("a block is small");
            let mut rows: Vec<u32> = match matching {
                None => (0..len).collect(),
                #[expect(clippy::cast_possible_truncation, reason = "a block is small")]
                Some(bits) => places_of(bits.block(start))
                    .map(|row| row as u32)
                    .filter(|row| *row < len)
                    .collect(),
            };
            let mut cells = vec![0; rows.len()];
            for key in &self.keys {
                key.spread(start, &mut rows, &mut cells);
            }
            for cell in &cells {
                counted.rows[*cell as usize] += 1;
            }
            for (measure, tally) in self.measures.iter().zip(&mut counted.tallies) {
                measure.add(tally, start, &rows, &cells)?;
            }
        }
        Ok(counted)
    }

    /// The parts together as a table: the keys, then the aggregates, one row for each group that has records.
    pub(crate) fn finish(&self, parts: Vec<Counted>) -> Result<RecordBatch, Error> {
        let mut parts = parts.into_iter();
        let Some(mut all) = parts.next() else {
            return Err(Error::Internal("records were grouped in no part".to_owned()));
        };
        for part in parts {
            all.rows
                .iter_mut()
                .zip(part.rows)
                .for_each(|(rows, more)| *rows += more);
            let tallies = all.tallies.iter_mut().zip(part.tallies).zip(&self.measures);
            tallies.for_each(|((tally, more), measure)| tally.merge(more, measure));
        }
        // Without keys there is one row, even of no records.
        let cells: Vec<u32> = (0_u32..)
            .zip(&all.rows)
            .filter(|(_, rows)| **rows > 0 || self.keys.is_empty())
            .map(|(cell, _)| cell)
            .collect();
        let mut fields = Vec::new();
        let mut columns: Vec<ArrayRef> = Vec::new();
        let mut step = self.cells;
        for key in &self.keys {
            let count = key.values.len();
            step /= count.max(1);
            let (step, count) = (
                u32::try_from(step).expect("cells are few"),
                u32::try_from(count).expect("groups are few"),
            );
            let places: UInt32Array = cells.iter().map(|cell| cell / step % count).collect::<Vec<_>>().into();
            fields.push(Field::new(&key.name, key.values.data_type().clone(), true));
            columns.push(take(&key.values, &places, None)?);
        }
        for (measure, tally) in self.measures.iter().zip(&all.tallies) {
            let column = tally.finish(measure, &all.rows, &cells)?;
            fields.push(Field::new(measure.name(), column.data_type().clone(), true));
            columns.push(column);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(cells.len()));
        Ok(RecordBatch::try_new_with_options(
            Arc::new(Schema::new(fields)),
            columns,
            &options,
        )?)
    }
}

impl Key {
    /// Counts the records of each group by their codes alone.
    fn histogram(&self, matching: Option<&Bits>, range: &Range<usize>, groups: &mut [u64]) -> Result<(), Error> {
        let Column::Coded { codes, values } = self.column.as_ref() else {
            return Ok(());
        };
        let mut counts = vec![0_u32; values.len() * LANES];
        with_codes!(codes, codes => {
            for start in range.clone().step_by(BLOCK) {
                stop::check()?;
                let codes = &codes[start..(start + BLOCK).min(range.end)];
                bring_near(codes);
                match matching {
                    None => count_all(codes, &mut counts),
                    Some(bits) => count_some(codes, bits.block(start), &mut counts),
                }
            }
        });
        for (place, count) in counts.into_iter().enumerate() {
            if let Some(group) = self.groups[place / LANES] {
                groups[group as usize] += u64::from(count);
            }
        }
        Ok(())
    }
}

/// Counters of one code, used in turn: a processor waits when it adds twice to the same one.
const LANES: usize = 4;

fn count_all<T: Code>(codes: &[T], counts: &mut [u32]) {
    let mut rest = codes.chunks_exact(LANES);
    for chunk in &mut rest {
        for (lane, code) in chunk.iter().enumerate() {
            let code = code.into_code();
            counts[code as usize * LANES + lane] += 1;
        }
    }
    for code in rest.remainder() {
        let code = code.into_code();
        counts[code as usize * LANES] += 1;
    }
}

fn count_some<T: Code>(codes: &[T], words: &[u64], counts: &mut [u32]) {
    for (codes, word) in codes.chunks(64).zip(words) {
        if *word == u64::MAX {
            count_all(codes, counts);
            continue;
        }
        let mut word = *word;
        let mut lane = 0;
        while word != 0 {
            let code = codes[word.trailing_zeros() as usize].into_code();
            counts[code as usize * LANES + lane % LANES] += 1;
            lane += 1;
            word &= word - 1;
        }
    }
}

//! The first records of an order.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::SortOptions;
use arrow::compute::rank;
use arrow::datatypes::{DataType, Float64Type};

use super::Maybe;
use super::bits::{BLOCK, Bits, places_of};
use super::codes::{Code, with_codes};
use super::column::{Column, NO_VALUE, untyped};
use super::filter::{Compiler, Computed};
use crate::scan::Order;
use crate::{Error, stop};

/// When more than one record in so many matches, comparing the codes of all costs less than looking up the places of those.
const WORTH_SCANNING: usize = 8;

/// Where a value stands among the others of its key: without a value it is last, in both directions.
type Place = (bool, u64);

/// One key of an order.
pub(crate) struct Key {
    values: Values,
    descending: bool,
}

enum Values {
    /// By code: the place of each value, in the direction of the key.
    Coded {
        column: Arc<Column>,
        places: Vec<Place>,
        /// The places of the values ascend, or descend, with their codes.
        steady: bool,
    },
    /// The code is the place.
    Near(Arc<Column>),
    Computed(Computed),
}

impl Compiler<'_> {
    /// The keys of an order; `None` when one needs a column that is not kept in memory, or compares texts that have no codes.
    pub(crate) fn keys(&self, order: &[Order]) -> Maybe<Vec<Key>> {
        let mut keys = Vec::with_capacity(order.len());
        for Order { expr, descending } in order {
            let Some(computed) = self.computed(expr)? else {
                return Ok(None);
            };
            let values = match computed.only_column() {
                Some(column) if matches!(column.as_ref(), Column::Coded { .. }) => {
                    let Column::Coded { values, .. } = column.as_ref() else {
                        continue;
                    };
                    let shown = computed.evaluate(vec![Arc::clone(values)], values.len())?;
                    let places = places_of_values(&shown)?;
                    let places: Vec<Place> = places.into_iter().map(|place| directed(*descending, place)).collect();
                    let steady =
                        places[..places.len() - 1].is_sorted_by(|a, b| if *descending { a >= b } else { a <= b });
                    Values::Coded {
                        column: Arc::clone(column),
                        places,
                        steady,
                    }
                }
                Some(column)
                    if matches!(
                        (column.as_ref(), expr),
                        (Column::Near { .. }, datafusion::logical_expr::Expr::Column(_))
                    ) =>
                {
                    Values::Near(Arc::clone(column))
                }
                _ => {
                    let empty = computed.of_rows(&[])?;
                    if numbers(&empty).is_none() {
                        return Ok(None);
                    }
                    Values::Computed(computed)
                }
            };
            keys.push(Key {
                values,
                descending: *descending,
            });
        }
        Ok(Some(keys))
    }
}

/// The place of each value among all of them.
fn places_of_values(values: &ArrayRef) -> Result<Vec<Place>, Error> {
    let ranks = rank(
        values,
        Some(SortOptions {
            descending: false,
            nulls_first: false,
        }),
    )?;
    Ok(ranks
        .into_iter()
        .enumerate()
        .map(|(at, rank)| (values.is_null(at), u64::from(rank)))
        .collect())
}

/// Numbers as places; `None` when they are none.
fn numbers(values: &ArrayRef) -> Option<Vec<Place>> {
    const SIGN: u64 = 1 << 63;
    if let Some(whole) = untyped(values) {
        return Some(
            whole
                .iter()
                .map(|number| number.map_or((true, 0), |number| (false, number.cast_unsigned() ^ SIGN)))
                .collect(),
        );
    }
    if *values.data_type() == DataType::Float64 {
        // The order of IEEE 754: a negative number is smaller the larger its bits are.
        let place = |number: f64| {
            let bits = number.to_bits();
            if bits & SIGN == 0 { bits | SIGN } else { !bits }
        };
        let doubles = values.as_primitive::<Float64Type>();
        return Some(
            doubles
                .iter()
                .map(|number| number.map_or((true, 0), |number| (false, place(number))))
                .collect(),
        );
    }
    let flags = values.as_boolean_opt()?;
    Some(
        flags
            .iter()
            .map(|flag| flag.map_or((true, 0), |flag| (false, u64::from(flag))))
            .collect(),
    )
}

/// A place in the direction of its key; without a value a record is last in both.
fn directed(descending: bool, (null, place): Place) -> Place {
    if descending && !null {
        (null, !place)
    } else {
        (null, place)
    }
}

/// The places that still matter.
#[derive(Clone, Copy, Debug)]
struct Window {
    /// Those before it do not.
    least: Option<Place>,
    /// Those after it do not.
    limit: Option<Place>,
    /// Who stands level with the limit does.
    ties: bool,
}

impl Window {
    fn is_early(self, place: Place) -> bool {
        self.least.is_some_and(|least| place < least)
    }

    fn is_late(self, place: Place) -> bool {
        self.limit
            .is_some_and(|limit| place > limit || (place == limit && !self.ties))
    }

    fn fits(self, place: Place) -> bool {
        !self.is_early(place) && !self.is_late(place)
    }
}

impl Key {
    /// The codes whose places fit, as the first and the one after the last, when they follow each other and no record without a value
    /// fits.
    fn codes(&self, window: Window) -> Option<(&Column, u32, u32)> {
        if window.limit.is_none_or(|(null, _)| null) {
            return None;
        }
        let (column, count) = match &self.values {
            Values::Coded { column, places, steady } if *steady => (column, u32::try_from(places.len() - 1).ok()?),
            Values::Near(column) => (column, NO_VALUE),
            Values::Coded { .. } | Values::Computed(_) => return None,
        };
        let place = |code: u32| match &self.values {
            Values::Coded { places, .. } => places[code as usize],
            _ => directed(self.descending, (false, code.into())),
        };
        // Which codes come first depends on the direction.
        let first = |is_before: &dyn Fn(Place) -> bool| {
            let (mut low, mut high) = (0, count);
            while low < high {
                let middle = u32::midpoint(low, high);
                if is_before(place(middle)) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            low
        };
        let (from, end) = if self.descending {
            (
                first(&|place| window.is_late(place)),
                first(&|place| !window.is_early(place)),
            )
        } else {
            (
                first(&|place| window.is_early(place)),
                first(&|place| !window.is_late(place)),
            )
        };
        Some((column, from, end))
    }

    /// Those records of the block that begins at `start` that match and whose place may fit; none from `end` on.
    fn candidates<'a>(&self, start: usize, matching: &'a [u64], end: usize, window: Window) -> Cow<'a, [u64]> {
        let many = matching.iter().map(|word| word.count_ones()).sum::<u32>() as usize > BLOCK / WORTH_SCANNING;
        let Some((column, from, past)) = many.then(|| self.codes(window)).flatten() else {
            return Cow::Borrowed(matching);
        };
        let end = end.min(start + matching.len() * 64);
        if from >= past {
            return Cow::Owned(Vec::new());
        }
        let words = column.between(&(start..end), from, past - 1);
        Cow::Owned(
            words
                .iter()
                .zip(matching)
                .map(|(word, matching)| word & matching)
                .collect(),
        )
    }

    /// Those records of the block that begins at `start` whose place fits, with their places; records are counted from `start`,
    /// and none from `end` on is looked at.
    fn fitting(
        &self,
        start: usize,
        matching: &[u64],
        end: usize,
        window: Window,
    ) -> Result<Vec<(usize, Place)>, Error> {
        let matching = self.candidates(start, matching, end, window);
        let rows = places_of(&matching).take_while(|row| start + row < end);
        let fits = |place: Place| window.fits(place);
        if let Values::Coded { column, places, .. } = &self.values
            && let Column::Coded { codes, .. } = column.as_ref()
        {
            // Most records are refused here, by what their code stands for.
            let kept = with_codes!(codes, codes => {
                let placed = rows.map(|row| (row, places[codes[start + row].into_code() as usize]));
                placed.filter(|(_, place)| fits(*place)).collect()
            });
            return Ok(kept);
        }
        let rows: Vec<usize> = rows.collect();
        let places = self.places(start, &rows)?;
        Ok(rows.into_iter().zip(places).filter(|(_, place)| fits(*place)).collect())
    }

    /// The places of the records `rows` of the block that begins at `start`; `rows` are counted from there.
    fn places(&self, start: usize, rows: &[usize]) -> Result<Vec<Place>, Error> {
        let mut places = match &self.values {
            Values::Coded { column, places, .. } => {
                let Column::Coded { codes, .. } = column.as_ref() else {
                    return Ok(Vec::new());
                };
                rows.iter().map(|row| places[codes.get(start + row) as usize]).collect()
            }
            Values::Near(column) => {
                let Column::Near { codes, .. } = column.as_ref() else {
                    return Ok(Vec::new());
                };
                let place = |code: u32| {
                    if code == NO_VALUE {
                        (true, 0)
                    } else {
                        (false, u64::from(code))
                    }
                };
                rows.iter().map(|row| place(codes.get(start + row))).collect()
            }
            Values::Computed(computed) => {
                let numbered: Vec<u64> = rows.iter().map(|row| (start + row) as u64).collect();
                let values = computed.of_rows(&numbered)?;
                numbers(&values).ok_or_else(|| Error::Internal("an order of what is no number".to_owned()))?
            }
        };
        if !matches!(self.values, Values::Coded { .. }) {
            places
                .iter_mut()
                .for_each(|place| *place = directed(self.descending, *place));
        }
        Ok(places)
    }
}

/// A record and its places, the first key first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ranked {
    places: Vec<Place>,
    pub(crate) row: u64,
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.places.cmp(&other.places).then(self.row.cmp(&other.row))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Where a record stands in the order of `keys`.
fn ranked(keys: &[Key], row: u64) -> Result<Ranked, Error> {
    let place = usize::try_from(row).map_err(|_| Error::Internal("a record beyond memory".to_owned()))?;
    let places = keys.iter().map(|key| key.places(place, &[0]));
    let places = places.collect::<Result<Vec<_>, _>>()?.concat();
    Ok(Ranked { places, row })
}

/// The first `wanted` records in `range` that match, in the order of `keys` and then of their numbers; of those that stand after
/// the record numbered `after`, when it is given.
pub(crate) fn first(
    keys: &[Key],
    matching: &Bits,
    range: Range<usize>,
    wanted: usize,
    after: Option<u64>,
) -> Result<Vec<Ranked>, Error> {
    let after = after.map(|row| ranked(keys, row)).transpose()?;
    let least = after.as_ref().map(|after| after.places[0]);
    let mut heap: BinaryHeap<Ranked> = BinaryHeap::with_capacity(wanted.min(BLOCK) + 1);
    let [leading, others @ ..] = keys else {
        return Ok(Vec::new());
    };
    for start in range.clone().step_by(BLOCK) {
        stop::check()?;
        let worst = |heap: &BinaryHeap<Ranked>| {
            let full = heap.len() == wanted;
            full.then(|| heap.peek().map(|last| last.places[0])).flatten()
        };
        let mut limit = worst(&heap);
        let window = Window {
            least,
            limit,
            // Without another key, who stands level with the last comes after it: its number is larger.
            ties: !others.is_empty(),
        };
        let kept = leading.fitting(start, matching.block(start), range.end, window)?;
        let rows: Vec<usize> = kept.iter().map(|(row, _)| *row).collect();
        let others = others
            .iter()
            .map(|key| key.places(start, &rows))
            .collect::<Result<Vec<_>, _>>()?;
        for (at, (row, place)) in kept.into_iter().enumerate() {
            if limit.is_some_and(|limit| place > limit) {
                continue;
            }
            let places = std::iter::once(place).chain(others.iter().map(|key| key[at])).collect();
            let ranked = Ranked {
                places,
                row: (start + row) as u64,
            };
            if after.as_ref().is_some_and(|after| ranked <= *after) {
                continue;
            }
            heap.push(ranked);
            if heap.len() > wanted {
                heap.pop();
                limit = worst(&heap);
            }
        }
    }
    Ok(heap.into_sorted_vec())
}

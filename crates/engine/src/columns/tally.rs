//! What is computed for each group, and the running results.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{DataType, Float64Type};
use datafusion::logical_expr::Expr;

use super::Maybe;
use super::codes::{Code, with_codes};
use super::column::{Column, typed, untyped};
use super::filter::{Compiler, Computed};
use super::totals::{Scaled, Total};
use crate::Error;

/// One aggregate.
pub(crate) struct Measure {
    name: String,
    kind: Kind,
    values: Option<Values>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Records, or values that are not null.
    Count,
    Sum,
    Average,
    Smallest,
    Largest,
}

/// What an aggregate is computed of.
enum Values {
    /// Numbers to be summed that lie on one scale.
    Scaled(Scaled),
    /// By code.
    Coded(Arc<Column>, ArrayRef),
    Computed(Computed),
}

/// A sum of numbers with a fraction that keeps what each addition rounds away, so that it hardly depends on the order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sum {
    sum: f64,
    lost: f64,
}

impl std::ops::AddAssign<f64> for Sum {
    fn add_assign(&mut self, number: f64) {
        // What an addition rounds away, without asking which of the two is larger (Knuth).
        let sum = self.sum + number;
        let added = sum - self.sum;
        self.lost += (self.sum - (sum - added)) + (number - added);
        self.sum = sum;
    }
}

impl std::ops::AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        *self += other.sum;
        self.lost += other.lost;
    }
}

impl Sum {
    fn value(self) -> f64 {
        // What was lost means nothing beside infinity.
        if self.lost.is_finite() {
            self.sum + self.lost
        } else {
            self.sum
        }
    }
}

/// Results of each group so far.
pub(crate) enum Tally {
    /// Nothing but the records of each group, which are counted anyway.
    Records,
    Count(Vec<u64>),
    Totals(Vec<Total>),
    /// Sums of whole numbers are exact, however many.
    Whole {
        sums: Vec<i128>,
        counts: Vec<u64>,
    },
    Double {
        sums: Vec<Sum>,
        counts: Vec<u64>,
    },
    /// The smallest or largest.
    WholeEnd(Vec<Option<i64>>),
    DoubleEnd(Vec<Option<f64>>),
}

impl Compiler<'_> {
    /// Reads an aggregate; `None` when it is of a kind that is not computed here.
    pub(crate) fn measure(&self, expr: &Expr) -> Maybe<Measure> {
        let Expr::Alias(alias) = expr else { return Ok(None) };
        // Whole numbers are summed in more digits than they have, and the sum is a whole number again.
        let inner = match alias.expr.as_ref() {
            Expr::TryCast(cast) => cast.expr.as_ref(),
            other => other,
        };
        let Expr::AggregateFunction(function) = inner else {
            return Ok(None);
        };
        let parameters = &function.params;
        let [argument] = parameters.args.as_slice() else {
            return Ok(None);
        };
        if parameters.distinct || parameters.filter.is_some() || !parameters.order_by.is_empty() {
            return Ok(None);
        }
        let kind = match function.func.name() {
            "count" => Kind::Count,
            "sum" => Kind::Sum,
            "avg" => Kind::Average,
            "min" => Kind::Smallest,
            "max" => Kind::Largest,
            _ => return Ok(None),
        };
        let name = alias.name.clone();
        if matches!((kind, argument), (Kind::Count, Expr::Literal(value, _)) if !value.is_null()) {
            return Ok(Some(Measure {
                name,
                kind,
                values: None,
            }));
        }
        let argument = match (kind, argument) {
            (Kind::Sum, Expr::Cast(cast)) if matches!(cast.field.data_type(), DataType::Decimal128(..)) => {
                cast.expr.as_ref()
            }
            _ => argument,
        };
        let Some(computed) = self.computed(argument)? else {
            return Ok(None);
        };
        let scaled = match kind {
            Kind::Sum | Kind::Average => Scaled::new(argument, &computed)?,
            _ => None,
        };
        let values = match (scaled, computed.only_column()) {
            (Some(scaled), _) => Values::Scaled(scaled),
            (None, Some(column)) if matches!(column.as_ref(), Column::Coded { .. }) => {
                let column = Arc::clone(column);
                let Column::Coded { values, .. } = column.as_ref() else {
                    return Ok(None);
                };
                let shown = computed.evaluate(vec![Arc::clone(values)], values.len())?;
                Values::Coded(column, shown)
            }
            _ => Values::Computed(computed),
        };
        let data_type = values.data_type()?;
        let is_number = data_type == DataType::Float64 || data_type == DataType::Int64;
        let fits = match kind {
            Kind::Count => true,
            Kind::Sum | Kind::Average => is_number,
            Kind::Smallest | Kind::Largest => {
                is_number || matches!(data_type, DataType::Date32 | DataType::Timestamp(..))
            }
        };
        Ok(fits.then_some(Measure {
            name,
            kind,
            values: Some(values),
        }))
    }
}

impl Values {
    fn data_type(&self) -> Result<DataType, Error> {
        Ok(match self {
            Self::Scaled(scaled) => scaled.data_type().clone(),
            Self::Coded(_, values) => values.data_type().clone(),
            Self::Computed(computed) => computed.of_rows(&[])?.data_type().clone(),
        })
    }

    /// The values of the records `rows`, counted from `start`.
    fn at(&self, start: usize, rows: &[u32]) -> Result<ArrayRef, Error> {
        match self {
            Self::Scaled(_) => Err(Error::Internal(
                "numbers on a scale are summed by their codes".to_owned(),
            )),
            Self::Coded(column, values) => {
                let Column::Coded { codes, .. } = column.as_ref() else {
                    return Err(Error::Internal("a column without codes".to_owned()));
                };
                let places: Vec<u32> = with_codes!(codes, codes => rows.iter().map(|row| codes[start + *row as usize].into_code()).collect());
                Ok(take(values, &UInt32Array::from(places), None)?)
            }
            Self::Computed(computed) => {
                let consecutive = rows
                    .first()
                    .zip(rows.last())
                    .is_some_and(|(first, last)| (last - first) as usize + 1 == rows.len());
                match rows.first() {
                    Some(first) if consecutive => {
                        let first = start + *first as usize;
                        computed.of_range(&(first..first + rows.len()))
                    }
                    _ => computed.of_rows(
                        &rows
                            .iter()
                            .map(|row| (start + *row as usize) as u64)
                            .collect::<Vec<_>>(),
                    ),
                }
            }
        }
    }
}

impl Measure {
    /// Name of its column.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is the number of records.
    pub(crate) fn counts_records(&self) -> bool {
        self.values.is_none()
    }

    /// No result yet, for so many groups.
    pub(crate) fn tally(&self, groups: usize) -> Tally {
        let Some(values) = &self.values else {
            return Tally::Records;
        };
        if let Values::Scaled(_) = values {
            return Tally::Totals(vec![Total::default(); groups]);
        }
        let doubles = values.data_type().is_ok_and(|data_type| data_type == DataType::Float64);
        match (self.kind, doubles) {
            (Kind::Count, _) => Tally::Count(vec![0; groups]),
            (Kind::Average, _) | (Kind::Sum, true) => Tally::Double {
                sums: vec![Sum::default(); groups],
                counts: vec![0; groups],
            },
            (Kind::Sum, false) => Tally::Whole {
                sums: vec![0; groups],
                counts: vec![0; groups],
            },
            (Kind::Smallest | Kind::Largest, true) => Tally::DoubleEnd(vec![None; groups]),
            (Kind::Smallest | Kind::Largest, false) => Tally::WholeEnd(vec![None; groups]),
        }
    }

    /// Adds the values of `rows`, counted from `start`, to the results of `groups`.
    pub(crate) fn add(&self, tally: &mut Tally, start: usize, rows: &[u32], groups: &[u32]) -> Result<(), Error> {
        let Some(values) = &self.values else { return Ok(()) };
        if rows.is_empty() {
            return Ok(());
        }
        if let (Tally::Totals(totals), Values::Scaled(scaled)) = (&mut *tally, values) {
            scaled.add(totals, start, rows, groups);
            return Ok(());
        }
        let values = values.at(start, rows)?;
        match tally {
            Tally::Records | Tally::Totals(_) => {}
            Tally::Count(counts) => {
                for (place, group) in groups.iter().enumerate() {
                    counts[*group as usize] += u64::from(values.is_valid(place));
                }
            }
            Tally::Double { sums, counts } => {
                let doubles = doubles(&values)?;
                if doubles.null_count() == 0 {
                    for (number, group) in doubles.values().iter().zip(groups) {
                        sums[*group as usize] += *number;
                        counts[*group as usize] += 1;
                    }
                    return Ok(());
                }
                for (number, group) in doubles.iter().zip(groups) {
                    if let Some(number) = number {
                        sums[*group as usize] += number;
                        counts[*group as usize] += 1;
                    }
                }
            }
            Tally::Whole { sums, counts } => {
                for (number, group) in whole(&values)?.iter().zip(groups) {
                    if let Some(number) = number {
                        sums[*group as usize] += i128::from(number);
                        counts[*group as usize] += 1;
                    }
                }
            }
            Tally::WholeEnd(ends) => {
                for (number, group) in whole(&values)?.iter().zip(groups) {
                    let end = &mut ends[*group as usize];
                    *end = self.farther(*end, number, Ord::cmp);
                }
            }
            Tally::DoubleEnd(ends) => {
                for (number, group) in doubles(&values)?.iter().zip(groups) {
                    let end = &mut ends[*group as usize];
                    *end = self.farther(*end, number, f64::total_cmp);
                }
            }
        }
        Ok(())
    }

    /// The smaller or the larger of two.
    fn farther<T: Copy>(
        &self,
        end: Option<T>,
        other: Option<T>,
        compare: fn(&T, &T) -> std::cmp::Ordering,
    ) -> Option<T> {
        match (end, other) {
            (Some(a), Some(b)) => {
                let smaller = compare(&b, &a).is_lt();
                Some(if smaller == (self.kind == Kind::Smallest) { b } else { a })
            }
            (end, other) => end.or(other),
        }
    }
}

fn whole(values: &ArrayRef) -> Result<Int64Array, Error> {
    untyped(values).ok_or_else(|| Error::Internal(format!("no whole numbers: {}", values.data_type())))
}

fn doubles(values: &ArrayRef) -> Result<Float64Array, Error> {
    #[expect(clippy::cast_precision_loss, reason = "an average is a number with a fraction")]
    match values.data_type() {
        DataType::Float64 => Ok(values.as_primitive::<Float64Type>().clone()),
        _ => Ok(whole(values)?.unary(|number| number as f64)),
    }
}

impl Tally {
    /// Adds what another part came to.
    pub(crate) fn merge(&mut self, other: Self, measure: &Measure) {
        fn add<T: std::ops::AddAssign>(mine: &mut [T], theirs: Vec<T>) {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
        match (self, other) {
            (Self::Count(mine), Self::Count(theirs)) => add(mine, theirs),
            (Self::Totals(mine), Self::Totals(theirs)) => add(mine, theirs),
            (
                Self::Whole { sums, counts },
                Self::Whole {
                    sums: more,
                    counts: others,
                },
            ) => {
                add(sums, more);
                add(counts, others);
            }
            (
                Self::Double { sums, counts },
                Self::Double {
                    sums: more,
                    counts: others,
                },
            ) => {
                add(sums, more);
                add(counts, others);
            }
            (Self::WholeEnd(mine), Self::WholeEnd(theirs)) => {
                mine.iter_mut()
                    .zip(theirs)
                    .for_each(|(mine, theirs)| *mine = measure.farther(*mine, theirs, Ord::cmp));
            }
            (Self::DoubleEnd(mine), Self::DoubleEnd(theirs)) => {
                mine.iter_mut()
                    .zip(theirs)
                    .for_each(|(mine, theirs)| *mine = measure.farther(*mine, theirs, f64::total_cmp));
            }
            _ => {}
        }
    }

    /// The results of `groups`; `records` are those of every group.
    pub(crate) fn finish(&self, measure: &Measure, records: &[u64], groups: &[u32]) -> Result<ArrayRef, Error> {
        let at = |group: &u32| *group as usize;
        let count = |counts: &[u64]| -> ArrayRef {
            Arc::new(Int64Array::from_iter_values(
                groups.iter().map(|group| counts[at(group)].cast_signed()),
            ))
        };
        let data_type = match &measure.values {
            Some(values) => values.data_type()?,
            None => DataType::Int64,
        };
        Ok(match self {
            Self::Records => count(records),
            Self::Count(counts) => count(counts),
            Self::Totals(totals) => {
                let Some(Values::Scaled(scaled)) = &measure.values else {
                    return Err(Error::Internal("totals of what lies on no scale".to_owned()));
                };
                let totals = groups.iter().map(|group| &totals[at(group)]);
                if measure.kind == Kind::Average {
                    scaled.averages(totals)
                } else {
                    scaled.sums(totals)
                }
            }
            Self::Whole { sums, counts } => {
                // A sum that is no whole number of 64 bits is null, as everywhere.
                let sum = |group: &u32| i64::try_from(sums[at(group)]).ok().filter(|_| counts[at(group)] > 0);
                Arc::new(groups.iter().map(sum).collect::<Int64Array>())
            }
            Self::Double { sums, counts } => {
                #[expect(clippy::cast_precision_loss, reason = "no group has 2^53 records")]
                let result = |group: &u32| {
                    let (sum, count) = (sums[at(group)].value(), counts[at(group)]);
                    let share = if measure.kind == Kind::Average {
                        count as f64
                    } else {
                        1.0
                    };
                    (count > 0).then(|| sum / share)
                };
                Arc::new(groups.iter().map(result).collect::<Float64Array>())
            }
            Self::WholeEnd(ends) => typed(&groups.iter().map(|group| ends[at(group)]).collect(), &data_type)?,
            Self::DoubleEnd(ends) => Arc::new(groups.iter().map(|group| ends[at(group)]).collect::<Float64Array>()),
        })
    }
}

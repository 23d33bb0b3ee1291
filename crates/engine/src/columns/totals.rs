//! Exact sums of numbers that lie on one scale: their codes are added as whole numbers, so that nothing is rounded before the end
//! and the order does not matter.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array, Int64Array};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::logical_expr::Expr;

use super::Maybe;
use super::codes::{Code, with_codes};
use super::column::{Column, NO_VALUE, untyped};
use super::filter::Computed;
use super::scale::{self, Scale};

/// Numbers of a column, to be summed.
pub(crate) struct Scaled {
    column: Arc<Column>,
    /// The number of each code and whether it is one (1) or null (0); none when the code is the number.
    numbers: Option<Vec<(i64, u64)>>,
    scale: Scale,
    data_type: DataType,
}

/// The sum of codes so far, and how many there were.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Total {
    codes: i64,
    count: u64,
}

impl std::ops::AddAssign for Total {
    fn add_assign(&mut self, other: Self) {
        self.codes += other.codes;
        self.count += other.count;
    }
}

impl Scaled {
    /// The numbers of an expression over one column; `None` when they lie on no scale, or their sum could be too large.
    pub(crate) fn new(expr: &Expr, computed: &Computed) -> Maybe<Self> {
        let Some(column) = computed.only_column() else {
            return Ok(None);
        };
        let records = i64::try_from(column.len()).unwrap_or(i64::MAX);
        match (column.as_ref(), expr) {
            (Column::Near { scale, data_type, .. }, Expr::Column(_))
                if i64::from(NO_VALUE).checked_mul(records).is_some() =>
            {
                Ok(Some(Self {
                    column: Arc::clone(column),
                    numbers: None,
                    scale: *scale,
                    data_type: data_type.clone(),
                }))
            }
            (Column::Coded { values, .. }, _) => {
                let shown = computed.evaluate(vec![Arc::clone(values)], values.len())?;
                let Some((numbers, decimals)) = numbers(&shown) else {
                    return Ok(None);
                };
                let fits = |number: i64| {
                    number
                        .checked_abs()
                        .and_then(|size| size.checked_mul(records))
                        .is_some()
                };
                if !numbers.iter().flatten().all(fits) {
                    return Ok(None);
                }
                Ok(Some(Self {
                    column: Arc::clone(column),
                    numbers: Some(
                        numbers
                            .iter()
                            .map(|number| number.map_or((0, 0), |number| (number, 1)))
                            .collect(),
                    ),
                    scale: Scale::of_decimals(decimals),
                    data_type: shown.data_type().clone(),
                }))
            }
            _ => Ok(None),
        }
    }

    /// The type of the numbers.
    pub(crate) fn data_type(&self) -> &DataType {
        &self.data_type
    }

    /// Adds the numbers of `rows`, counted from `start`, to the totals of `groups`.
    pub(crate) fn add(&self, totals: &mut [Total], start: usize, rows: &[u32], groups: &[u32]) {
        let (Column::Coded { codes, .. } | Column::Near { codes, .. }) = self.column.as_ref() else {
            return;
        };
        with_codes!(codes, codes => {
            let codes = &codes[start..];
            match &self.numbers {
                Some(numbers) => for (row, group) in rows.iter().zip(groups) {
                    let (number, one) = numbers[codes[*row as usize].into_code() as usize];
                    totals[*group as usize] += Total { codes: number, count: one };
                },
                None => for (row, group) in rows.iter().zip(groups) {
                    let code = codes[*row as usize].into_code();
                    if code != NO_VALUE {
                        totals[*group as usize] += Total { codes: i64::from(code), count: 1 };
                    }
                },
            }
        });
    }

    /// The sums. One of whole numbers that has more than 64 bits is null, as everywhere.
    pub(crate) fn sums<'a>(&self, totals: impl Iterator<Item = &'a Total>) -> ArrayRef {
        if self.data_type == DataType::Float64 {
            return Arc::new(totals.map(|total| self.divided(*total, 1)).collect::<Float64Array>());
        }
        let sum = |total: &Total| {
            let sum = self.scale.sum(total.codes, total.count);
            i64::try_from(sum).ok().filter(|_| total.count > 0)
        };
        Arc::new(totals.map(sum).collect::<Int64Array>())
    }

    /// The averages.
    pub(crate) fn averages<'a>(&self, totals: impl Iterator<Item = &'a Total>) -> ArrayRef {
        Arc::new(
            totals
                .map(|total| self.divided(*total, total.count))
                .collect::<Float64Array>(),
        )
    }

    #[expect(clippy::cast_precision_loss, reason = "the result is a number with a fraction")]
    fn divided(&self, total: Total, by: u64) -> Option<f64> {
        let sum = self.scale.sum(total.codes, total.count) as f64;
        (total.count > 0).then(|| sum / (self.scale.power() * by as f64))
    }
}

/// Whole numbers, and how many of their last digits stand after the point.
fn numbers(shown: &ArrayRef) -> Option<(Int64Array, u8)> {
    match shown.data_type() {
        DataType::Int64 => Some((untyped(shown)?, 0)),
        DataType::Float64 => scale::whole_numbers(shown.as_primitive::<Float64Type>()),
        _ => None,
    }
}

//! Arithmetic as the language defines it: null when an operand is, when the divisor is zero, and when the result is too large.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array, Int64Array};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use arrow::row::{RowConverter, SortField};
use datafusion::logical_expr::Expr;
use parvis_odsql::ArithmeticOp;
use twox_hash::XxHash3_64;

use super::call;

fn symbol(op: ArithmeticOp) -> &'static str {
    match op {
        ArithmeticOp::Add => "+",
        ArithmeticOp::Subtract => "-",
        ArithmeticOp::Multiply => "*",
        ArithmeticOp::Divide => "/",
    }
}

/// `left op right` on whole numbers; not for division.
pub(crate) fn whole(op: ArithmeticOp, left: Expr, right: Expr) -> Expr {
    let name = format!("int{}", symbol(op));
    call(name, DataType::Int64, vec![left, right], move |arguments| {
        let (a, b) = (
            arguments[0].as_primitive::<Int64Type>(),
            arguments[1].as_primitive::<Int64Type>(),
        );
        let results = a.iter().zip(b).map(|(a, b)| {
            let (a, b) = (a?, b?);
            match op {
                ArithmeticOp::Add => a.checked_add(b),
                ArithmeticOp::Subtract => a.checked_sub(b),
                ArithmeticOp::Multiply => a.checked_mul(b),
                ArithmeticOp::Divide => None,
            }
        });
        Ok(Arc::new(results.collect::<Int64Array>()) as ArrayRef)
    })
}

/// `left op right` on numbers with a fraction.
pub(crate) fn fractional(op: ArithmeticOp, left: Expr, right: Expr) -> Expr {
    let name = format!("double{}", symbol(op));
    call(name, DataType::Float64, vec![left, right], move |arguments| {
        let (a, b) = (
            arguments[0].as_primitive::<Float64Type>(),
            arguments[1].as_primitive::<Float64Type>(),
        );
        let results = a.iter().zip(b).map(|(a, b)| {
            let (a, b) = (a?, b?);
            let result = match op {
                ArithmeticOp::Add => a + b,
                ArithmeticOp::Subtract => a - b,
                ArithmeticOp::Multiply => a * b,
                ArithmeticOp::Divide => a / b,
            };
            // Zero has two signs and is one number.
            result.is_finite().then_some(result + 0.0)
        });
        Ok(Arc::new(results.collect::<Float64Array>()) as ArrayRef)
    })
}

/// A number per record that looks random and depends on `seed` only.
pub(crate) fn shuffled(seed: u64, row: Expr) -> Expr {
    call(format!("random{seed}"), DataType::Int64, vec![row], move |arguments| {
        let rows = arguments[0].as_primitive::<Int64Type>();
        let shuffled = rows.iter().map(|row| {
            let bytes = row.unwrap_or_default().to_le_bytes();
            XxHash3_64::oneshot_with_seed(seed, &bytes).cast_signed()
        });
        Ok(Arc::new(Int64Array::from_iter_values(shuffled)) as ArrayRef)
    })
}

/// A number per group that looks random and depends on `seed` and the group's `keys` (at least one) only.
pub(crate) fn shuffled_keys(seed: u64, keys: Vec<Expr>) -> Expr {
    call(format!("random_keys{seed}"), DataType::Int64, keys, move |arguments| {
        let types = arguments.iter().map(|array| SortField::new(array.data_type().clone()));
        let rows = RowConverter::new(types.collect())?.convert_columns(arguments)?;
        let shuffled = rows
            .iter()
            .map(|row| XxHash3_64::oneshot_with_seed(seed, row.as_ref()).cast_signed());
        Ok(Arc::new(Int64Array::from_iter_values(shuffled)) as ArrayRef)
    })
}

/// The range of a width that a number lies in, as the number of widths below it; the bounds of the range follow from it.
pub(crate) fn step(width: f64, value: Expr) -> Expr {
    call(format!("step{width}"), DataType::Int64, vec![value], move |arguments| {
        let values = arguments[0].as_primitive::<Float64Type>();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a float too large for an integer is held at its end"
        )]
        let steps = values.iter().map(|value| Some((value? / width).floor() as i64));
        Ok(Arc::new(steps.collect::<Int64Array>()) as ArrayRef)
    })
}

/// The number of the range between `limits` that a number lies in: 0 below the first limit, 1 from the first to the second,
/// and so on; null outside all of them unless that end is open.
pub(crate) fn between(limits: Vec<f64>, open_start: bool, open_end: bool, value: Expr) -> Expr {
    let name = format!("between{limits:?}{open_start}{open_end}");
    call(name, DataType::Int64, vec![value], move |arguments| {
        let values = arguments[0].as_primitive::<Float64Type>();
        let ranges = values.iter().map(|value| {
            let value = value?;
            let place = limits.partition_point(|limit| *limit <= value);
            let outside = (place == 0 && !open_start) || (place == limits.len() && !open_end);
            if outside { None } else { i64::try_from(place).ok() }
        });
        Ok(Arc::new(ranges.collect::<Int64Array>()) as ArrayRef)
    })
}

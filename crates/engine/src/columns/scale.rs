//! Numbers as small codes: decimal numbers, instants and days that lie near each other on one grid.

use std::cmp::Ordering;

use arrow::array::{ArrayRef, AsArray, Float64Array, Int64Array};
use arrow::compute::{max, min};
use arrow::datatypes::{DataType, Float64Type};

use super::column::{NO_VALUE, typed, untyped};
use crate::Error;

/// Most digits after the point that are looked for: coordinates have seven or eight.
const MOST_DECIMALS: u8 = 9;
/// Numbers with digits after the point have at most so many digits in all: the next power of ten is no exact double.
const LARGEST: f64 = 9.0e15;

/// Where codes lie: the code `c` stands for `(base + c · step) / 10^decimals`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Scale {
    pub(crate) base: i64,
    /// At least 1.
    pub(crate) step: i64,
    /// Zero for whole numbers, days and instants.
    pub(crate) decimals: u8,
}

/// A number to compare codes with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Number {
    Whole(i64),
    Double(f64),
}

impl Scale {
    /// One that changes nothing but the digits after the point.
    pub(crate) fn of_decimals(decimals: u8) -> Self {
        Self {
            base: 0,
            step: 1,
            decimals,
        }
    }

    /// The number of `code` before it is divided.
    fn whole(self, code: u32) -> i64 {
        self.base.saturating_add(self.step.saturating_mul(i64::from(code)))
    }

    /// The number that `code` stands for.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a decimal number has no more digits than a double"
    )]
    pub(crate) fn double(self, code: u32) -> f64 {
        self.whole(code) as f64 / self.power()
    }

    /// What the numbers are divided by.
    pub(crate) fn power(self) -> f64 {
        power(self.decimals)
    }

    /// The sum of so many numbers whose codes come to `codes`, before it is divided.
    pub(crate) fn sum(self, codes: i64, count: u64) -> i128 {
        i128::from(self.base) * i128::from(count) + i128::from(self.step) * i128::from(codes)
    }

    /// Values of a type from their codes.
    pub(crate) fn values(self, codes: impl Iterator<Item = u32>, data_type: &DataType) -> Result<ArrayRef, Error> {
        let some = |code: u32| (code != NO_VALUE).then_some(code);
        if *data_type == DataType::Float64 {
            let values = codes.map(|code| some(code).map(|code| self.double(code)));
            return Ok(std::sync::Arc::new(values.collect::<Float64Array>()));
        }
        let values = codes.map(|code| some(code).map(|code| self.whole(code)));
        typed(&values.collect::<Int64Array>(), data_type)
    }

    /// The first code whose number is not smaller than `number`, or is larger when `beyond` is set; [`NO_VALUE`] when there is none.
    pub(crate) fn first_code(self, number: Number, beyond: bool) -> u32 {
        let before = |code: u32| {
            let order = match number {
                Number::Whole(wanted) => self.whole(code).cmp(&wanted),
                Number::Double(wanted) => self.double(code).total_cmp(&wanted),
            };
            order == Ordering::Less || (beyond && order == Ordering::Equal)
        };
        let (mut low, mut high) = (0, NO_VALUE);
        while low < high {
            let middle = low + (high - low) / 2;
            if before(middle) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

fn power(decimals: u8) -> f64 {
    10_f64.powi(i32::from(decimals))
}

/// The codes of numbers, days or instants, and where they lie, when they fit: the values come back bit for bit.
pub(crate) fn codes(array: &ArrayRef) -> Option<(Vec<u32>, Scale)> {
    let (numbers, decimals) = match untyped(array) {
        Some(numbers) => (numbers, 0),
        None => whole_numbers(array.as_primitive_opt::<Float64Type>()?)?,
    };
    let low = min(&numbers)?;
    max(&numbers)?.checked_sub(low)?;
    // Instants are mostly whole seconds, and quantities come in tens.
    let step = numbers
        .iter()
        .flatten()
        .fold(0, |step, number| gcd(step, number - low))
        .max(1);
    let code = |number: i64| {
        u32::try_from((number - low) / step)
            .ok()
            .filter(|code| *code != NO_VALUE)
    };
    let codes = numbers.iter().map(|number| number.map_or(Some(NO_VALUE), code));
    let scale = Scale {
        base: low,
        step,
        decimals,
    };
    Some((codes.collect::<Option<_>>()?, scale))
}

fn gcd(mut a: i64, mut b: i64) -> i64 {
    if a == 1 {
        return 1;
    }
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Decimal numbers as whole ones, and how many digits were after the point, when all come back from that bit for bit.
pub(crate) fn whole_numbers(doubles: &Float64Array) -> Option<(Int64Array, u8)> {
    let mut decimals = 0;
    for number in doubles.iter().flatten() {
        while whole(number, power(decimals)).is_none() {
            decimals += 1;
            if decimals > MOST_DECIMALS {
                return None;
            }
        }
    }
    let power = power(decimals);
    let mut numbers = Vec::with_capacity(doubles.len());
    for number in doubles {
        // One of the first may be too large for the digits of a later one.
        numbers.push(match number {
            Some(number) => Some(whole(number, power)?),
            None => None,
        });
    }
    Some((numbers.into(), decimals))
}

/// A number times a power of ten, when that is whole and leads back to the very number.
fn whole(number: f64, power: f64) -> Option<i64> {
    let scaled = number * power;
    if scaled.is_nan() || scaled.abs() > LARGEST {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is below 2^53")]
    let whole = (scaled + 0.5_f64.copysign(scaled)) as i64;
    #[expect(clippy::cast_precision_loss, reason = "it is below 2^53")]
    let back = whole as f64 / power;
    (back.to_bits() == number.to_bits()).then_some(whole)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::Array;
    use proptest::prelude::*;

    use super::*;

    fn scale_of(values: &[Option<f64>]) -> Option<Scale> {
        let array: ArrayRef = Arc::new(Float64Array::from(values.to_vec()));
        codes(&array).map(|(_, scale)| scale)
    }

    #[test]
    fn decimal_numbers_need_as_many_digits_as_they_are_written_with() {
        let scale = |base, step, decimals| Some(Scale { base, step, decimals });
        assert_eq!(scale_of(&[Some(47.9), Some(48.05), None]), scale(4_790, 15, 2));
        assert_eq!(scale_of(&[Some(-1.5), Some(2.0)]), scale(-15, 35, 1));
        assert_eq!(
            scale_of(&[Some(1e9), Some(3e9)]),
            scale(1_000_000_000, 2_000_000_000, 0)
        );
        // No decimal numbers, a zero that would lose its sign, what is no number, too far apart.
        assert_eq!(scale_of(&[Some(1.0 / 3.0)]), None);
        assert_eq!(scale_of(&[Some(-0.0), Some(1.0)]), None);
        assert_eq!(scale_of(&[Some(f64::NAN)]), None);
        assert_eq!(scale_of(&[Some(f64::INFINITY)]), None);
        assert_eq!(scale_of(&[Some(0.001), Some(0.002), Some(1e9)]), None);
        assert_eq!(scale_of(&[Some(1e15), Some(0.001)]), None);
        assert_eq!(scale_of(&[None]), None);
    }

    #[test]
    fn instants_of_whole_seconds_are_counted_in_seconds() {
        let array: ArrayRef = Arc::new(Int64Array::from(vec![Some(5_000), None, Some(1_700_000_000_000)]));
        let (codes, scale) = codes(&array).unwrap();
        assert_eq!(codes, [0, NO_VALUE, 1]);
        assert_eq!(scale.whole(1), 1_700_000_000_000);
        let far: ArrayRef = Arc::new(Int64Array::from(vec![i64::MIN, i64::MAX]));
        assert!(super::codes(&far).is_none());
    }

    proptest! {
        #[test]
        fn what_has_codes_comes_back_from_them(cents in prop::collection::vec(prop::option::of(-900_000_000_i64..900_000_000), 1..50), decimals in 0_u8..=9) {
            #[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
            let values: Float64Array = cents.iter().map(|cents| cents.map(|cents| cents as f64 / power(decimals))).collect();
            let array: ArrayRef = Arc::new(values.clone());
            if let Some((codes, scale)) = codes(&array) {
                let back = scale.values(codes.into_iter(), &DataType::Float64).unwrap();
                prop_assert_eq!(back.as_primitive::<Float64Type>(), &values);
            } else {
                prop_assert_eq!(values.null_count(), values.len());
            }
        }

        #[test]
        fn codes_are_found_by_the_numbers_that_they_stand_for(base in -1_000_i64..1_000, step in 1_i64..50, decimals in 0_u8..4, wanted in -2_000.0..60_000.0_f64) {
            let scale = Scale { base, step, decimals };
            for beyond in [false, true] {
                let code = scale.first_code(Number::Double(wanted), beyond);
                let passed = |code: u32| scale.double(code) > wanted || (!beyond && scale.double(code) == wanted);
                prop_assert!(passed(code));
                prop_assert!(code == 0 || !passed(code - 1));
            }
        }
    }
}

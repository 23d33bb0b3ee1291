//! From the values of a column to the form in which they are scanned.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, StringArray, StringDictionaryBuilder,
    UInt32Array, new_null_array,
};
use arrow::compute::{concat, max, min, sort_to_indices, take};
use arrow::datatypes::{DataType, Float64Type, UInt32Type};

use super::codes::Codes;
use super::column::{Column, NO_VALUE, typed, untyped};
use super::scale;
use crate::Error;

/// Different numbers that are still worth a code each.
const MOST_NUMBERS: usize = 65_534;
/// Different texts that are always worth a code each.
const FEW_TEXTS: usize = 65_534;
/// Beyond [`FEW_TEXTS`], texts have to come back this often on average.
const REPEATS: usize = 4;
/// Bytes of different texts beyond which a column is not kept in memory.
const MOST_TEXT: usize = 256 << 20;

/// Builds the column of `arrays`, its values in order; `None` when its texts are too many to be kept in memory. `records` is how
/// many there are in all.
pub(crate) fn build(
    data_type: &DataType,
    records: usize,
    arrays: impl Iterator<Item = Result<ArrayRef, Error>>,
) -> Result<Option<Column>, Error> {
    match data_type {
        DataType::Utf8 => texts(records, arrays),
        DataType::List(_) => lists(records, arrays),
        _ => {
            let parts: Vec<ArrayRef> = arrays.collect::<Result<_, _>>()?;
            let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
            let array = match parts.as_slice() {
                [] => new_null_array(data_type, 0),
                parts => concat(parts)?,
            };
            numbers(&array).map(Some)
        }
    }
}

/// Codes of texts in the order in which they are met.
struct Met {
    texts: StringDictionaryBuilder<UInt32Type>,
    codes: Vec<u32>,
    /// Different texts beyond which there are too many.
    most: usize,
    different: usize,
    bytes: usize,
}

impl Met {
    fn new(records: usize) -> Self {
        Self {
            texts: StringDictionaryBuilder::new(),
            codes: Vec::with_capacity(records),
            most: FEW_TEXTS.max(records / REPEATS),
            different: 0,
            bytes: 0,
        }
    }

    /// Adds texts; `false` when there are too many.
    fn add(&mut self, texts: &StringArray) -> Result<bool, Error> {
        for text in texts {
            let Some(text) = text else {
                self.codes.push(NO_VALUE);
                continue;
            };
            let code = self.texts.append(text)?;
            if code as usize >= self.different {
                self.different += 1;
                self.bytes += text.len();
            }
            self.codes.push(code);
        }
        Ok(self.different <= self.most && self.bytes <= MOST_TEXT)
    }

    /// The codes by ascending text, and the texts.
    fn finish(mut self) -> Result<(Codes, ArrayRef), Error> {
        let dictionary = self.texts.finish();
        let values = dictionary.values();
        let order = sort_to_indices(values, None, None)?;
        let sorted = take(values, &order, None)?;
        coded(self.codes, &order, &sorted)
    }
}

/// Renumbers `codes` by the order of their values, and ends the values with the null.
fn coded(mut codes: Vec<u32>, order: &UInt32Array, sorted: &ArrayRef) -> Result<(Codes, ArrayRef), Error> {
    let mut place = vec![0_u32; order.len()];
    for (new, old) in (0_u32..).zip(order.values()) {
        place[*old as usize] = new;
    }
    let null = u32::try_from(order.len()).expect("there are no more values than codes");
    for code in &mut codes {
        *code = place.get(*code as usize).copied().unwrap_or(null);
    }
    Ok((Codes::pack(codes, null), with_null(sorted)?))
}

fn with_null(values: &ArrayRef) -> Result<ArrayRef, Error> {
    let null = new_null_array(values.data_type(), 1);
    Ok(concat(&[values.as_ref(), null.as_ref()])?)
}

fn texts(records: usize, arrays: impl Iterator<Item = Result<ArrayRef, Error>>) -> Result<Option<Column>, Error> {
    let mut met = Met::new(records);
    for array in arrays {
        if !met.add(array?.as_string())? {
            return Ok(None);
        }
    }
    let (codes, values) = met.finish()?;
    Ok(Some(Column::Coded { codes, values }))
}

fn lists(records: usize, arrays: impl Iterator<Item = Result<ArrayRef, Error>>) -> Result<Option<Column>, Error> {
    let mut met = Met::new(records);
    let mut offsets = vec![0_i32];
    let mut valid = Vec::with_capacity(records);
    for array in arrays {
        let array = array?;
        let lists = array.as_list::<i32>();
        for row in 0..lists.len() {
            valid.push(lists.is_valid(row));
            let before = met.codes.len();
            if lists.is_valid(row) && !met.add(lists.value(row).as_string())? {
                return Ok(None);
            }
            let added = i32::try_from(met.codes.len() - before).ok();
            let last = offsets.last().copied().unwrap_or_default();
            let Some(next) = added.and_then(|added| last.checked_add(added)) else {
                return Ok(None);
            };
            offsets.push(next);
        }
    }
    let (codes, values) = met.finish()?;
    let nulls = valid.contains(&false).then(|| valid.into());
    Ok(Some(Column::Listed {
        offsets: offsets.into(),
        codes,
        values,
        nulls,
    }))
}

fn numbers(array: &ArrayRef) -> Result<Column, Error> {
    if let Some(flags) = array.as_boolean_opt() {
        let values: ArrayRef = Arc::new(BooleanArray::from(vec![Some(false), Some(true), None]));
        let codes = flags.iter().map(|flag| flag.map_or(2, u32::from)).collect();
        return Ok(Column::Coded {
            codes: Codes::pack(codes, 2),
            values,
        });
    }
    if let Some(numbers) = untyped(array) {
        return whole(&numbers, array);
    }
    let doubles: &Float64Array = array.as_primitive::<Float64Type>();
    // Equal numbers are the same bits, but for the two zeros, which have a code each.
    let bits: Int64Array = doubles.unary(|number| number.to_bits().cast_signed());
    let Some(different) = different(&bits) else {
        return Ok(near_or_plain(array));
    };
    let values: ArrayRef = Arc::new(Float64Array::from_iter_values(
        different.iter().map(|bits| f64::from_bits(bits.cast_unsigned())),
    ));
    by_value(&bits, &different, &values)
}

/// Whole numbers, days or instants.
fn whole(numbers: &Int64Array, array: &ArrayRef) -> Result<Column, Error> {
    let (Some(low), Some(high)) = (min(numbers), max(numbers)) else {
        let values = new_null_array(array.data_type(), 1);
        let codes = Codes::pack(vec![0; numbers.len()], 0);
        return Ok(Column::Coded { codes, values });
    };
    let span = high.checked_sub(low).and_then(|span| u32::try_from(span).ok());
    if let Some(span) = span.filter(|span| *span as usize <= MOST_NUMBERS) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "no number is farther from the lowest than the span"
        )]
        let code = |number: Option<i64>| number.map_or(span + 1, |number| (number - low) as u32);
        let values = typed(&Int64Array::from_iter_values(low..=high), array.data_type())?;
        return Ok(Column::Coded {
            codes: Codes::pack(numbers.iter().map(code).collect(), span + 1),
            values: with_null(&values)?,
        });
    }
    if let Some(different) = different(numbers) {
        let values = typed(&Int64Array::from(different.clone()), array.data_type())?;
        return by_value(numbers, &different, &values);
    }
    Ok(near_or_plain(array))
}

/// Numbers as codes where those are smaller.
fn near_or_plain(array: &ArrayRef) -> Column {
    match scale::codes(array) {
        Some((codes, scale)) => Column::near(codes.into(), scale, array.data_type().clone()),
        None => Column::Plain(Arc::clone(array)),
    }
}

/// The different numbers, when they are few.
fn different(numbers: &Int64Array) -> Option<Vec<i64>> {
    let mut seen = HashSet::new();
    let mut last = None;
    for number in numbers.iter().flatten() {
        if last != Some(number) {
            last = Some(number);
            seen.insert(number);
            if seen.len() > MOST_NUMBERS {
                return None;
            }
        }
    }
    Some(seen.into_iter().collect())
}

/// A column of codes for numbers whose `different` ones stand for `values`.
fn by_value(numbers: &Int64Array, different: &[i64], values: &ArrayRef) -> Result<Column, Error> {
    let order = sort_to_indices(values, None, None)?;
    let sorted = take(values, &order, None)?;
    let met: std::collections::HashMap<i64, u32> = different.iter().copied().zip(0..).collect();
    let codes = numbers
        .iter()
        .map(|number| number.and_then(|number| met.get(&number).copied()).unwrap_or(NO_VALUE));
    let (codes, values) = coded(codes.collect(), &order, &sorted)?;
    Ok(Column::Coded { codes, values })
}

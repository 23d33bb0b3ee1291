//! Exact percentiles: the numbers of each group are kept until the end, eight bytes each, and counted against the memory of
//! queries. Without room for them the query ends with an error.

use std::hash::{Hash, Hasher};
use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, LargeListArray};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result as DataFusionResult};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, Expr, GroupsAccumulator, Signature, Volatility,
};

/// The value that `share` percent of the numbers lie below, between two of them when it falls there. Nulls do not count; without
/// a number it is null.
pub(crate) fn percentile(share: f64, value: Expr) -> Expr {
    AggregateUDF::from(Percentile {
        share,
        signature: Signature::exact(vec![DataType::Float64], Volatility::Immutable),
    })
    .call(vec![value])
}

#[derive(Debug)]
struct Percentile {
    share: f64,
    signature: Signature,
}

impl PartialEq for Percentile {
    fn eq(&self, other: &Self) -> bool {
        self.share.to_bits() == other.share.to_bits()
    }
}

impl Eq for Percentile {}

impl Hash for Percentile {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.share.to_bits().hash(state);
    }
}

impl AggregateUDFImpl for Percentile {
    fn name(&self) -> &str {
        "exact_percentile"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> DataFusionResult<DataType> {
        Ok(DataType::Float64)
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> DataFusionResult<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(args.name, DataType::LargeList(item()), true))])
    }

    fn accumulator(&self, _args: AccumulatorArgs<'_>) -> DataFusionResult<Box<dyn Accumulator>> {
        Ok(Box::new(One {
            share: self.share,
            numbers: Vec::new(),
        }))
    }

    fn groups_accumulator_supported(&self, _args: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(&self, _args: AccumulatorArgs<'_>) -> DataFusionResult<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Many {
            share: self.share,
            groups: Vec::new(),
            numbers: 0,
        }))
    }
}

/// An item of a list of numbers.
fn item() -> FieldRef {
    Arc::new(Field::new("item", DataType::Float64, true))
}

/// Lists of numbers as an array. Offsets are of 64 bits: all groups together may hold more numbers than 32 bits count.
fn lists(groups: Vec<Vec<f64>>) -> LargeListArray {
    let offsets = OffsetBuffer::<i64>::from_lengths(groups.iter().map(Vec::len));
    let numbers: Vec<f64> = match <[Vec<f64>; 1]>::try_from(groups) {
        // One group need not be copied.
        Ok([numbers]) => numbers,
        Err(groups) => {
            let mut numbers = Vec::with_capacity(groups.iter().map(Vec::len).sum());
            // Each group is let go as soon as it is copied.
            groups.into_iter().for_each(|group| numbers.extend(group));
            numbers
        }
    };
    let numbers = Float64Array::new(ScalarBuffer::from(numbers), None);
    LargeListArray::new(item(), offsets, Arc::new(numbers), None)
}

/// Adds the numbers of an array.
fn collect(into: &mut Vec<f64>, numbers: &Float64Array) -> DataFusionResult<()> {
    let room = numbers.len() - numbers.null_count();
    into.try_reserve(room)
        .map_err(|_| DataFusionError::ResourcesExhausted("no room for the numbers of a percentile".to_owned()))?;
    into.extend(numbers.iter().flatten());
    Ok(())
}

/// Whether an aggregate's own filter keeps a row.
fn passes(filter: Option<&BooleanArray>, row: usize) -> bool {
    filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row))
}

/// All numbers.
#[derive(Debug)]
struct One {
    share: f64,
    numbers: Vec<f64>,
}

impl Accumulator for One {
    fn update_batch(&mut self, values: &[ArrayRef]) -> DataFusionResult<()> {
        collect(&mut self.numbers, values[0].as_primitive::<Float64Type>())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> DataFusionResult<()> {
        for numbers in states[0].as_list::<i64>().iter().flatten() {
            collect(&mut self.numbers, numbers.as_primitive::<Float64Type>())?;
        }
        Ok(())
    }

    fn state(&mut self) -> DataFusionResult<Vec<ScalarValue>> {
        let list = lists(vec![std::mem::take(&mut self.numbers)]);
        Ok(vec![ScalarValue::LargeList(Arc::new(list))])
    }

    fn evaluate(&mut self) -> DataFusionResult<ScalarValue> {
        Ok(ScalarValue::Float64(percentile_of(&mut self.numbers, self.share)))
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.numbers.capacity() * size_of::<f64>()
    }
}

/// The numbers of each group.
#[derive(Debug)]
struct Many {
    share: f64,
    groups: Vec<Vec<f64>>,
    /// Numbers that there is room for, in all groups.
    numbers: usize,
}

impl Many {
    fn add(&mut self, group: usize, add: impl FnOnce(&mut Vec<f64>) -> DataFusionResult<()>) -> DataFusionResult<()> {
        let group = &mut self.groups[group];
        let before = group.capacity();
        add(group)?;
        self.numbers += group.capacity() - before;
        Ok(())
    }

    fn emit(&mut self, which: EmitTo) -> Vec<Vec<f64>> {
        let groups = which.take_needed(&mut self.groups);
        self.numbers -= groups.iter().map(Vec::capacity).sum::<usize>();
        groups
    }
}

impl GroupsAccumulator for Many {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> DataFusionResult<()> {
        self.groups.resize_with(total_num_groups, Vec::new);
        let numbers = values[0].as_primitive::<Float64Type>();
        for (row, (number, group)) in numbers.iter().zip(group_indices).enumerate() {
            if let Some(number) = number.filter(|_| passes(opt_filter, row)) {
                self.add(*group, |group| {
                    group.push(number);
                    Ok(())
                })?;
            }
        }
        Ok(())
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> DataFusionResult<()> {
        self.groups.resize_with(total_num_groups, Vec::new);
        for (numbers, group) in values[0].as_list::<i64>().iter().zip(group_indices) {
            if let Some(numbers) = numbers {
                self.add(*group, |group| collect(group, numbers.as_primitive::<Float64Type>()))?;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> DataFusionResult<ArrayRef> {
        let share = self.share;
        let groups = self.emit(emit_to).into_iter();
        let results = groups.map(|mut numbers| percentile_of(&mut numbers, share));
        Ok(Arc::new(results.collect::<Float64Array>()))
    }

    fn state(&mut self, emit_to: EmitTo) -> DataFusionResult<Vec<ArrayRef>> {
        Ok(vec![Arc::new(lists(self.emit(emit_to)))])
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> DataFusionResult<Vec<ArrayRef>> {
        let numbers = values[0].as_primitive::<Float64Type>();
        let kept = |row: usize| numbers.is_valid(row) && passes(opt_filter, row);
        let offsets = OffsetBuffer::<i64>::from_lengths((0..numbers.len()).map(|row| usize::from(kept(row))));
        let numbers = (0..numbers.len())
            .filter(|row| kept(*row))
            .map(|row| numbers.value(row));
        let numbers = Float64Array::from_iter_values(numbers);
        Ok(vec![Arc::new(LargeListArray::new(
            item(),
            offsets,
            Arc::new(numbers),
            None,
        ))])
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.groups.capacity() * size_of::<Vec<f64>>() + self.numbers * size_of::<f64>()
    }
}

/// `None` when there is no number. Reorders `numbers`.
fn percentile_of(numbers: &mut [f64], share: f64) -> Option<f64> {
    let last = numbers.len().checked_sub(1)?;
    #[expect(clippy::cast_precision_loss, reason = "no list has 2^52 numbers")]
    let rank = share * last as f64 / 100.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank lies between 0 and the last index"
    )]
    let below = (rank.floor() as usize).min(last);
    let (_, &mut low, above) = numbers.select_nth_unstable_by(below, f64::total_cmp);
    let high = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
    Some(low + (high - low) * rank.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_lies_between_its_neighbours_exactly() {
        let of = |share| percentile_of(&mut [4.0, 1.0, 3.0, 2.0], share);
        assert_eq!(of(0.0), Some(1.0));
        assert_eq!(of(50.0), Some(2.5));
        assert_eq!(of(75.0), Some(3.25));
        assert_eq!(of(100.0), Some(4.0));
        assert_eq!(percentile_of(&mut [], 50.0), None);
    }

    #[test]
    fn memory_is_counted_as_groups_come_and_go() {
        let mut many = Many {
            share: 50.0,
            groups: Vec::new(),
            numbers: 0,
        };
        let numbers: ArrayRef = Arc::new(Float64Array::from(vec![Some(1.0), None, Some(5.0), Some(3.0)]));
        let empty = many.size();
        many.update_batch(std::slice::from_ref(&numbers), &[0, 0, 1, 1], None, 2)
            .unwrap();
        assert!(many.size() >= empty + 3 * size_of::<f64>() + 2 * size_of::<Vec<f64>>());
        let state = many.state(EmitTo::First(1)).unwrap();
        many.merge_batch(&state, &[1], 2).unwrap();
        let results = many.evaluate(EmitTo::All).unwrap();
        assert_eq!(results.as_primitive::<Float64Type>().values(), &[4.0, 1.0]);
        assert_eq!(many.numbers, 0);
    }
}

//! A physical column in memory, in the form in which it is quickest to scan.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Int64Array, ListArray, TimestampMillisecondArray, UInt32Array, UInt64Array,
    make_array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field};

use super::bits;
use super::coarse::Coarse;
use super::codes::{Code, Codes, with_codes};
use super::scale::Scale;
use crate::Error;

/// A column.
#[derive(Clone, Debug)]
pub(crate) enum Column {
    /// Values that come back often: one code per record, the place of its value.
    Coded {
        codes: Codes,
        /// The different values, ascending, and a null at the end, which is the code of records without a value.
        values: ArrayRef,
    },
    /// Numbers, days or instants that lie near each other; [`NO_VALUE`] for null.
    Near {
        codes: Codes,
        /// To find a range of codes.
        coarse: Coarse,
        scale: Scale,
        data_type: DataType,
    },
    /// Numbers as they are.
    Plain(ArrayRef),
    /// The numbers of so many records themselves, from 0.
    Rows(usize),
    /// Several texts per record: those of record `i` are the codes `offsets[i]..offsets[i + 1]`.
    Listed {
        offsets: ScalarBuffer<i32>,
        codes: Codes,
        /// As in [`Column::Coded`].
        values: ArrayRef,
        /// Records without a list.
        nulls: Option<NullBuffer>,
    },
}

/// The code of a record without a value, in [`Column::Near`].
pub(crate) const NO_VALUE: u32 = u32::MAX;

impl Column {
    /// Number of records.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Coded { codes, .. } | Self::Near { codes, .. } => codes.len(),
            Self::Plain(array) => array.len(),
            Self::Rows(len) => *len,
            Self::Listed { offsets, .. } => offsets.len() - 1,
        }
    }

    /// Bytes of memory taken.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Coded { codes, values } => codes.bytes().len() + values.get_array_memory_size(),
            Self::Near { codes, coarse, .. } => codes.bytes().len() + coarse.bytes(),
            Self::Plain(array) => array.get_array_memory_size(),
            Self::Rows(_) => 0,
            Self::Listed {
                offsets, codes, values, ..
            } => offsets.len() * 4 + codes.bytes().len() + values.get_array_memory_size(),
        }
    }

    /// Its Arrow type.
    pub(crate) fn data_type(&self) -> DataType {
        match self {
            Self::Coded { values, .. } => values.data_type().clone(),
            Self::Near { data_type, .. } => data_type.clone(),
            Self::Plain(array) => array.data_type().clone(),
            Self::Rows(_) => DataType::Int64,
            Self::Listed { .. } => parvis_formats::layout::text_list(),
        }
    }

    /// The values of the records in `range`.
    pub(crate) fn slice(&self, range: Range<usize>) -> Result<ArrayRef, Error> {
        match self {
            Self::Plain(array) => Ok(array.slice(range.start, range.len())),
            Self::Rows(_) => Ok(numbers_of(range.map(|row| row as u64))),
            Self::Coded { codes, values } => {
                let places: UInt32Array =
                    with_codes!(codes, codes => codes[range].iter().map(|code| code.into_code()).collect::<Vec<_>>())
                        .into();
                Ok(take(values, &places, None)?)
            }
            Self::Near {
                codes,
                scale,
                data_type,
                ..
            } => {
                let codes =
                    with_codes!(codes, codes => codes[range].iter().map(|code| code.into_code()).collect::<Vec<_>>());
                scale.values(codes.into_iter(), data_type)
            }
            Self::Listed { .. } => self.rows(&range.map(|row| row as u64).collect::<Vec<_>>()),
        }
    }

    /// The values of the records numbered `rows`.
    pub(crate) fn rows(&self, rows: &[u64]) -> Result<ArrayRef, Error> {
        let index = |row: &u64| usize::try_from(*row).expect("a column fits in memory");
        match self {
            Self::Plain(array) => Ok(take(array, &UInt64Array::from(rows.to_vec()), None)?),
            Self::Rows(_) => Ok(numbers_of(rows.iter().copied())),
            Self::Coded { codes, values } => {
                let places: UInt32Array = rows.iter().map(|row| codes.get(index(row))).collect::<Vec<_>>().into();
                Ok(take(values, &places, None)?)
            }
            Self::Near {
                codes,
                scale,
                data_type,
                ..
            } => scale.values(rows.iter().map(|row| codes.get(index(row))), data_type),
            Self::Listed {
                offsets,
                codes,
                values,
                nulls,
            } => {
                let mut places = Vec::new();
                let mut lengths = Vec::with_capacity(rows.len());
                for row in rows {
                    let (start, end) = (offset(offsets, index(row)), offset(offsets, index(row) + 1));
                    places.extend((start..end).map(|place| codes.get(place)));
                    lengths.push(end - start);
                }
                let items = take(values, &UInt32Array::from(places), None)?;
                let nulls = nulls.as_ref().map(|nulls| {
                    rows.iter()
                        .map(|row| nulls.is_valid(index(row)))
                        .collect::<Vec<_>>()
                        .into()
                });
                let DataType::List(item) = parvis_formats::layout::text_list() else {
                    return Err(Error::Internal("lists of texts are no lists".to_owned()));
                };
                Ok(Arc::new(ListArray::try_new(
                    item,
                    OffsetBuffer::from_lengths(lengths),
                    items,
                    nulls,
                )?))
            }
        }
    }

    /// The column of numbers, days or instants with these codes.
    pub(crate) fn near(codes: ScalarBuffer<u32>, scale: Scale, data_type: DataType) -> Self {
        Self::Near {
            coarse: Coarse::new(&codes),
            codes: Codes::U32(codes),
            scale,
            data_type,
        }
    }

    /// Which records of `range` have a code between two, both included.
    pub(crate) fn between(&self, range: &Range<usize>, from: u32, to: u32) -> Vec<u64> {
        match self {
            Self::Near {
                codes: Codes::U32(codes),
                coarse,
                ..
            } => coarse.between(&codes[range.clone()], range.start, from, to),
            Self::Coded { codes, .. } | Self::Near { codes, .. } => {
                with_codes!(codes, codes => bits::between(&codes[range.clone()], from, to))
            }
            Self::Plain(_) | Self::Rows(_) | Self::Listed { .. } => vec![0; range.len().div_ceil(64)],
        }
    }

    /// The column as a field of a table.
    pub(crate) fn field(&self, name: &str) -> Field {
        Field::new(name, self.data_type(), true)
    }
}

fn numbers_of(rows: impl Iterator<Item = u64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(rows.map(u64::cast_signed)))
}

/// The place where the items of record `row` begin.
pub(crate) fn offset(offsets: &ScalarBuffer<i32>, row: usize) -> usize {
    usize::try_from(offsets[row]).expect("offsets are not negative")
}

/// Whole numbers as the type that they stand for.
pub(crate) fn typed(numbers: &Int64Array, data_type: &DataType) -> Result<ArrayRef, Error> {
    if *data_type == DataType::Date32 {
        let days = numbers.iter().map(|day| day.and_then(|day| i32::try_from(day).ok()));
        return Ok(Arc::new(days.collect::<Date32Array>()));
    }
    let data = numbers.to_data().into_builder().data_type(data_type.clone()).build()?;
    Ok(make_array(data))
}

/// The numbers that a column of whole numbers, days or instants stands for; `None` for other types.
pub(crate) fn untyped(array: &ArrayRef) -> Option<Int64Array> {
    match array.data_type() {
        DataType::Int64 => Some(array.as_primitive::<arrow::datatypes::Int64Type>().clone()),
        DataType::Date32 => Some(array.as_primitive::<arrow::datatypes::Date32Type>().unary(i64::from)),
        DataType::Timestamp(arrow::datatypes::TimeUnit::Millisecond, _) => {
            let instants: &TimestampMillisecondArray = array.as_primitive();
            Some(Int64Array::new(instants.values().clone(), instants.nulls().cloned()))
        }
        _ => None,
    }
}

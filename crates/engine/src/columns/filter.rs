//! Conditions over columns in memory: which records match.
//!
//! A condition on one coded column is computed once per different value, not once per record, whatever functions it calls; the
//! records are then looked up by their codes. What needs several columns is computed block by block.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, RecordBatch, RecordBatchOptions, StringArray,
};
use arrow::datatypes::{DataType, Field, Float64Type, Schema, SchemaRef};
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use datafusion::physical_plan::PhysicalExpr;
use datafusion::prelude::SessionContext;

use super::bits::{self, Bits, places_of};
use super::codes::{Code, with_codes};
use super::column::{Column, NO_VALUE};
use super::scale::{Number, Scale};
use super::{Columns, Maybe};
use crate::Error;

/// What a record has to fulfil.
pub(crate) enum Test {
    /// Every record does, or none.
    Always(bool),
    And(Vec<Test>),
    Or(Vec<Test>),
    Not(Box<Test>),
    /// Its code lies between two, both included.
    Between {
        column: Arc<Column>,
        from: u32,
        to: u32,
    },
    /// Its number lies between two, both included, in the order of IEEE 754, in which nothing is beyond but NaN.
    Within {
        values: Float64Array,
        from: f64,
        to: f64,
    },
    /// Its code is one of those.
    Among {
        column: Arc<Column>,
        holds: Vec<bool>,
    },
    /// It is one of those.
    Found(Arc<Bits>),
    /// Computed from its values.
    Computed(Computed),
}

/// An expression over columns.
pub(crate) struct Computed {
    columns: Vec<Arc<Column>>,
    schema: SchemaRef,
    expr: Arc<dyn PhysicalExpr>,
    /// Calls functions, which are worth sparing.
    costly: bool,
}

/// What tests and computed values are made with.
pub(crate) struct Compiler<'a> {
    pub(crate) context: &'a SessionContext,
    pub(crate) columns: &'a Columns,
}

impl Compiler<'_> {
    /// The test that `expr` is true; `None` when a column that it needs is not kept in memory.
    pub(crate) fn test(&self, expr: &Expr) -> Maybe<Test> {
        match expr {
            Expr::BinaryExpr(BinaryExpr {
                left,
                op: Operator::And,
                right,
            }) => {
                let mut parts = Vec::new();
                for side in [left, right] {
                    match self.test(side)? {
                        None => return Ok(None),
                        Some(Test::And(inner)) => parts.extend(inner),
                        Some(other) => parts.push(other),
                    }
                }
                let mut parts = joined(parts);
                // What costs least first: the rest then looks at fewer records.
                parts.sort_by_key(Test::cost);
                Ok(Some(Test::And(parts)))
            }
            Expr::BinaryExpr(BinaryExpr {
                left,
                op: Operator::Or,
                right,
            }) => {
                let (Some(left), Some(right)) = (self.test(left)?, self.test(right)?) else {
                    return Ok(None);
                };
                Ok(Some(Test::Or(vec![left, right])))
            }
            Expr::IsTrue(inner) => self.test(inner),
            Expr::IsNotTrue(inner) => Ok(self.test(inner)?.map(|inner| Test::Not(Box::new(inner)))),
            Expr::Literal(ScalarValue::Boolean(value), _) => Ok(Some(Test::Always(*value == Some(true)))),
            _ => self.leaf(expr),
        }
    }

    fn leaf(&self, expr: &Expr) -> Maybe<Test> {
        if let Some(found) = self.words_found(expr)? {
            return Ok(Some(found));
        }
        let Some(computed) = self.computed(expr)? else {
            return Ok(None);
        };
        let [column] = computed.columns.as_slice() else {
            return Ok(Some(Test::Computed(computed)));
        };
        match column.as_ref() {
            Column::Coded { values, .. } => {
                if let Some((from, to)) = texts_between(expr, values) {
                    return Ok(Some(between(column, from, to)));
                }
                let holds = computed.evaluate(vec![Arc::clone(values)], values.len())?;
                Ok(Some(among(column, bits::of_true(holds.as_boolean()), values.len())))
            }
            Column::Near { scale, data_type, .. } => match numbers_between(expr, *scale, data_type) {
                Some((from, to)) => Ok(Some(between(column, from, to))),
                None => Ok(Some(Test::Computed(computed))),
            },
            Column::Plain(array) => Ok(Some(
                match (doubles_between(expr), array.as_primitive_opt::<Float64Type>()) {
                    (Some((from, to)), Some(values)) => Test::Within {
                        values: values.clone(),
                        from,
                        to,
                    },
                    _ => Test::Computed(computed),
                },
            )),
            Column::Rows(_) | Column::Listed { .. } => Ok(Some(Test::Computed(computed))),
        }
    }

    /// An expression over columns in memory.
    pub(crate) fn computed(&self, expr: &Expr) -> Maybe<Computed> {
        let mut names: Vec<String> = expr
            .column_refs()
            .into_iter()
            .map(|column| column.name.clone())
            .collect();
        names.sort_unstable();
        names.dedup();
        let mut columns = Vec::with_capacity(names.len());
        for name in &names {
            match self.columns.get(name)? {
                Some(column) => columns.push(column),
                None => return Ok(None),
            }
        }
        let fields: Vec<Field> = names
            .iter()
            .zip(&columns)
            .map(|(name, column)| column.field(name))
            .collect();
        let schema = Arc::new(Schema::new(fields));
        let compiled = self
            .context
            .create_physical_expr(expr.clone(), &DFSchema::try_from(Arc::clone(&schema))?)?;
        Ok(Some(Computed {
            columns,
            schema,
            expr: compiled,
            costly: calls_functions(expr)?,
        }))
    }
}

fn calls_functions(expr: &Expr) -> Result<bool, Error> {
    let mut found = false;
    expr.apply(|part| {
        found = found || matches!(part, Expr::ScalarFunction(_));
        Ok(if found {
            TreeNodeRecursion::Stop
        } else {
            TreeNodeRecursion::Continue
        })
    })?;
    Ok(found)
}

impl Computed {
    /// The column that alone decides the value, when there is one.
    pub(crate) fn only_column(&self) -> Option<&Arc<Column>> {
        match self.columns.as_slice() {
            [column] => Some(column),
            _ => None,
        }
    }

    /// The values for columns of `len` rows.
    pub(crate) fn evaluate(&self, columns: Vec<ArrayRef>, len: usize) -> Result<ArrayRef, Error> {
        let options = RecordBatchOptions::new().with_row_count(Some(len));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?;
        Ok(self.expr.evaluate(&batch)?.into_array(len)?)
    }

    /// The values of the records in `range`.
    pub(crate) fn of_range(&self, range: &Range<usize>) -> Result<ArrayRef, Error> {
        let columns = self.columns.iter().map(|column| column.slice(range.clone()));
        self.evaluate(columns.collect::<Result<_, _>>()?, range.len())
    }

    /// The values of the records numbered `rows`.
    pub(crate) fn of_rows(&self, rows: &[u64]) -> Result<ArrayRef, Error> {
        let columns = self.columns.iter().map(|column| column.rows(rows));
        self.evaluate(columns.collect::<Result<_, _>>()?, rows.len())
    }
}

impl Test {
    fn cost(&self) -> u8 {
        match self {
            Self::Always(_) | Self::Found(_) => 0,
            Self::Between { .. } => 1,
            Self::Within { .. } => 3,
            Self::Among { .. } => 2,
            Self::Computed(computed) if computed.costly => 9,
            Self::Computed(_) => 4,
            Self::Not(inner) => inner.cost(),
            Self::And(parts) | Self::Or(parts) => parts.iter().map(Self::cost).max().unwrap_or(0),
        }
    }

    /// The records of a block that fulfil it, among those of `within` if it is given. Others may be set or not.
    pub(crate) fn block(&self, range: &Range<usize>, within: Option<&[u64]>) -> Result<Vec<u64>, Error> {
        let len = range.len();
        match self {
            Self::Always(true) => Ok(bits::all(len)),
            Self::Always(false) => Ok(vec![0; len.div_ceil(64)]),
            Self::And(parts) => {
                let mut kept = within.map(<[u64]>::to_vec);
                for part in parts {
                    let mut found = part.block(range, kept.as_deref())?;
                    if let Some(kept) = kept {
                        found.iter_mut().zip(kept).for_each(|(word, kept)| *word &= kept);
                    }
                    let none = found.iter().all(|word| *word == 0);
                    kept = Some(found);
                    if none {
                        break;
                    }
                }
                Ok(kept.unwrap_or_else(|| bits::all(len)))
            }
            Self::Or(parts) => {
                let mut found = vec![0; len.div_ceil(64)];
                for part in parts {
                    let more = part.block(range, within)?;
                    found.iter_mut().zip(more).for_each(|(word, more)| *word |= more);
                }
                Ok(found)
            }
            Self::Not(inner) => {
                let mut words = inner.block(range, within)?;
                words.iter_mut().for_each(|word| *word = !*word);
                bits::trim(&mut words, len);
                Ok(words)
            }
            Self::Between { column, from, to } => Ok(column.between(range, *from, *to)),
            Self::Among { column, holds } => Ok(codes_among(column, range, holds)),
            Self::Within { values, from, to } => {
                let slice = &values.values()[range.clone()];
                let mut found = bits::collect(slice, |value| value >= *from && value <= *to);
                if let Some(nulls) = values.nulls() {
                    let valid = bits::of_true(&BooleanArray::new(nulls.inner().slice(range.start, len), None));
                    found.iter_mut().zip(valid).for_each(|(word, valid)| *word &= valid);
                }
                Ok(found)
            }
            Self::Found(bits) => Ok(bits.block(range.start).to_vec()),
            Self::Computed(computed) => computed.block(range, within),
        }
    }
}

impl Computed {
    fn block(&self, range: &Range<usize>, within: Option<&[u64]>) -> Result<Vec<u64>, Error> {
        let some = within.filter(|within| {
            let left: u32 = within.iter().map(|word| word.count_ones()).sum();
            self.costly && (left as usize) < range.len() / 2
        });
        let Some(within) = some else {
            return Ok(bits::of_true(self.of_range(range)?.as_boolean()));
        };
        let places: Vec<usize> = places_of(within).collect();
        let rows: Vec<u64> = places.iter().map(|place| (range.start + place) as u64).collect();
        let values = self.of_rows(&rows)?;
        let values = values.as_boolean();
        let mut words = vec![0; range.len().div_ceil(64)];
        for (place, at) in places.into_iter().zip(0..) {
            if values.is_valid(at) && values.value(at) {
                words[place / 64] |= 1 << (place % 64);
            }
        }
        Ok(words)
    }
}

/// A test of codes between two; what lies outside the codes is cut off.
fn between(column: &Arc<Column>, from: u32, to: u32) -> Test {
    if from > to {
        return Test::Always(false);
    }
    Test::Between {
        column: Arc::clone(column),
        from,
        to,
    }
}

/// A test of codes that `holds` has a one for.
fn among(column: &Arc<Column>, holds: Vec<u64>, len: usize) -> Test {
    let ones: Vec<usize> = places_of(&holds).collect();
    match (ones.first(), ones.last()) {
        (Some(first), Some(last)) if last - first + 1 == ones.len() => {
            let code = |place: usize| u32::try_from(place).expect("there are no more values than codes");
            between(column, code(*first), code(*last))
        }
        (None, _) | (_, None) => Test::Always(false),
        _ => Test::Among {
            column: Arc::clone(column),
            holds: (0..len)
                .map(|place| holds[place / 64] >> (place % 64) & 1 == 1)
                .collect(),
        },
    }
}

/// Conditions that all have to hold, those on one column as one.
fn joined(parts: Vec<Test>) -> Vec<Test> {
    let mut joined: Vec<Test> = Vec::with_capacity(parts.len());
    for part in parts {
        let same = joined
            .iter_mut()
            .find_map(|other| other.narrowed(&part).map(|both| (other, both)));
        match same {
            Some((other, both)) => *other = both,
            None => joined.push(part),
        }
    }
    joined
}

impl Test {
    /// This test and `other` as one, when both are ranges of one column.
    fn narrowed(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (
                Self::Within { values, from, to },
                Self::Within {
                    values: others,
                    from: low,
                    to: high,
                },
            ) if values.values().ptr_eq(others.values()) => Some(Self::Within {
                values: values.clone(),
                from: from.max(*low),
                to: to.min(*high),
            }),
            (
                Self::Between { column, from, to },
                Self::Between {
                    column: others,
                    from: low,
                    to: high,
                },
            ) if Arc::ptr_eq(column, others) => Some(between(column, *from.max(low), *to.min(high))),
            _ => None,
        }
    }
}

/// The numbers that a comparison of doubles holds for. An end that does not belong to them is left to the next number.
fn doubles_between(expr: &Expr) -> Option<(f64, f64)> {
    let (op, ScalarValue::Float64(Some(wanted))) = comparison(expr)? else {
        return None;
    };
    // Zero and NaN are compared by their bits elsewhere.
    if *wanted == 0.0 || wanted.is_nan() {
        return None;
    }
    match op {
        Operator::Eq => Some((*wanted, *wanted)),
        Operator::Lt => Some((f64::NEG_INFINITY, wanted.next_down())),
        Operator::LtEq => Some((f64::NEG_INFINITY, *wanted)),
        // NaN, which a file cannot hold, would be larger than all.
        Operator::Gt => Some((wanted.next_up(), f64::INFINITY)),
        Operator::GtEq => Some((*wanted, f64::INFINITY)),
        _ => None,
    }
}

/// The column and the constant of `column op constant`.
fn comparison(expr: &Expr) -> Option<(Operator, &ScalarValue)> {
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => match (left.as_ref(), right.as_ref()) {
            (Expr::Column(_), Expr::Literal(value, _)) => Some((*op, value)),
            _ => None,
        },
        _ => None,
    }
}

/// The codes of the texts that a comparison holds for: found in the ascending values without looking at each.
fn texts_between(expr: &Expr, values: &ArrayRef) -> Option<(u32, u32)> {
    let texts: &StringArray = values.as_string_opt()?;
    let (op, ScalarValue::Utf8(Some(wanted))) = comparison(expr)? else {
        return None;
    };
    let count = u32::try_from(texts.len() - 1).expect("there are no more values than codes");
    let first = |beyond: bool| {
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = u32::midpoint(low, high);
            let text = texts.value(middle as usize);
            if text < wanted.as_str() || (beyond && text == wanted) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    };
    codes_for(op, first, count)
}

/// The codes of the numbers on `scale` that a comparison holds for.
fn numbers_between(expr: &Expr, scale: Scale, data_type: &DataType) -> Option<(u32, u32)> {
    let (op, value) = comparison(expr)?;
    let number = match value {
        ScalarValue::Float64(Some(number)) if *data_type == DataType::Float64 => Number::Double(*number),
        _ if *data_type == DataType::Float64 => return None,
        ScalarValue::Int64(Some(number)) | ScalarValue::TimestampMillisecond(Some(number), _) => Number::Whole(*number),
        ScalarValue::Date32(Some(days)) => Number::Whole(i64::from(*days)),
        _ => return None,
    };
    codes_for(op, |beyond| scale.first_code(number, beyond), NO_VALUE)
}

/// The first and last of `count` ascending codes that a comparison holds for. `first` finds the first that is not smaller than what
/// they are compared with, or that is larger.
fn codes_for(op: Operator, first: impl Fn(bool) -> u32, count: u32) -> Option<(u32, u32)> {
    let range = match op {
        Operator::Eq => first(false)..first(true),
        Operator::Lt => 0..first(false),
        Operator::LtEq => 0..first(true),
        Operator::Gt => first(true)..count,
        Operator::GtEq => first(false)..count,
        _ => return None,
    };
    // An empty range is one whose end lies before its beginning.
    Some(match range.end.checked_sub(1) {
        Some(last) => (range.start, last),
        None => (1, 0),
    })
}

fn codes_among(column: &Column, range: &Range<usize>, holds: &[bool]) -> Vec<u64> {
    let (Column::Coded { codes, .. } | Column::Near { codes, .. }) = column else {
        return vec![0; range.len().div_ceil(64)];
    };
    with_codes!(codes, codes => {
        bits::collect(&codes[range.clone()], |code| holds[code.into_code() as usize])
    })
}

//! Counting the different items of lists.

use std::collections::HashSet;
use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, ListBuilder, StringBuilder};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::ScalarValue;
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Expr, Signature, Volatility};
use parvis_formats::layout;

/// Name of the aggregate.
pub(crate) const COUNT_ITEMS: &str = "count_distinct_items";

/// How many different texts there are in lists of texts.
pub(crate) fn count_distinct_items(list: Expr) -> Expr {
    AggregateUDF::from(CountItems {
        signature: Signature::exact(vec![layout::text_list()], Volatility::Immutable),
    })
    .call(vec![list])
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct CountItems {
    signature: Signature,
}

impl AggregateUDFImpl for CountItems {
    fn name(&self) -> &str {
        COUNT_ITEMS
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> DataFusionResult<DataType> {
        Ok(DataType::Int64)
    }

    fn is_nullable(&self) -> bool {
        false
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> DataFusionResult<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(args.name, layout::text_list(), true))])
    }

    fn accumulator(&self, _args: AccumulatorArgs<'_>) -> DataFusionResult<Box<dyn Accumulator>> {
        Ok(Box::<Items>::default())
    }
}

#[derive(Debug, Default)]
struct Items {
    found: HashSet<Box<str>>,
    /// Bytes of the texts.
    bytes: usize,
}

impl Accumulator for Items {
    fn update_batch(&mut self, values: &[ArrayRef]) -> DataFusionResult<()> {
        for list in values[0].as_list::<i32>().iter().flatten() {
            for item in list.as_string::<i32>().iter().flatten() {
                if !self.found.contains(item) {
                    self.bytes += item.len();
                    self.found.insert(item.into());
                }
            }
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> DataFusionResult<()> {
        self.update_batch(states)
    }

    fn state(&mut self) -> DataFusionResult<Vec<ScalarValue>> {
        let mut list = ListBuilder::new(StringBuilder::new());
        for item in self.found.drain() {
            list.values().append_value(item);
        }
        list.append(true);
        self.bytes = 0;
        Ok(vec![ScalarValue::List(Arc::new(list.finish()))])
    }

    fn evaluate(&mut self) -> DataFusionResult<ScalarValue> {
        Ok(ScalarValue::Int64(i64::try_from(self.found.len()).ok()))
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.found.capacity() * (size_of::<Box<str>>() + 1) + self.bytes
    }
}

//! Records that are in memory as a whole: small datasets, and the catalogue.

use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::compute::{SortColumn, SortOptions, filter_record_batch, lexsort_to_indices, prep_null_mask_filter};
use arrow::datatypes::Int64Type;
use datafusion::common::DFSchema;
use datafusion::logical_expr::Expr;
use datafusion::prelude::SessionContext;

use crate::Error;
use crate::columns::TableColumns;
use crate::layout::ROW;
use crate::scan::{Order, Page, Selection};
use crate::version::take;

/// The records, in physical columns.
#[derive(Debug)]
pub(crate) struct Resident {
    pub(crate) batch: RecordBatch,
    pub(crate) columns: Arc<TableColumns>,
    schema: DFSchema,
}

impl Resident {
    /// Keeps a batch of physical columns.
    pub(crate) fn new(batch: RecordBatch) -> Result<Self, Error> {
        let schema = DFSchema::try_from(batch.schema())?;
        let columns = Arc::new(TableColumns::new(batch.num_columns()));
        Ok(Self { batch, columns, schema })
    }

    /// Bytes of memory taken, from above: columns that are made of them later take at most as much again, and so do their words.
    pub(crate) fn bytes(&self) -> usize {
        3 * self.batch.get_array_memory_size()
    }

    /// The numbers of the records of a page, and how many match.
    pub(crate) fn select(
        &self,
        context: &SessionContext,
        filter: Option<Expr>,
        order: Vec<Order>,
        page: Page,
    ) -> Result<Selection, Error> {
        let kept = match filter {
            Some(filter) => {
                let filter = context.create_physical_expr(filter, &self.schema)?;
                let mask = filter.evaluate(&self.batch)?.into_array(self.batch.num_rows())?;
                filter_record_batch(&self.batch, &definite(mask.as_boolean()))?
            }
            None => self.batch.clone(),
        };
        let total = kept.num_rows() as u64;
        let row = kept.schema().index_of(ROW)?;
        let numbers = kept.column(row).as_primitive::<Int64Type>();
        let end = page.offset.saturating_add(page.limit).min(total);
        let mut keys = Vec::with_capacity(order.len() + 1);
        for Order { expr, descending } in order {
            let values = context.create_physical_expr(expr, &self.schema)?.evaluate(&kept)?;
            let options = SortOptions {
                descending,
                nulls_first: false,
            };
            keys.push(SortColumn {
                values: values.into_array(kept.num_rows())?,
                options: Some(options),
            });
        }
        keys.push(SortColumn {
            values: Arc::clone(kept.column(row)),
            options: None,
        });
        let sorted = lexsort_to_indices(&keys, Some(index(end)))?;
        let sorted = sorted.values().iter().skip(index(page.offset));
        let rows = sorted
            .map(|place| numbers.value(*place as usize).cast_unsigned())
            .collect();
        Ok(Selection { total, rows })
    }

    /// The records numbered `rows`, in that order, with the columns at `columns`.
    pub(crate) fn rows(&self, rows: &[u64], columns: &[usize]) -> Result<RecordBatch, Error> {
        take(&self.batch.project(columns)?, rows)
    }
}

/// A condition that is unknown does not hold.
fn definite(mask: &BooleanArray) -> BooleanArray {
    if mask.null_count() > 0 {
        prep_null_mask_filter(mask)
    } else {
        mask.clone()
    }
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("a batch fits in memory")
}

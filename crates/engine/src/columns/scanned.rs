//! Which records match a condition that columns in memory and indexes cannot tell: all of them are read.

use arrow::array::AsArray;
use datafusion::common::DFSchema;
use futures::TryStreamExt;

use super::bits::{self, Bits};
use super::{Columns, Scan};
use crate::Error;
use crate::scan::{Filter, Records};

impl Scan {
    /// The records that match.
    pub(super) async fn scanned(&self, filter: &Filter) -> Result<Bits, Error> {
        let records = self.columns.records();
        match (&self.columns, &filter.expr) {
            (_, None) => Ok(Bits::all(records)),
            (Columns::Version(inner, version), Some(_)) => {
                let mut words = vec![0; records.div_ceil(64)];
                let mut numbers = std::pin::pin!(Records::File(version.clone()).numbers(inner, filter).await?);
                while let Some(numbers) = numbers.try_next().await? {
                    for row in numbers.values() {
                        let row = usize::try_from(*row).expect("records are numbered from 0");
                        words[row / 64] |= 1 << (row % 64);
                    }
                }
                Ok(Bits::new(words))
            }
            (Columns::Table(batch, _), Some(expr)) => {
                let schema = DFSchema::try_from(batch.schema())?;
                let test = self.inner.context.create_physical_expr(expr.clone(), &schema)?;
                let holds = test.evaluate(batch)?.into_array(batch.num_rows())?;
                Ok(Bits::new(bits::of_true(holds.as_boolean())))
            }
        }
    }
}

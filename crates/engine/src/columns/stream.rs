//! All records that match, in their own order, from columns in memory and files of texts.

use std::sync::Arc;

use arrow::array::RecordBatch;
use futures::StreamExt;
use futures::stream::BoxStream;

use super::fetch::{fetch, is_at_hand};
use super::{Columns, Maybe, Scan};
use crate::Error;
use crate::scan::Filter;
use crate::version::BATCH_ROWS;

impl Scan {
    /// The records that match, with the physical columns `names` (in their order), when no pages have to be decoded: neither to find
    /// the records nor to read them.
    pub(crate) async fn stream(
        &self,
        filter: &Filter,
        names: &[String],
    ) -> Maybe<BoxStream<'static, Result<RecordBatch, Error>>> {
        let Columns::Version(inner, version) = &self.columns else {
            return Ok(None);
        };
        let places = names.iter().map(|name| version.physical().index_of(name));
        let places: Vec<usize> = places.collect::<Result<_, _>>()?;
        if !places.iter().all(|place| is_at_hand(inner, version, *place)) {
            return Ok(None);
        }
        let Some(matching) = self.found(filter).await? else {
            return Ok(None);
        };
        let (inner, version) = (Arc::clone(inner), Arc::clone(version));
        let batches = futures::stream::try_unfold(None, move |after| {
            let rows = matching.page(after, 0, BATCH_ROWS as u64);
            // What left the memory meanwhile is read from the file.
            let batch = rows
                .last()
                .map(|last| fetch(&inner, &version, &rows, &places).map(|batch| (batch, Some(*last))));
            std::future::ready(batch.transpose())
        });
        Ok(Some(batches.boxed()))
    }
}

#[cfg(test)]
mod tests;

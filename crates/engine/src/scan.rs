//! Reading the records of a dataset, wherever they are: which match, some of them by number, all in order, or their groups.

use std::sync::Arc;

use arrow::array::{AsArray, Int64Array, RecordBatch};
use arrow::datatypes::{Int64Type, SchemaRef};
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::{Expr, lit};
use datafusion::prelude::{DataFrame, ident};
use futures::stream::BoxStream;
use futures::{Stream, StreamExt, TryStreamExt};
use parvis_model::PortalId;

use crate::columns::{self, Columns};
use crate::engine::Inner;
use crate::explain::{Tracing, Way};
use crate::layout::ROW;
use crate::resident::Resident;
use crate::runtime::beside;
use crate::table::{ScanOptions, VersionTable};
use crate::version::{BATCH_ROWS, VersionFile};
use crate::{Engine, Error};

/// One key of an order. Nulls come last in both directions.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) expr: Expr,
    pub(crate) descending: bool,
}

/// Which of the records that match.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    pub(crate) offset: u64,
    pub(crate) limit: u64,
    /// See [`crate::RecordsRequest::after`].
    pub(crate) after: Option<u64>,
}

/// The records of a page by number, in order, and how many match.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    pub(crate) total: u64,
    pub(crate) rows: Vec<u64>,
}

/// A condition and the way to read that suits it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    /// `None` keeps everything.
    pub(crate) expr: Option<Expr>,
    /// See [`ScanOptions::late`].
    pub(crate) late: bool,
}

/// The records.
#[derive(Clone)]
pub(crate) enum Records {
    /// On the disk.
    File(Arc<VersionFile>),
    /// In memory.
    Memory(Arc<Resident>),
}

impl Records {
    /// Number of records.
    pub(crate) fn count(&self) -> u64 {
        match self {
            Self::File(version) => version.rows(),
            Self::Memory(resident) => resident.batch.num_rows() as u64,
        }
    }

    /// The way that DataFusion reads them.
    fn planned(&self) -> Way {
        match self {
            Self::File(_) => Way::Parquet,
            Self::Memory(_) => Way::TablePlan,
        }
    }

    /// The physical columns.
    pub(crate) fn physical(&self) -> SchemaRef {
        match self {
            Self::File(version) => Arc::clone(version.physical()),
            Self::Memory(resident) => resident.batch.schema(),
        }
    }

    /// The columns, to be scanned in memory.
    fn columns(&self, engine: &Engine) -> columns::Scan {
        let inner = Arc::clone(&engine.inner);
        let columns = match self {
            Self::File(version) => Columns::Version(Arc::clone(&inner), Arc::clone(version)),
            Self::Memory(resident) => Columns::Table(resident.batch.clone(), Arc::clone(&resident.columns)),
        };
        columns::Scan { inner, columns }
    }

    /// The numbers of the records of a page, in order.
    pub(crate) async fn select(
        &self,
        engine: &Engine,
        filter: Filter,
        order: Vec<Order>,
        page: Page,
    ) -> Result<Selection, Error> {
        if filter.expr.is_none() && order.is_empty() {
            let total = self.count();
            let start = page
                .after
                .map_or(0, |row| row.saturating_add(1))
                .saturating_add(page.offset);
            let end = start.saturating_add(page.limit).min(total);
            engine.tracing.note(Way::Numbers, end.saturating_sub(start));
            return Ok(Selection {
                total,
                rows: (start.min(end)..end).collect(),
            });
        }
        let inner = Arc::clone(&engine.inner);
        let scan = self.columns(engine);
        let (condition, by) = (filter.clone(), order.clone());
        let select = async move { scan.select(&condition, &by, page).await };
        if let Some(selection) = engine.inner.threads.run(select).await? {
            engine.tracing.note(Way::Columns, self.count());
            return Ok(selection);
        }
        if page.after.is_some() {
            return Err(Error::NotImplemented(
                "records in this order cannot be asked for after another one: use offset.".to_owned(),
            ));
        }
        match self {
            Self::Memory(resident) => {
                engine.tracing.note(Way::Table, self.count());
                let resident = Arc::clone(resident);
                let context = inner.context.clone();
                let select = move || resident.select(&context, filter.expr, order, page);
                engine.inner.threads.compute(select).await
            }
            Self::File(_) => {
                let (records, tracing) = (self.clone(), engine.tracing.clone());
                let select = async move { records.select_in_file(&inner, &tracing, filter, order, page).await };
                engine.inner.threads.run(select).await
            }
        }
    }

    async fn select_in_file(
        &self,
        inner: &Inner,
        tracing: &Tracing,
        filter: Filter,
        order: Vec<Order>,
        page: Page,
    ) -> Result<Selection, Error> {
        let wanted = usize::try_from(page.offset.saturating_add(page.limit)).unwrap_or(usize::MAX);
        let matching = self.frame(inner, &filter, inner.settings.threads)?;
        let counted = matching.clone().aggregate(vec![], vec![count(lit(1)).alias("n")])?;
        let mut keys: Vec<_> = order
            .into_iter()
            .map(|Order { expr, descending }| expr.sort(!descending, false))
            .collect();
        keys.push(ident(ROW).sort(true, false));
        // The order is total, so the limit is exact whatever the number of partitions.
        let sorted = matching.sort(keys)?.limit(0, Some(wanted))?.select([ident(ROW)])?;
        tracing.note_plan(Way::Parquet, self.count(), &sorted).await?;
        let (counted, sorted) = futures::try_join!(counted.collect(), sorted.collect())?;
        let total = counted
            .first()
            .map_or(0, |batch| batch.column(0).as_primitive::<Int64Type>().value(0));
        let rows = sorted
            .iter()
            .flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values().iter())
            .skip(usize::try_from(page.offset).unwrap_or(usize::MAX))
            .map(|row| row.cast_unsigned())
            .collect();
        Ok(Selection {
            total: total.cast_unsigned(),
            rows,
        })
    }

    /// The records numbered `rows`, in that order, with the columns at `columns` (ascending).
    pub(crate) async fn fetch(
        &self,
        engine: &Engine,
        rows: Vec<u64>,
        columns: Vec<usize>,
    ) -> Result<RecordBatch, Error> {
        match self {
            // Too short to be worth another thread.
            Self::Memory(resident) => resident.rows(&rows, &columns),
            Self::File(version) => {
                if let Some(batch) = columns::fetch_at_hand(&engine.inner, version, &rows, &columns)? {
                    return Ok(batch);
                }
                let (version, inner) = (Arc::clone(version), Arc::clone(&engine.inner));
                let read = move || columns::fetch(&inner, &version, &rows, &columns);
                engine.inner.threads.compute(read).await
            }
        }
    }

    /// The groups of the records that match: one row per different `keys` (one row when there are none), with `aggregates`.
    /// `lists` are columns that are read item by item, as many records as there are items.
    pub(crate) async fn aggregate(&self, engine: &Engine, groups: Groups) -> Result<RecordBatch, Error> {
        let records = self.clone();
        let inner = Arc::clone(&engine.inner);
        let (scan, tracing) = (self.columns(engine), engine.tracing.clone());
        let aggregate = async move {
            let most = inner.settings.max_groups;
            let too_many = || {
                Error::Budget(format!(
                    "The query makes more than {most} groups. Group by something with fewer values, or add conditions."
                ))
            };
            if let Some(batch) = scan.aggregate(&groups).await? {
                tracing.note(Way::Columns, records.count());
                return if batch.num_rows() > most {
                    Err(too_many())
                } else {
                    Ok(batch)
                };
            }
            let mut frame = records.frame(&inner, &groups.filter, inner.settings.threads)?;
            if !groups.columns.is_empty() {
                frame = frame.select(groups.columns)?;
            }
            for list in &groups.lists {
                frame = frame.unnest_columns(&[list])?;
            }
            let frame = frame.aggregate(groups.keys, groups.aggregates)?;
            tracing.note_plan(records.planned(), records.count(), &frame).await?;
            let schema = Arc::clone(frame.schema().inner());
            let mut stream = frame.execute_stream().await?;
            let (mut batches, mut rows) = (Vec::new(), 0);
            while let Some(batch) = stream.try_next().await? {
                rows += batch.num_rows();
                if rows > most {
                    return Err(too_many());
                }
                batches.push(batch);
            }
            Ok(arrow::compute::concat_batches(&schema, &batches)?)
        };
        engine.inner.threads.run(aggregate).await
    }

    /// The records that match, with the physical columns `columns`, in `order` or else in their own.
    pub(crate) fn stream(
        &self,
        engine: &Engine,
        portal: &PortalId,
        filter: Filter,
        order: Vec<Order>,
        columns: Vec<String>,
        most: Option<u64>,
    ) -> BoxStream<'static, Result<RecordBatch, Error>> {
        let records = self.clone();
        let inner = Arc::clone(&engine.inner);
        let threads = &engine.inner.threads;
        let scan = self.columns(engine);
        threads.stream(&engine.inner.gate, portal, async move {
            if order.is_empty()
                && let Some(batches) = scan.stream(&filter, &columns).await?
            {
                return Ok(batches);
            }
            // One stream reads the records in their own order; an order asked for is made from as many as there are threads.
            let partitions = if order.is_empty() { 1 } else { inner.settings.threads };
            let mut frame = records.frame(&inner, &filter, partitions)?;
            if !order.is_empty() {
                let mut keys: Vec<_> = order
                    .into_iter()
                    .map(|Order { expr, descending }| expr.sort(!descending, false))
                    .collect();
                keys.push(ident(ROW).sort(true, false));
                frame = frame.sort(keys)?;
                if let Some(most) = most {
                    frame = frame.limit(0, Some(usize::try_from(most).unwrap_or(usize::MAX)))?;
                }
            }
            let columns: Vec<Expr> = columns.iter().map(ident).collect();
            let batches = frame.select(columns)?.execute_stream().await?;
            Ok(batches.map_err(Error::from).boxed())
        })
    }

    /// The numbers of the records that match, from several streams at a time, in no order.
    pub(crate) async fn numbers(
        &self,
        inner: &Inner,
        filter: &Filter,
    ) -> Result<impl Stream<Item = Result<Int64Array, Error>> + use<>, Error> {
        let matching = self.frame(inner, filter, inner.settings.threads)?;
        let streams = matching.select([ident(ROW)])?.execute_stream_partitioned().await?;
        let batches = futures::stream::select_all(streams.into_iter().map(beside));
        Ok(batches.map_ok(|batch| batch.column(0).as_primitive().clone()))
    }

    /// The records that match, as DataFusion sees them.
    fn frame(&self, inner: &Inner, filter: &Filter, partitions: usize) -> Result<DataFrame, Error> {
        let table: Arc<dyn TableProvider> = match self {
            Self::File(version) => {
                let options = ScanOptions {
                    late: filter.late,
                    partitions,
                };
                Arc::new(VersionTable::new(Arc::clone(version), options))
            }
            Self::Memory(resident) => {
                let rows = resident.batch.num_rows();
                let slices = (0..rows)
                    .step_by(BATCH_ROWS)
                    .map(|start| resident.batch.slice(start, BATCH_ROWS.min(rows - start)));
                Arc::new(MemTable::try_new(resident.batch.schema(), vec![slices.collect()])?)
            }
        };
        let frame = if partitions == 1 || matches!(self, Self::Memory(_)) {
            inner.ordered.read_table(table)?
        } else {
            inner.context.read_table(table)?
        };
        Ok(match &filter.expr {
            Some(expr) => frame.filter(expr.clone())?,
            None => frame,
        })
    }
}

/// What to group and how.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    pub(crate) filter: Filter,
    /// Columns computed before grouping; none keeps those of the table.
    pub(crate) columns: Vec<Expr>,
    /// Those of `columns` that are lists to read item by item.
    pub(crate) lists: Vec<String>,
    pub(crate) keys: Vec<Expr>,
    pub(crate) aggregates: Vec<Expr>,
}

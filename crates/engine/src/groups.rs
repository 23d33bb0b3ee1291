//! Groups and aggregates: DataFusion groups, and what is asked of the groups (order, page, arithmetic) is done here on the
//! result, which is small.

mod clusters;
mod keys;

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, RecordBatchOptions, UInt64Array, new_null_array};
use arrow::compute::{SortColumn, SortOptions, concat, filter_record_batch, is_not_null, lexsort_to_indices};
use arrow::datatypes::{Field, Schema as ArrowSchema};
use datafusion::common::DFSchema;
use datafusion::logical_expr::Expr;
use datafusion::prelude::ident;
use parvis_formats::Table;
use parvis_odsql::{ExprKind, Function, Query, SelectItem};

use self::clusters::Clusters;
use self::keys::Key;
use crate::filter::Matching;
use crate::plan::aggregate::Aggregates;
use crate::plan::expr::seed;
use crate::plan::select::{Output, columns};
use crate::plan::{Scope, Value};
use crate::records::Shower;
use crate::scan::{Groups, Page};
use crate::udf::items::COUNT_ITEMS;
use crate::udf::numbers;
use crate::version::take;
use crate::{Dataset, Error, Records};

/// A key of the order of groups, over the columns of the grouped result.
struct GroupOrder {
    expr: Expr,
    options: SortOptions,
}

/// What is asked of the groups.
struct Plan {
    keys: Vec<Key>,
    outputs: Vec<Output>,
    order: Vec<GroupOrder>,
    aggregates: Vec<Expr>,
    /// The column that counts the records, when nothing is grouped by: then there is one row, and live portals give the
    /// number of records as the total.
    matches: Option<String>,
}

/// A page of groups.
pub(crate) async fn page(
    dataset: &Dataset,
    query: &Query,
    matching: &Matching,
    scope: &Scope<'_>,
    page: Page,
) -> Result<Records, Error> {
    let Plan {
        keys,
        outputs,
        order,
        aggregates,
        matches,
    } = plan(query, scope, &clusters::of_keys(dataset, query, matching, scope).await?)?;
    let records = dataset.records_near().await?;
    let counts: Vec<bool> = aggregates.iter().map(is_count).collect();
    let groups = Groups {
        filter: matching.filter(None),
        columns: unnested(&keys, &records.physical()),
        lists: keys
            .iter()
            .filter(|key| key.is_list)
            .map(|key| key.name.clone())
            .collect(),
        keys: keys.iter().map(Key::grouped).collect(),
        aggregates,
    };
    let mut batch = records.aggregate(&dataset.engine, groups).await?;
    for key in keys.iter().filter(|key| key.ranges.is_some()) {
        // What lies in no range is in no group.
        let place = batch.schema().index_of(&key.name)?;
        batch = filter_record_batch(&batch, &is_not_null(batch.column(place))?)?;
    }
    if let [key] = keys.as_slice()
        && let Some(ranges) = key.ranges.as_ref().and_then(keys::Ranges::count)
    {
        batch = with_empty_ranges(&batch, ranges, &counts)?;
    }
    let batch = with_shown_ranges(&batch, &keys)?;
    let total = match &matches {
        Some(column) => counted(&batch, column)?,
        None => batch.num_rows() as u64,
    };
    let batch = ordered_page(dataset, &batch, &order, page)?;
    let shower = Shower::new(&dataset.engine.inner.context, batch.schema(), &outputs, &dataset.scope)?;
    Ok(Records {
        total,
        last: None,
        table: Table {
            columns: columns(&outputs),
            timezone: scope.zone(),
        },
        batches: vec![shower.show(&batch)?],
    })
}

/// The number in the only row of `column`.
fn counted(batch: &RecordBatch, column: &str) -> Result<u64, Error> {
    let counts = batch
        .column_by_name(column)
        .and_then(|column| column.as_any().downcast_ref::<Int64Array>());
    let count = counts.filter(|counts| !counts.is_empty()).map(|counts| counts.value(0));
    count
        .and_then(|count| u64::try_from(count).ok())
        .ok_or_else(|| Error::Internal("records were aggregated and not counted".to_owned()))
}

/// Reads the clauses of a grouped query.
fn plan(query: &Query, scope: &Scope<'_>, clusters: &[Option<Arc<Clusters>>]) -> Result<Plan, Error> {
    let grouping = scope.clause("group_by");
    let keys = query.group_by.iter().zip(clusters).enumerate();
    let keys: Vec<Key> = keys
        .map(|(place, (item, clusters))| Key::new(place, item, clusters.as_ref(), &grouping))
        .collect::<Result<_, _>>()?;
    let mut aggregates = Aggregates::default();
    let mut outputs: Vec<Output> = keys
        .iter()
        .map(|key| Output {
            key: key.output.clone(),
            label: key.label.clone(),
            value: key.value.clone(),
        })
        .collect();
    let key_value = |expr: &parvis_odsql::Expr| keys.iter().find(|key| key.is(expr)).map(|key| key.value.clone());
    for item in &query.select {
        let SelectItem::Expr { expr, label, text } = item else {
            return Err(Error::malformed(
                "* stands for fields, which groups do not have. Clause(s) containing the error(s): select.",
            ));
        };
        let value = aggregates.expr(expr, &scope.clause("select"), &key_value)?;
        let name = label.as_ref().unwrap_or(text);
        if label.is_none() && key_value(expr).is_some() && outputs.iter().any(|output| output.key == *name) {
            continue;
        }
        outputs.retain(|output| output.key != *name);
        outputs.push(Output {
            key: name.clone(),
            label: name.clone(),
            value,
        });
    }
    let order = order(query, scope, &keys, &mut aggregates)?;
    let matches = match keys.is_empty() {
        true => Some(aggregates.count_column(scope)?),
        false => None,
    };
    Ok(Plan {
        keys,
        outputs,
        order,
        aggregates: aggregates.exprs,
        matches,
    })
}

/// The order of the groups: as asked, then by key. A group without a key comes first upwards and last downwards; other
/// nulls come last.
fn order(
    query: &Query,
    scope: &Scope<'_>,
    keys: &[Key],
    aggregates: &mut Aggregates,
) -> Result<Vec<GroupOrder>, Error> {
    let scope = scope.clause("order_by");
    let by_key = |key: &Key, descending: bool| GroupOrder {
        expr: ident(key.name.as_str()),
        options: SortOptions {
            descending,
            nulls_first: !descending,
        },
    };
    let mut order = Vec::new();
    for item in &query.order_by {
        if let Some(key) = keys.iter().find(|key| key.is_named(&item.expr, &item.text)) {
            order.push(by_key(key, item.descending));
            continue;
        }
        let expr = query.selected(item).unwrap_or(&item.expr);
        if let ExprKind::Call(Function::Random, arguments) = &expr.kind {
            order.extend(shuffled(arguments, &scope, keys)?);
            continue;
        }
        let key_value = |expr: &parvis_odsql::Expr| keys.iter().find(|key| key.is(expr)).map(|key| key.value.clone());
        let value: Value = aggregates.expr(expr, &scope, &key_value)?;
        order.push(GroupOrder {
            expr: value.expr,
            options: SortOptions {
                descending: item.descending,
                nulls_first: false,
            },
        });
    }
    order.extend(keys.iter().map(|key| by_key(key, false)));
    Ok(order)
}

/// An order of the groups that only a seed decides on; none of the one row without keys.
fn shuffled(arguments: &[parvis_odsql::Expr], scope: &Scope<'_>, keys: &[Key]) -> Result<Option<GroupOrder>, Error> {
    let arguments = arguments.iter().map(|argument| scope.expr(argument));
    let seed = seed(&arguments.collect::<Result<Vec<_>, _>>()?)?;
    let columns: Vec<Expr> = keys.iter().map(|key| ident(key.name.as_str())).collect();
    Ok((!columns.is_empty()).then(|| GroupOrder {
        expr: numbers::shuffled_keys(seed, columns),
        options: SortOptions::default(),
    }))
}

/// The columns to compute before grouping, when some are lists to read item by item.
fn unnested(keys: &[Key], physical: &ArrowSchema) -> Vec<Expr> {
    if !keys.iter().any(|key| key.is_list) {
        return Vec::new();
    }
    let lists = keys
        .iter()
        .filter(|key| key.is_list)
        .map(|key| key.computed.clone().alias(&key.name));
    let others = physical.fields().iter().map(|field| ident(field.name()));
    others.chain(lists).collect()
}

fn is_count(aggregate: &Expr) -> bool {
    match aggregate {
        Expr::Alias(alias) => is_count(&alias.expr),
        Expr::AggregateFunction(function) => matches!(function.func.name(), "count" | COUNT_ITEMS),
        _ => false,
    }
}

/// The groups with those of the `ranges` that have no record: counts are zero, the rest is null.
fn with_empty_ranges(batch: &RecordBatch, ranges: std::ops::Range<i64>, counts: &[bool]) -> Result<RecordBatch, Error> {
    use arrow::array::AsArray;
    use arrow::datatypes::Int64Type;
    let present: Vec<i64> = batch.column(0).as_primitive::<Int64Type>().values().to_vec();
    let missing: Vec<i64> = ranges.filter(|range| !present.contains(range)).collect();
    if missing.is_empty() {
        return Ok(batch.clone());
    }
    let columns = batch.columns().iter().enumerate().map(|(place, column)| {
        let empty: ArrayRef = match place.checked_sub(1).and_then(|aggregate| counts.get(aggregate)) {
            None if place == 0 => Arc::new(Int64Array::from(missing.clone())),
            Some(true) => Arc::new(Int64Array::from(vec![0; missing.len()])),
            _ => new_null_array(column.data_type(), missing.len()),
        };
        concat(&[column.as_ref(), empty.as_ref()])
    });
    let columns: Vec<ArrayRef> = columns.collect::<Result<_, _>>()?;
    nullable(batch.schema_ref(), columns)
}

/// A batch whose columns may all hold nulls.
fn nullable(schema: &ArrowSchema, columns: Vec<ArrayRef>) -> Result<RecordBatch, Error> {
    let fields = schema.fields().iter();
    let fields: Vec<Field> = fields.map(|field| field.as_ref().clone().with_nullable(true)).collect();
    Ok(RecordBatch::try_new(Arc::new(ArrowSchema::new(fields)), columns)?)
}

/// The groups with one more column for each range: its bounds as text.
fn with_shown_ranges(batch: &RecordBatch, keys: &[Key]) -> Result<RecordBatch, Error> {
    let mut fields: Vec<Field> = batch
        .schema()
        .fields()
        .iter()
        .map(|field| field.as_ref().clone())
        .collect();
    let mut columns = batch.columns().to_vec();
    for key in keys {
        if let Some(ranges) = &key.ranges {
            let shown = ranges.shown(batch.column(batch.schema().index_of(&key.name)?));
            fields.push(Field::new(key.shown_name(), shown.data_type().clone(), true));
            columns.push(shown);
        }
    }
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    let schema = Arc::new(ArrowSchema::new(fields));
    Ok(RecordBatch::try_new_with_options(schema, columns, &options)?)
}

/// The groups of a page, in order.
fn ordered_page(
    dataset: &Dataset,
    batch: &RecordBatch,
    order: &[GroupOrder],
    page: Page,
) -> Result<RecordBatch, Error> {
    let rows = batch.num_rows();
    let end = usize::try_from(page.offset.saturating_add(page.limit))
        .unwrap_or(usize::MAX)
        .min(rows);
    let start = usize::try_from(page.offset).unwrap_or(usize::MAX).min(end);
    if order.is_empty() || rows <= 1 {
        return Ok(batch.slice(start, end - start));
    }
    let schema = DFSchema::try_from(batch.schema())?;
    let context = &dataset.engine.inner.context;
    let mut sort = Vec::with_capacity(order.len());
    for key in order {
        let values = context
            .create_physical_expr(key.expr.clone(), &schema)?
            .evaluate(batch)?;
        sort.push(SortColumn {
            values: values.into_array(rows)?,
            options: Some(key.options),
        });
    }
    let sorted: UInt64Array = lexsort_to_indices(&sort, Some(end))?
        .iter()
        .map(|place| place.map(u64::from))
        .collect();
    take(batch, &sorted.values()[start..])
}

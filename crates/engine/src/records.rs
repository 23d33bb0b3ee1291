//! Pages of records, single records, and exports.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch, RecordBatchOptions, StringArray};
use arrow::datatypes::{Int64Type, Schema as ArrowSchema};
use chrono::{DateTime, Utc};
use datafusion::common::DFSchema;
use datafusion::logical_expr::{Expr, lit};
use datafusion::physical_plan::PhysicalExpr;
use datafusion::prelude::{SessionContext, ident};
use futures::StreamExt;
use parvis_formats::Table;
use parvis_odsql::{ExprKind, Query, SelectItem};

use crate::filter::Matching;
use crate::gate::Patience;
use crate::hash::{hash_of_id, record_id};
use crate::layout::{HASH, ROW, join_point};
use crate::plan::select::{Output, columns, is_point};
use crate::plan::{Kind, Scope, Value};
use crate::scan::{Filter, Order, Page, Records as Scan};
use crate::version::HEAD_ROWS;
use crate::{Context, Dataset, Error, Export, ExportRequest, Records, RecordsRequest, groups};

/// The name under which `_id` is asked for.
const ID: &str = "_id";

impl Dataset {
    /// A page of records, or of groups when the query groups or aggregates.
    ///
    /// # Errors
    /// [`Error::Query`] when the query means nothing here, [`Error::NotImplemented`] when it asks for what is not there yet,
    /// [`Error::Budget`] when it needs more memory or time than there is.
    pub async fn records(&self, request: &RecordsRequest) -> Result<Records, Error> {
        self.engine.query(&self.portal, self.page(request)).await
    }

    async fn page(&self, request: &RecordsRequest) -> Result<Records, Error> {
        let RecordsRequest { query, context, .. } = request;
        let scope = Scope::of_client(self, context);
        self.check(query, context)?;
        let matching = Matching::new(self, query, &request.facets, context)?;
        let page = Page {
            offset: request.offset,
            limit: request.limit,
            after: request.after,
        };
        if query.is_grouped() {
            return groups::page(self, query, &matching, &scope, page).await;
        }
        let mut outputs = scope.outputs(&query.select)?;
        if request.app_metas {
            outputs.extend(Self::app_metas(&scope));
        }
        let order = orders(query, &scope)?;
        let filter = matching.filter(None);
        // The first page is kept decoded: there is nothing to gain from reading the rest.
        let first_page = filter.expr.is_none()
            && order.is_empty()
            && page.offset.saturating_add(page.limit) <= HEAD_ROWS
            && page.after.is_none();
        let records = if first_page {
            self.records_as_they_are().clone()
        } else {
            self.records_near().await?
        };
        let selection = records.select(&self.engine, filter, order, page).await?;
        let last = selection.rows.last().copied();
        let batch = self.shown(&records, selection.rows, &outputs).await?;
        Ok(Records {
            total: selection.total,
            last,
            table: table(&outputs, context),
            batches: vec![batch],
        })
    }

    /// One record by its identifier, with `_id`, `_timestamp` and `_size` when `app_metas` is set.
    ///
    /// # Errors
    /// [`Error::NoSuchRecord`] when there is none, or the caller may not see it; else as [`Dataset::records`].
    pub async fn record(
        &self,
        id: &str,
        select: Vec<SelectItem>,
        app_metas: bool,
        context: &Context,
    ) -> Result<Records, Error> {
        let found = self.one(id, select, app_metas, context);
        self.engine.query(&self.portal, found).await
    }

    async fn one(
        &self,
        id: &str,
        select: Vec<SelectItem>,
        app_metas: bool,
        context: &Context,
    ) -> Result<Records, Error> {
        let query = Query {
            select,
            ..Query::default()
        };
        self.check(&query, context)?;
        if query.is_grouped() {
            return Err(Error::malformed(
                "a single record has no aggregations. Clause(s) containing the error(s): select.",
            ));
        }
        let scope = Scope::of_client(self, context);
        let mut outputs = scope.outputs(&query.select)?;
        if app_metas {
            outputs.extend(Self::app_metas(&scope));
        }
        let unknown = || Error::NoSuchRecord(id.to_owned());
        let hash = hash_of_id(id, &self.scope).ok_or_else(unknown)?;
        let mut filter = Matching::new(self, &query, &[], context)?.filter(None);
        let wanted = ident(HASH).eq(lit(hash));
        filter = Filter {
            expr: Some(filter.expr.map_or(wanted.clone(), |expr| wanted.and(expr))),
            late: true,
        };
        let records = self.records_near().await?;
        let page = Page {
            offset: 0,
            limit: 1,
            after: None,
        };
        let selection = records.select(&self.engine, filter, Vec::new(), page).await?;
        if selection.rows.is_empty() {
            return Err(unknown());
        }
        let batch = self.shown(&records, selection.rows, &outputs).await?;
        Ok(Records {
            total: 1,
            last: None,
            table: table(&outputs, context),
            batches: vec![batch],
        })
    }

    /// All records that match, or all groups, as a stream that reads only as fast as it is read. It has one of the places of
    /// [`crate::Settings::exports`] until it is dropped.
    ///
    /// # Errors
    /// As [`Dataset::records`]; the stream ends with an error when reading fails later.
    pub async fn export(&self, request: ExportRequest) -> Result<Export, Error> {
        let place = self.engine.inner.exports.enter(&self.portal, Patience::New).await?;
        let Export { table, batches } = self.unbounded_export(request).await?;
        let batches = batches.inspect(move |_| {
            let _held = &place;
        });
        Ok(Export {
            table,
            batches: batches.boxed(),
        })
    }

    /// As [`Dataset::export`], for a reader of our own that does not keep batches waiting.
    pub(crate) async fn unbounded_export(&self, request: ExportRequest) -> Result<Export, Error> {
        let begun = self.begin_export(request);
        self.engine.in_pieces(&self.portal, None, begun).await
    }

    async fn begin_export(&self, request: ExportRequest) -> Result<Export, Error> {
        let ExportRequest {
            query,
            facets,
            limit,
            offset,
            ids,
            context,
        } = request;
        let scope = Scope::of_client(self, &context);
        self.check(&query, &context)?;
        let matching = Matching::new(self, &query, &facets, &context)?;
        if query.is_grouped() {
            let page = Page {
                offset,
                limit: limit.unwrap_or(u64::MAX),
                after: None,
            };
            let groups = groups::page(self, &query, &matching, &scope, page).await?;
            return Ok(Export {
                table: groups.table,
                batches: futures::stream::iter(groups.batches.into_iter().map(Ok)).boxed(),
            });
        }
        let mut outputs = scope.outputs(&query.select)?;
        if ids {
            outputs.push(Output::extra(ID, Value::new(Kind::Text, ident(HASH))));
        }
        let order = orders(&query, &scope)?;
        let records = self.records_near().await?;
        let physical = records.physical();
        let names = needed(&outputs);
        let places: Vec<usize> = places(&physical, &names)?;
        let schema = Arc::new(physical.project(&places)?);
        let names = schema.fields().iter().map(|field| field.name().clone()).collect();
        let most = limit.map(|limit| limit.saturating_add(offset));
        let batches = records.stream(&self.engine, &self.portal, matching.filter(None), order, names, most);
        let shower = Shower::new(&self.engine.inner.context, schema, &outputs, &self.scope)?;
        let shown = cut(batches, offset, limit).map(move |batch| shower.show(&batch?));
        Ok(Export {
            table: table(&outputs, &context),
            batches: shown.boxed(),
        })
    }

    /// Refuses a query that means nothing here.
    pub(crate) fn check(&self, query: &Query, context: &Context) -> Result<(), Error> {
        let scope = Scope::of_client(self, context);
        parvis_odsql::check(query, &scope).map_err(|error| Error::Query(error.message))
    }

    /// The records numbered `rows`, as the answer shows them.
    async fn shown(&self, records: &Scan, rows: Vec<u64>, outputs: &[Output]) -> Result<RecordBatch, Error> {
        let physical = records.physical();
        let places = places(&physical, &needed(outputs))?;
        let schema = Arc::new(physical.project(&places)?);
        let batch = records.fetch(&self.engine, rows, places).await?;
        Shower::new(&self.engine.inner.context, schema, outputs, &self.scope)?.show(&batch)
    }

    /// `_id`, `_timestamp` (when the version was made) and `_size` (bytes of the record's values).
    fn app_metas(scope: &Scope<'_>) -> Vec<Output> {
        vec![
            Output::extra(ID, Value::new(Kind::Text, ident(HASH))),
            Output::extra("_timestamp", scope.made()),
            Output::extra("_size", scope.size()),
        ]
    }
}

/// The time inside a version's identifier, which is a ULID.
pub(crate) fn made_at(version: &str) -> Option<DateTime<Utc>> {
    const ALPHABET: &str = "0123456789abcdefghjkmnpqrstvwxyz";
    let mut millis = 0_i64;
    for letter in version.get(..10)?.chars() {
        let digit = ALPHABET.find(letter.to_ascii_lowercase())?;
        millis = millis.checked_mul(32)?.checked_add(i64::try_from(digit).ok()?)?;
    }
    DateTime::from_timestamp_millis(millis)
}

/// The table of an answer.
fn table(outputs: &[Output], context: &Context) -> Table {
    Table {
        columns: columns(outputs),
        timezone: context.timezone,
    }
}

/// The keys of `order_by`, over physical columns.
fn orders(query: &Query, scope: &Scope<'_>) -> Result<Vec<Order>, Error> {
    let scope = scope.clause("order_by");
    let mut orders = Vec::with_capacity(query.order_by.len());
    for item in &query.order_by {
        let expr = query.selected(item).unwrap_or(&item.expr);
        let value = scope.expr(expr)?;
        if matches!(value.kind, Kind::Point | Kind::Shape | Kind::Json | Kind::List) {
            return Err(Error::malformed(format!(
                "{} cannot be ordered by. Clause(s) containing the error(s): order_by.",
                item.text
            )));
        }
        let random = matches!(expr.kind, ExprKind::Call(parvis_odsql::Function::Random, _));
        // A shuffle has no direction.
        let descending = item.descending && !random;
        if scope.context.collated && value.kind == Kind::Text {
            let expr = crate::udf::text::folded(value.expr.clone());
            orders.push(Order { expr, descending });
        }
        let expr = value.expr;
        orders.push(Order { expr, descending });
    }
    Ok(orders)
}

/// The expressions of the physical columns of an output.
fn parts(output: &Output) -> impl Iterator<Item = &Expr> {
    [Some(&output.value.expr), output.value.lat.as_ref()]
        .into_iter()
        .flatten()
}

/// Names of the physical columns that outputs need.
fn needed(outputs: &[Output]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for expr in outputs.iter().flat_map(parts) {
        names.extend(expr.column_refs().into_iter().map(|column| column.name.clone()));
    }
    // A batch needs a column to have a number of rows.
    if names.is_empty() {
        names.insert(ROW.to_owned());
    }
    names
}

/// Places of physical columns, ascending.
fn places(physical: &ArrowSchema, names: &BTreeSet<String>) -> Result<Vec<usize>, Error> {
    let places = names.iter().map(|name| physical.index_of(name));
    let mut places: Vec<usize> = places.collect::<Result<_, _>>()?;
    places.sort_unstable();
    Ok(places)
}

/// What a column of an answer is made of.
enum Made {
    /// The column at this place, as it is.
    Of(usize),
    By(Arc<dyn PhysicalExpr>),
}

impl Made {
    fn array(&self, batch: &RecordBatch) -> Result<ArrayRef, Error> {
        match self {
            Self::Of(place) => Ok(Arc::clone(batch.column(*place))),
            Self::By(expr) => Ok(expr.evaluate(batch)?.into_array(batch.num_rows())?),
        }
    }
}

/// A column of an answer, ready to be computed.
struct Compiled {
    expr: Made,
    /// Of a point, the latitude.
    lat: Option<Made>,
    /// The column is a hash that is shown as the record's identifier.
    is_id: bool,
}

/// Computes the columns of an answer from batches of physical columns.
pub(crate) struct Shower {
    outputs: Vec<Compiled>,
    schema: Arc<ArrowSchema>,
    scope: String,
}

impl Shower {
    pub(crate) fn new(
        context: &SessionContext,
        input: Arc<ArrowSchema>,
        outputs: &[Output],
        scope: &str,
    ) -> Result<Self, Error> {
        let columns = Arc::clone(&input);
        let input = DFSchema::try_from(input)?;
        let compile = |expr: &Expr| -> Result<Made, Error> {
            // Most columns of most answers: nothing to plan.
            if let Expr::Column(column) = expr
                && let Ok(place) = columns.index_of(&column.name)
            {
                return Ok(Made::Of(place));
            }
            Ok(Made::By(context.create_physical_expr(expr.clone(), &input)?))
        };
        let compiled = outputs.iter().map(|output| {
            let lat = output.value.lat.as_ref().map(compile).transpose()?;
            let is_id = output.key == ID && output.value.expr == ident(HASH);
            let expr = compile(&output.value.expr)?;
            Ok(Compiled { expr, lat, is_id })
        });
        let fields: Vec<arrow::datatypes::Field> = outputs
            .iter()
            .map(|output| {
                let data_type = if is_point(output.value.column_kind()) {
                    arrow::datatypes::DataType::Struct(parvis_formats::layout::point_fields())
                } else {
                    output.value.kind.data_type()
                };
                arrow::datatypes::Field::new(&output.key, data_type, true)
            })
            .collect();
        Ok(Self {
            outputs: compiled.collect::<Result<_, Error>>()?,
            schema: Arc::new(ArrowSchema::new(fields)),
            scope: scope.to_owned(),
        })
    }

    /// The columns of the answer.
    pub(crate) fn show(&self, batch: &RecordBatch) -> Result<RecordBatch, Error> {
        let rows = batch.num_rows();
        let columns = self.outputs.iter().map(|Compiled { expr, lat, is_id }| {
            let array = expr.array(batch)?;
            match lat {
                Some(lat) => join_point(&array, &lat.array(batch)?),
                None if *is_id => Ok(ids(array.as_primitive::<Int64Type>(), &self.scope)),
                None => Ok(array),
            }
        });
        let columns: Vec<ArrayRef> = columns.collect::<Result<_, Error>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(
            Arc::clone(&self.schema),
            columns,
            &options,
        )?)
    }
}

/// Record identifiers from hashes.
fn ids(hashes: &Int64Array, scope: &str) -> ArrayRef {
    let ids = hashes.values().iter().map(|hash| record_id(*hash, scope));
    Arc::new(StringArray::from_iter_values(ids))
}

/// A stream without its first `offset` rows, and no more than `limit`.
fn cut(
    batches: futures::stream::BoxStream<'static, Result<RecordBatch, Error>>,
    offset: u64,
    limit: Option<u64>,
) -> impl futures::Stream<Item = Result<RecordBatch, Error>> {
    let state = (batches, offset, limit.unwrap_or(u64::MAX));
    futures::stream::unfold(state, |(mut batches, mut skip, mut left)| async move {
        loop {
            if left == 0 {
                return None;
            }
            let batch = match batches.next().await? {
                Ok(batch) => batch,
                Err(error) => return Some((Err(error), (batches, skip, 0))),
            };
            let rows = batch.num_rows() as u64;
            if skip >= rows {
                skip -= rows;
                continue;
            }
            let length = (rows - skip).min(left);
            let index = |number: u64| usize::try_from(number).expect("a batch fits in memory");
            let batch = batch.slice(index(skip), index(length));
            left -= length;
            skip = 0;
            return Some((Ok(batch), (batches, skip, left)));
        }
    })
}

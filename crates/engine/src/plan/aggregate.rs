//! Aggregates: what is asked of DataFusion, and expressions over the results.

use arrow::datatypes::DataType;
use datafusion::functions_aggregate::expr_fn::{array_agg, avg, count, count_distinct, max, min, stddev_pop, sum};
use datafusion::logical_expr::{Expr, lit};
use datafusion::prelude::{cast, ident, try_cast};
use parvis_odsql::{Aggregate, ArithmeticOp, ExprKind, Function, Literal};

use super::expr::arithmetic;
use super::{Kind, Scope, Value};
use crate::Error;
use crate::udf::geo::{self, Places};
use crate::udf::items::count_distinct_items;
use crate::udf::percentile::percentile;

/// Decimal digits that hold the sum of any number of whole numbers.
const WHOLE_SUM: DataType = DataType::Decimal128(38, 0);

/// The aggregates that a query needs, each once, and the names of their columns.
#[derive(Debug, Default)]
pub(crate) struct Aggregates {
    found: Vec<(Aggregate, Value)>,
    pub(crate) exprs: Vec<Expr>,
}

impl Aggregates {
    /// The column that holds an aggregate.
    fn column(&mut self, aggregate: &Aggregate, scope: &Scope<'_>) -> Result<Value, Error> {
        if let Some((_, value)) = self.found.iter().find(|(other, _)| other == aggregate) {
            return Ok(value.clone());
        }
        let value = match aggregate {
            Aggregate::Bbox(expr) => {
                let bounds = bounds(scope.expr(expr)?.places()?).map(|bound| self.add(bound));
                Value::new(Kind::Shape, geo::box_of(bounds))
            }
            Aggregate::Envelope(expr) => {
                let points = array_agg(geo::as_text(scope.expr(expr)?.places()?));
                Value::new(Kind::Shape, geo::hull_of(self.add(points)))
            }
            _ => {
                let computed = compute(aggregate, scope)?;
                let expr = self.add(computed.expr.clone());
                Value { expr, ..computed }
            }
        };
        self.found.push((aggregate.clone(), value.clone()));
        Ok(value)
    }

    /// Asks for one more column of the result.
    fn add(&mut self, aggregate: Expr) -> Expr {
        let name = format!("__a{}", self.exprs.len());
        self.exprs.push(aggregate.alias(&name));
        ident(name)
    }

    /// The name of the column that counts the records.
    pub(crate) fn count_column(&mut self, scope: &Scope<'_>) -> Result<String, Error> {
        match self.column(&Aggregate::CountAll, scope)?.expr {
            Expr::Column(column) => Ok(column.name),
            other => Err(Error::Internal(format!(
                "records are counted in {other}, which is no column"
            ))),
        }
    }

    /// An expression over aggregates and constants; `key` gives what the query groups by.
    pub(crate) fn expr(
        &mut self,
        expr: &parvis_odsql::Expr,
        scope: &Scope<'_>,
        key: &dyn Fn(&parvis_odsql::Expr) -> Option<Value>,
    ) -> Result<Value, Error> {
        if let Some(value) = key(expr) {
            return Ok(value);
        }
        match &expr.kind {
            ExprKind::Aggregate(aggregate) => self.column(aggregate, scope),
            ExprKind::Arithmetic(left, op, right) => {
                let (left, right) = (self.expr(left, scope, key)?, self.expr(right, scope, key)?);
                arithmetic(&left, *op, &right)
            }
            ExprKind::Negate(inner) => {
                let zero = scope.literal(&Literal::Int(0))?;
                arithmetic(&zero, ArithmeticOp::Subtract, &self.expr(inner, scope, key)?)
            }
            ExprKind::Literal(_) | ExprKind::Now(_) => scope.expr(expr),
            ExprKind::Field(_) => Err(Error::malformed(format!(
                "{expr} is neither an aggregation nor one of the group_by expressions. Clause(s) containing the error(s): {}.",
                scope.clause
            ))),
            ExprKind::Call(Function::Random, _) => Err(Error::malformed(format!(
                "random() stands alone in order_by. Clause(s) containing the error(s): {}.",
                scope.clause
            ))),
            ExprKind::Call(function, arguments) => {
                let arguments = arguments.iter().map(|argument| self.expr(argument, scope, key));
                scope.apply(*function, &arguments.collect::<Result<Vec<_>, _>>()?)
            }
        }
    }
}

fn statistics_only() -> Error {
    Error::malformed("StatAggregation only supports numeric or date expression.")
}

/// The value of an expression that has to be a number.
fn number(expr: &parvis_odsql::Expr, scope: &Scope<'_>) -> Result<Value, Error> {
    let value = scope.expr(expr)?;
    if value.kind.is_number() {
        Ok(value)
    } else {
        Err(statistics_only())
    }
}

/// What DataFusion computes for an aggregate, and the kind of the result.
fn compute(aggregate: &Aggregate, scope: &Scope<'_>) -> Result<Value, Error> {
    let number = |expr: &parvis_odsql::Expr| number(expr, scope);
    let ordered = |expr: &parvis_odsql::Expr| {
        let value = scope.expr(expr)?;
        let fine = value.kind.is_number() || value.kind.is_temporal();
        if fine { Ok(value) } else { Err(statistics_only()) }
    };
    Ok(match aggregate {
        Aggregate::CountAll => Value::new(Kind::Int, count(lit(1_i64))),
        Aggregate::Count(expr) => Value::new(Kind::Int, count(scope.expr(expr)?.expr)),
        Aggregate::CountDistinct(expr) => {
            let value = scope.expr(expr)?;
            let different = match value.kind {
                Kind::List => count_distinct_items(value.expr),
                Kind::Point => count_distinct(geo::as_text(value.places()?)),
                _ => count_distinct(value.expr),
            };
            Value::new(Kind::Int, different)
        }
        Aggregate::Sum(expr) => {
            let value = number(expr)?;
            if value.kind == Kind::Double {
                Value::new(Kind::Double, sum(value.expr))
            } else {
                // Summed in more digits than a whole number has, so that it cannot wrap around.
                Value::new(Kind::Int, try_cast(sum(cast(value.expr, WHOLE_SUM)), DataType::Int64))
            }
        }
        Aggregate::Avg(expr) => Value::new(Kind::Double, avg(number(expr)?.double())),
        Aggregate::Min(expr) => {
            let value = ordered(expr)?;
            Value {
                expr: min(value.expr.clone()),
                constant: None,
                ..value
            }
        }
        Aggregate::Max(expr) => {
            let value = ordered(expr)?;
            Value {
                expr: max(value.expr.clone()),
                constant: None,
                ..value
            }
        }
        Aggregate::Stddev(expr) => Value::new(Kind::Double, stddev_pop(number(expr)?.double())),
        Aggregate::Median(expr) => Value::new(Kind::Double, percentile(50.0, number(expr)?.double())),
        Aggregate::Percentile(expr, share) => {
            Value::new(Kind::Double, percentile(share_of(*share)?, number(expr)?.double()))
        }
        Aggregate::Envelope(_) | Aggregate::Bbox(_) => {
            return Err(Error::Internal("such an aggregate is not one column".to_owned()));
        }
    })
}

/// The west, south, east and north of all places.
fn bounds(places: Places) -> [Expr; 4] {
    match places {
        Places::Points { lon, lat } => [min(lon.clone()), min(lat.clone()), max(lon), max(lat)],
        Places::Shapes(shape) => {
            let [west, south, east, north] = geo::SIDES.map(|side| geo::side(shape.clone(), side));
            [min(west), min(south), max(east), max(north)]
        }
    }
}

/// Refuses a share that is no percentage.
fn share_of(share: f64) -> Result<f64, Error> {
    if (0.0..=100.0).contains(&share) {
        Ok(share)
    } else {
        Err(Error::malformed("percentile() needs a number from 0 to 100."))
    }
}

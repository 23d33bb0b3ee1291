//! Expressions.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use datafusion::prelude::{cast, ident, when};
use parvis_odsql::{ArithmeticOp, ExprKind, Function, Literal};

use super::value::instant_literal;
use super::{Constant, Kind, Scope, Value, now};
use crate::Error;
use crate::layout::ROW;
use crate::pattern::Pattern;
use crate::udf::distance::Target;
use crate::udf::geo::parse_geometry;
use crate::udf::{dates, distance, numbers, text};

impl Scope<'_> {
    /// The value of an expression without aggregates.
    pub(crate) fn expr(&self, expr: &parvis_odsql::Expr) -> Result<Value, Error> {
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Field(name) => self.value(name),
            ExprKind::Call(function, arguments) => self.call(*function, arguments),
            ExprKind::Now(arguments) => {
                let now = now::now(self.context.now, self.zone(), arguments)?;
                Ok(Value::constant(
                    Kind::Datetime,
                    instant_literal(now),
                    Constant::Instant(now),
                ))
            }
            ExprKind::Aggregate(_) => Err(Error::malformed(format!(
                "{expr} is an aggregation and cannot stand here. Clause(s) containing the error(s): {}.",
                self.clause
            ))),
            ExprKind::Arithmetic(left, op, right) => arithmetic(&self.expr(left)?, *op, &self.expr(right)?),
            ExprKind::Negate(inner) => match &inner.kind {
                ExprKind::Literal(Literal::Int(number)) if number.checked_neg().is_some() => {
                    self.literal(&Literal::Int(-number))
                }
                ExprKind::Literal(Literal::Double(number)) => self.literal(&Literal::Double(-number)),
                _ => arithmetic(
                    &self.literal(&Literal::Int(0))?,
                    ArithmeticOp::Subtract,
                    &self.expr(inner)?,
                ),
            },
        }
    }

    /// A constant.
    pub(crate) fn literal(&self, literal: &Literal) -> Result<Value, Error> {
        Ok(match literal {
            Literal::String(text) => Value::constant(Kind::Text, lit(text.as_str()), Constant::Text(text.clone())),
            Literal::Int(number) => Value::constant(Kind::Int, lit(*number), Constant::Int(*number)),
            Literal::Double(number) => Value::constant(Kind::Double, lit(*number), Constant::Double(*number)),
            Literal::Bool(value) => Value::constant(Kind::Boolean, lit(*value), Constant::Boolean(*value)),
            Literal::Null => Value::constant(Kind::Null, lit(ScalarValue::Utf8(None)), Constant::Null),
            Literal::Date(date) => {
                let instant = instant_literal(self.instant(date)?);
                Value::constant(Kind::Datetime, instant, Constant::Date(*date))
            }
            Literal::Geom(text) => {
                let shape = geojson::Geometry::from(&parse_geometry(text)?).to_string();
                Value::constant(Kind::Shape, lit(shape), Constant::Geometry(text.clone()))
            }
        })
    }

    fn call(&self, function: Function, arguments: &[parvis_odsql::Expr]) -> Result<Value, Error> {
        let missing = || Error::malformed(format!("{function:?} needs more arguments."));
        let first = || arguments.first().ok_or_else(missing).and_then(|first| self.expr(first));
        match function {
            Function::Length => Ok(Value::new(Kind::Int, text::length(self.text_of(first()?)?))),
            Function::Lower => {
                let value = first()?;
                let kind = value.kind;
                let lowered = text::lower(self.text_of(value)?, kind.data_type());
                Ok(Value::new(
                    if kind == Kind::List { Kind::List } else { Kind::Text },
                    lowered,
                ))
            }
            Function::Year | Function::Month | Function::Day | Function::Hour | Function::Minute | Function::Second => {
                let value = temporal(first()?)?;
                let part = dates::part(function, value.expr, self.zone()).ok_or_else(missing)?;
                Ok(Value::new(Kind::Int, part))
            }
            Function::DateFormat => {
                let value = temporal(first()?)?;
                let pattern = match arguments.get(1).map(|argument| &argument.kind) {
                    Some(ExprKind::Literal(Literal::String(pattern))) => Pattern::parse(pattern, &self.context.lang)?,
                    _ => return Err(Error::malformed("date_format() needs a pattern between quotes.")),
                };
                Ok(Value::new(Kind::Text, dates::format(value.expr, pattern, self.zone())))
            }
            Function::IfNull => {
                let other = arguments.get(1).ok_or_else(missing)?;
                self.if_null(first()?, self.expr(other)?)
            }
            Function::Distance => {
                let target = arguments.get(1).ok_or_else(missing)?;
                let target = self.target(&self.expr(target)?)?;
                Ok(Value::new(Kind::Double, distance::distance(first()?.places()?, target)))
            }
            Function::JsonFormat => {
                let fallback = match arguments.get(1).map(|argument| &argument.kind) {
                    None => None,
                    Some(ExprKind::Literal(Literal::Null)) => Some(serde_json::Value::Null),
                    Some(ExprKind::Literal(Literal::String(text))) => Some(text.as_str().into()),
                    Some(ExprKind::Literal(Literal::Int(number))) => Some((*number).into()),
                    Some(ExprKind::Literal(Literal::Bool(value))) => Some((*value).into()),
                    Some(_) => {
                        return Err(Error::NotImplemented(
                            "json_format() takes only a text, a whole number, a boolean or null as its fallback for now.".to_owned(),
                        ));
                    }
                };
                Ok(Value::new(
                    Kind::Json,
                    text::json_format(single_text(first()?)?, fallback),
                ))
            }
            Function::Random => {
                let seed = match arguments.first().map(|argument| &argument.kind) {
                    Some(ExprKind::Literal(Literal::Int(seed))) => seed.cast_unsigned(),
                    _ => return Err(Error::malformed("random() needs a whole number as its seed.")),
                };
                Ok(Value::new(Kind::Int, numbers::shuffled(seed, ident(ROW))))
            }
        }
    }

    fn if_null(&self, value: Value, other: Value) -> Result<Value, Error> {
        let kind = match (value.kind, other.kind) {
            (Kind::Null, kind) | (kind, Kind::Null) => kind,
            (Kind::Int, Kind::Double) | (Kind::Double, Kind::Int) => Kind::Double,
            (a, b) if a == b => a,
            (Kind::Date | Kind::Datetime, Kind::Date | Kind::Datetime) => Kind::Datetime,
            (kind, Kind::Text) if kind.is_temporal() => kind,
            _ => {
                return Err(Error::malformed(
                    "the two arguments of ifnull() must have the same type.",
                ));
            }
        };
        if matches!(kind, Kind::List | Kind::Point) {
            return Err(Error::NotImplemented(
                "ifnull() over several values or points is not available yet.".to_owned(),
            ));
        }
        let (left, right) = (self.as_kind(&value, kind)?, self.as_kind(&other, kind)?);
        let chosen = when(left.clone().is_null(), right).otherwise(left)?;
        Ok(Value::new(kind, chosen))
    }

    /// A value as another kind, when it can stand for one.
    fn as_kind(&self, value: &Value, kind: Kind) -> Result<Expr, Error> {
        Ok(match (value.kind, kind) {
            (Kind::Null, _) => cast(value.expr.clone(), kind.data_type()),
            (Kind::Date, Kind::Datetime) => dates::midnight(value.expr.clone(), self.zone()),
            (Kind::Text | Kind::Datetime, Kind::Date | Kind::Datetime) if value.constant.is_some() => {
                self.moment(value)?.literal(kind)
            }
            (_, Kind::Double) => value.double(),
            _ => value.expr.clone(),
        })
    }

    fn text_of(&self, value: Value) -> Result<Expr, Error> {
        match value.kind {
            Kind::Text | Kind::List | Kind::Json | Kind::Null => Ok(value.expr),
            _ => Err(Error::malformed("length() and lower() need a text.")),
        }
    }

    /// What distances to a constant are measured to.
    fn target(&self, value: &Value) -> Result<Target, Error> {
        match &value.constant {
            Some(Constant::Geometry(text)) => Ok(Target::new(parse_geometry(text)?)),
            _ => Err(Error::malformed(
                "distance() needs a geometry as its second argument, as in geom'POINT(2 48)'.",
            )),
        }
    }
}

/// The text of a value that holds one.
fn single_text(value: Value) -> Result<Expr, Error> {
    match value.kind {
        Kind::Text | Kind::Json | Kind::Null => Ok(value.expr),
        _ => Err(Error::malformed("json_format() needs a text.")),
    }
}

/// A value that is a date.
fn temporal(value: Value) -> Result<Value, Error> {
    if value.kind.is_temporal() {
        Ok(value)
    } else {
        Err(Error::malformed("a date is needed here."))
    }
}

/// `left op right`.
pub(crate) fn arithmetic(left: &Value, op: ArithmeticOp, right: &Value) -> Result<Value, Error> {
    let number = |value: &Value| value.kind.is_number() || value.kind == Kind::Null;
    if !number(left) || !number(right) {
        return Err(Error::malformed("+, -, * and / need numbers."));
    }
    let whole = left.kind == Kind::Int && right.kind == Kind::Int && op != ArithmeticOp::Divide;
    Ok(if whole {
        Value::new(Kind::Int, numbers::whole(op, left.expr.clone(), right.expr.clone()))
    } else {
        Value::new(Kind::Double, numbers::fractional(op, left.double(), right.double()))
    })
}

//! Expressions.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use datafusion::prelude::ident;
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
            ExprKind::Call(function, arguments) => {
                let arguments = arguments.iter().map(|argument| self.expr(argument));
                self.apply(*function, &arguments.collect::<Result<Vec<_>, _>>()?)
            }
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
            Literal::Double(number) => {
                // Zero has two signs and is one number.
                let number = *number + 0.0;
                Value::constant(Kind::Double, lit(number), Constant::Double(number))
            }
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

    /// A function of values: of fields, or of what groups have.
    pub(crate) fn apply(&self, function: Function, arguments: &[Value]) -> Result<Value, Error> {
        let missing = || Error::malformed(format!("{}() needs more arguments.", function.name()));
        let first = || arguments.first().cloned().ok_or_else(missing);
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
                let pattern = match constant(arguments.get(1)) {
                    Some(Constant::Text(pattern)) => Pattern::parse(pattern, &self.context.lang)?,
                    _ => return Err(Error::malformed("date_format() needs a pattern between quotes.")),
                };
                Ok(Value::new(Kind::Text, dates::format(value.expr, pattern, self.zone())))
            }
            Function::IfNull => self.if_null(&first()?, arguments.get(1).ok_or_else(missing)?),
            Function::Distance => {
                let target = self.target(arguments.get(1).ok_or_else(missing)?)?;
                Ok(Value::new(Kind::Double, distance::distance(first()?.places()?, target)))
            }
            Function::JsonFormat => {
                let fallback = arguments.get(1).map(json_fallback).transpose()?;
                Ok(Value::new(
                    Kind::Json,
                    text::json_format(single_text(first()?)?, fallback),
                ))
            }
            Function::Random => Ok(Value::new(Kind::Int, numbers::shuffled(seed(arguments)?, ident(ROW)))),
        }
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

/// What a value is when it does not depend on the record.
fn constant(value: Option<&Value>) -> Option<&Constant> {
    value?.constant.as_ref()
}

/// The seed of `random(seed)`.
pub(crate) fn seed(arguments: &[Value]) -> Result<u64, Error> {
    match constant(arguments.first()) {
        Some(Constant::Int(seed)) => Ok(seed.cast_unsigned()),
        _ => Err(Error::malformed("random() needs a whole number as its seed.")),
    }
}

/// What `json_format` gives instead of a text that is no JSON.
fn json_fallback(value: &Value) -> Result<serde_json::Value, Error> {
    Ok(match &value.constant {
        Some(Constant::Null) => serde_json::Value::Null,
        Some(Constant::Text(text)) => text.as_str().into(),
        Some(Constant::Int(number)) => (*number).into(),
        Some(Constant::Double(number)) => (*number).into(),
        Some(Constant::Boolean(value)) => (*value).into(),
        _ => {
            return Err(Error::malformed(
                "the fallback of json_format() is a text, a number, a boolean or null. Clause(s) containing the error(s): select.",
            ));
        }
    })
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

//! The kind of value that an expression gives.

use crate::ast::{Aggregate, DateLiteral, Expr, ExprKind, Fields, Function, Kind, Literal, Span};
use crate::error::{Clause, Error};

/// Where an expression stands.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub clause: Clause,
    pub fields: &'a dyn Fields,
    /// Inside an aggregate there can be no other.
    pub in_aggregate: bool,
}

impl<'a> Context<'a> {
    pub fn new(clause: Clause, fields: &'a dyn Fields) -> Self {
        Self {
            clause,
            fields,
            in_aggregate: false,
        }
    }

    fn error(&self, detail: &str, span: Span) -> Error {
        Error::semantic(detail, span, self.clause)
    }
}

/// The kind of the field called `name`.
pub(super) fn field_kind(name: &str, span: Span, clause: Clause, fields: &dyn Fields) -> Result<Kind, Error> {
    fields
        .kind(name)
        .ok_or_else(|| Error::semantic(&format!("Unknown field: {name}."), span, clause))
}

/// The name that the API gives to a kind.
pub(super) fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::MultiText => "text",
        Kind::Int => "int",
        Kind::Double => "double",
        Kind::Boolean => "boolean",
        Kind::Date => "date",
        Kind::Datetime => "datetime",
        Kind::GeoPoint => "geo_point_2d",
        Kind::GeoShape => "geo_shape",
        Kind::Json => "json_blob",
    }
}

/// Kinds of one family compare with each other.
pub(super) fn family(kind: Kind) -> u8 {
    match kind {
        Kind::Text | Kind::MultiText | Kind::Json => 0,
        Kind::Int | Kind::Double => 1,
        Kind::Boolean => 2,
        Kind::Date | Kind::Datetime => 3,
        Kind::GeoPoint | Kind::GeoShape => 4,
    }
}

/// The kind of `expr`; `None` when it is always null.
pub(super) fn kind_of(expr: &Expr, context: &Context<'_>) -> Result<Option<Kind>, Error> {
    match &expr.kind {
        ExprKind::Literal(literal) => Ok(match literal {
            Literal::String(_) => Some(Kind::Text),
            Literal::Int(_) => Some(Kind::Int),
            Literal::Double(_) => Some(Kind::Double),
            Literal::Bool(_) => Some(Kind::Boolean),
            Literal::Null => None,
            Literal::Date(_) => Some(Kind::Datetime),
            Literal::Geom(_) => Some(Kind::GeoShape),
        }),
        ExprKind::Field(name) => field_kind(name, expr.span, context.clause, context.fields).map(Some),
        ExprKind::Call(function, arguments) => call(*function, arguments, expr.span, context),
        ExprKind::Now(_) => Ok(Some(Kind::Datetime)),
        ExprKind::Aggregate(aggregate) => aggregate_kind(aggregate, expr.span, context),
        ExprKind::Arithmetic(left, op, right) => {
            let kinds = [
                numeric(left, op.symbol(), context)?,
                numeric(right, op.symbol(), context)?,
            ];
            let whole = kinds.iter().all(|kind| *kind == Some(Kind::Int)) && *op != crate::ast::ArithmeticOp::Divide;
            Ok(Some(if whole { Kind::Int } else { Kind::Double }))
        }
        ExprKind::Negate(inner) => numeric(inner, "-", context),
    }
}

fn numeric(expr: &Expr, symbol: &str, context: &Context<'_>) -> Result<Option<Kind>, Error> {
    match kind_of(expr, context)? {
        kind @ (None | Some(Kind::Int | Kind::Double)) => Ok(kind),
        Some(_) => Err(context.error(&format!("{symbol} needs numbers and {expr} is none."), expr.span)),
    }
}

/// The text that an expression is, when it is a constant.
fn constant_text(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Literal(Literal::String(text)) => Some(text),
        _ => None,
    }
}

fn is_date_text(expr: &Expr) -> bool {
    constant_text(expr).is_some_and(|text| DateLiteral::parse(text).is_some())
}

fn call(function: Function, arguments: &[Expr], span: Span, context: &Context<'_>) -> Result<Option<Kind>, Error> {
    let name = function.name();
    if !is_allowed(function, context.clause) {
        return Err(context.error(&format!("{name}() is not available in {}.", context.clause), span));
    }
    let kinds = arguments
        .iter()
        .map(|argument| kind_of(argument, context))
        .collect::<Result<Vec<_>, _>>()?;
    let first = kinds.first().copied().flatten();
    let needs = |wanted: &str, ok: bool| {
        if ok {
            Ok(())
        } else {
            Err(context.error(&format!("{name}() needs {wanted} as its first argument."), span))
        }
    };
    match function {
        Function::Length => {
            needs("a text", matches!(first, None | Some(Kind::Text | Kind::Json)))?;
            Ok(Some(Kind::Int))
        }
        Function::Lower => {
            needs(
                "a text",
                matches!(first, None | Some(Kind::Text | Kind::Json | Kind::MultiText)),
            )?;
            Ok(first)
        }
        Function::Year | Function::Month | Function::Day | Function::Hour | Function::Minute | Function::Second => {
            needs("a date", matches!(first, None | Some(Kind::Date | Kind::Datetime)))?;
            Ok(Some(Kind::Int))
        }
        Function::DateFormat => {
            needs("a date", matches!(first, None | Some(Kind::Date | Kind::Datetime)))?;
            if constant_text(&arguments[1]).is_none() {
                return Err(context.error(
                    "date_format() needs a quoted pattern as its second argument.",
                    arguments[1].span,
                ));
            }
            Ok(Some(Kind::Text))
        }
        Function::IfNull => match (first, kinds[1]) {
            (None, kind) | (kind, None) => Ok(kind),
            (Some(Kind::Int), Some(Kind::Double)) => Ok(Some(Kind::Double)),
            (Some(Kind::Text), Some(Kind::MultiText)) => Ok(Some(Kind::MultiText)),
            (Some(left), Some(right)) if family(left) == family(right) => Ok(Some(left)),
            // A quoted date stands for the date.
            (Some(left @ (Kind::Date | Kind::Datetime)), Some(Kind::Text)) if is_date_text(&arguments[1]) => {
                Ok(Some(left))
            }
            _ => Err(context.error("both arguments of ifnull() must have the same type.", span)),
        },
        Function::Distance => {
            needs("a place", matches!(first, Some(Kind::GeoPoint | Kind::GeoShape)))?;
            if !matches!(arguments[1].kind, ExprKind::Literal(Literal::Geom(_))) {
                return Err(context.error("distance() needs geom'…' as its second argument.", arguments[1].span));
            }
            Ok(Some(Kind::Double))
        }
        Function::JsonFormat => {
            needs("a text", matches!(first, None | Some(Kind::Text | Kind::Json)))?;
            Ok(Some(Kind::Json))
        }
        Function::Random => {
            needs(
                "a whole number",
                matches!(arguments[0].kind, ExprKind::Literal(Literal::Int(_))),
            )?;
            Ok(Some(Kind::Double))
        }
    }
}

/// Which clauses know a function.
fn is_allowed(function: Function, clause: Clause) -> bool {
    match function {
        Function::Random => clause == Clause::OrderBy,
        Function::JsonFormat => clause == Clause::Select,
        Function::Distance => matches!(clause, Clause::Select | Clause::OrderBy),
        Function::Length => clause != Clause::GroupBy,
        Function::Year
        | Function::Month
        | Function::Day
        | Function::Hour
        | Function::Minute
        | Function::Second
        | Function::DateFormat
        | Function::IfNull
        | Function::Lower => true,
    }
}

fn aggregate_kind(aggregate: &Aggregate, span: Span, context: &Context<'_>) -> Result<Option<Kind>, Error> {
    let name = aggregate.name();
    if !matches!(context.clause, Clause::Select | Clause::OrderBy) {
        return Err(context.error(&format!("{name}() is not available in {}.", context.clause), span));
    }
    if context.in_aggregate {
        return Err(context.error(&format!("{name}() cannot stand inside another aggregation."), span));
    }
    let inside = Context {
        in_aggregate: true,
        ..*context
    };
    let Some(argument) = aggregate.argument() else {
        return Ok(Some(Kind::Int));
    };
    let kind = kind_of(argument, &inside)?;
    let is_number = matches!(kind, None | Some(Kind::Int | Kind::Double));
    let is_date = matches!(kind, Some(Kind::Date | Kind::Datetime));
    match aggregate {
        Aggregate::CountAll | Aggregate::Count(_) | Aggregate::CountDistinct(_) => Ok(Some(Kind::Int)),
        Aggregate::Min(_) | Aggregate::Max(_) if is_number || is_date => Ok(kind),
        Aggregate::Sum(_) if is_number => Ok(kind),
        Aggregate::Avg(_) | Aggregate::Median(_) | Aggregate::Percentile(..) | Aggregate::Stddev(_) if is_number => {
            Ok(Some(Kind::Double))
        }
        Aggregate::Envelope(_) | Aggregate::Bbox(_) => match kind {
            Some(Kind::GeoPoint) => Ok(Some(Kind::GeoShape)),
            Some(Kind::GeoShape) if matches!(aggregate, Aggregate::Bbox(_)) => Ok(Some(Kind::GeoShape)),
            _ => Err(context.error(&format!("{name}() only supports geo_point_2d expression."), span)),
        },
        _ if is_date => Err(context.error(&format!("{name}() does not support date expression."), span)),
        _ => Err(Error::statistic(span, context.clause)),
    }
}

/// Whether an aggregate stands anywhere in `expr`.
pub fn is_aggregate(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Aggregate(_) => true,
        ExprKind::Literal(_) | ExprKind::Field(_) | ExprKind::Now(_) => false,
        ExprKind::Call(_, arguments) => arguments.iter().any(is_aggregate),
        ExprKind::Arithmetic(left, _, right) => is_aggregate(left) || is_aggregate(right),
        ExprKind::Negate(inner) => is_aggregate(inner),
    }
}

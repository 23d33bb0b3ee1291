//! Whether a query means something for the fields of a dataset.

mod group;
#[cfg(test)]
mod tests;
mod types;

use crate::ast::{
    Condition, ConditionKind, DateLiteral, Expr, ExprKind, FacetRequest, Fields, Kind, Literal, Query, RangeBounds,
    Refinement, SelectItem, Span,
};
use crate::error::{Clause, Error};
use group::Keys;
pub use group::{MAX_ORDERED_GROUPS, check_export_order};
use types::{Context, kind_of};

/// Checks every clause of `query`: the fields exist, the types fit, aggregates stand where they may.
///
/// # Errors
/// The first mistake found, of kind [`Semantic`](crate::ErrorKind::Semantic), without a position.
pub fn check(query: &Query, fields: &dyn Fields) -> Result<(), Error> {
    for condition in &query.filter {
        check_condition(condition, fields)?;
    }
    for item in &query.group_by {
        group::check_key(item, fields)?;
    }
    let keys = Keys::new(query, fields);
    for item in &query.select {
        select_item(item, &keys)?;
    }
    keys.check_select(query)?;
    keys.check_order(query)?;
    for (refinements, clause) in [(&query.refine, Clause::Refine), (&query.exclude, Clause::Exclude)] {
        for refinement in refinements {
            refinement_field(refinement, clause, fields)?;
        }
    }
    Ok(())
}

/// Checks that a facet that was asked for is a field whose values can be counted.
///
/// # Errors
/// The field is unknown or holds places.
pub fn check_facet(request: &FacetRequest, fields: &dyn Fields) -> Result<(), Error> {
    countable(&request.name, Clause::Facet, fields)
}

fn refinement_field(refinement: &Refinement, clause: Clause, fields: &dyn Fields) -> Result<(), Error> {
    countable(&refinement.field, clause, fields)
}

fn countable(name: &str, clause: Clause, fields: &dyn Fields) -> Result<(), Error> {
    match types::field_kind(name, Span::default(), clause, fields)? {
        Kind::GeoPoint | Kind::GeoShape | Kind::Json => Err(Error::semantic(
            &format!("{name} cannot be used as a facet."),
            Span::default(),
            clause,
        )),
        _ => Ok(()),
    }
}

fn select_item(item: &SelectItem, fields: &dyn Fields) -> Result<(), Error> {
    match item {
        SelectItem::All => Ok(()),
        SelectItem::Include(pattern) | SelectItem::Exclude(pattern) => {
            if pattern.ends_with('*') {
                return Ok(());
            }
            types::field_kind(pattern, Span::default(), Clause::Select, fields).map(|_| ())
        }
        SelectItem::Expr { expr, .. } => kind_of(expr, &Context::new(Clause::Select, fields)).map(|_| ()),
    }
}

/// What is wrong with `span` of a condition.
fn wrong(detail: &str, span: Span) -> Error {
    Error::semantic(detail, span, Clause::Where)
}

fn check_condition(condition: &Condition, fields: &dyn Fields) -> Result<(), Error> {
    let context = Context::new(Clause::Where, fields);
    let span = condition.span;
    let field = |name: &str| types::field_kind(name, span, Clause::Where, fields);
    match &condition.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) => {
            parts.iter().try_for_each(|part| check_condition(part, fields))
        }
        ConditionKind::Not(inner) => check_condition(inner, fields),
        ConditionKind::FullText(_) => Ok(()),
        ConditionKind::Compare(left, _, right) => compare(left, right, &context, span),
        ConditionKind::Like(expr, _) => match kind_of(expr, &context)? {
            Some(Kind::Text | Kind::MultiText | Kind::Json) => Ok(()),
            _ => Err(wrong(&format!("like needs a text and {expr} is none."), expr.span)),
        },
        ConditionKind::InList(expr, values) => {
            let kind = comparable(expr, &context)?;
            values.iter().try_for_each(|value| literal_fits(expr, kind, value))
        }
        ConditionKind::InRange(expr, bounds) => range(expr, bounds, &context),
        ConditionKind::Contains(literal, name) => match field(name)? {
            // Lists hold texts only; the documentation also looks for numbers and booleans in them.
            Kind::MultiText if matches!(literal, Literal::Int(_) | Literal::Double(_) | Literal::Bool(_)) => Ok(()),
            Kind::GeoPoint | Kind::GeoShape => Err(wrong(&format!("{name} holds places and no {literal}."), span)),
            kind => literal_fits_kind(name, kind, literal, span),
        },
        ConditionKind::IsNull(expr, _) => kind_of(expr, &context).map(|_| ()),
        ConditionKind::IsBool(expr, ..) => match kind_of(expr, &context)? {
            Some(Kind::Boolean) | None => Ok(()),
            Some(_) => Err(wrong(&format!("{expr} is not a boolean."), expr.span)),
        },
        ConditionKind::BoolField(name) => match field(name)? {
            Kind::Boolean => Ok(()),
            _ => Err(wrong(
                &format!("{name} is not a boolean: compare it with a value."),
                span,
            )),
        },
        ConditionKind::Text(predicate, names, _) => names.iter().try_for_each(|name| match field(name)? {
            Kind::Text | Kind::MultiText | Kind::Json => Ok(()),
            _ => Err(wrong(
                &format!("{}() needs text fields and {name} is none.", predicate.name()),
                span,
            )),
        }),
        ConditionKind::WithinDistance(name, ..)
        | ConditionKind::InBbox(name, _)
        | ConditionKind::Spatial(_, name, _) => match field(name)? {
            Kind::GeoPoint | Kind::GeoShape => Ok(()),
            _ => Err(wrong(&format!("{name} is not a geo_point_2d or a geo_shape."), span)),
        },
    }
}

/// The kind of `expr`, which must have an order or at least an equality.
fn comparable(expr: &Expr, context: &Context<'_>) -> Result<Option<Kind>, Error> {
    let kind = kind_of(expr, context)?;
    match kind {
        Some(Kind::GeoPoint | Kind::GeoShape) => Err(wrong(
            &format!("{expr} is a place: use within_distance, in_bbox, intersects, disjoint or within."),
            expr.span,
        )),
        kind => Ok(kind),
    }
}

fn compare(left: &Expr, right: &Expr, context: &Context<'_>, span: Span) -> Result<(), Error> {
    let (left_kind, right_kind) = (comparable(left, context)?, comparable(right, context)?);
    match (&left.kind, &right.kind) {
        (_, ExprKind::Literal(literal)) => literal_fits(left, left_kind, literal),
        (ExprKind::Literal(literal), _) => literal_fits(right, right_kind, literal),
        _ => match (left_kind, right_kind) {
            (Some(left_kind), Some(right_kind)) if types::family(left_kind) != types::family(right_kind) => {
                Err(wrong(&format!("{left} and {right} cannot be compared."), span))
            }
            _ => Ok(()),
        },
    }
}

fn range(expr: &Expr, bounds: &RangeBounds, context: &Context<'_>) -> Result<(), Error> {
    let kind = comparable(expr, context)?;
    if kind == Some(Kind::Boolean) {
        return Err(wrong(&format!("{expr} is a boolean and has no range."), expr.span));
    }
    [&bounds.from, &bounds.to]
        .into_iter()
        .flatten()
        .try_for_each(|bound| literal_fits(expr, kind, bound))
}

fn literal_fits(expr: &Expr, kind: Option<Kind>, literal: &Literal) -> Result<(), Error> {
    match kind {
        None => Ok(()),
        Some(kind) => literal_fits_kind(&expr.to_string(), kind, literal, expr.span),
    }
}

/// A quoted number or date stands for what it holds; otherwise the kinds must agree.
fn literal_fits_kind(what: &str, kind: Kind, literal: &Literal, span: Span) -> Result<(), Error> {
    let fits = match (kind, literal) {
        (_, Literal::Null) => true,
        (Kind::Text | Kind::MultiText | Kind::Json, Literal::String(_)) => true,
        (Kind::Int | Kind::Double, Literal::Int(_) | Literal::Double(_)) => true,
        (Kind::Int | Kind::Double, Literal::String(text)) => text.trim().parse::<f64>().is_ok_and(f64::is_finite),
        (Kind::Boolean, Literal::Bool(_)) => true,
        (Kind::Boolean, Literal::String(text)) => matches!(text.to_ascii_lowercase().as_str(), "true" | "false"),
        (Kind::Date | Kind::Datetime, Literal::Date(_)) => true,
        (Kind::Date | Kind::Datetime, Literal::String(text)) => DateLiteral::parse(text).is_some(),
        _ => false,
    };
    if fits {
        return Ok(());
    }
    let hint = match (kind, literal) {
        (Kind::Text | Kind::MultiText, Literal::Int(_) | Literal::Double(_)) => " Quote the value.",
        _ => "",
    };
    Err(wrong(
        &format!(
            "{what} is of type {} and cannot be compared with {literal}.{hint}",
            types::type_name(kind)
        ),
        span,
    ))
}

//! `ifnull(value, other)`: one kind is found that both can be shown as.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use datafusion::prelude::when;
use geo::Geometry;

use super::{Constant, Kind, Scope, Value};
use crate::Error;
use crate::udf::geo::{self as places, Places, parse_geometry};
use crate::udf::{dates, text};

/// A null of a kind.
fn null_of(kind: Kind) -> Result<Expr, Error> {
    Ok(lit(ScalarValue::try_new_null(&kind.data_type())?))
}

/// Whether a value is a constant place that is one point.
fn point_of(value: &Value) -> Option<(f64, f64)> {
    match &value.constant {
        Some(Constant::Geometry(text)) => match parse_geometry(text) {
            Ok(Geometry::Point(point)) => Some((point.x(), point.y())),
            _ => None,
        },
        _ => None,
    }
}

/// The kind that both values can be shown as.
fn common(value: &Value, other: &Value) -> Option<Kind> {
    Some(match (value.kind, other.kind) {
        (Kind::Null, kind) | (kind, Kind::Null) => kind,
        (a, b) if a == b => a,
        (a, b) if a.is_number() && b.is_number() => Kind::Double,
        (a, b) if a.is_temporal() && b.is_temporal() => Kind::Datetime,
        (kind, Kind::Text) if kind.is_temporal() => kind,
        (Kind::List, Kind::Text) | (Kind::Text, Kind::List) => Kind::List,
        // What is no JSON for sure is shown as the text it is.
        (Kind::Json, Kind::Text) | (Kind::Text, Kind::Json) => Kind::Text,
        (Kind::Point, Kind::Shape) if point_of(other).is_some() => Kind::Point,
        (Kind::Shape, Kind::Point) if point_of(value).is_some() => Kind::Point,
        (Kind::Point, Kind::Shape) | (Kind::Shape, Kind::Point) => Kind::Shape,
        _ => return None,
    })
}

impl Scope<'_> {
    /// `value`, or `other` where it is null.
    pub(super) fn if_null(&self, value: &Value, other: &Value) -> Result<Value, Error> {
        let kind = common(value, other)
            .ok_or_else(|| Error::malformed("the two arguments of ifnull() must have the same type."))?;
        if kind == Kind::Point {
            return points(value, other);
        }
        let (left, right) = (self.as_kind(value, kind)?, self.as_kind(other, kind)?);
        let chosen = Value::new(kind, when(left.clone().is_null(), right).otherwise(left)?);
        Ok(Value {
            precision: value.precision,
            ..chosen
        })
    }

    /// A value as another kind, when it can stand for one.
    fn as_kind(&self, value: &Value, kind: Kind) -> Result<Expr, Error> {
        Ok(match (value.kind, kind) {
            (Kind::Null, _) => null_of(kind)?,
            (Kind::Date, Kind::Datetime) => dates::midnight(value.expr.clone(), self.zone()),
            (Kind::Text | Kind::Datetime, Kind::Date | Kind::Datetime) if value.constant.is_some() => {
                self.moment(value)?.literal(kind)
            }
            (Kind::Text, Kind::List) => text::one_item(value.expr.clone()),
            (Kind::Point, Kind::Shape) => places::shape_of(value.clone().places()?),
            (_, Kind::Double) => value.double(),
            _ => value.expr.clone(),
        })
    }
}

/// The two columns of a point; both are null where it is.
fn columns(value: &Value) -> Result<(Expr, Expr), Error> {
    if let Some((lon, lat)) = point_of(value) {
        return Ok((lit(lon), lit(lat)));
    }
    if value.kind == Kind::Null {
        return Ok((null_of(Kind::Double)?, null_of(Kind::Double)?));
    }
    match value.clone().places()? {
        Places::Points { lon, lat } => Ok((lon, lat)),
        Places::Shapes(_) => Err(Error::Internal("a shape is no point".to_owned())),
    }
}

/// The first of two points that is there.
fn points(value: &Value, other: &Value) -> Result<Value, Error> {
    let ((lon, lat), (other_lon, other_lat)) = (columns(value)?, columns(other)?);
    let absent = lon.clone().is_null();
    let chosen = Value::new(Kind::Point, when(absent.clone(), other_lon).otherwise(lon)?);
    Ok(Value {
        lat: Some(when(absent, other_lat).otherwise(lat)?),
        ..chosen
    })
}

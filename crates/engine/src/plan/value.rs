//! A value of the language as DataFusion computes it.

use arrow::datatypes::DataType;
use chrono::{DateTime, Utc};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use datafusion::prelude::cast;
use parvis_formats::{ColumnKind, layout};
use parvis_model::{Field, FieldType, Precision};
use parvis_odsql::DateLiteral;

use crate::udf::geo::Places;
use crate::{Error, layout as physical};

/// What kind of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Text,
    List,
    Int,
    Double,
    Boolean,
    Date,
    Datetime,
    Point,
    Shape,
    Json,
}

impl Kind {
    /// The kind of a field.
    pub(crate) fn of(field: &Field) -> Self {
        match field.field_type {
            FieldType::Text if field.is_multivalued() => Self::List,
            FieldType::Text => Self::Text,
            FieldType::Int => Self::Int,
            FieldType::Double => Self::Double,
            FieldType::Boolean => Self::Boolean,
            FieldType::Date => Self::Date,
            FieldType::Datetime => Self::Datetime,
            FieldType::GeoPoint2d => Self::Point,
            FieldType::GeoShape => Self::Shape,
            FieldType::JsonBlob => Self::Json,
        }
    }

    /// The kind as the language names it.
    pub(crate) fn odsql(self) -> Option<parvis_odsql::Kind> {
        Some(match self {
            Self::Null => return None,
            Self::Text => parvis_odsql::Kind::Text,
            Self::List => parvis_odsql::Kind::MultiText,
            Self::Int => parvis_odsql::Kind::Int,
            Self::Double => parvis_odsql::Kind::Double,
            Self::Boolean => parvis_odsql::Kind::Boolean,
            Self::Date => parvis_odsql::Kind::Date,
            Self::Datetime => parvis_odsql::Kind::Datetime,
            Self::Point => parvis_odsql::Kind::GeoPoint,
            Self::Shape => parvis_odsql::Kind::GeoShape,
            Self::Json => parvis_odsql::Kind::Json,
        })
    }

    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::Double)
    }

    pub(crate) fn is_temporal(self) -> bool {
        matches!(self, Self::Date | Self::Datetime)
    }

    /// The Arrow type of one physical column of such values.
    pub(crate) fn data_type(self) -> DataType {
        match self {
            Self::Null | Self::Text | Self::Shape | Self::Json => DataType::Utf8,
            Self::List => layout::text_list(),
            Self::Int => DataType::Int64,
            Self::Double | Self::Point => DataType::Float64,
            Self::Boolean => DataType::Boolean,
            Self::Date => DataType::Date32,
            Self::Datetime => layout::timestamp(),
        }
    }
}

/// A constant whose meaning depends on what it meets: a text may stand for a number or a date.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Constant {
    Null,
    Text(String),
    Int(i64),
    Double(f64),
    Boolean(bool),
    Date(DateLiteral),
    Instant(DateTime<Utc>),
    Geometry(String),
}

/// A value.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) kind: Kind,
    /// The value; of a point, its longitude.
    pub(crate) expr: Expr,
    /// Of a point, its latitude.
    pub(crate) lat: Option<Expr>,
    /// How much of a date is shown.
    pub(crate) precision: Option<Precision>,
    /// What it is when it does not depend on the record.
    pub(crate) constant: Option<Constant>,
}

impl Value {
    /// A value of one column.
    pub(crate) fn new(kind: Kind, expr: Expr) -> Self {
        Self {
            kind,
            expr,
            lat: None,
            precision: None,
            constant: None,
        }
    }

    /// A constant of one column.
    pub(crate) fn constant(kind: Kind, expr: Expr, constant: Constant) -> Self {
        Self {
            constant: Some(constant),
            ..Self::new(kind, expr)
        }
    }

    /// The value of a field.
    pub(crate) fn field(field: &Field) -> Self {
        use datafusion::prelude::ident;
        let kind = Kind::of(field);
        if kind == Kind::Point {
            return Self {
                lat: Some(ident(physical::lat(&field.name))),
                ..Self::new(kind, ident(physical::lon(&field.name)))
            };
        }
        Self {
            precision: field.annotations.timeserie_precision,
            ..Self::new(kind, ident(physical::column(&field.name)))
        }
    }

    /// The value as a number with a fraction.
    pub(crate) fn double(&self) -> Expr {
        match self.kind {
            Kind::Double => self.expr.clone(),
            _ => cast(self.expr.clone(), DataType::Float64),
        }
    }

    /// The value as places.
    pub(crate) fn places(self) -> Result<Places, Error> {
        match (self.kind, self.lat) {
            (Kind::Point, Some(lat)) => Ok(Places::Points { lon: self.expr, lat }),
            (Kind::Shape, _) => Ok(Places::Shapes(self.expr)),
            _ => Err(Error::malformed("a geo_point_2d or geo_shape field is needed.")),
        }
    }

    /// What a column of such values is in an answer.
    pub(crate) fn column_kind(&self) -> ColumnKind {
        match self.kind {
            Kind::Null | Kind::Text => ColumnKind::Text,
            Kind::List => ColumnKind::TextList,
            Kind::Int => ColumnKind::Int,
            Kind::Double => ColumnKind::Double,
            Kind::Boolean => ColumnKind::Boolean,
            Kind::Date => ColumnKind::Date(self.precision),
            Kind::Datetime => ColumnKind::Datetime,
            Kind::Point => ColumnKind::GeoPoint,
            Kind::Shape => ColumnKind::GeoShape,
            Kind::Json => ColumnKind::Json,
        }
    }
}

/// An instant as a constant.
pub(crate) fn instant_literal(instant: DateTime<Utc>) -> Expr {
    let millis = ScalarValue::TimestampMillisecond(Some(instant.timestamp_millis()), Some("UTC".into()));
    lit(millis)
}

/// A day as a constant.
pub(crate) fn day_literal(day: chrono::NaiveDate) -> Expr {
    let epoch = chrono::NaiveDate::default();
    let days = i32::try_from((day - epoch).num_days()).expect("the calendar of chrono is shorter than 2^31 days");
    lit(ScalarValue::Date32(Some(days)))
}

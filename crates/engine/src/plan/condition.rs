//! Conditions. A comparison with null is unknown, which a filter takes for false; `not` makes false of true and true of
//! everything else.

use chrono::{DateTime, NaiveDateTime, NaiveTime, Utc};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator, in_list, lit};
use geo::{Geometry, Rect};
use parvis_odsql::{
    CompareOp, Condition, ConditionKind, DateLiteral, Literal, RangeBounds, SpatialPredicate, TextPredicate,
};

use super::value::{day_literal, instant_literal};
use super::{Constant, Kind, Scope, Value};
use crate::Error;
use crate::udf::distance::Target;
use crate::udf::geo::{Places, parse_geometry};
use crate::udf::{dates, distance, geo as places, terms, text};

/// A moment that does not depend on the record: its local time in the query's zone, and the instant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    local: NaiveDateTime,
    instant: DateTime<Utc>,
}

impl Moment {
    /// The instant.
    pub(crate) fn instant(self) -> DateTime<Utc> {
        self.instant
    }

    /// As a constant of this kind; the day for a date.
    pub(crate) fn literal(self, kind: Kind) -> Expr {
        if kind == Kind::Date {
            day_literal(self.local.date())
        } else {
            instant_literal(self.instant)
        }
    }
}

/// A condition that never holds.
fn never() -> Expr {
    lit(false)
}

fn binary(left: Expr, op: CompareOp, right: Expr) -> Expr {
    let op = match op {
        CompareOp::Eq => Operator::Eq,
        CompareOp::NotEq => Operator::NotEq,
        CompareOp::Lt => Operator::Lt,
        CompareOp::LtEq => Operator::LtEq,
        CompareOp::Gt => Operator::Gt,
        CompareOp::GtEq => Operator::GtEq,
    };
    Expr::BinaryExpr(BinaryExpr::new(Box::new(left), op, Box::new(right)))
}

/// `a op b` as `b op a`.
fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Eq | CompareOp::NotEq => op,
        CompareOp::Lt => CompareOp::Gt,
        CompareOp::LtEq => CompareOp::GtEq,
        CompareOp::Gt => CompareOp::Lt,
        CompareOp::GtEq => CompareOp::LtEq,
    }
}

/// Joins conditions as a tree of even height: plans are walked recursively, and a list may have thousands of values.
pub(crate) fn joined(mut parts: Vec<Expr>, join: fn(Expr, Expr) -> Expr) -> Option<Expr> {
    while parts.len() > 1 {
        let mut pairs = Vec::with_capacity(parts.len().div_ceil(2));
        let mut rest = parts.into_iter();
        while let Some(left) = rest.next() {
            pairs.push(match rest.next() {
                Some(right) => join(left, right),
                None => left,
            });
        }
        parts = pairs;
    }
    parts.pop()
}

fn all(parts: Vec<Expr>) -> Expr {
    joined(parts, Expr::and).unwrap_or_else(|| lit(true))
}

fn any(parts: Vec<Expr>) -> Expr {
    joined(parts, Expr::or).unwrap_or_else(never)
}

impl Scope<'_> {
    /// A condition over physical columns; it holds where it is true, neither false nor null.
    pub(crate) fn condition(&self, condition: &Condition) -> Result<Expr, Error> {
        match &condition.kind {
            ConditionKind::And(parts) => {
                let parts = parts.iter().map(|part| self.condition(part));
                Ok(all(parts.collect::<Result<_, _>>()?))
            }
            ConditionKind::Or(parts) => {
                let parts = parts.iter().map(|part| self.condition(part));
                Ok(any(parts.collect::<Result<_, _>>()?))
            }
            ConditionKind::Not(inner) => Ok(self.condition(inner)?.is_not_true()),
            ConditionKind::FullText(words) => Ok(find(self.texts(&[])?, terms::exact_terms(words))),
            ConditionKind::Compare(left, op, right) => self.compare(&self.expr(left)?, *op, &self.expr(right)?),
            ConditionKind::Like(expr, words) => Ok(find(vec![self.expr(expr)?], terms::exact_terms(words))),
            ConditionKind::InList(expr, values) => self.in_list(&self.expr(expr)?, values),
            ConditionKind::InRange(expr, bounds) => self.in_range(&self.expr(expr)?, bounds),
            ConditionKind::Contains(literal, name) => {
                let value = self.value(name)?;
                let literal = match (value.kind, literal) {
                    (Kind::List, Literal::Int(_) | Literal::Double(_) | Literal::Bool(_)) => {
                        &Literal::String(literal.to_string())
                    }
                    _ => literal,
                };
                self.compare(&value, CompareOp::Eq, &self.literal(literal)?)
            }
            ConditionKind::IsNull(expr, wanted) => {
                let value = self.expr(expr)?.expr;
                Ok(if *wanted { value.is_null() } else { value.is_not_null() })
            }
            ConditionKind::IsBool(expr, value, negated) => {
                let boolean = self.boolean(self.expr(expr)?)?;
                Ok(match (value, negated) {
                    (true, false) => boolean.is_true(),
                    (true, true) => boolean.is_not_true(),
                    (false, false) => boolean.is_false(),
                    (false, true) => boolean.is_not_false(),
                })
            }
            ConditionKind::BoolField(name) => self.boolean(self.value(name)?),
            ConditionKind::Text(predicate, names, words) => {
                let fields = self.texts(names)?;
                Ok(match predicate {
                    TextPredicate::Search => find(fields, terms::search_terms(words)),
                    TextPredicate::Suggest => find(fields, terms::prefix_terms(words)),
                    TextPredicate::StartsWith if fields.is_empty() => never(),
                    TextPredicate::StartsWith => text::any_starts_with(columns(fields), words.clone()),
                })
            }
            ConditionKind::WithinDistance(name, geometry, metres) => {
                self.within_distance(name, &geometry.text, *metres)
            }
            ConditionKind::InBbox(name, corners) => self.in_box(name, *corners),
            ConditionKind::Spatial(predicate, name, geometry) => {
                let area = parse_geometry(&geometry.text)?;
                self.spatial(name, *predicate, area)
            }
        }
    }

    fn boolean(&self, value: Value) -> Result<Expr, Error> {
        match value.kind {
            Kind::Boolean => Ok(value.expr),
            _ => Err(Error::malformed("a boolean is needed here.")),
        }
    }

    /// `left op right`.
    pub(crate) fn compare(&self, left: &Value, op: CompareOp, right: &Value) -> Result<Expr, Error> {
        if left.kind == Kind::Null || right.kind == Kind::Null {
            return Ok(never());
        }
        // The constant stands on the right.
        if left.constant.is_some() && right.constant.is_none() {
            return self.compare(right, mirrored(op), left);
        }
        let text = |kind| matches!(kind, Kind::Text | Kind::Json);
        match (left.kind, right.kind) {
            (Kind::List, Kind::Text) => Ok(text::any_item(left.expr.clone(), op, right.expr.clone())),
            (Kind::Text, Kind::List) => Ok(text::any_item(right.expr.clone(), mirrored(op), left.expr.clone())),
            (a, b) if text(a) && text(b) => Ok(binary(left.expr.clone(), op, right.expr.clone())),
            (a, b) if a.is_number() && b.is_number() => Ok(compare_numbers(left, op, right)),
            (a, Kind::Text) if a.is_number() => compare_numbers_with_text(left, op, right),
            (Kind::Boolean, Kind::Boolean) => Ok(binary(left.expr.clone(), op, right.expr.clone())),
            (Kind::Boolean, Kind::Text) => match &right.constant {
                Some(Constant::Text(word)) if word.eq_ignore_ascii_case("true") => {
                    Ok(binary(left.expr.clone(), op, lit(true)))
                }
                Some(Constant::Text(word)) if word.eq_ignore_ascii_case("false") => {
                    Ok(binary(left.expr.clone(), op, lit(false)))
                }
                _ => Err(unlike(self.clause)),
            },
            (a, _) if a.is_temporal() && right.constant.is_some() => self.compare_moment(left, op, self.moment(right)?),
            (Kind::Date, Kind::Date) | (Kind::Datetime, Kind::Datetime) => {
                Ok(binary(left.expr.clone(), op, right.expr.clone()))
            }
            (Kind::Date, Kind::Datetime) => Ok(binary(
                dates::midnight(left.expr.clone(), self.zone()),
                op,
                right.expr.clone(),
            )),
            (Kind::Datetime, Kind::Date) => Ok(binary(
                left.expr.clone(),
                op,
                dates::midnight(right.expr.clone(), self.zone()),
            )),
            _ => Err(unlike(self.clause)),
        }
    }

    /// The moment that a constant stands for.
    pub(crate) fn moment(&self, value: &Value) -> Result<Moment, Error> {
        let of = |date: &DateLiteral| {
            Ok(Moment {
                local: self.local(date)?,
                instant: self.instant(date)?,
            })
        };
        match &value.constant {
            Some(Constant::Date(date)) => of(date),
            Some(Constant::Text(text)) => {
                let no_date = || Error::malformed(format!("{text:?} is not a date: write date'2020-01-31'."));
                of(&DateLiteral::parse(text).ok_or_else(no_date)?)
            }
            Some(Constant::Instant(instant)) => Ok(Moment {
                local: instant.with_timezone(&self.zone()).naive_local(),
                instant: *instant,
            }),
            _ => Err(unlike(self.clause)),
        }
    }

    fn compare_moment(&self, left: &Value, op: CompareOp, moment: Moment) -> Result<Expr, Error> {
        let column = left.expr.clone();
        if left.kind == Kind::Datetime {
            return Ok(binary(column, op, instant_literal(moment.instant)));
        }
        let day = day_literal(moment.local.date());
        if moment.local.time() == NaiveTime::MIN {
            return Ok(binary(column, op, day));
        }
        // A day is its midnight, which is never the moment itself.
        Ok(match op {
            CompareOp::Eq => never(),
            CompareOp::NotEq => column.is_not_null(),
            CompareOp::Lt | CompareOp::LtEq => binary(column, CompareOp::LtEq, day),
            CompareOp::Gt | CompareOp::GtEq => binary(column, CompareOp::Gt, day),
        })
    }

    fn in_list(&self, value: &Value, values: &[Literal]) -> Result<Expr, Error> {
        let texts: Option<Vec<Expr>> = values
            .iter()
            .map(|value| match value {
                Literal::String(text) => Some(lit(text.as_str())),
                _ => None,
            })
            .collect();
        let numbers: Option<Vec<Expr>> = values
            .iter()
            .map(|value| match value {
                Literal::Int(number) => Some(lit(*number)),
                _ => None,
            })
            .collect();
        let constants = match value.kind {
            Kind::Text => texts,
            Kind::Int => numbers,
            _ => None,
        };
        if let Some(constants) = constants {
            return Ok(in_list(value.expr.clone(), constants, false));
        }
        let parts = values
            .iter()
            .map(|other| self.compare(value, CompareOp::Eq, &self.literal(other)?));
        Ok(any(parts.collect::<Result<_, Error>>()?))
    }

    fn in_range(&self, value: &Value, bounds: &RangeBounds) -> Result<Expr, Error> {
        let mut parts = Vec::new();
        if let Some(from) = &bounds.from {
            let op = if bounds.from_included {
                CompareOp::GtEq
            } else {
                CompareOp::Gt
            };
            parts.push(self.compare(value, op, &self.literal(from)?)?);
        }
        if let Some(to) = &bounds.to {
            let op = if bounds.to_included {
                CompareOp::LtEq
            } else {
                CompareOp::Lt
            };
            parts.push(self.compare(value, op, &self.literal(to)?)?);
        }
        if parts.is_empty() {
            return Ok(value.expr.clone().is_not_null());
        }
        Ok(all(parts))
    }

    fn within_distance(&self, name: &str, geometry: &str, metres: f64) -> Result<Expr, Error> {
        let value = self.value(name)?;
        let target = Target::new(parse_geometry(geometry)?);
        let area = target.around(metres);
        let near = distance::within_distance(value.clone().places()?, target, metres);
        // The box lets the pages that lie outside be skipped.
        Ok(match (value.places()?, area) {
            (Places::Points { lon, lat }, Some(area)) => point_in_box(lon, lat, area).and(near),
            _ => near,
        })
    }

    fn in_box(&self, name: &str, [lat1, lon1, lat2, lon2]: [f64; 4]) -> Result<Expr, Error> {
        let area = Rect::new((lon1, lat1), (lon2, lat2));
        Ok(match self.value(name)?.places()? {
            Places::Points { lon, lat } => point_in_box(lon, lat, area),
            shapes @ Places::Shapes(_) => places::in_box(shapes, area),
        })
    }

    fn spatial(&self, name: &str, predicate: SpatialPredicate, area: Geometry) -> Result<Expr, Error> {
        use geo::BoundingRect;
        let value = self.value(name)?;
        let bounds = area.bounding_rect();
        let related = places::relation(value.clone().places()?, predicate, area);
        Ok(match (value.places()?, bounds) {
            (Places::Points { lon, lat }, Some(bounds)) if predicate != SpatialPredicate::Disjoint => {
                point_in_box(lon, lat, bounds).and(related)
            }
            _ => related,
        })
    }
}

fn unlike(clause: &str) -> Error {
    Error::malformed(format!(
        "values of different types cannot be compared. Clause(s) containing the error(s): {clause}."
    ))
}

fn columns(values: Vec<Value>) -> Vec<Expr> {
    values.into_iter().map(|value| value.expr).collect()
}

/// Whether every term is found; without a text to look in there is nothing to find.
fn find(values: Vec<Value>, wanted: Vec<terms::Term>) -> Expr {
    if values.is_empty() {
        return never();
    }
    terms::contains_terms(columns(values), wanted)
}

fn point_in_box(lon: Expr, lat: Expr, area: Rect) -> Expr {
    let (low, high) = (area.min(), area.max());
    lon.clone()
        .gt_eq(lit(low.x))
        .and(lon.lt_eq(lit(high.x)))
        .and(lat.clone().gt_eq(lit(low.y)))
        .and(lat.lt_eq(lit(high.y)))
}

fn compare_numbers(left: &Value, op: CompareOp, right: &Value) -> Expr {
    if left.kind == right.kind {
        return binary(left.expr.clone(), op, right.expr.clone());
    }
    // A whole number written with a fraction keeps the column as it is stored, whose pages can then be skipped.
    #[expect(clippy::cast_possible_truncation, reason = "the bounds are checked before")]
    if let (Kind::Int, Some(Constant::Double(number))) = (left.kind, &right.constant)
        && number.fract() == 0.0
        && number.abs() < 9e15
    {
        return binary(left.expr.clone(), op, lit(*number as i64));
    }
    binary(left.double(), op, right.double())
}

/// A quoted number stands for the number.
fn compare_numbers_with_text(left: &Value, op: CompareOp, right: &Value) -> Result<Expr, Error> {
    let Some(Constant::Text(text)) = &right.constant else {
        return Err(Error::malformed("a number cannot be compared with a text."));
    };
    let text = text.trim();
    let number = match (text.parse::<i64>(), text.parse::<f64>().map(|number| number + 0.0)) {
        (Ok(number), _) => Value::constant(Kind::Int, lit(number), Constant::Int(number)),
        (_, Ok(number)) => Value::constant(Kind::Double, lit(number), Constant::Double(number)),
        _ => return Err(Error::malformed(format!("{text:?} is not a number."))),
    };
    Ok(compare_numbers(left, op, &number))
}

//! What records are grouped by, and how the key of a group is shown.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringArray};
use arrow::datatypes::{DataType, Int64Type};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, SecondsFormat, TimeDelta, Utc};
use chrono_tz::Tz;
use datafusion::logical_expr::Expr;
use datafusion::prelude::{cast, ident};
use parvis_odsql::{ExprKind, GroupItem, GroupKey, Literal, TimeUnit};

use super::clusters::Clusters;
use crate::Error;
use crate::plan::{Kind, Scope, Value};
use crate::udf::{dates, numbers, text};

/// One group key.
pub(super) struct Key {
    /// Name of its column in the grouped result.
    pub(super) name: String,
    /// Key in the answer.
    pub(super) output: String,
    /// Header when labels are asked for.
    pub(super) label: String,
    /// What is grouped by, over physical columns.
    pub(super) computed: Expr,
    /// The key in the grouped result, as shown.
    pub(super) value: Value,
    /// The key is a list: records are in one group per item.
    pub(super) is_list: bool,
    /// The groups are ranges or clusters; the column holds their numbers.
    pub(super) ranges: Option<Ranges>,
    item: GroupItem,
}

/// How the number of a range becomes its bounds.
#[derive(Clone, Debug)]
pub(super) enum Ranges {
    /// Equal steps of a number.
    Width(f64),
    /// Between given bounds, as texts; the first range is open when `from` is 0.
    Bounds {
        texts: Vec<String>,
        open_start: bool,
        open_end: bool,
    },
    /// Equal steps of local time.
    Interval { count: u32, unit: TimeUnit, zone: Tz },
    /// Places that are near on a map.
    Clusters(Arc<Clusters>),
}

impl Key {
    /// Reads a group key, the `place`-th; `clusters` are those of `geo_cluster`.
    pub(super) fn new(
        place: usize,
        item: &GroupItem,
        clusters: Option<&Arc<Clusters>>,
        scope: &Scope<'_>,
    ) -> Result<Self, Error> {
        let name = format!("__k{place}");
        let (computed, mut value, ranges) = match &item.key {
            GroupKey::Expr(expr) => {
                let value = scope.expr(expr)?;
                if matches!(value.kind, Kind::Point | Kind::Shape | Kind::Json) {
                    return Err(Error::malformed(
                        "Aggregation on geo point field is not possible. Use the geo_cluster(position, int_precision) \
                         aggregation function instead. Clause(s) containing the error(s): group_by.",
                    ));
                }
                (value.expr.clone(), value, None)
            }
            GroupKey::Width(expr, width) => {
                if !(width.is_finite() && *width > 0.0) {
                    return Err(Error::malformed("the width of range() must be more than zero."));
                }
                (
                    numbers::step(*width, scope.expr(expr)?.double()),
                    range_value(),
                    Some(Ranges::Width(*width)),
                )
            }
            GroupKey::Bounds {
                expr,
                open_start,
                bounds,
                open_end,
            } => {
                let (computed, texts) = bounded(&scope.expr(expr)?, bounds, (*open_start, *open_end), scope)?;
                let ranges = Ranges::Bounds {
                    texts,
                    open_start: *open_start,
                    open_end: *open_end,
                };
                (computed, range_value(), Some(ranges))
            }
            GroupKey::Interval(expr, count, unit) => {
                let ranges = Ranges::Interval {
                    count: *count,
                    unit: *unit,
                    zone: scope.zone(),
                };
                (
                    interval(scope.expr(expr)?.expr, *count, *unit, scope.zone())?,
                    range_value(),
                    Some(ranges),
                )
            }
            GroupKey::GeoCluster { field, .. } => {
                let unknown = || Error::Internal("geo_cluster() without clusters".to_owned());
                let clusters = clusters.ok_or_else(unknown)?;
                (
                    clusters.number(scope.value(field)?.places()?),
                    Value::new(Kind::Json, ident("cluster")),
                    Some(Ranges::Clusters(Arc::clone(clusters))),
                )
            }
        };
        let is_list = value.kind == Kind::List;
        let computed = if is_list {
            text::different_items(computed, None)
        } else {
            computed
        };
        if is_list {
            value = Value::new(Kind::Text, computed.clone());
        }
        let shown = if ranges.is_some() {
            shown_name(&name)
        } else {
            name.clone()
        };
        value.expr = ident(shown);
        value.constant = None;
        let field = match &item.key {
            GroupKey::Expr(parvis_odsql::Expr {
                kind: ExprKind::Field(field),
                ..
            }) => scope.find(field),
            _ => None,
        };
        let output = item
            .label
            .clone()
            .unwrap_or_else(|| field.map_or(&item.text, |field| &field.name).clone());
        let label = match (&item.label, field) {
            (None, Some(field)) => field.label(&scope.context.lang).to_owned(),
            _ => output.clone(),
        };
        Ok(Self {
            name,
            output,
            label,
            computed,
            value,
            is_list,
            ranges,
            item: item.clone(),
        })
    }

    /// What DataFusion groups by.
    pub(super) fn grouped(&self) -> Expr {
        if self.is_list {
            ident(self.name.as_str())
        } else {
            self.computed.clone().alias(&self.name)
        }
    }

    /// Name of the column that shows the range.
    pub(super) fn shown_name(&self) -> String {
        shown_name(&self.name)
    }

    /// Whether an expression of `select` is this key, or its label.
    pub(super) fn is(&self, expr: &parvis_odsql::Expr) -> bool {
        let item = &self.item;
        let named =
            |name: &String| item.label.as_ref() == Some(name) || item.text == *name || item.key.to_string() == *name;
        let same = matches!(&item.key, GroupKey::Expr(own) if own.to_string() == expr.to_string());
        same || matches!(&expr.kind, ExprKind::Field(name) if named(name))
    }

    /// Whether an item of `order_by` names this key.
    pub(super) fn is_named(&self, expr: &parvis_odsql::Expr, text: &str) -> bool {
        self.item.text == text || self.is(expr)
    }
}

fn shown_name(name: &str) -> String {
    format!("{name}_shown")
}

fn range_value() -> Value {
    Value::new(Kind::Text, ident("range"))
}

/// The number of the range between `bounds` that a value lies in, and the bounds as texts.
fn bounded(
    value: &Value,
    bounds: &[Literal],
    (open_start, open_end): (bool, bool),
    scope: &Scope<'_>,
) -> Result<(Expr, Vec<String>), Error> {
    let mut limits = Vec::with_capacity(bounds.len());
    let mut texts = Vec::with_capacity(bounds.len());
    #[expect(
        clippy::cast_precision_loss,
        reason = "whole numbers of this size are compared as the language compares them"
    )]
    for bound in bounds {
        let literal = scope.literal(bound)?;
        match bound {
            Literal::Int(number) => {
                limits.push(*number as f64);
                texts.push(format!("{:?}", *number as f64));
            }
            Literal::Double(number) => {
                limits.push(*number);
                texts.push(format!("{number:?}"));
            }
            _ => {
                let instant = scope.moment(&literal)?.instant();
                limits.push(instant.timestamp_millis() as f64);
                texts.push(instant.to_rfc3339_opts(SecondsFormat::Millis, true));
            }
        }
    }
    if limits.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err(Error::malformed("the bounds of range() must increase."));
    }
    let number = match value.kind {
        Kind::Date => cast(
            cast(dates::midnight(value.expr.clone(), scope.zone()), DataType::Int64),
            DataType::Float64,
        ),
        Kind::Datetime => cast(cast(value.expr.clone(), DataType::Int64), DataType::Float64),
        _ => value.double(),
    };
    Ok((numbers::between(limits, open_start, open_end, number), texts))
}

/// Milliseconds of a unit that always lasts as long.
fn millis(unit: TimeUnit) -> Option<i64> {
    match unit {
        TimeUnit::Millisecond => Some(1),
        TimeUnit::Second => Some(1_000),
        TimeUnit::Minute => Some(60_000),
        TimeUnit::Hour => Some(3_600_000),
        TimeUnit::Day => Some(86_400_000),
        TimeUnit::Week | TimeUnit::Month | TimeUnit::Quarter | TimeUnit::Year => None,
    }
}

/// Days from 1970-01-01, a Thursday, back to the Monday before.
const THURSDAY: i64 = 3;

/// The number of the step of local time that a date lies in, counted from 1970 (or the year 0 for months and longer).
fn interval(value: Expr, count: u32, unit: TimeUnit, zone: Tz) -> Result<Expr, Error> {
    if count == 0 || (count > 1 && millis(unit).is_none()) {
        return Err(Error::malformed(
            "range() over dates needs 1 week, month, quarter or year, or any number of a shorter unit.",
        ));
    }
    let name = format!("interval{count}{unit:?}{zone}");
    let map = move |time: &NaiveDateTime| {
        let since = time.and_utc().timestamp_millis();
        Some(match (millis(unit), unit) {
            (Some(millis), _) => since.div_euclid(millis.checked_mul(count.into())?),
            (None, TimeUnit::Week) => (since.div_euclid(86_400_000) + THURSDAY).div_euclid(7),
            (None, TimeUnit::Month) => i64::from(time.year()) * 12 + i64::from(time.month0()),
            (None, TimeUnit::Quarter) => i64::from(time.year()) * 4 + i64::from(time.month0() / 3),
            (None, _) => i64::from(time.year()),
        })
    };
    Ok(dates::map_to_number(name, value, zone, map))
}

/// The local time at which a step begins.
fn interval_start(number: i64, count: u32, unit: TimeUnit) -> Option<NaiveDateTime> {
    let first_of = |year: i64, month: i64| {
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, u32::try_from(month + 1).ok()?, 1).map(NaiveDateTime::from)
    };
    match (millis(unit), unit) {
        (Some(millis), _) => {
            let since = number.checked_mul(millis.checked_mul(count.into())?)?;
            DateTime::<Utc>::from_timestamp_millis(since).map(|time| time.naive_utc())
        }
        (None, TimeUnit::Week) => {
            let day = NaiveDate::from_ymd_opt(1970, 1, 1)?;
            day.checked_add_signed(TimeDelta::try_days(number * 7 - THURSDAY)?)
                .map(NaiveDateTime::from)
        }
        (None, TimeUnit::Month) => first_of(number.div_euclid(12), number.rem_euclid(12)),
        (None, TimeUnit::Quarter) => first_of(number.div_euclid(4), number.rem_euclid(4) * 3),
        (None, _) => first_of(number, 0),
    }
}

impl Ranges {
    /// The numbers of the ranges, when they are known beforehand.
    pub(super) fn count(&self) -> Option<std::ops::Range<i64>> {
        match self {
            Self::Bounds {
                texts,
                open_start,
                open_end,
            } => {
                let last = i64::try_from(texts.len()).ok()?;
                Some(i64::from(!open_start)..last + i64::from(*open_end))
            }
            Self::Width(_) | Self::Interval { .. } | Self::Clusters(_) => None,
        }
    }

    /// The bounds of the ranges with these numbers.
    pub(super) fn shown(&self, numbers: &ArrayRef) -> ArrayRef {
        let numbers = numbers.as_primitive::<Int64Type>();
        let shown = numbers.iter().map(|number| self.text(number?));
        Arc::new(shown.collect::<StringArray>())
    }

    fn text(&self, number: i64) -> Option<String> {
        Some(match self {
            Self::Clusters(clusters) => return clusters.shown(number),
            #[expect(
                clippy::cast_precision_loss,
                reason = "the bounds of a range are shown as numbers with a fraction"
            )]
            Self::Width(width) => {
                let bound = |number: i64| {
                    let bound = number as f64 * width;
                    if width.fract() == 0.0 {
                        format!("{bound:.0}")
                    } else {
                        format!("{bound:?}")
                    }
                };
                format!("[{}, {}[", bound(number), bound(number.saturating_add(1)))
            }
            Self::Bounds { texts, .. } => {
                let bound = |place: i64| usize::try_from(place).ok().and_then(|place| texts.get(place));
                let or_open = |text: Option<&String>| text.map_or("*", String::as_str).to_owned();
                format!("[{}, {}[", or_open(bound(number - 1)), or_open(bound(number)))
            }
            Self::Interval { count, unit, zone } => {
                let bound = |number: i64| {
                    let start = interval_start(number, *count, *unit)?;
                    let local = dates::instant(*zone, start).with_timezone(zone);
                    Some(local.to_rfc3339_opts(SecondsFormat::Secs, false))
                };
                let or_open = |text: Option<String>| text.unwrap_or_else(|| "*".to_owned());
                format!("[{}, {}[", or_open(bound(number)), or_open(bound(number + 1)))
            }
        })
    }
}

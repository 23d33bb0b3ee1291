//! Parts of dates, in a time zone, and their formats.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, StringArray, TimestampMillisecondArray};
use arrow::datatypes::{DataType, Date32Type, TimestampMillisecondType};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::Expr;
use parvis_formats::layout;
use parvis_odsql::Function;

use super::call;
use crate::pattern::Pattern;

/// Offsets change at most once in this many milliseconds, and at a multiple of it.
const QUARTER: i64 = 15 * 60 * 1_000;

/// Local times of instants in one zone; remembers the offset, as neighbours mostly share it.
pub(crate) struct Local {
    zone: Tz,
    quarter: i64,
    offset: TimeDelta,
}

impl Local {
    pub(crate) fn new(zone: Tz) -> Self {
        Self {
            zone,
            quarter: i64::MIN,
            offset: TimeDelta::zero(),
        }
    }

    /// The local time of an instant; `None` outside the calendar.
    pub(crate) fn time(&mut self, millis: i64) -> Option<NaiveDateTime> {
        let utc = DateTime::<Utc>::from_timestamp_millis(millis)?.naive_utc();
        let quarter = millis.div_euclid(QUARTER);
        if quarter != self.quarter {
            let offset = self.zone.offset_from_utc_datetime(&utc).fix();
            self.offset = TimeDelta::seconds(offset.local_minus_utc().into());
            self.quarter = quarter;
        }
        utc.checked_add_signed(self.offset)
    }
}

/// The instant of a local time: the earlier of two, the first after a gap.
pub(crate) fn instant(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    zone.from_local_datetime(&local).earliest().map_or_else(
        || {
            // The clock skipped this time: what it would have been before the change.
            let before = zone.offset_from_utc_datetime(&(local - TimeDelta::hours(3)));
            DateTime::from_naive_utc_and_offset(local - TimeDelta::seconds(before.fix().local_minus_utc().into()), Utc)
        },
        |found| found.with_timezone(&Utc),
    )
}

/// A day of Arrow as a date.
pub(crate) fn day(days: i32) -> Option<NaiveDate> {
    let epoch = NaiveDate::from_ymd_opt(1970, 1, 1)?;
    epoch.checked_add_signed(TimeDelta::days(days.into()))
}

/// Local times of a column of days (at midnight) or of instants (in `zone`).
fn times(array: &ArrayRef, zone: Tz) -> Vec<Option<NaiveDateTime>> {
    if let Some(days) = array.as_primitive_opt::<Date32Type>() {
        let midnight = |days| day(days).and_then(|day| day.and_hms_opt(0, 0, 0));
        return days.iter().map(|days| days.and_then(midnight)).collect();
    }
    let mut local = Local::new(zone);
    let instants = array.as_primitive::<TimestampMillisecondType>();
    instants
        .iter()
        .map(|millis| millis.and_then(|millis| local.time(millis)))
        .collect()
}

/// `year(date)` and its kin; `None` for functions that are not one.
pub(crate) fn part(function: Function, value: Expr, zone: Tz) -> Option<Expr> {
    let part: fn(&NaiveDateTime) -> i64 = match function {
        Function::Year => |time| time.year().into(),
        Function::Month => |time| time.month().into(),
        Function::Day => |time| time.day().into(),
        Function::Hour => |time| time.hour().into(),
        Function::Minute => |time| time.minute().into(),
        Function::Second => |time| time.second().into(),
        _ => return None,
    };
    let name = format!("{function:?}{zone}");
    Some(call(name, DataType::Int64, vec![value], move |arguments| {
        let parts = times(&arguments[0], zone)
            .into_iter()
            .map(|time| time.as_ref().map(part));
        Ok(Arc::new(parts.collect::<Int64Array>()) as ArrayRef)
    }))
}

/// The first instant of a column of days.
pub(crate) fn midnight(value: Expr, zone: Tz) -> Expr {
    let name = format!("midnight{zone}");
    call(name, layout::timestamp(), vec![value], move |arguments| {
        let millis = times(&arguments[0], zone)
            .into_iter()
            .map(|time| time.map(|time| instant(zone, time).timestamp_millis()));
        let instants = millis.collect::<TimestampMillisecondArray>().with_timezone("UTC");
        Ok(Arc::new(instants) as ArrayRef)
    })
}

/// `date_format(date, pattern)`.
pub(crate) fn format(value: Expr, pattern: Pattern, zone: Tz) -> Expr {
    let name = format!("date_format{pattern:?}{zone}");
    map_to_text(name, value, zone, move |time| pattern.format(time))
}

/// The path of a date in a facet: `2020`, `2020/12` or `2020/12/31` for level 1, 2 or 3.
pub(crate) fn path(value: Expr, level: usize, zone: Tz) -> Expr {
    map_to_text(
        format!("date_path{level}{zone}"),
        value,
        zone,
        move |time| match level {
            1 => time.format("%Y").to_string(),
            2 => time.format("%Y/%m").to_string(),
            _ => time.format("%Y/%m/%d").to_string(),
        },
    )
}

/// Number of the step of time that a date lies in; see [`crate::groups`] for what the numbers mean.
pub(crate) fn map_to_number(
    name: String,
    value: Expr,
    zone: Tz,
    map: impl Fn(&NaiveDateTime) -> Option<i64> + Send + Sync + 'static,
) -> Expr {
    call(name, DataType::Int64, vec![value], move |arguments| {
        let numbers = times(&arguments[0], zone)
            .into_iter()
            .map(|time| time.as_ref().and_then(&map));
        Ok(Arc::new(numbers.collect::<Int64Array>()) as ArrayRef)
    })
}

fn map_to_text(
    name: String,
    value: Expr,
    zone: Tz,
    map: impl Fn(&NaiveDateTime) -> String + Send + Sync + 'static,
) -> Expr {
    call(
        name,
        DataType::Utf8,
        vec![value],
        move |arguments| -> DataFusionResult<ArrayRef> {
            let texts = times(&arguments[0], zone)
                .into_iter()
                .map(|time| time.as_ref().map(&map));
            Ok(Arc::new(texts.collect::<StringArray>()))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_the_clock_skipped_or_repeated_is_an_instant() {
        let at = |text: &str| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap();
        let paris = |text| instant(Tz::Europe__Paris, at(text)).to_rfc3339();
        assert_eq!(paris("2017-10-10T00:00"), "2017-10-09T22:00:00+00:00");
        assert_eq!(paris("2024-03-31T02:30"), "2024-03-31T01:30:00+00:00");
        assert_eq!(paris("2024-10-27T02:30"), "2024-10-27T00:30:00+00:00");
    }

    #[test]
    fn local_times_follow_the_changes_of_the_clock() {
        let mut local = Local::new(Tz::Europe__Paris);
        let change = DateTime::parse_from_rfc3339("2024-03-31T01:00:00Z")
            .unwrap()
            .timestamp_millis();
        let hour = |time: Option<NaiveDateTime>| time.unwrap().hour();
        assert_eq!(hour(local.time(change - 1)), 1);
        assert_eq!(hour(local.time(change)), 3);
        assert_eq!(local.time(i64::MAX), None);
    }
}

//! `now()` and its named arguments.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use parvis_odsql::NowUnit;

use crate::Error;
use crate::udf::dates::instant;

/// The instant that `now(arguments)` means. Parts are set before others are added, from the largest to the smallest; of one
/// argument given twice the last counts. Days beyond the end of a month become its last.
pub(crate) fn now(start: DateTime<Utc>, zone: Tz, arguments: &[(NowUnit, i64)]) -> Result<DateTime<Utc>, Error> {
    if arguments.is_empty() {
        return Ok(start);
    }
    let mut time = start.with_timezone(&zone).naive_local();
    for unit in ORDER {
        if let Some((_, amount)) = arguments.iter().rev().find(|(other, _)| other == unit) {
            let applied = apply(time, *unit, *amount);
            time = applied
                .ok_or_else(|| Error::malformed(format!("now() cannot use {amount} here: it is out of range.")))?;
        }
    }
    for (unit, amount) in arguments {
        if let NowUnit::Weekdays(day) = unit {
            let moved = weeks(time, *day, *amount);
            time = moved.ok_or_else(|| Error::malformed("now() goes beyond the calendar."))?;
        }
    }
    Ok(instant(zone, time))
}

const ORDER: &[NowUnit] = &[
    NowUnit::Year,
    NowUnit::Years,
    NowUnit::Month,
    NowUnit::Months,
    NowUnit::Day,
    NowUnit::Days,
    NowUnit::Hour,
    NowUnit::Hours,
    NowUnit::Minute,
    NowUnit::Minutes,
    NowUnit::Second,
    NowUnit::Seconds,
    NowUnit::Microsecond,
    NowUnit::Microseconds,
    NowUnit::Weekday,
];

fn apply(time: NaiveDateTime, unit: NowUnit, amount: i64) -> Option<NaiveDateTime> {
    let part = || u32::try_from(amount).ok();
    match unit {
        NowUnit::Year => clamped(
            time,
            i32::try_from(amount).ok().filter(|year| (1..=9_999).contains(year))?,
            time.month(),
        ),
        NowUnit::Years => months(time, amount.checked_mul(12)?),
        NowUnit::Month => clamped(time, time.year(), part()?),
        NowUnit::Months => months(time, amount),
        NowUnit::Day => {
            let last = last_day(time.year(), time.month())?;
            time.with_day(part().filter(|day| *day >= 1)?.min(last))
        }
        NowUnit::Days => time.checked_add_signed(TimeDelta::try_days(amount)?),
        NowUnit::Hour => time.with_hour(part()?),
        NowUnit::Hours => time.checked_add_signed(TimeDelta::try_hours(amount)?),
        NowUnit::Minute => time.with_minute(part()?),
        NowUnit::Minutes => time.checked_add_signed(TimeDelta::try_minutes(amount)?),
        NowUnit::Second => time.with_second(part()?),
        NowUnit::Seconds => time.checked_add_signed(TimeDelta::try_seconds(amount)?),
        NowUnit::Microsecond => time.with_nanosecond(part().filter(|micros| *micros < 1_000_000)? * 1_000),
        NowUnit::Microseconds => time.checked_add_signed(TimeDelta::microseconds(amount)),
        NowUnit::Weekday => {
            let wanted = part().filter(|day| *day <= 6)?;
            let ahead = (7 + wanted - time.weekday().num_days_from_monday()) % 7;
            time.checked_add_days(Days::new(ahead.into()))
        }
        NowUnit::Weekdays(_) => Some(time),
    }
}

/// The same time in another month, on its last day when it is shorter.
fn clamped(time: NaiveDateTime, year: i32, month: u32) -> Option<NaiveDateTime> {
    let day = time.day().min(last_day(year, month)?);
    Some(NaiveDate::from_ymd_opt(year, month, day)?.and_time(time.time()))
}

fn months(time: NaiveDateTime, amount: i64) -> Option<NaiveDateTime> {
    let months = Months::new(u32::try_from(amount.unsigned_abs()).ok()?);
    if amount < 0 {
        time.checked_sub_months(months)
    } else {
        time.checked_add_months(months)
    }
}

fn last_day(year: i32, month: u32) -> Option<u32> {
    let next = NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(Months::new(1))?;
    next.pred_opt().map(|day| day.day())
}

/// The `amount`-th such day of the week after (or before) a day; today does not count.
fn weeks(time: NaiveDateTime, day: u8, amount: i64) -> Option<NaiveDateTime> {
    if amount == 0 {
        return Some(time);
    }
    let today = i64::from(time.weekday().num_days_from_monday());
    let ahead = (i64::from(day) - today - 1).rem_euclid(7) + 1;
    let behind = (today - i64::from(day) - 1).rem_euclid(7) + 1;
    let days = if amount > 0 {
        ahead.checked_add(amount.checked_sub(1)?.checked_mul(7)?)?
    } else {
        amount.checked_add(1)?.checked_mul(7)?.checked_sub(behind)?
    };
    time.checked_add_signed(TimeDelta::try_days(days)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(arguments: &[(NowUnit, i64)]) -> String {
        let start = DateTime::parse_from_rfc3339("2021-05-06T12:34:55.4505Z").unwrap();
        let result = now(start.with_timezone(&Utc), Tz::UTC, arguments).unwrap();
        result.format("%Y-%m-%dT%H:%M:%S").to_string()
    }

    #[test]
    fn the_documented_examples_hold() {
        assert_eq!(at(&[]), "2021-05-06T12:34:55");
        assert_eq!(at(&[(NowUnit::Years, -1)]), "2020-05-06T12:34:55");
        assert_eq!(at(&[(NowUnit::Day, 31), (NowUnit::Month, 2)]), "2021-02-28T12:34:55");
        assert_eq!(
            at(&[(NowUnit::Year, 2001), (NowUnit::Months, -1)]),
            "2001-04-06T12:34:55"
        );
        assert_eq!(at(&[(NowUnit::Weekday, 0)]), "2021-05-10T12:34:55");
        assert_eq!(at(&[(NowUnit::Weekdays(0), -1)]), "2021-05-03T12:34:55");
        assert_eq!(at(&[(NowUnit::Weekdays(3), 1)]), "2021-05-13T12:34:55");
        assert_eq!(at(&[(NowUnit::Hour, 3), (NowUnit::Hour, 4)]), "2021-05-06T04:34:55");
    }

    #[test]
    fn parts_out_of_range_are_refused() {
        for argument in [
            (NowUnit::Month, 13),
            (NowUnit::Hour, 24),
            (NowUnit::Year, 0),
            (NowUnit::Days, i64::MAX),
        ] {
            assert!(
                matches!(now(Utc::now(), Tz::UTC, &[argument]), Err(Error::Query(_))),
                "{argument:?}"
            );
        }
    }
}

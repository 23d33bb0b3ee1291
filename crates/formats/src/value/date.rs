//! Days and instants.

use chrono::{NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::Class;

/// Which comes first when a date begins with two small numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// `31/05/2024`, the French way.
    #[default]
    DayFirst,
    /// `05/31/2024`.
    MonthFirst,
}

/// Seconds in a day.
const DAY: i64 = 86_400;

/// The three numbers of a date as they stand, and what follows them.
struct Numbers<'a> {
    year: i32,
    /// The first of the two small numbers.
    first: u32,
    second: u32,
    year_first: bool,
    rest: &'a [u8],
}

fn number(text: &[u8]) -> Option<u32> {
    let mut value = 0;
    for &byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u32::from(digit);
    }
    Some(value)
}

fn numbers(text: &[u8]) -> Option<Numbers<'_>> {
    if text.len() >= 10 && matches!(text[4], b'-' | b'/') && text[7] == text[4] {
        return Some(Numbers {
            year: i32::try_from(number(&text[..4])?).ok()?,
            first: number(&text[5..7])?,
            second: number(&text[8..10])?,
            year_first: true,
            rest: &text[10..],
        });
    }
    let separator_at = |from: usize| (1..=2).find(|&width| matches!(text.get(from + width), Some(b'/' | b'-' | b'.')));
    let one = separator_at(0)?;
    let two = one + 1 + separator_at(one + 1)?;
    let year = text.get(two + 1..two + 5)?;
    if text[one] != text[two] {
        return None;
    }
    Some(Numbers {
        year: i32::try_from(number(year)?).ok()?,
        first: number(&text[..one])?,
        second: number(&text[one + 1..two])?,
        year_first: false,
        rest: &text[two + 5..],
    })
}

fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days since 1970-01-01, or `None` when there is no such day.
pub fn days(year: i32, month: u32, day: u32) -> Option<i32> {
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(is_leap(year)),
        _ => return None,
    };
    if day == 0 || day > length || year == 0 {
        return None;
    }
    // Years counted from March, so that the leap day is the last (the proleptic Gregorian calendar).
    let (month, day) = (i32::try_from(month).ok()?, i32::try_from(day).ok()?);
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// Year, month and day of a number of days since 1970-01-01.
pub fn civil(days: i32) -> (i32, u32, u32) {
    let shifted = i64::from(days) + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    // All three are within the range of a 32-bit number of days.
    (year as i32, month as u32, day as u32)
}

impl Numbers<'_> {
    fn days(&self, order: DateOrder) -> Option<i32> {
        match order {
            _ if self.year_first => days(self.year, self.first, self.second),
            DateOrder::DayFirst => days(self.year, self.second, self.first),
            DateOrder::MonthFirst => days(self.year, self.first, self.second),
        }
    }
}

fn year_month(text: &[u8]) -> Option<i32> {
    match text {
        [year @ .., b'-' | b'/', _, _] if year.len() == 4 => {
            days(i32::try_from(number(year)?).ok()?, number(&text[5..])?, 1)
        }
        _ => None,
    }
}

/// Reads a day, as days since 1970-01-01: `2024-05-31`, `2024/05/31`, `31/05/2024`, `31-05-2024`, `31.05.2024`, `2024-05`.
/// A time that follows must be midnight. `text` is trimmed.
pub fn parse_date(text: &[u8], order: DateOrder) -> Option<i32> {
    if text.len() == 7 {
        return year_month(text);
    }
    let numbers = numbers(text)?;
    if !numbers.rest.is_empty() {
        let (seconds, zone) = time(numbers.rest)?;
        if seconds != 0 || zone.is_some() {
            return None;
        }
    }
    numbers.days(order)
}

/// Reads a time of day after a date (milliseconds since midnight) and its offset from UTC in seconds.
fn time(text: &[u8]) -> Option<(i64, Option<i64>)> {
    let text = match text {
        [b'T' | b't' | b' ', rest @ ..] => rest,
        _ => return None,
    };
    let two = |from: usize| text.get(from..from + 2).and_then(number);
    let hour_width = if matches!(text.get(1), Some(b':' | b'h')) { 1 } else { 2 };
    let hour = text.get(..hour_width).and_then(number).filter(|&hour| hour < 24)?;
    if !matches!(text.get(hour_width), Some(b':' | b'h')) {
        return None;
    }
    let minute = two(hour_width + 1).filter(|&minute| minute < 60)?;
    let mut rest = &text[hour_width + 3..];
    let mut millis = i64::from(hour * 3600 + minute * 60) * 1000;
    if rest.first() == Some(&b':') {
        let second = rest.get(1..3).and_then(number).filter(|&second| second < 60)?;
        millis += i64::from(second) * 1000;
        rest = &rest[3..];
        if let [b'.' | b',', fraction @ ..] = rest {
            let width = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let mut unit = 100;
            for &byte in &fraction[..width] {
                millis += i64::from(byte - b'0') * unit;
                unit /= 10;
            }
            rest = if width == 0 { return None } else { &fraction[width..] };
        }
    }
    Some((millis, offset(rest)?))
}

fn offset(text: &[u8]) -> Option<Option<i64>> {
    let text = text.strip_prefix(b" ").unwrap_or(text);
    let (sign, rest) = match text {
        [] => return Some(None),
        b"Z" | b"z" | b"UTC" => return Some(Some(0)),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest.len() {
        2 => (number(rest)?, 0),
        4 => (number(&rest[..2])?, number(&rest[2..])?),
        5 if rest[2] == b':' => (number(&rest[..2])?, number(&rest[3..])?),
        _ => return None,
    };
    (hours <= 18 && minutes < 60).then(|| Some(sign * i64::from(hours * 3600 + minutes * 60)))
}

/// Reads an instant, as milliseconds since 1970-01-01 UTC (finer digits are cut off). A day alone is its midnight; a time without
/// offset is in `zone`. `text` is trimmed.
pub fn parse_datetime(text: &[u8], order: DateOrder, zone: Tz) -> Option<i64> {
    let numbers = numbers(text)?;
    let day = i64::from(numbers.days(order)?) * DAY * 1000;
    let (millis, offset) = if numbers.rest.is_empty() {
        (0, None)
    } else {
        time(numbers.rest)?
    };
    let local = day + millis;
    match offset {
        Some(offset) => Some(local - offset * 1000),
        None if zone == Tz::UTC => Some(local),
        None => from_local(local, zone),
    }
}

/// The first instant whose clock shows `local`; where clocks jump over it, the instant an hour later.
fn from_local(local: i64, zone: Tz) -> Option<i64> {
    let naive: NaiveDateTime = chrono::DateTime::from_timestamp_millis(local)?.naive_utc();
    let found = zone.from_local_datetime(&naive).earliest();
    let found = found.or_else(|| {
        zone.from_local_datetime(&(naive + chrono::TimeDelta::hours(1)))
            .earliest()
    });
    found.map(|instant| instant.timestamp_millis())
}

/// Says which kind of date or instant the text is.
pub fn classify(text: &[u8]) -> Option<Class> {
    if text.len() == 7 && text[4] == b'-' && year_month(text).is_some() {
        return Some(Class::YearMonth);
    }
    let numbers = numbers(text)?;
    let (day_first, month_first) = (
        numbers.days(DateOrder::DayFirst).is_some(),
        numbers.days(DateOrder::MonthFirst).is_some(),
    );
    if numbers.rest.is_empty() {
        return match (numbers.year_first, day_first, month_first) {
            (true, true, _) => Some(Class::DateIso),
            (false, true, true) => Some(Class::DateEither),
            (false, true, false) => Some(Class::DateDayFirst),
            (false, false, true) => Some(Class::DateMonthFirst),
            _ => None,
        };
    }
    time(numbers.rest)?;
    match (numbers.year_first, day_first, month_first) {
        (true, true, _) => Some(Class::TimeIso),
        (false, true, true) => Some(Class::TimeEither),
        (false, true, false) => Some(Class::TimeDayFirst),
        (false, false, true) => Some(Class::TimeMonthFirst),
        _ => None,
    }
}

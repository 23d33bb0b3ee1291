//! Dates as a query writes them: ISO 8601, as much as is known, or with slashes.

use crate::ast::DateLiteral;

impl DateLiteral {
    /// Reads `2017`, `2017-04`, `2018/04/01`, `2017-04-03T08:02[:03[.456]][Z|+02:00]`. `None` when it is no date.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (date, time) = match text.split_once(['T', 't', ' ']) {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let separator = if date.contains('/') { '/' } else { '-' };
        let mut parts = date.split(separator);
        let year = parts.next().filter(|year| year.len() == 4).and_then(number)?;
        let month = optional(parts.next(), 1..=12)?;
        let day = optional(parts.next(), 1..=days_in(year, month.unwrap_or(1)))?;
        if parts.next().is_some() || year == 0 || (time.is_some() && day.is_none()) {
            return None;
        }
        let (time_ms, offset_s) = match time {
            Some(time) => time_and_zone(time)?,
            None => (None, None),
        };
        Some(Self {
            year: i32::try_from(year).ok()?,
            month,
            day,
            time_ms,
            offset_s,
        })
    }
}

/// Digits only, at most nine of them.
fn number(text: &str) -> Option<u32> {
    (!text.is_empty() && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// A part that may be absent (`Some(None)`) but not wrong (`None`).
fn optional(part: Option<&str>, range: std::ops::RangeInclusive<u32>) -> Option<Option<u32>> {
    match part {
        None => Some(None),
        Some(part) => number(part).filter(|n| part.len() <= 2 && range.contains(n)).map(Some),
    }
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// `08:02:03.456+02:00` → milliseconds since midnight, seconds from UTC.
fn time_and_zone(text: &str) -> Option<(Option<u32>, Option<i32>)> {
    let zone_at = text.find(['Z', 'z', '+', '-']).unwrap_or(text.len());
    let (time, zone) = text.split_at(zone_at);
    let mut parts = time.split(':');
    let hour = clock(parts.next(), 23)?;
    let minute = clock(parts.next().or(Some("0")), 59)?;
    let (second, fraction) = match parts
        .next()
        .map(|second| second.split_once(['.', ',']).unwrap_or((second, "0")))
    {
        Some((second, fraction)) => (clock(Some(second), 59)?, fraction),
        None => (0, "0"),
    };
    if parts.next().is_some() || number(fraction).is_none() {
        return None;
    }
    let milliseconds = number(&format!("{fraction:0<3}")[..3])?;
    Some((
        Some(((hour * 60 + minute) * 60 + second) * 1000 + milliseconds),
        offset(zone)?,
    ))
}

fn clock(part: Option<&str>, largest: u32) -> Option<u32> {
    let part = part?;
    number(part).filter(|n| part.len() <= 2 && *n <= largest)
}

/// ``, `Z`, `+02`, `+0200`, `+02:00`.
fn offset(zone: &str) -> Option<Option<i32>> {
    let sign = match zone.chars().next() {
        None => return Some(None),
        Some('Z' | 'z') => return (zone.len() == 1).then_some(Some(0)),
        Some('-') => -1,
        Some(_) => 1,
    };
    let digits = zone[1..].replacen(':', "", 1);
    let (hours, minutes) = match digits.len() {
        2 => (digits.as_str(), "0"),
        4 => digits.split_at_checked(2)?,
        _ => return None,
    };
    let seconds = clock(Some(hours), 18)? * 3600 + clock(Some(minutes), 59)? * 60;
    Some(Some(sign * i32::try_from(seconds).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: i32, month: Option<u32>, day: Option<u32>) -> DateLiteral {
        DateLiteral {
            year,
            month,
            day,
            time_ms: None,
            offset_s: None,
        }
    }

    #[test]
    fn a_date_may_be_partial_or_have_slashes() {
        assert_eq!(DateLiteral::parse("2017"), Some(date(2017, None, None)));
        assert_eq!(DateLiteral::parse("2017-04"), Some(date(2017, Some(4), None)));
        assert_eq!(DateLiteral::parse("2018/04/01"), Some(date(2018, Some(4), Some(1))));
        assert_eq!(DateLiteral::parse("2018/4/1"), Some(date(2018, Some(4), Some(1))));
    }

    #[test]
    fn a_time_keeps_milliseconds_and_the_zone() {
        let expected = DateLiteral {
            time_ms: Some(((8 * 60 + 2) * 60 + 3) * 1000 + 450),
            offset_s: Some(-5400),
            ..date(2017, Some(4), Some(3))
        };
        assert_eq!(DateLiteral::parse("2017-04-03T08:02:03.45-01:30"), Some(expected));
        let utc = DateLiteral::parse("1970-01-01T00:00:00.000Z").unwrap();
        assert_eq!((utc.time_ms, utc.offset_s), (Some(0), Some(0)));
        let minutes = DateLiteral::parse("2017-04-03T08:02").unwrap();
        assert_eq!((minutes.time_ms, minutes.offset_s), (Some((8 * 60 + 2) * 60_000), None));
    }

    #[test]
    fn what_is_not_a_date_is_refused() {
        for text in [
            "",
            "17",
            "2017-13",
            "2017-02-29",
            "2017-04-31",
            "2017-04-03T25:00",
            "2017-04T08:00",
            "hello",
            "2017-",
            "2017-04-03T08:02:60",
            "2017-04-03T08:02+25:00",
            "2017-1é",
            "2017-04-03T08:00+é1:0",
        ] {
            assert_eq!(DateLiteral::parse(text), None, "{text}");
        }
        assert!(DateLiteral::parse("2016-02-29").is_some());
    }
}

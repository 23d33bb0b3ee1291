//! Days and instants in words.

use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Timelike};
use parvis_model::calendar::Names;

/// `2026ko`, `2025eko`: the ending follows the sound of the last word of the number.
fn basque_year(year: i32) -> String {
    let rest = year.rem_euclid(100);
    let consonant = if rest == 0 {
        year.rem_euclid(1000) != 0
    } else {
        matches!(rest % 20, 1 | 5 | 10 | 15)
    };
    format!("{year}{}", if consonant { "eko" } else { "ko" })
}

/// A day: `1er mars 2026`, `1 March 2026`, `2026ko martxoaren 1a`.
pub fn day(date: NaiveDate, lang: &str) -> String {
    let (year, day) = (date.year(), date.day());
    let month = Names::of(lang).months[date.month0() as usize];
    match lang {
        "en" => format!("{day} {month} {year}"),
        "eu" => {
            let article = if matches!(day, 11 | 31) { "" } else { "a" };
            // A day asks for the month with the ending of possession: `martxoa`, `martxoaren`.
            format!("{} {month}ren {day}{article}", basque_year(year))
        }
        _ if day == 1 => format!("1er {month} {year}"),
        _ => format!("{day} {month} {year}"),
    }
}

/// A month: `mars 2026`, `March 2026`, `2026ko martxoa`.
pub fn month(date: NaiveDate, lang: &str) -> String {
    let year = date.year();
    let month = Names::of(lang).months[date.month0() as usize];
    match lang {
        "eu" => format!("{} {month}", basque_year(year)),
        _ => format!("{month} {year}"),
    }
}

/// An instant in its time zone, to the minute: `1er mars 2026 à 9 h 05`, `1 March 2026, 09:05`, `2026ko martxoaren 1a, 09:05`.
pub fn instant<Z: TimeZone>(time: &DateTime<Z>, lang: &str) -> String {
    let (hour, minute) = (time.hour(), time.minute());
    let date = day(time.date_naive(), lang);
    if lang == "fr" {
        format!("{date} à {hour}\u{a0}h\u{a0}{minute:02}")
    } else {
        format!("{date}, {hour:02}:{minute:02}")
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;

    fn date(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn days_are_written_in_words() {
        assert_eq!(day(date(2026, 3, 1), "fr"), "1er mars 2026");
        assert_eq!(day(date(2026, 8, 14), "fr"), "14 août 2026");
        assert_eq!(day(date(2026, 3, 1), "en"), "1 March 2026");
        assert_eq!(day(date(2026, 3, 1), "eu"), "2026ko martxoaren 1a");
        assert_eq!(day(date(2025, 12, 11), "eu"), "2025eko abenduaren 11");
        assert_eq!(month(date(2026, 3, 1), "eu"), "2026ko martxoa");
    }

    #[test]
    fn basque_years_end_by_their_sound() {
        for (year, text) in [
            (1990, "1990eko"),
            (1980, "1980ko"),
            (1900, "1900eko"),
            (2000, "2000ko"),
            (2011, "2011ko"),
            (2015, "2015eko"),
            (2021, "2021eko"),
            (2026, "2026ko"),
            (2030, "2030eko"),
        ] {
            assert_eq!(basque_year(year), text);
        }
    }

    #[test]
    fn instants_have_their_minute() {
        let time = Utc.with_ymd_and_hms(2026, 3, 1, 9, 5, 0).unwrap();
        assert_eq!(instant(&time, "fr"), "1er mars 2026 à 9\u{a0}h\u{a0}05");
        assert_eq!(instant(&time, "en"), "1 March 2026, 09:05");
    }
}

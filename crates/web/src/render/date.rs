//! Days and instants in words.

use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Timelike};

const FRENCH: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// Basque months, with and without the ending that a day asks for.
const BASQUE: [(&str, &str); 12] = [
    ("urtarrila", "urtarrilaren"),
    ("otsaila", "otsailaren"),
    ("martxoa", "martxoaren"),
    ("apirila", "apirilaren"),
    ("maiatza", "maiatzaren"),
    ("ekaina", "ekainaren"),
    ("uztaila", "uztailaren"),
    ("abuztua", "abuztuaren"),
    ("iraila", "irailaren"),
    ("urria", "urriaren"),
    ("azaroa", "azaroaren"),
    ("abendua", "abenduaren"),
];

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
    let (year, month, day) = (date.year(), date.month0() as usize, date.day());
    match lang {
        "en" => format!("{day} {} {year}", ENGLISH[month]),
        "eu" => {
            let article = if matches!(day, 11 | 31) { "" } else { "a" };
            format!("{} {} {day}{article}", basque_year(year), BASQUE[month].1)
        }
        _ if day == 1 => format!("1er {} {year}", FRENCH[month]),
        _ => format!("{day} {} {year}", FRENCH[month]),
    }
}

/// A month: `mars 2026`, `March 2026`, `2026ko martxoa`.
pub fn month(date: NaiveDate, lang: &str) -> String {
    let (year, month) = (date.year(), date.month0() as usize);
    match lang {
        "en" => format!("{} {year}", ENGLISH[month]),
        "eu" => format!("{} {}", basque_year(year), BASQUE[month].0),
        _ => format!("{} {year}", FRENCH[month]),
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

use chrono::NaiveDate;
use chrono_tz::Tz;
use proptest::prelude::*;

use super::date::{DateOrder, civil, days, parse_date, parse_datetime};
use super::geo::{Point, parse_point, shape};
use super::number::{CommaMeans, parse_double, parse_int};
use super::*;

#[test]
fn a_cell_is_recognised_in_its_french_and_english_forms() {
    let cases: &[(&str, Class)] = &[
        ("", Class::Empty),
        ("  ", Class::Empty),
        ("NA", Class::Absent),
        ("n.d.", Class::Absent),
        ("-", Class::Absent),
        ("0", Class::Int),
        ("-12", Class::Int),
        ("+5", Class::Int),
        (" 42 ", Class::Int),
        ("1 234", Class::Int),
        ("12\u{a0}345\u{202f}678", Class::Int),
        ("9223372036854775807", Class::Int),
        ("9223372036854775808", Class::BigInt),
        ("01001", Class::Code),
        ("00", Class::Code),
        ("0 123 456", Class::Code),
        ("+33612345678", Class::Code),
        ("06 12 34 56 78", Class::Text),
        ("123 456 789 00012", Class::Text),
        ("12 34", Class::Text),
        ("12.5", Class::Dot),
        (".5", Class::Dot),
        ("0.5", Class::Dot),
        ("1.5E-3", Class::Dot),
        ("1e-3", Class::Dot),
        ("2E10", Class::BareExponent),
        ("1 234,56", Class::Comma),
        ("0,125", Class::Comma),
        ("-3,5", Class::Comma),
        ("1,234", Class::CommaThree),
        ("1,234,567", Class::EnglishWhole),
        ("1,234.5", Class::English),
        ("1,23,4", Class::Text),
        ("1.2.3", Class::Text),
        ("Oui", Class::Boolean),
        ("FAUX", Class::Boolean),
        ("O", Class::Text),
        ("2024-05-31", Class::DateIso),
        ("2024/05/31", Class::DateIso),
        ("2024-02-30", Class::Text),
        ("31/05/2024", Class::DateDayFirst),
        ("05/31/2024", Class::DateMonthFirst),
        ("4/5/2024", Class::DateEither),
        ("31.05.2024", Class::DateDayFirst),
        ("31/05-2024", Class::Text),
        ("2024-05", Class::YearMonth),
        ("2024-05-31T10:00:00Z", Class::TimeIso),
        ("2024-05-31 10:00:00.123+02:00", Class::TimeIso),
        ("31/05/2024 10:00", Class::TimeDayFirst),
        ("31/05/2024 8h30", Class::TimeDayFirst),
        ("2024-05-31T25:00:00Z", Class::Text),
        ("48.85, 2.35", Class::Point),
        ("[2.35, 48.85]", Class::Point),
        ("98.85, 2.35", Class::Text),
        ("12, 13", Class::Text),
        (r#"{"type":"Point","coordinates":[1,2]}"#, Class::Shape),
        ("{not json}", Class::Text),
        ("Saint-Jean-de-Luz", Class::Text),
        ("12 rue de la Paix", Class::Text),
        ("2A004", Class::Text),
    ];
    for (cell, class) in cases {
        assert_eq!(classify(cell.as_bytes()), *class, "{cell:?}");
    }
}

#[test]
fn numbers_are_read_as_their_column_writes_them() {
    let french = CommaMeans::Decimals;
    let english = CommaMeans::Thousands;
    assert_eq!(parse_int(b"1 234 567", french), Some(1_234_567));
    assert_eq!(parse_int("-12\u{a0}345".as_bytes(), french), Some(-12_345));
    assert_eq!(parse_int(b"1,234,567", english), Some(1_234_567));
    assert_eq!(parse_int(b"1,234", french), None);
    assert_eq!(parse_int(b"-9223372036854775808", french), Some(i64::MIN));
    assert_eq!(parse_int(b"9223372036854775808", french), None);
    assert_eq!(parse_double(b"1,234", french), Some(1.234));
    assert_eq!(parse_double(b"1,234", english), Some(1234.0));
    assert_eq!(parse_double(b"1 234,5", french), Some(1234.5));
    assert_eq!(parse_double(b"1,234.5", english), Some(1234.5));
    assert_eq!(parse_double(b"-0.1", french), Some(-0.1));
    assert_eq!(parse_double(b"1e300", french), Some(1e300));
    assert_eq!(parse_double(b"1e400", french), None);
    assert_eq!(parse_double(b".", french), None);
    assert_eq!(parse_double(b"", french), None);
}

#[test]
fn times_without_offset_are_in_the_zone_of_the_file() {
    let read = |text: &str, zone| parse_datetime(text.as_bytes(), DateOrder::DayFirst, zone);
    assert_eq!(
        read("2024-07-01T12:00:00", Tz::Europe__Paris),
        read("2024-07-01T10:00:00Z", Tz::UTC)
    );
    assert_eq!(
        read("2024-01-01 12:00", Tz::Europe__Paris),
        read("01/01/2024 11:00", Tz::UTC)
    );
    // Clocks jump from 2:00 to 3:00, and show 2:30 twice in autumn.
    assert_eq!(
        read("2024-03-31 02:30", Tz::Europe__Paris),
        read("2024-03-31T01:30:00Z", Tz::UTC)
    );
    assert_eq!(
        read("2024-10-27 02:30", Tz::Europe__Paris),
        read("2024-10-27T00:30:00Z", Tz::UTC)
    );
    assert_eq!(read("2024-05-31T10:00:00.1239+0200", Tz::UTC), Some(1_717_142_400_123));
    assert_eq!(parse_date(b"01/02/2024", DateOrder::DayFirst), days(2024, 2, 1));
    assert_eq!(parse_date(b"01/02/2024", DateOrder::MonthFirst), days(2024, 1, 2));
    assert_eq!(
        parse_date(b"2024-05-31 00:00:00", DateOrder::DayFirst),
        days(2024, 5, 31)
    );
    assert_eq!(parse_date(b"2024-05-31 10:00:00", DateOrder::DayFirst), None);
}

#[test]
fn points_and_shapes_are_read_and_have_a_middle() {
    assert_eq!(parse_point(b"48.85, 2.35"), Point::new(2.35, 48.85));
    assert_eq!(parse_point(b"[2.35,48.85]"), Point::new(2.35, 48.85));
    assert_eq!(parse_point(br#"{"lon": 2.35, "lat": 48.85}"#), Point::new(2.35, 48.85));
    assert_eq!(
        parse_point(br#"{"type":"Point","coordinates":[2.35,48.85]}"#),
        Point::new(2.35, 48.85)
    );
    assert_eq!(parse_point(b"652000.5, 6862000.1"), None);
    let square = r#"{ "type": "Polygon", "coordinates": [[[0,0],[4.0,0],[4,2],[0,2],[0,0]]] }"#;
    let read = shape(square).unwrap();
    assert_eq!(
        read.json,
        r#"{"type":"Polygon","coordinates":[[[0,0],[4.0,0],[4,2],[0,2],[0,0]]]}"#
    );
    assert_eq!(read.centre, Point { lon: 2.0, lat: 1.0 });
    let feature = format!(r#"{{"type":"Feature","properties":{{"a b":1}},"geometry":{square}}}"#);
    assert_eq!(shape(&feature).unwrap(), read);
    let line = shape(r#"{"type":"LineString","coordinates":[[0,0],[2,0]]}"#).unwrap();
    assert_eq!(line.centre, Point { lon: 1.0, lat: 0.0 });
    let lambert = shape(r#"{"type":"Point","coordinates":[652000,6862000]}"#);
    assert!(lambert.unwrap_err().contains("WGS 84"));
    assert!(shape(r#"{"type":"FeatureCollection","features":[]}"#).is_err());
}

proptest! {
    #[test]
    fn whatever_rust_writes_is_read_back(int: i64, double in proptest::num::f64::NORMAL | proptest::num::f64::ZERO) {
        prop_assert_eq!(parse_int(int.to_string().as_bytes(), CommaMeans::Decimals), Some(int));
        prop_assert_eq!(parse_double(format!("{double:?}").as_bytes(), CommaMeans::Decimals), Some(double));
        let comma = format!("{double}").replace('.', ",");
        prop_assert_eq!(parse_double(comma.as_bytes(), CommaMeans::Decimals), Some(double));
    }

    #[test]
    fn days_agree_with_chrono(year in 1..9999_i32, month in 0..14_u32, day in 0..33_u32) {
        let expected = NaiveDate::from_ymd_opt(year, month, day);
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        let found = days(year, month, day);
        prop_assert_eq!(found.map(i64::from), expected.map(|date| (date - epoch).num_days()));
        if let Some(found) = found {
            prop_assert_eq!(civil(found), (year, month, day));
        }
    }

    #[test]
    fn any_bytes_are_of_some_class_without_panic(cell: Vec<u8>) {
        classify(&cell);
        let cell = trim(&cell);
        parse_point(cell.get(..1).map_or(b"x", |_| cell));
        parse_date(cell, DateOrder::DayFirst);
        parse_datetime(cell, DateOrder::MonthFirst, Tz::Europe__Paris);
    }

    #[test]
    fn texts_of_digits_and_signs_never_panic_and_classes_are_true(cell in "[-+0-9., eE/:TZ\u{a0}\\[\\]{}\"]{0,24}") {
        let cell = trim(cell.as_bytes());
        match classify(cell) {
            Class::Int => prop_assert!(parse_int(cell, CommaMeans::Decimals).is_some()),
            Class::Comma | Class::CommaThree => prop_assert!(parse_double(cell, CommaMeans::Decimals).is_some()),
            Class::DateIso | Class::DateDayFirst | Class::DateEither => {
                prop_assert!(parse_date(cell, DateOrder::DayFirst).is_some());
            }
            Class::TimeIso | Class::TimeDayFirst | Class::TimeEither => {
                prop_assert!(parse_datetime(cell, DateOrder::DayFirst, Tz::UTC).is_some());
            }
            Class::Point => prop_assert!(parse_point(cell).is_some()),
            _ => {}
        }
    }
}

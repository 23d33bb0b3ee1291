//! Values of records as a table shows them.

use chrono::{DateTime, NaiveDate};
use parvis_model::{Field, FieldType};
use serde::Serialize;
use serde_json::Value;

use super::cards::shorten;
use crate::render::{date, number};

/// Most characters of one value in a table.
const MOST: usize = 400;

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// `null`, `text`, `number`, `date`, `boolean`, `list`, `place`, `shape`, `link` or `json`.
    pub kind: &'static str,
    /// What is shown.
    pub text: String,
    /// The value for machines.
    pub raw: String,
    /// Where a link goes.
    pub href: Option<String>,
    /// The values of a list.
    pub items: Vec<String>,
}

impl Cell {
    fn new(kind: &'static str, text: impl Into<String>, raw: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
            raw: raw.into(),
            ..Self::default()
        }
    }

    fn null() -> Self {
        Self::new("null", "", "")
    }
}

/// The cell for `value` of `field`. `map_url` makes the address of a map around a latitude and longitude.
pub fn cell(value: &Value, field: &Field, lang: &str, map_url: &dyn Fn(f64, f64) -> String) -> Cell {
    match value {
        Value::Null => Cell::null(),
        Value::Array(items) => list(items),
        Value::Bool(flag) => Cell::new("boolean", "", flag.to_string()),
        Value::Number(number) => Cell::new("number", number_text(number, field, lang), number.to_string()),
        Value::String(text) => text_cell(text, field, lang),
        Value::Object(object) => match field.field_type {
            FieldType::GeoPoint2d => point(value, map_url),
            FieldType::GeoShape => {
                let geometry = object.get("geometry").unwrap_or(value);
                let kind = geometry
                    .get("type")
                    .and_then(Value::as_str)
                    .filter(|kind| SHAPES.contains(kind));
                Cell::new("shape", "", kind.unwrap_or("unknown"))
            }
            _ => Cell::new("json", shorten(&value.to_string(), MOST), ""),
        },
    }
}

const SHAPES: [&str; 7] = [
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
];

fn list(items: &[Value]) -> Cell {
    if items.is_empty() {
        return Cell::null();
    }
    let text = |item: &Value| item.as_str().map_or_else(|| item.to_string(), str::to_owned);
    Cell {
        kind: "list",
        items: items.iter().map(text).collect(),
        ..Cell::default()
    }
}

/// Whether numbers of a field are years: those are not grouped by three.
fn is_year(field: &Field) -> bool {
    let name = field.name.to_lowercase();
    name.split('_')
        .any(|word| matches!(word, "annee" | "an" | "year" | "millesime" | "exercice" | "urtea"))
}

fn number_text(value: &serde_json::Number, field: &Field, lang: &str) -> String {
    let decimals = field.annotations.decimals.map(usize::from);
    match (value.as_i64(), decimals) {
        (Some(whole), None | Some(0)) if is_year(field) => whole.to_string(),
        (Some(whole), None | Some(0)) => number::integer(whole, lang),
        (_, Some(decimals)) => number::fixed(value.as_f64().unwrap_or(f64::NAN), lang, decimals),
        (None, None) => number::decimal(value.as_f64().unwrap_or(f64::NAN), lang, 6),
    }
}

fn text_cell(text: &str, field: &Field, lang: &str) -> Cell {
    let shown = match field.field_type {
        FieldType::Date | FieldType::Datetime => temporal(text, lang),
        FieldType::JsonBlob => return Cell::new("json", shorten(text, MOST), ""),
        _ => None,
    };
    if let Some(shown) = shown {
        return Cell::new("date", shown, text);
    }
    if let Some(href) = link(text) {
        return Cell {
            href: Some(href),
            ..Cell::new("link", shorten(text, 60), "")
        };
    }
    if text.is_empty() {
        Cell::null()
    } else {
        Cell::new("text", shorten(text, MOST), "")
    }
}

/// A date of the API in words: a year, a month, a day or an instant.
fn temporal(text: &str, lang: &str) -> Option<String> {
    match text.len() {
        4 => text.bytes().all(|b| b.is_ascii_digit()).then(|| text.to_owned()),
        7 => NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d")
            .ok()
            .map(|day| date::month(day, lang)),
        10 => NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()
            .map(|day| date::day(day, lang)),
        _ => DateTime::parse_from_rfc3339(text)
            .ok()
            .map(|time| date::instant(&time, lang)),
    }
}

/// An address that a browser may follow: `http` or `https`, and nothing else.
fn link(text: &str) -> Option<String> {
    let candidate =
        (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace);
    candidate
        .then(|| url::Url::parse(text).ok())
        .flatten()
        .map(String::from)
}

fn point(value: &Value, map_url: &dyn Fn(f64, f64) -> String) -> Cell {
    let coordinate = |name: &str| value.get(name).and_then(Value::as_f64);
    let (Some(lat), Some(lon)) = (coordinate("lat"), coordinate("lon")) else {
        return Cell::null();
    };
    let text = format!("{lat:.5}, {lon:.5}");
    Cell {
        href: Some(map_url(lat, lon)),
        ..Cell::new("place", text.clone(), text)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(value: &Value, field_type: FieldType) -> Cell {
        cell(value, &Field::new("f", field_type), "fr", &|lat, lon| {
            format!("/map/?location=15,{lat},{lon}")
        })
    }

    #[test]
    fn each_type_has_its_form() {
        assert_eq!(shown(&Value::Null, FieldType::Text).kind, "null");
        assert_eq!(shown(&json!(""), FieldType::Text).kind, "null");
        assert_eq!(shown(&json!(34_969), FieldType::Int).text, "34\u{202f}969");
        assert_eq!(shown(&json!(1.5), FieldType::Double).text, "1,5");
        assert_eq!(shown(&json!(true), FieldType::Boolean).raw, "true");
        assert_eq!(shown(&json!("2026-03-01"), FieldType::Date).text, "1er mars 2026");
        assert_eq!(shown(&json!("2026"), FieldType::Date).text, "2026");
        assert_eq!(
            shown(&json!("2026-03-01T09:05:00+00:00"), FieldType::Datetime).text,
            "1er mars 2026 à 9\u{a0}h\u{a0}05"
        );
        assert_eq!(shown(&json!(["a", "b"]), FieldType::Text).items, ["a", "b"]);
        let place = shown(&json!({"lon": 1.90391, "lat": 47.9}), FieldType::GeoPoint2d);
        assert_eq!(
            (place.text.as_str(), place.href.as_deref()),
            ("47.90000, 1.90391", Some("/map/?location=15,47.9,1.90391"))
        );
        let shape = json!({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": []}, "properties": {}});
        assert_eq!(shown(&shape, FieldType::GeoShape).raw, "Polygon");
    }

    #[test]
    fn years_are_not_grouped() {
        let field = Field::new("annee_scolaire", FieldType::Int);
        assert_eq!(cell(&json!(2024), &field, "fr", &|_, _| String::new()).text, "2024");
    }

    #[test]
    fn only_web_addresses_become_links() {
        assert_eq!(
            shown(&json!("https://ville.example/é"), FieldType::Text)
                .href
                .as_deref(),
            Some("https://ville.example/%C3%A9")
        );
        for text in [
            "javascript:alert(1)",
            "http://",
            "data:text/html,x",
            "https://a b",
            "www.ville.example",
        ] {
            assert_eq!(shown(&json!(text), FieldType::Text).kind, "text", "{text}");
        }
    }

    #[test]
    fn a_date_that_is_none_stays_text() {
        assert_eq!(shown(&json!("bientôt"), FieldType::Date).kind, "text");
    }
}

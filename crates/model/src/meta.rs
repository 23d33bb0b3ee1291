//! Metadata beside those that every dataset has: templates such as `dcat`, and those that a portal makes for itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The value of one field of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MetaValue {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Int(i64),
    /// A text; of a field that is a time, its ISO 8601 form.
    Text(String),
    /// Several texts.
    Texts(Vec<String>),
}

/// Values by template and field.
pub type Templates = BTreeMap<String, BTreeMap<String, MetaValue>>;

/// What a field of a standard template holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetaKind {
    /// One text.
    Text,
    /// Several texts.
    Texts,
    /// A day or an instant.
    Time,
    /// One address of the web.
    Address,
    /// Several addresses.
    Addresses,
    /// Categories of high-value datasets: words of [`HVD_CATEGORIES`].
    HvdCategories,
}

/// The categories of high-value datasets of the European Union (regulation 2023/138), each with its identifier in the Union's
/// vocabulary.
pub const HVD_CATEGORIES: [(&str, &str); 6] = [
    ("geospatial", "http://data.europa.eu/bna/c_ac64a52d"),
    ("earth_observation", "http://data.europa.eu/bna/c_dd313021"),
    ("meteorological", "http://data.europa.eu/bna/c_164e0bf5"),
    ("statistics", "http://data.europa.eu/bna/c_e1da4e07"),
    ("companies", "http://data.europa.eu/bna/c_a9135398"),
    ("mobility", "http://data.europa.eu/bna/c_b79e35eb"),
];

/// The template whose fields need no prefix in queries.
pub const BASIC: &str = "default";

/// The fields of standard templates that are not part of every dataset: template, field, what it holds.
pub const STANDARD: [(&str, &str, MetaKind); 18] = [
    (BASIC, "language", MetaKind::Text),
    (BASIC, "timezone", MetaKind::Text),
    (BASIC, "geographic_reference", MetaKind::Texts),
    (BASIC, "territory", MetaKind::Texts),
    ("dcat", "created", MetaKind::Time),
    ("dcat", "issued", MetaKind::Time),
    ("dcat", "creator", MetaKind::Text),
    ("dcat", "contributor", MetaKind::Text),
    ("dcat", "contact_name", MetaKind::Text),
    ("dcat", "contact_email", MetaKind::Text),
    ("dcat", "accrualperiodicity", MetaKind::Text),
    ("dcat", "spatial", MetaKind::Text),
    ("dcat", "temporal", MetaKind::Text),
    ("dcat", "granularity", MetaKind::Text),
    ("dcat", "dataquality", MetaKind::Text),
    ("dcat_ap", "hvd_category", MetaKind::HvdCategories),
    ("dcat_ap", "applicable_legislation", MetaKind::Addresses),
    ("dcat_ap", "contact_url", MetaKind::Address),
];

/// Most fields that one change may name.
const MOST_FIELDS: usize = 200;
/// Most bytes of one value.
const MOST_BYTES: usize = 20_000;
/// Templates whose fields are not set by hand.
const RESERVED: [&str; 1] = ["explore"];

impl MetaValue {
    /// Its texts, if it is texts.
    pub fn texts(&self) -> Vec<String> {
        match self {
            Self::Texts(texts) => texts.clone(),
            Self::Text(text) => vec![text.clone()],
            Self::Flag(flag) => vec![flag.to_string()],
            Self::Int(number) => vec![number.to_string()],
        }
    }

    fn bytes(&self) -> usize {
        self.texts().iter().map(String::len).sum()
    }
}

/// New values of the fields of templates; `None` removes one. The others stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct TemplatesChange(pub BTreeMap<String, BTreeMap<String, Option<MetaValue>>>);

impl TemplatesChange {
    /// Lays the change over what is said.
    pub fn apply(self, templates: &mut Templates) {
        for (template, fields) in self.0 {
            let known = templates.entry(template).or_default();
            for (field, value) in fields {
                match value {
                    Some(value) => known.insert(field, value),
                    None => known.remove(&field),
                };
            }
        }
        templates.retain(|_, fields| !fields.is_empty());
    }

    /// What is wrong with the change, in words for who wrote it.
    ///
    /// # Errors
    /// A name that cannot be one, a field that the basic template has not, a value of another kind than its field, too much.
    pub fn check(&self) -> Result<(), String> {
        let fields = self
            .0
            .iter()
            .flat_map(|(template, fields)| fields.iter().map(move |(field, value)| (template, field, value)));
        for (count, (template, field, value)) in fields.enumerate() {
            let name = format!("{template}.{field}");
            if count >= MOST_FIELDS {
                return Err(format!("more than {MOST_FIELDS} fields of templates"));
            }
            if !is_name(template) || !is_name(field) || RESERVED.contains(&template.as_str()) {
                return Err(format!("`{name}` cannot be set: use lower-case letters, digits and _"));
            }
            let standard = STANDARD
                .iter()
                .find(|(one, other, _)| one == template && other == field);
            if template == BASIC && standard.is_none() {
                return Err(format!(
                    "`{name}` is no field of a template: it has a member of its own, or does not exist"
                ));
            }
            let Some(value) = value else { continue };
            if value.bytes() > MOST_BYTES {
                return Err(format!("`{name}` has more than {MOST_BYTES} bytes"));
            }
            let fits = standard.is_none_or(|(_, _, kind)| fits(value, *kind));
            if !fits {
                return Err(format!("`{name}` cannot hold {}", shown(value)));
            }
        }
        Ok(())
    }
}

/// A value as its writer knows it.
fn shown(value: &MetaValue) -> String {
    value.texts().join(", ")
}

fn is_name(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=60).contains(&name.len()) && name.bytes().all(letter)
}

fn fits(value: &MetaValue, kind: MetaKind) -> bool {
    match (value, kind) {
        (MetaValue::Text(_), MetaKind::Text) | (MetaValue::Texts(_), MetaKind::Texts) => true,
        (MetaValue::Text(text), MetaKind::Time) => time(text).is_some(),
        (MetaValue::Text(text), MetaKind::Address) => is_address(text),
        (MetaValue::Texts(texts), MetaKind::Addresses) => texts.iter().all(|text| is_address(text)),
        (MetaValue::Texts(texts), MetaKind::HvdCategories) => texts
            .iter()
            .all(|text| HVD_CATEGORIES.iter().any(|(word, _)| word == text)),
        _ => false,
    }
}

/// Whether a text is the address of something on the web, and can stand in a file of statements as it is.
fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = |sign: char| sign.is_ascii_graphic() && !"<>\"{}|\\^`".contains(sign);
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && rest.chars().all(plain))
}

/// A day, which begins at midnight UTC, or an instant.
pub fn time(text: &str) -> Option<chrono::DateTime<chrono::Utc>> {
    let day = || {
        let day: chrono::NaiveDate = text.parse().ok()?;
        Some(day.and_time(chrono::NaiveTime::MIN).and_utc())
    };
    chrono::DateTime::parse_from_rfc3339(text)
        .map(|instant| instant.to_utc())
        .ok()
        .or_else(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(json: &str) -> TemplatesChange {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn values_are_laid_over_what_is_said_and_null_removes() {
        let mut templates = Templates::new();
        change(r#"{"dcat": {"creator": "Ville", "issued": "2026-03-04"}, "own": {"n": 3, "on": true}}"#)
            .apply(&mut templates);
        change(r#"{"dcat": {"creator": null}, "own": {"n": null, "on": null}}"#).apply(&mut templates);
        assert_eq!(templates.len(), 1);
        assert_eq!(templates["dcat"]["issued"], MetaValue::Text("2026-03-04".to_owned()));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for (json, part) in [
            (r#"{"default": {"title": "x"}}"#, "default.title"),
            (r#"{"default": {"territory": "x"}}"#, "cannot hold x"),
            (r#"{"dcat": {"issued": "soon"}}"#, "cannot hold soon"),
            (r#"{"dcat": {"creator": ["a", "b"]}}"#, "cannot hold a, b"),
            (r#"{"dcat_ap": {"hvd_category": ["weather"]}}"#, "cannot hold weather"),
            (r#"{"dcat_ap": {"hvd_category": "mobility"}}"#, "cannot hold mobility"),
            (
                r#"{"dcat_ap": {"applicable_legislation": ["http://a.example/ b"]}}"#,
                "cannot hold http",
            ),
            (
                r#"{"dcat_ap": {"contact_url": "javascript:alert(1)"}}"#,
                "cannot hold javascript",
            ),
            (r#"{"Own": {"a": "x"}}"#, "Own.a"),
            (r#"{"own": {"a.b": "x"}}"#, "own.a.b"),
            (r#"{"explore": {"popularity_score": 1}}"#, "explore.popularity_score"),
        ] {
            let wrong = change(json).check().unwrap_err();
            assert!(wrong.contains(part), "{wrong}");
        }
        assert_eq!(
            change(r#"{"dcat": {"issued": "2026-03-04T10:00:00Z", "creator": null}}"#).check(),
            Ok(())
        );
        let hvd = r#"{"dcat_ap": {"hvd_category": ["mobility", "statistics"], "contact_url": "https://a.example/b?c=d",
            "applicable_legislation": ["http://data.europa.eu/eli/reg_impl/2023/138/oj"]}}"#;
        assert_eq!(change(hvd).check(), Ok(()));
        assert!(serde_json::from_str::<TemplatesChange>(r#"{"own": {"a": 1.5}}"#).is_err());
    }
}

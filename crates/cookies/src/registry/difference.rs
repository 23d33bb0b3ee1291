//! What changed from one published revision to the next (R-REG-08).
//!
//! It compares the documents that were kept, not today's types, so that revisions of older versions still compare.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// What happened to something between two revisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else.
    Changed,
}

/// One entry, one service, or the texts around the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// `entries`, `services` or `texts`.
    pub part: &'static str,
    /// Its id; empty for the texts.
    pub id: String,
    /// What happened to it.
    pub fate: Fate,
    /// Its fields that differ, in order: for something new or gone, all that say something.
    pub fields: Vec<FieldChange>,
}

/// A field that says something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Where it is: `max_age`, `purpose.fr`, `kind.site_id`.
    pub path: String,
    /// What it said; nothing if it was not there.
    pub before: Option<String>,
    /// What it says; nothing if it is not there any more.
    pub after: Option<String>,
}

/// What changed from the published document `before` to `after`, in the order of `after`, what is gone last.
pub fn difference(before: &Value, after: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    for part in ["entries", "services"] {
        let (old, new) = (by_id(before, part), by_id(after, part));
        for (id, value) in &new {
            let earlier = old.iter().find(|(other, _)| other == id).map(|(_, value)| *value);
            let fate = if earlier.is_some() { Fate::Changed } else { Fate::Added };
            push(&mut changes, part, id, fate, earlier.unwrap_or(&Value::Null), value);
        }
        for (id, value) in &old {
            if !new.iter().any(|(other, _)| other == id) {
                push(&mut changes, part, id, Fate::Removed, value, &Value::Null);
            }
        }
    }
    push(
        &mut changes,
        "texts",
        "",
        Fate::Changed,
        &before["texts"],
        &after["texts"],
    );
    changes
}

fn by_id<'a>(document: &'a Value, part: &str) -> Vec<(&'a str, &'a Value)> {
    let items = document[part].as_array().map(Vec::as_slice).unwrap_or_default();
    items
        .iter()
        .map(|item| (item["id"].as_str().unwrap_or_default(), item))
        .collect()
}

fn push(changes: &mut Vec<Change>, part: &'static str, id: &str, fate: Fate, before: &Value, after: &Value) {
    let (old, new) = (leaves(before), leaves(after));
    let mut paths: Vec<&String> = new
        .keys()
        .chain(old.keys().filter(|path| !new.contains_key(*path)))
        .collect();
    paths.retain(|path| path.as_str() != "id" && old.get(*path) != new.get(*path));
    if paths.is_empty() && fate == Fate::Changed {
        return;
    }
    let fields = paths.into_iter().map(|path| FieldChange {
        path: path.clone(),
        before: old.get(path).cloned(),
        after: new.get(path).cloned(),
    });
    changes.push(Change {
        part,
        id: id.to_owned(),
        fate,
        fields: fields.collect(),
    });
}

/// The values of a document that are not documents themselves, by their paths. Nothing, empty texts and empty lists say
/// nothing; lists of plain values are one value.
fn leaves(value: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    collect(value, String::new(), &mut found);
    found
}

fn collect(value: &Value, path: String, found: &mut BTreeMap<String, String>) {
    let text = match value {
        Value::Null => return,
        Value::Object(fields) => {
            for (name, inner) in fields {
                let dot = if path.is_empty() { "" } else { "." };
                collect(inner, format!("{path}{dot}{name}"), found);
            }
            return;
        }
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => plain(other),
    };
    if !text.is_empty() {
        found.insert(path, text);
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(path: &str, before: Option<&str>, after: Option<&str>) -> FieldChange {
        FieldChange {
            path: path.to_owned(),
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        }
    }

    #[test]
    fn a_difference_names_what_is_new_gone_and_said_otherwise_field_by_field() {
        let before = json!({
            "entries": [
                { "id": "a", "max_age": 60, "purpose": { "fr": "Un", "en": "One" } },
                { "id": "b", "max_age": null },
            ],
            "services": [],
            "texts": { "durations": false },
        });
        let after = json!({
            "entries": [
                { "id": "c", "secure": true },
                { "id": "a", "max_age": 30, "purpose": { "fr": "Un" } },
            ],
            "services": [{ "id": "v", "hosts": ["a.example", "b.example"], "kind": { "type": "youtube" } }],
            "texts": { "durations": true },
        });
        let change = |part, id: &str, fate, fields| Change {
            part,
            id: id.to_owned(),
            fate,
            fields,
        };
        let expected = [
            change("entries", "c", Fate::Added, vec![field("secure", None, Some("true"))]),
            change(
                "entries",
                "a",
                Fate::Changed,
                vec![
                    field("max_age", Some("60"), Some("30")),
                    field("purpose.en", Some("One"), None),
                ],
            ),
            change("entries", "b", Fate::Removed, vec![]),
            change(
                "services",
                "v",
                Fate::Added,
                vec![
                    field("hosts", None, Some("a.example, b.example")),
                    field("kind.type", None, Some("youtube")),
                ],
            ),
            change(
                "texts",
                "",
                Fate::Changed,
                vec![field("durations", Some("false"), Some("true"))],
            ),
        ];
        assert_eq!(difference(&before, &after), expected);
        assert_eq!(difference(&after, &after), []);
    }

    #[test]
    fn documents_that_are_not_as_expected_compare_all_the_same() {
        for odd in [
            json!(null),
            json!([]),
            json!({ "entries": 3 }),
            json!({ "entries": [{}] }),
        ] {
            assert_eq!(difference(&odd, &odd), []);
        }
    }
}

//! JSON in its four shapes: an array of objects, an object that holds one, objects one after the other, GeoJSON features.

pub mod inspect;
pub mod raw;
pub mod source;
pub mod splitter;

use std::path::Path;

use memchr::memmem;
use serde::{Deserialize, Serialize};

use super::inspect::{InputFormat, Sample};

/// Where the records of a JSON file are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Container {
    /// What holds them.
    pub place: Place,
    /// Members to go through in each record before its fields, as in `{"record": {"fields": {…}}}`.
    pub path: Vec<String>,
    /// Records are GeoJSON features.
    pub features: bool,
}

/// What holds the records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Nothing: they follow each other.
    Sequence,
    /// An array that is the whole file.
    Root,
    /// An array that is this member of the object that is the whole file.
    Member(String),
}

/// The format of a text, from its first characters; the file's extension decides what they leave open.
pub(crate) fn detect(path: &Path, sample: &Sample) -> InputFormat {
    let text = sample.text.as_slice();
    let start = raw::skip_space(text, 0);
    let second = text.get(raw::skip_space(text, start + 1)).copied();
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    match text.get(start) {
        Some(b'[') if matches!(second, Some(b'{' | b']')) => InputFormat::Json,
        Some(b'{') if matches!(second, Some(b'"' | b'}')) => {
            let has = |word: &[u8]| memmem::find(text, word).is_some();
            let next = raw::value_end(text, start).map(|end| raw::skip_space(text, end));
            if next.is_some_and(|next| text.get(next) == Some(&b'{')) || extension == "jsonl" || extension == "ndjson" {
                InputFormat::Jsonl
            } else if has(b"\"features\"") && (has(b"\"FeatureCollection\"") || has(b"\"Feature\"")) {
                InputFormat::Geojson
            } else {
                InputFormat::Json
            }
        }
        _ => InputFormat::Csv,
    }
}

//! Texts in several languages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A text per language code (`fr`, `en`, `eu`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Localized(pub BTreeMap<String, String>);

/// Whether `code` is written as the language codes of texts are: two lower-case letters.
pub fn is_language(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase())
}

impl Localized {
    /// A text in one language.
    pub fn one(lang: &str, text: impl Into<String>) -> Self {
        Self(BTreeMap::from([(lang.to_owned(), text.into())]))
    }

    /// The text in `lang`, else in `fallback`, else in the first language there is.
    pub fn get(&self, lang: &str, fallback: &str) -> Option<&str> {
        self.0
            .get(lang)
            .or_else(|| self.0.get(fallback))
            .or_else(|| self.0.values().next())
            .map(String::as_str)
    }

    /// Whether no language has a text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

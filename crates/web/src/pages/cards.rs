//! A dataset as lists show it.

use chrono::SecondsFormat;
use parvis_model::Dataset;
use parvis_portal::describe::{features, plain_text};
use serde::Serialize;

/// Most characters of a description on a card.
const SUMMARY: usize = 220;

/// A dataset on a card.
#[derive(Clone, Debug, Serialize)]
pub struct Card {
    url: String,
    title: String,
    summary: Option<String>,
    themes: Vec<String>,
    publisher: Option<String>,
    records: u64,
    modified: String,
    restricted: bool,
    geo: bool,
}

impl Card {
    /// The card of `dataset` in `lang`.
    pub fn of(dataset: &Dataset, lang: &str) -> Self {
        let summary = dataset
            .metas
            .description
            .get(lang, "fr")
            .map(|html| shorten(&plain_text(html), SUMMARY));
        Self {
            url: format!("/explore/dataset/{}/", dataset.slug),
            title: dataset.title(lang).to_owned(),
            summary: summary.filter(|text| !text.is_empty()),
            themes: dataset.metas.theme.clone(),
            publisher: dataset.metas.publisher.clone(),
            records: dataset.records_count(),
            modified: dataset.modified().to_rfc3339_opts(SecondsFormat::Secs, true),
            restricted: dataset.restricted,
            geo: features(dataset).contains(&"geo"),
        }
    }
}

/// The first words of a text, at most `most` characters.
pub fn shorten(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else {
        return text.to_owned();
    };
    let cut = text[..end].rfind(char::is_whitespace).unwrap_or(end);
    format!("{}…", text[..cut].trim_end_matches([' ', ',', ';', ':', '.']))
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn texts_are_cut_between_words() {
        assert_eq!(shorten("des données ouvertes", 50), "des données ouvertes");
        assert_eq!(shorten("des données ouvertes", 15), "des données…");
        assert_eq!(shorten("ééééé", 3), "ééé…");
    }
}

//! Facets and active filters, as the catalogue and the tables show them.

use chrono::NaiveDate;
use parvis_portal::engine::{FacetState, FacetTree, FacetValue};
use serde::Serialize;

use super::query::ListQuery;
use crate::render::{Texts, date};

/// Values shown before "more".
const SHOWN: usize = 8;
/// Facets that are open from the start.
const OPEN: usize = 4;

/// What a facet is, beyond its values.
#[derive(Clone, Debug)]
pub struct FacetInfo {
    /// Name in the query language.
    pub name: String,
    /// Name for people.
    pub label: String,
    /// Several values may be chosen together.
    pub several: bool,
    /// What its values are.
    pub kind: FacetKind,
}

/// How values of a facet are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FacetKind {
    /// As they are.
    Plain,
    /// `true` and `false` in words.
    Boolean,
    /// Years, months and days in words.
    Date,
    /// Features of a dataset, whose names are texts of the interface.
    Feature,
}

/// One value to choose.
#[derive(Clone, Debug, Serialize)]
pub struct ValueView {
    label: String,
    url: String,
    on: bool,
    count: u64,
    count_text: String,
    /// Survives the change of address: where the focus goes back to.
    key: String,
    children: Vec<ValueView>,
}

/// A facet.
#[derive(Clone, Debug, Serialize)]
pub struct FacetView {
    label: String,
    open: bool,
    values: Vec<ValueView>,
    more: Vec<ValueView>,
}

/// An active filter, and the address without it.
#[derive(Clone, Debug, Serialize)]
pub struct Chip {
    label: String,
    text: String,
    url: String,
}

/// What the views below need.
#[derive(Clone, Copy)]
pub struct FacetContext<'a> {
    /// The page's query.
    pub query: &'a ListQuery,
    /// The page's path.
    pub path: &'a str,
    /// Texts.
    pub texts: &'a Texts,
    /// Language.
    pub lang: &'a str,
    /// The text that counts: `datasets-found` or `records-found`.
    pub count_key: &'static str,
}

impl FacetContext<'_> {
    /// The facets of `trees` that `infos` describes, in that order, without those that have no value.
    pub fn facets(&self, infos: &[FacetInfo], trees: &[FacetTree]) -> Vec<FacetView> {
        let tree = |info: &FacetInfo| trees.iter().find(|tree| tree.name == info.name);
        let known = infos.iter().filter_map(|info| Some((info, tree(info)?)));
        let filled = known.filter(|(_, tree)| !tree.values.is_empty());
        filled
            .enumerate()
            .map(|(rank, (info, tree))| self.facet(info, tree, rank < OPEN))
            .collect()
    }

    fn facet(&self, info: &FacetInfo, tree: &FacetTree, open: bool) -> FacetView {
        let mut values: Vec<ValueView> = tree.values.iter().map(|value| self.value(info, value)).collect();
        // What is chosen comes first: it must be seen, and taken away, without unfolding the rest.
        let chosen = |value: &ValueView| value.on || !value.children.is_empty();
        values.sort_by_key(|value| !chosen(value));
        let active = values.iter().filter(|value| chosen(value)).count();
        let shown = SHOWN.max(active).min(values.len());
        // "One more" takes as much room as the value itself.
        let shown = if values.len() == shown + 1 { values.len() } else { shown };
        let more = values.split_off(shown);
        FacetView {
            label: info.label.clone(),
            open: open || active > 0,
            values,
            more,
        }
    }

    fn value(&self, info: &FacetInfo, value: &FacetValue) -> ValueView {
        let several = info.several && info.kind != FacetKind::Date;
        let count = fluent_bundle::FluentArgs::from_iter([("count", precise(value.count))]);
        ValueView {
            label: self.label(info.kind, &value.value, &value.name),
            url: self.query.toggle(&info.name, &value.value, several).url(self.path),
            on: value.state == FacetState::Refined
                && self
                    .query
                    .refine
                    .iter()
                    .any(|(f, v)| *f == info.name && *v == value.value),
            count: value.count,
            count_text: self.texts.get(self.lang, self.count_key, &count).unwrap_or_default(),
            key: format!("{}={}", info.name, value.value),
            children: value.children.iter().map(|child| self.value(info, child)).collect(),
        }
    }

    /// A value in words.
    fn label(&self, kind: FacetKind, value: &str, name: &str) -> String {
        match kind {
            FacetKind::Plain => name.to_owned(),
            FacetKind::Boolean => match value.to_lowercase().as_str() {
                "true" => self.texts.plain(self.lang, "yes"),
                "false" => self.texts.plain(self.lang, "no"),
                _ => name.to_owned(),
            },
            FacetKind::Date => date_label(value, self.lang).unwrap_or_else(|| name.to_owned()),
            FacetKind::Feature => {
                let text = self.texts.get(
                    self.lang,
                    &format!("feature-{value}"),
                    &fluent_bundle::FluentArgs::new(),
                );
                text.unwrap_or_else(|| name.to_owned())
            }
        }
    }

    /// The active filters.
    pub fn chips(&self, infos: &[FacetInfo]) -> Vec<Chip> {
        let query = self.query;
        let mut chips = Vec::new();
        let mut put = |label: String, text: String, without: ListQuery| {
            chips.push(Chip {
                label,
                text,
                url: without.url(self.path),
            });
        };
        if !query.text.is_empty() {
            put(
                self.texts.plain(self.lang, "filter-text"),
                query.text.clone(),
                query.with(|q| q.text.clear()),
            );
        }
        if !query.filter.is_empty() {
            put(
                self.texts.plain(self.lang, "filter-where"),
                query.filter.clone(),
                query.with(|q| q.filter.clear()),
            );
        }
        let info = |name: &str| infos.iter().find(|info| info.name == name);
        let words = |name: &str, value: &str| {
            let label = info(name).map_or_else(|| name.to_owned(), |info| info.label.clone());
            (
                label,
                self.label(info(name).map_or(FacetKind::Plain, |info| info.kind), value, value),
            )
        };
        for pair in &query.refine {
            let (label, text) = words(&pair.0, &pair.1);
            put(label, text, query.with(|q| q.refine.retain(|one| one != pair)));
        }
        for pair in &query.exclude {
            let (label, text) = words(&pair.0, &pair.1);
            let text = format!("{} {text}", self.texts.plain(self.lang, "filter-not"));
            put(label, text, query.with(|q| q.exclude.retain(|one| one != pair)));
        }
        chips
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn precise(count: u64) -> f64 {
    count as f64
}

/// `2026`, `2026/03` and `2026/03/09` (or with hyphens) in words.
fn date_label(value: &str, lang: &str) -> Option<String> {
    let parts: Vec<&str> = value.split(['/', '-']).collect();
    let number = |at: usize| parts.get(at).and_then(|part| part.parse::<u32>().ok());
    let year: i32 = parts.first()?.parse().ok()?;
    match parts.len() {
        2 => Some(date::month(NaiveDate::from_ymd_opt(year, number(1)?, 1)?, lang)),
        3 => Some(date::day(NaiveDate::from_ymd_opt(year, number(1)?, number(2)?)?, lang)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(name: &str, count: u64, state: FacetState) -> FacetValue {
        FacetValue {
            name: name.to_owned(),
            value: name.to_owned(),
            count,
            state,
            children: Vec::new(),
        }
    }

    fn info(kind: FacetKind) -> FacetInfo {
        FacetInfo {
            name: "f".to_owned(),
            label: "F".to_owned(),
            several: false,
            kind,
        }
    }

    #[test]
    fn a_long_facet_folds_its_tail_but_never_a_chosen_value() {
        let texts = Texts::load().unwrap();
        let query = ListQuery::parse("refine.f=v11");
        let cx = FacetContext {
            query: &query,
            path: "/p/",
            texts: &texts,
            lang: "fr",
            count_key: "records-found",
        };
        let state = |n: u64| {
            if n == 11 {
                FacetState::Refined
            } else {
                FacetState::Displayed
            }
        };
        let values = (0..20).map(|n| value(&format!("v{n}"), 20 - n, state(n))).collect();
        let views = cx.facets(
            &[info(FacetKind::Plain)],
            &[FacetTree {
                name: "f".to_owned(),
                values,
            }],
        );
        assert_eq!((views[0].values.len(), views[0].more.len()), (8, 12));
        assert!(views[0].values[0].on);
        assert_eq!(views[0].values[0].url, "/p/");
        assert_eq!(views[0].values[1].url, "/p/?refine.f=v0");
        assert_eq!(views[0].values[1].count_text, "20\u{a0}enregistrements");
    }

    #[test]
    fn dates_and_booleans_are_shown_in_words() {
        let texts = Texts::load().unwrap();
        let query = ListQuery::parse("refine.f=2026/03&exclude.f=2025");
        let cx = FacetContext {
            query: &query,
            path: "/p/",
            texts: &texts,
            lang: "en",
            count_key: "records-found",
        };
        let chips = cx.chips(&[info(FacetKind::Date)]);
        assert_eq!(
            (chips[0].text.as_str(), chips[1].text.as_str()),
            ("March 2026", "except 2025")
        );
        assert_eq!(chips[0].url, "/p/?exclude.f=2025");
        assert_eq!(cx.label(FacetKind::Boolean, "true", "true"), "Yes");
    }
}

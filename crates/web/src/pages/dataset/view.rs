//! What every tab shows of its dataset.

use minijinja::Value;
use parvis_model::Dataset;
use parvis_portal::markup;
use serde::Serialize;

use super::super::embed::authored;
use super::super::query::ListQuery;
use super::{Tab, machine_time};
use crate::render::{self, Texts};
use crate::visit::Visit;

/// A word and the catalogue's address for it.
#[derive(Clone, Debug, Serialize)]
pub struct Link {
    label: String,
    url: String,
}

fn refined(facet: &str, value: &str) -> Link {
    let url = ListQuery::parse("").toggle(facet, value, true).url("/explore/");
    Link {
        label: value.to_owned(),
        url,
    }
}

/// The head of a dataset's pages, and its facts.
#[derive(Clone, Debug, Serialize)]
pub struct DatasetView {
    id: String,
    uid: String,
    /// Path of the dataset, with a slash at its end.
    url: String,
    title: String,
    /// Printed as it is.
    description_html: Option<Value>,
    themes: Vec<Link>,
    keywords: Vec<Link>,
    publisher: Option<String>,
    license: Option<String>,
    license_url: Option<String>,
    source: Option<String>,
    source_is_link: bool,
    attributions: Vec<String>,
    records: u64,
    modified: String,
    processed: Option<String>,
    restricted: bool,
    has_records: bool,
}

fn is_link(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace)
}

impl DatasetView {
    /// The view of `dataset` in the visitor's language.
    pub fn of(dataset: &Dataset, visit: &Visit, texts: &Texts) -> Self {
        let (metas, lang) = (&dataset.metas, visit.lang.as_str());
        let description = metas.description.get(lang, "fr");
        let manage = texts.plain(lang, "manage-cookies");
        let description = description.map(|html| markup::show(html, &manage, |frame| authored(frame, visit, texts)));
        Self {
            id: dataset.slug.clone(),
            uid: dataset.uid.as_str().to_owned(),
            url: format!("/explore/dataset/{}/", dataset.slug),
            title: dataset.title(lang).to_owned(),
            description_html: description.as_ref().map(render::html),
            themes: metas.theme.iter().map(|theme| refined("theme", theme)).collect(),
            keywords: metas
                .keyword
                .iter()
                .map(|keyword| refined("keyword", keyword))
                .collect(),
            publisher: metas.publisher.clone(),
            license: metas.license.clone(),
            license_url: metas.license_url.clone().filter(|url| is_link(url)),
            source_is_link: metas.references.as_deref().is_some_and(is_link),
            source: metas.references.clone(),
            attributions: metas.attributions.clone(),
            records: dataset.records_count(),
            modified: machine_time(dataset.modified()),
            processed: dataset.version.as_ref().map(|version| machine_time(version.created_at)),
            restricted: dataset.restricted,
            has_records: dataset.version.is_some(),
        }
    }
}

/// A link to a tab.
#[derive(Clone, Debug, Serialize)]
pub struct TabLink {
    key: &'static str,
    icon: &'static str,
    url: String,
    current: bool,
}

/// The tabs that fit the dataset. Filters go along from one to the other.
pub fn tabs(dataset: &Dataset, current: Tab, query: &ListQuery) -> Vec<TabLink> {
    let link = |tab: Tab| TabLink {
        key: tab.name(),
        icon: match tab {
            Tab::Information => "info",
            Tab::Table => "table-2",
            Tab::Map => "map",
            Tab::Export => "download",
            Tab::Api => "code",
        },
        url: query
            .at_page(1)
            .url(&format!("/explore/dataset/{}/{}/", dataset.slug, tab.name())),
        current: tab == current,
    };
    Tab::ALL.into_iter().filter(|tab| tab.fits(dataset)).map(link).collect()
}

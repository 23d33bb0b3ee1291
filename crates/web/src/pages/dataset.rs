//! A dataset and its tabs.

mod api;
mod export;
mod information;
mod map;
mod records;
mod table;
mod view;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::SecondsFormat;
use minijinja::Value;
use parvis_model::Dataset;
use parvis_portal::Viewer;
use parvis_portal::describe::plain_text;

pub(super) use self::map::{TilesView, of as map_of};
use self::view::{DatasetView, tabs};
use super::cards::shorten;
use super::frame::{Page, Section};
use super::query::ListQuery;
use super::{Answer, Failure, finish, query_of, viewer};
use crate::render::view;
use crate::state::AppState;
use crate::visit::Visit;

/// A tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    Information,
    Table,
    Map,
    Export,
    Api,
}

impl Tab {
    const ALL: [Self; 5] = [Self::Information, Self::Table, Self::Map, Self::Export, Self::Api];

    fn name(self) -> &'static str {
        match self {
            Self::Information => "information",
            Self::Table => "table",
            Self::Map => "map",
            Self::Export => "export",
            Self::Api => "api",
        }
    }

    /// Reads a name; `metas` is what old addresses call the information.
    fn parse(name: &str) -> Option<Self> {
        if name == "metas" {
            return Some(Self::Information);
        }
        Self::ALL.into_iter().find(|tab| tab.name() == name)
    }

    /// Whether the dataset has something to show there.
    fn fits(self, dataset: &Dataset) -> bool {
        match self {
            Self::Information => true,
            Self::Map => dataset.version.is_some() && dataset.schema.geometry_field().is_some(),
            Self::Table | Self::Export | Self::Api => dataset.version.is_some(),
        }
    }
}

/// What every tab needs.
pub(crate) struct Cx<'a> {
    state: &'a AppState,
    visit: &'a Visit,
    viewer: Viewer,
    dataset: Arc<Dataset>,
    query: ListQuery,
    tab: Tab,
}

impl Cx<'_> {
    fn lang(&self) -> &str {
        &self.visit.lang
    }

    /// The path of one of the dataset's tabs.
    fn path(&self, tab: Tab) -> String {
        format!("/explore/dataset/{}/{}/", self.dataset.slug, tab.name())
    }

    /// The path of the dataset in the API.
    fn api_path(&self) -> String {
        format!("{}/catalog/datasets/{}", crate::api::BASE, self.dataset.slug)
    }

    fn render(&self, template: &'static str, data: Value) -> Answer {
        let title = self.dataset.title(self.lang());
        let texts = self.state.templates.texts();
        let title = match self.tab {
            Tab::Information => title.to_owned(),
            tab => format!("{title} – {}", texts.plain(self.lang(), &format!("tab-{}", tab.name()))),
        };
        let summary = self
            .dataset
            .metas
            .description
            .get(self.lang(), "fr")
            .map(|html| shorten(&plain_text(html), 160));
        let path = self.path(self.tab);
        let mut page = Page::new(template, Section::Explore, title).description(summary);
        if !self.query.is_filtered() && self.query.page == 1 && !self.dataset.restricted {
            page = page.canonical(&path);
        }
        let frame = view! {
            dataset => DatasetView::of(&self.dataset, self.visit, texts),
            tabs => tabs(&self.dataset, self.tab, &self.query),
        };
        page.render(self.state, self.visit, minijinja::value::merge_maps([frame, data]))
    }
}

/// `GET /explore/dataset/{id}/`: the table if there are records, else the information; or the tab that an old address names.
pub async fn open(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Response {
    let answer = async {
        let dataset = state.parvis.dataset(&viewer(&visit), &id).await?;
        let query = ListQuery::parse(query_of(&visit));
        let wished = query
            .tab
            .as_deref()
            .and_then(Tab::parse)
            .filter(|tab| tab.fits(&dataset));
        let tab = wished.unwrap_or(if Tab::Table.fits(&dataset) {
            Tab::Table
        } else {
            Tab::Information
        });
        let path = format!("/explore/dataset/{}/{}/", dataset.slug, tab.name());
        Ok(Redirect::to(&query.url(&path)).into_response())
    };
    finish(&state, &visit, answer.await)
}

/// `GET /explore/dataset/{id}/{tab}/`
pub async fn tab(State(state): State<AppState>, visit: Visit, Path((id, name)): Path<(String, String)>) -> Response {
    let answer = show(&state, &visit, &id, &name).await;
    finish(&state, &visit, answer)
}

async fn show(state: &AppState, visit: &Visit, id: &str, name: &str) -> Answer {
    let viewer = viewer(visit);
    let dataset = state.parvis.dataset(&viewer, id).await?;
    let tab = Tab::parse(name)
        .filter(|tab| tab.fits(&dataset))
        .ok_or(Failure::NotFound)?;
    let query = ListQuery::parse(query_of(visit));
    let cx = Cx {
        state,
        visit,
        viewer,
        dataset,
        query,
        tab,
    };
    if id != cx.dataset.slug || name != tab.name() {
        // The uid, or a name followed by a source: one address for each page.
        return Ok(Redirect::permanent(&cx.query.url(&cx.path(tab))).into_response());
    }
    match tab {
        Tab::Information => information::show(&cx).await,
        Tab::Table => table::show(&cx).await,
        Tab::Map => map::show(&cx).await,
        Tab::Export => export::show(&cx).await,
        Tab::Api => api::show(&cx),
    }
}

/// An instant for `datetime` attributes.
fn machine_time(time: chrono::DateTime<chrono::Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

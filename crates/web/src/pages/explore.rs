//! The catalogue: search, facets, sort, pages.

use axum::extract::State;
use axum::response::Response;
use fluent_bundle::{FluentArgs, FluentValue};
use parvis_portal::Clauses;
use parvis_portal::catalog::CatalogItems;
use parvis_portal::records::Page as Rows;
use serde::Serialize;

use super::cards::Card;
use super::facets::{FacetContext, FacetInfo, FacetKind};
use super::frame::{Page, Section};
use super::paging::paging;
use super::query::ListQuery;
use super::{Answer, finish, query_of, viewer};
use crate::audience::Searched;
use crate::render::{Texts, view};
use crate::state::AppState;
use crate::visit::Visit;

const PATH: &str = "/explore/";
const SIZE: u64 = 20;
const REACH: u64 = 9_900;

/// The catalogue's facets, in the order of the page.
const FACETS: [(&str, FacetKind); 6] = [
    ("theme", FacetKind::Plain),
    ("keyword", FacetKind::Plain),
    ("publisher", FacetKind::Plain),
    ("license", FacetKind::Plain),
    ("features", FacetKind::Feature),
    ("modified", FacetKind::Date),
];

/// The ways to sort, and what each means (the Explore query string's sense: newest and largest first).
const SORTS: [(&str, &str); 6] = [
    ("modified", "modified desc, dataset_id"),
    ("-modified", "modified, dataset_id"),
    ("title", "title, dataset_id"),
    ("-title", "title desc, dataset_id"),
    ("records_count", "records_count desc, dataset_id"),
    ("-records_count", "records_count, dataset_id"),
];

#[derive(Serialize)]
struct Sort {
    key: &'static str,
    url: String,
    current: bool,
}

fn infos(texts: &Texts, lang: &str) -> Vec<FacetInfo> {
    let info = |(name, kind): (&str, FacetKind)| FacetInfo {
        name: name.to_owned(),
        label: texts.plain(lang, &format!("facet-{name}")),
        several: matches!(name, "theme" | "keyword" | "features"),
        kind,
    };
    FACETS.into_iter().map(info).collect()
}

/// The order for a `sort`; the default for one that is not known.
fn order(sort: &str) -> (&'static str, &'static str) {
    SORTS.into_iter().find(|(key, _)| *key == sort).unwrap_or(SORTS[0])
}

async fn render(state: &AppState, visit: &Visit) -> Answer {
    let (viewer, lang, texts) = (viewer(visit), visit.lang.as_str(), state.templates.texts());
    let query = ListQuery::parse(query_of(visit));
    let (sort, order_by) = order(&query.sort);
    let clauses = Clauses {
        order_by: Some(order_by.to_owned()),
        ..query.clauses()
    };
    let offset = (query.page.min(REACH / SIZE) - 1) * SIZE;
    let page = state.parvis.catalog(&viewer, &clauses, Rows::new(SIZE, offset)).await?;
    let facets = Clauses {
        facets: FACETS.iter().map(|(name, _)| (*name).to_owned()).collect(),
        ..query.clauses()
    };
    let trees = state.parvis.catalog_facets(&viewer, &facets).await?;
    let cards: Vec<Card> = match &page.items {
        CatalogItems::Datasets(datasets) => datasets.iter().map(|dataset| Card::of(dataset, lang)).collect(),
        CatalogItems::Rows(_) => Vec::new(),
    };
    let infos = infos(texts, lang);
    let facets = FacetContext {
        query: &query,
        path: PATH,
        texts,
        lang,
        count_key: "datasets-found",
    };
    let sorts = ["modified", "title", "records_count"].map(|key| Sort {
        key,
        url: query.with(|query| key.clone_into(&mut query.sort)).url(PATH),
        current: sort == key,
    });
    let data = view! {
        text => query.text,
        hidden_pairs => query.pairs_without(&["q"]),
        total => page.total,
        datasets => cards,
        facet_list => facets.facets(&infos, &trees),
        chip_list => facets.chips(&infos),
        clear_url => query.cleared().url(PATH),
        sorts => sorts,
        paging => paging(page.total, SIZE, REACH, query.page, |number| query.at_page(number).url(PATH)),
    };
    let name = FluentArgs::from_iter([("name", FluentValue::from(visit.portal.name(lang)))]);
    let title = texts.plain(lang, "explore-title");
    let title = if query.text.is_empty() {
        title
    } else {
        format!("{} – {title}", query.text)
    };
    let mut made =
        Page::new("explore.html", Section::Explore, title).description(texts.get(lang, "explore-description", &name));
    if !query.is_filtered() && query.page == 1 {
        made = made.canonical(PATH);
    }
    Ok(Searched::mark(made.render(state, visit, data)?, &query, page.total))
}

/// `GET /explore/`
pub async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = render(&state, &visit).await;
    finish(&state, &visit, answer)
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn a_sort_that_is_not_known_is_the_newest_first() {
        assert_eq!(order("title").1, "title, dataset_id");
        assert_eq!(order("title; drop table").0, "modified");
        assert_eq!(order("").0, "modified");
    }
}

//! `links`: addresses of what belongs to an answer.

use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::caller::Caller;
use super::params::Params;
use axum::Json;
use axum::extract::State;

use crate::state::AppState;

/// One link.
pub(super) fn link(rel: &str, href: String) -> Value {
    json!({ "rel": rel, "href": href })
}

impl Caller {
    /// The address of `path` below the API's base.
    pub(super) fn href(&self, path: &str) -> String {
        format!("{}{}{path}", self.origin, self.base)
    }

    /// The address of this very request, without its parameters.
    pub(super) fn here(&self) -> String {
        format!("{}{}", self.origin, self.path)
    }

    /// The address of dataset `slug`, or of `rest` below it.
    pub(super) fn dataset_href(&self, slug: &str, rest: &str) -> String {
        self.href(&format!("/catalog/datasets/{slug}{rest}"))
    }
}

/// Links between the pages of a list of `total` rows: `self`, `first`, `last`, and `next` and `prev` where there are any.
pub(super) fn pages(caller: &Caller, total: u64, limit: u64, offset: u64) -> Vec<Value> {
    let here = caller.here();
    let at = |rel: &str, offset: u64| link(rel, format!("{here}?{}", with_page(&caller.params, limit, offset)));
    let mut links = vec![at("self", offset), at("first", 0)];
    if let Some(last_page) = total.saturating_sub(1).checked_div(limit) {
        links.push(at("last", last_page * limit));
        if offset + limit < total {
            links.push(at("next", offset + limit));
        }
        if offset > 0 {
            links.push(at("prev", offset.saturating_sub(limit)));
        }
    }
    links
}

/// The same parameters for another page. A key is never repeated in a link.
fn with_page(params: &Params, limit: u64, offset: u64) -> String {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(
        params
            .iter()
            .filter(|(name, _)| !matches!(*name, "limit" | "offset" | "apikey")),
    );
    query
        .append_pair("limit", &limit.to_string())
        .append_pair("offset", &offset.to_string());
    query.finish()
}

/// Links of one dataset.
pub(super) fn of_dataset(caller: &Caller, slug: &str) -> Value {
    let at = |rel: &str, rest: &str| link(rel, caller.dataset_href(slug, rest));
    json!([
        at("self", ""),
        link("datasets", caller.href("/catalog/datasets")),
        at("records", "/records"),
        at("facets", "/facets"),
        at("exports", "/exports"),
        at("attachments", "/attachments"),
    ])
}

/// The body of an answer that is nothing but links. Live portals name the list `links`, the specification `_links`.
pub(super) fn body(links: Vec<Value>) -> Json<Value> {
    Json(json!({ "links": links, "_links": links }))
}

/// `GET /api/explore/v2.1` and its like: the sources.
pub(super) async fn root(State(_): State<AppState>, caller: Caller) -> Json<Value> {
    body(vec![
        link("self", caller.href("")),
        link("catalog", caller.href("/catalog")),
    ])
}

/// `GET …/catalog`: what the catalogue offers.
pub(super) async fn catalog(State(_): State<AppState>, caller: Caller) -> Json<Value> {
    body(vec![
        link("self", caller.href("/catalog")),
        link("datasets", caller.href("/catalog/datasets")),
        link("facets", caller.href("/catalog/facets")),
        link("exports", caller.href("/catalog/exports")),
    ])
}

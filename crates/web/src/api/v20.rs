//! The Explore API v2.0, which scripts still call: the same questions, other envelopes.

mod catalog;
mod groups;
mod records;
mod row;
mod templates;

use axum::routing::MethodRouter;

use super::dialect::OLD_BASES;
use super::{attachments, exports, facets, links, read};
use crate::state::AppState;

/// Every address of v2.0 and what answers there, under both of its names.
pub(super) fn table() -> Vec<(String, MethodRouter<AppState>)> {
    OLD_BASES.into_iter().flat_map(below).collect()
}

fn below(base: &str) -> Vec<(String, MethodRouter<AppState>)> {
    let at = |path: &str, handlers| (format!("{base}{path}"), handlers);
    vec![
        at("", read(links::root)),
        at("/catalog", read(links::catalog)),
        at("/catalog/datasets", read(catalog::list)),
        at("/catalog/aggregates", read(catalog::aggregates)),
        at("/catalog/facets", read(facets::of_catalog)),
        at("/catalog/exports", read(exports::list_of_catalog)),
        at("/catalog/exports/{format}", read(exports::of_catalog)),
        at("/catalog/metadata_templates", read(templates::kinds)),
        at("/catalog/metadata_templates/{kind}", read(templates::of_kind)),
        at("/catalog/metadata_templates/{kind}/{name}", read(templates::one)),
        at("/catalog/datasets/{id}", read(catalog::one)),
        at("/catalog/datasets/{id}/records", read(records::list)),
        at("/catalog/datasets/{id}/records/{record_id}", read(records::one)),
        at("/catalog/datasets/{id}/aggregates", read(records::aggregates)),
        at("/catalog/datasets/{id}/query", read(records::list)),
        at("/catalog/datasets/{id}/facets", read(facets::of_dataset)),
        at("/catalog/datasets/{id}/exports", read(exports::list_of_dataset)),
        at("/catalog/datasets/{id}/exports/{format}", read(exports::of_dataset)),
        at("/catalog/datasets/{id}/attachments", read(attachments::list)),
    ]
}

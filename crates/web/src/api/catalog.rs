//! `catalog/datasets`: the datasets of the portal, queried like records.

use axum::extract::State;
use axum::response::Response;
use parvis_portal::catalog::CatalogItems;
use parvis_portal::describe;
use serde_json::json;

use super::caller::Caller;
use super::clauses;
use super::error::ApiError;
use super::links;
use super::records::{json_body, list_body};
use crate::state::AppState;

/// `GET …/catalog/datasets`.
pub(super) async fn list(State(state): State<AppState>, caller: Caller) -> Result<Response, ApiError> {
    let page = caller.params.page()?;
    let with_links = caller.params.bool("include_links", false)?;
    caller.params.bool("include_app_metas", false)?;
    let found = state
        .parvis
        .catalog(&caller.viewer, &clauses::from_params(&caller.params), page)
        .await?;
    let rows = match found.items {
        CatalogItems::Rows(rows) => rows.json,
        CatalogItems::Datasets(datasets) => {
            let objects = datasets.iter().map(|dataset| {
                let mut object = describe::dataset(dataset, &caller.viewer);
                if with_links {
                    object["_links"] = links::of_dataset(&caller, &dataset.slug);
                }
                object
            });
            json!(objects.collect::<Vec<_>>()).to_string().into_bytes()
        }
    };
    let links = with_links.then(|| {
        let mut links = links::pages(&caller, found.total, page.limit, page.offset);
        links.push(links::link("catalog", caller.href("/catalog")));
        links
    });
    Ok(json_body(list_body(found.total, links, &rows)))
}

//! `catalog/datasets`: the datasets of the portal, queried like records.

use axum::extract::State;
use axum::response::Response;
use parvis_portal::catalog::CatalogItems;
use parvis_portal::describe;
use serde_json::json;

use super::caller::Caller;
use super::clauses;
use super::error::ApiError;
use super::explain;
use super::links;
use super::records::{json_body, list_body};
use crate::state::AppState;

/// `GET …/catalog/datasets`.
pub(super) async fn list(State(state): State<AppState>, caller: Caller) -> Result<Response, ApiError> {
    let page = caller.params.page()?;
    let with_links = caller.params.bool("include_links", false)?;
    let app_metas = caller.params.bool("include_app_metas", false)?;
    let clauses = clauses::from_params(&caller.params);
    let (found, explained) = caller.catalog(&state, &clauses, page).await?;
    let rows = match found.items {
        CatalogItems::Rows(rows) => rows.json,
        CatalogItems::Datasets(datasets) => {
            let mut objects = Vec::with_capacity(datasets.len());
            for dataset in datasets {
                let mut object = describe::dataset(&dataset, &caller.viewer);
                if with_links {
                    object["_links"] = links::of_dataset(&caller, &dataset.slug);
                }
                if app_metas {
                    object["metas"]["explore"] = state.parvis.explore_metas(&caller.viewer, &dataset).await?;
                }
                objects.push(object);
            }
            json!(objects).to_string().into_bytes()
        }
    };
    let links = with_links.then(|| {
        let mut links = links::pages(&caller, found.total, page.limit, page.offset);
        links.push(links::link("catalog", caller.href("/catalog")));
        links
    });
    let mut body = list_body(found.total, links, &rows);
    explain::append(&mut body, explained.as_ref());
    Ok(json_body(body))
}

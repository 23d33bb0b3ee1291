//! `catalog/datasets/{id}`: one dataset.

use axum::extract::{Path, State};
use axum::response::Response;
use parvis_portal::catalog::CatalogItems;
use parvis_portal::records::Page;
use parvis_portal::{Clauses, describe};

use super::caller::Caller;
use super::error::ApiError;
use super::links;
use super::records::json_body;
use crate::state::AppState;

/// `GET …/datasets/{id}`.
pub(super) async fn one(
    State(state): State<AppState>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Response, ApiError> {
    let with_links = caller.params.bool("include_links", false)?;
    let app_metas = caller.params.bool("include_app_metas", false)?;
    let dataset = state.parvis.dataset(&caller.viewer, &id).await?;
    if let Some(select) = caller.params.get("select") {
        let filter = vec![format!("dataset_id = \"{}\"", dataset.slug)];
        let clauses = Clauses {
            select: Some(select.to_owned()),
            filter,
            ..Clauses::default()
        };
        let found = state.parvis.catalog(&caller.viewer, &clauses, Page::new(1, 0)).await?;
        if let CatalogItems::Rows(rows) = found.items {
            let row = rows.json.strip_prefix(b"[").and_then(|json| json.strip_suffix(b"]"));
            return Ok(json_body(row.unwrap_or_default().to_vec()));
        }
    }
    let mut object = describe::dataset(&dataset, &caller.viewer);
    if with_links {
        object["_links"] = links::of_dataset(&caller, &dataset.slug);
    }
    if app_metas {
        object["metas"]["explore"] = state.parvis.explore_metas(&caller.viewer, &dataset).await?;
    }
    Ok(json_body(object.to_string().into_bytes()))
}

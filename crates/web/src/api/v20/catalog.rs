//! `catalog/datasets`, one dataset, and `catalog/aggregates` of v2.0.

use axum::extract::{Path, State};
use axum::response::Response;
use parvis_portal::catalog::CatalogItems;
use parvis_portal::describe;
use serde_json::{Value, json};

use super::groups::Question;
use super::records::{Aggregations, body, page_of_groups};
use crate::api::caller::Caller;
use crate::api::error::ApiError;
use crate::api::links::{self, link};
use crate::state::AppState;

/// `GET …/catalog/datasets`.
pub(in crate::api) async fn list(State(state): State<AppState>, caller: Caller) -> Result<Response, ApiError> {
    let page = caller.params.page()?;
    let question = Question::of(&caller.params)?;
    let (found, explain) = caller.catalog(&state, &question.clauses, page).await?;
    let mut links = links::pages(&caller, found.total, page.limit, page.offset);
    links.push(link("catalog", caller.href("/catalog")));
    let total = found.total;
    let datasets = match found.items {
        CatalogItems::Datasets(datasets) => {
            let linked = datasets.iter().map(|dataset| {
                let links = links::of_dataset(&caller, &dataset.slug);
                json!({ "links": links, "dataset": describe::dataset(dataset, &caller.viewer) })
            });
            json!(linked.collect::<Vec<_>>())
        }
        CatalogItems::Rows(rows) => {
            let rows = question.rows(&rows)?;
            let rows = rows.iter().map(|row| {
                if question.grouped {
                    json!(row)
                } else {
                    json!({ "links": [], "dataset": row })
                }
            });
            json!(rows.collect::<Vec<Value>>())
        }
    };
    let mut answer = json!({ "total_count": total, "links": links, "datasets": datasets });
    if let Some(explain) = explain {
        answer["explain"] = json!(explain);
    }
    body(&answer)
}

/// `GET …/catalog/datasets/{id}`.
pub(in crate::api) async fn one(
    State(state): State<AppState>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Response, ApiError> {
    let dataset = state.parvis.dataset(&caller.viewer, &id).await?;
    let links = links::of_dataset(&caller, &dataset.slug);
    body(&json!({ "links": links, "dataset": describe::dataset(&dataset, &caller.viewer) }))
}

/// `GET …/catalog/aggregates`.
pub(in crate::api) async fn aggregates(State(state): State<AppState>, caller: Caller) -> Result<Response, ApiError> {
    let page = page_of_groups(&caller)?;
    let question = Question::of(&caller.params)?;
    question.require_groups()?;
    let (found, explain) = caller.catalog(&state, &question.clauses, page).await?;
    let aggregations = match &found.items {
        CatalogItems::Rows(rows) => question.rows(rows)?,
        CatalogItems::Datasets(_) => Vec::new(),
    };
    let links = vec![link("self", caller.here()), link("source", caller.href("/catalog"))];
    body(&Aggregations {
        links,
        aggregations,
        explain,
    })
}

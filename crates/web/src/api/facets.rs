//! `…/facets`: counts of values.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use parvis_portal::engine::{FacetState, FacetTree, FacetValue};
use parvis_portal::explain::Explain;
use serde_json::{Value, json};

use super::caller::Caller;
use super::clauses;
use super::error::ApiError;
use super::links::link;
use super::validators::{Validity, tagged};
use crate::state::AppState;

/// `GET …/catalog/facets`.
pub(super) async fn of_catalog(State(state): State<AppState>, caller: Caller) -> Result<Json<Value>, ApiError> {
    let found = caller
        .catalog_facets(&state, &clauses::of_facets(&caller.params))
        .await?;
    Ok(body(&caller, link("source", caller.href("/catalog")), &found))
}

/// `GET …/datasets/{id}/facets`.
pub(super) async fn of_dataset(
    State(state): State<AppState>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Response, ApiError> {
    let tag = match caller.validate(&state, &id).await? {
        Validity::Unchanged(response) => return Ok(response),
        Validity::Tag(tag) => tag,
    };
    let found = caller.facets(&state, &id, &clauses::of_facets(&caller.params)).await?;
    let body = body(&caller, link("dataset", caller.dataset_href(&id, "")), &found);
    Ok(tagged(tag, body.into_response()))
}

/// Live portals name the list `links`, the specification `_links`: clients read one or the other.
fn body(caller: &Caller, parent: Value, (facets, explained): &(Vec<FacetTree>, Option<Explain>)) -> Json<Value> {
    let links = json!([link("self", caller.here()), parent]);
    let facets: Vec<Value> = facets
        .iter()
        .map(|facet| json!({ "name": facet.name, "facets": values(&facet.values) }))
        .collect();
    let mut body = json!({ "links": links, "_links": links, "facets": facets });
    if let Some(explain) = explained {
        body["explain"] = json!(explain);
    }
    Json(body)
}

fn values(values: &[FacetValue]) -> Vec<Value> {
    values.iter().map(value).collect()
}

fn value(value: &FacetValue) -> Value {
    let state = match value.state {
        FacetState::Displayed => "displayed",
        FacetState::Refined => "refined",
        FacetState::Excluded => "excluded",
    };
    let mut object = json!({ "name": value.name, "count": value.count, "state": state, "value": value.value });
    if !value.children.is_empty() {
        object["facets"] = json!(values(&value.children));
    }
    object
}

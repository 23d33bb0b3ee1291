//! `…/metadata_templates`: what metadata there are, by template and sort of template.

use axum::Json;
use axum::extract::{Path, State};
use parvis_model::ErrorCode;
use parvis_portal::templates::{KINDS, TEMPLATES, Template};
use serde_json::{Value, json};

use crate::api::caller::Caller;
use crate::api::error::ApiError;
use crate::api::links::link;
use crate::state::AppState;

/// What each sort is called in the list of links, as documented answers spell it.
const RELATIONS: [(&str, &str); 4] = [
    ("interop", "Interoperatibility"),
    ("basic", "Basic"),
    ("extra", "Extra"),
    ("admin", "Admin"),
];

fn href(caller: &Caller, rest: &str) -> String {
    caller.href(&format!("/catalog/metadata_templates{rest}"))
}

/// `GET …/metadata_templates`: the sorts.
pub(super) async fn kinds(State(_): State<AppState>, caller: Caller) -> Json<Value> {
    let mut links = vec![link("self", href(&caller, ""))];
    links.extend(RELATIONS.map(|(kind, relation)| link(relation, href(&caller, &format!("/{kind}")))));
    Json(json!({ "links": links }))
}

/// `GET …/metadata_templates/{kind}`: the templates of a sort.
pub(super) async fn of_kind(
    State(_): State<AppState>,
    Path(kind): Path<String>,
    caller: Caller,
) -> Result<Json<Value>, ApiError> {
    if !KINDS.contains(&kind.as_str()) {
        return Err(missing(&kind));
    }
    let templates = TEMPLATES.iter().filter(|template| template.kind == kind);
    let templates = templates.map(|template| {
        let own = href(&caller, &format!("/{kind}/{}", template.name));
        json!({ "links": [link("self", own)], "metadata_template": object(template) })
    });
    Ok(Json(json!({ "metadata_templates": templates.collect::<Vec<_>>() })))
}

/// `GET …/metadata_templates/{kind}/{name}`: one template.
pub(super) async fn one(
    State(_): State<AppState>,
    Path((kind, name)): Path<(String, String)>,
    _caller: Caller,
) -> Result<Json<Value>, ApiError> {
    let found = TEMPLATES
        .iter()
        .find(|template| template.kind == kind && template.name == name);
    let found = found.ok_or_else(|| missing(&format!("{kind}/{name}")))?;
    Ok(Json(json!({ "metadata_template": object(found) })))
}

fn missing(name: &str) -> ApiError {
    let message = format!("The requested metadata template {name} does not exist.");
    ApiError::new(ErrorCode::NotFoundResource, message)
}

fn object(template: &Template) -> Value {
    json!({ "type": template.kind, "name": template.name, "schema": template.schema() })
}

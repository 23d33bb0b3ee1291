//! What a dataset is: description, facts, schema, versions.

use parvis_model::{Field, VersionInfo};
use serde::Serialize;

use super::super::Answer;
use super::{Cx, machine_time};
use crate::render::view;

/// Versions listed.
const VERSIONS: usize = 20;

#[derive(Serialize)]
struct FieldView {
    name: String,
    label: String,
    description: Option<String>,
    #[serde(rename = "type")]
    kind: &'static str,
    unit: Option<String>,
    multivalued: bool,
}

impl FieldView {
    fn of(field: &Field, lang: &str) -> Self {
        Self {
            name: field.name.clone(),
            label: field.label(lang).to_owned(),
            description: field.description.get(lang, "fr").map(str::to_owned),
            kind: field.field_type.name(),
            unit: field.annotations.unit.clone(),
            multivalued: field.is_multivalued(),
        }
    }
}

#[derive(Serialize)]
struct VersionView {
    created_at: String,
    records: u64,
    bytes: u64,
    hash: String,
}

impl From<VersionInfo> for VersionView {
    fn from(version: VersionInfo) -> Self {
        Self {
            created_at: machine_time(version.created_at),
            records: version.records,
            bytes: version.bytes,
            hash: version.content_hash,
        }
    }
}

pub(super) async fn show(cx: &Cx<'_>) -> Answer {
    let versions = cx.state.parvis.versions(&cx.viewer, &cx.dataset.slug).await?;
    let fields: Vec<FieldView> = cx
        .dataset
        .schema
        .fields
        .iter()
        .map(|field| FieldView::of(field, cx.lang()))
        .collect();
    let versions: Vec<VersionView> = versions.into_iter().take(VERSIONS).map(VersionView::from).collect();
    cx.render("dataset/information.html", view! { fields, versions })
}

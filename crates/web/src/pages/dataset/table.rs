//! The records as a table: searched, filtered, sorted, paged by the address alone.

use parvis_model::{Field, FieldType};
use serde::Serialize;

use super::super::Answer;
use super::records::{REACH, quoted_field};
use super::{Cx, Tab};
use crate::audience::Searched;
use crate::render::view;

/// Records on a page.
const SIZE: u64 = 50;
/// Records on a page of a very wide table.
const SIZE_WIDE: u64 = 20;
/// Columns that make a table very wide.
const WIDE: usize = 60;

#[derive(Serialize)]
struct Column {
    name: String,
    label: String,
    description: Option<String>,
    unit: Option<String>,
    class: Option<&'static str>,
    sort_url: Option<String>,
    order: Option<&'static str>,
}

/// Whether records can be put in the order of this field, as the query language has it.
fn sortable(field: &Field) -> bool {
    match field.field_type {
        FieldType::Text => field.annotations.sortable && !field.is_multivalued(),
        FieldType::GeoPoint2d | FieldType::GeoShape | FieldType::JsonBlob => false,
        _ => true,
    }
}

/// The field that the address sorts by, and whether downwards: `sort=nom`, `sort=-nom`.
fn sorting<'a>(cx: &'a Cx<'_>) -> Option<(&'a Field, bool)> {
    let sort = cx.query.sort.as_str();
    let (name, descending) = sort.strip_prefix('-').map_or((sort, false), |name| (name, true));
    cx.dataset
        .schema
        .field(name)
        .filter(|field| sortable(field))
        .map(|field| (field, descending))
}

fn column(cx: &Cx<'_>, field: &Field) -> Column {
    let descending = sorting(cx)
        .filter(|(sorted, _)| sorted.name == field.name)
        .map(|(_, descending)| descending);
    // A first click sorts upwards, the next one downwards, and so on.
    let sort = if descending == Some(false) {
        format!("-{}", field.name)
    } else {
        field.name.clone()
    };
    let url = || cx.query.with(|query| query.sort = sort).url(&cx.path(Tab::Table));
    Column {
        name: field.name.clone(),
        label: field.label(cx.lang()).to_owned(),
        description: field.description.get(cx.lang(), "fr").map(str::to_owned),
        unit: field.annotations.unit.clone(),
        class: field.field_type.is_numeric().then_some("number"),
        sort_url: sortable(field).then(url),
        order: descending.map(|descending| if descending { "descending" } else { "ascending" }),
    }
}

pub(super) async fn show(cx: &Cx<'_>) -> Answer {
    let fields: Vec<&Field> = cx.dataset.schema.fields.iter().collect();
    let size = if fields.len() > WIDE { SIZE_WIDE } else { SIZE };
    let order = sorting(cx)
        .map(|(field, descending)| format!("{}{}", quoted_field(&field.name), if descending { " desc" } else { "" }));
    let found = cx.found(&fields, size, order).await?;
    let data = view! {
        total => found.total,
        rows => found.rows,
        columns => fields.iter().map(|field| column(cx, field)).collect::<Vec<_>>(),
        paging => cx.pages(found.total, size),
        beyond => found.total > REACH,
        reach => REACH,
        export_url => cx.query.at_page(1).url(&cx.path(Tab::Export)),
        ..cx.filters().await?
    };
    Ok(Searched::mark(
        cx.render("dataset/table.html", data)?,
        &cx.query,
        found.total,
    ))
}

//! A dataset as the Explore API v2.1 describes it, and the text of its description.

use chrono::{DateTime, SecondsFormat, Utc};
use parvis_model::meta::{BASIC, STANDARD};
use parvis_model::{Annotations, Dataset, Field, FieldType};
use serde_json::{Map, Value, json};

use crate::Viewer;
use crate::catalog::visibility;

/// The text of sanitised HTML, for search and for summaries.
pub fn plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                text.push(' ');
            }
            _ if !inside => text.push(c),
            _ => {}
        }
    }
    let text = text
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'");
    text.replace("&amp;", "&")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// `features` of the API: what can be done with the records.
pub fn features(dataset: &Dataset) -> Vec<&'static str> {
    let has = |test: fn(FieldType) -> bool| dataset.schema.fields.iter().any(|field| test(field.field_type));
    let mut features = Vec::new();
    if dataset.version.is_some() {
        features.push("analyze");
    }
    if has(FieldType::is_geo) {
        features.push("geo");
    }
    if has(FieldType::is_temporal) && has(FieldType::is_numeric) {
        features.push("timeserie");
    }
    features
}

/// Kinds of the geometries of a dataset.
pub(crate) fn geometry_types(dataset: &Dataset) -> Vec<String> {
    let extent = dataset.version.as_ref().and_then(|version| version.extent.as_ref());
    extent.map(|extent| extent.kinds.clone()).unwrap_or_default()
}

/// The surface that the places of a dataset lie in, a GeoJSON geometry; from the north-east corner, as on live portals.
pub(crate) fn bbox(dataset: &Dataset) -> Option<Value> {
    let [west, south, east, north] = dataset.version.as_ref()?.extent.as_ref()?.degrees();
    let ring = [
        [east, north],
        [west, north],
        [west, south],
        [east, south],
        [east, north],
    ];
    Some(json!({ "type": "Polygon", "coordinates": [ring] }))
}

fn instant(time: DateTime<Utc>) -> Value {
    Value::String(time.to_rfc3339_opts(SecondsFormat::AutoSi, false))
}

fn list(values: &[String]) -> Value {
    if values.is_empty() { Value::Null } else { json!(values) }
}

/// `annotations` of the API: a name and its arguments, none for a mere flag.
fn annotations(annotations: &Annotations) -> Value {
    let mut map = Map::new();
    let mut put = |name: &str, args: Vec<Value>| map.insert(name.to_owned(), Value::Array(args));
    for (name, set) in [
        ("id", annotations.id),
        ("facet", annotations.facet),
        ("disjunctive", annotations.disjunctive),
        ("sortable", annotations.sortable),
    ] {
        if set {
            put(name, Vec::new());
        }
    }
    for (name, text) in [
        ("hierarchical", annotations.hierarchical.as_deref()),
        ("multivalued", annotations.multivalued.as_deref()),
        ("unit", annotations.unit.as_deref()),
        ("facetsort", annotations.facetsort.map(parvis_model::FacetSort::name)),
        (
            "timeserie_precision",
            annotations.timeserie_precision.map(parvis_model::Precision::name),
        ),
    ] {
        if let Some(text) = text {
            put(name, vec![json!(text)]);
        }
    }
    if let Some(decimals) = annotations.decimals {
        put("decimals", vec![json!(decimals)]);
    }
    Value::Object(map)
}

fn field(field: &Field, lang: &str) -> Value {
    json!({
        "name": field.name,
        "description": field.description.get(lang, "fr"),
        "annotations": annotations(&field.annotations),
        "label": field.label(lang),
        "type": field.field_type.name(),
    })
}

/// The basic template of a dataset; `catalog::export` has its fields as columns.
pub(crate) fn default_metas(dataset: &Dataset, viewer: &Viewer) -> Value {
    let metas = &dataset.metas;
    let lang = viewer.lang.as_str();
    let source = viewer
        .portal
        .public_url
        .trim_start_matches("https://")
        .trim_start_matches("http://");
    json!({
        "title": dataset.title(lang),
        "description": metas.description.get(lang, "fr"),
        "theme": list(&metas.theme),
        "keyword": list(&metas.keyword),
        "license": metas.license,
        "license_url": metas.license_url,
        "language": dataset.meta(BASIC, "language").map_or_else(|| json!(lang), |value| json!(value)),
        "metadata_languages": metas.title.0.keys().collect::<Vec<_>>(),
        "timezone": dataset.meta(BASIC, "timezone"),
        "modified": instant(dataset.modified()),
        "modified_updates_on_metadata_change": false,
        "modified_updates_on_data_change": metas.modified.is_none(),
        "data_processed": dataset.version.as_ref().map(|version| instant(version.created_at)),
        "metadata_processed": instant(dataset.updated_at),
        "geographic_reference": dataset.meta(BASIC, "geographic_reference"),
        "geographic_reference_auto": false,
        "territory": dataset.meta(BASIC, "territory"),
        "geometry_types": list(&geometry_types(dataset)),
        "bbox": bbox(dataset).map(|geometry| json!({ "type": "Feature", "geometry": geometry, "properties": {} })),
        "publisher": metas.publisher,
        "references": metas.references,
        "records_count": dataset.records_count(),
        "attributions": list(&metas.attributions),
        "source_domain": source,
        "source_domain_title": viewer.portal.name(lang),
        "source_domain_address": source,
        "source_dataset": dataset.slug,
        "shared_catalog": Value::Null,
        "federated": false,
        "oauth_scope": Value::Null,
        "parent_domain": Value::Null,
    })
}

/// All templates: the basic one whole, the standard ones with what is not set as null, and those of the portal.
fn metas(dataset: &Dataset, viewer: &Viewer) -> Value {
    let mut metas = Map::new();
    metas.insert(BASIC.to_owned(), default_metas(dataset, viewer));
    let mut put = |template: &str, field: &str, value: Value| {
        let template = metas.entry(template).or_insert_with(|| json!({}));
        template[field] = value;
    };
    for (template, field, _) in STANDARD.iter().filter(|(template, ..)| *template != BASIC) {
        put(template, field, json!(dataset.meta(template, field)));
    }
    let own = dataset
        .metas
        .templates
        .iter()
        .filter(|(template, _)| *template != BASIC);
    for (template, field, value) in
        own.flat_map(|(template, fields)| fields.iter().map(move |(field, value)| (template, field, value)))
    {
        put(template, field, json!(value));
    }
    Value::Object(metas)
}

/// The dataset object of `catalog/datasets`.
pub fn dataset(dataset: &Dataset, viewer: &Viewer) -> Value {
    json!({
        "visibility": visibility(dataset),
        "dataset_id": dataset.slug,
        "dataset_uid": dataset.uid.as_str(),
        "has_records": dataset.version.is_some(),
        "features": features(dataset),
        "attachments": [],
        "alternative_exports": [],
        "data_visible": true,
        "fields": dataset.schema.fields.iter().map(|one| field(one, &viewer.lang)).collect::<Vec<_>>(),
        "metas": metas(dataset, viewer),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_has_no_tags_and_single_spaces() {
        assert_eq!(plain_text("<p>Été &amp; hiver</p>\n<p>ici</p>"), "Été & hiver ici");
    }
}

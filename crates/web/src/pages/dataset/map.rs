//! The records on a map. The server gives the places as a table; the script puts the map in its stead.

use parvis_model::{Field, FieldType};
use serde::Serialize;
use url::form_urlencoded;

use super::super::Answer;
use super::{Cx, Tab};
use crate::render::view;

/// Places in the table that stands in for the map.
const SIZE: u64 = 50;
/// Columns of that table, the place excepted.
const COLUMNS: usize = 5;

#[derive(Serialize)]
struct FieldInfo<'a> {
    name: &'a str,
    label: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
}

impl<'a> FieldInfo<'a> {
    fn of(field: &'a Field, lang: &str) -> Self {
        Self {
            name: &field.name,
            label: field.label(lang),
            kind: field.field_type.name(),
        }
    }
}

/// The field that names a record: one called so, else the first text.
fn title_field(fields: &[Field]) -> Option<&Field> {
    const NAMES: [&str; 10] = [
        "nom",
        "name",
        "title",
        "titre",
        "libelle",
        "intitule",
        "denomination",
        "izena",
        "label",
        "designation",
    ];
    let text = |field: &&Field| field.field_type == FieldType::Text && !field.is_multivalued();
    let named = |name: &&str| {
        fields
            .iter()
            .filter(text)
            .find(|field| field.name.to_lowercase().split('_').any(|word| word == *name))
    };
    NAMES.iter().find_map(named).or_else(|| fields.iter().find(text))
}

pub(super) async fn show(cx: &Cx<'_>) -> Answer {
    let fields = &cx.dataset.schema.fields;
    let (title, place) = (title_field(fields), cx.dataset.schema.geometry_field());
    let others = fields
        .iter()
        .filter(|field| !field.field_type.is_geo() && Some(*field) != title);
    let shown: Vec<&Field> = title.into_iter().chain(others).take(COLUMNS).chain(place).collect();
    let found = cx.found(&shown, SIZE, None).await?;
    let infos: Vec<FieldInfo<'_>> = fields.iter().map(|field| FieldInfo::of(field, cx.lang())).collect();
    let columns: Vec<FieldInfo<'_>> = shown.iter().map(|field| FieldInfo::of(field, cx.lang())).collect();
    let api_query: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(cx.query.api_pairs())
        .finish();
    let data = view! {
        total => found.total,
        rows => found.rows,
        columns => columns,
        paging => cx.pages(found.total, SIZE),
        source => format!("{}/exports/geojson", cx.api_path()),
        api_query => api_query,
        fields_json => serde_json::to_string(&infos).unwrap_or_default(),
        title_field => title.map_or("", |field| field.name.as_str()),
        table_url => cx.query.at_page(1).url(&cx.path(Tab::Table)),
        ..cx.filters().await?
    };
    cx.render("dataset/map.html", data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_called_by_its_name() {
        let fields = |names: &[&str]| {
            names
                .iter()
                .map(|name| Field::new(*name, FieldType::Text))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            title_field(&fields(&["code", "nom_commune", "titre"])).unwrap().name,
            "nom_commune"
        );
        assert_eq!(title_field(&fields(&["code", "economie"])).unwrap().name, "code");
        assert_eq!(title_field(&[Field::new("n", FieldType::Int)]), None);
    }
}

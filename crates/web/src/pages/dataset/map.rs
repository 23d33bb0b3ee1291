//! The records on a map. The server gives the places as a table; the script puts the map in its stead.

use parvis_cookies::{Embed, Service, ServiceKind};
use parvis_model::{Field, FieldType};
use serde::Serialize;
use url::form_urlencoded;

use super::super::embed::FrameView;
use super::super::query::ListQuery;
use super::super::tiles;
use super::super::{Answer, Failure, viewer};
use super::{Cx, Tab};
use crate::render::view;
use crate::state::AppState;
use crate::visit::Visit;

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

/// What the script of a map is told.
#[derive(Serialize)]
pub(crate) struct MapView {
    /// Path of the GeoJSON export.
    source: String,
    /// The filters, as the API takes them.
    api_query: String,
    fields_json: String,
    title_field: String,
    table_url: String,
    total: u64,
}

impl MapView {
    fn of(cx: &Cx<'_>, total: u64) -> Self {
        let fields = &cx.dataset.schema.fields;
        let infos: Vec<FieldInfo<'_>> = fields.iter().map(|field| FieldInfo::of(field, cx.lang())).collect();
        Self {
            source: format!("{}/exports/geojson", cx.api_path()),
            api_query: form_urlencoded::Serializer::new(String::new())
                .extend_pairs(cx.query.api_pairs())
                .finish(),
            fields_json: serde_json::to_string(&infos).unwrap_or_default(),
            title_field: title_field(fields).map_or(String::new(), |field| field.name.clone()),
            table_url: cx.query.at_page(1).url(&cx.path(Tab::Table)),
            total,
        }
    }
}

/// A base map to choose: our own, or a declared layer of tiles in a document of its own.
#[derive(Serialize)]
struct BaseMap {
    label: Option<String>,
    url: String,
    current: bool,
}

/// What lies under the records.
enum Below {
    /// Our own base map.
    Own,
    /// Tiles that the portal brings itself, under the map of the page.
    Tiles(TilesView),
    /// A document that contacts the service.
    Frame(FrameView),
}

/// Tiles under a map of ours.
#[derive(Serialize)]
pub(crate) struct TilesView {
    /// Address of a tile, with `{z}`, `{x}` and `{y}`.
    pub template: String,
    /// Who is named on the map.
    pub attribution: String,
    /// Deepest zoom there is.
    pub max_zoom: u8,
}

/// What a service that serves tiles puts under the records; `None` if it cannot.
fn below(cx: &Cx<'_>, service: &Service, label: &str) -> Option<Below> {
    let ServiceKind::Tiles {
        attribution, max_zoom, ..
    } = &service.kind
    else {
        return None;
    };
    if service.is_proxied() {
        return Some(Below::Tiles(TilesView {
            template: tiles::template(service),
            attribution: attribution.clone(),
            max_zoom: *max_zoom,
        }));
    }
    let query = cx.query.with_base(None).url("");
    let embed = Embed::new(service, &format!("{}{query}", cx.dataset.slug))?;
    Some(Below::Frame(FrameView::of(&embed, label.to_owned())))
}

/// The base maps to choose from, and what the one chosen by `?base=` is. None where there is no choice.
fn base_maps(cx: &Cx<'_>) -> (Vec<BaseMap>, Below) {
    let chosen = cx.query.base.as_deref();
    let mut under = Below::Own;
    let mut maps = Vec::new();
    for service in cx.visit.registry.services() {
        let label = service.label.get(cx.lang(), cx.visit.portal.default_language());
        let label = label.unwrap_or(&service.id).to_owned();
        let Some(theirs) = below(cx, service, &label) else {
            continue;
        };
        let current = chosen == Some(service.id.as_str());
        if current {
            under = theirs;
        }
        maps.push(BaseMap {
            label: Some(label),
            url: cx.query.with_base(Some(&service.id)).url(&cx.path(Tab::Map)),
            current,
        });
    }
    if !maps.is_empty() {
        let own = BaseMap {
            label: None,
            url: cx.query.with_base(None).url(&cx.path(Tab::Map)),
            current: matches!(under, Below::Own),
        };
        maps.insert(0, own);
    }
    (maps, under)
}

pub(super) async fn show(cx: &Cx<'_>) -> Answer {
    let fields = &cx.dataset.schema.fields;
    let (title, place) = (title_field(fields), cx.dataset.schema.geometry_field());
    let others = fields
        .iter()
        .filter(|field| !field.field_type.is_geo() && Some(*field) != title);
    let shown: Vec<&Field> = title.into_iter().chain(others).take(COLUMNS).chain(place).collect();
    let found = cx.found(&shown, SIZE, None).await?;
    let columns: Vec<FieldInfo<'_>> = shown.iter().map(|field| FieldInfo::of(field, cx.lang())).collect();
    let (base_maps, under) = base_maps(cx);
    let (frame, tiles) = match under {
        Below::Own => (None, None),
        Below::Tiles(tiles) => (None, Some(tiles)),
        Below::Frame(frame) => (Some(frame), None),
    };
    let data = view! {
        total => found.total,
        rows => found.rows,
        columns => columns,
        paging => cx.pages(found.total, SIZE),
        map => MapView::of(cx, found.total),
        base_maps => base_maps,
        embed => frame,
        tiles => tiles,
        ..cx.filters().await?
    };
    cx.render("dataset/map.html", data)
}

/// The map of the records that `at` names, a dataset and the query of its map, for a document of its own.
///
/// # Errors
/// There is no such dataset, it has no places, or the query is wrong.
pub(crate) async fn of(state: &AppState, visit: &Visit, at: &str) -> Result<MapView, Failure> {
    let (id, query) = at.split_once('?').unwrap_or((at, ""));
    let viewer = viewer(visit);
    let dataset = state.parvis.dataset(&viewer, id).await?;
    if !Tab::Map.fits(&dataset) {
        return Err(Failure::NotFound);
    }
    let cx = Cx {
        state,
        visit,
        viewer,
        dataset,
        query: ListQuery::parse(query),
        tab: Tab::Map,
    };
    let place: Vec<&Field> = cx.dataset.schema.geometry_field().into_iter().collect();
    let found = cx.found(&place, 1, None).await?;
    Ok(MapView::of(&cx, found.total))
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

//! The front page: what there is, by theme, and what is new.

use axum::extract::State;
use axum::response::Response;
use parvis_cookies::Embed;
use parvis_portal::catalog::CatalogItems;
use parvis_portal::engine::FacetTree;
use parvis_portal::records::Page as Rows;
use parvis_portal::{Clauses, Viewer};
use serde::Serialize;
use url::Url;

use super::cards::Card;
use super::embed::FrameView;
use super::frame::{Page, Section};
use super::query::ListQuery;
use super::{Answer, finish, viewer};
use crate::render::view;
use crate::state::AppState;
use crate::visit::Visit;

/// Datasets under "latest".
const LATEST: u64 = 6;

/// A theme and the catalogue's address for it.
#[derive(Clone, Debug, Serialize)]
pub struct Theme {
    label: String,
    url: String,
    count: u64,
    icon: &'static str,
}

/// The icon for a theme, by the words that themes of French portals use.
fn theme_icon(label: &str) -> &'static str {
    const ICONS: [(&[&str], &str); 12] = [
        (&["transport", "mobilit", "déplacement"], "bus"),
        (
            &["environnement", "énergie", "climat", "nature", "biodiversité"],
            "leaf",
        ),
        (&["cultur", "patrimoine", "loisir"], "library"),
        (&["sport"], "trophy"),
        (&["éducation", "enfance", "formation", "jeunesse"], "graduation-cap"),
        (&["social", "santé", "solidarité"], "heart-pulse"),
        (&["budget", "financ", "économie", "emploi", "commerce"], "chart-column"),
        (
            &["citoyen", "administration", "élections", "vie publique", "institution"],
            "landmark",
        ),
        (&["urbanisme", "logement", "habitat", "aménagement"], "building-2"),
        (&["tourisme", "mer", "littoral"], "waves"),
        (&["équipement", "services", "propreté", "déchets"], "layers"),
        (&["territoire", "géographi", "cartographi", "population"], "map"),
    ];
    let label = label.to_lowercase();
    ICONS
        .iter()
        .find(|(words, _)| words.iter().any(|word| label.contains(word)))
        .map_or("tag", |(_, icon)| icon)
}

fn themes(trees: &[FacetTree]) -> Vec<Theme> {
    let values = trees
        .iter()
        .filter(|tree| tree.name == "theme")
        .flat_map(|tree| &tree.values);
    let theme = |value: &parvis_portal::engine::FacetValue| Theme {
        label: value.name.clone(),
        url: ListQuery::parse("")
            .toggle("theme", &value.value, true)
            .url("/explore/"),
        count: value.count,
        icon: theme_icon(&value.name),
    };
    values.map(theme).collect()
}

/// The total of records, by one sum over the catalogue.
async fn records_total(state: &AppState, viewer: &Viewer) -> Result<u64, super::Failure> {
    let clauses = Clauses {
        select: Some("sum(records_count) as total".to_owned()),
        ..Clauses::default()
    };
    let page = state.parvis.catalog(viewer, &clauses, Rows::new(1, 0)).await?;
    let CatalogItems::Rows(rows) = page.items else {
        return Ok(0);
    };
    let rows: serde_json::Value = serde_json::from_slice(&rows.json).unwrap_or_default();
    let total = &rows[0]["total"];
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of records is never negative"
    )]
    Ok(total
        .as_u64()
        .or_else(|| total.as_f64().map(|total| total as u64))
        .unwrap_or(0))
}

/// The portal's video, if a declared service plays it.
fn video(visit: &Visit) -> Option<FrameView> {
    let address = Url::parse(visit.portal.video.as_deref()?).ok()?;
    let embed = Embed::of_frame(&visit.registry, &address)?;
    let label = embed.service.label.get(&visit.lang, visit.portal.default_language());
    let label = label.unwrap_or(&embed.service.id).to_owned();
    Some(FrameView::of(&embed, label))
}

async fn render(state: &AppState, visit: &Visit) -> Answer {
    let viewer = viewer(visit);
    let page = state
        .parvis
        .catalog(&viewer, &Clauses::default(), Rows::new(LATEST, 0))
        .await?;
    let facets = Clauses {
        facets: vec!["theme".to_owned(), "publisher".to_owned()],
        ..Clauses::default()
    };
    let trees = state.parvis.catalog_facets(&viewer, &facets).await?;
    let latest: Vec<Card> = match &page.items {
        CatalogItems::Datasets(datasets) => datasets.iter().map(|dataset| Card::of(dataset, &visit.lang)).collect(),
        CatalogItems::Rows(_) => Vec::new(),
    };
    let publishers = trees
        .iter()
        .find(|tree| tree.name == "publisher")
        .map_or(0, |tree| tree.values.len());
    let data = view! {
        video => video(visit),
        datasets => page.total,
        records => records_total(state, &viewer).await?,
        publishers => publishers,
        themes => themes(&trees),
        latest => latest,
    };
    let tagline = visit.portal.tagline.get(&visit.lang, "fr").map(str::to_owned);
    Page::new("home.html", Section::Home, "")
        .description(tagline)
        .canonical("/")
        .render(state, visit, data)
}

/// `GET /`
pub async fn show(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = render(&state, &visit).await;
    finish(&state, &visit, answer)
}

//! `explain=true`: how the answer came about, beside it. Without the parameter nothing is watched, and nothing else changes.

use std::sync::Arc;

use parvis_portal::Clauses;
use parvis_portal::catalog::CatalogPage;
use parvis_portal::engine::FacetTree;
use parvis_portal::explain::Explain;
use parvis_portal::records::{Page, RecordsPage};
use serde_json::json;

use super::caller::Caller;
use super::error::ApiError;
use crate::state::AppState;

/// An answer, and how it came about where that was asked for. What is watched runs apart: it takes no room in the requests that are not.
type Explained<T> = Result<(T, Option<Explain>), ApiError>;

fn with<T>((answer, explain): (T, Explain)) -> (T, Option<Explain>) {
    (answer, Some(explain))
}

impl Caller {
    /// Whether the caller wants to know how the answer came about.
    fn wants_explanation(&self) -> Result<bool, ApiError> {
        self.params.bool("explain", false)
    }

    /// A page of the records of dataset `id`.
    pub async fn records(
        &self,
        state: &AppState,
        id: &str,
        clauses: &Clauses,
        page: Page,
        app_metas: bool,
    ) -> Explained<Arc<RecordsPage>> {
        let (parvis, viewer) = (&state.parvis, &self.viewer);
        Ok(if self.wants_explanation()? {
            with(Box::pin(parvis.records_explained(viewer, id, clauses, page, app_metas)).await?)
        } else {
            (parvis.records(viewer, id, clauses, page, app_metas).await?, None)
        })
    }

    /// Facets of dataset `id`.
    pub async fn facets(&self, state: &AppState, id: &str, clauses: &Clauses) -> Explained<Vec<FacetTree>> {
        let (parvis, viewer) = (&state.parvis, &self.viewer);
        Ok(if self.wants_explanation()? {
            with(Box::pin(parvis.facets_explained(viewer, id, clauses)).await?)
        } else {
            (parvis.facets(viewer, id, clauses).await?, None)
        })
    }

    /// A page of the catalogue.
    pub async fn catalog(&self, state: &AppState, clauses: &Clauses, page: Page) -> Explained<CatalogPage> {
        let (parvis, viewer) = (&state.parvis, &self.viewer);
        Ok(if self.wants_explanation()? {
            with(Box::pin(parvis.catalog_explained(viewer, clauses, page)).await?)
        } else {
            (parvis.catalog(viewer, clauses, page).await?, None)
        })
    }

    /// Facets of the catalogue.
    pub async fn catalog_facets(&self, state: &AppState, clauses: &Clauses) -> Explained<Vec<FacetTree>> {
        let (parvis, viewer) = (&state.parvis, &self.viewer);
        Ok(if self.wants_explanation()? {
            with(Box::pin(parvis.catalog_facets_explained(viewer, clauses)).await?)
        } else {
            (parvis.catalog_facets(viewer, clauses).await?, None)
        })
    }
}

/// Adds the member `explain` to an object that ends there.
pub(super) fn append(body: &mut Vec<u8>, explain: Option<&Explain>) {
    if let Some(explain) = explain {
        body.pop();
        body.extend_from_slice(format!(", \"explain\": {}}}", json!(explain)).as_bytes());
    }
}

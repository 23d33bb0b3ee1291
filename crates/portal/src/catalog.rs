//! The catalogue: a portal's datasets as a table, queried in the same language and by the same code as records.

pub mod export;
mod popularity;
mod table;

use popularity::Popularities;
pub(crate) use table::visibility;

use std::collections::HashMap;
use std::sync::Arc;

use parvis_engine::{Context, FacetTree, FacetsRequest};
use parvis_model::Dataset;
use parvis_odsql::{Query, SelectItem};

use crate::query::Parsed;
use crate::records::{Page, RecordsPage};
use crate::{Clauses, Error, Parvis, Result, Viewer};

/// The datasets of one portal at one moment, in one language.
pub(crate) struct Catalogue {
    /// Of the portal, when the catalogue was made.
    pub generation: u64,
    datasets: Vec<Arc<Dataset>>,
    by_name: HashMap<String, usize>,
    table: parvis_engine::Dataset,
    popularities: Popularities,
}

impl Catalogue {
    /// The dataset with this slug or uid.
    pub fn find(&self, name: &str) -> Option<&Arc<Dataset>> {
        self.by_name.get(name).map(|&index| &self.datasets[index])
    }

    /// The datasets as a table.
    pub fn table(&self) -> &parvis_engine::Dataset {
        &self.table
    }

    /// A page of the datasets, asked of `table`: this catalogue's, or the same that notes what it does.
    pub async fn page(
        &self,
        table: &parvis_engine::Dataset,
        mut parsed: Parsed,
        page: Page,
        context: Context,
    ) -> Result<CatalogPage> {
        let whole = complete(&mut parsed.query);
        let records = table.records(&parsed.request(page, false, context)).await?;
        let total = records.total;
        let items = if whole {
            let names = table::names(&records.batches)?;
            CatalogItems::Datasets(names.iter().filter_map(|name| self.find(name)).cloned().collect())
        } else {
            CatalogItems::Rows(RecordsPage::from_records(records)?)
        };
        Ok(CatalogPage { total, items })
    }

    /// Every dataset, by slug.
    pub fn all(&self) -> &[Arc<Dataset>] {
        &self.datasets
    }
}

/// What a catalogue query gives.
#[derive(Clone, Debug)]
pub enum CatalogItems {
    /// Whole datasets, when nothing was selected.
    Datasets(Vec<Arc<Dataset>>),
    /// Rows of the selected columns, or groups.
    Rows(RecordsPage),
}

/// A page of the catalogue.
#[derive(Clone, Debug)]
pub struct CatalogPage {
    /// Datasets (or groups) that match.
    pub total: u64,
    /// The page.
    pub items: CatalogItems,
}

impl Parvis {
    /// The portal's catalogue, made again only when its metadata have changed.
    pub(crate) async fn catalogue(&self, viewer: &Viewer) -> Result<Arc<Catalogue>> {
        let generation = self.store().generation(&viewer.portal.id).await?;
        let key = (viewer.portal.id.clone(), generation, viewer.lang.clone());
        if let Some(known) = self.catalogues().get(&key).await {
            return Ok(known);
        }
        self.catalogues()
            .try_get_with(key, Box::pin(self.build_catalogue(viewer, generation)))
            .await
            .map_err(|error: Arc<Error>| Error::Internal(format!("the catalogue could not be made: {error}")))
    }

    async fn build_catalogue(&self, viewer: &Viewer, generation: u64) -> Result<Arc<Catalogue>> {
        let datasets: Vec<Arc<Dataset>> = self
            .store()
            .datasets(&viewer.portal.id)
            .await?
            .into_iter()
            .map(Arc::new)
            .collect();
        let mut by_name = HashMap::with_capacity(datasets.len() * 2);
        for (index, dataset) in datasets.iter().enumerate() {
            by_name.insert(dataset.uid.as_str().to_owned(), index);
            by_name.insert(dataset.slug.clone(), index);
        }
        let popularities = self.popularities(viewer, &datasets).await?;
        let (schema, batch) = table::table(&datasets, &viewer.lang, &popularities)?;
        let table = parvis_engine::Dataset::in_memory(self.engine(), viewer.portal.id.clone(), schema, batch)?;
        Ok(Arc::new(Catalogue {
            generation,
            datasets,
            by_name,
            table,
            popularities,
        }))
    }

    /// A page of the datasets that the viewer may see.
    ///
    /// # Errors
    /// A clause cannot be read or has no meaning.
    pub async fn catalog(&self, viewer: &Viewer, clauses: &Clauses, page: Page) -> Result<CatalogPage> {
        let catalogue = self.catalogue(viewer).await?;
        let context = self.catalogue_context(viewer);
        let parsed = clauses.parse(&catalogue.table.fields(&context))?;
        catalogue.page(&catalogue.table, parsed, page, context).await
    }

    /// Counts of the catalogue's facets.
    ///
    /// # Errors
    /// A clause cannot be read or has no meaning.
    pub async fn catalog_facets(&self, viewer: &Viewer, clauses: &Clauses) -> Result<Vec<FacetTree>> {
        let catalogue = self.catalogue(viewer).await?;
        let context = self.catalogue_context(viewer);
        let parsed = clauses.parse(&catalogue.table.fields(&context))?;
        let request = FacetsRequest {
            query: parsed.query,
            facets: parsed.facets,
            context,
        };
        Ok(catalogue.table.facets(&request).await?)
    }
}

/// Adds what a query of the catalogue does not say: its order, and the names of datasets when whole ones are asked for, which it
/// answers.
fn complete(query: &mut Query) -> bool {
    let whole = query.group_by.is_empty() && query.select.iter().all(|item| *item == SelectItem::All);
    if whole {
        query.select = table::select_name();
    }
    if query.order_by.is_empty() && !query.is_grouped() {
        query.order_by = table::newest_first();
    }
    whole
}

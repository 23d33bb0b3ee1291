//! Finding a dataset, if the viewer may know of it.

use std::sync::Arc;

use parvis_engine::VersionPath;
use parvis_model::{Dataset, Permission, collate};

use crate::catalog::Catalogue;
use crate::{Error, Parvis, Result, Viewer};

impl Parvis {
    /// The dataset that `id` names: its slug, its uid, or either followed by `@` and a source; as it was at the version that the
    /// viewer looks at.
    ///
    /// # Errors
    /// `NoSuchDataset` also when the viewer may not know of it; `Renamed` with the new slug for an old one; `NoSuchVersion`.
    pub async fn dataset(&self, viewer: &Viewer, id: &str) -> Result<Arc<Dataset>> {
        let catalogue = self.catalogue(viewer).await?;
        self.dataset_in(&catalogue, viewer, id).await
    }

    /// The same in a catalogue that is at hand.
    pub(crate) async fn dataset_in(&self, catalogue: &Catalogue, viewer: &Viewer, id: &str) -> Result<Arc<Dataset>> {
        let missing = || Error::NoSuchDataset(id.to_owned());
        let name = id.split('@').next().unwrap_or(id);
        if let Some(dataset) = catalogue.find(name) {
            if !may_see(viewer, dataset) {
                return Err(missing());
            }
            return match &viewer.at {
                None => Ok(Arc::clone(dataset)),
                Some(at) => self.dataset_at(viewer, dataset, at).await,
            };
        }
        match self.store().dataset_by_slug(&viewer.portal.id, name).await? {
            Some(renamed) if may_see(viewer, &renamed) => Err(Error::Renamed(renamed.slug)),
            _ => Err(missing()),
        }
    }

    /// Every dataset of the portal for its staff, by title.
    ///
    /// # Errors
    /// `Forbidden` for those who may not edit datasets.
    pub async fn managed_datasets(&self, viewer: &Viewer) -> Result<Vec<Arc<Dataset>>> {
        viewer.require(
            Permission::EditDataset,
            "only publishers and administrators see the back office",
        )?;
        let catalogue = self.catalogue(viewer).await?;
        let mut datasets = catalogue.all().to_vec();
        datasets.sort_by(|a, b| collate::compare(a.title(&viewer.lang), b.title(&viewer.lang)));
        Ok(datasets)
    }
}

/// Whether `viewer` may know of `dataset`.
fn may_see(viewer: &Viewer, dataset: &Dataset) -> bool {
    dataset.portal == viewer.portal.id
        && (!dataset.restricted || viewer.may(Permission::ExploreRestrictedDataset))
        && (dataset.version.is_some() || viewer.may(Permission::EditDataset))
}

/// Where the published version of `dataset` lies, if there is one.
pub(crate) fn version_path(dataset: &Dataset) -> Option<VersionPath> {
    dataset.version.as_ref().map(|version| VersionPath {
        portal: dataset.portal.clone(),
        dataset: dataset.uid.clone(),
        version: version.id.clone(),
    })
}

//! The figures as a dataset of the portal, through the ordinary import: queried, exported and shown like any other. Staff see it
//! until an administrator opens it. It names no dataset that is not open itself, and it is written by the clock, never because
//! somebody asked for it, so that counting its own readers makes it no longer than a row a day for each thing they do.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::TimeDelta;
use parvis_engine::VersionPath;
use parvis_formats::InspectOptions;
use parvis_formats::read::inspect::InputFormat;
use parvis_model::audience::Figure;
use parvis_model::id::random_text;
use parvis_model::{Change, Dataset, DatasetUid, FieldChange, FieldType, MetadataChange, Permission, PortalId};
use parvis_store::AudienceDataset;
use sha2::{Digest, Sha256};

use super::export::{COLUMNS, Line, head};
use super::words;
use crate::catalog::Catalogue;
use crate::import::ImportRequest;
use crate::{Error, Parvis, Result, Viewer};

/// What the dataset is called in addresses, unless the operator says otherwise.
const SLUG: &str = "audience";
/// The figures are written again after this long at the earliest, if they have changed.
const EVERY: TimeDelta = TimeDelta::hours(1);
/// A version that another took the place of stays this long, for those who are reading it.
const READ_WITHIN: TimeDelta = TimeDelta::minutes(10);

/// The dataset in which a portal publishes its figures.
#[derive(Clone, Debug)]
pub struct Published {
    /// The dataset.
    pub dataset: Dataset,
    /// When it was last written.
    pub written_at: chrono::DateTime<chrono::Utc>,
}

/// Removes a file when it is dropped.
struct Passing(PathBuf);

impl Drop for Passing {
    fn drop(&mut self) {
        // It may never have been written.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Whether everybody may know of the dataset.
fn is_open(dataset: &Dataset) -> bool {
    !dataset.restricted && dataset.version.is_some()
}

/// How the columns are read. An import infers types; these are known.
fn fields() -> Vec<FieldChange> {
    let field = |name: &str| FieldChange {
        name: name.to_owned(),
        field_type: Some(match name {
            "day" => FieldType::Date,
            "requests" => FieldType::Int,
            _ => FieldType::Text,
        }),
        ..FieldChange::default()
    };
    COLUMNS.into_iter().map(field).collect()
}

/// The figures of a day without the names of datasets that are not open: those are added up under no name.
fn published(figures: Vec<Figure>, catalogue: &Catalogue) -> Vec<Figure> {
    let mut sums: BTreeMap<Figure, u64> = BTreeMap::new();
    for figure in figures {
        let named = |uid: &DatasetUid| catalogue.find(uid.as_str()).is_some_and(|dataset| is_open(dataset));
        let count = figure.count;
        let place = Figure {
            dataset: figure.dataset.filter(named),
            count: 0,
            ..figure
        };
        *sums.entry(place).or_default() += count;
    }
    sums.into_iter()
        .map(|(figure, count)| Figure { count, ..figure })
        .collect()
}

impl Parvis {
    /// The dataset in which the portal publishes its figures, if it does.
    ///
    /// # Errors
    /// `Forbidden` for those who may not see figures; the store failed.
    pub async fn audience_dataset(&self, viewer: &Viewer) -> Result<Option<Published>> {
        self.may_see_audience(viewer)?;
        let Some(written) = self.store().audience_dataset(&viewer.portal.id).await? else {
            return Ok(None);
        };
        let dataset = self.store().dataset_by_uid(&viewer.portal.id, &written.dataset).await?;
        Ok(dataset.map(|dataset| Published {
            dataset,
            written_at: written.written_at,
        }))
    }

    /// Writes the figures as a dataset of the portal, at once and with what has been counted up to now. A new one is for staff
    /// only; `restricted` says otherwise, and changes one that is there. `id` names a new one.
    ///
    /// # Errors
    /// `Forbidden` for those who may not publish datasets, or not open this one to everybody; `Invalid` when another dataset
    /// has the name; the import failed.
    pub async fn publish_audience(
        &self,
        viewer: &Viewer,
        id: Option<&str>,
        restricted: Option<bool>,
    ) -> Result<Dataset> {
        self.may_see_audience(viewer)?;
        if restricted.is_some() {
            viewer.require(
                Permission::EditDomain,
                "only administrators open the figures to everybody, or close them",
            )?;
        }
        self.flush_audience_across_portals().await?;
        let known = self.audience_dataset(viewer).await?.map(|known| known.dataset);
        let fingerprint = self.audience_fingerprint(viewer).await?;
        self.write_audience(viewer, known, id.unwrap_or(SLUG), restricted, fingerprint)
            .await
    }

    /// Writes the published figures again if they have changed and an hour has passed; publishes them for staff if they never
    /// were and a day with figures has ended. Answers whether it wrote. For the housekeeping, with the operator's rights.
    ///
    /// # Errors
    /// As [`Parvis::publish_audience`].
    pub async fn refresh_audience_dataset(&self, viewer: &Viewer) -> Result<bool> {
        let portal = &viewer.portal.id;
        let written = self.store().audience_dataset(portal).await?;
        let Some(written) = written else {
            let extent = self.store().audience_extent(portal).await?;
            let due = extent.first.is_some_and(|first| first < self.audience_today());
            // A dataset of the portal's own with that name stays what it is: the operator chooses another.
            if !due || self.store().dataset_by_slug(portal, SLUG).await?.is_some() {
                return Ok(false);
            }
            self.publish_audience(viewer, None, None).await?;
            return Ok(true);
        };
        if self.now() - written.written_at < EVERY {
            return Ok(false);
        }
        let fingerprint = self.audience_fingerprint(viewer).await?;
        if fingerprint == written.fingerprint {
            return Ok(false);
        }
        let known = self.store().dataset_by_uid(portal, &written.dataset).await?;
        self.write_audience(viewer, known, SLUG, None, fingerprint).await?;
        Ok(true)
    }

    /// Changes whenever the published figures would.
    async fn audience_fingerprint(&self, viewer: &Viewer) -> Result<String> {
        let extent = self.store().audience_extent(&viewer.portal.id).await?;
        let mut digest = Sha256::new();
        digest.update(format!("{extent:?}\n"));
        for dataset in self.catalogue(viewer).await?.all().iter().filter(|one| is_open(one)) {
            let title = dataset.title(viewer.portal.default_language());
            digest.update(format!("{}\t{}\t{title:?}\n", dataset.uid, dataset.slug));
        }
        Ok(hex::encode(digest.finalize()))
    }

    async fn write_audience(
        &self,
        viewer: &Viewer,
        known: Option<Dataset>,
        id: &str,
        restricted: Option<bool>,
        fingerprint: String,
    ) -> Result<Dataset> {
        let portal = &viewer.portal.id;
        let id = known.as_ref().map_or(id, |dataset| dataset.slug.as_str()).to_owned();
        if known.is_none() && self.store().dataset_by_slug(portal, &id).await?.is_some() {
            return Err(Error::Invalid(format!(
                "`{id}` is already used by another dataset: give another name with `parvis audience publish --id NAME`"
            )));
        }
        let mark = random_text(8, b"abcdefghijklmnopqrstuvwxyz", self.rng());
        let file = Passing(self.data().join(format!(".audience-{mark}.csv")));
        let rejects = Passing(self.data().join(format!(".audience-{mark}.rejects.csv")));
        self.write_figures(viewer, &file.0).await?;
        let metadata = match &known {
            // What people said of it since stays.
            Some(_) => MetadataChange {
                fields: fields(),
                ..MetadataChange::default()
            },
            None => words::metadata(viewer.portal.default_language(), fields()),
        };
        let request = ImportRequest {
            id,
            file: file.0.clone(),
            options: InspectOptions {
                format: Some(InputFormat::Csv),
                delimiter: Some(b','),
                header: Some(true),
                ..InspectOptions::default()
            },
            metadata: MetadataChange {
                restricted: match (restricted, &known) {
                    (Some(restricted), _) => restricted.into(),
                    (None, None) => true.into(),
                    (None, Some(_)) => Change::Keep,
                },
                ..metadata
            },
            rejects: rejects.0.clone(),
        };
        let report = self.import(viewer, request, |_, _, _| {}).await?;
        let written = AudienceDataset {
            dataset: report.dataset.uid.clone(),
            fingerprint,
            written_at: self.now(),
        };
        self.store().put_audience_dataset(portal, &written).await?;
        self.forget_published(portal).await?;
        Ok(report.dataset)
    }

    /// Writes every figure of the portal to a CSV, a day at a time.
    async fn write_figures(&self, viewer: &Viewer, path: &Path) -> Result<()> {
        let failed = |error: std::io::Error| Error::Internal(format!("{} cannot be written: {error}", path.display()));
        let portal = &viewer.portal.id;
        let catalogue: Arc<Catalogue> = self.catalogue(viewer).await?;
        let extent = self.store().audience_extent(portal).await?;
        let mut file = std::io::BufWriter::new(std::fs::File::create(path).map_err(failed)?);
        file.write_all(head().as_bytes()).map_err(failed)?;
        if let (Some(first), Some(last)) = (extent.first, extent.last) {
            for day in first.iter_days().take_while(|day| *day <= last) {
                let figures = self.store().audience_of_day(portal, day).await?;
                for figure in published(figures, &catalogue) {
                    let dataset = figure.dataset.as_ref().and_then(|uid| catalogue.find(uid.as_str()));
                    let line = Line {
                        figure: &figure,
                        id: dataset.map_or("", |dataset| &dataset.slug),
                        title: dataset.map_or("", |dataset| dataset.title(viewer.portal.default_language())),
                    };
                    file.write_all(line.csv().as_bytes()).map_err(failed)?;
                }
            }
        }
        file.flush().map_err(failed)
    }

    /// Removes the versions of the published figures that another took the place of a while ago: what is no longer kept as a
    /// figure is not kept as an old version either.
    pub(super) async fn forget_published(&self, portal: &PortalId) -> Result<()> {
        let Some(written) = self.store().audience_dataset(portal).await? else {
            return Ok(());
        };
        let versions = self.store().versions(portal, &written.dataset).await?;
        let until = self.now() - READ_WITHIN;
        for pair in versions.windows(2) {
            let [newer, older] = pair else { continue };
            if newer.created_at <= until && self.store().forget_version(portal, &written.dataset, &older.id).await? {
                let path = VersionPath {
                    portal: portal.clone(),
                    dataset: written.dataset.clone(),
                    version: older.id.clone(),
                };
                self.engine().remove_version(&path)?;
            }
        }
        Ok(())
    }
}

//! Importing a file: inspect, write a version, publish it. Until the last step the old version is what everybody sees.

use std::path::PathBuf;

use parvis_engine::VersionPath;
use parvis_formats::{InspectOptions, Inspection};
use parvis_model::{
    Annotations, Dataset, DatasetMetas, DatasetUid, Localized, Permission, Schema, VersionId, VersionInfo, id::is_slug,
};

use crate::{Error, Parvis, Result, Viewer};

/// What the publisher says of a field, to be laid over what the file shows.
#[derive(Clone, Debug, Default)]
pub struct FieldNote {
    /// Name of the field.
    pub name: String,
    /// Label per language.
    pub label: Localized,
    /// Explanation per language.
    pub description: Localized,
    /// Annotations.
    pub annotations: Annotations,
}

/// A file to publish.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// Slug of the dataset; it is made if there is none.
    pub id: String,
    /// The file.
    pub file: PathBuf,
    /// How to read it, where the file itself does not tell.
    pub options: InspectOptions,
    /// Metadata; `None` leaves those of an existing dataset.
    pub metas: Option<DatasetMetas>,
    /// What the publisher says of the fields.
    pub fields: Vec<FieldNote>,
    /// Only people with a permission see it.
    pub restricted: bool,
    /// Where the rows go that could not be read in full.
    pub rejects: PathBuf,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Looking at the whole file.
    Inspect,
    /// Writing the version.
    Write,
}

/// What an import did.
#[derive(Clone, Debug)]
pub struct ImportReport {
    /// The dataset, as published.
    pub dataset: Dataset,
    /// What the file was found to be.
    pub inspection: Inspection,
}

impl Parvis {
    /// Publishes a file as the new version of a dataset.
    ///
    /// # Errors
    /// The viewer may not publish; the file cannot be read; the disk is full. Nothing visible has changed then.
    pub async fn import(
        &self,
        viewer: &Viewer,
        request: ImportRequest,
        mut progress: impl FnMut(Stage, u64, u64) + Send + 'static,
    ) -> Result<ImportReport> {
        viewer.require(
            Permission::PublishDataset,
            "only publishers and administrators publish datasets",
        )?;
        if !is_slug(&request.id) {
            let message = format!(
                "`{}` is not a dataset name: use lower-case letters, digits, hyphens and underscores",
                request.id
            );
            return Err(Error::Invalid(message));
        }
        let dataset = self.dataset_to_fill(viewer, &request).await?;
        let now = self.now();
        let version = VersionId::generate(now.timestamp_millis(), self.rng());
        let path = VersionPath {
            portal: viewer.portal.id.clone(),
            dataset: dataset.uid.clone(),
            version: version.clone(),
        };
        let engine = self.engine().clone();
        let work = request.clone();
        let written = tokio::task::spawn_blocking(move || {
            let inspection = parvis_formats::inspect(&work.file, &work.options, &mut |done, all| {
                progress(Stage::Inspect, done, all)
            })?;
            let source = parvis_formats::open(&work.file, &inspection)?;
            let report = engine.write_version(&path, source, Some(&work.rejects), &mut |done, all| {
                progress(Stage::Write, done, all)
            })?;
            Ok::<_, Error>((inspection, report))
        });
        let (inspection, report) = written.await.map_err(|error| Error::lost_task(&error))??;
        let info = VersionInfo {
            id: version,
            created_at: now,
            records: report.records,
            bytes: report.bytes,
            content_hash: report.content_hash,
            rejected: report.rejected,
        };
        let schema = annotate(report.schema, &dataset.schema, &request.fields);
        self.store()
            .publish_version(&viewer.portal.id, &dataset.uid, &schema, &info)
            .await?;
        let published = self.store().dataset_by_uid(&viewer.portal.id, &dataset.uid).await?;
        let dataset = published.ok_or_else(|| Error::NoSuchDataset(request.id.clone()))?;
        Ok(ImportReport { dataset, inspection })
    }

    /// The dataset called `request.id`, made or given new metadata as asked.
    async fn dataset_to_fill(&self, viewer: &Viewer, request: &ImportRequest) -> Result<Dataset> {
        let portal = &viewer.portal.id;
        let now = self.now();
        let existing = self.store().dataset_by_slug(portal, &request.id).await?;
        if let Some(mut dataset) = existing.filter(|dataset| dataset.slug == request.id) {
            if let Some(metas) = &request.metas {
                dataset.metas = sanitised(metas);
                dataset.restricted = request.restricted;
                dataset.updated_at = now;
                self.store().update_dataset(&dataset).await?;
            }
            return Ok(dataset);
        }
        viewer.require(
            Permission::CreateDataset,
            "only publishers and administrators create datasets",
        )?;
        let dataset = Dataset {
            uid: DatasetUid::generate(self.rng()),
            portal: portal.clone(),
            slug: request.id.clone(),
            restricted: request.restricted,
            metas: request.metas.as_ref().map(sanitised).unwrap_or_default(),
            schema: Schema::default(),
            version: None,
            created_at: now,
            updated_at: now,
        };
        self.store().insert_dataset(&dataset).await?;
        Ok(dataset)
    }
}

/// Descriptions are HTML that people wrote: only harmless elements stay, and nothing that contacts another host.
fn sanitised(metas: &DatasetMetas) -> DatasetMetas {
    let mut metas = metas.clone();
    for text in metas.description.0.values_mut() {
        *text = crate::describe::sanitise(text);
    }
    metas
}

/// Lays what the publisher says over what the file shows. What was said of a field earlier stays unless it is said anew.
fn annotate(mut schema: Schema, earlier: &Schema, notes: &[FieldNote]) -> Schema {
    for field in &mut schema.fields {
        if let Some(known) = earlier.field(&field.name) {
            field.label.clone_from(&known.label);
            field.description.clone_from(&known.description);
            let multivalued = field.annotations.multivalued.take();
            field.annotations = Annotations {
                multivalued,
                ..known.annotations.clone()
            };
        }
        if let Some(note) = notes.iter().find(|note| note.name == field.name) {
            if !note.label.is_empty() {
                field.label.clone_from(&note.label);
            }
            field.description.clone_from(&note.description);
            let multivalued = field.annotations.multivalued.take();
            field.annotations = Annotations {
                multivalued,
                ..note.annotations.clone()
            };
        }
    }
    schema
}

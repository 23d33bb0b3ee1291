//! Importing a file: inspect, write a version, publish it. Until the last step the old version is what everybody sees.

use std::path::PathBuf;

use parvis_engine::VersionPath;
use parvis_formats::{InspectOptions, Inspection};
use parvis_model::{
    Annotations, Dataset, DatasetMetas, DatasetUid, FieldType, Localized, Permission, Schema, VersionId, VersionInfo,
    id::is_slug,
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
        let target = self.target(viewer, &request).await?;
        let now = self.now();
        let version = VersionId::generate(now.timestamp_millis(), self.rng());
        let path = VersionPath {
            portal: viewer.portal.id.clone(),
            dataset: target.dataset.uid.clone(),
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
        let schema = annotate(report.schema, &target.dataset.schema, &request.fields);
        let dataset = self.show(viewer, target, schema, info).await?;
        Ok(ImportReport { dataset, inspection })
    }

    /// The dataset that the file is for, found or to be made. Nothing is written: that waits until the file has been read.
    async fn target(&self, viewer: &Viewer, request: &ImportRequest) -> Result<Target> {
        let portal = &viewer.portal.id;
        let now = self.now();
        let metas = request.metas.as_ref().map(sanitised);
        let existing = self.store().dataset_by_slug(portal, &request.id).await?;
        if let Some(mut dataset) = existing.filter(|dataset| dataset.slug == request.id) {
            let fate = if metas.is_some() { Fate::Describe } else { Fate::Keep };
            if let Some(metas) = metas {
                dataset.metas = metas;
                dataset.restricted = request.restricted;
                dataset.updated_at = now;
            }
            return Ok(Target { dataset, fate });
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
            metas: metas.unwrap_or_default(),
            schema: Schema::default(),
            version: None,
            created_at: now,
            updated_at: now,
        };
        Ok(Target {
            dataset,
            fate: Fate::Make,
        })
    }

    /// Makes a version that has been written the one that everybody sees.
    async fn show(&self, viewer: &Viewer, target: Target, schema: Schema, version: VersionInfo) -> Result<Dataset> {
        let portal = &viewer.portal.id;
        let mut dataset = target.dataset;
        match target.fate {
            Fate::Make => {
                dataset.schema = schema;
                dataset.version = Some(version);
                self.store().insert_dataset(&dataset).await?;
                return Ok(dataset);
            }
            Fate::Describe => self.store().update_dataset(&dataset).await?,
            Fate::Keep => {}
        }
        self.store()
            .publish_version(portal, &dataset.uid, &schema, &version)
            .await?;
        let published = self.store().dataset_by_uid(portal, &dataset.uid).await?;
        published.ok_or(Error::NoSuchDataset(dataset.slug))
    }
}

/// What becomes of the dataset's row once its version has been written.
enum Fate {
    /// It is made, with the version.
    Make,
    /// It gets new metadata, then the version.
    Describe,
    /// It gets the version.
    Keep,
}

/// The dataset that a file is for.
struct Target {
    dataset: Dataset,
    fate: Fate,
}

/// Descriptions are HTML that people wrote: only harmless elements stay, and nothing that contacts another host.
fn sanitised(metas: &DatasetMetas) -> DatasetMetas {
    let mut metas = metas.clone();
    for text in metas.description.0.values_mut() {
        *text = crate::describe::sanitise(text);
    }
    metas
}

/// Lays what the publisher says over what the file shows. What was said of a field earlier stays unless it is said anew; of a text
/// that nothing has ever been said of, that it may be sorted by.
fn annotate(mut schema: Schema, earlier: &Schema, notes: &[FieldNote]) -> Schema {
    for field in &mut schema.fields {
        let known = earlier.field(&field.name);
        field.annotations.sortable = known.is_none() && field.field_type == FieldType::Text && !field.is_multivalued();
        if let Some(known) = known {
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

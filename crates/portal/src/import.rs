//! Importing a file: inspect, write a version, publish it. Until the last step the old version is what everybody sees.

use std::path::PathBuf;

use parvis_engine::VersionPath;
use parvis_formats::read::names::slug;
use parvis_formats::{FieldOverride, InspectOptions, Inspection};
use parvis_model::id::is_slug;
use parvis_model::text::is_language;
use parvis_model::{
    Annotations, Change, Dataset, DatasetMetas, DatasetUid, Field, FieldChange, FieldType, MetadataChange, Permission,
    Schema, VersionId, VersionInfo,
};

use crate::{Error, Parvis, Result, Viewer};

/// A file to publish.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// Slug of the dataset; it is made if there is none.
    pub id: String,
    /// The file.
    pub file: PathBuf,
    /// How to read it, where the file itself does not tell.
    pub options: InspectOptions,
    /// What the publisher says of the dataset and its fields. It is laid over what is known, also from earlier imports.
    pub metadata: MetadataChange,
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
    /// The viewer may not publish; the file cannot be read, or lacks a field that the metadata name; the disk is full. Nothing
    /// visible has changed then.
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
        let mut work = request.clone();
        work.options.fields.extend(readings(&request.metadata.fields));
        let earlier = target.dataset.schema.clone();
        let written = tokio::task::spawn_blocking(move || {
            let mut inspection = parvis_formats::inspect(&work.file, &work.options, &mut |done, all| {
                progress(Stage::Inspect, done, all)
            })?;
            check_fields(&work.metadata.fields, &inspection.schema)?;
            // Before anything is written: records are named by the fields that are said to be their key.
            annotate(&mut inspection.schema, &earlier, work.metadata.fields);
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
            extent: report.extent,
        };
        let dataset = self.show(viewer, target, report.schema, info).await?;
        Ok(ImportReport { dataset, inspection })
    }

    /// The dataset that the file is for, found or to be made. Nothing is written: that waits until the file has been read.
    async fn target(&self, viewer: &Viewer, request: &ImportRequest) -> Result<Target> {
        let portal = &viewer.portal.id;
        let now = self.now();
        let change = sanitised(request.metadata.clone())?;
        let existing = self.store().dataset_by_slug(portal, &request.id).await?;
        if let Some(dataset) = existing.filter(|dataset| dataset.slug == request.id) {
            let mut changed = dataset.clone();
            change.apply(&mut changed);
            if changed == dataset {
                return Ok(Target {
                    dataset,
                    fate: Fate::Keep,
                });
            }
            changed.updated_at = now;
            return Ok(Target {
                dataset: changed,
                fate: Fate::Describe,
            });
        }
        viewer.require(
            Permission::CreateDataset,
            "only publishers and administrators create datasets",
        )?;
        let mut dataset = Dataset {
            uid: DatasetUid::generate(self.rng()),
            portal: portal.clone(),
            slug: request.id.clone(),
            restricted: false,
            metas: DatasetMetas::default(),
            schema: Schema::default(),
            version: None,
            created_at: now,
            updated_at: now,
        };
        change.apply(&mut dataset);
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
            Fate::Describe => self.store().publish_described(&dataset, &schema, &version).await?,
            Fate::Keep => {
                self.store()
                    .publish_version(portal, &dataset.uid, &schema, &version)
                    .await?;
            }
        }
        let published = self.store().dataset_by_uid(portal, &dataset.uid).await?;
        published.ok_or(Error::NoSuchDataset(dataset.slug))
    }
}

/// What becomes of the dataset's row once its version has been written.
enum Fate {
    /// It is made, with the version.
    Make,
    /// It gets new metadata with the version.
    Describe,
    /// It gets the version.
    Keep,
}

/// The dataset that a file is for.
struct Target {
    dataset: Dataset,
    fate: Fate,
}

/// Descriptions are HTML that people wrote: only harmless elements stay, and nothing that contacts another host. Addresses are
/// links on pages: they lead to websites.
fn sanitised(mut change: MetadataChange) -> Result<MetadataChange> {
    for text in change.description.0.values_mut().flatten() {
        *text = crate::markup::keep(text);
    }
    if let Change::To(url) = &change.license_url
        && !["http://", "https://"].iter().any(|scheme| url.starts_with(scheme))
    {
        return Err(Error::Invalid(format!(
            "`{url}` is not the address of a licence: write it with https://"
        )));
    }
    change.templates.check().map_err(Error::Invalid)?;
    let texts = [&change.title, &change.description].into_iter();
    let texts = texts.chain(
        change
            .fields
            .iter()
            .flat_map(|field| [&field.label, &field.description]),
    );
    for lang in texts.flat_map(|text| text.0.keys()) {
        if !is_language(lang) {
            return Err(Error::Invalid(format!(
                "`{lang}` is not a language: write two lower-case letters, such as fr"
            )));
        }
    }
    Ok(change)
}

/// Whether `change` is about `field`: by name, or by the header from which the name was made.
fn is_about(change: &FieldChange, field: &Field) -> bool {
    field.name == change.name || field.name == slug(&change.name)
}

/// What the publisher says of how columns are read.
fn readings(changes: &[FieldChange]) -> impl Iterator<Item = FieldOverride> {
    let said = changes
        .iter()
        .filter(|change| change.field_type.is_some() || change.multivalued.is_some());
    said.map(|change| FieldOverride {
        name: change.name.clone(),
        field_type: change.field_type,
        multivalued: change.multivalued.clone(),
    })
}

/// Refuses to speak of fields that the file does not have: a misspelt name would be lost without a word.
fn check_fields(changes: &[FieldChange], schema: &Schema) -> Result<()> {
    let unknown = |change: &&FieldChange| !schema.fields.iter().any(|field| is_about(change, field));
    let Some(change) = changes.iter().find(unknown) else {
        return Ok(());
    };
    let names: Vec<&str> = schema.fields.iter().map(|field| field.name.as_str()).collect();
    Err(Error::Invalid(format!(
        "the file has no field `{}`: it has {}",
        change.name,
        names.join(", ")
    )))
}

/// Lays what the publisher says over what the file shows. What was said of a field earlier stays unless it is said anew; of a text
/// that nothing has ever been said of, that it may be sorted by.
fn annotate(schema: &mut Schema, earlier: &Schema, changes: Vec<FieldChange>) {
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
    }
    for change in changes {
        if let Some(field) = schema.fields.iter_mut().find(|field| is_about(&change, field)) {
            change.apply(field);
        }
    }
}

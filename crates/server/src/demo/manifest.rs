//! `demo.json`, as `demo/make-data.py` writes it.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::{NaiveDate, NaiveTime};
use parvis_cookies::Additions;
use parvis_formats::FieldOverride;
use parvis_formats::read::names::slug;
use parvis_model::{Annotations, DatasetMetas, FacetSort, FieldType, Localized, Portal, PortalId, Precision};
use parvis_portal::import::FieldNote;
use serde::Deserialize;

/// The whole demo.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Its portals.
    pub portals: Vec<DemoPortal>,
}

/// A portal of the demo.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoPortal {
    /// Short name.
    pub id: PortalId,
    name: Localized,
    tagline: Localized,
    host: String,
    public_url: String,
    languages: Vec<String>,
    accent: String,
    logo: PathBuf,
    cookies_preferences_purpose: String,
    /// What it adds to the cookie registry.
    #[serde(default)]
    pub cookies: Additions,
    /// Its datasets.
    pub datasets: Vec<DemoDataset>,
}

/// A dataset of the demo.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoDataset {
    /// Slug.
    pub id: String,
    /// File, from the folder of the manifest.
    pub file: PathBuf,
    title: Localized,
    description: Localized,
    theme: Vec<String>,
    keyword: Vec<String>,
    publisher: String,
    license: String,
    license_url: String,
    references: String,
    source_note: String,
    attributions: Vec<String>,
    modified: NaiveDate,
    /// Records that the file holds.
    pub records: u64,
    #[serde(default)]
    point: Option<DemoPoint>,
    /// The published schema that the columns follow, as owner and name.
    #[serde(default)]
    schema: Option<String>,
    fields: Vec<DemoField>,
}

/// Two columns that become a point.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoPoint {
    name: String,
    lat: String,
    lon: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoField {
    name: String,
    label: Localized,
    #[serde(default)]
    description: Localized,
    #[serde(default, rename = "type")]
    field_type: Option<FieldType>,
    #[serde(default)]
    facet: bool,
    #[serde(default)]
    facetsort: Option<FacetSort>,
    #[serde(default)]
    disjunctive: bool,
    #[serde(default)]
    hierarchical: Option<String>,
    #[serde(default)]
    multivalued: Option<String>,
    #[serde(default)]
    sortable: bool,
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    decimals: Option<u8>,
    #[serde(default)]
    timeserie_precision: Option<Precision>,
    #[serde(default)]
    id: bool,
}

impl Manifest {
    /// Reads `demo.json` in `folder`.
    ///
    /// # Errors
    /// It is missing, or not as this version expects it.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join("demo.json");
        let text = std::fs::read_to_string(&path).with_context(|| {
            format!(
                "the demo's manifest {} cannot be read; say where the demo is with --from",
                path.display()
            )
        })?;
        serde_json::from_str(&text)
            .with_context(|| format!("the demo's manifest {} is not as expected", path.display()))
    }
}

impl DemoPortal {
    /// The portal, with the logo read from `folder`.
    ///
    /// # Errors
    /// The logo is missing.
    pub fn portal(&self, folder: &Path) -> anyhow::Result<Portal> {
        let logo = folder.join(&self.logo);
        Ok(Portal {
            id: self.id.clone(),
            hosts: vec![self.host.clone()],
            public_url: self.public_url.clone(),
            name: self.name.clone(),
            tagline: self.tagline.clone(),
            languages: self.languages.clone(),
            accent: self.accent.clone(),
            logo: std::fs::read_to_string(&logo)
                .with_context(|| format!("the logo {} cannot be read", logo.display()))?,
            purposes: [(
                "cookies_preferences".to_owned(),
                self.cookies_preferences_purpose.clone(),
            )]
            .into(),
            provider: "Opendatasoft".to_owned(),
        })
    }
}

impl DemoDataset {
    /// Descriptive metadata.
    pub fn metas(&self) -> DatasetMetas {
        DatasetMetas {
            title: self.title.clone(),
            description: self.description.clone(),
            theme: self.theme.clone(),
            keyword: self.keyword.clone(),
            publisher: Some(self.publisher.clone()),
            license: Some(self.license.clone()),
            license_url: Some(self.license_url.clone()),
            references: Some(self.source()),
            attributions: self.attributions.clone(),
            modified: Some(self.modified.and_time(NaiveTime::MIN).and_utc()),
        }
    }

    /// Where the data come from: the references, the schema that they follow, the note on the source.
    fn source(&self) -> String {
        let schema = self
            .schema
            .as_ref()
            .map(|schema| format!(" ({schema})"))
            .unwrap_or_default();
        format!("{}{schema}. {}", self.references, self.source_note)
    }

    /// What is known of the columns before the file is read.
    pub fn overrides(&self) -> Vec<FieldOverride> {
        let known = |field: &DemoField| FieldOverride {
            name: field.name.clone(),
            field_type: field.field_type,
            multivalued: field.multivalued.clone(),
            label: None,
        };
        self.fields
            .iter()
            .filter(|field| field.field_type.is_some() || field.multivalued.is_some())
            .map(known)
            .collect()
    }

    /// Labels and annotations, by the names that fields have once imported.
    pub fn notes(&self) -> Vec<FieldNote> {
        self.fields.iter().map(DemoField::note).collect()
    }

    /// Columns of latitudes and longitudes, and the point that they become.
    pub fn point(&self) -> Option<[&str; 3]> {
        self.point
            .as_ref()
            .map(|point| [point.name.as_str(), point.lat.as_str(), point.lon.as_str()])
    }
}

impl DemoField {
    fn note(&self) -> FieldNote {
        FieldNote {
            // Headers as they stand in the file; fields of the API are called after them.
            name: slug(&self.name),
            label: self.label.clone(),
            description: self.description.clone(),
            annotations: Annotations {
                facet: self.facet,
                facetsort: self.facetsort,
                disjunctive: self.disjunctive,
                hierarchical: self.hierarchical.clone(),
                multivalued: self.multivalued.clone(),
                sortable: self.sortable,
                unit: self.unit.clone(),
                decimals: self.decimals,
                timeserie_precision: self.timeserie_precision,
                id: self.id,
            },
        }
    }
}

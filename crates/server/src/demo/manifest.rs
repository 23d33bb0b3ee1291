//! `demo.json`, as `demo/make-data.py` writes it.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use parvis_cookies::Additions;
use parvis_model::{Change, Localized, MetadataChange, Portal, PortalId};
use serde::Deserialize;
use serde_json::{Map, Value};

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
    #[serde(default)]
    video: Option<String>,
    /// What it adds to the cookie registry.
    #[serde(default)]
    pub cookies: Additions,
    /// Its datasets.
    pub datasets: Vec<DemoDataset>,
}

/// A dataset of the demo: what only the demo says of it, and beside it, in the same object, what `parvis import --metadata`
/// reads.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub struct DemoDataset {
    /// What only the demo says.
    pub entry: Entry,
    metadata: MetadataChange,
}

/// What only the demo says of a dataset.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Slug.
    pub id: String,
    /// File, from the folder of the manifest.
    pub file: PathBuf,
    source_note: String,
    /// Records that the file holds.
    pub records: u64,
    #[serde(default)]
    point: Option<DemoPoint>,
    /// The published schema that the columns follow, as owner and name.
    #[serde(default)]
    schema: Option<String>,
}

/// The members of [`Entry`].
const OWN: [&str; 6] = ["id", "file", "source_note", "records", "point", "schema"];

/// Two columns that become a point.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoPoint {
    name: String,
    lat: String,
    lon: String,
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
            trusted_origins: Vec::new(),
            video: self.video.clone(),
            provider: "Opendatasoft".to_owned(),
        })
    }
}

impl TryFrom<Map<String, Value>> for DemoDataset {
    type Error = serde_json::Error;

    fn try_from(mut all: Map<String, Value>) -> Result<Self, Self::Error> {
        let own = OWN.iter().filter_map(|name| all.remove_entry(*name)).collect();
        Ok(Self {
            entry: serde_json::from_value(Value::Object(own))?,
            metadata: serde_json::from_value(Value::Object(all))?,
        })
    }
}

impl DemoDataset {
    /// What is said of the dataset and its fields.
    pub fn metadata(&self) -> MetadataChange {
        MetadataChange {
            references: self.source(),
            ..self.metadata.clone()
        }
    }

    /// Where the data come from: the references, the schema that they follow, the note on the source.
    fn source(&self) -> Change<String> {
        let Change::To(references) = &self.metadata.references else {
            return Change::To(self.entry.source_note.clone());
        };
        let schema = self.entry.schema.as_ref();
        let schema = schema.map(|schema| format!(" ({schema})")).unwrap_or_default();
        Change::To(format!("{references}{schema}. {}", self.entry.source_note))
    }

    /// The point that two columns become, and those columns, as the file has them.
    pub fn point(&self) -> impl Iterator<Item = &str> {
        let point = self.entry.point.iter();
        point.flat_map(|point| [&point.name, &point.lat, &point.lon].map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: &str = r#"{"id": "arbres", "file": "arbres.csv", "source_note": "Ville.", "records": 2,
        "references": "Inventaire", "schema": "scdl/arbres", "title": {"fr": "Arbres"}}"#;

    #[test]
    fn an_entry_is_a_metadata_file_with_what_only_the_demo_says() {
        let dataset: DemoDataset = serde_json::from_str(ENTRY).unwrap();
        assert_eq!((dataset.entry.id.as_str(), dataset.point().count()), ("arbres", 0));
        let metadata = dataset.metadata();
        assert_eq!(
            metadata.references,
            "Inventaire (scdl/arbres). Ville.".to_owned().into()
        );
        assert_eq!(metadata.title.0["fr"].as_deref(), Some("Arbres"));
    }

    #[test]
    fn an_entry_with_a_word_that_means_nothing_is_refused() {
        let wrong = ENTRY.replace("title", "titel");
        let error = serde_json::from_str::<DemoDataset>(&wrong).unwrap_err().to_string();
        assert!(error.contains("titel"), "{error}");
        let wrong = ENTRY.replace("\"records\": 2,", "");
        let error = serde_json::from_str::<DemoDataset>(&wrong).unwrap_err().to_string();
        assert!(error.contains("records"), "{error}");
    }
}

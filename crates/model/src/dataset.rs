//! A dataset as the metadata store keeps it. Its records are the engine's.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{DatasetUid, PortalId, VersionId};
use crate::meta::{MetaValue, Templates};
use crate::schema::Schema;
use crate::text::Localized;

/// Descriptive metadata (`metas.default` of the API). Empty means not stated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DatasetMetas {
    /// Title per language.
    pub title: Localized,
    /// Description per language: HTML that has been sanitised.
    pub description: Localized,
    /// Themes, in the portal's first language.
    pub theme: Vec<String>,
    /// Keywords.
    pub keyword: Vec<String>,
    /// Who publishes it.
    pub publisher: Option<String>,
    /// Name of the licence.
    pub license: Option<String>,
    /// Address of the licence.
    pub license_url: Option<String>,
    /// Where the data come from.
    pub references: Option<String>,
    /// Texts to quote when the data are reused.
    pub attributions: Vec<String>,
    /// When the data were last changed, by the publisher's word; else the time of the version.
    pub modified: Option<DateTime<Utc>>,
    /// What is said in other templates.
    pub templates: Templates,
}

/// The published version of a dataset, as the metadata store knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionInfo {
    /// The version's identifier and the name of its folder.
    pub id: VersionId,
    /// When it was published.
    pub created_at: DateTime<Utc>,
    /// Number of records.
    pub records: u64,
    /// Bytes on disk.
    pub bytes: u64,
    /// SHA-256 of the data file, 64 hexadecimal digits.
    pub content_hash: String,
    /// Rows of the source that could not be read in full.
    pub rejected: u64,
    /// Where its places lie; `None` without places, and of versions that were written before this was noted.
    #[serde(default)]
    pub extent: Option<Extent>,
}

/// Where the places of a version lie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    /// West, south, east and north in ten-millionths of a degree, a centimetre: whole numbers, so that they compare.
    pub bounds: [i64; 4],
    /// Kinds of geometry as GeoJSON names them, by name.
    pub kinds: Vec<String>,
}

impl Extent {
    const UNITS: f64 = 1e7;

    /// The extent of places within `[west, south, east, north]`, in degrees.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "degrees are small, and what is no number is 0"
    )]
    pub fn new([west, south, east, north]: [f64; 4], kinds: Vec<String>) -> Self {
        let units = |degrees: f64| (degrees * Self::UNITS).round() as i64;
        Self {
            bounds: [west, south, east, north].map(units),
            kinds,
        }
    }

    /// West, south, east and north in degrees.
    #[expect(clippy::cast_precision_loss, reason = "degrees in these units are below 2^53")]
    pub fn degrees(&self) -> [f64; 4] {
        self.bounds.map(|bound| bound as f64 / Self::UNITS)
    }
}

/// A dataset of one portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dataset {
    /// Never changes.
    pub uid: DatasetUid,
    /// The portal it belongs to.
    pub portal: PortalId,
    /// The name in addresses; unique in the portal.
    pub slug: String,
    /// Only people with a permission see it.
    pub restricted: bool,
    /// Descriptive metadata.
    pub metas: DatasetMetas,
    /// Columns of the published version.
    pub schema: Schema,
    /// What is published; `None` until the first publication.
    pub version: Option<VersionInfo>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When its metadata were last changed.
    pub updated_at: DateTime<Utc>,
}

impl Dataset {
    /// The title in `lang`, else in French, else in any language, else the slug.
    pub fn title(&self, lang: &str) -> &str {
        self.metas.title.get(lang, "fr").unwrap_or(&self.slug)
    }

    /// When the data last changed: the publisher's word, else the version's date, else the metadata's.
    pub fn modified(&self) -> DateTime<Utc> {
        self.metas
            .modified
            .or_else(|| self.version.as_ref().map(|version| version.created_at))
            .unwrap_or(self.updated_at)
    }

    /// What a template says.
    pub fn meta(&self, template: &str, field: &str) -> Option<&MetaValue> {
        self.metas.templates.get(template)?.get(field)
    }

    /// Number of published records.
    pub fn records_count(&self) -> u64 {
        self.version.as_ref().map_or(0, |version| version.records)
    }
}

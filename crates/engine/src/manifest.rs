//! `manifest.json`: what a version is, readable without the engine.

use std::path::Path;

use parvis_model::Schema;
use serde::{Deserialize, Serialize};

use crate::Error;

/// The layout that this program writes. A reader refuses a larger number.
pub const FORMAT_VERSION: u32 = 1;
/// Name of the file.
pub(crate) const MANIFEST: &str = "manifest.json";
/// Name of the data file.
pub(crate) const DATA: &str = "data.parquet";

/// A version, as its folder describes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// See [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The columns when the version was made. Labels and annotations may have changed since; types have not.
    pub schema: Schema,
    /// Number of records.
    pub records: u64,
    /// Rows of the source that could not be read in full.
    pub rejected: u64,
    /// Bytes of `data.parquet`.
    pub data_bytes: u64,
    /// SHA-256 of `data.parquet`, 64 hexadecimal digits.
    pub data_sha256: String,
    /// What is known of each field's values, in the order of the schema.
    pub statistics: Vec<FieldStatistics>,
    /// Program and version that wrote it.
    pub made_by: String,
}

/// What is known of a field's values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FieldStatistics {
    /// The field.
    pub name: String,
    /// Records without a value.
    pub nulls: u64,
    /// Smallest value: a number, the first text, milliseconds since 1970, days since 1970. Absent for places and lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<serde_json::Value>,
    /// Largest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<serde_json::Value>,
    /// Number of different values, when there are at most a thousand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distinct: Option<u64>,
    /// West, south, east and north of the places, in degrees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bbox: Option<[f64; 4]>,
    /// Kinds of the geometries, as GeoJSON names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
}

impl Manifest {
    /// Reads the manifest of the version in `folder`.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it is missing, unreadable, or of a later layout.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(MANIFEST);
        let damaged = |why: String| Error::Damaged(format!("{}: {why}; import the dataset again", path.display()));
        let bytes = std::fs::read(&path).map_err(|error| damaged(error.to_string()))?;
        let manifest: Self = serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
        if manifest.format_version > FORMAT_VERSION {
            return Err(Error::Damaged(format!(
                "{}: written by a later program (layout {}, this one reads up to {FORMAT_VERSION}); upgrade Parvis",
                path.display(),
                manifest.format_version
            )));
        }
        Ok(manifest)
    }
}

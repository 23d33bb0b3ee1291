//! Past versions of a dataset: which there are, what they held, and what changed between two.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream::{BoxStream, StreamExt as _, unfold};
use parvis_engine::{ChangeKind, Changes, VersionPath};
use parvis_model::{Dataset, Permission, VersionId, VersionInfo};

use crate::records::RecordsPage;
use crate::{Error, Parvis, Result, Viewer};

/// Which version of a dataset is to be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum At {
    /// The one called so.
    Version(String),
    /// The one that was published last at this moment.
    Moment(DateTime<Utc>),
}

/// Changes that are written at a time.
const CHUNK: usize = 500;

/// What differs between two versions of a dataset.
#[derive(Clone)]
pub struct Difference {
    /// The older version.
    pub from: VersionInfo,
    /// The newer one.
    pub to: VersionInfo,
    /// What differs.
    pub changes: Arc<Changes>,
    older: parvis_engine::Dataset,
    newer: parvis_engine::Dataset,
    context: parvis_engine::Context,
}

impl Difference {
    /// How many records came, went or changed.
    pub fn count(&self, kind: ChangeKind) -> u64 {
        let of_kind = self.changes.records.iter().filter(|change| change.kind() == kind);
        of_kind.count() as u64
    }
}

impl Parvis {
    /// The versions of a dataset that the viewer may read, newest first.
    ///
    /// # Errors
    /// As [`Parvis::dataset`].
    pub async fn versions(&self, viewer: &Viewer, id: &str) -> Result<Vec<VersionInfo>> {
        let now = Viewer {
            at: None,
            ..viewer.clone()
        };
        let dataset = self.dataset(&now, id).await?;
        self.readable_versions(viewer, &dataset).await
    }

    /// Those that were shown to everybody, and the one that is shown now; all for those who may see restricted datasets.
    async fn readable_versions(&self, viewer: &Viewer, dataset: &Dataset) -> Result<Vec<VersionInfo>> {
        let all = self.store().versions_shown(&viewer.portal.id, &dataset.uid).await?;
        let sees_all = viewer.may(Permission::ExploreRestrictedDataset);
        let shown_now = dataset.version.as_ref().map(|version| &version.id);
        let readable = all
            .into_iter()
            .filter(|(version, shown)| sees_all || *shown || Some(&version.id) == shown_now);
        Ok(readable.map(|(version, _)| version).collect())
    }

    /// The dataset as it was at the version that the viewer looks at.
    pub(crate) async fn dataset_at(&self, viewer: &Viewer, dataset: &Arc<Dataset>, at: &At) -> Result<Arc<Dataset>> {
        let missing = || Error::NoSuchVersion {
            dataset: dataset.slug.clone(),
            version: match at {
                At::Version(name) => name.clone(),
                At::Moment(moment) => format!("of {}", moment.to_rfc3339()),
            },
        };
        // The version that is shown was published last, also of two that were published in the same instant.
        let is_now = |now: &VersionInfo| match at {
            At::Version(name) => now.id.as_str() == name,
            At::Moment(moment) => now.created_at <= *moment,
        };
        if dataset.version.as_ref().is_some_and(is_now) {
            return Ok(Arc::clone(dataset));
        }
        let versions = self.readable_versions(viewer, dataset).await?;
        // The newest come first.
        let wanted = versions.into_iter().find(|version| match at {
            At::Version(name) => version.id.as_str() == name,
            At::Moment(moment) => version.created_at <= *moment,
        });
        let version = wanted.ok_or_else(missing)?;
        let stored = self
            .store()
            .version(&viewer.portal.id, &dataset.uid, &version.id)
            .await?;
        let (schema, version) = stored.ok_or_else(missing)?;
        Ok(Arc::new(Dataset {
            schema,
            version: Some(version),
            ..Dataset::clone(dataset)
        }))
    }

    /// What changed in a dataset between two of its versions; without a name, up to the one that is shown now.
    ///
    /// # Errors
    /// As [`Parvis::dataset`]; there is no such version; there are too many records to compare.
    pub async fn changes(&self, viewer: &Viewer, id: &str, from: At, to: Option<At>) -> Result<Difference> {
        let looking = |at: Option<At>| Viewer { at, ..viewer.clone() };
        let before = self.dataset(&looking(Some(from)), id).await?;
        let after = self.dataset(&looking(to), id).await?;
        let missing = || Error::NoSuchDataset(id.to_owned());
        let from = before.version.clone().ok_or_else(missing)?;
        let to = after.version.clone().ok_or_else(missing)?;
        let (older, newer) = (self.open_version(&before)?, self.open_version(&after)?);
        let context = self.context(viewer);
        let changes = Arc::new(newer.changes_since(&older, &context).await?);
        Ok(Difference {
            from,
            to,
            changes,
            older,
            newer,
            context,
        })
    }

    /// Removes a version that nobody sees any more, and its files: it cannot be read again.
    ///
    /// # Errors
    /// `Forbidden` for those who may not edit datasets; there is no such version, or it is the one that people see.
    pub async fn forget_version(&self, viewer: &Viewer, id: &str, version: &str) -> Result<()> {
        viewer.require(
            Permission::EditDataset,
            "only publishers and administrators remove versions",
        )?;
        let dataset = self.dataset(viewer, id).await?;
        if dataset.version.as_ref().is_some_and(|now| now.id.as_str() == version) {
            return Err(Error::Invalid(format!(
                "{version} is the version that people see: publish another first"
            )));
        }
        let portal = &viewer.portal.id;
        let version_id = VersionId::new(version);
        if !self.store().forget_version(portal, &dataset.uid, &version_id).await? {
            return Err(Error::NoSuchVersion {
                dataset: dataset.slug.clone(),
                version: version.to_owned(),
            });
        }
        let path = VersionPath {
            portal: portal.clone(),
            dataset: dataset.uid.clone(),
            version: version_id,
        };
        Ok(self.engine().remove_version(&path)?)
    }
}

impl Difference {
    /// The changes from `offset` on, `limit` at most, as objects of JSON with a comma between them. They are read as they are
    /// taken.
    pub fn json(self, offset: u64, limit: Option<u64>) -> BoxStream<'static, Result<Bytes>> {
        let records = self.changes.records.len();
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(records);
        let most = limit
            .and_then(|limit| usize::try_from(limit).ok())
            .unwrap_or(usize::MAX);
        let end = start.saturating_add(most).min(records);
        let chunks = unfold((self, start), move |(difference, at)| async move {
            if at >= end {
                return None;
            }
            let next = end.min(at + CHUNK);
            match difference.chunk(at, next, at > start).await {
                Ok(bytes) => Some((Ok(bytes), (difference, next))),
                Err(error) => Some((Err(error), (difference, end))),
            }
        });
        chunks.boxed()
    }

    async fn chunk(&self, from: usize, to: usize, continued: bool) -> Result<Bytes> {
        let changes = &self.changes.records[from..to];
        let mut before = self
            .rows(&self.older, changes.iter().filter_map(|change| change.before))
            .await?;
        let mut after = self
            .rows(&self.newer, changes.iter().filter_map(|change| change.after))
            .await?;
        let mut out = Vec::new();
        for change in changes {
            if continued || !out.is_empty() {
                out.push(b',');
            }
            let kind = match change.kind() {
                ChangeKind::Removed => "removed",
                ChangeKind::Added => "added",
                ChangeKind::Changed => "changed",
            };
            out.extend_from_slice(format!("{{\"change\":\"{kind}\"").as_bytes());
            for (name, place, rows) in [
                ("before", change.before, &mut before),
                ("after", change.after, &mut after),
            ] {
                if let Some(place) = place {
                    let row = rows.remove(&place).unwrap_or_else(|| "null".to_owned());
                    out.extend_from_slice(format!(",\"{name}\":{row}").as_bytes());
                }
            }
            out.push(b'}');
        }
        Ok(out.into())
    }

    /// The records of a version at some places, as JSON.
    async fn rows(
        &self,
        dataset: &parvis_engine::Dataset,
        places: impl Iterator<Item = u64>,
    ) -> Result<std::collections::HashMap<u64, String>> {
        let mut places: Vec<u64> = places.collect();
        places.sort_unstable();
        let mut rows = Vec::with_capacity(places.len());
        for records in dataset.records_at(&places, &self.context).await? {
            let page = RecordsPage::from_records(records)?;
            let texts: Vec<Box<serde_json::value::RawValue>> = serde_json::from_slice(&page.json)
                .map_err(|error| Error::Internal(format!("rows are not JSON: {error}")))?;
            rows.extend(texts.into_iter().map(|text| text.get().to_owned()));
        }
        Ok(places.into_iter().zip(rows).collect())
    }
}

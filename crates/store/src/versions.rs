//! Versions of datasets: the row that makes one visible.

use parvis_model::{Dataset, DatasetUid, PortalId, Schema, VersionId, VersionInfo};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::datasets::{describe, find};
use crate::row::{count, json, millis, stored_count, time, to_json};
use crate::store::{Write, bump};
use crate::{Error, Result, Store};

/// The columns of a version; `created_at` is the name that the query gave to its date.
pub(crate) fn version_columns(row: &SqliteRow, id: String, created_at: &'static str) -> Result<VersionInfo> {
    Ok(VersionInfo {
        id: VersionId::new(id),
        created_at: time(row, created_at)?,
        records: count(row, "records")?,
        bytes: count(row, "bytes")?,
        content_hash: row.try_get("content_hash")?,
        rejected: count(row, "rejected")?,
        extent: match row.try_get::<Option<String>, _>("extent")? {
            Some(_) => Some(json(row, "extent")?),
            None => None,
        },
    })
}

pub(crate) async fn add_version(
    write: &mut Write,
    dataset: &DatasetUid,
    schema: &Schema,
    version: &VersionInfo,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO dataset_versions (dataset, id, created_at, records, bytes, content_hash, rejected, schema, extent, \
         restricted) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, (SELECT restricted FROM datasets WHERE uid = $1))",
    )
    .bind(dataset.as_str())
    .bind(version.id.as_str())
    .bind(millis(version.created_at))
    .bind(stored_count(version.records))
    .bind(stored_count(version.bytes))
    .bind(&version.content_hash)
    .bind(stored_count(version.rejected))
    .bind(to_json(schema))
    .bind(version.extent.as_ref().map(to_json))
    .execute(&mut **write)
    .await
    .map_err(|error| Error::taken(error, "version", version.id.as_str()))?;
    Ok(())
}

/// Makes a version of a dataset that is there the one that people see, inside a transaction.
async fn show_version(
    write: &mut Write,
    portal: &PortalId,
    uid: &DatasetUid,
    schema: &Schema,
    version: &VersionInfo,
) -> Result<()> {
    add_version(write, uid, schema, version).await?;
    sqlx::query("UPDATE datasets SET version = $1, schema = $2 WHERE uid = $3 AND portal = $4")
        .bind(version.id.as_str())
        .bind(to_json(schema))
        .bind(uid.as_str())
        .bind(portal.as_str())
        .execute(&mut **write)
        .await?;
    bump(write, portal).await
}

impl Store {
    /// Makes a version the one that people see: its row, the dataset's schema and the portal's generation change in one
    /// transaction, so that a crash leaves the old version or the new. Older versions stay listed.
    ///
    /// The version's files must be complete and synced before.
    ///
    /// # Errors
    /// `NotFound` when the portal has no such dataset, `Taken` when it already has this version.
    pub async fn publish_version(
        &self,
        portal: &PortalId,
        uid: &DatasetUid,
        schema: &Schema,
        version: &VersionInfo,
    ) -> Result<()> {
        let mut write = self.begin().await?;
        find(&mut write, portal, uid).await?;
        show_version(&mut write, portal, uid, schema, version).await?;
        Ok(write.commit().await?)
    }

    /// The same with new metadata: `dataset` is what was read, but for its restriction, descriptive texts and `updated_at`. All
    /// changes in one transaction: a dataset that becomes public with this version never shows the one before.
    ///
    /// # Errors
    /// As `publish_version`, and `Conflict` when another version was published since the dataset was read.
    pub async fn publish_described(&self, dataset: &Dataset, schema: &Schema, version: &VersionInfo) -> Result<()> {
        let mut write = self.begin().await?;
        describe(&mut write, dataset).await?;
        show_version(&mut write, &dataset.portal, &dataset.uid, schema, version).await?;
        Ok(write.commit().await?)
    }

    /// Every version of a dataset, newest first.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn versions(&self, portal: &PortalId, uid: &DatasetUid) -> Result<Vec<VersionInfo>> {
        let rows = sqlx::query(
            "SELECT v.* FROM dataset_versions v JOIN datasets d ON d.uid = v.dataset \
             WHERE d.portal = $1 AND d.uid = $2 ORDER BY v.created_at DESC, v.id DESC",
        )
        .bind(portal.as_str())
        .bind(uid.as_str())
        .fetch_all(self.readers())
        .await?;
        rows.iter()
            .map(|row| version_columns(row, row.try_get("id")?, "created_at"))
            .collect()
    }

    /// The same, each with whether everybody could see it while it was shown.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn versions_shown(&self, portal: &PortalId, uid: &DatasetUid) -> Result<Vec<(VersionInfo, bool)>> {
        let rows = sqlx::query(
            "SELECT v.* FROM dataset_versions v JOIN datasets d ON d.uid = v.dataset \
             WHERE d.portal = $1 AND d.uid = $2 ORDER BY v.created_at DESC, v.id DESC",
        )
        .bind(portal.as_str())
        .bind(uid.as_str())
        .fetch_all(self.readers())
        .await?;
        let shown = |row: &SqliteRow| {
            let version = version_columns(row, row.try_get("id")?, "created_at")?;
            let restricted: bool = row.try_get("restricted")?;
            Ok((version, !restricted))
        };
        rows.iter().map(shown).collect()
    }

    /// Forgets a version that nobody sees any more. Answers whether there was one to forget: the version that people see stays.
    ///
    /// # Errors
    /// `Database`.
    pub async fn forget_version(&self, portal: &PortalId, uid: &DatasetUid, version: &VersionId) -> Result<bool> {
        let mut write = self.begin().await?;
        let done = sqlx::query(
            "DELETE FROM dataset_versions WHERE dataset = $1 AND id = $2 AND EXISTS (SELECT 1 FROM datasets d \
             WHERE d.uid = $1 AND d.portal = $3 AND d.version IS DISTINCT FROM $2)",
        )
        .bind(uid.as_str())
        .bind(version.as_str())
        .bind(portal.as_str())
        .execute(&mut *write)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        // Answers about it must not be given from memory any more.
        bump(&mut write, portal).await?;
        write.commit().await?;
        Ok(true)
    }

    /// A version of a dataset with the schema it was published with.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn version(
        &self,
        portal: &PortalId,
        uid: &DatasetUid,
        version: &VersionId,
    ) -> Result<Option<(Schema, VersionInfo)>> {
        let row = sqlx::query(
            "SELECT v.* FROM dataset_versions v JOIN datasets d ON d.uid = v.dataset \
             WHERE d.portal = $1 AND d.uid = $2 AND v.id = $3",
        )
        .bind(portal.as_str())
        .bind(uid.as_str())
        .bind(version.as_str())
        .fetch_optional(self.readers())
        .await?;
        row.map(|row| {
            Ok((
                json(&row, "schema")?,
                version_columns(&row, row.try_get("id")?, "created_at")?,
            ))
        })
        .transpose()
    }
}

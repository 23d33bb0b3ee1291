//! Datasets: what people call them and say about them. What is published is in `versions.rs`.

use chrono::{DateTime, Utc};
use parvis_model::{Dataset, DatasetUid, PortalId};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::row::{json, millis, time, to_json};
use crate::store::{Write, bump};
use crate::versions::{add_version, version_columns};
use crate::{Error, Result, Store};

/// Selects datasets with their published version; a condition follows.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT d.uid, d.portal, d.slug, d.restricted, d.metas, d.schema, d.version, d.created_at, d.updated_at, \
             v.created_at AS version_created_at, v.records, v.bytes, v.content_hash, v.rejected, v.extent \
             FROM datasets d LEFT JOIN dataset_versions v ON v.dataset = d.uid AND v.id = d.version ",
            $rest
        )
    };
}

fn dataset(row: &SqliteRow) -> Result<Dataset> {
    let version: Option<String> = row.try_get("version")?;
    Ok(Dataset {
        uid: DatasetUid::new(row.try_get::<String, _>("uid")?),
        portal: PortalId::new(row.try_get::<String, _>("portal")?),
        slug: row.try_get("slug")?,
        restricted: row.try_get("restricted")?,
        metas: json(row, "metas")?,
        schema: json(row, "schema")?,
        version: version
            .map(|id| version_columns(row, id, "version_created_at"))
            .transpose()?,
        created_at: time(row, "created_at")?,
        updated_at: time(row, "updated_at")?,
    })
}

/// A name that becomes a dataset's own no longer redirects to another.
async fn forget_old_slug(write: &mut Write, portal: &PortalId, slug: &str) -> Result<()> {
    sqlx::query("DELETE FROM dataset_old_slugs WHERE portal = $1 AND slug = $2")
        .bind(portal.as_str())
        .bind(slug)
        .execute(&mut **write)
        .await?;
    Ok(())
}

impl Store {
    /// Adds a dataset, with its first version if it has one, in one transaction.
    ///
    /// # Errors
    /// `Taken` when the portal has a dataset with this slug, `NotFound` when there is no such portal.
    pub async fn insert_dataset(&self, dataset: &Dataset) -> Result<()> {
        let mut write = self.begin().await?;
        bump(&mut write, &dataset.portal).await?;
        sqlx::query(
            "INSERT INTO datasets (uid, portal, slug, restricted, metas, schema, version, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(dataset.uid.as_str())
        .bind(dataset.portal.as_str())
        .bind(&dataset.slug)
        .bind(dataset.restricted)
        .bind(to_json(&dataset.metas))
        .bind(to_json(&dataset.schema))
        .bind(dataset.version.as_ref().map(|version| version.id.as_str()))
        .bind(millis(dataset.created_at))
        .bind(millis(dataset.updated_at))
        .execute(&mut *write)
        .await
        .map_err(|error| Error::taken(error, "dataset id", &dataset.slug))?;
        forget_old_slug(&mut write, &dataset.portal, &dataset.slug).await?;
        if let Some(version) = &dataset.version {
            add_version(&mut write, &dataset.uid, &dataset.schema, version).await?;
        }
        Ok(write.commit().await?)
    }

    /// Writes a dataset's metadata: restriction, descriptive texts, schema and `updated_at`. Its slug changes with
    /// `rename_dataset` and its version with `publish_version` only.
    ///
    /// # Errors
    /// `NotFound`, and `Conflict` when another version was published since the dataset was read, because its schema may differ.
    pub async fn update_dataset(&self, dataset: &Dataset) -> Result<()> {
        let mut write = self.begin().await?;
        describe(&mut write, dataset).await?;
        note_shown(&mut write, &dataset.uid).await?;
        bump(&mut write, &dataset.portal).await?;
        Ok(write.commit().await?)
    }

    /// The dataset with this slug, or that had it: then the answer's slug differs from what was asked, and the caller redirects.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn dataset_by_slug(&self, portal: &PortalId, slug: &str) -> Result<Option<Dataset>> {
        let row = sqlx::query(select!(
            "WHERE d.portal = $1 AND (d.slug = $2 OR d.uid = (SELECT dataset FROM dataset_old_slugs WHERE portal = $1 AND slug = $2)) \
             ORDER BY CASE WHEN d.slug = $2 THEN 0 ELSE 1 END LIMIT 1"
        ))
        .bind(portal.as_str())
        .bind(slug)
        .fetch_optional(self.readers())
        .await?;
        row.as_ref().map(dataset).transpose()
    }

    /// The dataset with this permanent identifier.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn dataset_by_uid(&self, portal: &PortalId, uid: &DatasetUid) -> Result<Option<Dataset>> {
        let row = sqlx::query(select!("WHERE d.portal = $1 AND d.uid = $2"))
            .bind(portal.as_str())
            .bind(uid.as_str())
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(dataset).transpose()
    }

    /// Every dataset of the portal, by slug.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn datasets(&self, portal: &PortalId) -> Result<Vec<Dataset>> {
        let rows = sqlx::query(select!("WHERE d.portal = $1 ORDER BY d.slug"))
            .bind(portal.as_str())
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(dataset).collect()
    }

    /// Gives a dataset another slug. The present one goes on leading to it.
    ///
    /// # Errors
    /// `NotFound`, and `Taken` when another dataset of the portal has the slug.
    pub async fn rename_dataset(
        &self,
        portal: &PortalId,
        uid: &DatasetUid,
        slug: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut write = self.begin().await?;
        let old = find(&mut write, portal, uid).await?;
        if old == slug {
            return Ok(());
        }
        sqlx::query("UPDATE datasets SET slug = $1, updated_at = $2 WHERE uid = $3 AND portal = $4")
            .bind(slug)
            .bind(millis(now))
            .bind(uid.as_str())
            .bind(portal.as_str())
            .execute(&mut *write)
            .await
            .map_err(|error| Error::taken(error, "dataset id", slug))?;
        forget_old_slug(&mut write, portal, slug).await?;
        sqlx::query("INSERT INTO dataset_old_slugs (portal, slug, dataset) VALUES ($1, $2, $3)")
            .bind(portal.as_str())
            .bind(old)
            .bind(uid.as_str())
            .execute(&mut *write)
            .await?;
        bump(&mut write, portal).await?;
        Ok(write.commit().await?)
    }

    /// Removes a dataset, the list of its versions and its old slugs. Its files are the engine's to remove, afterwards.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_dataset(&self, portal: &PortalId, uid: &DatasetUid) -> Result<()> {
        let mut write = self.begin().await?;
        let done = sqlx::query("DELETE FROM datasets WHERE uid = $1 AND portal = $2")
            .bind(uid.as_str())
            .bind(portal.as_str())
            .execute(&mut *write)
            .await?;
        if done.rows_affected() == 0 {
            return Err(Error::not_found("dataset", uid));
        }
        bump(&mut write, portal).await?;
        Ok(write.commit().await?)
    }
}

/// Writes a dataset's metadata, inside a transaction: see [`Store::update_dataset`].
pub(crate) async fn describe(write: &mut Write, dataset: &Dataset) -> Result<()> {
    let done = sqlx::query(
        "UPDATE datasets SET restricted = $1, metas = $2, schema = $3, updated_at = $4 \
         WHERE uid = $5 AND portal = $6 AND version IS NOT DISTINCT FROM $7",
    )
    .bind(dataset.restricted)
    .bind(to_json(&dataset.metas))
    .bind(to_json(&dataset.schema))
    .bind(millis(dataset.updated_at))
    .bind(dataset.uid.as_str())
    .bind(dataset.portal.as_str())
    .bind(dataset.version.as_ref().map(|version| version.id.as_str()))
    .execute(&mut **write)
    .await?;
    if done.rows_affected() == 0 {
        find(write, &dataset.portal, &dataset.uid).await?;
        return Err(Error::Conflict {
            what: "dataset",
            name: dataset.slug.clone(),
        });
    }
    Ok(())
}

/// Notes that everybody sees the present version of a dataset, if that is so.
async fn note_shown(write: &mut Write, uid: &DatasetUid) -> Result<()> {
    sqlx::query(
        "UPDATE dataset_versions SET restricted = FALSE WHERE dataset = $1 AND EXISTS (SELECT 1 FROM datasets d \
         WHERE d.uid = $1 AND d.version = dataset_versions.id AND NOT d.restricted)",
    )
    .bind(uid.as_str())
    .execute(&mut **write)
    .await?;
    Ok(())
}

/// The slug of a dataset of the portal, inside a transaction.
pub(crate) async fn find(write: &mut Write, portal: &PortalId, uid: &DatasetUid) -> Result<String> {
    let slug: Option<String> = sqlx::query_scalar("SELECT slug FROM datasets WHERE uid = $1 AND portal = $2")
        .bind(uid.as_str())
        .bind(portal.as_str())
        .fetch_optional(&mut **write)
        .await?;
    slug.ok_or_else(|| Error::not_found("dataset", uid))
}

//! Figures of the audience: sums by day, added to and forgotten by day. Nothing here tells one visitor from another.

use chrono::{DateTime, NaiveDate, Utc};
use parvis_model::audience::{Figure, Kind};
use parvis_model::{DatasetUid, PortalId};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::row::{count, millis, stored_count, time};
use crate::{Error, Result, Store};

/// A sum over the days of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudienceSum {
    /// The day, where sums are by day.
    pub day: Option<NaiveDate>,
    /// What sort.
    pub kind: Kind,
    /// Which of its sort.
    pub detail: String,
    /// Done by robots that say so.
    pub robot: bool,
    /// How often.
    pub count: u64,
}

/// What all figures of a portal come to: it differs whenever they do, but for a figure taken from one and given to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AudienceExtent {
    /// The first day with a figure.
    pub first: Option<NaiveDate>,
    /// The last one.
    pub last: Option<NaiveDate>,
    /// How many figures there are.
    pub figures: u64,
    /// Their sum.
    pub sum: u64,
}

/// The dataset in which a portal publishes its figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudienceDataset {
    /// The dataset.
    pub dataset: DatasetUid,
    /// What it was made from when it was last written, as a hash.
    pub fingerprint: String,
    /// When it was last written.
    pub written_at: DateTime<Utc>,
}

fn text(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}

fn read_day(stored: &str) -> Result<NaiveDate> {
    stored.parse().map_err(|_| Error::Corrupt {
        what: "day",
        detail: format!("`{stored}` is no day"),
    })
}

fn day(row: &SqliteRow) -> Result<NaiveDate> {
    read_day(row.try_get("day")?)
}

fn optional_day(row: &SqliteRow, column: &str) -> Result<Option<NaiveDate>> {
    let stored: Option<&str> = row.try_get(column)?;
    stored.map(read_day).transpose()
}

fn kind(row: &SqliteRow) -> Result<Kind> {
    let name: &str = row.try_get("kind")?;
    Kind::parse(name).ok_or_else(|| Error::Corrupt {
        what: "kind",
        detail: format!("`{name}` is not counted"),
    })
}

fn dataset(row: &SqliteRow) -> Result<Option<DatasetUid>> {
    let uid: String = row.try_get("dataset")?;
    Ok(Some(uid).filter(|uid| !uid.is_empty()).map(DatasetUid::new))
}

impl Store {
    /// Adds to the figures, all or nothing.
    ///
    /// # Errors
    /// `Database`, also when there is no such portal.
    pub async fn add_audience_across_portals(&self, figures: &[(PortalId, Figure)]) -> Result<()> {
        let mut write = self.begin().await?;
        for (portal, figure) in figures {
            sqlx::query(
                "INSERT INTO audience (portal, day, kind, dataset, detail, robot, n) VALUES ($1, $2, $3, $4, $5, $6, $7) \
                 ON CONFLICT (portal, day, kind, dataset, detail, robot) DO UPDATE SET n = audience.n + excluded.n",
            )
            .bind(portal.as_str())
            .bind(text(figure.day))
            .bind(figure.kind.as_str())
            .bind(figure.dataset.as_ref().map_or("", DatasetUid::as_str))
            .bind(&figure.detail)
            .bind(figure.robot)
            .bind(stored_count(figure.count))
            .execute(&mut *write)
            .await?;
        }
        Ok(write.commit().await?)
    }

    /// The figures of one day, in a fixed order.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn audience_of_day(&self, portal: &PortalId, of: NaiveDate) -> Result<Vec<Figure>> {
        let rows =
            sqlx::query("SELECT * FROM audience WHERE portal = $1 AND day = $2 ORDER BY kind, dataset, detail, robot")
                .bind(portal.as_str())
                .bind(text(of))
                .fetch_all(self.readers())
                .await?;
        let figure = |row: &SqliteRow| {
            Ok(Figure {
                day: day(row)?,
                kind: kind(row)?,
                dataset: dataset(row)?,
                detail: row.try_get("detail")?,
                robot: row.try_get("robot")?,
                count: count(row, "n")?,
            })
        };
        rows.iter().map(figure).collect()
    }

    /// Sums over all datasets by day, from `from` to `to`, both included, in the order of days.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn audience_by_day(&self, portal: &PortalId, from: NaiveDate, to: NaiveDate) -> Result<Vec<AudienceSum>> {
        let rows = sqlx::query(
            "SELECT day, kind, detail, robot, SUM(n) AS n FROM audience WHERE portal = $1 AND day >= $2 AND day <= $3 \
             GROUP BY day, kind, detail, robot ORDER BY day, kind, detail, robot",
        )
        .bind(portal.as_str())
        .bind(text(from))
        .bind(text(to))
        .fetch_all(self.readers())
        .await?;
        let sum = |row: &SqliteRow| {
            Ok(AudienceSum {
                day: Some(day(row)?),
                kind: kind(row)?,
                detail: row.try_get("detail")?,
                robot: row.try_get("robot")?,
                count: count(row, "n")?,
            })
        };
        rows.iter().map(sum).collect()
    }

    /// Sums over the days from `from` to `to`, both included, by dataset and kind. Robots are left out.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn audience_by_dataset(
        &self,
        portal: &PortalId,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<(DatasetUid, Kind, u64)>> {
        let rows = sqlx::query(
            "SELECT dataset, kind, SUM(n) AS n FROM audience \
             WHERE portal = $1 AND day >= $2 AND day <= $3 AND dataset <> '' AND robot = FALSE \
             GROUP BY dataset, kind ORDER BY dataset, kind",
        )
        .bind(portal.as_str())
        .bind(text(from))
        .bind(text(to))
        .fetch_all(self.readers())
        .await?;
        rows.iter()
            .map(|row| {
                let uid = DatasetUid::new(row.try_get::<String, _>("dataset")?);
                Ok((uid, kind(row)?, count(row, "n")?))
            })
            .collect()
    }

    /// What all figures of `portal` come to.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn audience_extent(&self, portal: &PortalId) -> Result<AudienceExtent> {
        let row = sqlx::query(
            "SELECT MIN(day) AS first, MAX(day) AS last, COUNT(*) AS figures, COALESCE(SUM(n), 0) AS sum \
             FROM audience WHERE portal = $1",
        )
        .bind(portal.as_str())
        .fetch_one(self.readers())
        .await?;
        Ok(AudienceExtent {
            first: optional_day(&row, "first")?,
            last: optional_day(&row, "last")?,
            figures: count(&row, "figures")?,
            sum: count(&row, "sum")?,
        })
    }

    /// Forgets the figures of the days before `before`. Answers how many.
    ///
    /// # Errors
    /// `Database`.
    pub async fn purge_audience_across_portals(&self, before: NaiveDate) -> Result<u64> {
        let done = sqlx::query("DELETE FROM audience WHERE day < $1")
            .bind(text(before))
            .execute(self.writer())
            .await?;
        Ok(done.rows_affected())
    }

    /// The dataset in which `portal` publishes its figures, if it does.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn audience_dataset(&self, portal: &PortalId) -> Result<Option<AudienceDataset>> {
        let row = sqlx::query("SELECT * FROM audience_datasets WHERE portal = $1")
            .bind(portal.as_str())
            .fetch_optional(self.readers())
            .await?;
        row.map(|row| {
            Ok(AudienceDataset {
                dataset: DatasetUid::new(row.try_get::<String, _>("dataset")?),
                fingerprint: row.try_get("fingerprint")?,
                written_at: time(&row, "written_at")?,
            })
        })
        .transpose()
    }

    /// Notes that `portal` has published its figures.
    ///
    /// # Errors
    /// `Database`, also when there is no such dataset.
    pub async fn put_audience_dataset(&self, portal: &PortalId, written: &AudienceDataset) -> Result<()> {
        sqlx::query(
            "INSERT INTO audience_datasets (portal, dataset, fingerprint, written_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (portal) DO UPDATE SET dataset = excluded.dataset, fingerprint = excluded.fingerprint, \
             written_at = excluded.written_at",
        )
        .bind(portal.as_str())
        .bind(written.dataset.as_str())
        .bind(&written.fingerprint)
        .bind(millis(written.written_at))
        .execute(self.writer())
        .await?;
        Ok(())
    }
}

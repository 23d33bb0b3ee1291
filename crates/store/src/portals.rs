//! Portals and the hosts they are served on.

use parvis_model::{Portal, PortalId};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::changes::Changes;
use crate::row::{count, json, to_json};
use crate::store::bump;
use crate::{Error, Result, Store};

fn portal(row: &SqliteRow) -> Result<Portal> {
    json(row, "document")
}

impl Store {
    /// Inserts a portal, or replaces what is known of it. Its hosts are kept in lower case.
    ///
    /// # Errors
    /// `NoHost` when it has none, `HostTaken` when another portal is served on one of them.
    pub async fn put_portal(&self, portal: &Portal) -> Result<()> {
        let mut portal = portal.clone();
        for host in &mut portal.hosts {
            host.make_ascii_lowercase();
        }
        if portal.hosts.is_empty() {
            return Err(Error::NoHost(portal.id.to_string()));
        }
        let mut write = self.begin().await?;
        sqlx::query(
            "INSERT INTO portals (id, document) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET document = excluded.document",
        )
        .bind(portal.id.as_str())
        .bind(to_json(&portal))
        .execute(&mut *write)
        .await?;
        sqlx::query("DELETE FROM portal_hosts WHERE portal = $1")
            .bind(portal.id.as_str())
            .execute(&mut *write)
            .await?;
        for host in &portal.hosts {
            let owner: Option<String> = sqlx::query_scalar(
                "INSERT INTO portal_hosts (host, portal) VALUES ($1, $2) \
                 ON CONFLICT (host) DO UPDATE SET host = excluded.host RETURNING portal",
            )
            .bind(host)
            .bind(portal.id.as_str())
            .fetch_optional(&mut *write)
            .await?;
            if let Some(owner) = owner.filter(|owner| owner != portal.id.as_str()) {
                return Err(Error::HostTaken {
                    host: host.clone(),
                    portal: owner,
                });
            }
        }
        bump(&mut write, &portal.id).await?;
        Ok(write.commit().await?)
    }

    /// Every portal, by id.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn portals_across_portals(&self) -> Result<Vec<Portal>> {
        let rows = sqlx::query("SELECT document FROM portals ORDER BY id")
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(portal).collect()
    }

    /// A portal by its id.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn portal(&self, id: &PortalId) -> Result<Option<Portal>> {
        let row = sqlx::query("SELECT document FROM portals WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(portal).transpose()
    }

    /// The portal served on `host` (lower-case, without port), among all portals.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn portal_by_host_across_portals(&self, host: &str) -> Result<Option<Portal>> {
        let row = sqlx::query(
            "SELECT portals.document FROM portal_hosts JOIN portals ON portals.id = portal_hosts.portal WHERE portal_hosts.host = $1",
        )
        .bind(host)
        .fetch_optional(self.readers())
        .await?;
        row.as_ref().map(portal).transpose()
    }

    /// A number that grows whenever the portal, its datasets or their versions change, in this process or another.
    ///
    /// # Errors
    /// `NotFound` when there is no such portal.
    pub async fn generation(&self, id: &PortalId) -> Result<u64> {
        let mark = self.changes().and_then(Changes::mark);
        let known = mark.as_ref().zip(self.changes());
        if let Some(number) = known.and_then(|(mark, changes)| changes.recall(mark, id)) {
            return Ok(number);
        }
        let number = self.stored_generation(id).await?;
        if let Some((mark, changes)) = known {
            changes.learn(*mark, id, number);
        }
        Ok(number)
    }

    /// The same if it can be told without asking the database: somebody has asked since the last commit of any process.
    pub fn known_generation(&self, id: &PortalId) -> Option<u64> {
        let changes = self.changes()?;
        changes.recall(&changes.mark()?, id)
    }

    async fn stored_generation(&self, id: &PortalId) -> Result<u64> {
        let row = sqlx::query("SELECT generation FROM portals WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(self.readers())
            .await?;
        row.as_ref()
            .map(|row| count(row, "generation"))
            .transpose()?
            .ok_or_else(|| Error::not_found("portal", id))
    }

    /// The sum of all portals' generations: changes when any portal does, or when one is added.
    ///
    /// # Errors
    /// `Database`.
    pub async fn generation_across_portals(&self) -> Result<u64> {
        let row = sqlx::query("SELECT COALESCE(SUM(generation), 0) AS generation FROM portals")
            .fetch_one(self.readers())
            .await?;
        let sum: i64 = row.try_get("generation")?;
        Ok(sum.unsigned_abs())
    }
}

//! Keys of the server itself, made on first use and the same ever after.

use parvis_model::Rng;
use sqlx::sqlite::SqliteRow;

use crate::row::hash;
use crate::{Result, Store};

fn value(row: &SqliteRow) -> Result<[u8; 32]> {
    hash(row, "value")
}

impl Store {
    /// The server's secret called `name`, made from `rng` if there is none. One per installation: mix the portal's id into
    /// what is signed with it.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn secret_across_portals(&self, name: &str, rng: &dyn Rng) -> Result<[u8; 32]> {
        let row = sqlx::query("SELECT value FROM secrets WHERE name = $1")
            .bind(name)
            .fetch_optional(self.readers())
            .await?;
        if let Some(row) = row {
            return value(&row);
        }
        let mut fresh = [0_u8; 32];
        rng.fill(&mut fresh);
        // Two processes may start together: whoever writes first decides, and both read what was decided.
        let row = sqlx::query(
            "INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING value",
        )
        .bind(name)
        .bind(fresh.as_slice())
        .fetch_one(self.writer())
        .await?;
        value(&row)
    }
}

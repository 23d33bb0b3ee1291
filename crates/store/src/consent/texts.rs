//! What visitors were shown, by its hash.

use chrono::{DateTime, Utc};
use parvis_model::PortalId;
use sqlx::Row;

use crate::row::{millis, time};
use crate::{Result, Store};

/// A text or a piece of code that visitors were shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownText {
    /// SHA-256 of the content, in hexadecimal.
    pub hash: String,
    /// What it is.
    pub media_type: String,
    /// The bytes.
    pub content: Vec<u8>,
    /// When it was first shown.
    pub first_at: DateTime<Utc>,
}

impl Store {
    /// Keeps what visitors are shown, unless `portal` has it already.
    ///
    /// # Errors
    /// `Database`, also when there is no such portal.
    pub async fn keep_shown_text(&self, portal: &PortalId, text: &ShownText) -> Result<()> {
        sqlx::query(
            "INSERT INTO consent_texts (portal, hash, media_type, content, first_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (portal, hash) DO NOTHING",
        )
        .bind(portal.as_str())
        .bind(&text.hash)
        .bind(&text.media_type)
        .bind(&text.content)
        .bind(millis(text.first_at))
        .execute(self.writer())
        .await?;
        Ok(())
    }

    /// What `portal` showed under this hash.
    ///
    /// # Errors
    /// `Database`, `Corrupt`.
    pub async fn shown_text(&self, portal: &PortalId, hash: &str) -> Result<Option<ShownText>> {
        let row = sqlx::query("SELECT * FROM consent_texts WHERE portal = $1 AND hash = $2")
            .bind(portal.as_str())
            .bind(hash)
            .fetch_optional(self.readers())
            .await?;
        row.map(|row| {
            Ok(ShownText {
                hash: row.try_get("hash")?,
                media_type: row.try_get("media_type")?,
                content: row.try_get("content")?,
                first_at: time(&row, "first_at")?,
            })
        })
        .transpose()
    }
}

//! Tiles of other servers, brought by this one: the visitor's address stays here, and nobody needs to agree (R-GATE-03).

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use moka::future::Cache;
use parvis_cookies::Service;
use parvis_cookies::service::{Delivery, ServiceKind};
use parvis_fetch::{Fetcher, Limits};
use parvis_model::PortalId;
use tokio::sync::Semaphore;
use url::Url;

use crate::{Error, Parvis, Result};

/// A tile is a picture of 256 or 512 pixels; the heaviest aerial ones stay far below this.
const LIMITS: Limits = Limits {
    bytes: 1 << 20,
    time: Duration::from_secs(10),
};
/// Bytes of tiles that are kept, of all portals together.
const KEPT: u64 = 64 << 20;
/// How long a tile is kept, here and in browsers.
pub const KEPT_FOR: Duration = Duration::from_secs(86_400);
/// Tiles that are asked for at a time, of all servers together. More wait.
const AT_A_TIME: usize = 32;
/// What a browser shows as a picture and runs nothing of.
const PICTURES: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "image/avif"];

/// Which tile: the zoom, and its column and row from the north-west.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// Zoom; the world is 2^zoom tiles wide.
    pub zoom: u8,
    /// Column.
    pub column: u32,
    /// Row.
    pub row: u32,
}

impl At {
    /// Whether there is such a tile, down to `deepest`.
    fn is_real(self, deepest: u8) -> bool {
        let width = 1_u32.checked_shl(u32::from(self.zoom)).unwrap_or(0);
        self.zoom <= deepest && self.column < width && self.row < width
    }
}

/// A picture.
#[derive(Clone, Debug)]
pub struct Tile {
    /// One of the types of pictures above.
    pub media_type: &'static str,
    /// Its bytes.
    pub body: Bytes,
}

/// Tiles that were asked for before, and the way to others.
pub(crate) struct Tiles {
    fetcher: Fetcher,
    slots: Semaphore,
    kept: Cache<(PortalId, String), Tile>,
}

impl Tiles {
    pub fn new(fetcher: Fetcher) -> Self {
        let weigh = |key: &(PortalId, String), tile: &Tile| {
            u32::try_from(key.1.len() + tile.body.len() + 256).unwrap_or(u32::MAX)
        };
        Self {
            fetcher,
            slots: Semaphore::new(AT_A_TIME),
            kept: Cache::builder()
                .max_capacity(KEPT)
                .weigher(weigh)
                .time_to_live(KEPT_FOR)
                .build(),
        }
    }

    async fn fetch(&self, url: &str) -> Result<Tile, parvis_fetch::Error> {
        let url = Url::parse(url).map_err(|_| parvis_fetch::Error::Refused("it cannot be read"))?;
        let Ok(_slot) = self.slots.acquire().await else {
            return Err(parvis_fetch::Error::Unreachable);
        };
        let fetched = self.fetcher.get(&url, LIMITS).await?;
        let media_type = PICTURES.into_iter().find(|one| *one == fetched.media_type);
        Ok(Tile {
            media_type: media_type.ok_or(parvis_fetch::Error::Refused("it is no picture"))?,
            body: fetched.body,
        })
    }
}

impl Parvis {
    /// The tile of a service that the portal brings itself. `None` if the service is none of that kind, or has no such tile.
    ///
    /// # Errors
    /// The service's server could not be asked, or gave no picture.
    pub async fn tile(&self, portal: &PortalId, service: &Service, at: At) -> Result<Option<Tile>> {
        let ServiceKind::Tiles {
            template,
            max_zoom,
            delivery: Delivery::Proxied,
            ..
        } = &service.kind
        else {
            return Ok(None);
        };
        if !at.is_real(*max_zoom) {
            return Ok(None);
        }
        let url = template
            .replace("{z}", &at.zoom.to_string())
            .replace("{x}", &at.column.to_string())
            .replace("{y}", &at.row.to_string());
        let tiles = self.tiles();
        let key = (portal.clone(), url.clone());
        match tiles.kept.try_get_with(key, tiles.fetch(&url)).await {
            Ok(tile) => Ok(Some(tile)),
            Err(error) => match *error {
                // Layers have holes: the sea, the neighbours.
                parvis_fetch::Error::Status(204 | 404) => Ok(None),
                _ => Err(Error::Elsewhere(Arc::clone(&error))),
            },
        }
    }
}

#[cfg(test)]
mod tests;

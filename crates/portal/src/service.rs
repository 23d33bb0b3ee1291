//! The use-cases' shared state.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use moka::future::Cache;
use parvis_cookies::TrustedOrigin;
use parvis_engine::{Engine, PortalThreads};
use parvis_fetch::Fetcher;
use parvis_model::{Clock, Portal, PortalId, Rng};
use parvis_store::Store;

use crate::answers::Answers;
use crate::audience::Counters;
use crate::catalog::Catalogue;
use crate::consent::Ledger;
use crate::passwords::Passwords;
use crate::quotas::Quotas;
use crate::tiles::Tiles;
use crate::{Error, Result, Viewer};

/// Bytes of answers that are kept for those who ask again, unless the operator says otherwise.
pub const KEPT_ANSWERS: u64 = 128 << 20;

/// What the operator decides.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder that holds everything: `parvis.sqlite` and `objects/`.
    pub data: PathBuf,
    /// Settings of the query engine.
    pub engine: parvis_engine::Settings,
    /// What may be asked of other servers.
    pub fetch: parvis_fetch::Settings,
    /// Bytes of answers that are kept for those who ask again: half for pages of records, half for whole answers.
    pub kept_answers: u64,
}

/// Keys made once per installation and kept in the store.
pub(crate) struct Keys {
    /// Stamps a session with the password it was opened with.
    pub session_stamp: [u8; 32],
    /// Signs visitors' choices about cookies.
    pub choice: [u8; 32],
    /// Binds form tokens to sessions.
    pub csrf: [u8; 32],
    /// Signs what the installation states in public, such as its charters.
    pub statement: [u8; 32],
    /// Hides mail addresses in the record of failed sign-ins.
    pub attempts: [u8; 32],
}

/// One installation: all portals, their data and their users. Cheap to clone.
#[derive(Clone)]
pub struct Parvis {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    engine: Engine,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    keys: Keys,
    passwords: Passwords,
    ledger: Ledger,
    /// The catalogue of a portal as a table, by the generation of its metadata.
    catalogues: Cache<(PortalId, u64, String), Arc<Catalogue>>,
    /// Pages of records that were asked for before.
    answers: Answers,
    /// Bytes of whole answers that the web may keep.
    kept_answers: u64,
    /// Pictures of other servers' maps.
    tiles: Tiles,
    /// What has been counted and is not stored yet.
    counters: Counters,
    /// Limits of calls, and calls.
    quotas: Quotas,
    data: PathBuf,
}

impl Parvis {
    /// Opens the data folder, creating what is missing.
    ///
    /// # Errors
    /// The folder cannot be written, or was written by a later version.
    pub async fn open(settings: Settings, clock: Arc<dyn Clock>, rng: Arc<dyn Rng>) -> Result<Self> {
        std::fs::create_dir_all(&settings.data).map_err(|error| {
            Error::Internal(format!(
                "the data folder {} cannot be made: {error}",
                settings.data.display()
            ))
        })?;
        let store = Store::open(&settings.data.join("parvis.sqlite")).await?;
        let engine = Engine::open(&settings.data, settings.engine)?;
        let keys = Keys {
            session_stamp: store.secret_across_portals("session-stamp", &*rng).await?,
            choice: store.secret_across_portals("choice", &*rng).await?,
            csrf: store.secret_across_portals("csrf", &*rng).await?,
            statement: store.secret_across_portals("statement", &*rng).await?,
            attempts: store.secret_across_portals("attempts", &*rng).await?,
        };
        let seal = store.secret_across_portals("consent-seal", &*rng).await?;
        let ledger = Ledger::start(&store, Arc::clone(&clock), &*rng, seal).await?;
        let catalogues = Cache::builder().max_capacity(256).build();
        let passwords = Passwords::new()?;
        let inner = Inner {
            store,
            engine,
            clock,
            rng,
            keys,
            passwords,
            ledger,
            catalogues,
            answers: Answers::new(settings.kept_answers / 2),
            kept_answers: settings.kept_answers / 2,
            tiles: Tiles::new(Fetcher::new(&settings.fetch)),
            counters: Counters::default(),
            quotas: Quotas::default(),
            data: settings.data,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The time, by the clock that was passed in.
    pub fn now(&self) -> DateTime<Utc> {
        self.inner.clock.now()
    }

    /// The random source that was passed in.
    pub fn rng(&self) -> &dyn Rng {
        &*self.inner.rng
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.inner.data
    }

    /// The metadata store, for the command line's own needs (`migrate`, `doctor`).
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    /// The threads of queries, for work on answers to `viewer`.
    pub(crate) fn threads_of(&self, viewer: &Viewer) -> PortalThreads {
        self.inner.engine.threads_of(&viewer.portal.id)
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.inner.keys
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.inner.passwords
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.inner.ledger
    }

    pub(crate) fn catalogues(&self) -> &Cache<(PortalId, u64, String), Arc<Catalogue>> {
        &self.inner.catalogues
    }

    pub(crate) fn answers(&self) -> &Answers {
        &self.inner.answers
    }

    pub(crate) fn tiles(&self) -> &Tiles {
        &self.inner.tiles
    }

    pub(crate) fn quota_state(&self) -> &Quotas {
        &self.inner.quotas
    }

    pub(crate) fn counters(&self) -> &Counters {
        &self.inner.counters
    }

    /// Bytes of whole answers that may be kept.
    pub fn kept_answers(&self) -> u64 {
        self.inner.kept_answers
    }

    /// How often the content of `portal` has changed: data, what is said of them, and who may see them.
    ///
    /// # Errors
    /// The store failed.
    pub async fn generation(&self, portal: &PortalId) -> Result<u64> {
        Ok(self.inner.store.generation(portal).await?)
    }

    /// The same if it can be told at once; it is as true.
    pub fn known_generation(&self, portal: &PortalId) -> Option<u64> {
        self.inner.store.known_generation(portal)
    }

    /// The portals of the installation.
    ///
    /// # Errors
    /// The store failed.
    pub async fn portals(&self) -> Result<Vec<Portal>> {
        Ok(self.inner.store.portals_across_portals().await?)
    }

    /// Adds a portal or changes its settings.
    ///
    /// # Errors
    /// A host is served by another portal; a value is not acceptable.
    pub async fn put_portal(&self, portal: &Portal) -> Result<()> {
        check_portal(portal)?;
        self.inner.store.put_portal(portal).await?;
        // Its charter may say something else now.
        self.publish_registry(portal).await
    }
}

fn check_portal(portal: &Portal) -> Result<()> {
    let refuse = |message: String| Err(Error::Invalid(message));
    if PortalId::parse(portal.id.as_str()).is_none() {
        return refuse(format!(
            "`{}` is not a portal name: use lower-case letters, digits and hyphens",
            portal.id
        ));
    }
    if portal.languages.is_empty() {
        return refuse(format!(
            "the portal `{}` has no language: give at least one, such as fr",
            portal.id
        ));
    }
    let address = portal
        .public_url
        .strip_prefix("https://")
        .or_else(|| portal.public_url.strip_prefix("http://"));
    if address.is_none_or(|rest| rest.is_empty() || rest.contains(['/', ' ', '?', '#'])) {
        return refuse(format!(
            "`{}` is not a portal address: write https:// and a host name, nothing after it",
            portal.public_url
        ));
    }
    for origin in &portal.trusted_origins {
        if let Err(error) = TrustedOrigin::parse(origin) {
            return refuse(error.to_string());
        }
    }
    let hex = portal.accent.strip_prefix('#').unwrap_or_default();
    if hex.len() != 6 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return refuse(format!(
            "`{}` is not a colour: write # and six hexadecimal digits, such as #0b5394",
            portal.accent
        ));
    }
    Ok(())
}

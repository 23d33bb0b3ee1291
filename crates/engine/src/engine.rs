//! The engine: where versions are, and what is kept in memory of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use moka::sync::Cache;
use parvis_formats::Source;
use parvis_model::{PortalId, Schema};
use sha2::{Digest, Sha256};

use crate::columns::{BitsCache, ColumnCache, Loader, WordsCache, bits_cache, column_cache, words_cache};
use crate::dataset::Dataset;
use crate::explain::Tracing;
use crate::gate::{Gate, Limits, Patience};
use crate::manifest::{DATA, Manifest};
use crate::resident::Resident;
use crate::runtime::Threads;
use crate::version::{BATCH_ROWS, VersionFile};
use crate::write::{dataset_folder, remove_leftovers, version_folder, write_version};
use crate::{Error, FacetTree, Settings, VersionPath, VersionReport, stop, turns};

/// Versions whose metadata are kept.
const OPEN_VERSIONS: u64 = 1_000;
/// Answers to unfiltered facets that are kept.
const KEPT_FACETS: u64 = 5_000;
/// Bytes of answers to which records match a condition: the facets beside a page ask the same.
const KEPT_BITS: u64 = 64 << 20;
/// Bytes of what is kept of open indexes of words: less than a hundredth of their files.
const KEPT_WORDS: u64 = 64 << 20;

/// Writes versions of datasets and queries them. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
    /// Of the query that this handle runs.
    pub(crate) tracing: Tracing,
}

/// What clones share.
pub(crate) struct Inner {
    root: PathBuf,
    pub(crate) settings: Settings,
    pub(crate) threads: Threads,
    pub(crate) gate: Arc<Gate>,
    /// Lets exports in, each to its end.
    pub(crate) exports: Arc<Gate>,
    pub(crate) context: SessionContext,
    /// As `context`, with plans of one stream, which keep the order of the records.
    pub(crate) ordered: SessionContext,
    open: Cache<VersionPath, Arc<VersionFile>>,
    pub(crate) resident: Cache<VersionPath, Arc<Resident>>,
    pub(crate) facets: Cache<(VersionPath, String), Arc<Vec<FacetTree>>>,
    pub(crate) columns: ColumnCache,
    pub(crate) bits: BitsCache,
    pub(crate) words: WordsCache,
    pub(crate) loader: Loader,
}

impl Engine {
    /// Opens the engine on the data folder `root`, which is made when it does not exist. Versions that a process was killed
    /// while writing are removed.
    ///
    /// # Errors
    /// [`Error::Io`] when the folder cannot be made or listed.
    pub fn open(root: &Path, settings: Settings) -> Result<Self, Error> {
        stop::install();
        std::fs::create_dir_all(root).map_err(|error| Error::io(format!("making {}", root.display()), error))?;
        remove_leftovers(root)?;
        let threads = Threads::start(settings.threads)?;
        let gate = |places: usize| {
            Gate::new(Limits {
                places: places.max(1),
                queue: settings.query_queue,
                wait: settings.query_wait,
            })
        };
        let (queries, exports) = (gate(settings.threads), gate(settings.exports));
        let pool = TrackConsumersPool::new(
            FairSpillPool::new(settings.query_memory),
            std::num::NonZero::<usize>::MIN,
        );
        let runtime = RuntimeEnvBuilder::new().with_memory_pool(Arc::new(pool)).build_arc()?;
        let config = |partitions: usize| {
            SessionConfig::new()
                .with_batch_size(BATCH_ROWS)
                .with_target_partitions(partitions.max(1))
        };
        let context = SessionContext::new_with_config_rt(config(settings.threads), Arc::clone(&runtime));
        let ordered = SessionContext::new_with_config_rt(config(1), runtime);
        let resident = Cache::builder()
            .max_capacity(settings.resident_memory)
            .weigher(|_: &VersionPath, resident: &Arc<Resident>| u32::try_from(resident.bytes()).unwrap_or(u32::MAX))
            .build();
        Ok(Self {
            tracing: Tracing::default(),
            inner: Arc::new(Inner {
                root: root.to_owned(),
                threads,
                gate: queries,
                exports,
                context,
                ordered,
                open: Cache::new(OPEN_VERSIONS),
                resident,
                facets: Cache::new(KEPT_FACETS),
                columns: column_cache(settings.column_memory),
                bits: bits_cache(KEPT_BITS),
                words: words_cache(KEPT_WORDS),
                loader: Loader::default(),
                settings,
            }),
        })
    }

    /// How many tasks of queries and exports are under way; a query that was left counts until its last task is gone.
    pub fn under_way(&self) -> tokio::sync::watch::Receiver<usize> {
        self.inner.threads.under_way()
    }

    /// Runs a query of `portal`: it waits for its turn when it first computes, and has no more time from there than the settings say.
    pub(crate) async fn query<T>(
        &self,
        portal: &PortalId,
        query: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let Inner { gate, settings, .. } = &*self.inner;
        turns::whole(gate, portal, settings.query_time, query).await
    }

    /// Runs work of `portal` that waits for a turn for each of its pieces; `budget` is the time that it has.
    pub(crate) async fn in_pieces<T>(
        &self,
        portal: &PortalId,
        budget: Option<Duration>,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        turns::in_pieces(&self.inner.gate, portal, Patience::New, budget, work).await
    }

    /// Writes a version from `source`. It appears whole when this returns, or not at all, whenever the process is killed.
    /// Cells that could not be read become null and are listed in the file `rejects`. `progress` is told the bytes read so
    /// far and in all. Blocks; memory is bounded by a few chunks of the source.
    ///
    /// # Errors
    /// [`Error::Format`] when the source cannot be read, [`Error::Io`] when the disk fails or the version exists.
    pub fn write_version(
        &self,
        path: &VersionPath,
        source: Box<dyn Source>,
        rejects: Option<&Path>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<VersionReport, Error> {
        let writers = self.inner.settings.writers;
        write_version(&self.inner.root, path, source, rejects, writers, progress)
    }

    /// A handle on a version. Its columns are read as `schema` says: the labels and annotations may differ from those of the
    /// day it was written, the types may not.
    ///
    /// # Errors
    /// [`Error::Damaged`] when the version is missing or does not hold the columns of `schema`.
    pub fn dataset(&self, path: &VersionPath, schema: &Schema) -> Result<Dataset, Error> {
        let version = self.version(path)?;
        Dataset::of_version(self.clone(), path.clone(), version, schema)
    }

    /// What the version's folder says of it.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it is missing or unreadable.
    pub fn manifest(&self, path: &VersionPath) -> Result<Manifest, Error> {
        Manifest::read(&version_folder(&self.inner.root, path))
    }

    /// Reads the whole version again and compares it with its manifest.
    ///
    /// # Errors
    /// [`Error::Damaged`] when they differ.
    pub fn verify(&self, path: &VersionPath) -> Result<Manifest, Error> {
        let folder = version_folder(&self.inner.root, path);
        let manifest = Manifest::read(&folder)?;
        let data = folder.join(DATA);
        let failed = |error| Error::io(format!("reading {}", data.display()), error);
        let mut file = std::fs::File::open(&data).map_err(failed)?;
        let mut digest = DigestWriter(Sha256::new());
        std::io::copy(&mut file, &mut digest).map_err(failed)?;
        if hex::encode(digest.0.finalize()) == manifest.data_sha256 {
            Ok(manifest)
        } else {
            Err(Error::Damaged(format!(
                "{}: the content has changed since it was written; import the dataset again",
                data.display()
            )))
        }
    }

    /// Removes a version from the disk. Queries that are reading it go on to their end.
    ///
    /// # Errors
    /// [`Error::Io`] when the disk fails.
    pub fn remove_version(&self, path: &VersionPath) -> Result<(), Error> {
        let folder = version_folder(&self.inner.root, path);
        self.inner.open.invalidate(path);
        self.inner.resident.invalidate(path);
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::io(format!("removing {}", folder.display()), error))
            }
            _ => Ok(()),
        }
    }

    /// Removes every version of a dataset from the disk; the version in `path` is ignored.
    ///
    /// # Errors
    /// [`Error::Io`] when the disk fails.
    pub fn remove_dataset(&self, path: &VersionPath) -> Result<(), Error> {
        let folder = dataset_folder(&self.inner.root, path);
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::io(format!("removing {}", folder.display()), error))
            }
            _ => Ok(()),
        }
    }

    fn version(&self, path: &VersionPath) -> Result<Arc<VersionFile>, Error> {
        if let Some(version) = self.inner.open.get(path) {
            return Ok(version);
        }
        let version = Arc::new(VersionFile::open(&version_folder(&self.inner.root, path))?);
        self.inner.open.insert(path.clone(), Arc::clone(&version));
        Ok(version)
    }
}

struct DigestWriter(Sha256);

impl std::io::Write for DigestWriter {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        self.0.update(buffer);
        Ok(buffer.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

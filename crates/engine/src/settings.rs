//! How much of the machine the engine may use.

use std::time::Duration;

/// Limits of an [`crate::Engine`]. The defaults suit a small server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Bytes that queries running at the same time may hold together (sorts, groups); beyond it they end with
    /// [`crate::Error::Budget`].
    pub query_memory: usize,
    /// How long one query may take, a page, a record or facets, before it ends with [`crate::Error::Budget`]; `None` is as long as it
    /// takes. Exports have no such end: they work only while somebody reads.
    pub query_time: Option<Duration>,
    /// Queries of one portal that may wait for their turn at a time; one more ends with [`crate::Error::Busy`].
    pub query_queue: usize,
    /// How long a query may wait for its turn before it ends with [`crate::Error::Busy`]; this is no part of `query_time`.
    pub query_wait: Duration,
    /// Exports that are read at a time: each holds batches in memory for as long as its reader takes. As many again are read for
    /// portals of which none is, and others wait as queries do (`query_queue`, `query_wait`).
    pub exports: usize,
    /// Bytes of datasets kept decoded in memory.
    pub resident_memory: u64,
    /// A dataset that takes at most this many bytes decoded is kept whole in memory.
    pub resident_dataset: u64,
    /// Bytes of columns of larger datasets kept in memory, in the form in which they are scanned; see `columns`.
    pub column_memory: u64,
    /// Queries that run at a time, and partitions of one query. As many again run for portals of which none does.
    pub threads: usize,
    /// Threads that write one version.
    pub writers: usize,
    /// Most groups that one query may make.
    pub max_groups: usize,
}

impl Default for Settings {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            query_memory: 1 << 30,
            query_time: Some(Duration::from_secs(30)),
            query_queue: 1_000,
            query_wait: Duration::from_secs(10),
            exports: 64,
            resident_memory: 512 << 20,
            resident_dataset: 64 << 20,
            column_memory: 1 << 30,
            threads,
            writers: 2,
            max_groups: 1_000_000,
        }
    }
}

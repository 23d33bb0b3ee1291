//! The folder of a version, as it stands in the keys of what is kept in memory.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

/// A path that is hashed once: every column of every page is looked up by it.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    path: Arc<Path>,
    hash: u64,
}

impl Folder {
    pub(crate) fn new(path: &Path) -> Self {
        // Without a key of its own, so that a version that is opened again finds what was kept.
        let mut hasher = DefaultHasher::new();
        path.hash(&mut hasher);
        Self {
            path: path.into(),
            hash: hasher.finish(),
        }
    }
}

impl Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.path
    }
}

impl PartialEq for Folder {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.path, &other.path) || self.path == other.path
    }
}

impl Eq for Folder {}

impl Hash for Folder {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

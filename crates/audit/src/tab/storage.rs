//! Reading what is stored: per frame, by the storage key that the browser itself uses, so that a frame of somebody else shows
//! its own, partitioned or not. The page's scripts have no part in it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Tab, text};
use crate::charter::Kind;
use crate::error::{Error, Result};
use crate::facts::Fact;

impl Tab<'_> {
    /// Reads storage, databases and caches of every frame.
    pub(super) async fn read_storage(&mut self) -> Result<()> {
        let mut done = BTreeSet::new();
        let documents = self.targets.iter().filter(|(_, target)| target.has_document());
        let documents: Vec<String> = documents.map(|(session, _)| session.clone()).collect();
        for session in documents {
            match self.read_session(&session, &mut done).await {
                // A frame that went away meanwhile; what it kept of this site is read elsewhere.
                Ok(()) | Err(Error::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn read_session(&mut self, session: &str, done: &mut BTreeSet<String>) -> Result<()> {
        let tree = self.call(session, "Page.getFrameTree", json!({})).await?;
        let mut frames = Vec::new();
        collect(&tree["frameTree"], &mut frames);
        for frame in frames {
            let key = self
                .call(session, "Storage.getStorageKeyForFrame", json!({ "frameId": frame }))
                .await;
            // Frames without an origin of their own have no storage, and the browser says so by refusing.
            let key = match key {
                Ok(answer) => text(&answer, "storageKey"),
                Err(Error::Refused { .. }) => continue,
                Err(error) => return Err(error),
            };
            if key.starts_with("http") && done.insert(key.clone()) {
                self.read_key(session, &key).await?;
            }
        }
        Ok(())
    }

    async fn read_key(&mut self, session: &str, key: &str) -> Result<()> {
        for (kind, local) in [(Kind::LocalStorage, true), (Kind::SessionStorage, false)] {
            let id = json!({ "storageId": { "storageKey": key, "isLocalStorage": local } });
            let items = self.call(session, "DOMStorage.getDOMStorageItems", id).await?;
            self.store(kind, key, names(&items["entries"], |entry| &entry[0]));
        }
        let of = json!({ "storageKey": key });
        let databases = self.call(session, "IndexedDB.requestDatabaseNames", of.clone()).await?;
        self.store(Kind::IndexedDb, key, names(&databases["databaseNames"], |name| name));
        let caches = self.call(session, "CacheStorage.requestCacheNames", of).await;
        // Without a secure context there is no Cache API, and the browser says so by refusing.
        if let Ok(caches) = caches {
            self.store(
                Kind::CacheApi,
                key,
                names(&caches["caches"], |cache| &cache["cacheName"]),
            );
        }
        Ok(())
    }

    fn store(&mut self, kind: Kind, key: &str, names: Vec<String>) {
        let origin = origin_of(key);
        self.facts.extend(names.into_iter().map(|name| Fact::Stored {
            kind,
            origin: origin.clone(),
            name,
        }));
    }
}

/// The origin that a storage key begins with; `^` parts it from the site that it is partitioned by.
pub(super) fn origin_of(key: &str) -> String {
    key.split('^')
        .next()
        .unwrap_or_default()
        .trim_end_matches('/')
        .to_owned()
}

fn names(list: &Value, name: impl Fn(&Value) -> &Value) -> Vec<String> {
    let items = list.as_array().into_iter().flatten();
    items
        .filter_map(|item| name(item).as_str().map(str::to_owned))
        .collect()
}

/// The ids of all frames of a tree.
fn collect(tree: &Value, frames: &mut Vec<String>) {
    frames.extend(tree["frame"]["id"].as_str().map(str::to_owned));
    for child in tree["childFrames"].as_array().into_iter().flatten() {
        collect(child, frames);
    }
}

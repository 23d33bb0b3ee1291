//! Pages of records that were asked for before: the cheapest way to an exact answer.
//!
//! A version never changes, and whatever else decides on a page is part of its key, so a kept page is never stale.

use std::sync::Arc;

use chrono_tz::Tz;
use moka::sync::Cache;
use parvis_model::{Dataset, DatasetUid, PortalId, VersionId};

use crate::records::{Page, RecordsPage};
use crate::{Clauses, Viewer};

/// A page of more bytes than this is made anew each time.
const LARGEST: usize = 256 << 10;
/// Bytes that a page takes beside its rows, about.
const OVERHEAD: usize = 2 << 10;

/// All that a page of records depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub portal: PortalId,
    /// Of the portal: grows with each version, and with each change to what is said of a dataset.
    pub generation: u64,
    pub dataset: DatasetUid,
    /// Not always the one that is shown now.
    pub version: Option<VersionId>,
    pub clauses: Clauses,
    pub page: Page,
    pub app_metas: bool,
    pub lang: String,
    pub timezone: Tz,
}

impl Key {
    /// The key of a page, unless the page depends on the moment.
    pub fn new(
        viewer: &Viewer,
        generation: u64,
        dataset: &Dataset,
        clauses: &Clauses,
        page: Page,
        app_metas: bool,
    ) -> Option<Self> {
        if clauses.texts().any(names_the_moment) {
            return None;
        }
        Some(Self {
            portal: viewer.portal.id.clone(),
            generation,
            dataset: dataset.uid.clone(),
            version: dataset.version.as_ref().map(|version| version.id.clone()),
            clauses: clauses.clone(),
            page,
            app_metas,
            lang: viewer.lang.clone(),
            timezone: viewer.timezone,
        })
    }
}

/// Whether a clause may call `now()`. It is enough that the word stands in it, if only in a constant.
fn names_the_moment(clause: &str) -> bool {
    clause
        .as_bytes()
        .windows(3)
        .any(|word| word.eq_ignore_ascii_case(b"now"))
}

/// Pages by key, the least asked for dropped first.
#[derive(Debug)]
pub(crate) struct Answers {
    kept: Cache<Key, Arc<RecordsPage>>,
}

impl Answers {
    /// Keeps at most `bytes` bytes of pages.
    pub fn new(bytes: u64) -> Self {
        let weigh = |_: &Key, page: &Arc<RecordsPage>| u32::try_from(page.json.len() + OVERHEAD).unwrap_or(u32::MAX);
        Self {
            kept: Cache::builder().max_capacity(bytes).weigher(weigh).build(),
        }
    }

    pub fn get(&self, key: &Key) -> Option<Arc<RecordsPage>> {
        self.kept.get(key)
    }

    pub fn keep(&self, key: Key, page: &Arc<RecordsPage>) {
        if page.json.len() <= LARGEST {
            self.kept.insert(key, Arc::clone(page));
        }
    }
}

#[cfg(test)]
mod tests {
    use parvis_model::Portal;

    use super::*;

    fn key(clauses: &Clauses) -> Option<Key> {
        let portal: Portal = serde_json::from_value(serde_json::json!({
            "id": "orleans", "hosts": [], "public_url": "https://data.example", "name": {}, "languages": ["fr"], "accent": "#000000",
        }))
        .expect("every field that has no default is given");
        let page = Page::new(10, 0);
        let viewer = Viewer::anonymous(Arc::new(portal));
        let dataset: Dataset = serde_json::from_value(serde_json::json!({
            "uid": "da_1", "portal": "orleans", "slug": "a", "restricted": false, "metas": {}, "schema": { "fields": [] },
            "version": null, "created_at": "2026-03-04T12:00:00Z", "updated_at": "2026-03-04T12:00:00Z",
        }))
        .expect("the form that the model writes");
        Key::new(&viewer, 1, &dataset, clauses, page, false)
    }

    #[test]
    fn what_depends_on_the_moment_is_not_kept() {
        let filtered = |filter: &str| Clauses {
            filter: vec!["true".to_owned(), filter.to_owned()],
            ..Clauses::default()
        };
        for moment in ["date > now()", "date > NOW (days=-1)", "name = 'snow'"] {
            assert_eq!(key(&filtered(moment)), None, "{moment}");
        }
        let ordered = Clauses {
            order_by: Some("now()".to_owned()),
            ..Clauses::default()
        };
        assert_eq!(key(&ordered), None);
        assert!(key(&filtered("no_w > 1")).is_some());
    }

    #[test]
    fn a_large_page_is_not_kept() {
        let answers = Answers::new(1 << 20);
        for (bytes, kept) in [(LARGEST, true), (LARGEST + 1, false)] {
            let page = Arc::new(RecordsPage {
                next: None,
                total: 1,
                columns: Vec::new(),
                json: vec![b' '; bytes],
            });
            let key = key(&Clauses::default()).expect("nothing names the moment");
            answers.kept.invalidate_all();
            answers.keep(key.clone(), &page);
            assert_eq!(answers.get(&key).is_some(), kept, "{bytes}");
        }
    }
}

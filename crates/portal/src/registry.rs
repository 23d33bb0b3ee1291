//! The registry of each portal: what is in force, its revisions, and who may change it (R-REG-08, R-TEN-10).

use std::sync::Arc;

use chrono::{DateTime, Utc};
use parvis_cookies::registry::{Complaint, Questions, check};
use parvis_cookies::statement::StatementKey;
use parvis_cookies::{Additions, Registry};
use parvis_model::{Permission, Portal, PortalId};
use parvis_store::{RegistryRevision, Store};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::{Error, Parvis, Result, Viewer};

/// Longest note of a revision, in characters.
pub const MAX_NOTE: usize = 500;

/// A portal with its registry as it is in force, for whoever serves it.
#[derive(Clone, Debug)]
pub struct PortalRegistry {
    /// The portal.
    pub portal: Portal,
    /// What it may put in a browser.
    pub registry: Arc<Registry>,
    /// What consent was ever asked for, the present included.
    pub asked: Vec<Questions>,
}

impl PortalRegistry {
    /// A portal to which nothing was added yet.
    pub fn fresh(portal: Portal) -> Self {
        let registry = Arc::new(Registry::for_portal(&portal, &Additions::default()));
        Self {
            portal,
            registry,
            asked: Vec::new(),
        }
    }
}

/// What an administrator works on.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Number of the revision that it is based on.
    pub number: u64,
    /// What the portal adds.
    pub additions: Additions,
}

/// A revision as people read of it.
#[derive(Clone, Debug)]
pub struct Revision {
    /// Its number in the portal.
    pub number: u64,
    /// When it came into force.
    pub made_at: DateTime<Utc>,
    /// What its author was called; empty for the platform itself. For the back office only.
    pub author: String,
    /// Why, in the author's words.
    pub note: String,
    /// The short hash that the charter showed.
    pub revision: String,
    /// SHA-256 over the whole and the revision before, in hexadecimal.
    pub hash: String,
    /// Everything that visitors were told.
    pub published: serde_json::Value,
}

impl Parvis {
    /// The key that signs charters.
    pub fn statement_key(&self) -> StatementKey {
        StatementKey::new(self.keys().statement)
    }

    /// Every portal with its registry in force.
    ///
    /// # Errors
    /// The store failed, or holds a revision that cannot be read.
    pub async fn portal_registries(&self) -> Result<Vec<PortalRegistry>> {
        let mut all = Vec::new();
        for portal in self.portals().await? {
            all.push(self.in_force(portal).await?);
        }
        Ok(all)
    }

    async fn in_force(&self, portal: Portal) -> Result<PortalRegistry> {
        let Some(latest) = self.store().latest_registry_revision(&portal.id).await? else {
            return Ok(PortalRegistry::fresh(portal));
        };
        let additions: Additions = read(&latest.additions)?;
        let asked = self.store().registry_questions(&portal.id).await?;
        Ok(PortalRegistry {
            registry: Arc::new(Registry::for_portal(&portal, &additions).as_revision(latest.number, latest.made_at)),
            asked: asked.iter().map(|text| read(text)).collect::<Result<_>>()?,
            portal,
        })
    }

    /// Keeps what the charters of all portals say, where that is not what the latest revision says: after an upgrade that
    /// changed the product's own entries. Call it once, when a server starts.
    ///
    /// # Errors
    /// The store failed.
    pub async fn publish_registries(&self) -> Result<()> {
        for portal in self.portals().await? {
            self.publish_registry(&portal).await?;
        }
        Ok(())
    }

    /// The same for one portal, whose settings may have changed.
    pub(crate) async fn publish_registry(&self, portal: &Portal) -> Result<()> {
        let latest = self.store().latest_registry_revision(&portal.id).await?;
        let additions = match &latest {
            Some(latest) => read(&latest.additions)?,
            None => Additions::default(),
        };
        let registry = Registry::for_portal(portal, &additions);
        if latest
            .as_ref()
            .is_some_and(|latest| latest.revision == registry.revision())
        {
            return Ok(());
        }
        let next = self.next(portal, latest.as_ref(), &additions, &registry);
        match self.store().add_registry_revision(&next).await {
            // Another process has just kept it.
            Err(parvis_store::Error::Conflict { .. }) => Ok(()),
            other => Ok(other?),
        }
    }

    /// What the portal adds to the registry, to be worked on.
    ///
    /// # Errors
    /// `Forbidden` unless the viewer administers this portal.
    pub async fn registry_draft(&self, viewer: &Viewer) -> Result<Draft> {
        viewer.require(Permission::EditDomain, "see the cookie registry's settings")?;
        let latest = self.store().latest_registry_revision(&viewer.portal.id).await?;
        Ok(match latest {
            Some(latest) => Draft {
                number: latest.number,
                additions: read(&latest.additions)?,
            },
            None => Draft {
                number: 0,
                additions: Additions::default(),
            },
        })
    }

    /// What is wrong with a draft; nothing if it may be kept.
    pub fn registry_complaints(&self, portal: &Portal, draft: &Draft) -> Vec<Complaint> {
        check(portal, &draft.additions)
    }

    /// Makes a draft the registry in force. A draft that changes nothing makes no revision. Answers the number in force.
    ///
    /// # Errors
    /// `Forbidden` unless the viewer administers this portal; `Invalid` when something may not be declared; a conflict when
    /// somebody else made a revision in the meantime.
    pub async fn revise_registry(&self, viewer: &Viewer, note: &str, draft: Draft) -> Result<u64> {
        viewer.require(Permission::EditDomain, "change the cookie registry")?;
        let portal = &*viewer.portal;
        let note = note.trim();
        if note.chars().count() > MAX_NOTE || note.chars().any(char::is_control) {
            return Err(Error::Invalid(format!("Give a note of at most {MAX_NOTE} characters.")));
        }
        let latest = self.store().latest_registry_revision(&portal.id).await?;
        let number = latest.as_ref().map_or(0, |latest| latest.number);
        if draft.number != number {
            return Err(conflict(portal));
        }
        let before = match &latest {
            Some(latest) => read(&latest.additions)?,
            None => Additions::default(),
        };
        let additions = self.dated(draft.additions, &before);
        if let Some(complaint) = check(portal, &additions).into_iter().next() {
            return Err(Error::Invalid(complaint.to_string()));
        }
        if additions == before {
            return Ok(number);
        }
        let registry = Registry::for_portal(portal, &additions);
        let next = RegistryRevision {
            author: viewer.actor.user().cloned(),
            author_name: self.name_of(viewer).await?,
            note: note.to_owned(),
            ..self.next(portal, latest.as_ref(), &additions, &registry)
        };
        let next = RegistryRevision {
            hash: hash(&next, latest.as_ref()),
            ..next
        };
        self.store().add_registry_revision(&next).await?;
        Ok(next.number)
    }

    /// The portal's revisions below `before`, newest first, at most `limit`: what visitors were told, when and why. Public,
    /// but for the author's name, which is left out unless the viewer administers the portal.
    ///
    /// # Errors
    /// The store failed.
    pub async fn registry_history(&self, viewer: &Viewer, before: Option<u64>, limit: u64) -> Result<Vec<Revision>> {
        let found = self
            .store()
            .registry_revisions(&viewer.portal.id, before, limit)
            .await?;
        found.into_iter().map(|row| revision(row, viewer)).collect()
    }

    /// One revision of the portal, as [`Parvis::registry_history`] gives it.
    ///
    /// # Errors
    /// The store failed.
    pub async fn registry_revision(&self, viewer: &Viewer, number: u64) -> Result<Option<Revision>> {
        let found = self.store().registry_revision(&viewer.portal.id, number).await?;
        found.map(|row| revision(row, viewer)).transpose()
    }

    /// What the viewer's account is called.
    async fn name_of(&self, viewer: &Viewer) -> Result<String> {
        let Some(id) = viewer.actor.user() else {
            return Ok(String::new());
        };
        let user = self.store().user(&viewer.portal.id, id).await?;
        Ok(user.map(|user| user.display_name).unwrap_or_default())
    }

    /// Each entry and service with the day it was first declared.
    fn dated(&self, mut additions: Additions, before: &Additions) -> Additions {
        let today = self.now().date_naive();
        for entry in &mut additions.entries {
            let known = before.entry(&entry.id).and_then(|old| old.valid_from);
            entry.valid_from = Some(known.unwrap_or(today));
        }
        for service in &mut additions.services {
            let known = before.service(&service.id).and_then(|old| old.valid_from);
            service.valid_from = Some(known.unwrap_or(today));
        }
        additions
    }

    /// The revision after `latest`, made by the platform itself.
    fn next(
        &self,
        portal: &Portal,
        latest: Option<&RegistryRevision>,
        additions: &Additions,
        registry: &Registry,
    ) -> RegistryRevision {
        let text = |value: serde_json::Result<String>| value.expect("registries have text keys only");
        let next = RegistryRevision {
            portal: portal.id.clone(),
            number: latest.map_or(0, |latest| latest.number) + 1,
            made_at: self.now(),
            author: None,
            author_name: String::new(),
            note: String::new(),
            additions: text(serde_json::to_string(additions)),
            published: registry.published().to_string(),
            revision: registry.revision(),
            questions: text(serde_json::to_string(registry.questions())),
            hash: [0; 32],
        };
        RegistryRevision {
            hash: hash(&next, latest),
            ..next
        }
    }
}

/// The number of the first revision of `portal` that is not as it was made: altered, removed or put in between. None if all
/// are.
///
/// # Errors
/// The store failed.
pub async fn first_altered_revision(store: &Store, portal: &PortalId) -> Result<Option<u64>> {
    let mut rows = store.registry_revisions(portal, None, u64::MAX).await?;
    rows.reverse();
    let mut before = None;
    for (expected, row) in (1..).zip(&rows) {
        if row.number != expected || row.hash != hash(row, before) {
            return Ok(Some(expected));
        }
        before = Some(row);
    }
    Ok(None)
}

/// SHA-256 over everything that a revision says and the hash of the one before, so that none can be altered unseen.
fn hash(revision: &RegistryRevision, before: Option<&RegistryRevision>) -> parvis_store::Hash {
    let author = revision.author.as_ref().map(|id| id.as_str());
    let all = serde_json::json!([
        revision.portal.as_str(),
        revision.number,
        revision.made_at.timestamp_millis(),
        author,
        revision.author_name,
        revision.note,
        revision.additions,
        revision.published,
        revision.revision,
        revision.questions,
        before.map(|before| hex::encode(before.hash)),
    ]);
    Sha256::digest(all.to_string().as_bytes()).into()
}

fn revision(row: RegistryRevision, viewer: &Viewer) -> Result<Revision> {
    let named = viewer.may(Permission::EditDomain);
    Ok(Revision {
        number: row.number,
        made_at: row.made_at,
        author: if named { row.author_name } else { String::new() },
        note: row.note,
        revision: row.revision,
        hash: hex::encode(row.hash),
        published: read(&row.published)?,
    })
}

fn conflict(portal: &Portal) -> Error {
    Error::Store(parvis_store::Error::Conflict {
        what: "registry",
        name: portal.id.to_string(),
    })
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text)
        .map_err(|error| Error::Internal(format!("a revision of the cookie registry cannot be read: {error}")))
}

#[cfg(test)]
mod tests;

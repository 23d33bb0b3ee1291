//! The portals the edge serves, and what follows from each.

use std::collections::HashMap;
use std::sync::Arc;

use parvis_cookies::{ChoiceRules, CsrfKeeper, Registry, TrustedOrigin};
use parvis_model::Portal;
use parvis_portal::registry::PortalRegistry;

use super::Keys;

/// A portal with its registry and the keepers of its secrets.
#[derive(Debug)]
pub struct Site {
    /// The portal.
    pub portal: Arc<Portal>,
    /// What it may put in a browser.
    pub registry: Arc<Registry>,
    /// Makes and recognises its CSRF secrets.
    pub csrf: CsrfKeeper,
    /// Other origins whose forms may write here (R-CSRF-10).
    pub trusted: Vec<TrustedOrigin>,
    /// Signs and reads its visitors' choices.
    pub choices: ChoiceRules,
}

impl Site {
    fn new(served: PortalRegistry, keys: &Keys) -> Self {
        let PortalRegistry {
            portal,
            registry,
            asked,
        } = served;
        let csrf = CsrfKeeper::new(keys.csrf.clone(), portal.id.clone());
        let choices = ChoiceRules::new(keys.choice.clone(), portal.id.clone(), &registry, asked);
        // They were checked when they were configured: what is refused all the same is not trusted.
        let origins = portal.trusted_origins.iter();
        let trusted = origins.filter_map(|entry| TrustedOrigin::parse(entry).ok()).collect();
        Self {
            portal: Arc::new(portal),
            registry,
            csrf,
            trusted,
            choices,
        }
    }

    /// The host that the others redirect to.
    pub fn canonical_host(&self) -> &str {
        self.portal.hosts.first().map_or("", String::as_str)
    }
}

/// All portals, by the hosts they are served on.
#[derive(Debug, Default)]
pub struct Sites {
    all: Vec<Arc<Site>>,
    by_host: HashMap<String, Arc<Site>>,
}

impl Sites {
    pub(super) fn new(portals: Vec<PortalRegistry>, keys: &Keys) -> Self {
        let all: Vec<_> = portals
            .into_iter()
            .map(|served| Arc::new(Site::new(served, keys)))
            .collect();
        let hosts = |site: &Arc<Site>| {
            let site = Arc::clone(site);
            site.portal
                .hosts
                .clone()
                .into_iter()
                .map(move |host| (host.to_ascii_lowercase(), Arc::clone(&site)))
        };
        let by_host = all.iter().flat_map(hosts).collect();
        Self { all, by_host }
    }

    /// The portals, in the order in which they were given.
    pub fn all(&self) -> &[Arc<Site>] {
        &self.all
    }

    /// The portal served on `host` (lower-case, without port).
    pub fn on_host(&self, host: &str) -> Option<&Arc<Site>> {
        self.by_host.get(host)
    }
}

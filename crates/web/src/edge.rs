//! What happens around every request: host → portal, session → actor, language, forged requests, cookies, headers of the
//! answer. Handlers see a [`Cx`]; whatever they want to put in the browser goes through it, and so through the registry.

pub mod accounts;
pub mod address;
mod answer;
mod asked;
pub(crate) mod csrf;
pub mod cx;
mod guard;
mod headers;
mod host;
mod installation;
pub(crate) mod kept;
mod neutral;
mod orders;
mod oversize;
mod session;
mod setlang;
pub mod site;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::routing::get;
use parvis_cookies::ServerKey;
use parvis_model::{Clock, ErrorCode, Rng};
use parvis_portal::registry::PortalRegistry;

pub use accounts::{Accounts, Failure, Found};
pub use cx::Cx;
pub use kept::{Keeping, keeping};
pub use session::SignIn;
pub use site::{Site, Sites};

use crate::state::AppState;

/// How the installation is reached.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// Visitors come over https (a proxy in front of the server ends it). Decides on `Secure`, HSTS and absolute links.
    pub https: bool,
    /// The port visitors write. A `Host` with another one is refused. `None` takes the scheme's own port, that of the
    /// portal's public address, and over plain HTTP the one that the server listens on.
    pub port: Option<u16>,
    /// `localhost` and bare addresses show the list of portals.
    pub demo: bool,
}

/// The secrets of the edge.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Makes the secrets behind form tokens.
    pub csrf: ServerKey,
    /// Signs visitors' choices about cookies.
    pub choice: ServerKey,
}

/// Left on a request whose headers were so large that the server cut them: an extension. It is answered with 431 (R-BAD-02).
#[derive(Clone, Copy, Debug)]
pub struct HeadersCut;

/// Left on an answer that the edge wrote in plain HTML and that the pages can draw better (`pages::dress`).
#[derive(Clone)]
pub enum Plain {
    /// A request to a portal was refused.
    Refused(ErrorCode),
    /// The list of the demo's portals; the text follows their hosts (`:8080`, or nothing).
    Portals(Arc<Sites>, String),
}

/// The state of the edge, shared by all requests. Cheap to clone.
#[derive(Clone)]
pub struct Edge {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    keys: Keys,
    accounts: Arc<dyn Accounts>,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    sites: RwLock<Arc<Sites>>,
    alerts: AtomicU64,
    epoch: AtomicU64,
}

impl Edge {
    /// An edge that serves no portal yet.
    pub fn new(
        settings: Settings,
        keys: Keys,
        accounts: Arc<dyn Accounts>,
        clock: Arc<dyn Clock>,
        rng: Arc<dyn Rng>,
    ) -> Self {
        let inner = Inner {
            settings,
            keys,
            accounts,
            clock,
            rng,
            sites: RwLock::new(Arc::new(Sites::default())),
            alerts: AtomicU64::new(0),
            epoch: AtomicU64::new(0),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Serves these portals from now on, and no other. Requests under way keep what they began with.
    pub fn set_portals(&self, portals: Vec<PortalRegistry>) {
        let sites = Arc::new(Sites::new(portals, &self.inner.keys));
        *self.inner.sites.write().unwrap_or_else(PoisonError::into_inner) = sites;
        // After them: whoever reads the new number sees the new portals.
        self.inner.epoch.fetch_add(1, Ordering::Release);
    }

    /// The portals that are served.
    pub fn sites(&self) -> Arc<Sites> {
        Arc::clone(&self.inner.sites.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// How many answers tried to set a cookie past the registry since the start (R-REG-02). Anything but 0 is a fault.
    pub fn alerts(&self) -> u64 {
        self.inner.alerts.load(Ordering::Relaxed)
    }

    /// How often the portals were set. What was made at one number may be wrong at the next.
    pub(crate) fn epoch(&self) -> u64 {
        self.inner.epoch.load(Ordering::Acquire)
    }

    fn count_alert(&self) {
        self.inner.alerts.fetch_add(1, Ordering::Relaxed);
    }

    fn settings(&self) -> Settings {
        self.inner.settings
    }

    fn accounts(&self) -> &dyn Accounts {
        &*self.inner.accounts
    }

    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.inner.clock.now()
    }

    fn rng(&self) -> &dyn Rng {
        &*self.inner.rng
    }
}

/// Wraps every route in the edge, and adds the edge's own routes.
pub fn protect(routes: Router<AppState>, state: &AppState) -> Router<AppState> {
    wrap(routes, state.edge.clone())
}

/// The same for any state.
pub fn wrap<S: Clone + Send + Sync + 'static>(routes: Router<S>, edge: Edge) -> Router<S> {
    routes
        .route("/i18n/setlang/", get(setlang::redirect).post(setlang::choose))
        .route("/csrf/", get(csrf::token))
        .layer(axum::middleware::from_fn_with_state(edge, guard::guard))
}

#[cfg(test)]
mod tests;

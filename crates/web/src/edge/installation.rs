//! Puts the edge in front of an installation: its portals, sessions, keys.

use std::sync::Arc;

use futures::FutureExt;
use parvis_model::audience::Event;
use parvis_model::{Actor, Clock, PortalId, Rng};
use parvis_portal::Parvis;
use parvis_portal::sessions::Current;

use super::accounts::Answer;
use super::{Accounts, Edge, Failure, Found, Keys, Settings};

impl From<parvis_portal::Error> for Failure {
    fn from(error: parvis_portal::Error) -> Self {
        Self {
            code: error.code(),
            message: error.to_string(),
        }
    }
}

impl From<Current> for Found {
    fn from(current: Current) -> Self {
        Self {
            actor: current.actor,
            name: current.user.display_name,
            csrf: current.session.csrf_secret,
            created_at: current.session.created_at,
            expires_at: current.session.expires_at,
        }
    }
}

impl Accounts for Parvis {
    fn find<'a>(&'a self, portal: &'a PortalId, id: &'a str) -> Answer<'a, Option<Found>> {
        async { Ok(self.session(portal, id).await?.map(Found::from)) }.boxed()
    }

    fn renew<'a>(&'a self, portal: &'a PortalId, id: &'a str) -> Answer<'a, Option<chrono::DateTime<chrono::Utc>>> {
        async {
            let Some(current) = self.session(portal, id).await? else {
                return Ok(None);
            };
            if !self.renew_session(&current.session).await? {
                return Ok(None);
            }
            Ok(self
                .session(portal, id)
                .await?
                .map(|renewed| renewed.session.expires_at))
        }
        .boxed()
    }

    fn is_replaced(&self, receipt: &str, day: i64) -> bool {
        Self::is_replaced(self, receipt, day)
    }

    fn count(&self, portal: &PortalId, event: Event, dataset: Option<&str>) {
        Self::count(self, portal, event, dataset);
    }

    fn by_key<'a>(&'a self, portal: &'a PortalId, key: &'a str) -> Answer<'a, Actor> {
        async { Ok(self.actor_by_api_key(portal, key).await?) }.boxed()
    }
}

impl Edge {
    /// The edge of an installation, serving the portals it has now. [`Edge::reload`] takes up later ones.
    ///
    /// # Errors
    /// The store failed.
    pub async fn of(
        parvis: &Parvis,
        settings: Settings,
        clock: Arc<dyn Clock>,
        rng: Arc<dyn Rng>,
    ) -> Result<Self, Failure> {
        let keys = Keys {
            csrf: parvis.csrf_key(),
            choice: parvis.choice_key(),
        };
        let edge = Self::new(settings, keys, Arc::new(parvis.clone()), clock, rng);
        parvis.publish_registries().await?;
        edge.reload(parvis).await?;
        Ok(edge)
    }

    /// Serves the portals that the installation has now.
    ///
    /// # Errors
    /// The store failed.
    pub async fn reload(&self, parvis: &Parvis) -> Result<(), Failure> {
        self.set_portals(parvis.portal_registries().await?);
        Ok(())
    }
}

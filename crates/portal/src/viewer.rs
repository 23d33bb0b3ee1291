//! Who looks at which portal, and how they want to be answered.

use std::sync::Arc;

use chrono_tz::Tz;
use parvis_model::{Actor, Permission, Portal};

use crate::versions::At;
use crate::{Error, Result};

/// The subject of every use-case.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// The portal that was asked.
    pub portal: Arc<Portal>,
    /// Who asks.
    pub actor: Actor,
    /// Language of labels and texts.
    pub lang: String,
    /// Time zone of dates.
    pub timezone: Tz,
    /// The version of datasets to look at, instead of the one that is shown now.
    pub at: Option<At>,
}

impl Viewer {
    /// Somebody who has not signed in, in the portal's default language and UTC.
    pub fn anonymous(portal: Arc<Portal>) -> Self {
        let lang = portal.default_language().to_owned();
        Self {
            portal,
            actor: Actor::Anonymous,
            lang,
            timezone: Tz::UTC,
            at: None,
        }
    }

    /// Whether the viewer holds `permission` here.
    pub fn may(&self, permission: Permission) -> bool {
        self.actor.may(permission, &self.portal.id)
    }

    /// Refuses unless the viewer holds `permission` here. `what` completes "You may not do this: …".
    pub(crate) fn require(&self, permission: Permission, what: &'static str) -> Result<()> {
        if self.may(permission) {
            Ok(())
        } else {
            Err(Error::Forbidden(what))
        }
    }
}

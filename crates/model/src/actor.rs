//! Who acts, and what they may do. The rules are here; they are applied in the `portal` crate only.

use serde::{Deserialize, Serialize};

use crate::id::{PortalId, UserId};

/// A right that a user of a portal can hold (the names of the Automation API).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See datasets whose access is restricted.
    ExploreRestrictedDataset,
    /// Create datasets.
    CreateDataset,
    /// Edit every dataset.
    EditDataset,
    /// Publish datasets.
    PublishDataset,
    /// See how the portal is used.
    ExploreMonitoring,
    /// Change the portal's settings.
    EditDomain,
    /// Manage the portal's users.
    ManageUsers,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 7] = [
        Self::ExploreRestrictedDataset,
        Self::CreateDataset,
        Self::EditDataset,
        Self::PublishDataset,
        Self::ExploreMonitoring,
        Self::EditDomain,
        Self::ManageUsers,
    ];
}

/// A named set of permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Signs in, makes API keys, sees what everybody sees.
    Reader,
    /// Creates, edits and publishes datasets, and sees how they are used.
    Publisher,
    /// Everything in its portal.
    Admin,
}

impl Role {
    /// The permissions of the role.
    pub fn permissions(self) -> &'static [Permission] {
        use Permission::{CreateDataset, EditDataset, ExploreMonitoring, ExploreRestrictedDataset, PublishDataset};
        match self {
            Self::Reader => &[],
            Self::Publisher => &[
                ExploreRestrictedDataset,
                CreateDataset,
                EditDataset,
                PublishDataset,
                ExploreMonitoring,
            ],
            Self::Admin => &Permission::ALL,
        }
    }

    /// The name used by the command line and the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Publisher => "publisher",
            Self::Admin => "admin",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Reader, Self::Publisher, Self::Admin]
            .into_iter()
            .find(|role| role.name() == name)
    }
}

/// Who makes a request, on which portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Nobody has signed in.
    Anonymous,
    /// A user of the portal, or of the platform (who acts on every portal).
    User {
        /// The user.
        id: UserId,
        /// The portal the account belongs to; `None` for the platform's own staff.
        portal: Option<PortalId>,
        /// What the account may do.
        role: Role,
    },
}

impl Actor {
    /// Whether the actor holds `permission` on `portal`.
    pub fn may(&self, permission: Permission, portal: &PortalId) -> bool {
        match self {
            Self::Anonymous => false,
            Self::User { portal: home, role, .. } => {
                home.as_ref().is_none_or(|home| home == portal) && role.permissions().contains(&permission)
            }
        }
    }

    /// Whether the actor holds `permission` on the platform itself, as some of its own staff do.
    pub fn may_on_platform(&self, permission: Permission) -> bool {
        matches!(self, Self::User { portal: None, role, .. } if role.permissions().contains(&permission))
    }

    /// The user's identifier, if somebody has signed in.
    pub fn user(&self) -> Option<&UserId> {
        match self {
            Self::Anonymous => None,
            Self::User { id, .. } => Some(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_a_matrix_of_role_and_portal() {
        let home = PortalId::new("orleans");
        let other = PortalId::new("cesson");
        for role in [Role::Reader, Role::Publisher, Role::Admin] {
            let local = Actor::User {
                id: UserId::new("u"),
                portal: Some(home.clone()),
                role,
            };
            let staff = Actor::User {
                id: UserId::new("u"),
                portal: None,
                role,
            };
            for permission in Permission::ALL {
                let held = role.permissions().contains(&permission);
                assert_eq!(local.may(permission, &home), held);
                assert!(!local.may(permission, &other));
                assert_eq!(staff.may(permission, &other), held);
                assert!(!Actor::Anonymous.may(permission, &home));
                assert_eq!(staff.may_on_platform(permission), held);
                assert!(!local.may_on_platform(permission) && !Actor::Anonymous.may_on_platform(permission));
            }
        }
    }
}

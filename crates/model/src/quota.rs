//! Whose calls of the API a quota counts.

/// Whose calls a quota counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum QuotaScope {
    /// All calls to the portal.
    Portal,
    /// All calls of those who have neither signed in nor shown a key.
    Anonymous,
    /// The calls of one user, by session or by any of their keys.
    User,
    /// The calls with one key.
    Key,
    /// The calls about one dataset.
    Dataset,
}

impl QuotaScope {
    /// Every scope.
    pub const ALL: [Self; 5] = [Self::Portal, Self::Anonymous, Self::User, Self::Key, Self::Dataset];

    /// The name used by the command line and the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Anonymous => "anonymous",
            Self::User => "user",
            Self::Key => "key",
            Self::Dataset => "dataset",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }

    /// Whether there are several of its kind, each with calls of its own.
    pub fn has_subjects(self) -> bool {
        matches!(self, Self::User | Self::Key | Self::Dataset)
    }
}

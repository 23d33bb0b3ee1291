#![doc = include_str!("../README.md")]

mod api_keys;
mod audience;
mod audits;
mod changes;
mod consent;
mod datasets;
mod error;
mod failed_logins;
mod health;
mod portals;
mod quotas;
mod registry_revisions;
mod row;
mod secrets;
mod sessions;
mod store;
mod users;
mod versions;

pub use api_keys::ApiKey;
pub use audience::{AudienceDataset, AudienceExtent, AudienceSum};
pub use audits::AuditRow;
pub use consent::{ConsentBatch, ConsentRow, ConsentTip, ShownText, Signed};
pub use error::{Error, Result};
pub use health::Health;
pub use quotas::Quota;
pub use registry_revisions::RegistryRevision;
pub use sessions::Session;
pub use store::Store;
pub use users::User;

/// A SHA-256 digest: the form in which session identifiers, API keys and attempted accounts are stored.
pub type Hash = [u8; 32];

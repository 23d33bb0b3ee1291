#![doc = include_str!("../README.md")]

pub mod actor;
pub mod audience;
pub mod calendar;
pub mod change;
pub mod clock;
pub mod collate;
pub mod dataset;
pub mod error;
pub mod id;
pub mod meta;
pub mod portal;
mod quota;
pub mod schema;
pub mod text;

pub use actor::{Actor, Permission, Role};
pub use change::{Change, FieldChange, MetadataChange, TextChange};
pub use clock::{Clock, Rng, SystemClock, SystemRng};
pub use dataset::{Dataset, DatasetMetas, Extent, VersionInfo};
pub use error::ErrorCode;
pub use id::{ApiKeyId, DatasetUid, PortalId, UserId, VersionId};
pub use portal::Portal;
pub use quota::QuotaScope;
pub use schema::{Annotations, FacetSort, Field, FieldType, Precision, Schema};
pub use text::Localized;

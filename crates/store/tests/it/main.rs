//! The contract of the store: what every database behind it must do.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accounts;
mod audience;
mod concurrency;
mod consent;
mod crash;
mod datasets;
mod opening;
mod portals;
mod registry_revisions;
mod sessions;
mod support;

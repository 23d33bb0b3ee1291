//! The real binary, from outside.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod accounts;
mod administration;
mod answers;
mod audience;
mod audit;
mod consent;
mod cookie_writers;
mod crate_edges;
mod demo;
mod demo_schemas;
mod docs;
mod help;
mod hostile;
mod load;
mod metadata;
mod publishing;
mod serving;
mod support;

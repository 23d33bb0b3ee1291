//! The real binary, from outside.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod administration;
mod consent;
mod cookie_writers;
mod crate_edges;
mod demo;
mod demo_schemas;
mod docs;
mod help;
mod publishing;
mod serving;
mod support;

//! The real binary, from outside.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod crate_edges;

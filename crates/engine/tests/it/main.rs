//! Tests of the engine from outside, in one binary: linking it is what takes long.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic, and so may what it calls"
)]

mod common;
mod differential;
mod documented;
mod explain;
mod golden;
mod leaving;
mod paging;
mod percentiles;
mod permissions;
mod versions;

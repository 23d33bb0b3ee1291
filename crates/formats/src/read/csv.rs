//! CSV: a cheap sequential splitter, and records parsed a block at a time on any thread.

pub mod dialect;
pub mod inspect;
pub mod rows;
pub mod source;
pub mod splitter;

pub use dialect::Dialect;

//! Records coming in: what a file holds, and its records chunk by chunk.

pub mod build;
pub mod csv;
pub mod encoding;
pub(crate) mod fields;
pub mod infer;
pub mod inspect;
pub mod json;
pub mod names;
pub mod reject;

#[cfg(test)]
mod tests;

#![doc = include_str!("../README.md")]

mod address;
mod fetcher;

pub use address::is_public;
pub use fetcher::{Error, Fetched, Fetcher, Limits, Settings};

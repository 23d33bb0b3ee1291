#![doc = include_str!("../README.md")]

pub mod error;
pub mod layout;
pub mod output;
pub mod source;

mod pending;
pub use pending::*;

pub use error::Error;
pub use output::{Column, ColumnKind, Format, Table, Writer, WriterOptions};
pub use source::{Chunk, Parsed, Problem, Source};

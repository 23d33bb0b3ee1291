#![doc = include_str!("../README.md")]

pub mod error;
pub mod layout;
pub mod output;
pub mod read;
pub mod source;
pub mod value;
pub mod write;

pub use error::Error;
pub use output::{AnyWriter, Column, ColumnKind, Format, RowFormat, Table, Writer, WriterOptions};
pub use read::inspect::{FieldOverride, InputFormat, InspectOptions, Inspection, Origin, Reading, inspect, open};
pub use read::reject::RejectWriter;
pub use source::{Chunk, Parsed, Problem, Source};
pub use write::arrow_ipc::arrow_rows;
pub use write::json::json_rows;
pub use write::value::json_value;
pub use write::writer;

#![doc = include_str!("../README.md")]

pub mod ast;
mod check;
mod date;
mod error;
mod lexer;
mod names;
mod parser;
mod print;
mod v1;

pub use ast::*;
pub use check::{MAX_ORDERED_GROUPS, check, check_export_order, check_facet};
pub use error::{Clause, Error, ErrorKind};
pub use lexer::MAX_CLAUSE_BYTES;
pub use names::RESERVED;
pub use parser::{
    MAX_HEIGHT, MAX_KEYS, MAX_NESTING, MAX_SELECTED, parse_exclude, parse_facet, parse_group_by, parse_order_by,
    parse_refine, parse_select, parse_where,
};
pub use v1::parse_v1;

//! From the tree of a query to expressions over physical columns.

pub(crate) mod aggregate;
pub(crate) mod condition;
pub(crate) mod expr;
mod if_null;
pub(crate) mod now;
pub(crate) mod refine;
pub(crate) mod scope;
pub(crate) mod select;
mod technical;
pub(crate) mod value;

pub(crate) use scope::Scope;
pub(crate) use value::{Constant, Kind, Value};

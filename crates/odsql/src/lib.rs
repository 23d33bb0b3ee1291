#![doc = include_str!("../README.md")]

pub mod ast;

pub use ast::*;

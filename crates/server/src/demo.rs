//! The demo: six portals of French towns with real and invented data.

pub mod load;
pub mod manifest;
pub mod state;

//! parvis-formats

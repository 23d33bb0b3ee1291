//! parvis-store

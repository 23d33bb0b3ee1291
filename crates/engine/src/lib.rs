//! parvis-engine

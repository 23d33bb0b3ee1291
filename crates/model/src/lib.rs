//! parvis-model

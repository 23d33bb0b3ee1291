//! parvis-portal

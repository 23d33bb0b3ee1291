//! parvis-odsql

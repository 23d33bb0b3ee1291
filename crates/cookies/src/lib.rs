//! parvis-cookies

//! The edge in front of a few small handlers, called in process.

mod app;
mod bad_input;
mod caching;
mod cookies;
mod forgery;
mod hosts;
mod installation;
mod language;
mod sessions;

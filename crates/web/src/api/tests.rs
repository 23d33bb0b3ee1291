//! The API over HTTP, in process: the real routes, use-cases, store and engine in a temporary folder.

mod auth;
mod description;
mod explain;
mod exports;
mod forms;
mod load;
mod parameters;
mod queries;
mod quotas;
mod readers;
mod recorded;
mod routes;
pub(crate) mod support;
mod templates;
mod v1;
mod v20;
mod validators;
mod versions;

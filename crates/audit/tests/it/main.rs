//! The auditor, in a real browser, against sites that these tests serve.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod audits;
mod clean;
mod hostile;
mod site;

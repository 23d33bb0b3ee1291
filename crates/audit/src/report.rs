//! What an audit says: one value, and its forms for people and programs.

mod html;
mod terminal;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use crate::finding::{Finding, Severity};
use crate::judge::judge;
use crate::plan::Scenario;
use crate::run::Run;

/// Version of the JSON form.
const FORMAT: u32 = 1;

/// The report of an audit. Everything but `run` is the same whenever the same site is audited.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Version of this form.
    pub format: u32,
    /// Address of the site.
    pub site: String,
    /// Revision of the charter that was judged against.
    pub revision: String,
    /// Whether there is no error.
    pub passed: bool,
    /// How many errors there are.
    pub errors: usize,
    /// How many warnings there are.
    pub warnings: usize,
    /// What was tried.
    pub scenarios: Vec<Scenario>,
    /// The pages that were opened, in order.
    pub pages: Vec<String>,
    /// What was found: errors first, then by code and subject.
    pub findings: Vec<Finding>,
    /// What differs from run to run.
    pub run: Circumstances,
}

/// When and with what an audit ran.
#[derive(Clone, Debug, Serialize)]
pub struct Circumstances {
    /// When it began, UTC, whole seconds.
    pub started: String,
    /// Name and version of the browser.
    pub browser: String,
    /// Version of Parvis.
    pub version: &'static str,
    /// The banner as visitors saw it, by the hash under which the proof of consent keeps it. Empty unless the audit is kept.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<Pictured>,
}

/// A picture of the banner that is kept elsewhere.
#[derive(Clone, Debug, Serialize)]
pub struct Pictured {
    /// `desktop` or `mobile`.
    pub device: &'static str,
    /// SHA-256 of the PNG, in hexadecimal.
    pub sha256: String,
}

impl Report {
    /// Judges a run that began at `started`.
    pub fn new(run: &Run, started: DateTime<Utc>) -> Self {
        let findings = judge(run);
        let errors = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .count();
        Self {
            format: FORMAT,
            site: run.origin.to_string(),
            revision: run.charter.revision.clone(),
            passed: errors == 0,
            errors,
            warnings: findings.len() - errors,
            scenarios: run.tried.clone(),
            pages: run.pages.clone(),
            findings,
            run: Circumstances {
                started: started.to_rfc3339_opts(SecondsFormat::Secs, true),
                browser: run.browser.clone(),
                version: env!("CARGO_PKG_VERSION"),
                pictures: Vec::new(),
            },
        }
    }

    /// The JSON form, indented, with a line end.
    pub fn to_json(&self) -> String {
        let json = serde_json::to_string_pretty(self).expect("a report has string keys only");
        format!("{json}\n")
    }
}

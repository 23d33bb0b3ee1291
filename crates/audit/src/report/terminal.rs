//! For the terminal: plain lines in English.

use std::fmt::Write as _;

use super::Report;
use crate::finding::{Finding, Severity};
use crate::texts::Lang;

/// How many places are listed of one finding.
const MOST_PLACES: usize = 3;

impl Report {
    /// The report as lines of text.
    pub fn to_text(&self) -> String {
        let ui = Lang::En.ui();
        let mut text = String::new();
        for finding in &self.findings {
            write_finding(&mut text, finding);
        }
        let verdict = if self.passed { ui.pass } else { ui.fail };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{}\n{verdict}\n{} errors, {} warnings; {} pages, {} scenarios",
            self.site,
            self.errors,
            self.warnings,
            self.pages.len(),
            self.scenarios.len()
        );
        text
    }
}

fn write_finding(text: &mut String, finding: &Finding) {
    let (what, mend) = Lang::En.finding(finding.code);
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let _ = writeln!(
        text,
        "{level}: {}: {}",
        finding.code.as_str(),
        printable(&finding.subject)
    );
    let _ = writeln!(text, "  {what}.");
    if !finding.detail.is_empty() {
        let _ = writeln!(text, "  {}", printable(&finding.detail));
    }
    if !finding.hint.is_empty() {
        let _ = writeln!(text, "  {} {}.", Lang::En.ui().hint, finding.hint);
    }
    for place in finding.places.iter().take(MOST_PLACES) {
        let (device, scenario) = (place.device.as_str(), Lang::En.scenario(place.scenario));
        let _ = writeln!(text, "  at {} ({device}, {scenario})", printable(&place.page));
    }
    if let Some(more) = finding.places.len().checked_sub(MOST_PLACES).filter(|more| *more > 0) {
        let _ = writeln!(text, "  and {more} more");
    }
    let _ = writeln!(text, "  {mend}\n");
}

/// Text from a page that may be hostile, without what moves a terminal's cursor or changes its colours.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

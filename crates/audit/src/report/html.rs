//! One HTML file that needs nothing else: both languages, readable without scripts, by keyboard and aloud, light and dark.

use std::fmt::Write as _;

use super::Report;
use crate::finding::{Finding, Severity};
use crate::texts::{Lang, Ui};

/// How many places are listed of one finding.
const MOST_PLACES: usize = 8;

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1b1b1b;--paper:#fff;--line:#767676;--bad:#a4161a;--good:#1b5e20;--soft:#f3f3f3}\
@media(prefers-color-scheme:dark){:root{--ink:#eee;--paper:#161616;--line:#8d8d8d;--bad:#ff9a9a;--good:#8fd694;--soft:#242424}}\
body{margin:0 auto;max-width:70rem;padding:1rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}\
h1,h2,h3{line-height:1.2}.fail{color:var(--bad)}.pass{color:var(--good)}dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}\
dd{margin:0;overflow-wrap:anywhere}article{border:1px solid var(--line);border-radius:.5rem;padding:0 1rem;margin:1rem 0}\
code{background:var(--soft);padding:.1em .3em;overflow-wrap:anywhere}a{color:inherit}section{border-top:2px solid var(--line);margin-top:2rem}\
:focus-visible{outline:3px solid currentColor;outline-offset:2px}@media(max-width:30rem){dl{grid-template-columns:1fr}dt{font-weight:700}}";

impl Report {
    /// The report as one HTML file, in French and English.
    pub fn to_html(&self) -> String {
        let mut page = format!(
            "<!doctype html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{} – {}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<nav aria-label=\"Langue, language\">",
            Lang::Fr.ui().title,
            escaped(&self.site)
        );
        for lang in Lang::ALL {
            let code = lang.code();
            // Writing to a string cannot fail.
            let _ = write!(
                page,
                "<a href=\"#{code}\" lang=\"{code}\" hreflang=\"{code}\">{}</a> ",
                lang.ui().language
            );
        }
        page.push_str("</nav>\n<main>\n");
        for lang in Lang::ALL {
            self.write_language(&mut page, lang);
        }
        page.push_str("</main>\n</body>\n</html>\n");
        page
    }

    fn write_language(&self, page: &mut String, lang: Lang) {
        let ui = lang.ui();
        let code = lang.code();
        let (class, verdict) = if self.passed {
            ("pass", ui.pass)
        } else {
            ("fail", ui.fail)
        };
        let _ = writeln!(
            page,
            "<section id=\"{code}\" lang=\"{code}\" aria-labelledby=\"{code}-title\">\n<h1 id=\"{code}-title\">{}</h1>\n\
             <p class=\"{class}\"><strong>{verdict}</strong></p>\n<dl>",
            ui.title
        );
        let facts = [
            (ui.site, &self.site),
            (ui.revision, &self.revision),
            (ui.date, &self.run.started),
            (ui.browser, &self.run.browser),
        ];
        for (label, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
            let _ = writeln!(page, "<dt>{label}</dt><dd>{}</dd>", escaped(value));
        }
        page.push_str("</dl>\n");
        if self.findings.is_empty() {
            let _ = writeln!(page, "<p>{}</p>", ui.nothing);
        }
        for (heading, severity) in [(ui.errors, Severity::Error), (ui.warnings, Severity::Warning)] {
            let findings: Vec<_> = self
                .findings
                .iter()
                .filter(|finding| finding.severity == severity)
                .collect();
            if !findings.is_empty() {
                let _ = writeln!(page, "<h2>{heading} ({})</h2>", findings.len());
            }
            for finding in findings {
                write_finding(page, finding, lang, ui);
            }
        }
        self.write_extent(page, lang, ui);
        page.push_str("</section>\n");
    }

    /// What was tried, and where.
    fn write_extent(&self, page: &mut String, lang: Lang, ui: &Ui) {
        let _ = writeln!(page, "<h2>{}</h2>\n<ul>", ui.tried);
        for scenario in &self.scenarios {
            let _ = writeln!(page, "<li>{}</li>", lang.scenario(*scenario));
        }
        let _ = writeln!(page, "</ul>\n<h2>{}</h2>\n<ul>", ui.pages);
        for path in &self.pages {
            let _ = writeln!(page, "<li><code>{}</code></li>", escaped(path));
        }
        page.push_str("</ul>\n");
    }
}

fn write_finding(page: &mut String, finding: &Finding, lang: Lang, ui: &Ui) {
    let (what, mend) = lang.finding(finding.code);
    let _ = writeln!(
        page,
        "<article>\n<h3>{what}</h3>\n<dl>\n<dt>{}</dt><dd><code>{}</code></dd>\n<dt>{}</dt><dd><code>{}</code></dd>",
        ui.what,
        finding.code.as_str(),
        ui.subject,
        escaped(&finding.subject)
    );
    if !finding.detail.is_empty() {
        let _ = writeln!(page, "<dt></dt><dd lang=\"en\">{}</dd>", escaped(&finding.detail));
    }
    if !finding.hint.is_empty() {
        let _ = writeln!(page, "<dt></dt><dd>{} {}.</dd>", ui.hint, finding.hint);
    }
    if !finding.places.is_empty() {
        let _ = write!(page, "<dt>{}</dt><dd>", ui.places);
        for place in finding.places.iter().take(MOST_PLACES) {
            let _ = write!(
                page,
                "<code>{}</code> ({}, {})<br>",
                escaped(&place.page),
                place.device.as_str(),
                lang.scenario(place.scenario)
            );
        }
        if let Some(more) = finding.places.len().checked_sub(MOST_PLACES).filter(|more| *more > 0) {
            let _ = write!(page, "{more} {}", ui.more);
        }
        page.push_str("</dd>\n");
    }
    let _ = writeln!(page, "<dt>{}</dt><dd>{mend}</dd>\n</dl>\n</article>", ui.mend);
}

/// Text from a page that may be hostile, as text.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if c.is_control() => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

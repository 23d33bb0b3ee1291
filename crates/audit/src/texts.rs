//! The words of reports, in French and English.

mod en;
mod fr;

use crate::finding::Code;
use crate::plan::Scenario;

/// A language of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// French.
    Fr,
    /// English.
    En,
}

impl Lang {
    /// Both, in the order of the report.
    pub const ALL: [Self; 2] = [Self::Fr, Self::En];

    /// The language's code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    fn words(self) -> &'static Words {
        match self {
            Self::Fr => &fr::WORDS,
            Self::En => &en::WORDS,
        }
    }

    /// What a finding is, and how to mend it.
    pub fn finding(self, code: Code) -> (&'static str, &'static str) {
        let found = self.words().findings.iter().find(|(known, ..)| *known == code);
        found.map_or((code.as_str(), ""), |(_, what, mend)| (what, mend))
    }

    /// What the visitor of a scenario does.
    pub fn scenario(self, scenario: Scenario) -> &'static str {
        let found = self.words().scenarios.iter().find(|(known, _)| *known == scenario);
        found.map_or(scenario.as_str(), |(_, text)| text)
    }

    /// The other words.
    pub fn ui(self) -> &'static Ui {
        &self.words().ui
    }
}

/// Everything that is said in one language.
struct Words {
    findings: [(Code, &'static str, &'static str); Code::ALL.len()],
    scenarios: [(Scenario, &'static str); Scenario::ALL.len()],
    ui: Ui,
}

/// Words of the report itself.
#[derive(Debug)]
pub struct Ui {
    /// Name of the language in itself.
    pub language: &'static str,
    /// Title of the report.
    pub title: &'static str,
    /// Verdict of an audit without errors.
    pub pass: &'static str,
    /// Verdict of an audit with errors.
    pub fail: &'static str,
    /// Said where nothing was found.
    pub nothing: &'static str,
    /// Label of the site.
    pub site: &'static str,
    /// Label of the charter's revision.
    pub revision: &'static str,
    /// Label of the date.
    pub date: &'static str,
    /// Label of the browser.
    pub browser: &'static str,
    /// Heading of the errors.
    pub errors: &'static str,
    /// Heading of the warnings.
    pub warnings: &'static str,
    /// Head of a column: what.
    pub what: &'static str,
    /// Head of a column: about what.
    pub subject: &'static str,
    /// Head of a column: where.
    pub places: &'static str,
    /// Head of a column: how to mend.
    pub mend: &'static str,
    /// Introduces a hint at the vendor.
    pub hint: &'static str,
    /// Heading of what was tried.
    pub tried: &'static str,
    /// Heading of the pages.
    pub pages: &'static str,
    /// Follows the number of places that are not listed.
    pub more: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_and_scenario_has_words_in_both_languages() {
        for lang in Lang::ALL {
            for code in Code::ALL {
                let (what, mend) = lang.finding(*code);
                assert!(
                    what != code.as_str() && !what.is_empty() && mend.ends_with('.'),
                    "{lang:?} {code:?}"
                );
            }
            for scenario in Scenario::ALL {
                assert!(lang.scenario(scenario).contains(' '), "{lang:?} {scenario:?}");
            }
        }
    }
}

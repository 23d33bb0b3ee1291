//! What the facts mean: each is held against the charter and the rules, and what does not agree is a finding.

mod attributes;
mod banner;
mod charter_page;
mod items;
mod over_time;

use std::collections::{BTreeMap, BTreeSet};

use crate::charter::{Row, When};
use crate::finding::{Code, Finding, Place};
use crate::hints;
use crate::plan::{Consent, Scenario};
use crate::run::{Run, Visit};

/// The longest subject or detail, in characters.
const LONGEST: usize = 200;
/// The most details that are told of one finding.
const MOST_DETAILS: usize = 3;

/// Everything that is wrong, in a fixed order: errors first, then by code and subject.
pub fn judge(run: &Run) -> Vec<Finding> {
    let mut judge = Judge {
        run,
        host: run.origin.host_str().unwrap_or_default().to_owned(),
        found: BTreeMap::new(),
        seen: BTreeSet::new(),
    };
    for visit in &run.visits {
        judge.items(visit);
        judge.page(visit);
    }
    judge.over_time();
    judge.charter_page();
    judge.obstacles();
    judge.never_seen();
    judge.findings()
}

/// What is known of a finding so far.
#[derive(Debug, Default)]
struct Collected {
    details: BTreeSet<String>,
    hint: &'static str,
    places: BTreeSet<Place>,
}

struct Judge<'r> {
    run: &'r Run,
    /// The site's own host.
    host: String,
    found: BTreeMap<(Code, String), Collected>,
    /// Rows that were seen, by their place in the charter.
    seen: BTreeSet<usize>,
}

impl<'r> Judge<'r> {
    /// Adds a finding about one visit.
    fn add(&mut self, code: Code, subject: &str, detail: &str, visit: &Visit) {
        let place = Place {
            scenario: visit.scenario,
            device: visit.device,
            page: visit.seen.page.clone(),
        };
        self.collect(code, subject, detail).places.insert(place);
    }

    /// Adds a finding about the site as a whole.
    fn collect(&mut self, code: Code, subject: &str, detail: &str) -> &mut Collected {
        let collected = self.found.entry((code, short(subject))).or_default();
        if !detail.is_empty() {
            collected.details.insert(short(detail));
        }
        collected
    }

    /// Adds a finding about something nobody declared, with a hint at whose it may be.
    fn undeclared(&mut self, code: Code, subject: &str, hint: &'static str, detail: &str, visit: &Visit) {
        self.add(code, subject, detail, visit);
        self.collect(code, subject, "").hint = hint;
    }

    /// Notes that a row was seen.
    fn saw(&mut self, row: &'r Row) {
        let at = self.run.charter.rows.iter().position(|other| std::ptr::eq(other, row));
        self.seen.extend(at);
    }

    fn is_own(&self, host: &str) -> bool {
        host.eq_ignore_ascii_case(&self.host)
    }

    fn obstacles(&mut self) {
        for obstacle in &self.run.obstacles {
            let place = Place {
                scenario: obstacle.scenario,
                device: obstacle.device,
                page: obstacle.page.clone(),
            };
            self.collect(obstacle.code, &obstacle.page, &obstacle.detail)
                .places
                .insert(place);
        }
    }

    /// What is declared and did not appear, although what it waits for was tried.
    fn never_seen(&mut self) {
        let decided = self.run.visits.iter().any(|visit| decided(&visit.consent));
        let run = self.run;
        for (at, row) in run.charter.rows.iter().enumerate() {
            let tried = match row.occasion() {
                When::Visit | When::Form => true,
                When::Choice => decided,
                When::Language => run.tried.contains(&Scenario::Language),
                When::SignIn => run.tried.contains(&Scenario::SignedIn),
            };
            let tried = tried && (!row.consent || run.tried.contains(&Scenario::Accept));
            // What a service of somebody else keeps and contacts comes and goes: it is unused when nothing of it was seen.
            let same = |other: &usize| run.charter.rows[*other].service_id == row.service_id;
            let in_use = row.service_id.is_some() && self.seen.iter().any(same);
            if tried && !in_use && !self.seen.contains(&at) {
                self.collect(Code::NeverSeen, &row.name, "");
            }
        }
    }

    fn findings(self) -> Vec<Finding> {
        let found = self.found.into_iter().map(|((code, subject), collected)| Finding {
            severity: code.severity(),
            code,
            subject,
            detail: collected
                .details
                .into_iter()
                .take(MOST_DETAILS)
                .collect::<Vec<_>>()
                .join("; "),
            hint: collected.hint.to_owned(),
            places: collected.places,
        });
        let mut findings: Vec<Finding> = found.collect();
        findings.sort();
        findings
    }
}

/// Whether the visitor has made a choice.
fn decided(consent: &Consent) -> bool {
    matches!(
        consent,
        Consent::Refused | Consent::All | Consent::Some(_) | Consent::Withdrawn
    )
}

/// What it means that something which needs consent was seen in the state `consent`; nothing if it may be.
fn verdict(row: &Row, consent: &Consent) -> Option<Code> {
    match consent {
        _ if !row.consent => None,
        Consent::All => None,
        Consent::Some(ids) if row.chosen_by(ids) => None,
        Consent::Some(_) => Some(Code::BeyondChoice),
        Consent::Undecided => Some(Code::BeforeConsent),
        Consent::Closed => Some(Code::AfterClosing),
        Consent::Refused => Some(Code::AfterRefusal),
        Consent::Withdrawn => Some(Code::AfterWithdrawal),
        Consent::Signalled => Some(Code::DespiteSignal),
    }
}

/// Whose a name or host may be.
fn whose(name: &str, host: &str, own: bool) -> &'static str {
    let by_name = hints::of_name(name);
    if by_name.is_empty() && !own {
        hints::of_host(host)
    } else {
        by_name
    }
}

fn short(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// The host of an address of the network; nothing for `data:`, `blob:` and the like, which contact nobody.
fn host_of(url: &str) -> Option<String> {
    let parsed = url::Url::parse(url).ok()?;
    match parsed.scheme() {
        "http" | "https" | "ws" | "wss" => parsed.host_str().map(str::to_owned),
        // `stun:host:port?transport=udp`
        "stun" | "stuns" | "turn" | "turns" => parsed.path().split([':', '?']).next().map(str::to_owned),
        _ => None,
    }
}

#[cfg(test)]
mod tests;

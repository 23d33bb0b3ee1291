//! What only shows when visits are compared: lives that grow, answers that differ from visitor to visitor.

use std::collections::{BTreeMap, BTreeSet};

use super::{Judge, host_of};
use crate::charter::Kind;
use crate::facts::Fact;
use crate::finding::Code;
use crate::plan::{Device, Scenario};
use crate::run::Visit;

/// How much later an end must be to count as another, in seconds: the browser keeps microseconds.
const LATER: f64 = 0.001;
/// From how many visitors on differing tags are no coincidence.
const VISITORS: usize = 3;

/// One visitor.
type Visitor = (Scenario, Device);

impl Judge<'_> {
    /// Compares the visits of each visitor, and those of all.
    pub(super) fn over_time(&mut self) {
        let mut ends: BTreeMap<(Visitor, &str, &str, &str), f64> = BTreeMap::new();
        let run = self.run;
        for visit in &run.visits {
            for cookie in &visit.seen.jar {
                let key = (
                    (visit.scenario, visit.device),
                    cookie.name.as_str(),
                    cookie.domain.as_str(),
                    cookie.path.as_str(),
                );
                let before = ends.insert(key, cookie.expires);
                // A new choice begins a new life.
                let grew = before.is_some_and(|before| before > 0.0 && cookie.expires > before + LATER) && !visit.acted;
                let row = run.charter.find(Kind::Cookie, &cookie.name, &self.host, true);
                let own = self.host.ends_with(cookie.domain.trim_start_matches('.'));
                if grew && own && row.is_some_and(|row| !row.may_be_prolonged()) {
                    self.add(Code::LifeExtended, &cookie.name, "", visit);
                }
            }
        }
        self.tags();
    }

    /// Tags by which a visitor could be recognised: for one address, another for each visitor (R-CACHE-06).
    fn tags(&mut self) {
        let run = self.run;
        let mut tags: BTreeMap<&str, BTreeMap<Visitor, BTreeSet<&str>>> = BTreeMap::new();
        let mut first: BTreeMap<&str, &Visit> = BTreeMap::new();
        for visit in run.visits.iter().filter(|visit| visit.scenario != Scenario::SignedIn) {
            for fact in &visit.seen.facts {
                let Fact::Answer(answer) = fact else { continue };
                let own = host_of(&answer.url).is_some_and(|host| self.is_own(&host));
                let tagged =
                    !answer.etag.is_empty() && answer.status == 200 && !answer.cache_control.contains("no-store");
                if own && tagged {
                    let visitor = (visit.scenario, visit.device);
                    tags.entry(&answer.url)
                        .or_default()
                        .entry(visitor)
                        .or_default()
                        .insert(&answer.etag);
                    first.entry(&answer.url).or_insert(visit);
                }
            }
        }
        for (url, visitors) in tags {
            let all: usize = visitors.values().map(BTreeSet::len).sum();
            let different: BTreeSet<&str> = visitors.values().flatten().copied().collect();
            if visitors.len() >= VISITORS && different.len() == all {
                let path = url::Url::parse(url)
                    .map(|url| url.path().to_owned())
                    .unwrap_or_default();
                self.add(Code::TrackingEtag, &path, "another for each visitor", first[url]);
            }
        }
    }
}

//! The banner, the links to charter and choice, and pages that failed (R-CON-02, R-CON-03, R-CON-07).

use super::{Judge, decided};
use crate::facts::{Banner, Button};
use crate::finding::Code;
use crate::plan::{Consent, Scenario};
use crate::run::Visit;

/// Smallest side of a button in CSS pixels (WCAG 2.5.8).
const SMALLEST: f64 = 24.0;
/// Least contrast of a text (WCAG 1.4.3).
const LEAST_CONTRAST: f64 = 4.5;
/// By how many CSS pixels heights and letters may differ and still be alike.
const ALIKE_PIXELS: f64 = 1.0;
/// How far widths may be apart, as a ratio: words have different lengths.
const ALIKE_WIDTH: f64 = 0.6;
/// How far contrasts may be apart, as a ratio.
const ALIKE_CONTRAST: f64 = 0.8;

impl Judge<'_> {
    /// Judges what a page shows.
    pub(super) fn page(&mut self, visit: &Visit) {
        let seen = &visit.seen;
        if let Some(failure) = &seen.failure {
            self.add(Code::PageFailed, &seen.page, failure, visit);
            return;
        }
        if seen.status >= 500 {
            self.add(Code::PageFailed, &seen.page, &format!("status {}", seen.status), visit);
        }
        if !seen.dom.html || seen.status != 200 || visit.scenario == Scenario::Embed {
            return;
        }
        self.links(visit);
        self.banner(visit);
    }

    fn links(&mut self, visit: &Visit) {
        let run = self.run;
        if (run.charter.asks() || run.published) && !visit.seen.dom.manage {
            self.add(Code::ManageLinkMissing, &visit.seen.page, "", visit);
        }
        if run.judged() && !visit.seen.dom.charter {
            self.add(Code::CharterLinkMissing, &visit.seen.page, "", visit);
        }
    }

    fn banner(&mut self, visit: &Visit) {
        let dom = &visit.seen.dom;
        let asks = self.run.charter.asks();
        let undecided = visit.consent == Consent::Undecided;
        match &dom.banner {
            None if asks && undecided && visit.seen.page == "/" => self.add(Code::BannerMissing, "/", "", visit),
            None => {}
            Some(_) if !asks && self.run.judged() => {
                self.add(
                    Code::BannerNeedless,
                    "banner",
                    "nothing that is declared needs consent",
                    visit,
                );
            }
            Some(_) if visit.consent == Consent::Signalled => {
                self.add(Code::BannerNeedless, "banner", "the browser signals refusal", visit);
            }
            // Without scripts, a banner that stays means that no choice was made: that is said once, by the scenario.
            Some(_) if decided(&visit.consent) && visit.scenario == Scenario::NoScript => {}
            Some(_) if decided(&visit.consent) => self.add(Code::BannerReturns, "banner", "", visit),
            Some(banner) => self.buttons(banner, visit),
        }
        for id in dom.ticked.iter().filter(|_| undecided) {
            self.add(Code::PrecheckedBox, id, "", visit);
        }
    }

    fn buttons(&mut self, banner: &Banner, visit: &Visit) {
        let parts = [
            ("accept", &banner.accept, Code::AcceptMissing),
            ("refuse", &banner.refuse, Code::RefuseMissing),
        ];
        for (name, button, missing) in parts {
            match button {
                None => self.add(missing, "banner", "", visit),
                Some(button) => self.button(name, button, visit),
            }
        }
        if !banner.customise {
            self.add(Code::CustomiseMissing, "banner", "", visit);
        }
        if let (Some(accept), Some(refuse)) = (&banner.accept, &banner.refuse) {
            for difference in differences(accept, refuse) {
                self.add(Code::ButtonsUnequal, "banner", difference, visit);
            }
        }
    }

    fn button(&mut self, name: &str, button: &Button, visit: &Visit) {
        if button.width < SMALLEST || button.height < SMALLEST {
            self.add(Code::ButtonTooSmall, name, "", visit);
        }
        if button.contrast < LEAST_CONTRAST {
            self.add(Code::ButtonContrast, name, "", visit);
        }
    }
}

/// In which ways two buttons do not weigh the same.
fn differences(accept: &Button, refuse: &Button) -> Vec<&'static str> {
    let apart = |one: f64, other: f64| (one - other).abs() > ALIKE_PIXELS;
    let unlike = |one: f64, other: f64, least: f64| one.min(other) < least * one.max(other);
    let ways = [
        (apart(accept.height, refuse.height), "height"),
        (unlike(accept.width, refuse.width, ALIKE_WIDTH), "width"),
        (apart(accept.font_size, refuse.font_size), "size of text"),
        (apart(accept.font_weight, refuse.font_weight), "weight of text"),
        (
            unlike(accept.contrast, refuse.contrast, ALIKE_CONTRAST),
            "contrast of text",
        ),
        (
            unlike(accept.prominence, refuse.prominence, ALIKE_CONTRAST),
            "contrast with the surroundings",
        ),
    ];
    ways.into_iter()
        .filter(|(differs, _)| *differs)
        .map(|(_, way)| way)
        .collect()
}

//! Recording what a visitor decides: first the proof, then the cookie (R-PRF-01, R-PRF-03, R-PRF-07).

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use axum::extract::FromRequestParts;
use chrono::{DateTime, TimeDelta};
use http::HeaderMap;
use http::request::Parts;
use parvis_cookies::choice::{Choice, LIFE_DAYS};
use parvis_cookies::ledger::{Action, Decision, Shown, Signal, Way, action_of};
use parvis_cookies::{Registry, Service};
use parvis_model::{Actor, Portal, PortalId};
use sha2::{Digest, Sha256};

use super::cookies::{PREFERENCES, panel_html};
use super::forms::Form;
use super::{Failure, banner, embed};
use crate::state::AppState;
use crate::visit::{Browser, Visit};

/// Sent by our own auditor, with a token that this installation gave out for the portal: what it decides is no visitor's decision
/// (R-AUD-07). Anybody may send the header; without a token that counts it means nothing.
const AUDIT: &str = "x-parvis-audit";

/// What a request says of its circumstances. The address is a key in memory, and goes nowhere else.
pub struct Facts {
    address: Option<IpAddr>,
    signal: Signal,
    audit: Option<String>,
    place: Place,
}

/// Where the answer to a request would be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// As a whole page, or to a script of ours.
    Whole,
    /// In a frame that stands in a page of the same portal and was asked for by that portal.
    OwnFrame,
    /// Anywhere else: within a page of another site, as a picture, as a script.
    Elsewhere,
}

impl<S: Send + Sync> FromRequestParts<S> for Facts {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let headers = &parts.headers;
        Ok(Self {
            address: crate::edge::address::of(headers, &parts.extensions),
            signal: Signal {
                gpc: is_one(headers, "sec-gpc"),
                dnt: is_one(headers, "dnt"),
            },
            audit: headers
                .get(AUDIT)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned),
            place: place(headers),
        })
    }
}

/// Only the value 1 has a meaning.
fn is_one(headers: &HeaderMap, name: &str) -> bool {
    headers.get(name).is_some_and(|value| value == "1")
}

/// Where the answer would be shown. Whoever frames a page could put something else over its buttons: so decisions are made
/// on whole pages and by our own scripts, and those of a placeholder in its own frame.
fn place(headers: &HeaderMap) -> Place {
    let is = |name: &str, wanted: &str| headers.get(name).is_some_and(|value| value == wanted);
    match headers.get("sec-fetch-dest") {
        None => Place::Whole,
        Some(dest) if dest == "document" || dest == "empty" => Place::Whole,
        Some(dest) if dest == "iframe" && is("sec-fetch-site", "same-origin") => Place::OwnFrame,
        Some(_) => Place::Elsewhere,
    }
}

/// What asked the visitor.
#[derive(Clone, Copy, Debug)]
pub enum Question<'a> {
    /// The banner, on whatever page.
    Banner,
    /// The page of preferences.
    Panel,
    /// What stands in the place of a service.
    Placeholder(&'a Service),
}

impl<'a> Question<'a> {
    /// What a form was a part of. Only a placeholder offers “always”.
    pub fn of(form: &Form, registry: &'a Registry) -> Self {
        let service = || registry.service(form.get("service"));
        match form.get("action") {
            "always" => service().map_or(Self::Panel, Self::Placeholder),
            _ if banner::way(form) == Way::Banner => Self::Banner,
            _ => Self::Panel,
        }
    }

    /// Its name among what is kept in memory.
    fn key(self) -> String {
        match self {
            Self::Banner => "banner".to_owned(),
            Self::Panel => "panel".to_owned(),
            Self::Placeholder(service) => format!("placeholder/{}", service.id),
        }
    }

    /// What was shown, as everybody is shown it.
    fn html(self, state: &AppState, visit: &Visit) -> Result<String, Failure> {
        match self {
            Self::Banner => banner::html(state, visit),
            Self::Panel => panel_html(state, visit),
            Self::Placeholder(service) => embed::placeholder_html(state, visit, service),
        }
    }
}

/// What was decided.
pub struct Decided<'a> {
    /// The new choice.
    pub choice: &'a Choice,
    /// The choice that counted until now.
    pub before: Option<Choice>,
    /// The visitor only took over what the browser asks for.
    pub by_signal: bool,
    /// By which way the answer came.
    pub way: Way,
    /// What it answers.
    pub question: Question<'a>,
}

/// Keeps the proof of a decision. Only after it may the cookie go out.
///
/// # Errors
/// The request is framed, or one too many; the proof could not be written.
pub async fn keep(state: &AppState, visit: &Visit, facts: &Facts, decided: Decided<'_>) -> Result<(), Failure> {
    match (facts.place, decided.question) {
        (Place::Whole, _) | (Place::OwnFrame, Question::Placeholder(_)) => {}
        _ => return Err(Failure::Forbidden),
    }
    let token = facts.audit.as_deref();
    let audit = token.is_some_and(|token| state.parvis.is_audit(&visit.portal.id, token));
    // An audit makes in a minute the choices of many visitors.
    if !audit {
        state.parvis.admit_decision(&visit.portal.id, facts.address)?;
    }
    let (text, ui) = shown(state, visit, decided.question).await?;
    let before = decided.before.as_ref();
    let action = if decided.by_signal && (facts.signal.gpc || facts.signal.dnt) {
        Action::Signal
    } else {
        action_of(before.map(|choice| &choice.answers), &decided.choice.answers)
    };
    let last_day = DateTime::UNIX_EPOCH + TimeDelta::days(decided.choice.day + LIFE_DAYS);
    let decision = Decision {
        receipt: decided.choice.receipt.clone(),
        action,
        verdicts: decided.choice.answers.clone(),
        until: last_day.date_naive(),
        shown: Shown {
            revision: visit.registry.questions().revision(),
            registry: visit.registry.revision(),
            text,
            lang: visit.lang.clone(),
            ui,
        },
        signal: facts.signal,
        way: decided.way,
        audit,
        replaces: before.map(|choice| choice.receipt.clone()),
    };
    state.parvis.record_decision(&visit.portal.id, decision).await?;
    Ok(())
}

/// Hashes of what was shown, by portal and language, as long as the portal is the same.
#[derive(Default)]
pub struct ShownCache(RwLock<HashMap<ShownKey, Known>>);

/// Portal, language, and what asked.
type ShownKey = (PortalId, String, String);

#[derive(Clone)]
struct Known {
    portal: Arc<Portal>,
    hashes: (String, String),
}

impl ShownCache {
    fn key(visit: &Visit, question: Question<'_>) -> ShownKey {
        (visit.portal.id.clone(), visit.lang.clone(), question.key())
    }

    fn get(&self, visit: &Visit, question: Question<'_>) -> Option<(String, String)> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(&Self::key(visit, question))?;
        // Each change of a portal or its registry makes a new one.
        Arc::ptr_eq(&known.portal, &visit.portal).then(|| known.hashes.clone())
    }

    fn put(&self, visit: &Visit, question: Question<'_>, hashes: (String, String)) {
        let portal = Arc::clone(&visit.portal);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(Self::key(visit, question), Known { portal, hashes });
    }
}

/// Keeps what asked, and its code, as visitors of this portal and language see them. Answers the two hashes.
async fn shown(state: &AppState, visit: &Visit, question: Question<'_>) -> Result<(String, String), Failure> {
    if let Some(hashes) = state.shown.get(visit, question) {
        return Ok(hashes);
    }
    let html = question.html(state, &nobodys(visit))?;
    let text = keep_one(state, visit, "text/html; charset=utf-8", html.as_bytes()).await?;
    let theme = crate::render::theme::css(&visit.portal.accent);
    keep_one(state, visit, "text/css; charset=utf-8", theme.as_bytes()).await?;
    let mut list = format!("{}  theme.css\n", hex::encode(Sha256::digest(theme.as_bytes())));
    for (path, media_type, content) in state.assets.code() {
        let hash = keep_one(state, visit, media_type, content).await?;
        list.push_str(&format!("{hash}  {path}\n"));
    }
    let ui = keep_one(state, visit, "text/plain; charset=utf-8", list.as_bytes()).await?;
    state.shown.put(visit, question, (text.clone(), ui.clone()));
    Ok((text, ui))
}

async fn keep_one(state: &AppState, visit: &Visit, media_type: &str, content: &[u8]) -> Result<String, Failure> {
    Ok(state.parvis.keep_shown(&visit.portal.id, media_type, content).await?)
}

/// A browser that holds nothing.
struct Nothing;

impl Browser for Nothing {
    fn csrf_token(&self) -> String {
        String::new()
    }

    fn choice(&self) -> Option<Choice> {
        None
    }

    fn signal(&self) -> Option<crate::visit::Signal> {
        None
    }

    fn session_id(&self) -> Option<String> {
        None
    }
}

/// The same visit by nobody in particular, so that the page is the same for all.
fn nobodys(visit: &Visit) -> Visit {
    Visit {
        target: PREFERENCES.to_owned(),
        actor: Actor::Anonymous,
        user_name: None,
        browser: Arc::new(Nothing),
        ..visit.clone()
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn with(name: &'static str, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name.parse().expect("a header"), HeaderValue::from_static(value))])
    }

    #[test]
    fn a_signal_is_the_value_one_and_nothing_else() {
        assert!(is_one(&with("sec-gpc", "1"), "sec-gpc"));
        for value in ["0", "", "true", "11"] {
            assert!(!is_one(&with("sec-gpc", value), "sec-gpc"), "{value}");
        }
    }

    #[test]
    fn whole_pages_and_scripts_may_decide_and_parts_of_pages_may_not() {
        for dest in ["document", "empty"] {
            assert_eq!(place(&with("sec-fetch-dest", dest)), Place::Whole);
        }
        assert_eq!(place(&HeaderMap::new()), Place::Whole, "an old browser says nothing");
        for dest in ["iframe", "frame", "fencedframe", "embed", "object", "image", "script"] {
            assert_eq!(place(&with("sec-fetch-dest", dest)), Place::Elsewhere, "{dest}");
        }
    }

    #[test]
    fn a_frame_is_our_own_only_if_our_own_page_asked_for_it() {
        for (site, wanted) in [
            ("same-origin", Place::OwnFrame),
            ("same-site", Place::Elsewhere),
            ("cross-site", Place::Elsewhere),
            ("none", Place::Elsewhere),
        ] {
            let mut headers = with("sec-fetch-dest", "iframe");
            headers.insert("sec-fetch-site", HeaderValue::from_static(site));
            assert_eq!(place(&headers), wanted, "{site}");
        }
    }
}

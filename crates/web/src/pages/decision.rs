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
use parvis_model::{Actor, Portal, PortalId};
use sha2::{Digest, Sha256};

use super::Failure;
use super::cookies::{PREFERENCES, panel_html};
use crate::state::AppState;
use crate::visit::{Browser, Visit};

/// Sent by our own auditor: what it decides is no visitor's decision (R-AUD-07).
const AUDIT: &str = "x-parvis-audit";

/// What a request says of its circumstances. The address is a key in memory, and goes nowhere else.
pub struct Facts {
    address: Option<IpAddr>,
    signal: Signal,
    audit: bool,
    framed: bool,
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
            audit: headers.contains_key(AUDIT),
            framed: is_framed(headers),
        })
    }
}

/// Only the value 1 has a meaning.
fn is_one(headers: &HeaderMap, name: &str) -> bool {
    headers.get(name).is_some_and(|value| value == "1")
}

/// Whether the answer would be shown within another page, or as a part of one. Decisions are made on whole pages and by our
/// own scripts: whoever frames a page could put something else over its buttons.
fn is_framed(headers: &HeaderMap) -> bool {
    headers
        .get("sec-fetch-dest")
        .is_some_and(|value| value != "document" && value != "empty")
}

/// What was decided.
pub struct Decided<'a> {
    /// The new choice.
    pub choice: &'a Choice,
    /// The choice that counted until now.
    pub before: Option<Choice>,
    /// The visitor only took over what the browser asks for.
    pub by_signal: bool,
    /// Where the visitor decided.
    pub way: Way,
}

/// Keeps the proof of a decision. Only after it may the cookie go out.
///
/// # Errors
/// The request is framed, or one too many; the proof could not be written.
pub async fn keep(state: &AppState, visit: &Visit, facts: &Facts, decided: Decided<'_>) -> Result<(), Failure> {
    if facts.framed {
        return Err(Failure::Forbidden);
    }
    state.parvis.admit_decision(&visit.portal.id, facts.address)?;
    let (text, ui) = shown(state, visit).await?;
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
        audit: facts.audit,
        replaces: before.map(|choice| choice.receipt.clone()),
    };
    state.parvis.record_decision(&visit.portal.id, decision).await?;
    Ok(())
}

/// Hashes of what was shown, by portal and language, as long as the portal is the same.
#[derive(Default)]
pub struct ShownCache(RwLock<HashMap<(PortalId, String), Known>>);

#[derive(Clone)]
struct Known {
    portal: Arc<Portal>,
    hashes: (String, String),
}

impl ShownCache {
    fn get(&self, visit: &Visit) -> Option<(String, String)> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(&(visit.portal.id.clone(), visit.lang.clone()))?;
        // Each change of a portal or its registry makes a new one.
        Arc::ptr_eq(&known.portal, &visit.portal).then(|| known.hashes.clone())
    }

    fn put(&self, visit: &Visit, hashes: (String, String)) {
        let portal = Arc::clone(&visit.portal);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.insert((visit.portal.id.clone(), visit.lang.clone()), Known { portal, hashes });
    }
}

/// Keeps the panel and its code as visitors of this portal and language see them. Answers the two hashes.
async fn shown(state: &AppState, visit: &Visit) -> Result<(String, String), Failure> {
    if let Some(hashes) = state.shown.get(visit) {
        return Ok(hashes);
    }
    let html = panel_html(state, &nobodys(visit))?;
    let text = keep_one(state, visit, "text/html; charset=utf-8", html.as_bytes()).await?;
    let theme = crate::render::theme::css(&visit.portal.accent);
    keep_one(state, visit, "text/css; charset=utf-8", theme.as_bytes()).await?;
    let mut list = format!("{}  theme.css\n", hex::encode(Sha256::digest(theme.as_bytes())));
    for (path, media_type, content) in state.assets.code() {
        let hash = keep_one(state, visit, media_type, content).await?;
        list.push_str(&format!("{hash}  {path}\n"));
    }
    let ui = keep_one(state, visit, "text/plain; charset=utf-8", list.as_bytes()).await?;
    state.shown.put(visit, (text.clone(), ui.clone()));
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
            assert!(!is_framed(&with("sec-fetch-dest", dest)));
        }
        assert!(!is_framed(&HeaderMap::new()), "an old browser says nothing");
        for dest in ["iframe", "frame", "fencedframe", "embed", "object", "image", "script"] {
            assert!(is_framed(&with("sec-fetch-dest", dest)), "{dest}");
        }
    }
}

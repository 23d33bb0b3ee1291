//! What a caller says of a decision, and what it may say.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::record::{Action, Record, Way};
use crate::Error;

/// Most verdicts of one decision.
const MAX_VERDICTS: usize = 256;

/// What the visitor saw. The texts and the code themselves are kept by these hashes (R-PRF-03).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// Consent revision of the registry.
    pub revision: String,
    /// Hash of the registry, wording included.
    pub registry: String,
    /// Hash of the text of banner or panel.
    pub text: String,
    /// Its language.
    pub lang: String,
    /// Hash of the code that drew it.
    pub ui: String,
}

/// What the browser asked for by itself (R-CON-10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signal {
    /// `Sec-GPC: 1`.
    pub gpc: bool,
    /// `DNT: 1`.
    pub dnt: bool,
}

/// A decision that is to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Id of the decision.
    pub receipt: String,
    /// What was decided.
    pub action: Action,
    /// Agreed or not, by id of service or purpose.
    pub verdicts: BTreeMap<String, bool>,
    /// The last day on which they count, in UTC.
    pub until: NaiveDate,
    /// What was shown.
    pub shown: Shown,
    /// What the browser asked for by itself.
    pub signal: Signal,
    /// Where the visitor decided.
    pub way: Way,
    /// The decision is an audit's.
    pub audit: bool,
    /// Receipt of the decision that this one takes the place of.
    pub replaces: Option<String>,
}

impl Decision {
    /// The end of the choice that `record` made, which nothing took the place of: from now on nothing is agreed to.
    pub fn end_of(record: Record) -> Self {
        Self {
            receipt: record.receipt.clone(),
            action: Action::Expire,
            verdicts: record.verdicts.into_keys().map(|id| (id, false)).collect(),
            until: record.until,
            shown: record.shown,
            signal: record.signal,
            way: Way::Server,
            audit: record.audit,
            replaces: Some(record.receipt),
        }
    }

    /// Refuses what would not read the same everywhere: a text with other signs than letters, digits and `-._:`, which
    /// every JSON library writes in one way.
    ///
    /// # Errors
    /// `Record`, which names the value.
    pub fn check(&self) -> Result<(), Error> {
        let refuse = |what| Err(Error::Record { what });
        let shown = &self.shown;
        let texts = [
            ("receipt", &self.receipt),
            ("registry revision", &shown.revision),
            ("registry hash", &shown.registry),
            ("text hash", &shown.text),
            ("language", &shown.lang),
            ("code hash", &shown.ui),
        ];
        if let Some((what, _)) = texts.iter().find(|(_, text)| !is_plain(text)) {
            return refuse(*what);
        }
        if self.replaces.as_ref().is_some_and(|receipt| !is_plain(receipt)) {
            return refuse("receipt that it replaces");
        }
        // JavaScript puts keys that look like numbers before the others.
        let is_id = |id: &String| is_plain(id) && !id.bytes().all(|b| b.is_ascii_digit());
        if self.verdicts.len() > MAX_VERDICTS || !self.verdicts.keys().all(is_id) {
            return refuse("id of a service or purpose");
        }
        Ok(())
    }
}

fn is_plain(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'))
}

/// What a choice is called that agrees to `now` after `before`, if there was one that still counted.
pub fn action_of(before: Option<&BTreeMap<String, bool>>, now: &BTreeMap<String, bool>) -> Action {
    let had = |id: &String| before.is_some_and(|before| before.get(id) == Some(&true));
    let agrees_to_new = now.iter().any(|(id, agreed)| *agreed && !had(id));
    let takes_back = before.is_some_and(|before| {
        let mut held = before.iter().filter(|(_, agreed)| **agreed);
        held.any(|(id, _)| now.get(id) != Some(&true))
    });
    if before.is_some() && agrees_to_new {
        return Action::Change;
    }
    if takes_back {
        return Action::Withdraw;
    }
    match now.values().filter(|agreed| **agreed).count() {
        0 => Action::Refuse,
        agreed if agreed == now.len() => Action::Accept,
        _ => Action::Partial,
    }
}

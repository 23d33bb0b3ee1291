//! Revisions of the registry as pages show them, and what changed from one to the next.

use parvis_cookies::registry::{Change, Fate, difference};
use parvis_portal::registry::Revision;
use serde::Serialize;
use serde_json::Value;

use super::{Failure, machine_time, viewer};
use crate::state::AppState;
use crate::visit::Visit;

/// Revisions on a page.
const PER_PAGE: u64 = 20;

/// A page of the history.
pub(super) struct History {
    pub revisions: Vec<RevisionView>,
    /// The number below which older ones begin, if there are any.
    pub older: Option<u64>,
}

/// The revisions below `before`, newest first.
///
/// # Errors
/// The store failed.
pub(super) async fn page(state: &AppState, visit: &Visit, before: Option<u64>) -> Result<History, Failure> {
    let viewer = viewer(visit);
    // One more than is shown: the last is compared with it.
    let found = state.parvis.registry_history(&viewer, before, PER_PAGE + 1).await?;
    let whole = found.len() as u64 > PER_PAGE;
    let older = found
        .get(PER_PAGE as usize - 1)
        .map(|last| last.number)
        .filter(|_| whole);
    let mut revisions = Vec::new();
    let mut rest = found.into_iter().peekable();
    while let Some(revision) = rest.next() {
        if revisions.len() as u64 == PER_PAGE {
            break;
        }
        revisions.push(RevisionView::of(state, visit, revision, rest.peek()));
    }
    Ok(History { revisions, older })
}

/// A revision as a page shows it.
#[derive(Serialize)]
pub(super) struct RevisionView {
    pub number: u64,
    made_at: String,
    /// Empty on public pages, and for the platform itself.
    author: String,
    note: String,
    revision: String,
    hash: String,
    changes: Vec<ChangeView>,
}

#[derive(Serialize)]
struct ChangeView {
    /// `added`, `removed` or `changed`.
    fate: Fate,
    /// `entries`, `services` or `texts`.
    part: &'static str,
    title: String,
    fields: Vec<FieldView>,
}

#[derive(Serialize)]
struct FieldView {
    label: String,
    before: Option<String>,
    after: Option<String>,
}

/// An entry of an earlier charter.
#[derive(Serialize)]
pub(super) struct EntryView {
    provider: String,
    service: String,
    name: String,
    kind: String,
    purpose: String,
    duration: String,
}

impl RevisionView {
    /// What `revision` says, and how it differs from the one before.
    pub(super) fn of(state: &AppState, visit: &Visit, revision: Revision, before: Option<&Revision>) -> Self {
        let nothing = Value::Null;
        let earlier = before.map_or(&nothing, |before| &before.published);
        let words = Words { state, visit };
        let mut changes = difference(earlier, &revision.published);
        // The first revision words nothing anew, and a service explains the entries that come with it.
        changes.retain(|change| change.part != "texts" || before.is_some());
        changes.sort_by_key(|change| change.part != "services");
        let changes = changes
            .into_iter()
            .map(|change| words.change(change, earlier, &revision.published));
        Self {
            changes: changes.collect(),
            number: revision.number,
            made_at: machine_time(revision.made_at),
            author: revision.author,
            note: revision.note,
            revision: revision.revision,
            hash: revision.hash,
        }
    }
}

/// The entries of a charter as it was published.
pub(super) fn entries(state: &AppState, visit: &Visit, published: &Value) -> Vec<EntryView> {
    let words = Words { state, visit };
    let all = published["entries"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().map(|entry| words.entry(entry)).collect()
}

/// Turns what was kept into words of the visitor's language.
struct Words<'a> {
    state: &'a AppState,
    visit: &'a Visit,
}

impl Words<'_> {
    fn known(&self, key: &str) -> Option<String> {
        let texts = self.state.templates.texts();
        texts.get(&self.visit.lang, key, &fluent_bundle::FluentArgs::new())
    }

    /// A text that was kept in several languages.
    fn localized(&self, value: &Value) -> String {
        let langs = [self.visit.lang.as_str(), self.visit.portal.default_language()];
        let found = langs.iter().find_map(|lang| value[*lang].as_str());
        let any = || value.as_object()?.values().find_map(Value::as_str);
        found.or_else(any).unwrap_or_default().to_owned()
    }

    fn entry(&self, entry: &Value) -> EntryView {
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let kind = text("kind");
        EntryView {
            provider: text("provider"),
            service: self.localized(&entry["service"]),
            name: text("name"),
            purpose: self.localized(&entry["purpose"]),
            duration: self.duration(&kind, &entry["max_age"]),
            kind: self.word(&kind),
        }
    }

    fn duration(&self, kind: &str, max_age: &Value) -> String {
        let life = max_age.as_u64().and_then(|life| u32::try_from(life).ok());
        let kind = parvis_cookies::registry::Kind::parse(kind).unwrap_or(parvis_cookies::registry::Kind::Cookie);
        parvis_cookies::charter::duration(kind, life, &self.visit.lang)
    }

    /// A word of the registry (`third_party`, `local_storage`, `true`) as people read it.
    fn word(&self, value: &str) -> String {
        let plain = value.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let key = format!("value-{}", value.replace('_', "-"));
        let known = (plain && !value.is_empty()).then(|| self.known(&key)).flatten();
        known.unwrap_or_else(|| value.to_owned())
    }

    fn change(&self, change: Change, before: &Value, after: &Value) -> ChangeView {
        let of = |document: &Value| {
            let items = document[change.part].as_array()?;
            let item = items.iter().find(|item| item["id"] == change.id.as_str())?;
            let label = self.localized(&item["label"]);
            let name = item["name"].as_str().map(str::to_owned);
            name.or(Some(label).filter(|label| !label.is_empty()))
        };
        let title = of(after).or_else(|| of(before));
        let title = title.unwrap_or_else(|| self.known("history-texts").unwrap_or_default());
        let field = |field: parvis_cookies::registry::FieldChange| FieldView {
            label: self.label(&field.path),
            before: field.before.map(|value| self.value(&field.path, &value)),
            after: field.after.map(|value| self.value(&field.path, &value)),
        };
        ChangeView {
            fate: change.fate,
            part: change.part,
            title,
            fields: change.fields.into_iter().map(field).collect(),
        }
    }

    /// What a field is called: `purpose.fr` is "Purpose (fr)".
    fn label(&self, path: &str) -> String {
        let (first, rest) = path
            .split_once('.')
            .map_or((path, None), |(first, rest)| (first, Some(rest)));
        let name = self.known(&format!("field-{}", first.replace('_', "-")));
        let name = name.unwrap_or_else(|| first.to_owned());
        rest.map_or(name.clone(), |rest| format!("{name} ({rest})"))
    }

    fn value(&self, path: &str, value: &str) -> String {
        match value.parse::<u32>() {
            Ok(life) if path == "max_age" => {
                let kind = parvis_cookies::registry::Kind::Cookie;
                parvis_cookies::charter::duration(kind, Some(life), &self.visit.lang)
            }
            _ => self.word(value),
        }
    }
}

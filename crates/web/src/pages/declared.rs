//! What scripts of a page may write, as the page states it to its own gate (R-GATE-05).

use std::collections::BTreeMap;

use parvis_cookies::Registry;
use parvis_cookies::registry::{Kind, SetBy};
use serde::Serialize;

/// Names and patterns by kind of storage.
type Names<'a> = BTreeMap<&'static str, Vec<&'a str>>;

#[derive(Default, Serialize)]
struct Declared<'a> {
    always: Names<'a>,
    services: BTreeMap<&'a str, Names<'a>>,
}

/// The statement as JSON: what may be written at once, and what each service may write once the visitor agreed.
pub(super) fn statement(registry: &Registry) -> String {
    let mut declared = Declared::default();
    for entry in registry.entries().iter().filter(|entry| entry.set_by == SetBy::Script) {
        if matches!(entry.kind, Kind::ThirdPartyHost | Kind::ServiceWorker) {
            continue;
        }
        let names = match entry.service_id.as_deref().filter(|_| entry.category.needs_consent()) {
            Some(service) => declared.services.entry(service).or_default(),
            None => &mut declared.always,
        };
        names.entry(entry.kind.as_str()).or_default().push(entry.name.as_str());
    }
    serde_json::to_string(&declared).expect("names and kinds are texts")
}

//! What the page "Cookies" lists.

use parvis_cookies::Additions;
use parvis_cookies::registry::{AddedEntry, EntryId, Ground};
use parvis_cookies::service::{Service, ServiceKind};
use parvis_model::Localized;
use serde::Serialize;

use crate::visit::Visit;

/// A text in the language of the visit.
pub(super) fn label(visit: &Visit, text: &Localized) -> String {
    let default = visit.portal.default_language();
    text.get(&visit.lang, default).unwrap_or_default().to_owned()
}

/// The lists of the page.
#[derive(Serialize)]
pub(super) struct Lists {
    product: Vec<Item>,
    entries: Vec<Item>,
    services: Vec<Item>,
    retired: Vec<Item>,
    /// Ready-made services that can be added: name of the kind.
    ready: [&'static str; 9],
    asking: usize,
}

#[derive(Serialize)]
struct Item {
    title: String,
    detail: String,
    url: String,
    /// `necessary`, `exempt`, `consent` or `proxied`.
    state: &'static str,
    /// Kind, as a word of the registry.
    kind: &'static str,
}

fn entry(visit: &Visit, entry: &AddedEntry) -> Item {
    Item {
        title: entry.name.as_str().to_owned(),
        detail: label(visit, &entry.purpose),
        url: format!("/backoffice/cookies/entries/{}/", entry.id),
        state: match &entry.ground {
            Ground::Necessary(_) => "necessary",
            Ground::Measurement(answers) if answers.is_earned() => "exempt",
            Ground::Measurement(_) | Ground::Consent => "consent",
        },
        kind: entry.kind.as_str(),
    }
}

fn service(visit: &Visit, service: &Service) -> Item {
    Item {
        title: label(visit, &service.label),
        detail: service.provider.clone(),
        url: format!("/backoffice/cookies/services/{}/", service.id),
        state: if service.is_exempt() {
            "exempt"
        } else if service.is_proxied() {
            "proxied"
        } else {
            "consent"
        },
        kind: service.kind.name(),
    }
}

/// The lists of `additions`.
pub(super) fn of(visit: &Visit, additions: &Additions) -> Lists {
    let product = EntryId::ALL.iter().map(|id| {
        let own = visit.registry.entries().iter().find(|entry| entry.id == id.as_str());
        Item {
            title: id.as_str().to_owned(),
            detail: own.map(|entry| label(visit, &entry.purpose)).unwrap_or_default(),
            url: format!("/backoffice/cookies/wording/{}/", id.as_str()),
            state: "necessary",
            kind: "cookie",
        }
    });
    let gone = additions
        .entries
        .iter()
        .filter(|e| e.valid_to.is_some())
        .map(|e| entry(visit, e));
    let off = additions
        .services
        .iter()
        .filter(|s| s.valid_to.is_some())
        .map(|s| service(visit, s));
    Lists {
        product: product.collect(),
        entries: additions
            .entries
            .iter()
            .filter(|e| e.valid_to.is_none())
            .map(|e| entry(visit, e))
            .collect(),
        services: additions
            .services
            .iter()
            .filter(|s| s.valid_to.is_none())
            .map(|s| service(visit, s))
            .collect(),
        retired: off.chain(gone).collect(),
        ready: ServiceKind::NAMES,
        asking: visit.registry.services_asking_consent().len(),
    }
}

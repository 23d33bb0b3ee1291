//! What browsers report of pages that tried more than they may: violations of the content security policy, and writes that
//! the page's own gate dropped (R-GATE-05). Anybody can send such reports, so they are counted and nothing else: a bounded
//! number of short names, no address of a visitor, no full address of a page.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;
use parvis_model::PortalId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::state::AppState;
use crate::visit::Visit;

/// Most bytes of a body that are read.
const MAX_BYTES: usize = 16 * 1024;
/// Most reports taken from one body.
const MAX_IN_BODY: usize = 20;
/// Most different things counted for one portal; more go under [`OTHER`].
const MAX_KINDS: usize = 100;
/// Longest name kept, in characters.
const MAX_NAME: usize = 80;
/// What is too much to be counted apart.
const OTHER: &str = "…";

/// What was refused: a directive of the policy and a host, or a kind of storage and a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Refused {
    /// `img-src`, `cookie`, `local_storage`, …
    pub kind: String,
    /// Host, scheme or name.
    pub what: String,
}

/// Counts since the start, per portal.
#[derive(Debug, Default)]
pub struct Reports {
    counts: Mutex<BTreeMap<PortalId, BTreeMap<Refused, u64>>>,
}

impl Reports {
    /// Counts one. The first of its kind is logged.
    fn count(&self, portal: &PortalId, refused: Refused) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = counts.entry(portal.clone()).or_default();
        let refused = if counts.len() < MAX_KINDS || counts.contains_key(&refused) {
            refused
        } else {
            Refused {
                kind: OTHER.to_owned(),
                what: OTHER.to_owned(),
            }
        };
        let count = counts.entry(refused.clone()).or_default();
        *count += 1;
        if *count == 1 {
            tracing::warn!(portal = %portal, kind = ?refused.kind, what = ?refused.what, "a page tried what the registry does not allow");
        }
    }

    /// What was refused on `portal` since the start, the most frequent first.
    pub fn of(&self, portal: &PortalId) -> Vec<(Refused, u64)> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = counts.get(portal).into_iter().flatten();
        let mut list: Vec<_> = counts.map(|(refused, count)| (refused.clone(), *count)).collect();
        list.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        list
    }
}

/// The three forms of a report. Names of fields are those of CSP 3 (`report-uri`, then `report-to`) and of `gate.ts`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Report {
    Legacy {
        #[serde(rename = "csp-report")]
        report: Legacy,
    },
    Modern {
        body: Modern,
    },
    Own {
        kind: String,
        name: String,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Legacy {
    effective_directive: Option<String>,
    violated_directive: Option<String>,
    #[serde(default)]
    blocked_uri: String,
}

#[derive(Deserialize)]
struct Modern {
    #[serde(rename = "effectiveDirective")]
    directive: String,
    #[serde(rename = "blockedURL", default)]
    blocked: String,
}

/// The host of an address, else its first word (`inline`, `data`, `eval`).
fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    &rest[..rest.find(['/', '?', '#', ':']).unwrap_or(rest.len())]
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect()
}

impl Report {
    fn refused(&self) -> Refused {
        let (kind, what) = match self {
            Self::Legacy { report } => {
                let directive = report
                    .effective_directive
                    .as_ref()
                    .or(report.violated_directive.as_ref());
                (directive.map_or("", String::as_str), host(&report.blocked_uri))
            }
            Self::Modern { body } => (body.directive.as_str(), host(&body.blocked)),
            Self::Own { kind, name } => (kind.as_str(), name.as_str()),
        };
        Refused {
            kind: short(kind),
            what: short(what),
        }
    }
}

/// The reports of a body: one, or a list.
fn read(body: &[u8]) -> Vec<Refused> {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let list = match value {
        Value::Array(list) => list,
        Value::Null => Vec::new(),
        one => vec![one],
    };
    let report = |value| serde_json::from_value::<Report>(value).ok();
    list.into_iter()
        .take(MAX_IN_BODY)
        .filter_map(report)
        .map(|report| report.refused())
        .collect()
}

/// `POST /cookies/reports/`: counted, whoever sends it and whatever it says. It sets nothing and answers nothing.
pub async fn take(State(state): State<AppState>, visit: Visit, body: axum::body::Body) -> Response {
    let body: Bytes = axum::body::to_bytes(body, MAX_BYTES).await.unwrap_or_default();
    for refused in read(&body) {
        state.reports.count(&visit.portal.id, refused);
    }
    StatusCode::NO_CONTENT.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(kind: &str, what: &str) -> Refused {
        Refused {
            kind: kind.to_owned(),
            what: what.to_owned(),
        }
    }

    #[test]
    fn each_form_of_report_is_read_and_addresses_are_cut_to_their_host() {
        let legacy =
            br#"{"csp-report":{"effective-directive":"img-src","blocked-uri":"https://t.example:8443/p?id=7"}}"#;
        let old = br#"{"csp-report":{"violated-directive":"script-src-elem","blocked-uri":"inline"}}"#;
        let modern = br#"[{"type":"csp-violation","body":{"effectiveDirective":"connect-src","blockedURL":"wss://t.example/x"}},{"x":1}]"#;
        let own = br#"{"kind":"local_storage","name":"visits"}"#;
        assert_eq!(read(legacy), [refused("img-src", "t.example")]);
        assert_eq!(read(old), [refused("script-src-elem", "inline")]);
        assert_eq!(read(modern), [refused("connect-src", "t.example")]);
        assert_eq!(read(own), [refused("local_storage", "visits")]);
        for bad in ["", "[]", "{}", "[[]]", "not json", "{\"kind\":1,\"name\":2}"] {
            assert_eq!(read(bad.as_bytes()), []);
        }
    }

    #[test]
    fn a_flood_of_reports_takes_a_bounded_room() {
        let (reports, portal) = (Reports::default(), PortalId::new("a"));
        for number in 0..10_000 {
            reports.count(&portal, refused("cookie", &format!("n{}", number % 5_000)));
        }
        let list = reports.of(&portal);
        assert_eq!(list.len(), MAX_KINDS + 1);
        assert_eq!(list[0].0, refused(OTHER, OTHER));
        assert_eq!(list.iter().map(|(_, count)| count).sum::<u64>(), 10_000);
        assert_eq!(reports.of(&PortalId::new("b")), []);
        let long = format!("{{\"kind\":\"cookie\",\"name\":\"{}\"}}", "é".repeat(5_000));
        assert_eq!(read(long.as_bytes())[0].what.chars().count(), MAX_NAME);
        let many = format!("[{}]", vec![r#"{"kind":"a","name":"b"}"#; 500].join(","));
        assert_eq!(read(many.as_bytes()).len(), MAX_IN_BODY);
    }
}

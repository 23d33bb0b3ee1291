//! A draft of a charter from what was seen: a beginning for whoever writes one. Nothing in it is a judgement: everything that
//! somebody else has a part in is drafted as waiting for consent, and every purpose is left to be written.

use std::collections::BTreeMap;

use url::Url;

use crate::charter::{Charter, Kind, Row};
use crate::cookie_line::CookieLine;
use crate::facts::{Fact, SetCookie};
use crate::hints;
use crate::run::Run;

/// Drafts a charter of everything a run saw.
pub fn draft(run: &Run) -> Charter {
    let own = run.origin.host_str().unwrap_or_default();
    let mut rows: BTreeMap<(Kind, String, Option<String>), Row> = BTreeMap::new();
    for fact in run.visits.iter().flat_map(|visit| &visit.seen.facts) {
        let Some(row) = row_of(fact, own) else { continue };
        let known = rows
            .entry((row.kind, row.name.clone(), row.host.clone()))
            .or_insert_with(|| row.clone());
        known.max_age = known.max_age.max(row.max_age);
    }
    Charter {
        url: run.origin.origin().ascii_serialization(),
        revision: "draft".to_owned(),
        rows: rows.into_values().collect(),
        selectors: run.charter.selectors.clone(),
        paths: run.charter.paths.clone(),
        ..Charter::default()
    }
}

fn row_of(fact: &Fact, own: &str) -> Option<Row> {
    match fact {
        Fact::SetCookie(set) => cookie(set, own),
        Fact::Stored { kind, origin, name } => {
            let host = host(origin)?;
            Some(drafted(*kind, name, &host, own))
        }
        Fact::Contact(contact) => {
            let host = host(&contact.url).filter(|host| host != own && !host.starts_with("embedder."))?;
            Some(Row {
                host: None,
                ..drafted(Kind::ThirdPartyHost, &host, &host, own)
            })
        }
        Fact::Blocked { .. } | Fact::Answer(_) => None,
    }
}

fn cookie(set: &SetCookie, own: &str) -> Option<Row> {
    let host = host(&set.url)?;
    let line = CookieLine::parse(&set.line);
    if line.deletes(set.at) || line.name.is_empty() {
        return None;
    }
    let life = line.life(set.at).map(|life| u32::try_from(life).unwrap_or(u32::MAX));
    Some(Row {
        max_age: Some(life.unwrap_or(0)),
        path: line.path,
        secure: Some(line.secure),
        http_only: Some(line.http_only),
        same_site: line.same_site,
        set_by: Some(if set.stack.is_some() { "script" } else { "server" }.to_owned()),
        ..drafted(Kind::Cookie, &line.name, &host, own)
    })
}

fn drafted(kind: Kind, name: &str, host: &str, own: &str) -> Row {
    let theirs = host != own;
    let whose = [hints::of_name(name), hints::of_host(host)];
    Row {
        kind,
        name: name.to_owned(),
        provider: whose
            .into_iter()
            .find(|whose| !whose.is_empty())
            .unwrap_or(host)
            .to_owned(),
        category: if theirs { "third_party" } else { "first_party" }.to_owned(),
        consent: true,
        host: theirs.then(|| host.to_owned()),
        ..Row::default()
    }
}

fn host(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let network = matches!(url.scheme(), "http" | "https" | "ws" | "wss");
    url.host_str().filter(|_| network).map(str::to_owned)
}

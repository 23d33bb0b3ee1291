//! The cookie charter of a portal, rendered from its registry (R-REG-04 to R-REG-08).

mod words;

pub use words::duration;

use chrono::{DateTime, Utc};
use parvis_model::{Localized, Portal};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::registry::{Category, DomainRule, Entry, Kind, LegalGround, Registry, SameSite, SetBy};
use crate::service::Service;
use crate::statement::StatementKey;

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Registry id.
    pub id: String,
    /// What is put in the browser.
    pub kind: Kind,
    /// What that is called, unless it is a cookie.
    pub kind_label: Option<&'static str>,
    /// Who provides it.
    pub provider: String,
    /// Service and place.
    pub service: String,
    /// Name of the cookie, with stars for what varies.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// Which kind of cookie it is.
    pub category: Category,
    /// Whether the visitor must have agreed first.
    pub consent: bool,
    /// Why it may be set.
    pub legal_ground: LegalGround,
    /// The service that consent is asked for.
    pub service_id: Option<String>,
    /// What consent is asked for.
    pub purpose_id: Option<&'static str>,
    /// Longest life, in seconds; `None` if it does not outlive the visit.
    pub max_age: Option<u32>,
    /// The same in words.
    pub duration: String,
    /// To which hosts it goes back.
    pub domain: DomainRule,
    /// Under which path it goes back.
    pub path: String,
    /// Sent over https only, where the portal is.
    pub secure: bool,
    /// Out of reach of scripts.
    pub http_only: bool,
    /// When it goes along with requests that another site began.
    pub same_site: Option<SameSite>,
    /// Who sets it.
    pub set_by: SetBy,
}

/// What the charter tells of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServiceNote {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// What consent is asked for.
    pub purpose_id: &'static str,
    /// Who provides it.
    pub provider: String,
    /// What it does, and what it learns.
    pub description: String,
    /// The provider's own privacy policy.
    pub policy_url: Option<String>,
    /// Hosts that the browser contacts for it.
    pub hosts: Vec<String>,
    /// Whether the visitor must have agreed first.
    pub consent: bool,
    /// Whether it goes through the portal's server, so that the provider never sees the visitor.
    pub proxied: bool,
}

/// A table of the charter: what has the same legal ground.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Section {
    /// The ground.
    pub ground: LegalGround,
    /// Its title.
    pub title: &'static str,
    /// Its rows, in the order of the registry.
    pub rows: Vec<Row>,
}

/// The charter of a portal in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Charter {
    /// The portal's short name.
    pub portal: String,
    /// The portal's public address, without a trailing slash.
    pub url: String,
    /// Language of the texts.
    pub language: String,
    /// Number of the registry's revision; 0 before the first.
    pub number: u64,
    /// When it came into force.
    pub since: Option<DateTime<Utc>>,
    /// Changes whenever the registry does, whatever the language.
    pub revision: String,
    /// The heads of the columns: provider, service and place, name, purpose, and, where the portal wants it, duration.
    pub columns: Vec<&'static str>,
    /// The rows, in the order of the registry.
    pub rows: Vec<Row>,
    /// The services in use.
    pub services: Vec<ServiceNote>,
    /// The portal's own words before the explanations.
    pub before: String,
    /// The portal's own words after the tables.
    pub after: String,
    /// A page elsewhere that also speaks of cookies.
    pub see_also: Option<String>,
}

impl Charter {
    /// The charter of `portal` in `lang`; a text that is missing in it is given in the portal's first language.
    pub fn of(registry: &Registry, portal: &Portal, lang: &str) -> Self {
        let default = portal.default_language();
        let text = |text: &Localized| text.get(lang, default).unwrap_or_default().to_owned();
        let texts = registry.texts();
        let columns = &words::columns(lang)[..if texts.durations { 5 } else { 4 }];
        Self {
            portal: portal.id.as_str().to_owned(),
            url: portal.public_url.clone(),
            language: lang.to_owned(),
            number: registry.number(),
            since: registry.since(),
            revision: registry.revision(),
            columns: columns.to_vec(),
            rows: registry.entries().iter().map(|entry| row(entry, lang, &text)).collect(),
            services: registry.services().iter().map(|service| note(service, &text)).collect(),
            before: text(&texts.before),
            after: text(&texts.after),
            see_also: texts.see_also.clone(),
        }
    }

    /// The tables, one for each legal ground there is; within consent, in the order of the services.
    pub fn sections(&self) -> Vec<Section> {
        let place = |row: &Row| {
            self.services
                .iter()
                .position(|service| Some(&service.id) == row.service_id.as_ref())
        };
        let grounds = [
            LegalGround::StrictlyNecessary,
            LegalGround::ExemptMeasurement,
            LegalGround::Consent,
        ];
        let section = |ground| {
            let of_ground = self.rows.iter().filter(|row| row.legal_ground == ground);
            let mut rows: Vec<Row> = of_ground.cloned().collect();
            if ground == LegalGround::Consent {
                rows.sort_by_key(place);
            }
            Section {
                ground,
                title: words::title(ground, &self.language),
                rows,
            }
        };
        grounds
            .map(section)
            .into_iter()
            .filter(|section| !section.rows.is_empty())
            .collect()
    }

    /// The cells of a row, one for each column.
    pub fn cells(&self, row: &Row) -> Vec<String> {
        let name = match row.kind_label {
            Some(kind) => format!("{} ({kind})", row.name),
            None => row.name.clone(),
        };
        let all = [
            row.provider.clone(),
            row.service.clone(),
            name,
            row.purpose.clone(),
            row.duration.clone(),
        ];
        all.into_iter().take(self.columns.len()).collect()
    }

    /// The address, then for each table its title, the heads of the columns and the rows, cells parted by tabs; around them
    /// the portal's own words. Empty lines part them.
    pub fn to_text(&self) -> String {
        let line = |cells: &[String]| {
            let cells = cells.iter().map(|text| text.replace(['\t', '\n', '\r'], " "));
            cells.collect::<Vec<_>>().join("\t")
        };
        let heads: Vec<String> = self.columns.iter().map(|head| (*head).to_owned()).collect();
        let mut parts = vec![self.url.clone(), self.before.clone()];
        for section in self.sections() {
            let rows = section.rows.iter().map(|row| line(&self.cells(row)));
            let lines: Vec<_> = [section.title.to_owned(), line(&heads)]
                .into_iter()
                .chain(rows)
                .collect();
            parts.push(lines.join("\n"));
        }
        parts.push(self.after.clone());
        parts.extend(self.see_also.clone());
        parts.retain(|part| !part.is_empty());
        parts.join("\n\n") + "\n"
    }

    /// The charter as JSON, with `content_hash`: the SHA-256 of the same JSON without it, compact, keys in this order.
    pub fn to_json(&self) -> serde_json::Value {
        let mut json = serde_json::to_value(self).expect("a charter has string keys only");
        let hash = hex::encode(Sha256::digest(json.to_string().as_bytes()));
        json["content_hash"] = hash.into();
        json
    }

    /// The same, signed: `signature.value` is the signature of `signature.text` by the installation, and that text names the
    /// portal, the revision and the content hash.
    pub fn to_signed_json(&self, key: &StatementKey) -> serde_json::Value {
        let mut json = self.to_json();
        let hash = json["content_hash"].as_str().unwrap_or_default();
        let text = format!("parvis-charter-v1 {} {} {hash}", self.portal, self.number);
        json["signature"] = serde_json::json!({
            "algorithm": "Ed25519",
            "public_key": key.public().to_string(),
            "value": key.sign(&text),
            "text": text,
        });
        json
    }
}

fn row(entry: &Entry, lang: &str, text: &impl Fn(&Localized) -> String) -> Row {
    Row {
        id: entry.id.clone(),
        kind: entry.kind,
        kind_label: words::kind(entry.kind, lang),
        provider: entry.provider.clone(),
        service: text(&entry.service),
        name: entry.name.as_str().to_owned(),
        purpose: text(&entry.purpose),
        category: entry.category,
        consent: entry.category.needs_consent(),
        legal_ground: entry.category.legal_ground(),
        service_id: entry.service_id.clone(),
        purpose_id: entry.purpose_id,
        max_age: entry.max_age,
        duration: duration(entry.kind, entry.max_age, lang),
        domain: entry.domain.clone(),
        path: entry.path.clone(),
        secure: entry.secure,
        http_only: entry.http_only,
        same_site: entry.same_site,
        set_by: entry.set_by,
    }
}

fn note(service: &Service, text: &impl Fn(&Localized) -> String) -> ServiceNote {
    ServiceNote {
        id: service.id.clone(),
        label: text(&service.label),
        purpose_id: service.purpose.as_str(),
        provider: service.provider.clone(),
        description: text(&service.description),
        policy_url: service.policy_url.clone(),
        hosts: service.all_hosts(),
        consent: service.asks_consent(),
        proxied: service.is_proxied(),
    }
}

#[cfg(test)]
mod tests;

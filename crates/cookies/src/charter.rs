//! The cookie charter of a portal, rendered from its registry (R-REG-04 to R-REG-06, R-REG-08).

use parvis_model::Portal;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::registry::{Category, EntryId, Kind, LegalGround, Registry, SameSite};

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Registry id.
    pub id: EntryId,
    /// What is put in the browser.
    pub kind: Kind,
    /// Who provides it.
    pub provider: String,
    /// Service and place.
    pub service: String,
    /// Name of the cookie.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// Which kind of cookie it is.
    pub category: Category,
    /// Whether the visitor must have agreed first.
    pub consent: bool,
    /// Why it may be set.
    pub legal_ground: LegalGround,
    /// Longest life, in seconds.
    pub max_age: u32,
    /// Under which path it goes back.
    pub path: String,
    /// Sent over https only, where the portal is.
    pub secure: bool,
    /// Out of reach of scripts.
    pub http_only: bool,
    /// When it goes along with requests that another site began.
    pub same_site: SameSite,
}

/// The charter of a portal in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Charter {
    /// The portal's public address, without a trailing slash.
    pub url: String,
    /// Language of the texts.
    pub language: String,
    /// Changes whenever the registry does, whatever the language.
    pub revision: String,
    /// The heads of the four columns: provider, service and place, name, purpose.
    pub columns: [String; 4],
    /// The rows, in the order of the registry.
    pub rows: Vec<Row>,
}

impl Charter {
    /// The charter of `portal` in `lang`; a text that is missing in it is given in the portal's first language.
    pub fn of(registry: &Registry, portal: &Portal, lang: &str) -> Self {
        let default = portal.default_language();
        let rows = registry.entries().iter().map(|entry| Row {
            id: entry.id,
            kind: entry.kind,
            provider: entry.provider.clone(),
            service: entry.service.get(lang, default).unwrap_or_default().to_owned(),
            name: entry.name.to_owned(),
            purpose: entry.purpose.get(lang, default).unwrap_or_default().to_owned(),
            category: entry.category,
            consent: entry.category.needs_consent(),
            legal_ground: entry.category.legal_ground(),
            max_age: entry.max_age,
            path: entry.path.to_owned(),
            secure: entry.secure,
            http_only: entry.http_only,
            same_site: entry.same_site,
        });
        Self {
            url: portal.public_url.clone(),
            language: lang.to_owned(),
            revision: registry.revision(),
            columns: columns(lang).map(str::to_owned),
            rows: rows.collect(),
        }
    }

    /// The address, an empty line, the heads of the columns and the rows; cells are parted by tabs.
    pub fn to_text(&self) -> String {
        let cell = |text: &str| text.replace(['\t', '\n', '\r'], " ");
        let line = |cells: [&str; 4]| cells.map(cell).join("\t");
        let head = line([&self.columns[0], &self.columns[1], &self.columns[2], &self.columns[3]]);
        let rows = self
            .rows
            .iter()
            .map(|row| line([&row.provider, &row.service, &row.name, &row.purpose]));
        let mut text = format!("{}\n\n{head}\n", self.url);
        for row in rows {
            text.push_str(&row);
            text.push('\n');
        }
        text
    }

    /// The charter as JSON, with `content_hash`: the SHA-256 of the same JSON without it, compact, keys in this order.
    pub fn to_json(&self) -> serde_json::Value {
        let mut json = serde_json::to_value(self).expect("a charter has string keys only");
        let hash = hex::encode(Sha256::digest(json.to_string().as_bytes()));
        json["content_hash"] = hash.into();
        json
    }
}

/// The heads of the columns in `lang`, else in French.
fn columns(lang: &str) -> [&'static str; 4] {
    match lang {
        "en" => ["Provider", "Service and place", "Cookie name", "Purpose"],
        "eu" => ["Hornitzailea", "Zerbitzua eta kokapena", "Cookiearen izena", "Xedea"],
        _ => ["Prestataire", "Service et emplacement", "Nom du cookie", "Finalité"],
    }
}

#[cfg(test)]
mod tests;

//! The declaration that a site is judged against: what may be put in a browser, and which hosts may be contacted.
//!
//! The form is the one a Parvis portal publishes at `/terms/cookies-policy/?format=json`, and `docs/audit.md` describes it for
//! other sites. Fields that this version does not know are ignored; fields that are missing are not judged.

mod pattern;
mod read;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};

/// The longest charter that is read, in bytes.
const LONGEST: usize = 4 * 1024 * 1024;

/// What is put in a browser, or contacted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A cookie.
    #[default]
    Cookie,
    /// A key of `localStorage`.
    LocalStorage,
    /// A key of `sessionStorage`.
    SessionStorage,
    /// An IndexedDB database.
    #[serde(alias = "indexeddb")]
    IndexedDb,
    /// A cache of the Cache API.
    #[serde(alias = "cache")]
    CacheApi,
    /// A service worker, by the path of its scope.
    ServiceWorker,
    /// A host of somebody else.
    ThirdPartyHost,
}

/// On which occasion something may appear first (R-SET-02 to R-SET-05).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Any visit.
    Visit,
    /// A page that holds a form.
    Form,
    /// A choice about cookies.
    Choice,
    /// A choice of language.
    Language,
    /// Signing in.
    SignIn,
}

/// One declared thing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Row {
    /// Its id, if it has one beside its name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Its name, or a pattern that matches whole names, in which `*` stands for any characters. A host for
    /// [`Kind::ThirdPartyHost`].
    pub name: String,
    /// Who provides it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub provider: String,
    /// What it is for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub purpose: String,
    /// `necessary`, `statistics_exempt`, `first_party` or `third_party`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// Whether the visitor must have agreed first.
    pub consent: bool,
    /// The service that a choice about it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_id: Option<String>,
    /// The purpose that a choice about it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose_id: Option<String>,
    /// Longest life in seconds; `null` or 0: it ends with the browser.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "read::life")]
    pub max_age: Option<u32>,
    /// The host it belongs to, if not the site's: `*.` and a domain for any host under it.
    #[serde(
        alias = "domain",
        skip_serializing_if = "Option::is_none",
        deserialize_with = "read::host"
    )]
    pub host: Option<String>,
    /// The cookie's path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Whether it is `Secure` over https.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secure: Option<bool>,
    /// Whether it is `HttpOnly`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_only: Option<bool>,
    /// `Lax`, `Strict` or `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_site: Option<String>,
    /// `server`, `script` or `third_party`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_by: Option<String>,
    /// Whether a visit may lengthen its life. By default only what is necessary may, and never the choice itself (R-CON-05).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prolonged: Option<bool>,
    /// When it may appear; by default the occasion of the four cookies of Parvis, and any visit for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
}

impl Row {
    /// On which occasion it may appear.
    pub fn occasion(&self) -> When {
        let known = match self.id.as_str() {
            "sessionid" => When::SignIn,
            "django_language" => When::Language,
            "csrftoken" => When::Form,
            "cookies_preferences" => When::Choice,
            _ => When::Visit,
        };
        self.when.unwrap_or(known)
    }

    /// Whether a visit may lengthen its life.
    pub fn may_be_prolonged(&self) -> bool {
        let necessary = !self.consent && self.category != "statistics_exempt";
        self.prolonged.unwrap_or(necessary && self.occasion() != When::Choice)
    }

    /// Whether the choice of `ids` covers it.
    pub fn chosen_by(&self, ids: &BTreeSet<String>) -> bool {
        let named = [Some(&self.id), self.service_id.as_ref(), self.purpose_id.as_ref()];
        named.into_iter().flatten().any(|id| ids.contains(id))
    }
}

/// How to find the banner and its parts in a page: CSS selectors. The defaults are the contract of Parvis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Selectors {
    /// The banner.
    pub banner: String,
    /// Inside it, what accepts everything.
    pub accept: String,
    /// Inside it, what refuses everything.
    pub refuse: String,
    /// Inside it, what opens the choice one by one.
    pub customise: String,
    /// Inside it, what closes it without a choice.
    pub close: String,
    /// What asks again before a choice is kept, where there are no scripts.
    pub confirm: String,
    /// The choice one by one.
    pub panel: String,
    /// Inside it, the box of a service; its value is the service's id.
    pub service: String,
    /// Inside the panel, what saves the boxes.
    pub save: String,
    /// What stands in for a service that was not chosen.
    pub placeholder: String,
    /// The link to the choice, on every page.
    pub manage: String,
    /// The link to the charter, on every page.
    pub charter: String,
    /// What chooses another language: a button that is not the current one.
    pub language: String,
}

impl Default for Selectors {
    fn default() -> Self {
        let text = str::to_owned;
        Self {
            banner: text("[data-consent=banner]"),
            accept: text("[name=action][value=accept]"),
            refuse: text("[name=action][value=refuse]"),
            customise: text("[name=action][value=customise], [data-consent=customise]"),
            close: text("[data-consent=close], [aria-label=Close], [aria-label=Fermer]"),
            confirm: text("[data-consent=confirm]"),
            panel: text("[data-consent=panel]"),
            service: text("input[type=checkbox][name=service], input[type=checkbox][name=purpose]"),
            save: text("[name=action][value=save]"),
            placeholder: text("[data-consent=placeholder]"),
            manage: text("[data-consent=manage], a[href^=\"/cookies/preferences/\"]"),
            charter: text("a[href^=\"/terms/cookies-policy/\"]"),
            language: text("form[action$=\"/setlang/\"] [name=language]:not([aria-current])"),
        }
    }
}

/// Addresses of the site that the audit has to know, as paths.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Paths {
    /// The charter for people.
    pub charter: String,
    /// Where the choice can be changed.
    pub manage: String,
    /// Where a language is chosen.
    pub language: String,
    /// Where one signs in: a form with `username` and `password`.
    pub login: String,
}

impl Default for Paths {
    fn default() -> Self {
        Self {
            charter: "/terms/cookies-policy/".to_owned(),
            manage: "/cookies/preferences/".to_owned(),
            language: "/i18n/".to_owned(),
            login: "/login/".to_owned(),
        }
    }
}

/// A charter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Charter {
    /// The site's public address.
    pub url: String,
    /// The revision, as its publisher names it.
    pub revision: String,
    /// What is declared.
    pub rows: Vec<Row>,
    /// Further pages to open, as paths.
    pub pages: Vec<String>,
    /// How to find the banner.
    pub selectors: Selectors,
    /// Where things are.
    pub paths: Paths,
    /// Names the whole content, if the publisher gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_hash: Option<String>,
    /// Whether `content_hash` is the hash of the content; unknown without one.
    #[serde(skip)]
    pub hash_holds: Option<bool>,
}

impl Charter {
    /// Reads the JSON form.
    ///
    /// # Errors
    /// [`Error::Charter`] when it is no JSON, has no rows, or is over 4 MiB.
    pub fn parse(json: &str) -> Result<Self> {
        if json.len() > LONGEST {
            return Err(Error::Charter(format!(
                "it has {} bytes, more than {LONGEST}",
                json.len()
            )));
        }
        let value: Value = serde_json::from_str(json).map_err(|error| Error::Charter(error.to_string()))?;
        if !value["rows"].is_array() {
            return Err(Error::Charter("it has no list `rows`".to_owned()));
        }
        let mut charter: Self =
            serde_json::from_value(value.clone()).map_err(|error| Error::Charter(error.to_string()))?;
        charter.hash_holds = charter.content_hash.as_deref().map(|stated| stated == hash(value));
        Ok(charter)
    }

    /// The row that declares `name`, seen on `host`; `own` is whether this is the site's own host.
    pub fn find(&self, kind: Kind, name: &str, host: &str, own: bool) -> Option<&Row> {
        let of_kind = self.rows.iter().filter(|row| row.kind == kind);
        of_kind
            .filter(|row| match (&row.host, own) {
                (Some(pattern), _) => pattern::host(pattern, host),
                (None, true) => true,
                // Without a host, what somebody else keeps may be on any host that is declared.
                (None, false) => row.category == "third_party" && self.contact(host).is_some(),
            })
            .find(|row| pattern::name(&row.name, name))
    }

    /// The row that declares a host of somebody else.
    pub fn contact(&self, host: &str) -> Option<&Row> {
        let hosts = self.rows.iter().filter(|row| row.kind == Kind::ThirdPartyHost);
        hosts.into_iter().find(|row| pattern::host(&row.name, host))
    }

    /// Whether anything needs consent.
    pub fn asks(&self) -> bool {
        self.rows.iter().any(|row| row.consent)
    }
}

/// The SHA-256 of a charter without its hash and signature, compact, keys in the order given: as Parvis makes it.
fn hash(mut value: Value) -> String {
    if let Some(fields) = value.as_object_mut() {
        fields.shift_remove("content_hash");
        fields.shift_remove("signature");
    }
    hex::encode(Sha256::digest(value.to_string().as_bytes()))
}

#[cfg(test)]
mod tests;

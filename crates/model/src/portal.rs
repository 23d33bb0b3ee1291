//! A portal: one city's site among those that the installation serves.

use serde::{Deserialize, Serialize};

use crate::id::PortalId;
use crate::text::Localized;

/// A portal and how it presents itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portal {
    /// Short name.
    pub id: PortalId,
    /// Host names that are served, without port, lower-case; the first is canonical and the others redirect to it.
    pub hosts: Vec<String>,
    /// The address that the charter and absolute links state, without a trailing slash (R-TEN-07).
    pub public_url: String,
    /// Name per language.
    pub name: Localized,
    /// One sentence under the name, per language.
    #[serde(default)]
    pub tagline: Localized,
    /// Language codes; the first is the default. At least one.
    pub languages: Vec<String>,
    /// Accent colour, `#rrggbb`.
    pub accent: String,
    /// Logo, an SVG document.
    #[serde(default)]
    pub logo: String,
    /// Own wording of the purpose of a registry entry, by registry id, in the portal's first language (R-REG-06).
    #[serde(default)]
    pub purposes: std::collections::BTreeMap<String, String>,
    /// Other origins whose forms may write here: scheme, host and port, exactly (R-CSRF-10).
    #[serde(default)]
    pub trusted_origins: Vec<String>,
    /// A video on the home page: its address, as its provider's page gives it. Shown only if a declared service plays it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<String>,
    /// Label of the provider of the platform's own cookies in the charter.
    #[serde(default = "default_provider")]
    pub provider: String,
}

fn default_provider() -> String {
    "Opendatasoft".to_owned()
}

impl Portal {
    /// The language used when nothing else decides.
    pub fn default_language(&self) -> &str {
        self.languages.first().map_or("fr", String::as_str)
    }

    /// The portal's name in `lang`.
    pub fn name(&self, lang: &str) -> &str {
        self.name.get(lang, self.default_language()).unwrap_or(self.id.as_str())
    }
}

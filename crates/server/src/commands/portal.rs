//! `parvis portal add|list`.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use parvis_model::{Localized, Portal};

use crate::cli::PortalAdd;
use crate::terminal::line;

const ACCENT: &str = "#0b5394";
const LANGUAGES: [&str; 2] = ["fr", "en"];
/// Instead of an origin: none is trusted any more.
const NO_ORIGIN: &str = "none";

fn localized(pairs: Vec<(String, String)>) -> Localized {
    Localized(pairs.into_iter().collect::<BTreeMap<_, _>>())
}

/// Adds a portal, or changes what is given of an existing one.
pub async fn add(data: &Path, add: PortalAdd) -> anyhow::Result<()> {
    let parvis = super::open(data).await?;
    let existing = parvis.store().portal(&add.id).await?;
    let is_new = existing.is_none();
    let mut portal = match existing {
        Some(portal) => portal,
        None => fresh(&add)?,
    };
    if !add.hosts.is_empty() {
        portal.hosts = add.hosts;
    }
    if !add.names.is_empty() {
        portal.name = localized(add.names);
    }
    if !add.taglines.is_empty() {
        portal.tagline = localized(add.taglines);
    }
    if !add.languages.is_empty() {
        portal.languages = add.languages;
    }
    if let Some(url) = add.public_url {
        portal.public_url = url.trim_end_matches('/').to_owned();
    }
    if let Some(accent) = add.accent {
        portal.accent = accent;
    }
    if !add.trusted_origins.is_empty() {
        portal.trusted_origins = add.trusted_origins;
        if portal.trusted_origins == [NO_ORIGIN] {
            portal.trusted_origins.clear();
        }
    }
    if let Some(logo) = &add.logo {
        portal.logo =
            std::fs::read_to_string(logo).with_context(|| format!("the logo {} cannot be read", logo.display()))?;
    }
    if let Some(video) = add.video {
        portal.video = Some(video).filter(|video| !video.is_empty());
    }
    parvis.put_portal(&portal).await?;
    let done = if is_new { "added" } else { "changed" };
    line(format_args!(
        "{done} the portal {}, served on {}",
        portal.id,
        portal.hosts.join(", ")
    ));
    Ok(())
}

/// A portal with only what cannot be left out.
fn fresh(add: &PortalAdd) -> anyhow::Result<Portal> {
    let Some(host) = add.hosts.first() else {
        anyhow::bail!(
            "a new portal needs a host name: add --host, such as --host data.{}.example",
            add.id
        );
    };
    let value = serde_json::json!({
        "id": add.id,
        "hosts": [],
        "public_url": format!("https://{host}"),
        "name": { "fr": add.id },
        "languages": LANGUAGES,
        "accent": ACCENT,
    });
    serde_json::from_value(value).context("a portal of defaults is complete")
}

/// Lists the portals: id, hosts, languages, separated by tabs; or everything as JSON.
pub async fn list(data: &Path, json: bool) -> anyhow::Result<()> {
    let portals = super::open(data).await?.portals().await?;
    if json {
        line(serde_json::to_string_pretty(&portals)?);
        return Ok(());
    }
    for portal in portals {
        line(format_args!(
            "{}\t{}\t{}",
            portal.id,
            portal.hosts.join(","),
            portal.languages.join(",")
        ));
    }
    Ok(())
}

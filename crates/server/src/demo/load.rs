//! Loading the demo: portals, datasets, accounts. What an earlier run finished is left alone.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use parvis_cookies::Additions;
use parvis_formats::InspectOptions;
use parvis_formats::read::names::slug;
use parvis_model::{Actor, Dataset, Portal, PortalId, Role, UserId};
use parvis_portal::accounts::NewUser;
use parvis_portal::import::ImportRequest;
use parvis_portal::registry::Draft;
use parvis_portal::{Parvis, Viewer};

use crate::demo::manifest::{DemoDataset, Manifest};
use crate::progress;
use crate::terminal::{grouped, note};

/// The account that may do everything on every portal.
pub const PLATFORM: &str = "platform@demo.example";

/// The account that may do everything on one portal.
pub fn admin_of(portal: &PortalId) -> String {
    format!("admin@{portal}.example")
}

/// Loads the portals and datasets of `manifest`, whose files are in `folder`.
///
/// # Errors
/// A file is missing or cannot be imported.
pub async fn content(parvis: &Parvis, manifest: &Manifest, folder: &Path) -> anyhow::Result<()> {
    let total = manifest.portals.iter().map(|portal| portal.datasets.len() as u64).sum();
    let bar = progress::steps("loading the demo", total);
    for demo in &manifest.portals {
        let portal = Arc::new(demo.portal(folder)?);
        parvis.put_portal(&portal).await?;
        declare(parvis, &portal, &demo.cookies).await?;
        let mut records = 0;
        for dataset in &demo.datasets {
            let loaded = load(parvis, &portal, dataset, folder)
                .await
                .with_context(|| format!("the demo's dataset {}/{} was not loaded", demo.id, dataset.entry.id))?;
            records += loaded.records_count();
            bar.inc(1);
        }
        if bar.is_hidden() {
            note(format_args!(
                "loaded {}: {} datasets, {} records",
                demo.id,
                demo.datasets.len(),
                grouped(records)
            ));
        }
    }
    bar.finish_and_clear();
    Ok(())
}

/// The platform itself, at work on `portal`.
fn platform(portal: &Arc<Portal>) -> Viewer {
    let actor = Actor::User {
        id: UserId::new("demo"),
        portal: None,
        role: Role::Admin,
    };
    Viewer {
        actor,
        ..Viewer::anonymous(Arc::clone(portal))
    }
}

/// Declares the portal's services, unless somebody has changed its registry since.
async fn declare(parvis: &Parvis, portal: &Arc<Portal>, cookies: &Additions) -> anyhow::Result<()> {
    let viewer = platform(portal);
    let draft = parvis.registry_draft(&viewer).await?;
    if draft.additions == Additions::default() {
        let draft = Draft {
            additions: cookies.clone(),
            ..draft
        };
        parvis.revise_registry(&viewer, "", draft).await?;
    }
    Ok(())
}

async fn load(parvis: &Parvis, portal: &Arc<Portal>, demo: &DemoDataset, folder: &Path) -> anyhow::Result<Dataset> {
    let entry = &demo.entry;
    let existing = parvis.store().dataset_by_slug(&portal.id, &entry.id).await?;
    if let Some(published) = existing.filter(|dataset| dataset.version.is_some()) {
        return Ok(published);
    }
    let viewer = platform(portal);
    let request = ImportRequest {
        id: entry.id.clone(),
        file: folder.join(&entry.file),
        options: InspectOptions {
            timezone: chrono_tz::Europe::Paris,
            language: portal.default_language().to_owned(),
            ..InspectOptions::default()
        },
        metadata: demo.metadata(),
        rejects: parvis
            .data()
            .join(format!("demo-{}-{}.rejects.csv", portal.id, entry.id)),
    };
    let dataset = parvis.import(&viewer, request, |_, _, _| {}).await?.dataset;
    for complaint in drift(demo, &dataset) {
        note(format_args!("demo: {}/{}: {complaint}", portal.id, entry.id));
    }
    Ok(dataset)
}

/// In what the dataset differs from what the manifest says of it.
fn drift(demo: &DemoDataset, dataset: &Dataset) -> Vec<String> {
    let mut complaints = Vec::new();
    let (found, said) = (dataset.records_count(), demo.entry.records);
    if found != said {
        complaints.push(format!("{found} records instead of {said}"));
    }
    let rejected = dataset.version.as_ref().map_or(0, |version| version.rejected);
    if rejected > 0 {
        complaints.push(format!("{rejected} rows could not be read in full"));
    }
    let missing = demo.point().filter(|name| dataset.schema.field(&slug(name)).is_none());
    complaints.extend(missing.map(|name| format!("there is no field {name}")));
    complaints
}

/// Makes the demo's accounts, or gives those there are this password.
///
/// # Errors
/// The store failed.
pub async fn accounts(parvis: &Parvis, portals: &[Portal], password: &str) -> anyhow::Result<()> {
    let mut homes: Vec<(Option<PortalId>, String)> = portals
        .iter()
        .map(|portal| (Some(portal.id.clone()), admin_of(&portal.id)))
        .collect();
    homes.push((None, PLATFORM.to_owned()));
    for (portal, email) in homes {
        let display_name = if portal.is_some() {
            "Administration"
        } else {
            "Plateforme"
        };
        parvis
            .put_account(NewUser {
                portal,
                email,
                display_name: display_name.to_owned(),
                password: password.to_owned(),
                role: Role::Admin,
            })
            .await?;
    }
    Ok(())
}

//! The commands, one file each, and what they share.

mod audience;
mod audit;
mod consent;
mod demo;
mod doctor;
mod export;
mod import;
mod metadata;
mod migrate;
mod portal;
mod quota;
mod serve;
mod user;
mod version;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use parvis_model::{Actor, Portal, PortalId, Role, SystemClock, SystemRng, UserId};
use parvis_portal::{Parvis, Settings, Viewer};

use crate::cli::{Cli, Command, PortalCommand};

/// Name of the metadata store in the data folder.
pub const STORE: &str = "parvis.sqlite";

/// Does what the command line asks.
///
/// # Errors
/// Why it could not be done.
pub async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let data = cli.data.as_path();
    match cli.command {
        Command::Serve(listen) => serve::run(data, &listen).await?,
        Command::Demo(demo) => demo::run(data, &demo).await?,
        Command::Portal(PortalCommand::Add(add)) => portal::add(data, *add).await?,
        Command::Portal(PortalCommand::List { json }) => portal::list(data, json).await?,
        Command::User(user) => user::run(data, user).await?,
        Command::Import(import) => import::run(data, import).await?,
        Command::Export(export) => export::run(data, export).await?,
        Command::Version(version) => version::run(data, version).await?,
        Command::Audience(audience) => audience::run(data, audience).await?,
        Command::Consent(consent) => return consent::run(data, consent).await,
        Command::Quota(quota) => quota::run(data, quota).await?,
        Command::Audit(audit) => return Ok(audit::run(data, audit).await),
        Command::Migrate => migrate::run(data).await?,
        Command::Doctor => return doctor::run(data).await,
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens the data folder with the machine's clock and randomness, for a command that takes as long as it takes.
async fn open(data: &Path) -> anyhow::Result<Parvis> {
    let engine = parvis_engine::Settings {
        query_time: None,
        ..parvis_engine::Settings::default()
    };
    open_with(Settings {
        data: data.to_owned(),
        engine,
        fetch: parvis_fetch::Settings::default(),
        kept_answers: parvis_portal::KEPT_ANSWERS,
    })
    .await
}

/// The same with the settings of a server.
async fn open_with(settings: Settings) -> anyhow::Result<Parvis> {
    let data = settings.data.clone();
    Parvis::open(settings, Arc::new(SystemClock), Arc::new(SystemRng))
        .await
        .with_context(|| format!("the data folder {} cannot be used", data.display()))
}

/// The portal called `id`.
async fn find_portal(parvis: &Parvis, id: &PortalId) -> anyhow::Result<Arc<Portal>> {
    let portals = parvis.portals().await?;
    let known: Vec<String> = portals.iter().map(|portal| portal.id.to_string()).collect();
    match portals.into_iter().find(|portal| portal.id == *id) {
        Some(portal) => Ok(Arc::new(portal)),
        None if known.is_empty() => {
            anyhow::bail!("there is no portal `{id}`, nor any other: add one with `parvis portal add`")
        }
        None => anyhow::bail!("there is no portal `{id}`: there are {}", known.join(", ")),
    }
}

/// Whoever may run this binary on this folder may do everything in it.
fn operator() -> Actor {
    Actor::User {
        id: UserId::new("operator"),
        portal: None,
        role: Role::Admin,
    }
}

/// The operator on a portal.
pub fn operator_on(portal: Arc<Portal>) -> Viewer {
    Viewer {
        actor: operator(),
        ..Viewer::anonymous(portal)
    }
}

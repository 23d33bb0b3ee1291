//! `parvis demo`: load it if there is nothing yet, then serve it.

use std::path::{Path, PathBuf};

use parvis_cookies::ledger::RETENTION_DAYS;
use parvis_model::Portal;
use parvis_model::audience::MAX_MONTHS;
use parvis_portal::Parvis;
use parvis_web::edge::Settings;

use super::serve::Chores;
use super::user::draw_password;
use crate::cli::Demo;
use crate::demo::load::{self, PLATFORM, admin_of};
use crate::demo::manifest::Manifest;
use crate::demo::state::State;
use crate::housekeeping::Keeping;
use crate::terminal::{line, note};

/// The repository's demo, for a binary that runs on the machine where it was built.
const BUILT_WITH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo");

/// Loads what is missing and serves.
pub async fn run(data: &Path, demo: &Demo) -> anyhow::Result<()> {
    let parvis = super::open_with(demo.listen.settings(data)).await?;
    let state = prepare(&parvis, data, demo).await?;
    let portals = parvis.portals().await?;
    let tell = |port| tell_sign_ins(&portals, state.as_ref(), port);
    let settings = |port| Settings {
        https: false,
        port: Some(port),
        demo: true,
    };
    let chores = Chores {
        keeping: Keeping {
            consent_days: RETENTION_DAYS,
            audience_months: MAX_MONTHS,
        },
        // A trial starts no browser by itself: `parvis audit` does.
        browser: None,
    };
    super::serve::answer(parvis, &demo.listen, settings, chores, tell).await
}

/// Loads the demo into an empty folder, or ends a loading that was interrupted. `None` when the folder holds other portals.
async fn prepare(parvis: &Parvis, data: &Path, demo: &Demo) -> anyhow::Result<Option<State>> {
    let given = std::env::var("DEMO_PASSWORD")
        .ok()
        .filter(|password| !password.is_empty());
    let earlier = State::read(data)?;
    let portals = parvis.portals().await?;
    let mut state = match earlier {
        Some(state) => state,
        None if portals.is_empty() => State {
            loaded: false,
            password: None,
        },
        None => {
            note("the data folder holds portals that are not the demo's: they are served as they are");
            return Ok(None);
        }
    };
    let drawn = state.password.clone().unwrap_or_else(|| draw_password(parvis.rng()));
    let password = given.clone().unwrap_or_else(|| drawn.clone());
    if !state.loaded {
        state.password = given.is_none().then_some(drawn);
        state.write(data)?;
        let folder = find(demo);
        let manifest = Manifest::read(&folder)?;
        load::content(parvis, &manifest, &folder).await?;
        load::accounts(parvis, &parvis.portals().await?, &password).await?;
        state.loaded = true;
        state.write(data)?;
    } else if given.is_some() {
        load::accounts(parvis, &portals, &password).await?;
        state.password = None;
        state.write(data)?;
    }
    Ok(Some(state))
}

/// Where the demo's files are.
fn find(demo: &Demo) -> PathBuf {
    let here = Path::new("demo");
    match &demo.from {
        Some(folder) => folder.clone(),
        None if here.join("demo.json").is_file() => here.to_owned(),
        None => PathBuf::from(BUILT_WITH),
    }
}

fn tell_sign_ins(portals: &[Portal], state: Option<&State>, port: u16) {
    let Some(state) = state else { return };
    let password = match (
        &state.password,
        std::env::var("DEMO_PASSWORD").is_ok_and(|given| !given.is_empty()),
    ) {
        (Some(drawn), _) => drawn.as_str(),
        (None, true) => "the one of DEMO_PASSWORD",
        (None, false) => "the one that DEMO_PASSWORD set earlier",
    };
    line(format_args!("sign-ins, password: {password}"));
    for portal in portals {
        let host = portal.hosts.first().map_or("", String::as_str);
        line(format_args!(
            "  {:34} http://{host}:{port}/login/",
            admin_of(&portal.id)
        ));
    }
    line(format_args!("  {PLATFORM:34} every portal"));
}

//! What a running server does by itself: takes up portals that another process changed, and forgets what has ended.

use std::time::Duration;

use chrono::TimeDelta;
use parvis_portal::Parvis;
use parvis_web::edge::Edge;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// Portals added by `parvis portal add` are served after this long at most.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Sessions that ended are removed this often (R-SES-06).
const TIDY_EVERY: Duration = Duration::from_secs(15 * 60);

/// Failed sign-ins older than this slow nobody down any more.
const ATTEMPTS_KEPT: TimeDelta = TimeDelta::days(1);

/// Runs until it is dropped. A failure is logged and tried again at the next turn.
pub async fn run(parvis: Parvis, edge: Edge) {
    let mut turns = interval(LOOK_EVERY);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut known = None;
    let mut tidied: Option<Instant> = None;
    loop {
        turns.tick().await;
        if let Err(error) = take_up_portals(&parvis, &edge, &mut known).await {
            tracing::warn!(%error, "portals that changed could not be taken up");
        }
        if tidied.is_none_or(|at| at.elapsed() >= TIDY_EVERY) {
            tidied = Some(Instant::now());
            if let Err(error) = tidy(&parvis).await {
                tracing::warn!(%error, "ended sessions could not be removed");
            }
        }
    }
}

async fn take_up_portals(parvis: &Parvis, edge: &Edge, known: &mut Option<u64>) -> anyhow::Result<()> {
    let generation = parvis.store().generation_across_portals().await?;
    if *known != Some(generation) {
        edge.reload(parvis).await.map_err(crate::wiring::told)?;
        *known = Some(generation);
    }
    Ok(())
}

async fn tidy(parvis: &Parvis) -> anyhow::Result<()> {
    let now = parvis.now();
    let sessions = parvis.store().purge_sessions_across_portals(now).await?;
    let attempts = parvis
        .store()
        .purge_failed_logins_across_portals(now - ATTEMPTS_KEPT)
        .await?;
    tracing::info!(sessions, attempts, "removed ended sessions and old failed sign-ins");
    Ok(())
}

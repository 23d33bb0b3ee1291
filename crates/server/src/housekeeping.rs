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

/// What was counted of the audience is stored this often: a process that is killed loses as much at most.
const FLUSH_EVERY: Duration = Duration::from_secs(10);

/// How long things are kept.
#[derive(Clone, Copy, Debug)]
pub struct Keeping {
    /// Days that a record of consent is kept after the end of its choice.
    pub consent_days: u32,
    /// Months that figures of the audience are kept.
    pub audience_months: u32,
}

/// Stores what was counted of the audience and of calls that quotas limit, until it is dropped. What cannot be stored stays in memory for the next turn.
pub async fn count(parvis: Parvis) {
    let mut turns = interval(FLUSH_EVERY);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        if let Err(error) = parvis.flush_audience_across_portals().await {
            tracing::warn!(%error, "figures of the audience could not be stored yet");
        }
        if let Err(error) = parvis.flush_quotas_across_portals().await {
            tracing::warn!(%error, "calls that quotas count could not be stored yet");
        }
    }
}

/// Runs until it is dropped. A failure is logged and tried again at the next turn.
pub async fn run(parvis: Parvis, edge: Edge, keeping: Keeping) {
    let mut turns = interval(LOOK_EVERY);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut known = None;
    let mut tidied: Option<Instant> = None;
    loop {
        turns.tick().await;
        if let Err(error) = take_up_portals(&parvis, &edge, &mut known).await {
            tracing::warn!(%error, "portals that changed could not be taken up");
        }
        // A choice that another process recorded takes the place of the one before here, too (R-PRF-06).
        if let Err(error) = parvis.refresh_consent_across_portals().await {
            tracing::warn!(%error, "choices that were replaced elsewhere could not be taken up");
        }
        if tidied.is_none_or(|at| at.elapsed() >= TIDY_EVERY) {
            tidied = Some(Instant::now());
            if let Err(error) = tidy(&parvis).await {
                tracing::warn!(%error, "ended sessions could not be removed");
            }
            if let Err(error) = keep_consent(&parvis, keeping.consent_days).await {
                tracing::warn!(%error, "the ledger of consent could not be brought up to date");
            }
            if let Err(error) = keep_audience(&parvis, keeping.audience_months).await {
                tracing::warn!(%error, "the figures of the audience could not be brought up to date");
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

/// Notes which choices have ended, and purges the records whose time has come.
async fn keep_consent(parvis: &Parvis, keep_days: u32) -> anyhow::Result<()> {
    let ended = parvis.end_choices_across_portals().await?;
    let mut purged = 0;
    for portal in parvis.portals().await? {
        let operator = crate::commands::operator_on(std::sync::Arc::new(portal));
        purged += parvis.purge_consent(&operator, keep_days, false).await?.records;
    }
    tracing::info!(ended, purged, "brought the ledger of consent up to date");
    Ok(())
}

/// Forgets figures whose time has come, then writes those that portals publish again if they have changed.
async fn keep_audience(parvis: &Parvis, months: u32) -> anyhow::Result<()> {
    let purged = parvis.purge_audience_across_portals(months).await?;
    let mut written = 0_usize;
    for portal in parvis.portals().await? {
        let id = portal.id.clone();
        let operator = crate::commands::operator_on(std::sync::Arc::new(portal));
        match parvis.refresh_audience_dataset(&operator).await {
            Ok(wrote) => written += usize::from(wrote),
            // The other portals' are written all the same.
            Err(error) => tracing::warn!(portal = %id, %error, "the figures of a portal could not be published"),
        }
    }
    tracing::info!(purged, written, "brought the figures of the audience up to date");
    Ok(())
}

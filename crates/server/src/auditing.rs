//! Audits that the server starts by itself, and keeping what came of an audit (R-AUD-06).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use parvis_audit::{Charter, Declared, Launch, Options, Picture, Pictured, Report, Scenario};
use parvis_cookies::{Charter as Published, ServiceKind};
use parvis_model::Dataset;
use parvis_portal::Parvis;
use parvis_portal::audits::{NewAudit, Verdict};
use parvis_portal::registry::PortalRegistry;
use tokio::time::{MissedTickBehavior, interval_at};
use url::Url;

use crate::commands::operator_on;

/// How often the server looks for portals whose audit is due; the first time this long after it started.
const LOOK_EVERY: Duration = Duration::from_secs(5 * 60);
/// Most pages that are opened in each scenario.
const PAGES: usize = 12;

/// The charter of a portal as its registry in force makes it, with the pages on which its services show.
///
/// # Errors
/// The store failed; the charter cannot be read back, which would be a fault of this program.
pub async fn charter(parvis: &Parvis, known: &PortalRegistry) -> anyhow::Result<Charter> {
    let charter = Published::of(&known.registry, &known.portal, known.portal.default_language());
    let mut charter = Charter::parse(&charter.to_json().to_string())?;
    charter.pages.extend(maps(parvis, known).await?);
    Ok(charter)
}

/// A map on each base map of somebody else: pages that are chosen on a page, and that few links lead to.
async fn maps(parvis: &Parvis, known: &PortalRegistry) -> anyhow::Result<Vec<String>> {
    let operator = operator_on(Arc::new(known.portal.clone()));
    let datasets = parvis.managed_datasets(&operator).await?;
    let on_map = |dataset: &&Arc<Dataset>| {
        !dataset.restricted && dataset.version.is_some() && dataset.schema.geometry_field().is_some()
    };
    let Some(dataset) = datasets.iter().find(on_map) else {
        return Ok(Vec::new());
    };
    let services = known.registry.services().iter();
    let tiles = services.filter(|service| matches!(service.kind, ServiceKind::Tiles { .. }));
    Ok(tiles
        .map(|service| format!("/explore/dataset/{}/map/?base={}", dataset.slug, service.id))
        .collect())
}

/// The public address of a portal.
///
/// # Errors
/// It is no address.
pub fn address(known: &PortalRegistry) -> anyhow::Result<Url> {
    let url = &known.portal.public_url;
    Url::parse(url).with_context(|| format!("the public address {url:?} cannot be read"))
}

/// Keeps the pictures of a run with what visitors were shown, and names them in its report (R-PRF-03).
///
/// # Errors
/// The store failed.
pub async fn keep_pictures(
    parvis: &Parvis,
    known: &PortalRegistry,
    pictures: &[Picture],
    report: &mut Report,
) -> anyhow::Result<()> {
    for picture in pictures {
        let sha256 = parvis.keep_shown(&known.portal.id, "image/png", &picture.png).await?;
        let device = picture.device.as_str();
        report.run.pictures.push(Pictured { device, sha256 });
    }
    Ok(())
}

/// Keeps and publishes what came of an audit; `outcome` is the report, or why there is none. Answers its number.
///
/// # Errors
/// The store failed.
pub async fn keep(
    parvis: &Parvis,
    known: &PortalRegistry,
    began: chrono::DateTime<chrono::Utc>,
    outcome: Result<&Report, String>,
) -> anyhow::Result<u64> {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let new = match outcome {
        Ok(report) => NewAudit {
            made_at: began,
            verdict: if report.passed {
                Verdict::Agrees
            } else {
                Verdict::Differs
            },
            errors: count(report.errors),
            warnings: count(report.warnings),
            report: report.to_json(),
            html: report.to_html(),
        },
        Err(why) => NewAudit {
            made_at: began,
            verdict: Verdict::Failed,
            errors: 0,
            warnings: 0,
            report: why,
            html: String::new(),
        },
    };
    let operator = operator_on(Arc::new(known.portal.clone()));
    Ok(parvis.keep_audit(&operator, known, new).await?)
}

/// Audits the portals that are due, one at a time, until it is dropped. A failure is kept as one and tried again some hours later.
pub async fn run(parvis: Parvis, browser: String) {
    let mut turns = interval_at(tokio::time::Instant::now() + LOOK_EVERY, LOOK_EVERY);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        if let Err(error) = turn(&parvis, &browser).await {
            tracing::warn!(%error, "audits that are due could not be carried out");
        }
    }
}

async fn turn(parvis: &Parvis, browser: &str) -> anyhow::Result<()> {
    for known in parvis.audits_due_across_portals().await? {
        let began = parvis.now();
        let portal = known.portal.id.as_str();
        let outcome = carry_out(parvis, &known, browser, began).await;
        if let Err(error) = &outcome
            && let Some(parvis_audit::Error::Start { .. }) = error.downcast_ref()
        {
            tracing::info!(portal, %error, "no audits");
            return Ok(());
        }
        let number = match &outcome {
            Ok(report) => keep(parvis, &known, began, Ok(report)).await?,
            Err(error) => keep(parvis, &known, began, Err(format!("{error:#}"))).await?,
        };
        match outcome {
            Ok(report) => tracing::info!(portal, number, errors = report.errors, "audited a portal"),
            Err(error) => tracing::warn!(portal, number, %error, "a portal could not be audited"),
        }
    }
    Ok(())
}

async fn carry_out(
    parvis: &Parvis,
    known: &PortalRegistry,
    browser: &str,
    began: chrono::DateTime<chrono::Utc>,
) -> anyhow::Result<Report> {
    let all: BTreeSet<Scenario> = Scenario::ALL.into_iter().collect();
    let options = Options {
        url: address(known)?,
        declared: Declared::Charter(Box::new(charter(parvis, known).await?)),
        pages: PAGES,
        scenarios: all,
        // The server keeps no password that it could sign in with.
        credentials: None,
        mark: parvis.audit_token(&known.portal.id),
        browser: Launch {
            program: browser.to_owned(),
            hosts: Vec::new(),
            yielding: true,
        },
    };
    let run = parvis_audit::audit(&options, &|_, _| {}).await?;
    let mut report = Report::new(&run, began);
    keep_pictures(parvis, known, &run.pictures, &mut report).await?;
    Ok(report)
}

#[cfg(test)]
mod tests;

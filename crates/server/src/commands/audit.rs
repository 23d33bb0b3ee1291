//! `parvis audit`: opens a site in a browser and compares what it sees with the charter.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use parvis_audit::{Charter, Declared, Launch, Options, Report, Scenario, discover};
use parvis_model::{Clock as _, PortalId, SystemClock};
use parvis_portal::Parvis;
use parvis_portal::registry::PortalRegistry;

use super::{find_portal, open, user};
use crate::auditing;
use crate::cli::Audit;
use crate::terminal;

/// The audit could not be carried out, which says nothing about the site.
const NOT_CARRIED_OUT: u8 = 3;

/// Audits, reports, and answers whether the site keeps to its charter.
pub async fn run(data: &Path, audit: Audit) -> ExitCode {
    match carry_out(data, audit).await {
        Ok(code) => code,
        Err(error) => {
            terminal::error(&error);
            ExitCode::from(NOT_CARRIED_OUT)
        }
    }
}

async fn carry_out(data: &Path, audit: Audit) -> anyhow::Result<ExitCode> {
    let files = [audit.json.clone(), audit.html.clone()];
    let (drafting, keeping) = (audit.discover, audit.keep);
    let parvis = match audit.portal {
        Some(_) => Some(open(data).await?),
        None => None,
    };
    let known = match (&parvis, &audit.portal) {
        (Some(parvis), Some(id)) => Some(registry_of(parvis, id).await?),
        _ => None,
    };
    let portal = parvis.as_ref().zip(known.as_ref());
    let options = options(audit, portal).await?;
    let started = SystemClock.now();
    let steps = crate::progress::steps("auditing", u64::try_from(options.scenarios.len()).unwrap_or(0));
    let progress = |scenario: Scenario, _| steps.set_position(position(scenario));
    let run = parvis_audit::audit(&options, &progress).await;
    steps.finish_and_clear();
    let kept = portal.filter(|_| keeping);
    if let (Err(error), Some((parvis, known))) = (&run, kept) {
        auditing::keep(parvis, known, started, Err(error.to_string())).await?;
    }
    let run = run?;
    if drafting {
        let draft = serde_json::to_string_pretty(&discover::draft(&run))?;
        terminal::line(draft);
        return Ok(ExitCode::SUCCESS);
    }
    let mut report = Report::new(&run, started);
    if let Some((parvis, known)) = kept {
        auditing::keep_pictures(parvis, known, &run.pictures, &mut report).await?;
        auditing::keep(parvis, known, started, Ok(&report)).await?;
    }
    let [json, html] = files;
    write(json, || report.to_json())?;
    write(html, || report.to_html())?;
    terminal::line(report.to_text().trim_end());
    Ok(if report.passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// How many scenarios come before this one.
fn position(scenario: Scenario) -> u64 {
    let before = Scenario::ALL.into_iter().take_while(|other| *other != scenario).count();
    u64::try_from(before).unwrap_or(0)
}

async fn options(audit: Audit, portal: Option<(&Parvis, &PortalRegistry)>) -> anyhow::Result<Options> {
    let url = match (&audit.url, portal) {
        (Some(url), _) => url.clone(),
        (None, Some((_, known))) => auditing::address(known)?,
        (None, None) => anyhow::bail!("give an address or --portal"),
    };
    let credentials = match &audit.user {
        None => None,
        Some(name) => {
            let password = user::given_password(audit.password_file.as_deref())?;
            let password = password.context("give the password with --password-file or PARVIS_PASSWORD")?;
            Some((name.clone(), password))
        }
    };
    let all = Scenario::ALL.into_iter().collect();
    Ok(Options {
        declared: declared(&audit, portal).await?,
        url,
        pages: usize::from(audit.pages),
        scenarios: if audit.scenarios.is_empty() {
            all
        } else {
            audit.scenarios.into_iter().collect()
        },
        credentials,
        mark: portal.map_or_else(
            || "1".to_owned(),
            |(parvis, known)| parvis.audit_token(&known.portal.id),
        ),
        browser: Launch {
            program: audit.browser,
            hosts: audit.hosts,
            yielding: false,
        },
    })
}

/// A portal with its registry as it is in force.
async fn registry_of(parvis: &Parvis, id: &PortalId) -> anyhow::Result<PortalRegistry> {
    find_portal(parvis, id).await?;
    let all = parvis.portal_registries().await?;
    let found = all.into_iter().find(|known| known.portal.id == *id);
    found.with_context(|| format!("the portal `{id}` has just been removed"))
}

/// What to judge against.
async fn declared(audit: &Audit, portal: Option<(&Parvis, &PortalRegistry)>) -> anyhow::Result<Declared> {
    let json = match (portal, &audit.charter) {
        _ if audit.discover => return Ok(Declared::Nothing),
        (Some((parvis, known)), _) => {
            return Ok(Declared::Charter(Box::new(auditing::charter(parvis, known).await?)));
        }
        (None, Some(file)) => {
            std::fs::read_to_string(file).with_context(|| format!("the charter {} cannot be read", file.display()))?
        }
        (None, None) => return Ok(Declared::Published),
    };
    Ok(Declared::Charter(Box::new(Charter::parse(&json)?)))
}

fn write(file: Option<PathBuf>, text: impl FnOnce() -> String) -> anyhow::Result<()> {
    let Some(file) = file else { return Ok(()) };
    std::fs::write(&file, text()).with_context(|| format!("the report {} cannot be written", file.display()))
}

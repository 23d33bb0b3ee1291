//! `parvis quota`.

use std::path::Path;

use parvis_portal::{Parvis, Viewer};

use crate::cli::quota::{QuotaCommand, Whose};
use crate::terminal::line;

/// Does what is asked.
///
/// # Errors
/// The data folder cannot be used; there is no such portal, user, key or dataset.
pub async fn run(data: &Path, command: QuotaCommand) -> anyhow::Result<()> {
    let parvis = super::open(data).await?;
    let portal = match &command {
        QuotaCommand::Set { whose, .. } | QuotaCommand::Remove(whose) => &whose.portal,
        QuotaCommand::List { portal } => portal,
    };
    let viewer = super::operator_on(super::find_portal(&parvis, portal).await?);
    match command {
        QuotaCommand::Set { whose, calls } => {
            set(&parvis, &viewer, &whose, Some(calls)).await?;
            line(format_args!("{}: {calls} calls a day", named(&whose)));
        }
        QuotaCommand::Remove(whose) => {
            set(&parvis, &viewer, &whose, None).await?;
            line(format_args!("{}: no limit", named(&whose)));
        }
        QuotaCommand::List { .. } => list(&parvis, &viewer).await?,
    }
    Ok(())
}

fn named(whose: &Whose) -> String {
    match &whose.subject {
        Some(subject) => format!("{} {subject}", whose.scope.name()),
        None => whose.scope.name().to_owned(),
    }
}

async fn set(parvis: &Parvis, viewer: &Viewer, whose: &Whose, calls: Option<u64>) -> anyhow::Result<()> {
    let subject = match &whose.subject {
        // Of a scope that has none, the use-case says so.
        Some(name) if whose.scope.has_subjects() => parvis.quota_subject(viewer, whose.scope, name).await?,
        Some(name) => name.clone(),
        None => String::new(),
    };
    Ok(parvis.set_quota(viewer, whose.scope, &subject, calls).await?)
}

async fn list(parvis: &Parvis, viewer: &Viewer) -> anyhow::Result<()> {
    let counted = parvis.quota_counts_today(viewer).await?;
    for quota in parvis.quotas(viewer).await? {
        let today = counted
            .iter()
            .filter(|count| count.scope == quota.scope && count.subject == quota.subject);
        let today: u64 = today.map(|count| count.calls).sum();
        let whose = if quota.subject.is_empty() { "-" } else { &quota.subject };
        line(format_args!(
            "{}\t{whose}\t{}\t{today}",
            quota.scope.name(),
            quota.calls
        ));
    }
    Ok(())
}

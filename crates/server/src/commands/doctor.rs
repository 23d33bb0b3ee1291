//! `parvis doctor`: looks and changes nothing.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use parvis_model::{Dataset, Portal};
use parvis_portal::registry::first_altered_revision;
use parvis_store::Store;
use rustix::fs::{Access, access};

use super::STORE;
use crate::neighbours;
use crate::terminal::{grouped, line};

/// Files that every version has.
const FILES: [&str; 2] = ["manifest.json", "data.parquet"];

#[derive(Default)]
struct Report {
    problems: usize,
}

impl Report {
    fn good(&self, text: impl std::fmt::Display) {
        line(format_args!("ok       {text}"));
    }

    /// Works, but the operator should know.
    fn hint(&self, text: impl std::fmt::Display) {
        line(format_args!("note     {text}"));
    }

    fn bad(&mut self, text: impl std::fmt::Display) {
        self.problems += 1;
        line(format_args!("PROBLEM  {text}"));
    }
}

/// Checks the folder, the store, the portals and the files of every version. The exit code tells whether all is well.
pub async fn run(data: &Path) -> anyhow::Result<ExitCode> {
    let mut report = Report::default();
    inspect(data, &mut report).await?;
    if report.problems == 0 {
        line("nothing to mend");
        return Ok(ExitCode::SUCCESS);
    }
    line(format_args!(
        "{} to mend",
        if report.problems == 1 {
            "1 thing".to_owned()
        } else {
            format!("{} things", report.problems)
        }
    ));
    Ok(ExitCode::FAILURE)
}

async fn inspect(data: &Path, report: &mut Report) -> anyhow::Result<()> {
    if !data.is_dir() {
        report.bad(format_args!(
            "there is no data folder {}: `parvis portal add` makes it, or give --data",
            data.display()
        ));
        return Ok(());
    }
    // The system is asked: a file to try it with would be a change.
    match access(data, Access::WRITE_OK | Access::EXEC_OK) {
        Ok(()) => report.good(format_args!("the data folder {} can be written", data.display())),
        Err(error) => report.bad(format_args!(
            "the data folder {} cannot be written: {error}",
            data.display()
        )),
    }
    let path = data.join(STORE);
    if !path.is_file() {
        report.bad(format_args!(
            "there is no metadata store {}: `parvis migrate` makes an empty one",
            path.display()
        ));
        return Ok(());
    }
    let store = match Store::open_read_only(&path).await {
        Ok(store) => store,
        Err(error) => {
            report.bad(error);
            return Ok(());
        }
    };
    let health = match store.check().await {
        Ok(health) => health,
        Err(error) => {
            report.bad(error);
            return Ok(());
        }
    };
    for problem in &health.problems {
        report.bad(format_args!("the metadata store: {problem}"));
    }
    if health.is_sound() {
        report.good(format_args!(
            "the metadata store is sound, at migration {}: {} portals, {} datasets, {} accounts",
            health.migration,
            grouped(health.portals),
            grouped(health.datasets),
            grouped(health.users)
        ));
    }
    if !health.is_current() {
        report.bad(format_args!(
            "the metadata store is at migration {} of {}: `parvis migrate` applies those that are due; nothing in it is looked at before",
            health.migration, health.latest_migration
        ));
        return Ok(());
    }
    let portals = store.portals_across_portals().await?;
    for site in neighbours::sites(&portals) {
        report.hint(format_args!("{site}; {}", neighbours::MITIGATION));
    }
    for portal in portals {
        check_portal(&portal, report);
        match first_altered_revision(&store, &portal.id).await? {
            Some(number) => report.bad(format_args!(
                "{}: revision {number} of the cookie registry is not as it was made: restore a backup from before",
                portal.id
            )),
            None => report.good(format_args!(
                "{}: the revisions of the cookie registry are unaltered",
                portal.id
            )),
        }
        let datasets = store.datasets(&portal.id).await?;
        let mut missing = 0;
        for dataset in &datasets {
            missing += check_dataset(data, dataset, &store, report).await?;
        }
        if missing == 0 {
            report.good(format_args!(
                "{}: the files of {} datasets are there",
                portal.id,
                datasets.len()
            ));
        }
    }
    Ok(())
}

/// Warns of a portal whose cookies would travel in the clear (R-SES-09).
fn check_portal(portal: &Portal, report: &Report) {
    if portal.public_url.starts_with("http://") {
        report.hint(format_args!(
            "{}: its address {} is not HTTPS; sign-ins travel in the clear",
            portal.id, portal.public_url
        ));
    }
}

/// Looks for the files of the published version, and for folders that no version uses. Answers how many problems there are.
async fn check_dataset(data: &Path, dataset: &Dataset, store: &Store, report: &mut Report) -> anyhow::Result<usize> {
    let before = report.problems;
    let folder = data
        .join("objects")
        .join(dataset.portal.as_str())
        .join(dataset.uid.as_str());
    if let Some(version) = &dataset.version {
        for file in FILES {
            let path = folder.join(version.id.as_str()).join(file);
            if !path.is_file() {
                report.bad(format_args!(
                    "{}/{}: {} is missing; import the dataset again",
                    dataset.portal,
                    dataset.slug,
                    path.display()
                ));
            }
        }
    } else {
        report.hint(format_args!(
            "{}/{}: nothing is published yet",
            dataset.portal, dataset.slug
        ));
    }
    let known: HashSet<String> = store
        .versions(&dataset.portal, &dataset.uid)
        .await?
        .into_iter()
        .map(|version| version.id.to_string())
        .collect();
    for unused in folders_in(&folder)
        .into_iter()
        .filter(|(name, _)| !known.contains(name))
    {
        report.hint(format_args!(
            "{} was left by an import that did not end; it can be removed",
            unused.1.display()
        ));
    }
    Ok(report.problems - before)
}

/// Names and paths of the folders in a folder; none when it cannot be read.
fn folders_in(folder: &Path) -> Vec<(String, PathBuf)> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
        .collect()
}

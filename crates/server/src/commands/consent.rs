//! `parvis consent`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use parvis_cookies::ledger::{Document, Report, VerifyKey};
use parvis_portal::consent::Found;

use crate::cli::consent::{ConsentCommand, Export, Find, Purge, Verify};
use crate::terminal::{grouped, line, note};

/// Does what is asked.
///
/// # Errors
/// The data folder or a file cannot be used; there is no such portal.
pub async fn run(data: &Path, command: ConsentCommand) -> anyhow::Result<ExitCode> {
    match command {
        ConsentCommand::Verify(verify) => self::verify(data, verify).await,
        ConsentCommand::Export(export) => self::export(data, export).await,
        ConsentCommand::Purge(purge) => self::purge(data, purge).await,
        ConsentCommand::Find(find) => self::find(data, find).await,
    }
}

async fn verify(data: &Path, verify: Verify) -> anyhow::Result<ExitCode> {
    let report = match (verify.portal, verify.file) {
        (Some(portal), _) => {
            let parvis = super::open(data).await?;
            let portal = super::find_portal(&parvis, &portal).await?;
            parvis.verify_consent(&super::operator_on(portal)).await?
        }
        (None, Some(file)) => verify_file(&file, verify.key.as_deref())?,
        (None, None) => anyhow::bail!("say which: --portal or --file"),
    };
    if verify.json {
        line(serde_json::to_string_pretty(&report)?);
    } else {
        tell(&report);
    }
    Ok(if report.is_sound() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn verify_file(file: &Path, key: Option<&str>) -> anyhow::Result<Report> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let document = Document::read(&text)
        .map_err(|why| anyhow::anyhow!("{} is no export of consent records: {why}", file.display()))?;
    if key.is_none() {
        note(format_args!(
            "note: checked with the key that the file itself names, {}; compare it with the one you noted",
            document.public_key
        ));
    }
    let stated = key.unwrap_or(&document.public_key);
    let key = VerifyKey::read(stated).with_context(|| format!("`{stated}` is no public key: 64 hexadecimal digits"))?;
    Ok(document.verify(&key))
}

fn tell(report: &Report) {
    for fault in &report.faults {
        line(format_args!("WRONG  {fault}"));
    }
    if report.more > 0 {
        line(format_args!("WRONG  and {} faults more", grouped(report.more)));
    }
    let records = grouped(report.records);
    if report.is_sound() {
        line(format_args!(
            "{records} records, all intact, in their places and signed"
        ));
    } else {
        line(format_args!("{records} records were read; the ledger does not verify"));
    }
}

async fn export(data: &Path, export: Export) -> anyhow::Result<ExitCode> {
    let parvis = super::open(data).await?;
    let portal = super::find_portal(&parvis, &export.portal).await?;
    let body = parvis
        .export_consent(&super::operator_on(portal), export.format)
        .await?;
    super::export::send(body, export.output.as_deref()).await?;
    Ok(ExitCode::SUCCESS)
}

async fn purge(data: &Path, purge: Purge) -> anyhow::Result<ExitCode> {
    let parvis = super::open(data).await?;
    let portal = super::find_portal(&parvis, &purge.portal).await?;
    let purged = parvis
        .purge_consent(&super::operator_on(portal), purge.keep_days, purge.dry_run)
        .await?;
    match (purged.records, purge.dry_run) {
        (0, _) => line("nothing is due"),
        (records, true) => line(format_args!(
            "{} records would go, up to number {}",
            grouped(records),
            purged.until
        )),
        (records, false) => line(format_args!(
            "purged {} records, up to number {}; a signed checkpoint stands for them",
            grouped(records),
            purged.until
        )),
    }
    Ok(ExitCode::SUCCESS)
}

async fn find(data: &Path, find: Find) -> anyhow::Result<ExitCode> {
    let parvis = super::open(data).await?;
    let portal = super::find_portal(&parvis, &find.portal).await?;
    let found = parvis.find_consent(&super::operator_on(portal), &find.receipt).await?;
    if found.is_empty() {
        note(format_args!("no choice on the portal {} has this receipt", find.portal));
        return Ok(ExitCode::FAILURE);
    }
    if find.json {
        line(serde_json::to_string_pretty(&found)?);
    } else {
        found.iter().for_each(show);
    }
    Ok(ExitCode::SUCCESS)
}

fn show(found: &Found) {
    let record = &found.record;
    let verdicts: Vec<String> = record
        .verdicts
        .iter()
        .map(|(id, agreed)| format!("{id}={agreed}"))
        .collect();
    line(format_args!(
        "record {}: {} on {} by {}, in {}, until {}",
        record.seq,
        record.action.as_str(),
        record.time.format("%Y-%m-%d %H:%M:%S UTC"),
        record.way.as_str(),
        record.shown.lang,
        record.until
    ));
    line(format_args!("  verdicts  {}", verdicts.join(" ")));
    line(format_args!(
        "  shown     {} (revision {})",
        record.shown.text, record.shown.revision
    ));
    line(format_args!("  receipt   {}", record.receipt));
    if let Some(replaced) = &record.replaces {
        line(format_args!("  replaces  {replaced}"));
    }
    line(format_args!("  hash      {}", found.hash));
}

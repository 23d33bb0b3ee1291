//! `parvis consent`: the proof of consent.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use parvis_cookies::ledger::RETENTION_DAYS;
use parvis_model::PortalId;
use parvis_portal::consent::ConsentFormat;

use super::portal_id;

/// `parvis consent`.
#[derive(Debug, Subcommand)]
pub enum ConsentCommand {
    /// Verify every record and signature, of a portal or of an export, and name what is wrong.
    #[command(after_help = "Examples:\n  parvis consent verify --portal orleans\n  \
        parvis consent verify --file consent-orleans.json --key 3b6a…\n\n\
        Exits with 1 when something is wrong. An export says itself which key signed it: compare it with the one that\n\
        you noted, or give that one with --key.")]
    Verify(Verify),
    /// Write the ledger of a portal to a file or to standard output.
    #[command(after_help = "Example:\n  parvis consent export --portal orleans --output consent-orleans.json")]
    Export(Export),
    /// Remove records whose time has come, and put a signed checkpoint in their place. `serve` does it too.
    #[command(after_help = "Example:\n  parvis consent purge --portal orleans --dry-run\n\n\
        Nothing is removed from a ledger that does not verify.")]
    Purge(Purge),
    /// Find the record of a receipt, and those that replaced or ended it.
    #[command(
        after_help = "Example:\n  parvis consent find --portal orleans q3J0pV8mS1uX5kZ7aB2cDg\n\n\
        Exits with 1 when the portal never gave out such a receipt."
    )]
    Find(Find),
}

/// `parvis consent verify`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true))]
pub struct Verify {
    /// The portal whose ledger is verified.
    #[arg(long, group = "what", value_parser = portal_id)]
    pub portal: Option<PortalId>,
    /// An export (JSON) to verify. Needs no data folder.
    #[arg(long, group = "what", value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Public key that the export must be signed with, 64 hexadecimal digits. [default: the one in the export]
    #[arg(long, value_name = "KEY", conflicts_with = "portal")]
    pub key: Option<String>,
    /// The outcome as JSON.
    #[arg(long)]
    pub json: bool,
}

/// `parvis consent export`.
#[derive(Debug, Args)]
pub struct Export {
    /// The portal.
    #[arg(long, value_parser = portal_id)]
    pub portal: PortalId,
    /// json, which can be verified, or csv, to read.
    #[arg(long, default_value = "json", value_parser = format)]
    pub format: ConsentFormat,
    /// File to write; it appears when it is complete. [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `parvis consent purge`.
#[derive(Debug, Args)]
pub struct Purge {
    /// The portal.
    #[arg(long, value_parser = portal_id)]
    pub portal: PortalId,
    /// Days that a record is kept after the last day on which its choice can count.
    #[arg(long, value_name = "DAYS", default_value_t = RETENTION_DAYS)]
    pub keep_days: u32,
    /// Only say what would go.
    #[arg(long)]
    pub dry_run: bool,
}

/// `parvis consent find`.
#[derive(Debug, Args)]
pub struct Find {
    /// The receipt, as the visitor sees it.
    #[arg(allow_hyphen_values = true)]
    pub receipt: String,
    /// The portal.
    #[arg(long, value_parser = portal_id)]
    pub portal: PortalId,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

fn format(text: &str) -> Result<ConsentFormat, String> {
    ConsentFormat::parse(text).ok_or_else(|| "use json or csv".to_owned())
}

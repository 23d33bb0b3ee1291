//! `parvis audience`: how portals are used.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use parvis_model::PortalId;
use parvis_portal::audience::AudienceFormat;

use super::values::{portal_id, slug};

/// `parvis audience`.
#[derive(Debug, Subcommand)]
pub enum AudienceCommand {
    /// Write the figures of a portal, a row for each day, kind, dataset and detail.
    #[command(
        after_help = "Examples:\n  parvis audience export --portal orleans --output audience.csv\n  \
        parvis audience export --portal orleans --from 2026-01-01 --to 2026-01-31 --format json\n\n\
        A running server stores what it has counted every ten seconds."
    )]
    Export(Export),
    /// Write the figures of a portal as a dataset of it, at once. `serve` keeps it up to date. A new one is for staff only.
    #[command(after_help = "Examples:\n  parvis audience publish --portal orleans\n  \
        parvis audience publish --portal orleans --public")]
    Publish(Publish),
}

/// `parvis audience export`.
#[derive(Debug, Args)]
pub struct Export {
    /// The portal.
    #[arg(long, value_parser = portal_id)]
    pub portal: PortalId,
    /// First day, such as 2026-01-31. [default: the first of which there are figures]
    #[arg(long, value_name = "DAY")]
    pub from: Option<NaiveDate>,
    /// Last day. [default: today]
    #[arg(long, value_name = "DAY")]
    pub to: Option<NaiveDate>,
    /// csv or json.
    #[arg(long, default_value = "csv", value_parser = format)]
    pub format: AudienceFormat,
    /// File to write; it appears when it is complete. [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `parvis audience publish`.
#[derive(Debug, Args)]
pub struct Publish {
    /// The portal.
    #[arg(long, value_parser = portal_id)]
    pub portal: PortalId,
    /// Name of a new dataset in addresses. [default: audience]
    #[arg(long, value_name = "NAME", value_parser = slug)]
    pub id: Option<String>,
    /// Everybody sees the dataset from now on.
    #[arg(long, conflicts_with = "restricted")]
    pub public: bool,
    /// Only people with a permission see the dataset from now on.
    #[arg(long)]
    pub restricted: bool,
}

fn format(text: &str) -> Result<AudienceFormat, String> {
    AudienceFormat::parse(text).ok_or_else(|| "use csv or json".to_owned())
}

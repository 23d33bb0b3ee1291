//! `parvis version`: what was published.

use clap::{Args, Subcommand};
use parvis_model::PortalId;

use super::values::{portal_id, slug};

/// `parvis version`.
#[derive(Debug, Subcommand)]
pub enum VersionCommand {
    /// List the versions of a dataset, newest first: name, day and time, records, bytes, separated by tabs.
    #[command(after_help = "Example:\n  parvis version list --portal orleans --id arbres")]
    List(Which),
    /// Remove a version that nobody sees any more, with its files. It cannot be read again.
    #[command(
        after_help = "Example:\n  parvis version remove 01kk3yk0c8ev8mwq2h3a4jf5zd --portal orleans --id arbres\n\n\
        The version that people see stays: publish another first."
    )]
    Remove {
        /// The version, as `parvis version list` names it.
        #[arg(value_name = "VERSION")]
        name: String,
        /// Of what.
        #[command(flatten)]
        which: Which,
    },
}

/// A dataset.
#[derive(Debug, Args)]
pub struct Which {
    /// The portal.
    #[arg(long, value_parser = portal_id)]
    pub portal: PortalId,
    /// Name of the dataset in addresses.
    #[arg(long, value_parser = slug)]
    pub id: String,
}

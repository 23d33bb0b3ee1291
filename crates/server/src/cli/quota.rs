//! `parvis quota`: how often the API may be called.

use clap::{Args, Subcommand};
use parvis_model::{PortalId, QuotaScope};

use super::values::portal_id;

/// `parvis quota`.
#[derive(Debug, Subcommand)]
pub enum QuotaCommand {
    /// Set how many calls of the API there may be in a day of UTC. A running server heeds it at once.
    #[command(after_help = "Examples:\n  parvis quota set anonymous 10000 --portal orleans\n  \
        parvis quota set user 50000 --portal orleans\n  \
        parvis quota set user 200000 --portal orleans --for ana@orleans.example\n  \
        parvis quota set dataset 5000 --portal orleans --for arbres")]
    Set {
        /// Whose calls.
        #[command(flatten)]
        whose: Whose,
        /// Calls a day.
        calls: u64,
    },
    /// Take a limit away.
    #[command(after_help = "Example:\n  parvis quota remove anonymous --portal orleans")]
    Remove(Whose),
    /// List the limits of a portal and the calls of today: scope, whose, calls a day, calls today, separated by tabs.
    #[command(
        after_help = "Example:\n  parvis quota list --portal orleans\n\nA running server stores what it has counted every ten seconds."
    )]
    List {
        /// The portal.
        #[arg(long, value_parser = portal_id)]
        portal: PortalId,
    },
}

/// Whose calls a limit is for.
#[derive(Debug, Args)]
pub struct Whose {
    /// portal (all calls), anonymous (all calls without a session or key), user, key or dataset (each by itself).
    #[arg(value_parser = scope)]
    pub scope: QuotaScope,
    /// The portal.
    #[arg(long, value_parser = portal_id)]
    pub portal: PortalId,
    /// The one that it is for: the mail address of a user, the identifier of a key, the name of a dataset. [default: each that
    /// has no limit of its own]
    #[arg(long = "for", value_name = "NAME")]
    pub subject: Option<String>,
}

fn scope(text: &str) -> Result<QuotaScope, String> {
    QuotaScope::parse(text).ok_or_else(|| {
        let names = QuotaScope::ALL.map(QuotaScope::name);
        format!("use one of {}", names.join(", "))
    })
}

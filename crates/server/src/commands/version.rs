//! `parvis version`.

use std::path::Path;

use chrono::SecondsFormat;

use crate::cli::version::VersionCommand;
use crate::terminal::line;

/// Does what is asked.
///
/// # Errors
/// The data folder cannot be used; there is no such portal, dataset or version.
pub async fn run(data: &Path, command: VersionCommand) -> anyhow::Result<()> {
    let parvis = super::open(data).await?;
    let which = match &command {
        VersionCommand::List(which) | VersionCommand::Remove { which, .. } => which,
    };
    let viewer = super::operator_on(super::find_portal(&parvis, &which.portal).await?);
    match &command {
        VersionCommand::List(which) => {
            for version in parvis.versions(&viewer, &which.id).await? {
                let at = version.created_at.to_rfc3339_opts(SecondsFormat::Secs, true);
                line(format_args!(
                    "{}\t{at}\t{}\t{}",
                    version.id.as_str(),
                    version.records,
                    version.bytes
                ));
            }
        }
        VersionCommand::Remove { name, which } => {
            parvis.forget_version(&viewer, &which.id, name).await?;
            line(format_args!("removed version {name} of {}/{}", which.portal, which.id));
        }
    }
    Ok(())
}

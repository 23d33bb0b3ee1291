//! `parvis audience`.

use std::path::Path;

use crate::cli::audience::{AudienceCommand, Export, Publish};
use crate::terminal::{grouped, line};

/// Does what is asked.
///
/// # Errors
/// The data folder or a file cannot be used; there is no such portal.
pub async fn run(data: &Path, command: AudienceCommand) -> anyhow::Result<()> {
    match command {
        AudienceCommand::Export(export) => self::export(data, export).await,
        AudienceCommand::Publish(publish) => self::publish(data, publish).await,
    }
}

async fn export(data: &Path, export: Export) -> anyhow::Result<()> {
    let parvis = super::open(data).await?;
    let portal = super::find_portal(&parvis, &export.portal).await?;
    let body = parvis
        .export_audience(&super::operator_on(portal), export.from, export.to, export.format)
        .await?;
    super::export::send(body, export.output.as_deref()).await
}

async fn publish(data: &Path, publish: Publish) -> anyhow::Result<()> {
    let parvis = super::open(data).await?;
    let portal = super::find_portal(&parvis, &publish.portal).await?;
    let restricted = (publish.public || publish.restricted).then_some(publish.restricted);
    let dataset = parvis
        .publish_audience(&super::operator_on(portal), publish.id.as_deref(), restricted)
        .await?;
    line(format_args!(
        "published {}/{}: {} records, {}",
        dataset.portal,
        dataset.slug,
        grouped(dataset.records_count()),
        if dataset.restricted {
            "for staff only"
        } else {
            "open to everybody"
        }
    ));
    Ok(())
}

//! `parvis export`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use futures::StreamExt as _;
use parvis_formats::{Format, WriterOptions};
use parvis_portal::Clauses;
use parvis_portal::export::{ExportBody, ExportOptions};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use crate::cli::Export;
use crate::progress;
use crate::terminal::note;

/// Writes the records that match.
pub async fn run(data: &Path, export: Export) -> anyhow::Result<()> {
    let format = format(&export)?;
    let parvis = super::open(data).await?;
    let portal = super::find_portal(&parvis, &export.portal).await?;
    let clauses = Clauses {
        select: export.select,
        filter: export.filter.into_iter().collect(),
        order_by: export.order_by,
        ..Clauses::default()
    };
    let options = ExportOptions {
        format,
        writer: WriterOptions::default(),
        compressed: false,
        limit: export.limit,
    };
    let body = parvis
        .export(&super::operator_on(portal), &export.id, &clauses, options)
        .await?;
    send(body, export.output.as_deref()).await
}

/// Writes an export to a file, or to standard output.
///
/// # Errors
/// It cannot be written, or broke off.
pub(super) async fn send(body: ExportBody, output: Option<&Path>) -> anyhow::Result<()> {
    match output {
        Some(path) => to_file(body, path).await,
        None => write(body, tokio::io::stdout()).await.map(drop),
    }
}

/// The format that is asked for, else the one of the output's name, else CSV.
fn format(export: &Export) -> anyhow::Result<Format> {
    let names = || Format::ALL.map(Format::name).join(", ");
    if let Some(name) = &export.format {
        return Format::parse(name).with_context(|| format!("`{name}` is not a format: use one of {}", names()));
    }
    let Some(path) = &export.output else {
        return Ok(Format::Csv);
    };
    path.extension()
        .and_then(|extension| Format::parse(extension.to_str()?))
        .with_context(|| {
            format!(
                "the name {} tells no format: add --format with one of {}",
                path.display(),
                names()
            )
        })
}

/// Writes beside the file and renames, so that the file is whole or absent.
async fn to_file(body: ExportBody, path: &Path) -> anyhow::Result<()> {
    let partial = partial(path);
    let failed = || format!("{} cannot be written", path.display());
    let file = tokio::fs::File::create(&partial).await.with_context(failed)?;
    match write(body, file).await {
        Ok(bytes) => {
            tokio::fs::rename(&partial, path).await.with_context(failed)?;
            note(format_args!(
                "wrote {} bytes to {}",
                crate::terminal::grouped(bytes),
                path.display()
            ));
            Ok(())
        }
        Err(error) => {
            // The error says more than a failure to tidy up would.
            let _ = tokio::fs::remove_file(&partial).await;
            Err(error.context(failed()))
        }
    }
}

fn partial(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    path.with_file_name(name)
}

/// Passes the bytes on as they come. Answers how many there were.
async fn write(mut body: ExportBody, mut to: impl AsyncWrite + Unpin) -> anyhow::Result<u64> {
    let bar = progress::endless("writing");
    let mut written = 0;
    while let Some(bytes) = body.bytes.next().await {
        let bytes = bytes?;
        to.write_all(&bytes).await?;
        written += bytes.len() as u64;
        bar.set_position(written);
    }
    to.flush().await?;
    bar.finish_and_clear();
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unfinished_file_lies_beside_the_finished_one() {
        assert_eq!(partial(Path::new("/a/b.csv")), Path::new("/a/b.csv.partial"));
    }
}

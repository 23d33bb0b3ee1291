//! `parvis migrate`.

use std::path::Path;

use anyhow::Context as _;
use parvis_store::Store;

use crate::terminal::line;

/// Opens the store, which migrates it, and says where it stands.
pub async fn run(data: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(data).with_context(|| format!("the data folder {} cannot be made", data.display()))?;
    let store = Store::open(&data.join(super::STORE)).await?;
    let health = store.check().await?;
    line(format_args!(
        "the metadata store is at migration {}, the latest",
        health.migration
    ));
    store.close().await;
    Ok(())
}

//! `parvis serve`.

use std::net::SocketAddr;
use std::path::Path;

use parvis_portal::Parvis;

use crate::cli::Listen;
use crate::http;
use crate::terminal::{line, note};

/// Serves the portals of the data folder.
pub async fn run(data: &Path, listen: &Listen) -> anyhow::Result<()> {
    let parvis = super::open(data).await?;
    let portals = parvis.portals().await?;
    anyhow::ensure!(
        !portals.is_empty(),
        "there is no portal in {}: add one with `parvis portal add`, or try `parvis demo`",
        data.display()
    );
    for portal in portals.iter().filter(|portal| portal.public_url.starts_with("http://")) {
        note(format_args!(
            "warning: the address {} of the portal {} is not HTTPS; sign-ins travel in the clear",
            portal.public_url, portal.id
        ));
    }
    answer(parvis, listen, false, |_| {}).await
}

/// Listens, says that it is ready, then `after_ready` may say more, and serves until it is told to stop.
pub async fn answer(parvis: Parvis, listen: &Listen, demo: bool, after_ready: impl FnOnce(u16)) -> anyhow::Result<()> {
    let stop = http::stop_signal()?;
    let listener = http::listen(SocketAddr::new(listen.bind, listen.port)).await?;
    let port = listener.local_addr()?.port();
    let router = crate::wiring::router(parvis, port, demo)?;
    // From here on the system queues connections, and the loop below takes them.
    line(format_args!("ready: http://localhost:{port}/"));
    after_ready(port);
    http::serve(listener, router, stop).await;
    Ok(())
}

//! `parvis serve`.

use std::net::SocketAddr;
use std::path::Path;

use parvis_portal::Parvis;
use parvis_web::edge::Settings;
use parvis_web::edge::address::Reached;

use crate::cli::{Listen, Serve};
use crate::housekeeping::Keeping;
use crate::terminal::{line, note};
use crate::{auditing, housekeeping, http, neighbours, wiring};

/// Serves the portals of the data folder.
pub async fn run(data: &Path, serve: &Serve) -> anyhow::Result<()> {
    let parvis = super::open_with(serve.listen.settings(data)).await?;
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
    for site in neighbours::sites(&portals) {
        note(format_args!("warning: {site}; {}", neighbours::MITIGATION));
    }
    if serve.plain_http {
        note("warning: --plain-http: cookies are not Secure and sign-ins travel in the clear; use it for trials only");
    }
    let settings = |_port| Settings {
        https: !serve.plain_http,
        port: None,
        demo: false,
    };
    let chores = Chores {
        keeping: Keeping {
            consent_days: serve.keep_consent_days,
            audience_months: serve.keep_audience_months,
        },
        browser: serve.audits.then(|| serve.browser.clone()),
    };
    answer(parvis, &serve.listen, settings, chores, |_| {}).await
}

/// What a server does beside answering.
pub struct Chores {
    /// How long things are kept.
    pub keeping: Keeping,
    /// The browser that portals are audited with, if they are.
    pub browser: Option<String>,
}

/// Listens, says that it is ready, then `after_ready` may say more, and serves until it is told to stop.
pub async fn answer(
    parvis: Parvis,
    listen: &Listen,
    settings: impl FnOnce(u16) -> Settings,
    chores: Chores,
    after_ready: impl FnOnce(u16),
) -> anyhow::Result<()> {
    let stop = http::stop_signal()?;
    let listener = http::listen(SocketAddr::new(listen.bind, listen.port)).await?;
    let port = listener.local_addr()?.port();
    let (application, edge) = wiring::application(&parvis, settings(port)).await?;
    let counting = tokio::spawn(housekeeping::count(parvis.clone()));
    let audits = chores
        .browser
        .map(|browser| tokio::spawn(auditing::run(parvis.clone(), browser)));
    let housekeeping = tokio::spawn(housekeeping::run(parvis.clone(), edge, chores.keeping));
    // From here on the system queues connections, and the loop below takes them.
    line(format_args!("ready: http://localhost:{port}/"));
    after_ready(port);
    let reached = Reached {
        port,
        proxies: listen.proxies(),
    };
    http::serve(listener, application, reached, stop).await;
    housekeeping.abort();
    counting.abort();
    if let Some(audits) = audits {
        audits.abort();
        // Its browser ends with it.
        let _ = audits.await;
    }
    // The last answers have been counted.
    if let Err(error) = parvis.flush_audience_across_portals().await {
        tracing::error!(%error, "the last figures of the audience could not be stored and are lost");
    }
    if let Err(error) = parvis.flush_quotas_across_portals().await {
        tracing::error!(%error, "the last calls that quotas count could not be stored and are forgotten");
    }
    Ok(())
}

//! Connections: limits, time-outs, and shutting down without cutting anybody off.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use parvis_model::{Rng, SystemRng, id};
use parvis_web::edge::HeadersCut;
use parvis_web::edge::address::Reached;
use tokio::net::TcpListener;
use tower::ServiceExt as _;

use crate::lenient::{HEADER_LINES, Lenient};
use crate::patient::Patient;
use crate::wiring::Application;

/// A client has this long to send its headers.
const HEADERS_WITHIN: Duration = Duration::from_secs(15);

/// A client to which there is something to write has to take some of it within this time. The system takes the next bytes only when
/// a third of its own buffer, of up to 4 MiB, is free again: time enough for some kilobytes a second.
const TAKES_WITHIN: Duration = Duration::from_secs(300);

/// Answers under way have this long to end when the server stops.
const ENDS_WITHIN: Duration = Duration::from_secs(20);

/// Most bytes of a request line and headers that are kept for one request. [`Lenient`] cuts the headers of HTTP/1 below
/// that, and the router refuses less, with a page that explains; over HTTP/2, which no browser speaks without TLS, more than
/// that is a bare 431.
const HEAD_BYTES: usize = 128 * 1024;

/// Header that tells of headers that were cut.
const CUT: &str = "parvis-headers-cut";

/// Most streams that one HTTP/2 connection runs at a time.
const STREAMS: u32 = 128;

/// Listens.
///
/// # Errors
/// The address is in use or not ours; the message says what to do.
pub async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}: choose another --port or --bind, or stop what listens there")
    })
}

/// Serves until `stop` ends, then lets the answers under way end. `reached` says what is known of each connection but its
/// peer.
pub async fn serve(listener: TcpListener, application: Application, reached: Reached, stop: impl Future<Output = ()>) {
    // Drawn, so that no client can say it of its own request.
    let cut = secret(&SystemRng);
    let mark: Arc<str> = format!("{CUT}: {cut}").into();
    let cut = HeaderValue::from_str(&cut).expect("letters are a header's value");
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_buf_size(HEAD_BYTES)
        // And the line of ours.
        .max_headers(HEADER_LINES + 1)
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(HEAD_BYTES).unwrap_or(u32::MAX))
        .max_concurrent_streams(STREAMS)
        .keep_alive_interval(Some(Duration::from_secs(30)));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Too many open files, or a client that left: the next one may be luckier, but not at once.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        // Small answers leave at once.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
        let (reached, cut) = (reached.clone(), cut.clone());
        let service = application
            .clone()
            .map_request(move |request: hyper::Request<Incoming>| {
                let mut request = request.map(Body::new);
                let was_cut = request.headers_mut().remove(CUT).is_some_and(|value| value == cut);
                let extensions = request.extensions_mut();
                extensions.insert(ConnectInfo::<SocketAddr>(peer));
                extensions.insert(reached.clone());
                if was_cut {
                    extensions.insert(HeadersCut);
                }
                request
            });
        let stream = Lenient::new(Patient::new(stream, TAKES_WITHIN), Arc::clone(&mark));
        let connection =
            builder.serve_connection_with_upgrades(TokioIo::new(stream), TowerToHyperService::new(service));
        let connection = graceful.watch(connection.into_owned());
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(ENDS_WITHIN, graceful.shutdown()).await.is_err() {
        tracing::warn!(
            seconds = ENDS_WITHIN.as_secs(),
            "some answers did not end in time and were cut"
        );
    }
}

/// A word that nobody can guess.
fn secret(rng: &dyn Rng) -> String {
    id::random_text(32, b"abcdefghijklmnopqrstuvwxyz", rng)
}

/// Ends at SIGTERM or Ctrl-C.
///
/// # Errors
/// The system does not let us listen for signals.
pub fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("signals cannot be caught")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("signals cannot be caught")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

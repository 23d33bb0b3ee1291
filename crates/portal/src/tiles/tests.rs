//! Against a real server of tiles on this machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parvis_cookies::Purpose;
use parvis_model::{ErrorCode, Localized, SystemClock, SystemRng};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::Settings;

/// A server of tiles: `/7/…` is a picture, `/8/…` a page, anything else is not there. Gives its port and a count of requests.
async fn server() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            let mut bytes = [0; 4096];
            let length = client.read(&mut bytes).await.unwrap_or(0);
            let head = String::from_utf8_lossy(&bytes[..length]).into_owned();
            let answer = match head.strip_prefix("GET /") {
                Some(path) if path.starts_with("7/") => {
                    "HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 4\r\nset-cookie: theirs=1\r\nconnection: close\r\n\r\ntile"
                }
                Some(path) if path.starts_with("8/") => {
                    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 8\r\nconnection: close\r\n\r\n<script>"
                }
                _ => "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            };
            let _ = client.write_all(answer.as_bytes()).await;
        }
    });
    (port, count)
}

fn layer(port: u16, delivery: Delivery) -> Service {
    Service {
        id: "layer".to_owned(),
        purpose: Purpose::Map,
        provider: "Somebody".to_owned(),
        label: Localized::one("fr", "Carte"),
        description: Localized::default(),
        policy_url: None,
        kind: ServiceKind::Tiles {
            template: format!("http://127.0.0.1:{port}/{{z}}/{{x}}/{{y}}.png"),
            attribution: "© Somebody".to_owned(),
            max_zoom: 12,
            delivery,
        },
        hosts: Vec::new(),
        exemption: None,
        valid_from: None,
        valid_to: None,
    }
}

async fn parvis(private: &[&str]) -> (TempDir, Parvis) {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        data: folder.path().to_owned(),
        engine: Default::default(),
        fetch: parvis_fetch::Settings {
            private_hosts: private.iter().map(|host| (*host).to_owned()).collect(),
        },
        kept_answers: 0,
    };
    let parvis = Parvis::open(settings, Arc::new(SystemClock), Arc::new(SystemRng)).await;
    (folder, parvis.unwrap())
}

fn at(zoom: u8, column: u32, row: u32) -> At {
    At { zoom, column, row }
}

#[tokio::test]
async fn a_tile_is_asked_for_once_and_then_kept() {
    let (port, asked) = server().await;
    let (_folder, parvis) = parvis(&["127.0.0.1"]).await;
    let (portal, layer) = (PortalId::new("orleans"), layer(port, Delivery::Proxied));
    for _ in 0..3 {
        let tile = parvis.tile(&portal, &layer, at(7, 64, 44)).await.unwrap().unwrap();
        assert_eq!((tile.media_type, &tile.body[..]), ("image/png", &b"tile"[..]));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert!(
        parvis.tile(&portal, &layer, at(9, 1, 1)).await.unwrap().is_none(),
        "a hole in the layer"
    );
}

#[tokio::test]
async fn nothing_but_pictures_within_the_layer_is_brought() {
    let (port, asked) = server().await;
    let (_folder, parvis) = parvis(&["127.0.0.1"]).await;
    let portal = PortalId::new("orleans");
    let consented = parvis
        .tile(&portal, &layer(port, Delivery::Consented), at(7, 1, 1))
        .await;
    assert!(consented.unwrap().is_none(), "the visitor agrees to that, and asks it");
    for outside in [at(13, 0, 0), at(7, 128, 0), at(7, 0, 128)] {
        let none = parvis.tile(&portal, &layer(port, Delivery::Proxied), outside).await;
        assert!(none.unwrap().is_none(), "{outside:?}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0, "nobody was asked");
    let page = parvis.tile(&portal, &layer(port, Delivery::Proxied), at(8, 0, 0)).await;
    assert_eq!(page.unwrap_err().code(), ErrorCode::BadGateway);
}

#[tokio::test]
async fn a_private_network_is_asked_nothing_unless_the_operator_says_so() {
    let (port, asked) = server().await;
    let (_folder, parvis) = parvis(&[]).await;
    let refused = parvis
        .tile(&PortalId::new("orleans"), &layer(port, Delivery::Proxied), at(7, 1, 1))
        .await;
    assert_eq!(refused.unwrap_err().code(), ErrorCode::BadGateway);
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[test]
fn a_tile_is_within_the_world_and_the_layer() {
    for real in [at(0, 0, 0), at(1, 1, 1), at(19, (1 << 19) - 1, 0)] {
        assert!(real.is_real(19), "{real:?}");
    }
    for none in [at(0, 1, 0), at(1, 0, 2), at(20, 0, 0), at(32, 0, 0), at(255, 0, 0)] {
        assert!(!none.is_real(19), "{none:?}");
    }
    assert!(!at(40, 0, 0).is_real(40), "no map is that deep");
}

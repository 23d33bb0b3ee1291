//! A real portal on a real port, audited by a real browser because it is due.

use std::net::SocketAddr;

use parvis_model::{Portal, SystemClock, SystemRng};
use parvis_portal::Settings;
use parvis_web::edge::address::{Network, Reached};
use tokio::sync::oneshot;

use super::*;
use crate::{http, wiring};

fn portal(port: u16, accent: &str) -> Portal {
    let portal = serde_json::json!({
        "id": "orleans", "hosts": ["orleans.localhost"], "public_url": format!("http://orleans.localhost:{port}"),
        "name": {"fr": "Orléans"}, "languages": ["fr", "en"], "accent": accent,
    });
    serde_json::from_value(portal).expect("every field that has no default is given")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_is_audited_once_and_due_again_after_a_change() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        data: folder.path().to_owned(),
        engine: parvis_engine::Settings::default(),
        fetch: parvis_fetch::Settings::default(),
        kept_answers: parvis_portal::KEPT_ANSWERS,
    };
    let parvis = Parvis::open(settings, Arc::new(SystemClock), Arc::new(SystemRng))
        .await
        .unwrap();
    let listener = http::listen(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    parvis.put_portal(&portal(port, "#1f4fa3")).await.unwrap();
    let edge = parvis_web::edge::Settings {
        https: false,
        port: Some(port),
        demo: false,
    };
    let (router, _edge) = wiring::application(&parvis, edge).await.unwrap();
    let proxies = Network::this_machine().into();
    let (stop, stopped) = oneshot::channel::<()>();
    let served = http::serve(listener, router, Reached { port, proxies }, async {
        let _ = stopped.await;
    });
    let served = tokio::spawn(served);

    let id = portal(port, "").id;
    turn(&parvis, "/no/such/browser").await.unwrap();
    assert!(
        parvis.audits(&id).await.unwrap().is_empty(),
        "without a browser nothing is said"
    );
    let browser = std::env::var("CHROMIUM").unwrap_or_else(|_| "chromium".to_owned());
    turn(&parvis, &browser).await.unwrap();
    let [audit] = &parvis.audits(&id).await.unwrap()[..] else {
        panic!("one audit was due")
    };
    let found = parvis.audit(&id, 1).await.unwrap().map(|audit| audit.report);
    assert_eq!(
        (audit.number, audit.verdict.as_str()),
        (1, "agrees"),
        "{}",
        found.unwrap_or_default()
    );
    assert!(
        parvis.audits_due_across_portals().await.unwrap().is_empty(),
        "not again today"
    );
    parvis.put_portal(&portal(port, "#0a7d54")).await.unwrap();
    assert_eq!(
        parvis.audits_due_across_portals().await.unwrap().len(),
        1,
        "it looks otherwise now"
    );

    stop.send(()).unwrap();
    served.await.unwrap();
}

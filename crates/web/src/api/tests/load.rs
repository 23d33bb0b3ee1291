//! Under load: what is said when there is too much to do, and that readers of one version see it whole while another is published.

use std::fmt::Write as _;
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use http::Request;
use http::header::HOST;
use tower::ServiceExt as _;

use super::support::{Answer, Bench, address, assert_error};

const RECORDS: &str = "/catalog/datasets/places/records";

fn get(target: &str) -> Request<Body> {
    let request = Request::get(target).header(HOST, "orleans.localhost:8080");
    request.body(Body::empty()).unwrap()
}

/// Rows with a mark and a place.
fn rows(count: usize, mark: &str) -> String {
    let mut csv = String::from("number,mark,place\n");
    for number in 0..count {
        writeln!(csv, "{number},{mark},\"47.{number},1.9\"").unwrap();
    }
    csv
}

/// A query that takes minutes: the distance of every place to a line of thousands of corners that is far from all of them.
fn endless() -> String {
    let corners: Vec<String> = (0..2_000).map(|n| format!("{} {}", n % 90, n % 7 - 80)).collect();
    let line = format!("distance(place, geom'LINESTRING({})', 1m)", corners.join(","));
    address(RECORDS, &[("where", &line)])
}

/// The answer to something short that has to be computed; other words each time, so that no answer is kept.
async fn short(bench: &Bench, turn: usize) -> Answer {
    bench.get(RECORDS, &[("where", &format!("number < {turn}"))]).await
}

#[tokio::test]
async fn who_finds_no_place_is_told_when_to_come_again_and_what_is_at_hand_is_answered() {
    let bench = Bench::with(|settings| {
        settings.engine.threads = 1;
        settings.engine.query_wait = Duration::ZERO;
        settings.engine.query_time = None;
    })
    .await;
    bench
        .import("places", "places.csv", rows(50_000, "a").as_bytes(), Vec::new(), false)
        .await;
    let first_page = bench.get(RECORDS, &[]).await;
    let long = tokio::spawn(bench.app().await.oneshot(get(&endless())));
    let mut turn = 0;
    let refused = loop {
        turn += 1;
        assert!(!long.is_finished(), "it takes minutes");
        let answer = short(&bench, turn).await;
        if answer.status != 200 {
            break answer;
        }
    };
    assert_error(&refused, 503, "ServiceUnavailable", "Try again in 1 s.");
    assert_eq!(refused.header("retry-after"), "1");
    let page = bench.fetch(&format!("/explore/dataset/places/table/?q=w{turn}")).await;
    assert_eq!((page.status.as_u16(), page.header("retry-after")), (503, "1"));
    assert!(page.text().contains("Trop de demandes"), "{}", page.text());
    let export = bench.get("/catalog/datasets/places/exports/csv", &[]).await;
    assert_error(&export, 503, "ServiceUnavailable", "Try again");
    assert_eq!(bench.get(RECORDS, &[]).await.body, first_page.body, "it is at hand");

    // Its client leaves.
    long.abort();
    while short(&bench, turn).await.status != 200 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_publication_in_the_middle_leaves_readers_the_version_that_they_began_with() {
    const COUNT: usize = 30_000;
    let bench = Bench::empty().await;
    let publish = async |mark| {
        let csv = rows(COUNT, mark);
        bench
            .import("places", "places.csv", csv.as_bytes(), Vec::new(), false)
            .await;
    };
    publish("old").await;
    let after = |place: &str| address(RECORDS, &[("limit", "100"), ("after", place)]);
    let target = address("/catalog/datasets/places/exports/jsonl", &[]);
    let mut export = bench.app().await.oneshot(get(&target)).await.unwrap().into_body();
    let mut read = Vec::new();
    let mut page = bench.fetch(&after("start")).await.json();
    publish("new").await;
    assert_eq!(bench.get(RECORDS, &[]).await.json()["results"][0]["mark"], "new");

    while let Some(frame) = std::future::poll_fn(|cx| std::pin::Pin::new(&mut export).poll_frame(cx)).await {
        read.extend_from_slice(&frame.unwrap().into_data().unwrap());
    }
    let text = String::from_utf8(read).unwrap();
    assert_eq!(
        (text.matches("\"old\"").count(), text.matches("\"new\"").count()),
        (COUNT, 0)
    );

    let mut seen = 0;
    loop {
        let results = page["results"].as_array().unwrap();
        assert!(results.iter().all(|row| row["mark"] == "old"), "{page}");
        seen += results.len();
        let Some(next) = page["next"].as_str() else { break };
        page = bench.fetch(&after(next)).await.json();
    }
    assert_eq!(seen, COUNT);
}

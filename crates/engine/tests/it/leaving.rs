//! Queries that nobody waits for any more, and queries that take too long.

use std::time::Duration;

use futures::StreamExt;
use parvis_engine::{Dataset, Engine, Error, ExportRequest, FacetsRequest, RecordsRequest, Settings};

use crate::common::{World, batches, block_on, context, request, schema};

/// Copies of the sample's records in a chunk.
const COPIES: usize = 1_000;
/// Chunks.
const CHUNKS: usize = 10;

/// A dataset on the disk, or one that is kept in memory.
fn world(resident_dataset: u64, query_time: Option<Duration>) -> (World, Dataset) {
    let world = World::new(Settings {
        resident_dataset,
        query_time,
        threads: 2,
        ..Settings::default()
    });
    let sample = batches(12).remove(0);
    let chunk = arrow::compute::concat_batches(&sample.schema(), vec![&sample; COPIES]).unwrap();
    let dataset = world.write("01j00000000000000000000001", &schema(), vec![chunk; CHUNKS]);
    (world, dataset)
}

/// A query that would take the better part of an hour: the distance of every shape to a line of thousands of corners that is far from all of them.
fn endless() -> RecordsRequest {
    let corners: Vec<String> = (0..6_000).map(|n| format!("{} {}", n % 90, n % 7 - 80)).collect();
    let query = format!(
        "select=name & where=distance(shape, geom'LINESTRING({})', 1m)",
        corners.join(",")
    );
    request(&query, context()).unwrap()
}

/// Waits until no task is left.
async fn idle(engine: &Engine) {
    engine.under_way().wait_for(|tasks| *tasks == 0).await.unwrap();
}

#[test]
fn a_query_that_is_left_ends_even_within_a_batch() {
    for resident in [0, 64 << 20] {
        let (world, dataset) = world(resident, None);
        block_on(async {
            let mut under_way = world.engine.under_way();
            let request = endless();
            tokio::select! {
                answer = dataset.records(&request) => panic!("{answer:?}"),
                begun = under_way.wait_for(|tasks| *tasks > 0) => { begun.unwrap(); }
            }
            // The future of the query is gone: what it began has to go too.
            idle(&world.engine).await;
        });
    }
}

#[test]
fn a_query_over_its_time_ends_with_an_error_that_says_so() {
    for resident in [0, 64 << 20] {
        let (world, dataset) = world(resident, Some(Duration::ZERO));
        block_on(async {
            let request = endless();
            let facets = FacetsRequest {
                query: request.query.clone(),
                facets: Vec::new(),
                context: context(),
            };
            for error in [
                dataset.records(&request).await.map(drop).unwrap_err(),
                dataset.facets(&facets).await.map(drop).unwrap_err(),
            ] {
                assert!(
                    matches!(&error, Error::Budget(message) if message.contains("longer than the 0 s")),
                    "{error}"
                );
                assert_eq!(error.code(), parvis_model::ErrorCode::QueryBudgetExceeded);
            }
            idle(&world.engine).await;
        });
    }
}

#[test]
fn an_export_has_no_time_to_keep_and_ends_when_its_reader_leaves() {
    for (resident, order) in [(0, ""), (0, " & order_by=population"), (64 << 20, "")] {
        let (world, dataset) = world(resident, Some(Duration::ZERO));
        let query = request(&format!("select=name{order}"), context()).unwrap().query;
        block_on(async {
            let export = dataset.export(ExportRequest {
                query,
                facets: Vec::new(),
                limit: None,
                offset: 0,
                ids: false,
                context: context(),
            });
            let mut batches = export.await.unwrap().batches;
            batches.next().await.unwrap().unwrap();
            drop(batches);
            idle(&world.engine).await;
        });
    }
}

#[test]
fn a_slow_reader_of_an_export_keeps_no_turn() {
    for order in ["", " & order_by=population"] {
        let world = World::new(Settings {
            resident_dataset: 0,
            threads: 1,
            query_wait: Duration::from_secs(3_600),
            ..Settings::default()
        });
        let sample = batches(12).remove(0);
        let chunk = arrow::compute::concat_batches(&sample.schema(), vec![&sample; COPIES]).unwrap();
        let dataset = world.write("01j00000000000000000000001", &schema(), vec![chunk; CHUNKS]);
        block_on(async {
            let mut readers = Vec::new();
            for _ in 0..3 {
                let export = dataset.export(ExportRequest {
                    query: request(&format!("select=name{order}"), context()).unwrap().query,
                    facets: Vec::new(),
                    limit: None,
                    offset: 0,
                    ids: false,
                    context: context(),
                });
                let mut batches = export.await.unwrap().batches;
                batches.next().await.unwrap().unwrap();
                readers.push(batches);
            }
            // There is one place, and it would wait for hours.
            let counted = dataset
                .records(&request("where=population > 1", context()).unwrap())
                .await
                .unwrap();
            assert!(counted.total > 0);
            for mut batches in readers {
                let mut rows = 0;
                while let Some(batch) = batches.next().await {
                    rows += batch.unwrap().num_rows();
                }
                assert!(rows > COPIES, "the rest comes when it is read");
            }
            idle(&world.engine).await;
        });
    }
}

#[test]
fn as_many_exports_are_read_at_a_time_as_the_settings_say() {
    let world = World::new(Settings {
        exports: 1,
        query_wait: Duration::ZERO,
        ..Settings::default()
    });
    let dataset = world.write("01j00000000000000000000001", &schema(), batches(12));
    let export = || {
        dataset.export(ExportRequest {
            query: request("select=name", context()).unwrap().query,
            facets: Vec::new(),
            limit: None,
            offset: 0,
            ids: false,
            context: context(),
        })
    };
    block_on(async {
        let mut first = export().await.unwrap().batches;
        first.next().await.unwrap().unwrap();
        let refused = export().await.map(drop).unwrap_err();
        assert_eq!(refused.code(), parvis_model::ErrorCode::ServiceUnavailable);
        let page = request("where=population > 1", context()).unwrap();
        dataset.records(&page).await.unwrap();
        drop(first);
        export().await.map(drop).unwrap();
    });
}

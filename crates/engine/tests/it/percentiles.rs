//! Exact percentiles and the memory they take.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array, Int64Array, RecordBatch};
use arrow::datatypes::Float64Type;
use parvis_engine::{Dataset, Engine, Error, Settings};
use parvis_formats::layout;
use parvis_model::{Field, FieldType, Schema};

use crate::common::{World, block_on, context, path, request};

const VERSION: &str = "01j00000000000000000000002";

/// `rows` records: a number that no two have, in a scrambled order, and one of `groups`.
fn numbers(world: &World, rows: i64, groups: i64) -> Dataset {
    let schema = Schema {
        fields: vec![
            Field::new("value", FieldType::Double),
            Field::new("kind", FieldType::Int),
        ],
    };
    let batch = |first: i64| {
        let rows = first..rows.min(first + 100_000);
        #[expect(clippy::cast_precision_loss, reason = "smaller than 2^53")]
        let values = rows
            .clone()
            .map(|row| (row * 7_919 % 1_000_003) as f64 + row as f64 / 1e8);
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Float64Array::from_iter_values(values)),
            Arc::new(Int64Array::from_iter_values(rows.map(|row| row % groups))),
        ];
        RecordBatch::try_new(layout::arrow_schema(&schema), columns).unwrap()
    };
    let batches = (0..rows).step_by(100_000).map(batch).collect();
    world.write(VERSION, &schema, batches)
}

fn settings(query_memory: usize) -> Settings {
    Settings {
        query_memory,
        query_time: None,
        resident_dataset: 0,
        threads: 2,
        ..Settings::default()
    }
}

fn world(query_memory: usize) -> World {
    World::new(settings(query_memory))
}

fn asked(dataset: &Dataset, query: &str) -> Result<(u64, f64), Error> {
    let records = block_on(dataset.records(&request(query, context()).unwrap()))?;
    let last = records.batches[0].columns().last().unwrap();
    Ok((records.total, last.as_primitive::<Float64Type>().iter().flatten().sum()))
}

#[test]
fn percentiles_that_need_more_memory_than_there_is_end_with_an_error() {
    let world = world(256 << 10);
    let dataset = numbers(&world, 200_000, 100);
    for query in ["select=median(value)", "select=percentile(value, 90) & group_by=kind"] {
        match asked(&dataset, query) {
            Err(Error::Budget(message)) => assert!(message.contains("memory"), "{message}"),
            other => panic!("{query}: {other:?}"),
        }
    }
}

#[test]
fn percentiles_of_many_groups_are_those_of_the_groups_alone() {
    let world = world(1 << 30);
    let dataset = numbers(&world, 200_000, 1_000);
    let whole = request("select=median(value) as m & group_by=kind & limit=1000", context()).unwrap();
    let answer = block_on(dataset.records(&whole)).unwrap();
    let medians = answer.batches[0].column(1).as_primitive::<Float64Type>();
    assert_eq!(medians.len(), 1_000);
    for kind in [0, 1, 500, 999] {
        let (_, alone) = asked(&dataset, &format!("select=median(value) & where=kind = {kind}")).unwrap();
        assert_eq!(medians.value(kind), alone, "{kind}");
    }
}

/// Peak memory of the process in mebibytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

/// Time and memory of large percentiles: `cargo nextest run --workspace --run-ignored only -E 'test(figures_of_percentiles)' --no-capture`.
#[test]
#[ignore = "measures: ten million records"]
fn figures_of_percentiles_at_ten_million_records() {
    for groups in [1, 35_000] {
        let large = world(1 << 30);
        let dataset = numbers(&large, 10_000_000, groups);
        let grouped = if groups == 1 {
            ""
        } else {
            " & group_by=kind & limit=20000"
        };
        for (memory, value) in [
            (1 << 30, "avg(value)"),
            (1 << 30, "median(value)"),
            (64 << 20, "median(value)"),
        ] {
            let engine = Engine::open(large.folder.path(), settings(memory)).unwrap();
            let dataset = engine.dataset(&path(VERSION), dataset.schema()).unwrap();
            // Forgets the peak so far.
            std::fs::write("/proc/self/clear_refs", "5").unwrap();
            let (before, start) = (peak(), std::time::Instant::now());
            let answer = asked(&dataset, &format!("select={value}{grouped}"));
            println!(
                "{groups} groups, {value}, {} MiB for queries: {} ms, peak {before} -> {} MiB, {answer:?}",
                memory >> 20,
                start.elapsed().as_millis(),
                peak(),
            );
        }
    }
}

//! The same questions to Parvis and to DuckDB, on the same records: thousands of generated queries, the same at each run.
//!
//! What differs is a bug, or one of the rules that the generators write into the SQL: what `not` means, where nulls come in an
//! order, how ranges are shown. Numbers with a fraction may differ in the last digits, since sums depend on the order of terms.
//! Parvis is asked thrice: with the records in memory, with columns of them kept in memory, and with the records read from the disk at
//! each query.

mod conditions;
pub mod data;
pub mod queries;
pub mod random;

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimestampMillisecondType};
use parquet::arrow::ArrowWriter;
use parvis_engine::{Dataset, Records, Settings};
use serde_json::{Value, json};

use self::queries::Question;
use self::random::Random;
use crate::common::{World, block_on, context, exported_as, facet_trees, request};

/// The Python that has DuckDB, installed when it is not there.
fn python() -> PathBuf {
    let script = parvis_testkit::workspace().join("scripts/python-tools");
    let output = Command::new(&script).output().unwrap();
    assert!(
        output.status.success(),
        "{}: {}",
        script.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    Path::new(String::from_utf8(output.stdout).unwrap().trim()).join("bin/python")
}

/// What DuckDB answers to each query.
fn duckdb(folder: &Path, queries: &[&str]) -> Vec<Vec<Value>> {
    let (data, asked, answered) = (folder.join("t.parquet"), folder.join("asked"), folder.join("answered"));
    let batches = data::batches();
    let mut writer = ArrowWriter::try_new(File::create(&data).unwrap(), batches[0].schema(), None).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.close().unwrap();
    let mut lines = File::create(&asked).unwrap();
    queries
        .iter()
        .for_each(|query| writeln!(lines, "{}", json!(query)).unwrap());
    let script = parvis_testkit::workspace().join("crates/engine/tests/it/differential/answers.py");
    let output = Command::new(python())
        .arg(script)
        .args([&data, &asked, &answered])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "DuckDB failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let answers = std::fs::read_to_string(answered).unwrap();
    answers
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A cell as the other side writes it.
fn cell(array: &dyn Array, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).into(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).into(),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row).into(),
        DataType::Boolean => array.as_boolean().value(row).into(),
        DataType::Date32 => array
            .as_primitive::<Date32Type>()
            .value_as_date(row)
            .unwrap()
            .to_string()
            .into(),
        DataType::Timestamp(..) => array.as_primitive::<TimestampMillisecondType>().value(row).into(),
        DataType::List(_) => {
            let items = array.as_list::<i32>().value(row);
            (0..items.len()).map(|item| cell(&items, item)).collect()
        }
        other => panic!("a cell of type {other}"),
    }
}

fn rows(records: &Records) -> Vec<Value> {
    let rows = records.batches.iter().flat_map(|batch| {
        (0..batch.num_rows()).map(|row| batch.columns().iter().map(|column| cell(column, row)).collect())
    });
    rows.collect()
}

/// Whether two answers are the same; numbers with a fraction nearly.
fn same(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| same(ours, theirs))
        }
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            a == b || (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
        }
        _ => ours == theirs,
    }
}

/// How Parvis is asked, as its message says when an answer differs.
type Ask = fn(&Dataset, &Question) -> (u64, Vec<Value>);

fn asked(question: &Question) -> parvis_engine::RecordsRequest {
    let mut context = context();
    context.timezone = question.zone.parse().unwrap();
    request(&question.odsql, context).unwrap_or_else(|error| panic!("{}: {error}", question.odsql))
}

fn ask_records(dataset: &Dataset, question: &Question) -> (u64, Vec<Value>) {
    let answer = block_on(dataset.records(&asked(question)));
    let answer = answer.unwrap_or_else(|error| panic!("{}: {error}", question.odsql));
    (answer.total, rows(&answer))
}

fn ask_export(dataset: &Dataset, question: &Question) -> Vec<Value> {
    let mut clauses: Vec<&str> = question.odsql.split(" & ").collect();
    clauses.retain(|clause| !clause.starts_with("limit=") && !clause.starts_with("offset="));
    let answer = exported_as(dataset, &clauses.join(" & "), asked(question).context);
    rows(&answer.unwrap_or_else(|error| panic!("{}: {error}", question.odsql)))
}

/// The first facet: its values and counts.
fn ask_facet(dataset: &Dataset, question: &Question) -> (u64, Vec<Value>) {
    let trees = facet_trees(dataset, &question.odsql, asked(question).context).unwrap();
    let values = trees[0].values.iter().filter(|value| value.count > 0);
    let rows: Vec<Value> = values.map(|value| json!([value.value, value.count])).collect();
    (rows.len() as u64, rows)
}

fn explain(question: &Question, place: &str, ours: &[Value], theirs: &[Value]) -> String {
    let first = ours.iter().zip(theirs).position(|(ours, theirs)| !same(ours, theirs));
    let first = first.unwrap_or(ours.len().min(theirs.len()));
    format!(
        "{place}, timezone {}: {}\n{}\nrow {first}: ours {:?} of {}, theirs {:?} of {}\n",
        question.zone,
        question.odsql,
        question.rows,
        ours.get(first),
        ours.len(),
        theirs.get(first),
        theirs.len()
    )
}

/// Asks `count` questions of one kind; `total` says whether the totals are compared too.
fn compare(count: usize, seed: u64, make: fn(&mut Random) -> Question, ask: Ask, total: bool) {
    let mut random = Random::new(seed);
    let questions: Vec<Question> = (0..count).map(|_| make(&mut random)).collect();
    let mut queries = Vec::new();
    for question in &questions {
        queries.extend([question.rows.as_str(), question.total.as_str()]);
        queries.extend(question.export.as_deref());
    }
    let on_disk = Settings {
        resident_dataset: 0,
        threads: 2,
        ..Settings::default()
    };
    let without_columns = Settings {
        // Hardly any column fits.
        column_memory: 1 << 16,
        ..on_disk.clone()
    };
    let worlds = [
        ("in memory", 1, World::in_memory()),
        ("columns of a file", 1, World::new(on_disk)),
        // The slowest is asked one question in six.
        ("on disk", 6, World::new(without_columns)),
    ];
    let answers = duckdb(worlds[0].2.folder.path(), &queries);
    let datasets = worlds.each_ref().map(|(place, every, world)| {
        let dataset = world.write("01j00000000000000000000000", &data::schema(), data::batches());
        (*place, *every, dataset)
    });
    let mut failures = Vec::new();
    for (place, every, dataset) in &datasets {
        let mut answers = answers.iter();
        for (number, question) in questions.iter().enumerate() {
            let (theirs, their_total) = (answers.next().unwrap(), &answers.next().unwrap()[0][0]);
            let exported = question.export.as_ref().map(|_| answers.next().unwrap());
            if number % every != 0 {
                continue;
            }
            let (our_total, ours) = ask(dataset, question);
            if !same(&json!(ours), &json!(theirs)) {
                failures.push(explain(question, place, &ours, theirs));
            } else if total && json!(our_total) != *their_total {
                failures.push(format!("{place}: {}: {our_total}, not {their_total}\n", question.odsql));
            }
            if let Some(theirs) = exported {
                let ours = ask_export(dataset, question);
                if !same(&json!(ours), &json!(theirs)) {
                    failures.push(explain(question, &format!("exported, {place}"), &ours, theirs));
                }
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} answers to {count} questions differ:\n{}",
        failures.len(),
        failures[..failures.len().min(8)].join("\n")
    );
}

#[test]
fn pages_of_records_are_those_of_duckdb() {
    compare(600, 1, queries::records, ask_records, true);
}

#[test]
fn more_pages_of_records_are_those_of_duckdb() {
    compare(600, 2, queries::records, ask_records, true);
}

#[test]
fn groups_are_those_of_duckdb() {
    compare(500, 3, queries::groups, ask_records, true);
}

#[test]
fn more_groups_are_those_of_duckdb() {
    compare(500, 4, queries::groups, ask_records, true);
}

#[test]
fn aggregates_are_those_of_duckdb() {
    compare(400, 5, queries::aggregates, ask_records, true);
}

#[test]
fn ranges_between_bounds_are_those_of_duckdb() {
    compare(150, 6, queries::bounds, ask_records, true);
}

#[test]
fn facets_are_those_of_duckdb() {
    compare(400, 7, queries::facet, ask_facet, false);
}

#[test]
fn clusters_hold_every_place_once_and_are_the_same_from_everywhere() {
    let worlds = [World::in_memory(), World::on_disk()];
    let datasets = worlds
        .each_ref()
        .map(|world| world.write("01j00000000000000000000000", &data::schema(), data::batches()));
    let number = |row: &Value, place: usize| row[place].as_u64().unwrap();
    for filter in ["id >= 0", "flag", "cat = 'water' and qty > 0"] {
        let ask = |dataset: &Dataset, clauses: &str| {
            let request = request(&format!("{clauses} & where={filter} & limit=20000"), context()).unwrap();
            rows(&block_on(dataset.records(&request)).unwrap())
        };
        let places = number(&ask(&datasets[0], "select=count(place)")[0], 0);
        let mut fewer = 0;
        for zoom in [0, 4, 6, 9] {
            let clauses =
                format!("select=count(*) as n, count(distinct place) as p & group_by=geo_cluster(place, {zoom}) as c");
            let [one, other] = datasets.each_ref().map(|dataset| ask(dataset, &clauses));
            assert_eq!(one, other, "{filter} {zoom}");
            assert_eq!(
                one.iter().map(|row| number(row, 1)).sum::<u64>(),
                places,
                "{filter} {zoom}"
            );
            assert!(one.len() >= fewer, "a nearer map shows more clusters");
            fewer = one.len();
        }
    }
}

//! Queries for words have the same answers before there is an index, with it, and after it was damaged.

use std::sync::mpsc;

use arrow::array::{ArrayRef, ListBuilder, RecordBatch, StringArray, StringBuilder};
use chrono::DateTime;
use parvis_formats::{Chunk, Parsed, Source, layout};
use parvis_model::{Annotations, DatasetUid, Field, FieldType, PortalId, Schema, VersionId};
use parvis_odsql::{Query, parse_order_by, parse_where};

use super::*;
use crate::scan;
use crate::{Context, Dataset, Engine, Records, RecordsRequest, Settings, VersionPath};

pub(in crate::columns) const RECORDS: usize = 40_000;

/// One batch of records.
struct Once(Schema, Option<RecordBatch>);

impl Source for Once {
    fn schema(&self) -> &Schema {
        &self.0
    }

    fn next_chunk(&mut self) -> Result<Option<Chunk>, parvis_formats::Error> {
        Ok(self.1.take().map(|batch| Chunk {
            parse: Box::new(move || {
                Ok(Parsed {
                    batch,
                    problems: Vec::new(),
                })
            }),
        }))
    }

    fn progress(&self) -> (u64, u64) {
        (0, 0)
    }
}

fn schema() -> Schema {
    let mut tags = Field::new("tags", FieldType::Text);
    tags.annotations = Annotations {
        multivalued: Some(",".to_owned()),
        ..Annotations::default()
    };
    let mut kind = Field::new("kind", FieldType::Text);
    kind.annotations.sortable = true;
    let fields = vec![Field::new("label", FieldType::Text), kind, tags];
    Schema { fields }
}

/// Labels of which no two are alike, few kinds, and lists.
fn batch() -> RecordBatch {
    let label = |row: usize| {
        (!row.is_multiple_of(11)).then(|| format!("Été {} lot{} {row}", ["eau", "bois", "pont"][row % 3], row % 500))
    };
    let kind = |row: usize| (!row.is_multiple_of(7)).then(|| format!("Genre {}", row % 4));
    let mut tags = ListBuilder::new(StringBuilder::new());
    for row in 0..RECORDS {
        for tag in 0..row % 3 {
            tags.values().append_value(format!("eau-vive {} t{row}", row % 5 + tag));
        }
        tags.append(row % 13 > 0);
    }
    let arrays: Vec<ArrayRef> = vec![
        Arc::new((0..RECORDS).map(label).collect::<StringArray>()),
        Arc::new((0..RECORDS).map(kind).collect::<StringArray>()),
        Arc::new(tags.finish()),
    ];
    RecordBatch::try_new(layout::arrow_schema(&schema()), arrays).unwrap()
}

pub(in crate::columns) fn opened(folder: &std::path::Path) -> (Engine, Dataset, Arc<VersionFile>) {
    let settings = Settings {
        resident_dataset: 0,
        threads: 2,
        ..Settings::default()
    };
    let engine = Engine::open(folder, settings).unwrap();
    let path = VersionPath {
        portal: PortalId::new("orleans"),
        dataset: DatasetUid::new("da_abc123"),
        version: VersionId::new("01j2"),
    };
    if engine.manifest(&path).is_err() {
        let source = Once(schema(), Some(batch()));
        engine
            .write_version(&path, Box::new(source), None, &mut |_, _| {})
            .unwrap();
    }
    let dataset = engine.dataset(&path, &schema()).unwrap();
    let scan::Records::File(version) = dataset.records_as_they_are().clone() else {
        panic!("the version is read from the disk");
    };
    (engine, dataset, version)
}

pub(in crate::columns) fn request(condition: &str, order: &str) -> RecordsRequest {
    RecordsRequest {
        query: Query {
            filter: vec![parse_where(condition).unwrap()],
            order_by: if order.is_empty() {
                Vec::new()
            } else {
                parse_order_by(order).unwrap()
            },
            ..Query::default()
        },
        facets: Vec::new(),
        limit: 1_000,
        offset: 0,
        after: None,
        app_metas: false,
        context: Context {
            timezone: chrono_tz::UTC,
            lang: "fr".to_owned(),
            now: DateTime::UNIX_EPOCH,
            row_filter: None,
            visible: None,
            collated: false,
        },
    }
}

fn asked(dataset: &Dataset, request: &RecordsRequest) -> Records {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(dataset.records(request)).unwrap()
}

/// Waits until what was asked of the other thread is done.
fn made(engine: &Engine) {
    let (tell, told) = mpsc::channel();
    engine.inner.loader.run(&engine.inner, move |_| tell.send(()).unwrap());
    told.recv().unwrap();
}

/// Forgets which records match, so that it has to be found again.
fn forgotten(engine: &Engine) {
    engine.inner.bits.invalidate_all();
    engine.inner.words.invalidate_all();
}

const CONDITIONS: [&str; 12] = [
    "label like 'ete'",
    "label like 'EAU lot42'",
    "label like '123*'",
    "search(label, 'lto42 1')",
    "search('eau 2')",
    "\"eau vive\"",
    "suggest(tags, 'viv')",
    "search(kind, 'genre 3')",
    "not (label like 'bois')",
    "label like 'pont' and kind = 'Genre 1'",
    "label like 'pont' or search(tags, 'vive')",
    "label like '!'",
];

fn answers(dataset: &Dataset) -> Vec<(u64, Vec<RecordBatch>)> {
    let asked = CONDITIONS
        .iter()
        .map(|condition| asked(dataset, &request(condition, "")));
    asked.map(|answer| (answer.total, answer.batches)).collect()
}

#[test]
fn answers_are_the_same_without_an_index_with_it_and_once_it_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, dataset, version) = opened(folder.path());
    let memory = Dataset::in_memory(&engine, PortalId::new("p"), schema(), batch()).unwrap();
    let right = answers(&memory);
    assert!(right.iter().all(|(total, _)| *total > 0));
    assert_eq!(answers(&dataset), right, "while the indexes are being made");
    made(&engine);
    forgotten(&engine);
    assert_eq!(answers(&dataset), right, "with indexes");
    for place in 0..3 {
        assert!(
            index(&engine.inner, &version, place).is_some(),
            "column {place} has an index"
        );
        let path = words::path(&version.folder, place);
        let mut bytes = std::fs::read(&path).unwrap();
        let blocks = u64::from_le_bytes(bytes[24..32].try_into().unwrap());
        bytes[48..usize::try_from(blocks).unwrap()].fill(0);
        std::fs::write(&path, bytes).unwrap();
    }
    forgotten(&engine);
    assert_eq!(answers(&dataset), right, "with damaged indexes");
    made(&engine);
    forgotten(&engine);
    assert_eq!(answers(&dataset), right, "with indexes made again");
    assert!((0..3).all(|place| index(&engine.inner, &version, place).is_some()));
    drop((dataset, version, engine));
    let (engine, dataset, version) = opened(folder.path());
    assert!(
        (0..3).all(|place| index(&engine.inner, &version, place).is_some()),
        "indexes outlast the engine"
    );
    assert_eq!(answers(&dataset), right);
}

#[test]
fn pages_after_one_another_are_all_that_is_found_with_and_without_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, dataset, _) = opened(folder.path());
    for indexed in [false, true] {
        for (condition, order) in [
            ("search(label, 'eau lot4')", ""),
            ("label like 'bois' or tags like 'vive'", "kind desc"),
        ] {
            let mut request = request(condition, order);
            request.limit = 100_000;
            let whole = asked(&dataset, &request).batches.remove(0);
            assert!(whole.num_rows() > 1_000, "{}", whole.num_rows());
            forgotten(&engine);
            request.limit = 777;
            let mut row = 0;
            loop {
                let page = asked(&dataset, &request);
                assert_eq!(page.total, whole.num_rows() as u64);
                let rows = page.batches[0].num_rows();
                assert_eq!(
                    page.batches[0],
                    whole.slice(row, rows),
                    "{condition} from {row}, indexed: {indexed}"
                );
                row += rows;
                let Some(last) = page.last else { break };
                request.after = Some(last);
            }
            assert_eq!(row, whole.num_rows());
        }
        made(&engine);
        forgotten(&engine);
    }
}

//! Versions on the disk: whole or absent, whatever happens while they are written.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::{self, Batches, World, answer, batches, context, path, schema};
use parvis_engine::{Engine, Error, Settings};
use parvis_formats::{Chunk, Problem, Source};
use parvis_model::Schema;

const KILL_FOLDER: &str = "PARVIS_TEST_KILL_FOLDER";
const KILL_AT: &str = "PARVIS_TEST_KILL_AT";
const OLD: &str = "01j0";
const NEW: &str = "01j1";

/// Does something before the chunk of this number is given.
struct Interrupted<F> {
    inner: Box<dyn Source>,
    chunk: usize,
    at: usize,
    then: F,
}

impl<F: FnMut() -> Result<(), parvis_formats::Error> + Send> Source for Interrupted<F> {
    fn schema(&self) -> &Schema {
        self.inner.schema()
    }

    fn next_chunk(&mut self) -> Result<Option<Chunk>, parvis_formats::Error> {
        if self.chunk == self.at {
            (self.then)()?;
        }
        self.chunk += 1;
        self.inner.next_chunk()
    }

    fn progress(&self) -> (u64, u64) {
        self.inner.progress()
    }
}

fn interrupted<F: FnMut() -> Result<(), parvis_formats::Error> + Send + 'static>(
    at: usize,
    then: F,
) -> Box<dyn Source> {
    Box::new(Interrupted {
        inner: Batches::boxed(schema(), batches(2)),
        chunk: 0,
        at,
        then,
    })
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn dataset_folder(root: &Path) -> PathBuf {
    root.join("objects/orleans/da_abc123")
}

/// Not a test by itself: the process that the next test starts and that dies.
#[test]
fn a_writer_that_may_be_killed() {
    let (Ok(folder), Ok(at)) = (std::env::var(KILL_FOLDER), std::env::var(KILL_AT)) else {
        return;
    };
    let engine = Engine::open(Path::new(&folder), Settings::default()).unwrap();
    let source = interrupted(at.parse().unwrap(), || std::process::abort());
    let written = engine.write_version(&path(NEW), source, None, &mut |_, _| {});
    unreachable!("the process should be dead: {written:?}");
}

#[test]
fn a_killed_write_leaves_the_old_version_and_nothing_else() {
    for at in [0, 1, 3, 6] {
        let world = World::in_memory();
        world.write(OLD, &schema(), batches(5));
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "versions::a_writer_that_may_be_killed"])
            .env(KILL_FOLDER, world.folder.path())
            .env(KILL_AT, at.to_string())
            .output()
            .unwrap()
            .status;
        assert!(!status.success());
        assert_eq!(
            names(&dataset_folder(world.folder.path())),
            [format!(".tmp-{NEW}"), OLD.to_owned()]
        );

        let engine = Engine::open(world.folder.path(), Settings::default()).unwrap();
        assert_eq!(names(&dataset_folder(world.folder.path())), [OLD]);
        let dataset = engine.dataset(&path(OLD), &schema()).unwrap();
        assert!(answer(&dataset, "limit=1", context()).starts_with("total 12"));
        assert!(matches!(engine.dataset(&path(NEW), &schema()), Err(Error::Damaged(_))));
        let source = Batches::boxed(schema(), batches(2));
        engine.write_version(&path(NEW), source, None, &mut |_, _| {}).unwrap();
        assert_eq!(names(&dataset_folder(world.folder.path())), [OLD, NEW]);
    }
}

#[test]
fn a_source_that_fails_leaves_nothing() {
    let world = World::in_memory();
    for at in [0, 2, 6] {
        let source = interrupted(at, || {
            Err(parvis_formats::Error::Invalid("line 7 is broken".to_owned()))
        });
        let error = world
            .engine
            .write_version(&path(NEW), source, None, &mut |_, _| {})
            .unwrap_err();
        assert_eq!(error.to_string(), "line 7 is broken");
        assert!(names(&dataset_folder(world.folder.path())).is_empty());
    }
}

#[test]
fn a_chunk_that_panics_ends_the_write() {
    struct Panics(Box<dyn Source>);
    impl Source for Panics {
        fn schema(&self) -> &Schema {
            self.0.schema()
        }
        fn next_chunk(&mut self) -> Result<Option<Chunk>, parvis_formats::Error> {
            let (done, _) = self.0.progress();
            let chunk = self.0.next_chunk()?;
            Ok(chunk.map(|chunk| {
                if done == 2 {
                    Chunk {
                        parse: Box::new(|| panic!("a bug")),
                    }
                } else {
                    chunk
                }
            }))
        }
        fn progress(&self) -> (u64, u64) {
            self.0.progress()
        }
    }
    let world = World::in_memory();
    let source = Box::new(Panics(Batches::boxed(schema(), batches(1))));
    let error = world
        .engine
        .write_version(&path(NEW), source, None, &mut |_, _| {})
        .unwrap_err();
    assert!(matches!(error, Error::Internal(_)), "{error}");
    assert!(names(&dataset_folder(world.folder.path())).is_empty());
}

#[test]
fn a_start_leaves_alone_what_another_process_is_writing() {
    let world = World::in_memory();
    let root = world.folder.path().to_owned();
    let source = interrupted(3, move || {
        Engine::open(&root, Settings::default()).unwrap();
        Ok(())
    });
    let report = world
        .engine
        .write_version(&path(NEW), source, None, &mut |_, _| {})
        .unwrap();
    assert_eq!(report.records, 12);
    assert_eq!(world.engine.verify(&path(NEW)).unwrap().records, 12);
}

#[test]
fn a_version_is_described_by_its_manifest() {
    let world = World::in_memory();
    let mut seen = Vec::new();
    let source = Batches::boxed(schema(), batches(5));
    let report = world
        .engine
        .write_version(&path(NEW), source, None, &mut |done, all| seen.push((done, all)))
        .unwrap();
    seen.sort_unstable();
    assert_eq!(seen.len(), 3);
    assert_eq!(seen.last(), Some(&(3, 3)));
    let manifest = world.engine.verify(&path(NEW)).unwrap();
    assert_eq!((manifest.records, &manifest.data_sha256), (12, &report.content_hash));
    assert_eq!(manifest.schema, schema());
    let statistics = |name: &str| manifest.statistics.iter().find(|field| field.name == name).unwrap();
    let population = statistics("population");
    assert_eq!((population.nulls, population.distinct), (1, Some(11)));
    assert_eq!(
        (population.min.clone(), population.max.clone()),
        (Some((-5).into()), Some(222_485.into()))
    );
    assert_eq!(statistics("tags").distinct, Some(8));
    assert_eq!(statistics("place").nulls, 1);
    assert_eq!(statistics("name").min, Some("Anglet".into()));

    let again = world
        .engine
        .write_version(&path(NEW), Batches::boxed(schema(), batches(5)), None, &mut |_, _| {});
    assert!(matches!(again, Err(Error::Io { .. })), "a version never changes");
}

#[test]
fn a_changed_file_is_noticed() {
    let world = World::in_memory();
    world.write(NEW, &schema(), batches(5));
    let data = dataset_folder(world.folder.path()).join(NEW).join("data.parquet");
    let mut bytes = std::fs::read(&data).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&data, &bytes).unwrap();
    assert!(matches!(world.engine.verify(&path(NEW)), Err(Error::Damaged(_))));
    bytes.truncate(1_000);
    std::fs::write(&data, &bytes).unwrap();
    let engine = Engine::open(world.folder.path(), Settings::default()).unwrap();
    assert!(matches!(engine.dataset(&path(NEW), &schema()), Err(Error::Damaged(_))));
}

#[test]
fn bad_rows_are_counted_and_listed() {
    let world = World::in_memory();
    let rejects = world.folder.path().join("bad.csv");
    let problem = |line| Problem {
        line,
        column: "population".to_owned(),
        found: "many".to_owned(),
        message: "not a whole number".to_owned(),
        row: "x;many".to_owned(),
    };
    let source = Box::new(Batches {
        schema: schema(),
        batches: batches(5).into_iter(),
        problems: vec![problem(2), problem(2), problem(4)],
        read: 0,
    });
    let report = world
        .engine
        .write_version(&path(NEW), source, Some(&rejects), &mut |_, _| {})
        .unwrap();
    assert_eq!(report.rejected, 2);
    assert_eq!(std::fs::read_to_string(rejects).unwrap().lines().count(), 4);
}

#[test]
fn a_dataset_may_be_empty() {
    for world in [World::on_disk(), World::in_memory()] {
        let dataset = world.write(NEW, &schema(), Vec::new());
        assert_eq!(
            answer(&dataset, "where=population > 3 & order_by=name", context()),
            "total 0\n"
        );
        assert_eq!(answer(&dataset, "limit=10", context()), "total 0\n");
        assert!(answer(&dataset, "select=count(*), max(area)", context()).contains("count(*)=0 | max(area)=∅"));
        assert_eq!(answer(&dataset, "group_by=region", context()), "total 0\n");
        assert_eq!(common::facets(&dataset, "facet=tags", context()), "tags:\n");
    }
}

#[test]
fn labels_may_change_without_a_new_version_but_types_may_not() {
    let world = World::in_memory();
    world.write(NEW, &schema(), batches(5));
    let mut changed = schema();
    changed.fields[1].annotations.facet = false;
    changed.fields.remove(0);
    let dataset = world.engine.dataset(&path(NEW), &changed).unwrap();
    assert!(!answer(&dataset, "limit=1", context()).contains("name="));
    changed.fields[0].field_type = parvis_model::FieldType::Int;
    assert!(matches!(
        world.engine.dataset(&path(NEW), &changed),
        Err(Error::Damaged(_))
    ));
}

#[test]
fn a_query_beyond_its_memory_ends_with_a_clear_error() {
    let world = World::new(Settings {
        query_memory: 1_000,
        ..Settings::default()
    });
    let dataset = world.sample();
    let answer = answer(&dataset, "select=count(distinct region) & group_by=name", context());
    assert!(
        answer.starts_with("QueryBudgetExceeded The query needs more memory"),
        "{answer}"
    );
}

#[test]
fn a_query_with_too_many_groups_ends_with_a_clear_error() {
    let world = World::new(Settings {
        max_groups: 3,
        ..Settings::default()
    });
    let dataset = world.sample();
    let answer = answer(&dataset, "select=count(*) & group_by=name", context());
    assert!(
        answer.starts_with("QueryBudgetExceeded The query makes more than 3 groups"),
        "{answer}"
    );
}

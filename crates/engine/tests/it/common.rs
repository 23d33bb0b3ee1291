//! A small dataset with every type, and queries written as the API receives them.

use std::fmt::Write;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, ListBuilder, RecordBatch, StringArray,
    StringBuilder, StructArray, TimestampMillisecondArray,
};
use arrow::buffer::NullBuffer;
use arrow::util::display::array_value_to_string;
use chrono::{DateTime, NaiveDate, Utc};
use futures::TryStreamExt;
use parvis_engine::{
    Context, Dataset, Engine, Error, ExportRequest, FacetState, FacetTree, FacetValue, FacetsRequest, Records,
    RecordsRequest, Settings, VersionPath,
};
use parvis_formats::{Chunk, Parsed, Problem, Source, layout};
use parvis_model::{Annotations, DatasetUid, Field, FieldType, PortalId, Schema, VersionId};
use parvis_odsql::Query;
use tempfile::TempDir;

/// Batches as a source, one chunk each.
pub struct Batches {
    pub schema: Schema,
    pub batches: std::vec::IntoIter<RecordBatch>,
    pub problems: Vec<Problem>,
    pub read: u64,
}

impl Batches {
    pub fn boxed(schema: Schema, batches: Vec<RecordBatch>) -> Box<dyn Source> {
        Box::new(Self {
            schema,
            batches: batches.into_iter(),
            problems: Vec::new(),
            read: 0,
        })
    }
}

impl Source for Batches {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn next_chunk(&mut self) -> Result<Option<Chunk>, parvis_formats::Error> {
        let Some(batch) = self.batches.next() else {
            return Ok(None);
        };
        self.read += 1;
        let problems = std::mem::take(&mut self.problems);
        Ok(Some(Chunk {
            parse: Box::new(move || Ok(Parsed { batch, problems })),
        }))
    }

    fn progress(&self) -> (u64, u64) {
        (self.read, self.read + self.batches.len() as u64)
    }
}

pub fn annotated(name: &str, field_type: FieldType, annotations: Annotations) -> Field {
    Field {
        annotations,
        ..Field::new(name, field_type)
    }
}

/// The columns of the sample.
pub fn schema() -> Schema {
    let facet = || Annotations {
        facet: true,
        ..Annotations::default()
    };
    Schema {
        fields: vec![
            annotated(
                "name",
                FieldType::Text,
                Annotations {
                    sortable: true,
                    ..Annotations::default()
                },
            ),
            annotated(
                "region",
                FieldType::Text,
                Annotations {
                    sortable: true,
                    ..facet()
                },
            ),
            annotated(
                "tags",
                FieldType::Text,
                Annotations {
                    multivalued: Some(",".to_owned()),
                    disjunctive: true,
                    ..facet()
                },
            ),
            annotated(
                "topic",
                FieldType::Text,
                Annotations {
                    hierarchical: Some("/".to_owned()),
                    ..facet()
                },
            ),
            Field::new("population", FieldType::Int),
            Field::new("area", FieldType::Double),
            annotated("coastal", FieldType::Boolean, facet()),
            annotated("founded", FieldType::Date, facet()),
            annotated("updated", FieldType::Datetime, facet()),
            Field::new("place", FieldType::GeoPoint2d),
            Field::new("shape", FieldType::GeoShape),
            Field::new("extra", FieldType::JsonBlob),
            Field::new("code", FieldType::Text),
        ],
    }
}

type Row = (
    &'static str,
    Option<&'static str>,
    &'static [&'static str],
    Option<&'static str>,
    Option<i64>,
    Option<f64>,
    Option<bool>,
    Option<&'static str>,
    Option<&'static str>,
    Option<(f64, f64)>,
);

const ROWS: &[Row] = &[
    (
        "Orléans",
        Some("Centre"),
        &["loire", "capital"],
        Some("city/large"),
        Some(116_269),
        Some(27.48),
        Some(false),
        Some("2020-12-05"),
        Some("2023-12-31T23:30:00Z"),
        Some((1.9093, 47.9029)),
    ),
    (
        "Cesson-Sévigné",
        Some("Bretagne"),
        &["rennes"],
        Some("city/small"),
        Some(17_631),
        Some(32.14),
        Some(false),
        Some("2020-01-31"),
        Some("2024-01-01T08:00:00Z"),
        Some((-1.6030, 48.1212)),
    ),
    (
        "Ris-Orangis",
        Some("Île-de-France"),
        &[],
        Some("city/small"),
        Some(30_101),
        Some(8.71),
        Some(false),
        Some("2019-07-14"),
        Some("2024-03-31T00:59:59Z"),
        Some((2.4149, 48.6514)),
    ),
    (
        "Saint-Jean-de-Luz",
        Some("Nouvelle-Aquitaine"),
        &["sea", "basque"],
        Some("city/small"),
        Some(14_340),
        Some(19.05),
        Some(true),
        Some("2021-02-01"),
        Some("2024-03-31T01:00:00Z"),
        Some((-1.6631, 43.3892)),
    ),
    (
        "Anglet",
        Some("Nouvelle-Aquitaine"),
        &["sea", "basque", "surf"],
        Some("city/small"),
        Some(42_288),
        Some(26.93),
        Some(true),
        None,
        None,
        Some((-1.5189, 43.4816)),
    ),
    (
        "Chemillé-en-Anjou",
        Some("Pays de la Loire"),
        &["mauges"],
        Some("town"),
        Some(21_150),
        Some(324.25),
        None,
        Some("2015-12-15"),
        Some("2024-10-27T01:30:00Z"),
        Some((-0.7256, 47.2125)),
    ),
    (
        "Beaupréau-en-Mauges",
        Some("Pays de la Loire"),
        &["mauges", "loire"],
        Some("town"),
        Some(23_633),
        Some(230.90),
        None,
        Some("2015-12-15"),
        Some("2024-10-27T00:30:00Z"),
        Some((-0.9908, 47.2019)),
    ),
    (
        "Rennes",
        Some("Bretagne"),
        &["capital", "rennes"],
        Some("city/large"),
        Some(222_485),
        Some(50.39),
        Some(false),
        Some("2020-12-31"),
        Some("2025-06-01T12:00:00Z"),
        Some((-1.6800, 48.1147)),
    ),
    ("Nowhere", None, &[], None, None, None, None, None, None, None),
    (
        "Zéro",
        None,
        &["sea"],
        Some("odd"),
        Some(0),
        Some(0.0),
        Some(true),
        Some("1900-01-01"),
        Some("1969-12-31T23:59:59.5Z"),
        Some((0.0, 0.0)),
    ),
    (
        "Élan d'eau",
        Some("Bretagne"),
        &["sea", "sea"],
        Some("odd/very"),
        Some(-5),
        Some(1.5),
        Some(true),
        Some("2020-12-05"),
        Some("2020-02-29T10:00:00Z"),
        Some((-4.5, 48.4)),
    ),
    (
        "Rennes",
        Some("Occitanie"),
        &["aude"],
        Some("city/small"),
        Some(90),
        Some(15.2),
        Some(false),
        Some("2021-02-28"),
        Some("2024-01-01T08:00:00Z"),
        Some((2.3186, 42.9192)),
    ),
];

fn day(text: &str) -> i32 {
    let date: NaiveDate = text.parse().unwrap();
    i32::try_from((date - NaiveDate::default()).num_days()).unwrap()
}

/// The records of the sample, cut in batches of `size`.
pub fn batches(size: usize) -> Vec<RecordBatch> {
    ROWS.chunks(size)
        .enumerate()
        .map(|(place, rows)| batch(rows, place * size))
        .collect()
}

fn batch(rows: &[Row], first: usize) -> RecordBatch {
    let mut tags = ListBuilder::new(StringBuilder::new());
    for row in rows {
        row.2.iter().for_each(|tag| tags.values().append_value(tag));
        tags.append(!row.2.is_empty());
    }
    let lons: Float64Array = rows.iter().map(|row| row.9.map(|place| place.0)).collect();
    let lats: Float64Array = rows.iter().map(|row| row.9.map(|place| place.1)).collect();
    let nulls = NullBuffer::from_iter(rows.iter().map(|row| row.9.is_some()));
    let points = StructArray::new(
        layout::point_fields(),
        vec![Arc::new(lons), Arc::new(lats)],
        Some(nulls),
    );
    let shapes: StringArray = rows
        .iter()
        .map(|row| {
            row.9.map(|(x, y)| {
                let (w, s, e, n) = (x - 0.5, y - 0.5, x + 0.5, y + 0.5);
                format!(r#"{{"type":"Polygon","coordinates":[[[{w},{s}],[{e},{s}],[{e},{n}],[{w},{n}],[{w},{s}]]]}}"#)
            })
        })
        .collect();
    let instants: TimestampMillisecondArray = rows
        .iter()
        .map(|row| {
            row.8
                .map(|text| DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis())
        })
        .collect();
    let extra: StringArray = (first..first + rows.len())
        .map(|row| (row % 3 == 0).then(|| format!("{{\"n\":{row}}}")))
        .collect();
    let codes: StringArray = (first..first + rows.len())
        .map(|row| {
            Some(if row % 2 == 0 {
                format!("0{row}")
            } else {
                format!("{{\"a\":{row}}}")
            })
        })
        .collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.0))),
        Arc::new(rows.iter().map(|row| row.1).collect::<StringArray>()),
        Arc::new(tags.finish()),
        Arc::new(rows.iter().map(|row| row.3).collect::<StringArray>()),
        Arc::new(rows.iter().map(|row| row.4).collect::<Int64Array>()),
        Arc::new(rows.iter().map(|row| row.5).collect::<Float64Array>()),
        Arc::new(rows.iter().map(|row| row.6).collect::<BooleanArray>()),
        Arc::new(rows.iter().map(|row| row.7.map(day)).collect::<Date32Array>()),
        Arc::new(instants.with_timezone("UTC")),
        Arc::new(points),
        Arc::new(shapes),
        Arc::new(extra),
        Arc::new(codes),
    ];
    RecordBatch::try_new(layout::arrow_schema(&schema()), columns).unwrap()
}

pub fn path(version: &str) -> VersionPath {
    VersionPath {
        portal: PortalId::new("orleans"),
        dataset: DatasetUid::new("da_abc123"),
        version: VersionId::new(version),
    }
}

/// An engine on a folder that lives as long as this.
pub struct World {
    pub folder: TempDir,
    pub engine: Engine,
}

impl World {
    pub fn new(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::open(folder.path(), settings).unwrap();
        Self { folder, engine }
    }

    /// Datasets are read from the disk at every query, by several threads.
    pub fn on_disk() -> Self {
        Self::new(Settings {
            resident_dataset: 0,
            threads: 2,
            ..Settings::default()
        })
    }

    /// Datasets are kept in memory.
    pub fn in_memory() -> Self {
        Self::new(Settings {
            threads: 2,
            ..Settings::default()
        })
    }

    /// Writes batches as a version and opens it.
    pub fn write(&self, version: &str, schema: &Schema, batches: Vec<RecordBatch>) -> Dataset {
        let source = Batches::boxed(schema.clone(), batches);
        let report = self
            .engine
            .write_version(&path(version), source, None, &mut |_, _| {})
            .unwrap();
        self.engine.dataset(&path(version), &report.schema).unwrap()
    }

    pub fn sample(&self) -> Dataset {
        self.write("01j00000000000000000000000", &schema(), batches(5))
    }
}

pub fn context() -> Context {
    Context {
        timezone: chrono_tz::UTC,
        lang: "fr".to_owned(),
        now: "2024-06-15T12:00:00Z".parse::<DateTime<Utc>>().unwrap(),
        row_filter: None,
        collated: false,
        visible: None,
    }
}

/// Reads `select=… & where=… & …`.
pub fn request(text: &str, context: Context) -> Result<RecordsRequest, String> {
    let mut request = RecordsRequest {
        query: Query::default(),
        facets: Vec::new(),
        limit: 100,
        offset: 0,
        after: None,
        app_metas: false,
        context,
    };
    for clause in text.split(" & ").filter(|clause| !clause.is_empty()) {
        let (name, value) = clause.split_once('=').unwrap();
        let query = &mut request.query;
        let said = |error: parvis_odsql::Error| error.message;
        match name.trim() {
            "select" => query.select = parvis_odsql::parse_select(value).map_err(said)?,
            "where" => query.filter.push(parvis_odsql::parse_where(value).map_err(said)?),
            "group_by" => query.group_by = parvis_odsql::parse_group_by(value).map_err(said)?,
            "order_by" => query.order_by = parvis_odsql::parse_order_by(value).map_err(said)?,
            "refine" => query.refine.push(parvis_odsql::parse_refine(value).map_err(said)?),
            "exclude" => query.exclude.push(parvis_odsql::parse_exclude(value).map_err(said)?),
            "facet" => request.facets.push(parvis_odsql::parse_facet(value).map_err(said)?),
            "limit" => request.limit = value.parse().unwrap(),
            "offset" => request.offset = value.parse().unwrap(),
            "timezone" => request.context.timezone = value.parse().unwrap(),
            "lang" => request.context.lang = value.to_owned(),
            "app_metas" => request.app_metas = true,
            other => panic!("no parameter {other}"),
        }
    }
    Ok(request)
}

/// The rows of an answer: `key=value` of each column.
pub fn shown(records: &Records) -> String {
    let mut out = format!("total {}\n", records.total);
    for batch in &records.batches {
        assert_eq!(batch.num_columns(), records.table.columns.len());
        for row in 0..batch.num_rows() {
            let cells = records
                .table
                .columns
                .iter()
                .zip(batch.columns())
                .map(|(column, array)| {
                    let value = if arrow::array::Array::is_null(array, row) {
                        "∅".to_owned()
                    } else {
                        array_value_to_string(array, row).unwrap()
                    };
                    format!("{}={value}", column.key)
                });
            writeln!(out, "  {}", cells.collect::<Vec<_>>().join(" | ")).unwrap();
        }
    }
    out
}

pub fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// The answer to a query, or the error, as text.
pub fn answer(dataset: &Dataset, text: &str, context: Context) -> String {
    let request = match request(text, context) {
        Ok(request) => request,
        Err(message) => return format!("error {message}\n"),
    };
    match block_on(dataset.records(&request)) {
        Ok(records) => shown(&records),
        Err(error) => format!("{} {error}\n", error_name(&error)),
    }
}

pub fn error_name(error: &Error) -> String {
    format!("{:?}", error.code())
}

/// All rows of an export.
pub fn exported(dataset: &Dataset, text: &str) -> Result<Records, Error> {
    exported_as(dataset, text, context())
}

/// All rows of an export for a caller.
pub fn exported_as(dataset: &Dataset, text: &str, context: Context) -> Result<Records, Error> {
    let request = request(text, context).unwrap();
    let limit = text.contains("limit=").then_some(request.limit);
    block_on(async {
        let export = dataset
            .export(ExportRequest {
                query: request.query,
                facets: request.facets,
                limit,
                offset: request.offset,
                ids: false,
                context: request.context,
            })
            .await?;
        let batches: Vec<RecordBatch> = export.batches.try_collect().await?;
        Ok(Records {
            last: None,
            total: batches.iter().map(|batch| batch.num_rows() as u64).sum(),
            table: export.table,
            batches,
        })
    })
}

fn show_values(values: &[FacetValue], depth: usize, out: &mut String) {
    for value in values {
        let state = match value.state {
            FacetState::Displayed => "",
            FacetState::Refined => " refined",
            FacetState::Excluded => " excluded",
        };
        let indent = "  ".repeat(depth);
        writeln!(out, "{indent}{} ({}) {}{state}", value.name, value.value, value.count).unwrap();
        show_values(&value.children, depth + 1, out);
    }
}

/// The facets of a query.
pub fn facet_trees(dataset: &Dataset, text: &str, context: Context) -> Result<Vec<FacetTree>, String> {
    let request = request(text, context).map_err(|message| format!("error {message}"))?;
    let request = FacetsRequest {
        query: request.query,
        facets: request.facets,
        context: request.context,
    };
    block_on(dataset.facets(&request)).map_err(|error| format!("{} {error}", error_name(&error)))
}

/// The facets of a query, or the error, as text.
pub fn facets(dataset: &Dataset, text: &str, context: Context) -> String {
    match facet_trees(dataset, text, context) {
        Ok(trees) => {
            let mut out = String::new();
            for tree in trees {
                writeln!(out, "{}:", tree.name).unwrap();
                show_values(&tree.values, 1, &mut out);
            }
            out
        }
        Err(error) => format!("{error}\n"),
    }
}

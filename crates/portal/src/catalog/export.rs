//! Exports of the catalogue: whole datasets as the API or other vocabularies describe them, or the rows that were selected.

mod dcat;
mod documents;

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, ListBuilder, RecordBatch, StringArray, StringBuilder};
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt as _};
use parvis_engine::{ExportRequest, PortalThreads};
use parvis_formats::write::rdf::Syntax;
use parvis_formats::{Column, ColumnKind, Format, Table, WriterOptions, writer};
use parvis_model::Dataset;
use serde_json::Value;

use super::{Catalogue, complete, table};
use crate::export::{ExportBody, encode, label_columns, packed};
use crate::{Clauses, Error, Parvis, Result, Viewer, describe};

/// What the file is called, before its ending, as on live portals.
const NAME: &str = "datasets";
/// Datasets described at a time.
const CHUNK: usize = 200;
/// The template whose fields are columns.
const TEMPLATE: &str = "default";

/// The columns of a table of whole datasets: the fields of the basic template in their order, then the dataset's name, which live
/// portals call so (recorded: vancouver, `catalog/exports/csv`).
const METAS: [(&str, ColumnKind); 32] = [
    ("title", ColumnKind::Text),
    ("description", ColumnKind::Text),
    ("theme", ColumnKind::TextList),
    ("keyword", ColumnKind::TextList),
    ("license", ColumnKind::Text),
    ("license_url", ColumnKind::Text),
    ("language", ColumnKind::Text),
    ("metadata_languages", ColumnKind::TextList),
    ("timezone", ColumnKind::Text),
    ("modified", ColumnKind::Text),
    ("modified_updates_on_metadata_change", ColumnKind::Boolean),
    ("modified_updates_on_data_change", ColumnKind::Boolean),
    ("data_processed", ColumnKind::Text),
    ("metadata_processed", ColumnKind::Text),
    ("geographic_reference", ColumnKind::TextList),
    ("geographic_reference_auto", ColumnKind::Boolean),
    ("territory", ColumnKind::TextList),
    ("geometry_types", ColumnKind::TextList),
    ("bbox", ColumnKind::Text),
    ("publisher", ColumnKind::Text),
    ("references", ColumnKind::Text),
    ("records_count", ColumnKind::Int),
    ("attributions", ColumnKind::TextList),
    ("source_domain", ColumnKind::Text),
    ("source_domain_title", ColumnKind::Text),
    ("source_domain_address", ColumnKind::Text),
    ("source_dataset", ColumnKind::Text),
    ("shared_catalog", ColumnKind::Text),
    ("federated", ColumnKind::Boolean),
    ("oauth_scope", ColumnKind::Text),
    ("parent_domain", ColumnKind::Text),
    ("datasetid", ColumnKind::Text),
];

/// Formats that the catalogue can be had in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatalogFormat {
    /// A row per dataset.
    Table(Format),
    /// Project Open Data 1.1.
    DataJson,
    /// DCAT-AP 3 as RDF/XML.
    Dcat,
    /// DCAT-AP 3 as JSON-LD.
    Jsonld,
    /// The elements of Dublin Core as RDF/XML.
    DublinCore,
    /// DCAT-AP 3 as RDF/XML, by another name.
    Rdf,
    /// An item per dataset.
    Rss,
    /// DCAT-AP 3 as Turtle.
    Ttl,
}

impl CatalogFormat {
    /// Every format, in the order of the list.
    pub const ALL: [Self; 10] = [
        Self::Table(Format::Csv),
        Self::DataJson,
        Self::Dcat,
        Self::DublinCore,
        Self::Table(Format::Json),
        Self::Jsonld,
        Self::Rdf,
        Self::Rss,
        Self::Ttl,
        Self::Table(Format::Xlsx),
    ];

    /// The name in addresses, which is how its files end too, but for RDF/XML.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table(format) => format.name(),
            Self::DataJson => "data.json",
            Self::Dcat => "dcat",
            Self::Jsonld => "jsonld",
            Self::DublinCore => "dublin_core",
            Self::Rdf => "rdf",
            Self::Rss => "rss",
            Self::Ttl => "ttl",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// How the file ends, and its media type.
    fn file(self) -> (&'static str, &'static str) {
        match self {
            Self::Table(format) => (format.ending(), format.media_type()),
            Self::DataJson => ("data.json", "application/json; charset=utf-8"),
            Self::Jsonld => (Format::Jsonld.ending(), Format::Jsonld.media_type()),
            Self::Dcat | Self::DublinCore | Self::Rdf => (Format::Rdfxml.ending(), Format::Rdfxml.media_type()),
            Self::Rss => ("rss", "application/rss+xml; charset=utf-8"),
            Self::Ttl => (Format::Turtle.ending(), Format::Turtle.media_type()),
        }
    }
}

/// What is to be exported of the catalogue, and how.
#[derive(Clone, Debug)]
pub struct CatalogExport {
    /// The format.
    pub format: CatalogFormat,
    /// Choices within a table.
    pub writer: WriterOptions,
    /// Compress the whole with gzip.
    pub compressed: bool,
    /// Most datasets; `None` is all.
    pub limit: Option<u64>,
    /// Datasets to leave out first.
    pub offset: u64,
    /// Formats of datasets that are told of as distributions.
    pub distributions: Vec<Format>,
    /// Tables are told of with the labels of their columns.
    pub labels: bool,
}

impl Parvis {
    /// Exports the datasets that match and that the viewer may see: whole ones when nothing is selected, else rows or groups.
    ///
    /// # Errors
    /// A clause cannot be read or has no meaning, or the format describes whole datasets only.
    pub async fn export_catalog(
        &self,
        viewer: &Viewer,
        clauses: &Clauses,
        options: CatalogExport,
    ) -> Result<ExportBody> {
        let catalogue = self.catalogue(viewer).await?;
        let context = self.catalogue_context(viewer);
        let mut parsed = clauses.parse(&catalogue.table.fields(&context))?;
        let whole = complete(&mut parsed.query);
        let request = ExportRequest {
            query: parsed.query,
            facets: parsed.facets,
            limit: options.limit,
            offset: options.offset,
            ids: false,
            context,
        };
        let export = catalogue.table.export(request).await?;
        let (format, compressed) = (options.format, options.compressed);
        let bytes = match (whole, format) {
            (true, _) => {
                let chosen = chosen(&catalogue, export.batches).await?;
                described(&self.threads_of(viewer), chosen, viewer.clone(), options)?
            }
            (false, CatalogFormat::Table(format)) => {
                let table = label_columns(export.table, catalogue.table.schema(), &viewer.lang);
                let writer = writer(format, table, named(options.writer))?;
                encode(&self.threads_of(viewer), export.batches, writer, compressed)
            }
            (false, other) => {
                return Err(Error::Invalid(format!(
                    "the format {} describes whole datasets: leave out select and group_by, or take csv, json or xlsx",
                    other.name()
                )));
            }
        };
        let (ending, media_type) = format.file();
        Ok(ExportBody::new(NAME, media_type, ending, compressed, bytes))
    }
}

fn named(options: WriterOptions) -> WriterOptions {
    WriterOptions {
        name: NAME.to_owned(),
        ..options
    }
}

type Pieces = BoxStream<'static, Result<Bytes>>;

/// Whole datasets in a format.
fn described(
    threads: &PortalThreads,
    chosen: Vec<Arc<Dataset>>,
    viewer: Viewer,
    options: CatalogExport,
) -> Result<Pieces> {
    let compressed = options.compressed;
    let pieces = match options.format {
        CatalogFormat::Table(Format::Json) => objects(chosen, viewer),
        CatalogFormat::Table(format) => {
            let table = Table {
                columns: columns(),
                timezone: viewer.timezone,
            };
            let writer = writer(format, table, named(options.writer))?;
            return Ok(encode(threads, batches(chosen, viewer), writer, compressed));
        }
        CatalogFormat::DataJson => documents::data_json(chosen, viewer, options),
        CatalogFormat::Rss => documents::rss(chosen, viewer),
        CatalogFormat::DublinCore => documents::dublin_core(chosen, viewer),
        CatalogFormat::Dcat | CatalogFormat::Rdf => dcat::pieces(chosen, viewer, options, Syntax::Xml),
        CatalogFormat::Ttl => dcat::pieces(chosen, viewer, options, Syntax::Turtle),
        CatalogFormat::Jsonld => dcat::pieces(chosen, viewer, options, Syntax::Json),
    };
    Ok(packed(threads, pieces, compressed))
}

/// What comes before, one piece for each dataset, and what comes after.
fn around(
    datasets: Vec<Arc<Dataset>>,
    before: Vec<u8>,
    piece: impl Fn(usize, &Dataset) -> Vec<u8> + Send + 'static,
    after: Vec<u8>,
) -> Pieces {
    let pieces = datasets
        .into_iter()
        .enumerate()
        .map(move |(place, dataset)| piece(place, &dataset));
    let all = std::iter::once(before).chain(pieces).chain(std::iter::once(after));
    stream::iter(all.map(|piece| Ok(Bytes::from(piece)))).boxed()
}

type Batches = BoxStream<'static, Result<RecordBatch, parvis_engine::Error>>;

/// The datasets that rows of names name.
async fn chosen(catalogue: &Catalogue, mut batches: Batches) -> Result<Vec<Arc<Dataset>>> {
    let mut chosen = Vec::new();
    while let Some(batch) = batches.next().await {
        let names = table::names(std::slice::from_ref(&batch?))?;
        chosen.extend(names.iter().filter_map(|name| catalogue.find(name)).cloned());
    }
    Ok(chosen)
}

/// The datasets as the catalogue's JSON describes them: a bare array.
fn objects(datasets: Vec<Arc<Dataset>>, viewer: Viewer) -> Pieces {
    let piece = move |place: usize, dataset: &Dataset| {
        let between = if place == 0 { "" } else { ",\n" };
        format!("{between}{}", describe::dataset(dataset, &viewer)).into_bytes()
    };
    around(datasets, b"[".to_vec(), piece, b"]\n".to_vec())
}

fn columns() -> Vec<Column> {
    let last = METAS.len() - 1;
    let named = METAS.iter().enumerate().map(|(place, (name, kind))| {
        let key = if place == last {
            (*name).to_owned()
        } else {
            format!("{TEMPLATE}.{name}")
        };
        Column {
            label: key.clone(),
            key,
            kind: *kind,
        }
    });
    named.collect()
}

/// The datasets as rows of [`columns`].
fn batches(datasets: Vec<Arc<Dataset>>, viewer: Viewer) -> Batches {
    let chunks = (0..datasets.len()).step_by(CHUNK);
    let batches = chunks.map(move |start| {
        let chunk = &datasets[start..datasets.len().min(start + CHUNK)];
        let rows: Vec<Value> = chunk.iter().map(|dataset| row(dataset, &viewer)).collect();
        let columns = METAS
            .iter()
            .map(|(name, kind)| (*name, array(&rows, name, *kind), true));
        RecordBatch::try_from_iter_with_nullable(columns).map_err(parvis_engine::Error::from)
    });
    stream::iter(batches).boxed()
}

/// The basic template of a dataset, and its name.
fn row(dataset: &Dataset, viewer: &Viewer) -> Value {
    let mut row = describe::default_metas(dataset, viewer);
    row["datasetid"] = dataset.slug.as_str().into();
    row
}

fn array(rows: &[Value], name: &str, kind: ColumnKind) -> ArrayRef {
    let values = rows.iter().map(|row| &row[name]);
    match kind {
        ColumnKind::Int => Arc::new(values.map(Value::as_i64).collect::<Int64Array>()),
        ColumnKind::Boolean => Arc::new(values.map(Value::as_bool).collect::<BooleanArray>()),
        ColumnKind::TextList => {
            let mut lists = ListBuilder::new(StringBuilder::new());
            for value in values {
                let items = value.as_array();
                for item in items.into_iter().flatten().filter_map(Value::as_str) {
                    lists.values().append_value(item);
                }
                lists.append(items.is_some());
            }
            Arc::new(lists.finish())
        }
        // What is no text, such as a surface, is written as JSON.
        _ => {
            let text = |value: &Value| match value {
                Value::Null => None,
                Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            };
            Arc::new(values.map(text).collect::<StringArray>())
        }
    }
}

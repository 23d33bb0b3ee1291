//! Exports of the catalogue: whole datasets as the API describes them, or the rows that were selected.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, ListBuilder, RecordBatch, StringArray, StringBuilder};
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt as _};
use parvis_engine::ExportRequest;
use parvis_formats::{Column, ColumnKind, Format, Table, writer};
use parvis_model::Dataset;
use serde_json::Value;

use super::{Catalogue, complete, table};
use crate::export::{ExportBody, ExportOptions, encode, label_columns, packed};
use crate::{Clauses, Parvis, Result, Viewer, describe};

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

/// The formats that the catalogue can be had in, in the order of its list.
pub const FORMATS: [Format; 2] = [Format::Csv, Format::Json];

impl Parvis {
    /// Exports the datasets that match and that the viewer may see: whole ones when nothing is selected, else rows or groups.
    ///
    /// # Errors
    /// A clause cannot be read or has no meaning.
    pub async fn export_catalog(
        &self,
        viewer: &Viewer,
        clauses: &Clauses,
        options: ExportOptions,
        offset: u64,
    ) -> Result<ExportBody> {
        let catalogue = self.catalogue(viewer).await?;
        let context = self.catalogue_context(viewer);
        let mut parsed = clauses.parse(&catalogue.table.fields(&context))?;
        let whole = complete(&mut parsed.query);
        let request = ExportRequest {
            query: parsed.query,
            facets: parsed.facets,
            limit: options.limit,
            offset,
            context,
        };
        let export = catalogue.table.export(request).await?;
        let (format, compressed) = (options.format, options.compressed);
        let bytes = if !whole {
            let table = label_columns(export.table, catalogue.table.schema(), &viewer.lang);
            encode(export.batches, writer(format, table, options.writer)?, compressed)
        } else {
            let chosen = chosen(&catalogue, export.batches).await?;
            match format {
                Format::Json => packed(objects(chosen, viewer.clone()), compressed),
                _ => {
                    let table = Table {
                        columns: columns(),
                        timezone: viewer.timezone,
                    };
                    let batches = batches(chosen, viewer.clone());
                    encode(batches, writer(format, table, options.writer)?, compressed)
                }
            }
        };
        Ok(ExportBody::new(NAME, format, compressed, bytes))
    }
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
fn objects(datasets: Vec<Arc<Dataset>>, viewer: Viewer) -> BoxStream<'static, Result<Bytes>> {
    let count = datasets.len();
    let objects = datasets.into_iter().enumerate().map(move |(place, dataset)| {
        let start = if place == 0 { "[" } else { ",\n" };
        Ok(format!("{start}{}", describe::dataset(&dataset, &viewer)).into())
    });
    let end = if count == 0 { "[]\n" } else { "]\n" };
    stream::iter(objects.chain(std::iter::once(Ok(Bytes::from_static(end.as_bytes()))))).boxed()
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
        _ => Arc::new(values.map(Value::as_str).collect::<StringArray>()),
    }
}

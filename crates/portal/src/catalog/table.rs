//! The catalogue's columns (reference: catalogue field literals of the Explore API).

mod explore;
mod templates;

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Int64Array, ListBuilder, RecordBatch, StringArray, StringBuilder,
    TimestampMillisecondArray,
};
use chrono::{DateTime, Utc};
use parvis_formats::layout;
use parvis_model::{Annotations, Dataset, Field, FieldType, Schema};
use parvis_odsql::{Expr, ExprKind, OrderItem, SelectItem, Span};

use super::popularity::Popularities;
use crate::describe::{features, geometry_types, plain_text};
use crate::{Error, Result, describe};

/// The column that names a dataset.
const NAME: &str = "dataset_id";

/// How a column is filled from a dataset.
enum Fill {
    Text(fn(&Dataset, &str) -> Option<String>),
    Texts(fn(&Dataset) -> Vec<String>),
    Int(fn(&Dataset) -> i64),
    Flag(fn(&Dataset) -> bool),
    Time(fn(&Dataset) -> Option<DateTime<Utc>>),
    /// The text of a GeoJSON geometry.
    Shape(fn(&Dataset) -> Option<String>),
}

struct Column {
    name: &'static str,
    facet: bool,
    /// Also known as `default.<name>`.
    basic: bool,
    fill: Fill,
}

const fn column(name: &'static str, facet: bool, basic: bool, fill: Fill) -> Column {
    Column {
        name,
        facet,
        basic,
        fill,
    }
}

const COLUMNS: &[Column] = &[
    column(NAME, false, false, Fill::Text(|dataset, _| Some(dataset.slug.clone()))),
    column(
        "datasetid",
        false,
        false,
        Fill::Text(|dataset, _| Some(dataset.slug.clone())),
    ),
    column(
        "dataset_uid",
        false,
        false,
        Fill::Text(|dataset, _| Some(dataset.uid.as_str().to_owned())),
    ),
    column(
        "visibility",
        false,
        false,
        Fill::Text(|dataset, _| Some(visibility(dataset).to_owned())),
    ),
    column(
        "has_records",
        false,
        false,
        Fill::Flag(|dataset| dataset.version.is_some()),
    ),
    column(
        "features",
        true,
        false,
        Fill::Texts(|dataset| features(dataset).iter().map(|&name| name.to_owned()).collect()),
    ),
    column(
        "title",
        false,
        true,
        Fill::Text(|dataset, lang| Some(dataset.title(lang).to_owned())),
    ),
    column(
        "description",
        false,
        true,
        Fill::Text(|dataset, lang| dataset.metas.description.get(lang, "fr").map(plain_text)),
    ),
    column("theme", true, true, Fill::Texts(|dataset| dataset.metas.theme.clone())),
    column(
        "keyword",
        true,
        true,
        Fill::Texts(|dataset| dataset.metas.keyword.clone()),
    ),
    column(
        "publisher",
        true,
        true,
        Fill::Text(|dataset, _| dataset.metas.publisher.clone()),
    ),
    column(
        "license",
        true,
        true,
        Fill::Text(|dataset, _| dataset.metas.license.clone()),
    ),
    column(
        "license_url",
        false,
        true,
        Fill::Text(|dataset, _| dataset.metas.license_url.clone()),
    ),
    column(
        "references",
        false,
        true,
        Fill::Text(|dataset, _| dataset.metas.references.clone()),
    ),
    column(
        "attributions",
        false,
        true,
        Fill::Texts(|dataset| dataset.metas.attributions.clone()),
    ),
    column("modified", true, true, Fill::Time(|dataset| Some(dataset.modified()))),
    column(
        "data_processed",
        false,
        true,
        Fill::Time(|dataset| dataset.version.as_ref().map(|version| version.created_at)),
    ),
    column(
        "metadata_processed",
        false,
        true,
        Fill::Time(|dataset| Some(dataset.updated_at)),
    ),
    column(
        "source_dataset",
        false,
        true,
        Fill::Text(|dataset, _| Some(dataset.slug.clone())),
    ),
    column(
        "metadata_languages",
        false,
        true,
        Fill::Texts(|dataset| dataset.metas.title.0.keys().cloned().collect()),
    ),
    column(
        "modified_updates_on_data_change",
        false,
        true,
        Fill::Flag(|dataset| dataset.metas.modified.is_none()),
    ),
    column(
        "modified_updates_on_metadata_change",
        false,
        true,
        Fill::Flag(|_| false),
    ),
    column("geographic_reference_auto", false, true, Fill::Flag(|_| false)),
    column("federated", false, true, Fill::Flag(|_| false)),
    column("geometry_types", true, true, Fill::Texts(geometry_types)),
    column("bbox", false, true, Fill::Shape(bbox)),
    column(
        "records_count",
        false,
        true,
        Fill::Int(|dataset| i64::try_from(dataset.records_count()).unwrap_or(i64::MAX)),
    ),
];

/// The surface that the places of a dataset lie in.
fn bbox(dataset: &Dataset) -> Option<String> {
    Some(describe::bbox(dataset)?.to_string())
}

/// `visibility` of the API.
pub(crate) fn visibility(dataset: &Dataset) -> &'static str {
    if dataset.restricted { "restricted" } else { "domain" }
}

fn field(column: &Column, name: String) -> Field {
    let field_type = match column.fill {
        Fill::Text(_) | Fill::Texts(_) => FieldType::Text,
        Fill::Int(_) => FieldType::Int,
        Fill::Flag(_) => FieldType::Boolean,
        Fill::Time(_) => FieldType::Datetime,
        Fill::Shape(_) => FieldType::GeoShape,
    };
    let multivalued = matches!(column.fill, Fill::Texts(_)).then(|| ",".to_owned());
    let facet = column.facet && name == column.name;
    Field {
        annotations: Annotations {
            facet,
            multivalued,
            sortable: true,
            ..Annotations::default()
        },
        ..Field::new(name, field_type)
    }
}

/// Every column and the name it goes by; those of the basic template go by two.
fn named_columns() -> impl Iterator<Item = (&'static Column, String)> {
    let plain = COLUMNS.iter().map(|column| (column, column.name.to_owned()));
    let prefixed = COLUMNS
        .iter()
        .filter(|column| column.basic)
        .map(|column| (column, format!("default.{}", column.name)));
    plain.chain(prefixed)
}

/// The catalogue as a table: its columns, and one row per dataset, in the given order, texts in `lang`. A dataset without a
/// published version has a row too: the use-cases hide it from those who may not see it.
pub(crate) fn table(
    datasets: &[Arc<Dataset>],
    lang: &str,
    popularities: &Popularities,
) -> Result<(Schema, RecordBatch)> {
    let published: Vec<&Dataset> = datasets
        .iter()
        .map(|dataset| &**dataset)
        .filter(|dataset| dataset.version.is_some())
        .collect();
    let mut fields: Vec<Field> = named_columns().map(|(column, name)| field(column, name)).collect();
    let mut columns: Vec<ArrayRef> = named_columns()
        .map(|(column, _)| array(&column.fill, &published, lang))
        .collect();
    let explore = explore::columns(&published, popularities);
    for (field, column) in templates::columns(&published).into_iter().chain(explore) {
        fields.push(field);
        columns.push(column);
    }
    let schema = Schema { fields };
    let batch = RecordBatch::try_new(layout::arrow_schema(&schema), columns);
    Ok((schema, batch.map_err(|error| Error::Internal(error.to_string()))?))
}

fn array(fill: &Fill, datasets: &[&Dataset], lang: &str) -> ArrayRef {
    match fill {
        Fill::Text(text) => Arc::new(
            datasets
                .iter()
                .map(|dataset| text(dataset, lang))
                .collect::<StringArray>(),
        ),
        Fill::Texts(of) => texts(datasets.iter().map(|dataset| of(dataset))),
        Fill::Int(number) => Arc::new(datasets.iter().map(|dataset| number(dataset)).collect::<Int64Array>()),
        Fill::Flag(flag) => Arc::new(
            datasets
                .iter()
                .map(|dataset| Some(flag(dataset)))
                .collect::<BooleanArray>(),
        ),
        Fill::Shape(shape) => Arc::new(datasets.iter().map(|dataset| shape(dataset)).collect::<StringArray>()),
        Fill::Time(time) => times(datasets.iter().map(|dataset| time(dataset))),
    }
}

/// A column of several texts; none is null.
fn texts(values: impl Iterator<Item = Vec<String>>) -> ArrayRef {
    let mut builder = ListBuilder::new(StringBuilder::new());
    for values in values {
        for value in &values {
            builder.values().append_value(value);
        }
        builder.append(!values.is_empty());
    }
    Arc::new(builder.finish())
}

fn times(values: impl Iterator<Item = Option<DateTime<Utc>>>) -> ArrayRef {
    let millis: TimestampMillisecondArray = values.map(|time| time.map(|time| time.timestamp_millis())).collect();
    Arc::new(millis.with_timezone("UTC"))
}

fn name_of(field: &str) -> Expr {
    Expr {
        kind: ExprKind::Field(field.to_owned()),
        span: Span::default(),
    }
}

/// `select dataset_id`.
pub(crate) fn select_name() -> Vec<SelectItem> {
    vec![SelectItem::Expr {
        expr: name_of(NAME),
        label: None,
        text: NAME.to_owned(),
    }]
}

/// `order by modified desc, dataset_id`.
pub(crate) fn newest_first() -> Vec<OrderItem> {
    let by = |field: &str, descending| OrderItem {
        expr: name_of(field),
        text: field.to_owned(),
        descending,
    };
    vec![by("modified", true), by(NAME, false)]
}

/// The slugs in an answer to [`select_name`].
pub(crate) fn names(batches: &[RecordBatch]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for batch in batches {
        let column = batch.column(0).as_any().downcast_ref::<StringArray>();
        let column = column.ok_or_else(|| Error::Internal("the catalogue gave no names".to_owned()))?;
        names.extend((0..column.len()).map(|row| column.value(row).to_owned()));
    }
    Ok(names)
}

//! The physical columns of a version: the dataset's fields as they lie in `data.parquet` and in memory.
//!
//! A point is two columns of numbers, so that the minimum and maximum of a page exclude a box; everything else is one column of
//! the type that `parvis_formats::layout` gives it. Two more columns end the table: the record's number and its hash.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StructArray};
use arrow::compute::nullif;
use arrow::datatypes::{DataType, Field as ArrowField, Float64Type, Schema as ArrowSchema, SchemaRef};
use parvis_formats::layout;
use parvis_model::{Field, FieldType, Schema};

use crate::Error;
use crate::hash::record_hashes;

/// Number of the record, from 0, in the publisher's order.
pub(crate) const ROW: &str = "__row";
/// Hash of the record: see [`record_hashes`].
pub(crate) const HASH: &str = "__hash";

/// The column that holds `name`; of a point, the stem of its two columns. Ours begin with `__`, so a field that does is moved.
pub(crate) fn column(name: &str) -> String {
    if name.starts_with("__") {
        format!("={name}")
    } else {
        name.to_owned()
    }
}

/// The column of longitudes of a point field.
pub(crate) fn lon(name: &str) -> String {
    format!("{}.lon", column(name))
}

/// The column of latitudes of a point field.
pub(crate) fn lat(name: &str) -> String {
    format!("{}.lat", column(name))
}

/// The columns that hold a field, in order.
pub(crate) fn columns_of(field: &Field) -> Vec<(String, DataType)> {
    if field.field_type == FieldType::GeoPoint2d {
        vec![
            (lon(&field.name), DataType::Float64),
            (lat(&field.name), DataType::Float64),
        ]
    } else {
        vec![(column(&field.name), layout::data_type(field))]
    }
}

/// The physical schema of a dataset.
pub(crate) fn physical_schema(schema: &Schema) -> SchemaRef {
    let mut fields: Vec<ArrowField> = schema
        .fields
        .iter()
        .flat_map(columns_of)
        .map(|(name, data_type)| ArrowField::new(name, data_type, true))
        .collect();
    fields.push(ArrowField::new(ROW, DataType::Int64, false));
    fields.push(ArrowField::new(HASH, DataType::Int64, false));
    Arc::new(ArrowSchema::new(fields))
}

/// The longitudes and latitudes of a column of points; both are null where the point is.
fn split_point(points: &StructArray) -> Result<[ArrayRef; 2], Error> {
    let absent = arrow::compute::is_null(points)?;
    let mut absent_any = absent;
    for part in points.columns() {
        absent_any = arrow::compute::or(&absent_any, &arrow::compute::is_null(part)?)?;
    }
    let part = |i: usize| nullif(points.column(i), &absent_any);
    Ok([part(0)?, part(1)?])
}

/// Numbers whose zeros have no sign: Arrow tells `-0.0` from `0.0`, when it compares, sorts and groups.
fn one_zero(array: &ArrayRef) -> ArrayRef {
    let signed = |number: &f64| *number == 0.0 && number.is_sign_negative();
    match array.as_primitive_opt::<Float64Type>() {
        Some(numbers) if numbers.values().iter().any(signed) => {
            Arc::new(numbers.unary::<_, Float64Type>(|number| number + 0.0))
        }
        _ => Arc::clone(array),
    }
}

/// A batch in the layout of `parvis_formats::layout` as physical columns; `first` is the number of its first record.
pub(crate) fn flatten(
    schema: &Schema,
    physical: &SchemaRef,
    batch: &RecordBatch,
    first: i64,
) -> Result<RecordBatch, Error> {
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(physical.fields().len());
    for (field, array) in schema.fields.iter().zip(batch.columns()) {
        let wanted = layout::data_type(field);
        if *array.data_type() != wanted {
            let found = array.data_type();
            return Err(Error::Internal(format!(
                "column {} is {found}, not {wanted}",
                field.name
            )));
        }
        match array.as_struct_opt() {
            Some(points) => columns.extend(split_point(points)?.iter().map(one_zero)),
            None => columns.push(one_zero(array)),
        }
    }
    let hashed = hashed_columns(schema, &columns);
    let rows = i64::try_from(batch.num_rows()).expect("a batch fits in memory");
    let hashes = record_hashes(&hashed, batch.num_rows())?;
    columns.push(Arc::new(Int64Array::from_iter_values(first..first + rows)));
    columns.push(Arc::new(Int64Array::from(hashes)));
    Ok(RecordBatch::try_new(Arc::clone(physical), columns)?)
}

/// The columns that make a record's identity: those annotated `id`, else all.
fn hashed_columns(schema: &Schema, columns: &[ArrayRef]) -> Vec<ArrayRef> {
    let any_id = schema.fields.iter().any(|field| field.annotations.id);
    let keep = schema.fields.iter().flat_map(|field| {
        let kept = !any_id || field.annotations.id;
        columns_of(field).into_iter().map(move |_| kept)
    });
    let columns = columns.iter().zip(keep).filter(|(_, kept)| *kept);
    columns.map(|(column, _)| Arc::clone(column)).collect()
}

/// One column of points from its two physical columns.
pub(crate) fn join_point(lon: &ArrayRef, lat: &ArrayRef) -> Result<ArrayRef, Error> {
    let nulls = lon.logical_nulls();
    let parts = vec![Arc::clone(lon), Arc::clone(lat)];
    Ok(Arc::new(StructArray::try_new(layout::point_fields(), parts, nulls)?))
}

//! The Arrow type of each field: the layout of every batch that this crate reads or writes.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field as ArrowField, Fields, Schema as ArrowSchema, SchemaRef, TimeUnit};
use parvis_model::{Field, FieldType, Schema};

/// The Arrow type of a field's column:
/// text `Utf8` (a list of it when multivalued), int `Int64`, double `Float64`, boolean `Boolean`, date `Date32`,
/// datetime `Timestamp(ms, "UTC")`, point `Struct<lon: Float64, lat: Float64>`, shape and JSON `Utf8`.
pub fn data_type(field: &Field) -> DataType {
    match field.field_type {
        FieldType::Text if field.is_multivalued() => text_list(),
        FieldType::Text | FieldType::GeoShape | FieldType::JsonBlob => DataType::Utf8,
        FieldType::Int => DataType::Int64,
        FieldType::Double => DataType::Float64,
        FieldType::Boolean => DataType::Boolean,
        FieldType::Date => DataType::Date32,
        FieldType::Datetime => timestamp(),
        FieldType::GeoPoint2d => DataType::Struct(point_fields()),
    }
}

/// `List<Utf8>`, the type of a multivalued text.
pub fn text_list() -> DataType {
    DataType::List(Arc::new(ArrowField::new_list_field(DataType::Utf8, true)))
}

/// The type of an instant.
pub fn timestamp() -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))
}

/// The two numbers of a point, in degrees.
pub fn point_fields() -> Fields {
    Fields::from(vec![
        ArrowField::new("lon", DataType::Float64, true),
        ArrowField::new("lat", DataType::Float64, true),
    ])
}

/// The Arrow schema of a dataset: one nullable column per field, in order.
pub fn arrow_schema(schema: &Schema) -> SchemaRef {
    let fields: Vec<ArrowField> = schema
        .fields
        .iter()
        .map(|field| ArrowField::new(&field.name, data_type(field), true))
        .collect();
    Arc::new(ArrowSchema::new(fields))
}

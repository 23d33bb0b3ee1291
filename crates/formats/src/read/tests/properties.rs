use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray, TimestampMillisecondArray,
};
use chrono_tz::Tz;
use parvis_model::{Field, Schema};
use proptest::prelude::*;

use super::*;
use crate::output::{Column, ColumnKind, Format, Table, WriterOptions};
use crate::read::csv::Dialect;
use crate::read::csv::rows::Block;
use crate::read::csv::splitter::last_record_end;
use crate::write::writer;

/// Every cell of a text, by the row splitter.
fn cells(text: &[u8], dialect: Dialect) -> Vec<Vec<u8>> {
    let (mut block, mut position, mut cells) = (Block::default(), 0, Vec::new());
    while position < text.len() {
        block.split(text, &mut position, dialect, 3);
        cells.extend(
            block
                .cells
                .iter()
                .map(|cell| cell.bytes(text, dialect.quote).into_owned()),
        );
    }
    cells
}

fn options(schema: &Schema) -> InspectOptions {
    let forced = |field: &Field| FieldOverride {
        name: field.name.clone(),
        field_type: Some(field.field_type),
        ..FieldOverride::default()
    };
    InspectOptions {
        fields: schema.fields.iter().map(forced).collect(),
        ..InspectOptions::default()
    }
}

prop_compose! {
    fn batch()(rows in proptest::collection::vec((
        proptest::option::of("[a-zé \";,\n\r\\\\\t]{1,12}"),
        proptest::option::of(any::<i64>()),
        proptest::option::of(proptest::num::f64::NORMAL | proptest::num::f64::ZERO),
        proptest::option::of(any::<bool>()),
        proptest::option::of(-500_000..500_000_i32),
        proptest::option::of(-4_000_000_000_000..4_000_000_000_000_i64),
    ), 1..40)) -> (Schema, RecordBatch) {
        use FieldType::{Boolean, Date, Datetime, Double, Int, Text};
        let names = [("t", Text), ("i", Int), ("f", Double), ("b", Boolean), ("d", Date), ("s", Datetime)];
        let schema = Schema { fields: names.into_iter().map(|(name, of)| Field::new(name, of)).collect() };
        let columns: Vec<ArrayRef> = vec![
            Arc::new(rows.iter().map(|row| row.0.clone()).collect::<StringArray>()),
            Arc::new(rows.iter().map(|row| row.1).collect::<Int64Array>()),
            Arc::new(rows.iter().map(|row| row.2).collect::<Float64Array>()),
            Arc::new(rows.iter().map(|row| row.3).collect::<BooleanArray>()),
            Arc::new(rows.iter().map(|row| row.4).collect::<Date32Array>()),
            Arc::new(rows.iter().map(|row| row.5).collect::<TimestampMillisecondArray>().with_timezone("UTC")),
        ];
        let batch = RecordBatch::try_new(layout::arrow_schema(&schema), columns).unwrap();
        (schema, batch)
    }
}

fn written(schema: &Schema, batch: &RecordBatch, format: Format) -> Vec<u8> {
    let columns = schema.fields.iter();
    let columns = columns
        .map(|field| Column {
            key: field.name.clone(),
            label: field.name.clone(),
            kind: ColumnKind::of(field),
        })
        .collect();
    let mut writer = writer(
        format,
        Table {
            columns,
            timezone: Tz::Europe__Paris,
        },
        WriterOptions::default(),
    )
    .unwrap()
    .in_turn();
    let mut out = Vec::new();
    writer.start(&mut out).unwrap();
    writer.batch(batch, &mut out).unwrap();
    writer.finish(&mut out).unwrap();
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_written_is_read_back((schema, batch) in batch()) {
        for (name, format) in [("a.csv", Format::Csv), ("a.json", Format::Json), ("a.jsonl", Format::Jsonl)] {
            let bytes = written(&schema, &batch, format);
            let read = try_read(name, &bytes, &options(&schema)).unwrap();
            prop_assert_eq!(&read.problems, &Vec::new(), "{}", String::from_utf8_lossy(&bytes));
            prop_assert_eq!(&read.batch, &batch, "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn every_format_writes_any_values((schema, batch) in batch(), place in any::<(f64, f64)>()) {
        let number = |value: f64| Arc::new(Float64Array::from(vec![value; batch.num_rows()])) as ArrayRef;
        let points = arrow::array::StructArray::new(layout::point_fields(), vec![number(place.0), number(place.1)], None);
        let mut columns: Vec<(String, ArrayRef)> = Vec::new();
        for (field, array) in schema.fields.iter().zip(batch.columns()) {
            columns.push((field.name.clone(), Arc::clone(array)));
        }
        columns.push(("place".to_owned(), Arc::new(points)));
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let mut schema = schema;
        schema.fields.push(Field::new("place", FieldType::GeoPoint2d));
        for format in Format::ALL {
            prop_assert!(!written(&schema, &batch, format).is_empty() || format == Format::Ov2);
        }
    }

    #[test]
    fn cutting_a_text_never_changes_its_cells(text in "[a\";\n\r]{0,60}", cut in 0..60_usize) {
        let dialect = Dialect { delimiter: b';', ..Dialect::default() };
        let text = text.as_bytes();
        let head = &text[..cut.min(text.len())];
        if let Some(end) = last_record_end(head, dialect, false) {
            let mut parts = cells(&text[..end], dialect);
            parts.extend(cells(&text[end..], dialect));
            prop_assert_eq!(parts, cells(text, dialect));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = try_read("a.csv", &bytes, &InspectOptions::default());
    }

    #[test]
    fn texts_that_look_like_json_are_read_or_refused_without_panic(text in "[\\[\\]{}\":, an1.\n]{0,80}", start in "\\[\\{|\\{\"a\":|\\{\"features\":\\[") {
        let _ = try_read("a.json", format!("{start}{text}").as_bytes(), &InspectOptions::default());
    }
}

use std::sync::Arc;

use arrow::array::{
    Array as _, ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, ListBuilder, StringArray, StringBuilder,
    StructArray, TimestampMillisecondArray,
};
use arrow::record_batch::RecordBatch;
use chrono_tz::Tz;
use parvis_model::{ErrorCode, Precision};

use super::writer;
use crate::layout::point_fields;
use crate::output::{Column, ColumnKind, Format, Needs, ParquetCompression, Table, WriterOptions};
use crate::write::arrow_ipc::arrow_rows;
use crate::write::json::json_rows;

/// Two records of every kind of column, the second of nulls.
fn example() -> (Table, RecordBatch) {
    let mut list = ListBuilder::new(StringBuilder::new());
    list.append_value([Some("un"), Some("deux; trois")]);
    list.append_null();
    let number = |value| Arc::new(Float64Array::from(vec![Some(value), None])) as ArrayRef;
    let nulls = Some(vec![true, false].into());
    let shape = "{\"type\":\"Point\",\n\"coordinates\":[1,2]}";
    let columns: Vec<(&str, ColumnKind, ArrayRef)> = vec![
        (
            "nom",
            ColumnKind::Text,
            Arc::new(StringArray::from(vec![Some("L'\"été\"\n\u{1}"), None])),
        ),
        ("listes", ColumnKind::TextList, Arc::new(list.finish())),
        (
            "int",
            ColumnKind::Int,
            Arc::new(Int64Array::from(vec![Some(i64::MIN), None])),
        ),
        ("double", ColumnKind::Double, number(12.0)),
        (
            "ok",
            ColumnKind::Boolean,
            Arc::new(BooleanArray::from(vec![Some(true), None])),
        ),
        (
            "jour",
            ColumnKind::Date(None),
            Arc::new(Date32Array::from(vec![Some(19_874), None])),
        ),
        (
            "mois",
            ColumnKind::Date(Some(Precision::Month)),
            Arc::new(Date32Array::from(vec![Some(6574), None])),
        ),
        (
            "instant",
            ColumnKind::Datetime,
            Arc::new(TimestampMillisecondArray::from(vec![Some(1_771_785_040_000), None]).with_timezone("UTC")),
        ),
        (
            "point",
            ColumnKind::GeoPoint,
            Arc::new(StructArray::new(
                point_fields(),
                vec![number(2.35), number(48.85)],
                nulls,
            )),
        ),
        (
            "forme",
            ColumnKind::GeoShape,
            Arc::new(StringArray::from(vec![Some(shape), None])),
        ),
        (
            "blob",
            ColumnKind::Json,
            Arc::new(StringArray::from(vec![Some("[1, 2]"), None])),
        ),
    ];
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.iter().map(|(key, _, array)| (*key, Arc::clone(array), true)))
            .unwrap();
    let columns = columns
        .into_iter()
        .map(|(key, kind, _)| Column {
            key: key.to_owned(),
            label: key.to_uppercase(),
            kind,
        })
        .collect();
    (
        Table {
            columns,
            timezone: Tz::Europe__Paris,
        },
        batch,
    )
}

fn written(format: Format, options: WriterOptions) -> Vec<u8> {
    let (table, batch) = example();
    let mut writer = writer(format, table, options).unwrap().in_turn();
    let mut out = Vec::new();
    writer.start(&mut out).unwrap();
    writer.batch(&batch, &mut out).unwrap();
    writer.batch(&batch.slice(0, 0), &mut out).unwrap();
    writer.finish(&mut out).unwrap();
    out
}

const FIRST: &str = "{\"nom\":\"L'\\\"été\\\"\\n\\u0001\",\"listes\":[\"un\",\"deux; trois\"],\"int\":-9223372036854775808,\
    \"double\":12.0,\"ok\":true,\"jour\":\"2024-05-31\",\"mois\":\"1988-01\",\"instant\":\"2026-02-22T19:30:40+01:00\",\
    \"point\":{\"lon\":2.35,\"lat\":48.85},\
    \"forme\":{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\", \"coordinates\":[1,2]},\"properties\":{}},\
    \"blob\":[1, 2]}";
const SECOND: &str = "{\"nom\":null,\"listes\":null,\"int\":null,\"double\":null,\"ok\":null,\"jour\":null,\"mois\":null,\
    \"instant\":null,\"point\":null,\"forme\":null,\"blob\":null}";

#[test]
fn json_has_the_shapes_of_the_api() {
    let text = String::from_utf8(written(Format::Json, WriterOptions::default())).unwrap();
    assert_eq!(text, format!("[{FIRST},\n{SECOND}]\n"));
    serde_json::from_str::<serde_json::Value>(&text).unwrap();
    let text = String::from_utf8(written(Format::Jsonl, WriterOptions::default())).unwrap();
    assert_eq!(text, format!("{FIRST}\n{SECOND}\n"));
    let (table, batch) = example();
    let mut out = Vec::new();
    json_rows(&table, &batch, &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), format!("{FIRST},{SECOND}"));
}

#[test]
fn geojson_takes_the_shape_and_keeps_the_point_as_a_property() {
    let text = String::from_utf8(written(Format::Geojson, WriterOptions::default())).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let features = value["features"].as_array().unwrap();
    assert_eq!(features[0]["geometry"]["coordinates"], serde_json::json!([1, 2]));
    assert_eq!(features[0]["properties"]["point"]["lat"], 48.85);
    assert!(features[0]["properties"].get("forme").is_none());
    assert!(features[1]["geometry"].is_null());
    assert_eq!(value["type"], "FeatureCollection");
}

#[test]
fn csv_quotes_what_must_be_and_nothing_else() {
    let text = String::from_utf8(written(Format::Csv, WriterOptions::default())).unwrap();
    let expected = "\u{FEFF}nom;listes;int;double;ok;jour;mois;instant;point;forme;blob\r\n\
        \"L'\"\"été\"\"\n\u{1}\";\"un,deux; trois\";-9223372036854775808;12.0;true;2024-05-31;1988-01;\
        2026-02-22T19:30:40+01:00;48.85, 2.35;\"{\"\"type\"\":\"\"Point\"\",\n\"\"coordinates\"\":[1,2]}\";[1, 2]\r\n\
        ;;;;;;;;;;\r\n";
    assert_eq!(text, expected);
    let options = WriterOptions {
        delimiter: b',',
        list_separator: "|".to_owned(),
        quote_all: true,
        with_bom: false,
        use_labels: true,
        ..WriterOptions::default()
    };
    let text = String::from_utf8(written(Format::Csv, options)).unwrap();
    assert!(text.starts_with("\"NOM\",\"LISTES\","), "{text}");
    assert!(text.contains("\"un|deux; trois\",-9223372036854775808,12.0,"), "{text}");
    assert!(text.contains(",\"48.85, 2.35\","), "{text}");
}

#[test]
fn labels_are_the_keys_of_every_format_when_asked_for() {
    let options = || WriterOptions {
        use_labels: true,
        ..WriterOptions::default()
    };
    for (format, key) in [
        (Format::Json, "{\"NOM\":\"L'"),
        (Format::Jsonl, "{\"NOM\":\"L'"),
        (Format::Geojson, "\"properties\":{\"NOM\":"),
    ] {
        let text = String::from_utf8(written(format, options())).unwrap();
        assert!(text.contains(key) && !text.contains("\"nom\""), "{text}");
    }
    let bytes = bytes::Bytes::from(written(Format::Parquet, options()));
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap();
    let names: Vec<_> = reader
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    assert_eq!(names[..3], ["NOM", "LISTES", "INT"]);
}

#[test]
fn no_two_columns_are_called_alike_whatever_their_labels() {
    let keys = |columns: &[(&str, &str)]| {
        let columns = columns.iter().map(|(key, label)| Column {
            key: (*key).to_owned(),
            label: (*label).to_owned(),
            kind: ColumnKind::Text,
        });
        let table = Table {
            columns: columns.collect(),
            timezone: Tz::UTC,
        };
        let named = table.labelled().columns;
        named.into_iter().map(|column| column.key).collect::<Vec<_>>()
    };
    assert_eq!(keys(&[("a", "Un"), ("b", "Deux")]), ["Un", "Deux"]);
    assert_eq!(keys(&[("a", "Un"), ("b", "Un"), ("c", "Trois")]), ["a", "b", "Trois"]);
    assert_eq!(
        keys(&[("a", "b"), ("b", "a")]),
        ["b", "a"],
        "each other's names are no trouble"
    );
    let chain = [("a", "x"), ("b", "x"), ("c", "a"), ("d", "c"), ("e", "Libre")];
    assert_eq!(keys(&chain), ["a", "b", "c", "d", "Libre"]);
}

#[test]
fn a_null_in_the_only_column_is_a_line_that_is_not_empty() {
    let (table, batch) = example();
    let table = Table {
        columns: table.columns[..1].to_vec(),
        ..table
    };
    let mut writer = writer(Format::Csv, table, WriterOptions::default()).unwrap().in_turn();
    let mut out = Vec::new();
    writer
        .batch(&batch.project(&[0]).unwrap().slice(1, 1), &mut out)
        .unwrap();
    assert_eq!(out, b"\"\"\r\n");
}

#[test]
fn parquet_is_read_back_by_its_own_library() {
    for compression in [ParquetCompression::Snappy, ParquetCompression::Zstd] {
        let bytes = written(
            Format::Parquet,
            WriterOptions {
                parquet_compression: compression,
                ..Default::default()
            },
        );
        let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes));
        let reader = reader.unwrap();
        let metadata = reader.metadata().file_metadata().key_value_metadata().unwrap().clone();
        let geo = metadata.iter().find(|pair| pair.key == "geo").unwrap();
        let geo: serde_json::Value = serde_json::from_str(geo.value.as_ref().unwrap()).unwrap();
        assert_eq!(geo["primary_column"], "forme");
        assert_eq!(
            geo["columns"]["point"],
            serde_json::json!({"encoding": "WKB", "geometry_types": ["Point"], "bbox": [2.35, 48.85, 2.35, 48.85]})
        );
        let batches: Vec<_> = reader.build().unwrap().map(Result::unwrap).collect();
        assert_eq!(batches.len(), 1);
        with_places_as_binary(&batches[0]);
    }
}

#[test]
fn an_arrow_stream_is_read_back_by_its_own_library() {
    let bytes = written(Format::Arrow, WriterOptions::default());
    let stream = arrow::ipc::reader::StreamReader::try_new(bytes.as_slice(), None).unwrap();
    let batches: Vec<_> = stream
        .map(Result::unwrap)
        .filter(|batch| batch.num_rows() > 0)
        .collect();
    assert_eq!(batches.len(), 1);
    with_places_as_binary(&batches[0]);
}

/// The columns of the example, its places as well-known binary.
#[test]
fn a_page_in_an_arrow_stream_holds_its_rows_and_its_notes() {
    let (table, batch) = example();
    let notes = std::collections::HashMap::from([("total_count".to_owned(), "12".to_owned())]);
    for batches in [vec![batch.clone()], vec![batch.slice(0, 0)], Vec::new()] {
        let bytes = arrow_rows(&table, &batches, notes.clone()).unwrap();
        let stream = arrow::ipc::reader::StreamReader::try_new(bytes.as_slice(), None).unwrap();
        assert_eq!(stream.schema().metadata(), &notes);
        assert_eq!(stream.schema().fields().len(), table.columns.len());
        let read: usize = stream.map(|batch| batch.unwrap().num_rows()).sum();
        assert_eq!(read, batches.iter().map(RecordBatch::num_rows).sum::<usize>());
    }
}

fn with_places_as_binary(read: &RecordBatch) {
    let (table, batch) = example();
    for (index, column) in table.columns.iter().enumerate() {
        if matches!(column.kind, ColumnKind::GeoPoint | ColumnKind::GeoShape) {
            let binary: &arrow::array::BinaryArray = read.column(index).as_any().downcast_ref().unwrap();
            assert_eq!((binary.value(0).len(), binary.is_null(1)), (21, true), "{}", column.key);
        } else {
            assert_eq!(read.column(index), batch.column(index), "{}", column.key);
        }
    }
}

#[test]
fn every_format_is_written_with_labels_and_without_records() {
    for format in Format::ALL {
        let labelled = WriterOptions {
            use_labels: true,
            ..WriterOptions::default()
        };
        assert!(!written(format, labelled.clone()).is_empty(), "{}", format.name());
        let (table, batch) = example();
        let mut writer = writer(format, table, labelled).unwrap().in_turn();
        let mut out = Vec::new();
        writer.start(&mut out).unwrap();
        writer.batch(&batch.slice(0, 0), &mut out).unwrap();
        writer.finish(&mut out).unwrap();
    }
}

#[test]
fn a_table_without_a_place_or_a_day_is_no_layer_and_no_calendar() {
    for format in Format::ALL {
        let (mut table, _) = example();
        table.columns.truncate(5);
        let written = writer(format, table, WriterOptions::default());
        let needs = format.needs() != Needs::Nothing && format != Format::Geojson;
        assert_eq!(written.is_err(), needs, "{}", format.name());
    }
}

#[test]
fn a_projection_is_known_to_the_format_or_refused() {
    let projected = |format, epsg| {
        let options = WriterOptions {
            epsg,
            ..WriterOptions::default()
        };
        writer(format, example().0, options)
            .map(drop)
            .map_err(|error| error.code())
    };
    assert_eq!(projected(Format::Geojson, 2154), Ok(()));
    for (format, epsg) in [(Format::Geojson, 1), (Format::Kml, 2154), (Format::Parquet, 3857)] {
        assert_eq!(projected(format, epsg), Err(ErrorCode::InvalidRESTParameterError));
    }
}

#[test]
fn numbers_that_json_does_not_have_are_null() {
    let mut out = Vec::new();
    for value in [f64::NAN, f64::INFINITY, 1e300, -0.5, 1e-7] {
        super::value::push_double(value, &mut out);
        out.push(b' ');
    }
    assert_eq!(String::from_utf8(out).unwrap(), "null null 1e+300 -0.5 1e-7 ");
}

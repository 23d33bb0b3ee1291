use std::io::Write;
use std::path::PathBuf;

use arrow::array::AsArray;
use arrow::compute::concat_batches;
use arrow::datatypes::{Date32Type, Float64Type, Int64Type};
use arrow::record_batch::RecordBatch;
use parvis_model::{FieldType, Precision};
use tempfile::TempDir;

use super::inspect::{FieldOverride, InputFormat, InspectOptions, Inspection, inspect, open};
use crate::source::Problem;
use crate::{Error, layout};

struct Read {
    inspection: Inspection,
    batch: RecordBatch,
    problems: Vec<Problem>,
}

impl Read {
    fn types(&self) -> Vec<(&str, FieldType)> {
        self.inspection
            .schema
            .fields
            .iter()
            .map(|field| (field.name.as_str(), field.field_type))
            .collect()
    }

    fn texts(&self, column: &str) -> Vec<Option<&str>> {
        self.batch
            .column_by_name(column)
            .unwrap()
            .as_string::<i32>()
            .iter()
            .collect()
    }

    fn ints(&self, column: &str) -> Vec<Option<i64>> {
        self.batch
            .column_by_name(column)
            .unwrap()
            .as_primitive::<Int64Type>()
            .iter()
            .collect()
    }

    fn doubles(&self, column: &str) -> Vec<Option<f64>> {
        self.batch
            .column_by_name(column)
            .unwrap()
            .as_primitive::<Float64Type>()
            .iter()
            .collect()
    }

    fn points(&self, column: &str) -> Vec<Option<(f64, f64)>> {
        let point = self.batch.column_by_name(column).unwrap().as_struct();
        let numbers = |index: usize| point.column(index).as_primitive::<Float64Type>();
        numbers(0)
            .iter()
            .zip(numbers(1).iter())
            .map(|(lon, lat)| lon.zip(lat))
            .collect()
    }
}

fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    std::fs::File::create(&path).unwrap().write_all(bytes).unwrap();
    (folder, path)
}

fn try_read(name: &str, bytes: &[u8], options: &InspectOptions) -> Result<Read, Error> {
    let (_folder, path) = file(name, bytes);
    let inspection = inspect(&path, options, &mut |done, total| assert!(done <= total))?;
    // What is kept in a manifest is enough to read the file again.
    let text = serde_json::to_string(&inspection).unwrap();
    assert_eq!(serde_json::from_str::<Inspection>(&text).unwrap(), inspection);
    let mut source = open(&path, &inspection)?;
    let (mut batches, mut problems) = (Vec::new(), Vec::new());
    while let Some(chunk) = source.next_chunk()? {
        let parsed = (chunk.parse)()?;
        batches.push(parsed.batch);
        problems.extend(parsed.problems);
    }
    let batch = concat_batches(&layout::arrow_schema(source.schema()), &batches)?;
    assert_eq!(batch.num_rows() as u64, inspection.rows);
    Ok(Read {
        inspection,
        batch,
        problems,
    })
}

fn read(name: &str, text: &str) -> Read {
    try_read(name, text.as_bytes(), &InspectOptions::default()).unwrap()
}

mod csv;
mod json;
mod properties;
mod scdl;

//! Columns in files of their own, beside the version that they were made from.
//!
//! A file is [`MAGIC`], the length of the header in four bytes, the header in JSON, and arrays as Arrow IPC streams one after the
//! other. It holds nothing that the version does not: when it is missing, of another format, or damaged, it is made again.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int32Array, RecordBatch, UInt8Array, UInt16Array, UInt32Array,
};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, Int32Type, Schema, UInt8Type, UInt16Type, UInt32Type};
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use super::codes::Codes;
use super::column::Column;
use super::scale::Scale;
use crate::whole::Whole;

/// First bytes of the file; the digit is the version of the format.
const MAGIC: &[u8; 8] = b"PVCOL 2\n";

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    form: Form,
    records: usize,
    /// Of [`Form::Near`].
    scale: Option<Scale>,
    /// Bytes of each array.
    lengths: Vec<usize>,
    /// XXH3 of what follows the header.
    hash: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    /// Codes, values.
    Coded,
    /// Codes.
    Near,
    /// Values.
    Plain,
    /// Codes, values, offsets, whether there is a list.
    Listed,
    /// Nothing: the column is not kept in memory.
    Elsewhere,
}

/// The file of the column at `place`.
pub(crate) fn path(folder: &Path, place: usize) -> PathBuf {
    folder.join("columns").join(format!("{place}.col"))
}

/// Writes a column, or that it is not kept. What fails is only logged: the column is in memory, and can be made again.
pub(crate) fn write(path: &Path, column: Option<&Column>) {
    if let Err(error) = try_write(path, column) {
        tracing::warn!(path = %path.display(), %error, "a column is not kept on the disk");
    }
}

fn try_write(path: &Path, column: Option<&Column>) -> Result<(), ArrowError> {
    let (form, records, scale, arrays) = parts(column);
    let mut body = Vec::new();
    let mut lengths = Vec::with_capacity(arrays.len());
    for array in arrays {
        let before = body.len();
        let schema = Schema::new(vec![Field::new("c", array.data_type().clone(), true)]);
        let mut writer = StreamWriter::try_new(&mut body, &schema)?;
        writer.write(&RecordBatch::try_new(Arc::new(schema), vec![array])?)?;
        writer.finish()?;
        drop(writer);
        lengths.push(body.len() - before);
    }
    let header = Header {
        form,
        records,
        scale,
        lengths,
        hash: XxHash3_64::oneshot(&body),
    };
    let header = serde_json::to_vec(&header).map_err(|error| ArrowError::ExternalError(Box::new(error)))?;
    let length = u32::try_from(header.len()).expect("a header is short");
    let (whole, mut file) = Whole::begin(path)?;
    for part in [MAGIC.as_slice(), &length.to_le_bytes(), &header, &body] {
        file.write_all(part)?;
    }
    file.sync_data()?;
    Ok(whole.finish()?)
}

fn parts(column: Option<&Column>) -> (Form, usize, Option<Scale>, Vec<ArrayRef>) {
    match column {
        None | Some(Column::Rows(_)) => (Form::Elsewhere, 0, None, Vec::new()),
        Some(column @ Column::Coded { codes, values }) => (
            Form::Coded,
            column.len(),
            None,
            vec![array_of(codes), Arc::clone(values)],
        ),
        Some(column @ Column::Near { codes, scale, .. }) => {
            (Form::Near, column.len(), Some(*scale), vec![array_of(codes)])
        }
        Some(Column::Plain(array)) => (Form::Plain, array.len(), None, vec![Arc::clone(array)]),
        Some(
            column @ Column::Listed {
                offsets,
                codes,
                values,
                nulls,
            },
        ) => {
            let valid = match nulls {
                Some(nulls) => nulls.inner().clone(),
                None => arrow::buffer::BooleanBuffer::new_set(column.len()),
            };
            let arrays: Vec<ArrayRef> = vec![
                array_of(codes),
                Arc::clone(values),
                Arc::new(Int32Array::new(offsets.clone(), None)),
                Arc::new(BooleanArray::new(valid, None)),
            ];
            (Form::Listed, column.len(), None, arrays)
        }
    }
}

fn array_of(codes: &Codes) -> ArrayRef {
    match codes {
        Codes::U8(codes) => Arc::new(UInt8Array::new(codes.clone(), None)),
        Codes::U16(codes) => Arc::new(UInt16Array::new(codes.clone(), None)),
        Codes::U32(codes) => Arc::new(UInt32Array::new(codes.clone(), None)),
    }
}

fn codes_of(array: &ArrayRef) -> Option<Codes> {
    match array.data_type() {
        DataType::UInt8 => Some(Codes::U8(array.as_primitive::<UInt8Type>().values().clone())),
        DataType::UInt16 => Some(Codes::U16(array.as_primitive::<UInt16Type>().values().clone())),
        DataType::UInt32 => Some(Codes::U32(array.as_primitive::<UInt32Type>().values().clone())),
        _ => None,
    }
}

/// Reads a column of `records` records of a type; `None` when there is no file that can be used, `Some(None)` when the column is
/// known not to be kept in memory.
pub(crate) fn read(path: &Path, data_type: &DataType, records: usize) -> Option<Option<Column>> {
    let bytes = std::fs::read(path).ok()?;
    let read = try_read(&bytes, data_type, records);
    if read.is_none() {
        tracing::warn!(path = %path.display(), "a column has to be made again: its file is damaged or of another version");
    }
    read
}

fn try_read(bytes: &[u8], data_type: &DataType, records: usize) -> Option<Option<Column>> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (header, mut body) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    let header: Header = serde_json::from_slice(header).ok()?;
    if XxHash3_64::oneshot(body) != header.hash {
        return None;
    }
    if header.form == Form::Elsewhere {
        return Some(None);
    }
    let mut arrays = Vec::with_capacity(header.lengths.len());
    for length in &header.lengths {
        let (array, after) = body.split_at_checked(*length)?;
        body = after;
        let batch = StreamReader::try_new(Cursor::new(array), None).ok()?.next()?.ok()?;
        arrays.push(Arc::clone(batch.columns().first()?));
    }
    let column = match (header.form, arrays.as_slice()) {
        (Form::Coded, [codes, values]) => Column::Coded {
            codes: codes_of(codes)?,
            values: Arc::clone(values),
        },
        (Form::Near, [codes]) => Column::near(
            codes.as_primitive_opt::<UInt32Type>()?.values().clone(),
            header.scale.filter(|scale| scale.step > 0 && scale.decimals < 20)?,
            data_type.clone(),
        ),
        (Form::Plain, [values]) => Column::Plain(Arc::clone(values)),
        (Form::Listed, [codes, values, offsets, valid]) => {
            let valid = valid.as_boolean_opt()?;
            Column::Listed {
                offsets: offsets.as_primitive_opt::<Int32Type>()?.values().clone(),
                codes: codes_of(codes)?,
                values: Arc::clone(values),
                nulls: (valid.true_count() < valid.len()).then(|| NullBuffer::new(valid.values().clone())),
            }
        }
        _ => return None,
    };
    let fits = column.len() == records && column.data_type() == *data_type;
    fits.then_some(Some(column))
}

//! Signatures that the use-cases compile against until the readers and writers land.

use std::path::Path;

use arrow::record_batch::RecordBatch;

use crate::{Error, Format, Source, Table, Writer, WriterOptions};

#[derive(Clone, Debug, Default)]
pub struct InspectOptions;
#[derive(Clone, Debug)]
pub struct Inspection;

fn pending<T>() -> Result<T, Error> {
    Err(Error::Invalid("not there yet".to_owned()))
}
pub fn inspect(_: &Path, _: &InspectOptions, _: &mut dyn FnMut(u64, u64)) -> Result<Inspection, Error> {
    pending()
}
pub fn open(_: &Path, _: &Inspection) -> Result<Box<dyn Source>, Error> {
    pending()
}
pub fn json_rows(_: &Table, _: &RecordBatch, _: &mut Vec<u8>) -> Result<(), Error> {
    pending()
}
pub fn writer(_: Format, _: Table, _: WriterOptions) -> Result<Box<dyn Writer>, Error> {
    pending()
}

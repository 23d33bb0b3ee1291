//! Parquet, one row group after the other. Points are structs of `lon` and `lat`, shapes and other JSON are text.

use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::value::{data_type, in_layout};
use crate::Error;
use crate::output::{ColumnKind, ParquetCompression, Table, Writer, WriterOptions};

/// Records in a row group: what is kept in memory before it can be sent.
const GROUP: usize = 131_072;

/// Writes Parquet.
pub struct ParquetWriter {
    schema: SchemaRef,
    kinds: Vec<ColumnKind>,
    compression: ParquetCompression,
    writer: Option<ArrowWriter<Vec<u8>>>,
}

impl ParquetWriter {
    /// For the columns of a table.
    pub fn new(table: &Table, options: WriterOptions) -> Self {
        let fields: Vec<Field> = table
            .columns
            .iter()
            .map(|column| Field::new(&column.key, data_type(column.kind), true))
            .collect();
        Self {
            schema: Arc::new(Schema::new(fields)),
            kinds: table.columns.iter().map(|column| column.kind).collect(),
            compression: options.parquet_compression,
            writer: None,
        }
    }

    fn writer(&mut self) -> Result<&mut ArrowWriter<Vec<u8>>, Error> {
        self.writer
            .as_mut()
            .ok_or_else(|| Error::Invalid("Parquet cannot be written before its start".to_owned()))
    }
}

impl Writer for ParquetWriter {
    fn start(&mut self, _: &mut Vec<u8>) -> Result<(), Error> {
        let compression = match self.compression {
            ParquetCompression::Snappy => Compression::SNAPPY,
            ParquetCompression::Zstd => Compression::ZSTD(ZstdLevel::try_new(3)?),
        };
        let properties = WriterProperties::builder()
            .set_compression(compression)
            .set_max_row_group_row_count(Some(GROUP))
            .set_created_by("parvis".to_owned())
            .build();
        self.writer = Some(ArrowWriter::try_new(
            Vec::new(),
            Arc::clone(&self.schema),
            Some(properties),
        )?);
        Ok(())
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), Error> {
        let columns = batch.columns().iter().zip(&self.kinds);
        let columns = columns
            .map(|(array, kind)| in_layout(array, *kind))
            .collect::<Result<_, _>>()?;
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)?;
        let writer = self.writer()?;
        writer.write(&batch)?;
        out.append(writer.inner_mut());
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let writer = self.writer.take();
        let writer = writer.ok_or_else(|| Error::Invalid("Parquet cannot end before its start".to_owned()))?;
        out.append(&mut writer.into_inner()?);
        Ok(())
    }
}

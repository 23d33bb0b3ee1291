//! Parquet, one row group after the other: GeoParquet when there are places. Other JSON is text.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use super::geoparquet::Layout;
use super::project::WGS84;
use crate::Error;
use crate::output::{ParquetCompression, Table, Writer, WriterOptions};

/// Records in a row group: what is kept in memory before it can be sent.
const GROUP: usize = 131_072;

/// Writes Parquet.
pub struct ParquetWriter {
    layout: Layout,
    compression: ParquetCompression,
    writer: Option<ArrowWriter<Vec<u8>>>,
}

impl ParquetWriter {
    /// For the columns of a table.
    pub fn new(table: &Table, options: WriterOptions) -> Self {
        Self {
            layout: Layout::new(table, WGS84),
            compression: options.parquet_compression,
            writer: None,
        }
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
            Arc::clone(&self.layout.schema),
            Some(properties),
        )?);
        Ok(())
    }

    fn batch(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), Error> {
        let batch = self.layout.batch(batch)?;
        let missing = || Error::Invalid("Parquet cannot be written before its start".to_owned());
        let writer = self.writer.as_mut().ok_or_else(missing)?;
        writer.write(&batch)?;
        out.append(writer.inner_mut());
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let writer = self.writer.take();
        let mut writer = writer.ok_or_else(|| Error::Invalid("Parquet cannot end before its start".to_owned()))?;
        if let Some(metadata) = self.layout.metadata() {
            writer.append_key_value_metadata(KeyValue::new("geo".to_owned(), metadata.to_string()));
        }
        out.append(&mut writer.into_inner()?);
        Ok(())
    }
}

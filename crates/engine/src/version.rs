//! A version on the disk, opened: its manifest, the Parquet metadata, and reads of records by their number.

use std::fs::File;
use std::io::{BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use arrow::array::{ArrayRef, RecordBatch, UInt64Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData};
use parquet::file::reader::{ChunkReader, Length};
use parvis_model::Schema;

use crate::Error;
use crate::columns::Shelf;
use crate::folder::Folder;
use crate::layout::{self, physical_schema};
use crate::manifest::{DATA, Manifest};

/// Records at the beginning that are kept decoded.
pub(crate) const HEAD_ROWS: u64 = 1_000;
/// Records of a decoded batch.
pub(crate) const BATCH_ROWS: usize = 8_192;

/// A file read at given places, from any thread at a time (unlike a `File`, whose clones share one position).
#[derive(Clone, Debug)]
pub(crate) struct SharedFile {
    file: Arc<File>,
    len: u64,
}

impl SharedFile {
    fn open(path: &Path) -> std::io::Result<Self> {
        let file = File::open(path)?;
        let len = file.metadata()?.len();
        Ok(Self {
            file: Arc::new(file),
            len,
        })
    }

    /// Reads `len` bytes from `start`.
    pub(crate) fn read_at(&self, start: u64, len: usize) -> Result<Bytes, ParquetError> {
        let mut buffer = vec![0; len];
        self.file.read_exact_at(&mut buffer, start)?;
        Ok(Bytes::from(buffer))
    }
}

/// Reads a [`SharedFile`] from one place on.
pub(crate) struct SharedFileReader {
    file: SharedFile,
    position: u64,
}

impl Read for SharedFileReader {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.file.read_at(buffer, self.position)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl Length for SharedFile {
    fn len(&self) -> u64 {
        self.len
    }
}

impl ChunkReader for SharedFile {
    type T = BufReader<SharedFileReader>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(BufReader::new(SharedFileReader {
            file: self.clone(),
            position: start,
        }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        self.read_at(start, length)
    }
}

/// A version that has been opened.
#[derive(Debug)]
pub(crate) struct VersionFile {
    pub(crate) folder: Folder,
    pub(crate) manifest: Manifest,
    pub(crate) file: SharedFile,
    metadata: ArrowReaderMetadata,
    physical: SchemaRef,
    head: OnceLock<RecordBatch>,
    /// What the records were last read as.
    read_as: RwLock<Option<Arc<Schema>>>,
    pub(crate) shelf: Shelf,
}

impl VersionFile {
    /// Opens the version in `folder`.
    pub(crate) fn open(folder: &Path) -> Result<Self, Error> {
        let manifest = Manifest::read(folder)?;
        let path = folder.join(DATA);
        let damaged = |why: String| Error::Damaged(format!("{}: {why}; import the dataset again", path.display()));
        let file = SharedFile::open(&path).map_err(|error| damaged(error.to_string()))?;
        if file.len != manifest.data_bytes {
            let (found, expected) = (file.len, manifest.data_bytes);
            return Err(damaged(format!("{found} bytes where the manifest has {expected}")));
        }
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
        let metadata = ArrowReaderMetadata::load(&file, options).map_err(|error| damaged(error.to_string()))?;
        let physical = physical_schema(&manifest.schema);
        let same = metadata.schema().fields().len() == physical.fields().len()
            && metadata
                .schema()
                .fields()
                .iter()
                .zip(physical.fields())
                .all(|(a, b)| a.name() == b.name() && a.data_type() == b.data_type());
        if !same {
            return Err(damaged("columns are not those of the manifest".to_owned()));
        }
        Ok(Self {
            folder: Folder::new(folder),
            manifest,
            file,
            metadata,
            shelf: Shelf::new(physical.fields().len()),
            physical,
            head: OnceLock::new(),
            read_as: RwLock::default(),
        })
    }

    /// `schema`, when the columns that it needs are there. What was checked for the last reader is not checked again: it is the same
    /// until somebody edits it.
    pub(crate) fn read_as(&self, schema: &Schema) -> Result<Arc<Schema>, Error> {
        let last = self.read_as.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(last) = last.filter(|last| **last == *schema) {
            return Ok(last);
        }
        for (name, data_type) in schema.fields.iter().flat_map(layout::columns_of) {
            let stored = self.physical.field_with_name(&name).map(|field| field.data_type());
            if stored.ok() != Some(&data_type) {
                let folder = self.folder.display();
                return Err(Error::Damaged(format!(
                    "{folder} has no column {name} of type {data_type}; import the dataset again"
                )));
            }
        }
        let schema = Arc::new(schema.clone());
        *self.read_as.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&schema));
        Ok(schema)
    }

    /// The physical columns.
    pub(crate) fn physical(&self) -> &SchemaRef {
        &self.physical
    }

    /// The Parquet metadata, with the page index.
    pub(crate) fn metadata(&self) -> &Arc<ParquetMetaData> {
        self.metadata.metadata()
    }

    /// Size of the file.
    pub(crate) fn bytes(&self) -> u64 {
        self.file.len
    }

    /// Number of records.
    pub(crate) fn rows(&self) -> u64 {
        self.manifest.records
    }

    /// What the records would take in memory, from above: values before compression, and as much again for repeated texts
    /// kept in a dictionary, whose decoded size the file does not tell.
    pub(crate) fn decoded_bytes(&self) -> u64 {
        let groups = self.metadata().row_groups();
        let stored: i64 = groups.iter().map(|group| group.total_byte_size()).sum();
        let texts = self.physical.fields().len() as u64 * self.rows() * 8;
        stored.max(0).cast_unsigned() + texts
    }

    fn builder(&self) -> ParquetRecordBatchReaderBuilder<SharedFile> {
        ParquetRecordBatchReaderBuilder::new_with_metadata(self.file.clone(), self.metadata.clone())
            .with_batch_size(BATCH_ROWS)
    }

    /// The projection of the columns at `columns`, in the order of the physical schema.
    fn mask(&self, columns: &[usize]) -> ProjectionMask {
        ProjectionMask::roots(self.metadata.parquet_schema(), columns.iter().copied())
    }

    /// All records.
    pub(crate) fn read_all(&self) -> Result<RecordBatch, Error> {
        let reader = self.builder().build()?;
        collect(&self.physical, reader)
    }

    /// The values of the column at `place`, in order.
    pub(crate) fn read_column(
        &self,
        place: usize,
    ) -> Result<impl Iterator<Item = Result<ArrayRef, Error>> + use<>, Error> {
        let reader = self.builder().with_projection(self.mask(&[place])).build()?;
        Ok(reader.map(|batch| Ok(Arc::clone(batch?.column(0)))))
    }

    /// The records numbered `rows`, in that order, with the columns at `columns` (ascending).
    pub(crate) fn read_rows(&self, rows: &[u64], columns: &[usize]) -> Result<RecordBatch, Error> {
        if rows.iter().all(|row| *row < HEAD_ROWS) {
            let head = self.head()?.project(columns)?;
            return take(&head, rows);
        }
        let mut sorted = rows.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let read = self.read_sorted(&sorted, columns)?;
        let places: Vec<u64> = rows
            .iter()
            .map(|row| sorted.partition_point(|other| other < row) as u64)
            .collect();
        take(&read, &places)
    }

    /// The first records, decoded once.
    fn head(&self) -> Result<&RecordBatch, Error> {
        if let Some(head) = self.head.get() {
            return Ok(head);
        }
        let rows: Vec<u64> = (0..self.rows().min(HEAD_ROWS)).collect();
        let columns: Vec<usize> = (0..self.physical.fields().len()).collect();
        let head = self.read_sorted(&rows, &columns)?;
        Ok(self.head.get_or_init(|| head))
    }

    /// Records by ascending number: only the pages that hold them are read.
    fn read_sorted(&self, rows: &[u64], columns: &[usize]) -> Result<RecordBatch, Error> {
        let mut groups = Vec::new();
        let mut ranges: Vec<std::ops::Range<usize>> = Vec::new();
        let (mut group_start, mut kept_rows, mut next) = (0_u64, 0_usize, 0_usize);
        for (index, group) in self.metadata().row_groups().iter().enumerate() {
            let group_rows = group.num_rows().cast_unsigned();
            let group_end = group_start + group_rows;
            let before = next;
            while let Some(row) = rows.get(next).filter(|row| **row < group_end) {
                let place = kept_rows + usize::try_from(row - group_start).expect("rows of a group are few");
                match ranges.last_mut() {
                    Some(range) if range.end == place => range.end += 1,
                    _ => ranges.push(place..place + 1),
                }
                next += 1;
            }
            if next > before {
                groups.push(index);
                kept_rows += usize::try_from(group_rows).expect("rows of a group are few");
            }
            group_start = group_end;
        }
        let selection = RowSelection::from_consecutive_ranges(ranges.into_iter(), kept_rows);
        let reader = self
            .builder()
            .with_projection(self.mask(columns))
            .with_row_groups(groups)
            .with_row_selection(selection)
            .build()?;
        let schema = Arc::new(self.physical.project(columns)?);
        collect(&schema, reader)
    }
}

/// All batches of a reader as one, in our schema (the file's differs in metadata).
fn collect(schema: &SchemaRef, reader: ParquetRecordBatchReader) -> Result<RecordBatch, Error> {
    let batches = reader
        .map(|batch| {
            let batch = batch?;
            RecordBatch::try_new(Arc::clone(schema), batch.columns().to_vec())
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(concat_batches(schema, &batches)?)
}

/// The rows of a batch at `places`, in that order.
pub(crate) fn take(batch: &RecordBatch, places: &[u64]) -> Result<RecordBatch, Error> {
    // A run of neighbours, which most pages are, needs no copy.
    let run = places.windows(2).all(|pair| pair[1] == pair[0] + 1);
    if run && let (Some(first), Some(last)) = (places.first(), places.last()) {
        let index = |place: u64| usize::try_from(place).expect("a batch fits in memory");
        return Ok(batch.slice(index(*first), index(last - first + 1)));
    }
    Ok(take_record_batch(batch, &UInt64Array::from(places.to_vec()))?)
}

//! A ZIP archive that is sent while it is made: sizes and sums follow each file instead of preceding it.
//!
//! Files of 4 GiB and more are refused: the form that has room for them is not read by spreadsheets when it is sent this way.

use std::io::Write as _;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

use crate::Error;

/// Sizes follow, names are UTF-8.
const FLAGS: u16 = 0b1000_0000_1000;
const DEFLATED: u16 = 8;
/// The first day that the format can say, so that the same records give the same bytes.
const DAY: u16 = 0x21;
/// Version 2.0 of the format reads it.
const VERSION: u16 = 20;

struct Entry {
    name: String,
    offset: u32,
    sum: u32,
    packed: u32,
    size: u32,
}

struct Open {
    encoder: DeflateEncoder<Vec<u8>>,
    sum: Crc,
    name: String,
    offset: u64,
    packed: u64,
    size: u64,
}

/// The archive. Files are written one after the other.
#[derive(Default)]
pub struct Zip {
    entries: Vec<Entry>,
    open: Option<Open>,
    /// Bytes of the archive so far.
    written: u64,
}

fn short(bytes: u64) -> Result<u32, Error> {
    u32::try_from(bytes).map_err(|_| {
        Error::Invalid(
            "the file would be larger than its format allows (4 GiB): export it as CSV or Parquet".to_owned(),
        )
    })
}

fn failed(source: std::io::Error) -> Error {
    Error::Io {
        context: "packing a file".to_owned(),
        source,
    }
}

/// The fields that the local and the central header share.
fn common(sum: u32, packed: u32, size: u32, name: &str, out: &mut Vec<u8>) {
    for field in [VERSION, FLAGS, DEFLATED, 0, DAY] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    for field in [sum, packed, size] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    out.extend_from_slice(&(name.len() as u16).to_le_bytes());
    out.extend_from_slice(&0_u16.to_le_bytes());
}

impl Zip {
    /// Begins a file; one before it is ended. Names are short and ours.
    pub fn begin(&mut self, name: &str, out: &mut Vec<u8>) -> Result<(), Error> {
        self.end(out)?;
        let start = out.len();
        out.extend_from_slice(b"PK\x03\x04");
        common(0, 0, 0, name, out);
        out.extend_from_slice(name.as_bytes());
        self.open = Some(Open {
            encoder: DeflateEncoder::new(Vec::new(), Compression::fast()),
            sum: Crc::new(),
            name: name.to_owned(),
            offset: self.written,
            packed: 0,
            size: 0,
        });
        self.written += (out.len() - start) as u64;
        Ok(())
    }

    /// Appends to the file that was begun.
    pub fn write(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let missing = || Error::Invalid("an archive has to begin a file before it writes".to_owned());
        let open = self.open.as_mut().ok_or_else(missing)?;
        open.sum.update(bytes);
        open.size += bytes.len() as u64;
        short(open.size)?;
        open.encoder.write_all(bytes).map_err(failed)?;
        let packed = open.encoder.get_mut();
        open.packed += packed.len() as u64;
        self.written += packed.len() as u64;
        out.append(packed);
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let rest = open.encoder.finish().map_err(failed)?;
        let start = out.len();
        out.extend_from_slice(&rest);
        let entry = Entry {
            name: open.name,
            offset: short(open.offset)?,
            sum: open.sum.sum(),
            packed: short(open.packed + rest.len() as u64)?,
            size: short(open.size)?,
        };
        out.extend_from_slice(b"PK\x07\x08");
        for field in [entry.sum, entry.packed, entry.size] {
            out.extend_from_slice(&field.to_le_bytes());
        }
        self.entries.push(entry);
        self.written += (out.len() - start) as u64;
        Ok(())
    }

    /// Ends the archive with its list of files.
    pub fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        self.end(out)?;
        let start = out.len();
        for entry in &self.entries {
            out.extend_from_slice(b"PK\x01\x02");
            out.extend_from_slice(&VERSION.to_le_bytes());
            common(entry.sum, entry.packed, entry.size, &entry.name, out);
            // No comment, the first disk, no attributes.
            out.extend_from_slice(&[0; 10]);
            out.extend_from_slice(&entry.offset.to_le_bytes());
            out.extend_from_slice(entry.name.as_bytes());
        }
        let length = short((out.len() - start) as u64)?;
        let count = self.entries.len() as u16;
        out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        out.extend_from_slice(&count.to_le_bytes());
        out.extend_from_slice(&count.to_le_bytes());
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&short(self.written)?.to_le_bytes());
        out.extend_from_slice(&[0; 2]);
        Ok(())
    }
}

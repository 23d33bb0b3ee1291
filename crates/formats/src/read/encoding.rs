//! Files as UTF-8 text, whatever they are encoded in, without ever holding the whole of one.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::Error;

/// How much is read at a time when the text has to be decoded, in bytes.
const BLOCK: usize = 1 << 18;
/// How much of a file the guess of a legacy encoding looks at, in bytes.
const GUESSED: u64 = 16 << 20;

/// The encoding called `name`, such as `utf-8` or `windows-1252`.
pub fn named(name: &str) -> Result<&'static Encoding, Error> {
    Encoding::for_label(name.as_bytes()).ok_or_else(|| {
        Error::Invalid(format!(
            "there is no encoding called `{name}`; use a name such as utf-8, windows-1252 or utf-16le"
        ))
    })
}

/// The encoding that the first bytes announce: a byte order mark, or the zeros of UTF-16 without one.
pub fn announced(path: &Path) -> Result<Option<&'static Encoding>, Error> {
    let mut head = Vec::new();
    open(path)?
        .take(4096)
        .read_to_end(&mut head)
        .map_err(|source| failed(path, source))?;
    if let Some((encoding, _)) = Encoding::for_bom(&head) {
        return Ok(Some(encoding));
    }
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|&&byte| byte == 0).count() * 3;
    let half = head.len() / 2;
    Ok(match half {
        0..2 => None,
        _ if zeros(0) > half && zeros(1) == 0 => Some(UTF_16BE),
        _ if zeros(1) > half && zeros(0) == 0 => Some(UTF_16LE),
        _ => None,
    })
}

/// The likeliest encoding of a file that is not UTF-8, from its first 16 MiB and the 16 MiB around `near`.
pub fn guess(path: &Path, near: u64) -> Result<&'static Encoding, Error> {
    let mut file = open(path)?;
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut block = vec![0; BLOCK];
    for start in [0, near.saturating_sub(GUESSED / 2)] {
        file.seek(SeekFrom::Start(start))
            .map_err(|source| failed(path, source))?;
        let mut left = GUESSED;
        while left > 0 {
            let count = read(&mut file, &mut block).map_err(|source| failed(path, source))?;
            if count == 0 {
                break;
            }
            detector.feed(&block[..count], false);
            left = left.saturating_sub(count as u64);
        }
        if near < GUESSED {
            break;
        }
    }
    detector.feed(&[], true);
    Ok(detector.guess(Some(b"fr"), Utf8Detection::Deny))
}

fn open(path: &Path) -> Result<File, Error> {
    File::open(path).map_err(|source| failed(path, source))
}

fn failed(path: &Path, source: std::io::Error) -> Error {
    Error::Io {
        context: format!("reading {}", path.display()),
        source,
    }
}

fn read(file: &mut File, block: &mut [u8]) -> std::io::Result<usize> {
    loop {
        match file.read(block) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// A file read as UTF-8, without its byte order mark. Bytes that are not of the encoding become `U+FFFD`, except that UTF-8 is passed
/// on as it is: whoever reads it validates it.
pub struct TextReader {
    path: PathBuf,
    file: File,
    size: u64,
    position: u64,
    decoder: Option<(Decoder, Vec<u8>)>,
    done: bool,
}

impl TextReader {
    /// Opens a file.
    pub fn open(path: &Path, encoding: &'static Encoding) -> Result<Self, Error> {
        let mut file = open(path)?;
        let size = file.metadata().map_err(|source| failed(path, source))?.len();
        let mut position = 0;
        let decoder = if encoding == UTF_8 {
            let mut mark = Vec::with_capacity(3);
            (&mut file)
                .take(3)
                .read_to_end(&mut mark)
                .map_err(|source| failed(path, source))?;
            if mark == b"\xEF\xBB\xBF" {
                position = 3;
            }
            file.seek(SeekFrom::Start(position))
                .map_err(|source| failed(path, source))?;
            None
        } else {
            Some((encoding.new_decoder_with_bom_removal(), Vec::new()))
        };
        Ok(Self {
            path: path.to_owned(),
            file,
            size,
            position,
            decoder,
            done: false,
        })
    }

    /// Bytes of the file read so far and in all.
    pub fn progress(&self) -> (u64, u64) {
        (self.position, self.size)
    }

    /// Whether the file has been read to its end.
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// Appends about `wanted` bytes of text to `out`, at least one unless the file ends.
    pub fn fill(&mut self, out: &mut Vec<u8>, wanted: usize) -> Result<(), Error> {
        let target = out.len() + wanted;
        while !self.done && out.len() < target {
            match &mut self.decoder {
                None => {
                    let before = out.len();
                    let left = (target - before) as u64;
                    (&mut self.file)
                        .take(left)
                        .read_to_end(out)
                        .map_err(|source| failed(&self.path, source))?;
                    let count = (out.len() - before) as u64;
                    self.position += count;
                    self.done = count < left;
                }
                Some((decoder, block)) => {
                    block.resize(BLOCK, 0);
                    let count = read(&mut self.file, block).map_err(|source| failed(&self.path, source))?;
                    self.position += count as u64;
                    self.done = count == 0;
                    decode(decoder, &block[..count], self.done, out);
                }
            }
        }
        Ok(())
    }
}

fn decode(decoder: &mut Decoder, mut block: &[u8], last: bool, out: &mut Vec<u8>) {
    loop {
        let before = out.len();
        let room = decoder
            .max_utf8_buffer_length(block.len())
            .unwrap_or(block.len() * 4 + 16);
        out.resize(before + room, 0);
        let (result, taken, written, _) = decoder.decode_to_utf8(block, &mut out[before..], last);
        out.truncate(before + written);
        block = &block[taken..];
        if result == CoderResult::InputEmpty {
            return;
        }
    }
}

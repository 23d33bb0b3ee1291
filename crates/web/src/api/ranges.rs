//! Parts of exports (`Range`), so that a download that broke off can go on.
//!
//! An export of a version is the same bytes at each call, so a part is the whole with the rest left out: it costs as much as the
//! whole up to its end. A part also has to say how long the whole is. That is known once an export has been read to its end;
//! else it is produced once to be measured.

use std::ops::Range;
use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures::stream::{BoxStream, StreamExt as _, TryStreamExt as _, unfold};
use http::header::{ACCEPT_RANGES, CONTENT_RANGE, ETAG, IF_RANGE, RANGE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};
use moka::sync::Cache;
use parvis_portal::Error;

/// Exports whose length is remembered.
const REMEMBERED: u64 = 10_000;

/// The bytes of an export.
pub(super) type Stream = BoxStream<'static, Result<Bytes, Error>>;

/// How long exports are, by their validator.
#[derive(Clone, Debug)]
pub struct Lengths(Cache<Vec<u8>, u64>);

impl Default for Lengths {
    fn default() -> Self {
        Self(Cache::new(REMEMBERED))
    }
}

impl Lengths {
    fn learn(&self, tag: &HeaderValue, length: u64) {
        self.0.insert(tag.as_bytes().to_vec(), length);
    }

    /// The length of the export with this validator; `make` makes it, if it has to be measured.
    ///
    /// # Errors
    /// Those of the export.
    pub(super) async fn of<F>(&self, tag: &HeaderValue, make: impl FnOnce() -> F) -> Result<u64, Error>
    where
        F: Future<Output = Result<Stream, Error>>,
    {
        if let Some(known) = self.0.get(tag.as_bytes()) {
            return Ok(known);
        }
        let add = |sum: u64, chunk: Bytes| async move { Ok(sum + chunk.len() as u64) };
        let length = make().await?.try_fold(0, add).await?;
        self.learn(tag, length);
        Ok(length)
    }

    /// The same bytes; once they have been read to their end, their number is known.
    pub(super) fn learning(self: Arc<Self>, tag: HeaderValue, bytes: Stream) -> Stream {
        let state = (bytes, 0_u64, self, tag);
        let counted = unfold(state, |(mut bytes, sum, lengths, tag)| async move {
            let Some(chunk) = bytes.next().await else {
                lengths.learn(&tag, sum);
                return None;
            };
            let more = chunk.as_ref().map_or(0, Bytes::len) as u64;
            Some((chunk, (bytes, sum + more, lengths, tag)))
        });
        counted.boxed()
    }
}

/// What a request says of parts.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    range: Option<HeaderValue>,
    only_of: Option<HeaderValue>,
}

impl Asked {
    pub fn of(parts: &Parts) -> Self {
        Self {
            range: parts.headers.get(RANGE).cloned(),
            only_of: parts.headers.get(IF_RANGE).cloned(),
        }
    }

    /// The part asked for of the answer with this validator. Marks of weakness and dates name no bytes (RFC 9110 §13.1.5).
    pub fn part_of(&self, tag: &HeaderValue) -> Option<&str> {
        let same = self.only_of.as_ref().is_none_or(|wanted| wanted == tag);
        self.range.as_ref().filter(|_| same)?.to_str().ok()
    }
}

/// What is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Everything: the request is not understood, or asks for several parts.
    Whole,
    /// These bytes.
    Bytes(Range<u64>),
    /// There are no such bytes.
    Beyond,
}

/// Reads `bytes=0-499`, `bytes=500-` or `bytes=-500` for an answer of `length` bytes.
pub(super) fn part(range: &str, length: u64) -> Part {
    let read = || {
        let (unit, range) = range.split_once('=')?;
        if !unit.trim().eq_ignore_ascii_case("bytes") || range.contains(',') {
            return None;
        }
        let (first, last) = range.trim().split_once('-')?;
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.to_owned());
        let (first, last) = (digits(first.trim())?, digits(last.trim())?);
        // Numbers beyond 2⁶⁴ are beyond any end.
        let number = |text: &str| text.parse::<u64>().unwrap_or(u64::MAX);
        Some(match (first.as_str(), last.as_str()) {
            ("", "") => return None,
            ("", last) => length.saturating_sub(number(last))..length,
            (first, "") => number(first)..length,
            (first, last) if number(last) < number(first) => return None,
            (first, last) => number(first)..number(last).saturating_add(1).min(length),
        })
    };
    match read() {
        None => Part::Whole,
        Some(part) if part.is_empty() => Part::Beyond,
        Some(part) => Part::Bytes(part),
    }
}

/// The bytes from `part.start` to `part.end`.
pub(super) fn cut(bytes: Stream, part: Range<u64>) -> Stream {
    let index = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let cut = unfold((bytes, 0_u64), move |(mut bytes, mut at)| {
        let part = part.clone();
        async move {
            while at < part.end {
                let chunk = match bytes.next().await? {
                    Ok(chunk) => chunk,
                    Err(error) => return Some((Err(error), (bytes, part.end))),
                };
                let start = at;
                at += chunk.len() as u64;
                let first = index(part.start.saturating_sub(start)).min(chunk.len());
                let last = index(part.end - start).min(chunk.len());
                if first < last {
                    return Some((Ok(chunk.slice(first..last)), (bytes, at)));
                }
            }
            None
        }
    });
    cut.boxed()
}

/// Says that parts of an answer can be had.
pub(super) fn offer(headers: &mut HeaderMap) {
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
}

/// Makes an answer a part of `length` bytes.
pub(super) fn partial(mut response: Response, part: &Range<u64>, length: u64) -> Response {
    *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    let last = part.end - 1;
    let range = format!("bytes {}-{last}/{length}", part.start);
    if let Ok(range) = HeaderValue::from_str(&range) {
        response.headers_mut().insert(CONTENT_RANGE, range);
    }
    response
        .headers_mut()
        .insert(http::header::CONTENT_LENGTH, HeaderValue::from(part.end - part.start));
    response
}

/// The answer when there are no such bytes.
pub(super) fn beyond(tag: HeaderValue, length: u64) -> Response {
    let mut response = (StatusCode::RANGE_NOT_SATISFIABLE, Body::empty()).into_response();
    let headers = response.headers_mut();
    headers.insert(ETAG, tag);
    if let Ok(range) = HeaderValue::from_str(&format!("bytes */{length}")) {
        headers.insert(CONTENT_RANGE, range);
    }
    offer(headers);
    response
}

#[cfg(test)]
mod tests {
    use futures::stream;

    use super::*;

    #[test]
    fn a_part_is_read_as_the_standard_has_it() {
        for (text, wanted) in [
            ("bytes=0-4", Part::Bytes(0..5)),
            ("bytes=5-", Part::Bytes(5..10)),
            ("Bytes = 5 - 5", Part::Bytes(5..6)),
            ("bytes=-3", Part::Bytes(7..10)),
            ("bytes=-99", Part::Bytes(0..10)),
            ("bytes=8-99999999999999999999999", Part::Bytes(8..10)),
            ("bytes=10-", Part::Beyond),
            ("bytes=-0", Part::Beyond),
            ("bytes=99999999999999999999999-", Part::Beyond),
            ("bytes=5-4", Part::Whole),
            ("bytes=0-1,3-4", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("lines=0-1", Part::Whole),
            ("", Part::Whole),
        ] {
            assert_eq!(part(text, 10), wanted, "{text}");
        }
        assert_eq!(part("bytes=0-", 0), Part::Beyond);
    }

    async fn text(bytes: Stream) -> String {
        let chunks: Vec<Bytes> = bytes.try_collect().await.unwrap();
        String::from_utf8(chunks.concat()).unwrap()
    }

    #[tokio::test]
    async fn any_part_of_any_pieces_is_what_it_is_of_the_whole() {
        let whole = "abcdefghij";
        for size in 1..=10 {
            for start in 0..10 {
                for end in start + 1..=10 {
                    let pieces = whole
                        .as_bytes()
                        .chunks(size)
                        .map(|piece| Ok(Bytes::copy_from_slice(piece)));
                    let pieces = stream::iter(pieces.collect::<Vec<_>>()).boxed();
                    let found = text(cut(pieces, start as u64..end as u64)).await;
                    assert_eq!(found, whole[start..end], "{size} {start} {end}");
                }
            }
        }
    }

    #[tokio::test]
    async fn a_length_is_measured_once_and_learnt_from_what_is_read_to_its_end() {
        let lengths = Arc::new(Lengths::default());
        let tag = HeaderValue::from_static("\"a\"");
        let make = || stream::iter([Ok(Bytes::from_static(b"abc")), Ok(Bytes::from_static(b"de"))]).boxed();
        let never = || async { Err(Error::Invalid("it is known".to_owned())) };
        let other = HeaderValue::from_static("\"b\"");
        assert!(lengths.of(&tag, never).await.is_err());
        assert_eq!(text(Arc::clone(&lengths).learning(tag.clone(), make())).await, "abcde");
        assert_eq!(lengths.of(&tag, never).await.unwrap(), 5);
        assert_eq!(lengths.of(&other, || async { Ok(make()) }).await.unwrap(), 5);
        assert_eq!(lengths.of(&other, never).await.unwrap(), 5);
    }
}

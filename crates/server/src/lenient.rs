//! What hyper would refuse without a word, and visitors need a word for.
//!
//! Three characters that programs write in addresses although RFC 3986 wants them encoded: `"`, `<` and `>`. They are the
//! heart of ODSQL (`where=population>10000`), and other portals take them as they come. They are encoded here, before hyper
//! sees them, in request lines only: never in a header or a body.
//!
//! Headers without end (R-BAD-02): what is over the limit is dropped here, to the last line, and a line of ours says so. The
//! router then answers 431 with a page that explains; nothing that follows on the connection is read.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Bytes read at a time while request lines are looked for.
const CHUNK: usize = 4096;
/// Longest beginning of a line that is kept: enough for the longest header name of [`BODY_HEADERS`].
const KEPT: usize = 20;
/// Headers after which bytes come that are no request line. From then on everything passes untouched.
const BODY_HEADERS: [&[u8]; 3] = [b"content-length:", b"transfer-encoding:", b"upgrade:"];
/// Header bytes of one request that are let through. The router refuses less than that.
pub const HEADER_BYTES: usize = 48 * 1024;
/// Header lines of one request that are let through.
pub const HEADER_LINES: usize = 256;
/// Header bytes that are read and dropped, so that a browser that still sends hears the answer. A browser keeps at most 180
/// cookies of 4 KiB for a site.
const DROPPED: usize = 4 * 1024 * 1024;
/// How an HTTP/2 connection begins.
const HTTP2: &[u8] = b"pri ";

/// Where in a stream of requests a byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    RequestLine,
    Headers,
    /// Headers over the limit: dropped up to their end.
    Excess,
    /// After headers that were cut: nothing more is read as a request.
    Cut,
    /// Past what is looked at, for good.
    Rest,
}

/// Encodes request lines as bytes pass by, and cuts headers that are too large.
#[derive(Debug)]
struct Scanner {
    part: Part,
    /// Beginning of the current line, lower-case.
    line: Vec<u8>,
    body_follows: bool,
    /// Bytes and lines of the current request's headers.
    bytes: usize,
    lines: usize,
    /// The line that tells of a cut, `name: value`.
    mark: Arc<str>,
}

impl Scanner {
    fn new(mark: Arc<str>) -> Self {
        Self {
            part: Part::RequestLine,
            line: Vec::with_capacity(KEPT),
            body_follows: false,
            bytes: 0,
            lines: 0,
            mark,
        }
    }

    fn feed(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for (at, &byte) in bytes.iter().enumerate() {
            match self.part {
                Part::Rest => {
                    out.extend_from_slice(&bytes[at..]);
                    return;
                }
                Part::RequestLine => match byte {
                    b'"' => out.extend_from_slice(b"%22"),
                    b'<' => out.extend_from_slice(b"%3C"),
                    b'>' => out.extend_from_slice(b"%3E"),
                    _ => out.push(byte),
                },
                Part::Headers if self.bytes >= HEADER_BYTES || self.lines >= HEADER_LINES => self.cut(byte, out),
                Part::Headers => out.push(byte),
                Part::Excess | Part::Cut => {}
            }
            self.step(byte, out);
        }
    }

    /// Ends the headers for the reader with the line that says so, unless `byte` ends them by itself.
    fn cut(&mut self, byte: u8, out: &mut Vec<u8>) {
        if self.line.is_empty() && matches!(byte, b'\r' | b'\n') {
            out.push(byte);
            return;
        }
        match byte {
            _ if self.line.is_empty() => {}
            // Its carriage return may have gone out.
            b'\n' => out.push(byte),
            _ => out.extend_from_slice(b"\r\n"),
        }
        out.extend_from_slice(self.mark.as_bytes());
        out.extend_from_slice(b"\r\n");
        self.part = Part::Excess;
    }

    /// Moves past one byte of a request line or header.
    fn step(&mut self, byte: u8, out: &mut Vec<u8>) {
        if matches!(self.part, Part::Headers | Part::Excess) {
            self.bytes += 1;
        }
        if self.part == Part::Excess && self.bytes == DROPPED {
            return self.end_cut(out);
        }
        match byte {
            b'\n' => self.end_line(out),
            b'\r' => {}
            _ if self.line.len() < KEPT => self.line.push(byte.to_ascii_lowercase()),
            _ => {}
        }
        if self.part == Part::RequestLine && self.line == HTTP2 {
            self.part = Part::Rest;
        }
    }

    /// The reader gets the end of the headers that were cut.
    fn end_cut(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\r\n");
        self.part = Part::Cut;
    }

    fn end_line(&mut self, out: &mut Vec<u8>) {
        let empty = self.line.is_empty();
        self.lines += 1;
        match self.part {
            // Empty lines before a request are no request.
            Part::RequestLine if !empty => {
                self.part = Part::Headers;
                (self.bytes, self.lines) = (0, 0);
            }
            Part::Excess if empty => self.end_cut(out),
            Part::Headers if empty => {
                self.part = if self.body_follows {
                    Part::Rest
                } else {
                    Part::RequestLine
                };
            }
            Part::Headers => self.body_follows |= BODY_HEADERS.iter().any(|name| self.line.starts_with(name)),
            Part::RequestLine | Part::Excess | Part::Cut | Part::Rest => {}
        }
        self.line.clear();
    }
}

/// A connection whose request lines are encoded as they are read.
#[derive(Debug)]
pub struct Lenient<S> {
    inner: S,
    scanner: Scanner,
    /// Encoded bytes that the reader had no room for, from `given` on.
    waiting: Vec<u8>,
    given: usize,
}

impl<S> Lenient<S> {
    /// Wraps a connection that has just been accepted. `mark` is the header line (`name: value`) that a request gets whose
    /// headers were cut; nobody outside may guess it.
    pub fn new(inner: S, mark: Arc<str>) -> Self {
        Self {
            inner,
            scanner: Scanner::new(mark),
            waiting: Vec::new(),
            given: 0,
        }
    }

    /// Gives what is waiting; answers whether there was anything.
    fn give(&mut self, buffer: &mut ReadBuf<'_>) -> bool {
        let left = &self.waiting[self.given..];
        let count = left.len().min(buffer.remaining());
        buffer.put_slice(&left[..count]);
        self.given += count;
        if self.given == self.waiting.len() {
            self.waiting.clear();
            self.given = 0;
        }
        count > 0
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Lenient<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if buffer.remaining() == 0 || this.give(buffer) {
            return Poll::Ready(Ok(()));
        }
        if this.scanner.part == Part::Rest {
            return Pin::new(&mut this.inner).poll_read(cx, buffer);
        }
        let mut chunk = [0_u8; CHUNK];
        loop {
            let mut read = ReadBuf::new(&mut chunk);
            ready!(Pin::new(&mut this.inner).poll_read(cx, &mut read))?;
            this.scanner.feed(read.filled(), &mut this.waiting);
            // Nothing given is the end for the reader: it is not, as long as something came.
            if this.give(buffer) || read.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Lenient<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    /// What a reader with little room sees of `bytes` that come in pieces of `size`.
    async fn passed(bytes: &[u8], size: usize) -> String {
        let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
        let mut reader = in_pieces(&pieces);
        let mut seen = Vec::new();
        let mut room = [0_u8; 7];
        loop {
            match reader.read(&mut room).await.unwrap() {
                0 => return String::from_utf8(seen).unwrap(),
                count => seen.extend_from_slice(&room[..count]),
            }
        }
    }

    fn in_pieces(pieces: &[&[u8]]) -> Lenient<impl AsyncRead + Unpin + use<>> {
        let (mut far, near) = tokio::io::duplex(64);
        let pieces: Vec<Vec<u8>> = pieces.iter().map(|piece| piece.to_vec()).collect();
        tokio::spawn(async move {
            use tokio::io::AsyncWriteExt as _;
            for piece in pieces {
                far.write_all(&piece).await.unwrap();
            }
        });
        Lenient::new(near, Arc::from("cut: yes"))
    }

    #[tokio::test]
    async fn request_lines_are_encoded_and_nothing_else_is() {
        let sent = b"GET /r?where=a>1&b=\"x\" HTTP/1.1\r\nHost: h\r\nX: <\">\r\n\r\n\r\nGET /s?c<2 HTTP/1.1\r\n\r\n";
        let wanted =
            "GET /r?where=a%3E1&b=%22x%22 HTTP/1.1\r\nHost: h\r\nX: <\">\r\n\r\n\r\nGET /s?c%3C2 HTTP/1.1\r\n\r\n";
        for size in [1, 2, 3, 17, 500] {
            assert_eq!(passed(sent, size).await, wanted, "pieces of {size}");
        }
    }

    #[tokio::test]
    async fn bodies_and_what_follows_them_pass_untouched() {
        for header in ["Content-Length: 5", "transfer-encoding: chunked", "UPGRADE: h2c"] {
            let sent = format!("POST /a?x>1 HTTP/1.1\r\n{header}\r\n\r\n<\">\n\nGET /b?x>1 HTTP/1.1\r\n\r\n");
            let wanted = sent.replacen("x>1", "x%3E1", 1);
            assert_eq!(passed(sent.as_bytes(), 3).await, wanted);
        }
    }

    #[tokio::test]
    async fn headers_over_the_limit_are_cut_to_their_end_and_marked() {
        let begin = "GET / HTTP/1.1\r\nHost: h\r\nCookie: ";
        let sent = format!(
            "{begin}{}\r\nX: y\r\n\r\nGET /next HTTP/1.1\r\n\r\n",
            "c".repeat(2 * HEADER_BYTES)
        );
        for size in [7, 4096, 100_000] {
            let seen = passed(sent.as_bytes(), size).await;
            assert!(
                seen.starts_with(begin) && seen.ends_with("ccc\r\ncut: yes\r\n\r\n"),
                "{size}"
            );
            assert_eq!(
                seen.len(),
                "GET / HTTP/1.1\r\n".len() + HEADER_BYTES + "\r\ncut: yes\r\n\r\n".len()
            );
        }
        let lines: String = (0..HEADER_LINES + 9).map(|n| format!("X-{n}: 1\r\n")).collect();
        let seen = passed(format!("GET / HTTP/1.1\r\n{lines}\r\n").as_bytes(), 500).await;
        assert!(seen.ends_with("X-255: 1\r\ncut: yes\r\n\r\n"));
        let endless = format!("{begin}{}", "c".repeat(DROPPED));
        assert!(
            passed(endless.as_bytes(), 100_000)
                .await
                .ends_with("ccc\r\ncut: yes\r\n\r\n")
        );
    }

    #[tokio::test]
    async fn headers_within_the_limit_are_counted_for_each_request_by_itself() {
        let lines: String = (0..HEADER_LINES).map(|n| format!("X-{n}: 1\r\n")).collect();
        let full = format!("GET / HTTP/1.1\r\n{lines}\r\n");
        let bytes = format!("GET / HTTP/1.1\r\nA: {}\r\n\r\n", "a".repeat(HEADER_BYTES - 5));
        let sent = format!("{full}{bytes}{full}");
        assert_eq!(passed(sent.as_bytes(), 4096).await, sent);
    }

    #[tokio::test]
    async fn http_2_passes_untouched() {
        let sent = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n<\"> GET /a?x>1 HTTP/1.1\r\n\r\n";
        assert_eq!(passed(sent.as_bytes(), 5).await, sent);
    }
}

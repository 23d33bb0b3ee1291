//! Lets three characters through that programs write in addresses although RFC 3986 wants them encoded: `"`, `<` and `>`.
//!
//! They are the heart of ODSQL (`where=population>10000`), and other portals take them as they come; hyper refuses the whole
//! request without a word. They are encoded here, before hyper sees them, in request lines only: never in a header or a body.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Bytes read at a time while request lines are looked for.
const CHUNK: usize = 4096;
/// Longest beginning of a line that is kept: enough for the longest header name of [`BODY_HEADERS`].
const KEPT: usize = 20;
/// Headers after which bytes come that are no request line. From then on everything passes untouched.
const BODY_HEADERS: [&[u8]; 3] = [b"content-length:", b"transfer-encoding:", b"upgrade:"];
/// How an HTTP/2 connection begins.
const HTTP2: &[u8] = b"pri ";

/// Where in a stream of requests a byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    RequestLine,
    Headers,
    /// Past what is looked at, for good.
    Rest,
}

/// Encodes request lines as bytes pass by.
#[derive(Debug)]
struct Scanner {
    part: Part,
    /// Beginning of the current line, lower-case.
    line: Vec<u8>,
    body_follows: bool,
}

impl Scanner {
    fn new() -> Self {
        Self {
            part: Part::RequestLine,
            line: Vec::with_capacity(KEPT),
            body_follows: false,
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
                Part::Headers => out.push(byte),
            }
            self.step(byte);
        }
    }

    /// Moves past one byte of a request line or header.
    fn step(&mut self, byte: u8) {
        match byte {
            b'\n' => self.end_line(),
            b'\r' => {}
            _ if self.line.len() < KEPT => self.line.push(byte.to_ascii_lowercase()),
            _ => {}
        }
        if self.part == Part::RequestLine && self.line == HTTP2 {
            self.part = Part::Rest;
        }
    }

    fn end_line(&mut self) {
        let empty = self.line.is_empty();
        match self.part {
            // Empty lines before a request are no request.
            Part::RequestLine if !empty => self.part = Part::Headers,
            Part::Headers if empty => {
                self.part = if self.body_follows {
                    Part::Rest
                } else {
                    Part::RequestLine
                };
            }
            Part::Headers => self.body_follows |= BODY_HEADERS.iter().any(|name| self.line.starts_with(name)),
            Part::RequestLine | Part::Rest => {}
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
    /// Wraps a connection that has just been accepted.
    pub fn new(inner: S) -> Self {
        Self {
            inner,
            scanner: Scanner::new(),
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
        let mut read = ReadBuf::new(&mut chunk);
        ready!(Pin::new(&mut this.inner).poll_read(cx, &mut read))?;
        this.scanner.feed(read.filled(), &mut this.waiting);
        this.give(buffer);
        Poll::Ready(Ok(()))
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
        Lenient::new(near)
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
    async fn http_2_passes_untouched() {
        let sent = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n<\"> GET /a?x>1 HTTP/1.1\r\n\r\n";
        assert_eq!(passed(sent.as_bytes(), 5).await, sent);
    }
}

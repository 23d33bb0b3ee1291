//! Text → tokens, in one pass.

use crate::ast::Span;
use crate::error::{Clause, Error};

/// Largest clause that is read, in bytes.
pub const MAX_CLAUSE_BYTES: usize = 64 * 1024;

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TokenKind<'a> {
    /// Letters, digits and `_`, with dots between (`default.title`). May begin with a digit (`10km`, `2020_pop`).
    Word(&'a str),
    /// A name between back quotes.
    Quoted(&'a str),
    /// A number without its sign, as typed.
    Number(&'a str),
    /// A text, unescaped.
    Text(String),
    /// Punctuation or an operator.
    Symbol(&'static str),
    /// The end of the clause.
    End,
}

/// A token and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token<'a> {
    pub kind: TokenKind<'a>,
    pub span: Span,
}

/// Longest first, so that `<=` is not read as `<`.
const SYMBOLS: [&str; 17] = [
    "..", "!=", "<=", ">=", "(", ")", "[", "]", ",", ":", "=", "<", ">", "+", "-", "*", "/",
];

/// Cuts a clause into tokens; the last is `End`.
pub(crate) fn tokenize(text: &str, clause: Clause) -> Result<Vec<Token<'_>>, Error> {
    if text.len() > MAX_CLAUSE_BYTES {
        let detail = format!(
            "the clause has {} bytes and at most {MAX_CLAUSE_BYTES} are read",
            text.len()
        );
        return Err(Error::limit(
            &detail,
            Span {
                start: MAX_CLAUSE_BYTES,
                end: text.len(),
            },
            text,
            clause,
        ));
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (kind, length) = token(&text[at..], first).map_err(|bad| {
            let span = Span {
                start: at,
                end: at + bad.len(),
            };
            Error::unexpected(bad, span, text, clause)
        })?;
        tokens.push(Token {
            kind,
            span: Span {
                start: at,
                end: at + length,
            },
        });
        at += length;
    }
    tokens.push(Token {
        kind: TokenKind::End,
        span: Span {
            start: text.len(),
            end: text.len(),
        },
    });
    Ok(tokens)
}

/// The token at the start of `rest` and its length in bytes, else the characters that begin none.
fn token(rest: &str, first: char) -> Result<(TokenKind<'_>, usize), &str> {
    if first.is_ascii_digit()
        && let Some(length) = number_length(rest)
    {
        return Ok((TokenKind::Number(&rest[..length]), length));
    }
    if is_word_char(first) {
        let length = dotted_word_length(rest);
        return Ok((TokenKind::Word(&rest[..length]), length));
    }
    if first == '"' || first == '\'' {
        let (value, length) = quoted_text(rest, first).ok_or(&rest[..1])?;
        return Ok((TokenKind::Text(value), length));
    }
    if first == '`' {
        let inner = rest[1..]
            .find('`')
            .filter(|end| *end > 0)
            .map(|end| &rest[1..=end])
            .ok_or(&rest[..1])?;
        return Ok((TokenKind::Quoted(inner), inner.len() + 2));
    }
    SYMBOLS
        .iter()
        .find(|symbol| rest.starts_with(**symbol))
        .map(|symbol| (TokenKind::Symbol(symbol), symbol.len()))
        .ok_or(&rest[..first.len_utf8()])
}

/// Whether a name may hold `c` without back quotes.
pub(crate) fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Bytes of the run of word characters at the start.
fn word_length(text: &str) -> usize {
    text.find(|c| !is_word_char(c)).unwrap_or(text.len())
}

/// Bytes of `ident { "." ident }` at the start.
fn dotted_word_length(text: &str) -> usize {
    let mut length = word_length(text);
    while let Some(tail) = text[length..].strip_prefix('.') {
        match word_length(tail) {
            0 => break,
            more => length += 1 + more,
        }
    }
    length
}

/// Bytes of the number at the start, or `None` when it is a name that begins with a digit.
fn number_length(text: &str) -> Option<usize> {
    let digits = digits_length(text);
    let whole_word = word_length(text);
    if whole_word > digits {
        return exponent_length(&text[digits..]).map(|exponent| digits + exponent);
    }
    let Some(tail) = text[digits..].strip_prefix('.') else {
        return Some(digits);
    };
    match digits_length(tail) {
        0 => Some(digits),
        decimals => {
            let end = digits + 1 + decimals;
            Some(end + exponent_length(&text[end..]).unwrap_or(0))
        }
    }
}

/// Bytes of `e10`, `E-7` at the start, provided that no name goes on after it.
fn exponent_length(text: &str) -> Option<usize> {
    let tail = text.strip_prefix(['e', 'E'])?;
    let sign = usize::from(tail.starts_with(['+', '-']));
    let digits = digits_length(&tail[sign..]);
    let end = 1 + sign + digits;
    (digits > 0 && !text[end..].starts_with(is_word_char)).then_some(end)
}

fn digits_length(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())
}

/// The text between the quotes, and the bytes taken with both quotes; `None` when it is never closed.
fn quoted_text(text: &str, quote: char) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => value.push(chars.next()?.1),
            c if c == quote => return Some((value, at + 1)),
            c => value.push(c),
        }
    }
    None
}

/// Unescapes `text` when the whole of it is one quoted text.
pub(crate) fn unquote(text: &str) -> Option<String> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    quoted_text(text, quote)
        .filter(|(_, length)| *length == text.len())
        .map(|(value, _)| value)
}

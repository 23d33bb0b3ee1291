//! The text of a query, read from its start to its end.

use crate::ast::Span;
use crate::error::{Clause, Error};

/// Signs that end a word.
const ENDS: [char; 9] = ['(', ')', '[', ']', '"', ':', '=', '<', '>'];

/// A place in the text.
pub(super) struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    /// What is read.
    pub fn text(&self) -> &'a str {
        self.text
    }

    pub fn new(text: &'a str) -> Self {
        let mut scan = Self { text, at: 0 };
        scan.skip_space();
        scan
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn advance(&mut self, bytes: usize) {
        self.at += bytes;
        self.skip_space();
    }

    /// The place, in bytes. Never on a space.
    pub fn at(&self) -> usize {
        self.at
    }

    /// From `start` to here, without the space before here.
    pub fn span(&self, start: usize) -> Span {
        let read = &self.text[start..self.at];
        Span {
            start,
            end: start + read.trim_end().len(),
        }
    }

    /// The next sign.
    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Passes `sign` if it comes next.
    pub fn take(&mut self, sign: &str) -> bool {
        let found = self.rest().starts_with(sign);
        if found {
            self.advance(sign.len());
        }
        found
    }

    pub fn expect(&mut self, sign: &str) -> Result<(), Error> {
        if self.take(sign) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    /// Whether the word `keyword`, in capitals, comes next.
    pub fn is_keyword(&self, keyword: &str) -> bool {
        let follows = self.rest().strip_prefix(keyword).map(|rest| rest.chars().next());
        matches!(follows, Some(next) if next.is_none_or(|next| next.is_whitespace() || ['(', ')', '"', '#'].contains(&next)))
    }

    pub fn take_keyword(&mut self, keyword: &str) -> bool {
        let found = self.is_keyword(keyword);
        if found {
            self.advance(keyword.len());
        }
        found
    }

    /// Signs up to a space or one of those that mean something.
    pub fn word(&mut self) -> Result<&'a str, Error> {
        self.until(|sign| sign.is_whitespace() || ENDS.contains(&sign))
    }

    /// A value without quotes, in which only spaces and brackets mean something: instants hold colons.
    pub fn bare_value(&mut self) -> Result<&'a str, Error> {
        self.until(|sign| sign.is_whitespace() || ['(', ')', '[', ']', '"'].contains(&sign))
    }

    /// Signs of an argument, up to a comma or a bracket.
    pub fn argument(&mut self) -> Result<&'a str, Error> {
        let found = self.until(|sign| [',', '(', ')', '[', ']', '"'].contains(&sign))?;
        Ok(found.trim_end())
    }

    fn until(&mut self, ends: impl Fn(char) -> bool) -> Result<&'a str, Error> {
        let rest = self.rest();
        let length = rest.find(ends).unwrap_or(rest.len());
        if length == 0 {
            return Err(self.unexpected());
        }
        self.advance(length);
        Ok(&rest[..length])
    }

    /// A text between quotes of either kind; a backslash takes the meaning from what follows.
    pub fn quoted(&mut self) -> Result<String, Error> {
        let start = self.at;
        let mut signs = self.rest().char_indices();
        let Some((_, quote @ ('"' | '\''))) = signs.next() else {
            return Err(self.unexpected());
        };
        let mut text = String::new();
        while let Some((at, sign)) = signs.next() {
            match sign {
                '\\' => text.extend(signs.next().map(|(_, escaped)| escaped)),
                sign if sign == quote => {
                    self.advance(at + quote.len_utf8());
                    return Ok(text);
                }
                sign => text.push(sign),
            }
        }
        Err(self.unexpected_at(start))
    }

    /// The text from here to the bracket that ends the arguments, which is not passed.
    pub fn raw_arguments(&mut self) -> &'a str {
        let rest = self.rest();
        let length = rest.find(')').unwrap_or(rest.len());
        self.advance(length);
        &rest[..length]
    }

    pub fn unexpected(&self) -> Error {
        self.unexpected_at(self.at)
    }

    /// What stands at `start` cannot stand there.
    pub fn unexpected_at(&self, start: usize) -> Error {
        let rest = &self.text[start..];
        let (what, length) = match rest.chars().next() {
            Some(sign) => (sign.to_string(), sign.len_utf8()),
            None => ("the end".to_owned(), 0),
        };
        let span = Span {
            start,
            end: start + length,
        };
        Error::unexpected(&what, span, self.text, Clause::Qv1)
    }

    /// What was read from `start` on means nothing.
    pub fn meaningless(&self, detail: &str, start: usize) -> Error {
        Error::semantic(detail, self.span(start), Clause::Qv1).located(self.text)
    }
}

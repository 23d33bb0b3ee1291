//! `date_format` patterns.

use chrono::{Datelike, NaiveDateTime, Timelike};
use parvis_model::calendar::Names;

use crate::Error;

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// A symbol and how often it stands.
    Symbol(char, usize),
}

/// A pattern that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    pieces: Vec<Piece>,
    names: Names,
}

impl Pattern {
    /// Reads a pattern; names are in `lang`.
    pub(crate) fn parse(pattern: &str, lang: &str) -> Result<Self, Error> {
        let mut pieces = Vec::new();
        let mut rest = pattern;
        while let Some(first) = rest.chars().next() {
            if first == '\'' {
                let (text, after) = quoted(&rest[1..]).ok_or_else(|| {
                    Error::malformed(format!("the pattern {pattern} has a quote that is not closed."))
                })?;
                pieces.push(Piece::Text(text));
                rest = after;
                continue;
            }
            let count = rest.chars().take_while(|letter| *letter == first).count();
            let piece = if first.is_ascii_alphabetic() {
                symbol(first, count).ok_or_else(|| {
                    Error::malformed(format!("{first} is not a symbol of date_format (in {pattern})."))
                })?
            } else {
                Piece::Text(first.to_string().repeat(count))
            };
            pieces.push(piece);
            rest = &rest[first.len_utf8() * count..];
        }
        Ok(Self {
            pieces,
            names: Names::of(lang),
        })
    }

    /// A time in this format.
    pub(crate) fn format(&self, time: &NaiveDateTime) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Symbol(symbol, count) => self.push(*symbol, *count, time, &mut out),
            }
        }
        out
    }

    fn push(&self, symbol: char, count: usize, time: &NaiveDateTime, out: &mut String) {
        let weekday = time.weekday().num_days_from_monday() as usize;
        let month = time.month0() as usize;
        let number = match symbol {
            'y' | 'Y' => i64::from(time.year()),
            'x' => i64::from(time.iso_week().year()),
            'w' => i64::from(time.iso_week().week()),
            'e' => i64::from(time.weekday().number_from_monday()),
            'E' => {
                out.push_str(if count < 4 {
                    self.names.short_days[weekday]
                } else {
                    self.names.days[weekday]
                });
                return;
            }
            'M' if count == 3 => {
                out.push_str(self.names.short_months[month]);
                return;
            }
            'M' if count > 3 => {
                out.push_str(self.names.months[month]);
                return;
            }
            'M' => i64::from(time.month()),
            'D' => i64::from(time.ordinal()),
            'd' => i64::from(time.day()),
            'H' => i64::from(time.hour()),
            'm' => i64::from(time.minute()),
            _ => i64::from(time.second()),
        };
        let short_year = matches!(symbol, 'y' | 'Y' | 'x') && count == 2;
        let number = if short_year { number.rem_euclid(100) } else { number };
        out.push_str(&format!("{number:0count$}"));
    }
}

/// A run of letters as a symbol, when it is one.
fn symbol(letter: char, count: usize) -> Option<Piece> {
    let known = match letter {
        'y' | 'Y' | 'x' => matches!(count, 1 | 2 | 4),
        'w' | 'd' | 'H' | 'm' | 's' => count <= 2,
        'e' => count == 1,
        'E' => count <= 4,
        'D' => count <= 3,
        'M' => count <= 4,
        _ => false,
    };
    known.then_some(Piece::Symbol(letter, count))
}

/// The text up to the closing quote, where two quotes stand for one, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    // Two quotes outside a quoted text are one quote.
    if let Some(after) = text.strip_prefix('\'') {
        return Some(("'".to_owned(), after));
    }
    let mut out = String::new();
    let mut rest = text;
    loop {
        let end = rest.find('\'')?;
        out.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('\'') {
            Some(after) => {
                out.push('\'');
                rest = after;
            }
            None => return Some((out, rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formatted(pattern: &str, lang: &str) -> String {
        let time = NaiveDateTime::parse_from_str("2021-01-03T04:05:06", "%Y-%m-%dT%H:%M:%S").unwrap();
        Pattern::parse(pattern, lang).unwrap().format(&time)
    }

    #[test]
    fn every_symbol_is_formatted() {
        assert_eq!(formatted("yyyy/MM/dd HH:mm:ss", "fr"), "2021/01/03 04:05:06");
        assert_eq!(formatted("yy YYYY M d H m s", "fr"), "21 2021 1 3 4 5 6");
        assert_eq!(formatted("xxxx-ww e D DDD", "fr"), "2020-53 7 3 003");
        assert_eq!(formatted("E EEEE MMM MMMM", "fr"), "dim. dimanche janv. janvier");
        assert_eq!(formatted("E EEEE MMM MMMM", "en"), "Sun Sunday Jan January");
    }

    #[test]
    fn quotes_hold_free_text() {
        assert_eq!(formatted("'le' d 'd''hiver' ''yy''", "fr"), "le 3 d'hiver '21'");
        assert!(Pattern::parse("d 'open", "fr").is_err());
        assert!(Pattern::parse("q", "fr").is_err());
    }
}

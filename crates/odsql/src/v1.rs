//! The query language of the API v1, which widgets still send (`q`, `qv1`): text → condition.
//!
//! ```text
//! query = and { "OR" and }
//! and   = not { [ "AND" ] not }
//! not   = { "NOT" } atom
//! atom  = "(" query ")" | function | field op value | field op "[" value "TO" value "]" | word | '"' words '"'
//! op    = ":" | "=" | "==" | ">" | "<" | ">=" | "<="
//! ```
//!
//! Unlike ODSQL it cannot be read without the fields: `2020` is a year, a number or a text. One pass, no backtracking.

mod function;
mod scan;
#[cfg(test)]
mod tests;
mod value;

use crate::ast::{CompareOp, Condition, ConditionKind, Fields, Span, TextPredicate};
use crate::error::{Clause, Error};
use crate::lexer::MAX_CLAUSE_BYTES;
use crate::parser::MAX_NESTING;
use scan::Scan;

/// Reads a query of the API v1 over `fields`. The condition is one that `check` accepts or refuses, like any other.
///
/// # Errors
/// The text cannot be read, is blank, names a field that does not exist, or a function that has no meaning here.
pub fn parse_v1(text: &str, fields: &dyn Fields) -> Result<Condition, Error> {
    if text.len() > MAX_CLAUSE_BYTES {
        let detail = format!(
            "the query has {} bytes and at most {MAX_CLAUSE_BYTES} are read",
            text.len()
        );
        return Err(Error::limit(&detail, Span::default(), text, Clause::Qv1));
    }
    let mut reader = Reader {
        scan: Scan::new(text),
        fields,
        nesting: 0,
    };
    let condition = reader.any()?;
    match reader.scan.peek() {
        None => Ok(condition),
        Some(_) => Err(reader.scan.unexpected()),
    }
}

struct Reader<'a> {
    scan: Scan<'a>,
    fields: &'a dyn Fields,
    nesting: u32,
}

impl Reader<'_> {
    fn any(&mut self) -> Result<Condition, Error> {
        let start = self.scan.at();
        let mut alternatives = vec![self.all()?];
        while self.scan.take_keyword("OR") {
            alternatives.push(self.all()?);
        }
        Ok(self.several(alternatives, ConditionKind::Or, start))
    }

    fn all(&mut self) -> Result<Condition, Error> {
        let start = self.scan.at();
        let mut conditions = vec![self.negated()?];
        loop {
            let more = self.scan.take_keyword("AND");
            let ends = matches!(self.scan.peek(), None | Some(')')) || self.scan.is_keyword("OR");
            if ends && !more {
                return Ok(self.several(conditions, ConditionKind::And, start));
            }
            conditions.push(self.negated()?);
        }
    }

    fn several(
        &self,
        mut conditions: Vec<Condition>,
        kind: fn(Vec<Condition>) -> ConditionKind,
        start: usize,
    ) -> Condition {
        match conditions.pop() {
            Some(only) if conditions.is_empty() => only,
            last => {
                conditions.extend(last);
                self.node(kind(conditions), start)
            }
        }
    }

    fn negated(&mut self) -> Result<Condition, Error> {
        let start = self.scan.at();
        let mut odd = false;
        while self.scan.take_keyword("NOT") {
            odd = !odd;
        }
        let condition = self.atom()?;
        Ok(if odd {
            self.node(ConditionKind::Not(Box::new(condition)), start)
        } else {
            condition
        })
    }

    fn atom(&mut self) -> Result<Condition, Error> {
        let start = self.scan.at();
        match self.scan.peek() {
            Some('(') => {
                self.nesting += 1;
                if self.nesting > MAX_NESTING {
                    let detail = format!("parentheses are nested more than {MAX_NESTING} deep");
                    return Err(Error::limit(
                        &detail,
                        self.scan.span(start),
                        self.scan.text(),
                        Clause::Qv1,
                    ));
                }
                self.scan.expect("(")?;
                let inner = self.any()?;
                self.scan.expect(")")?;
                self.nesting -= 1;
                Ok(inner)
            }
            Some('#') => self.function(start),
            Some('"' | '\'') => {
                let words = self.scan.quoted()?;
                Ok(self.node(ConditionKind::FullText(words), start))
            }
            _ => self.word(start),
        }
    }

    /// A word to be found, or a field that is compared.
    fn word(&mut self, start: usize) -> Result<Condition, Error> {
        let word = self.scan.word()?.to_owned();
        if let Some(op) = self.operator() {
            return self.comparison(&word, op, start);
        }
        // A star says what a word means anyway: that others begin with it.
        let stem = word.trim_end_matches('*').to_owned();
        if stem.is_empty() {
            return Err(self.scan.unexpected_at(start));
        }
        Ok(self.node(ConditionKind::Text(TextPredicate::Suggest, Vec::new(), stem), start))
    }

    fn operator(&mut self) -> Option<CompareOp> {
        const OPERATORS: [(&str, CompareOp); 7] = [
            ("==", CompareOp::Eq),
            (">=", CompareOp::GtEq),
            ("<=", CompareOp::LtEq),
            (":", CompareOp::Eq),
            ("=", CompareOp::Eq),
            (">", CompareOp::Gt),
            ("<", CompareOp::Lt),
        ];
        let found = OPERATORS.into_iter().find(|(text, _)| self.scan.take(text));
        found.map(|(_, op)| op)
    }

    fn node(&self, kind: ConditionKind, start: usize) -> Condition {
        Condition {
            kind,
            span: self.scan.span(start),
        }
    }
}

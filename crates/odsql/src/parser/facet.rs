//! `facet`, `refine` and `exclude`.

use super::Parser;
use crate::ast::{FacetRequest, Literal, Refinement, Span};
use crate::error::{Clause, Error};
use crate::lexer::{TokenKind, unquote};
use crate::names::is_structural;

/// Orders that a facet's values may be asked in.
pub const FACET_SORTS: [&str; 6] = ["count", "-count", "alphanum", "-alphanum", "num", "-num"];
/// Most values of one facet that may be asked for.
pub const MAX_FACET_VALUES: u32 = 20_000;

/// Reads `facet=name` or `facet=facet(name="…", …)`.
///
/// # Errors
/// The text cannot be read, or an argument is unknown or out of range.
pub fn parse_facet(text: &str) -> Result<FacetRequest, Error> {
    let mut parser = Parser::new(text, Clause::Facet)?;
    if parser.is_keyword("facet") && parser.following() == &TokenKind::Symbol("(") {
        let request = parser.facet_call()?;
        parser.expect_end()?;
        return Ok(request);
    }
    let (TokenKind::Word(name) | TokenKind::Quoted(name)) = *parser.kind() else {
        return Err(parser.unexpected());
    };
    parser.advance();
    parser.expect_end()?;
    Ok(FacetRequest {
        name: name.to_owned(),
        ..FacetRequest::default()
    })
}

impl Parser<'_> {
    fn facet_call(&mut self) -> Result<FacetRequest, Error> {
        let start = self.span().start;
        self.at += 2;
        let mut request = FacetRequest::default();
        loop {
            let TokenKind::Word(argument) = *self.kind() else {
                return Err(self.unexpected());
            };
            let argument_span = self.span();
            self.advance();
            self.expect("=")?;
            let span = self.span();
            let value = match *self.kind() {
                TokenKind::Quoted(name) => {
                    self.advance();
                    Literal::String(name.to_owned())
                }
                // A name or an order is also understood without quotes.
                TokenKind::Word(word) if !is_structural(&word.to_ascii_lowercase()) => {
                    self.advance();
                    Literal::String(word.to_owned())
                }
                TokenKind::Symbol("-") if matches!(self.following(), TokenKind::Word(_)) => {
                    self.advance();
                    Literal::String(format!("-{}", self.field_name()?))
                }
                _ => self.literal()?,
            };
            match (argument.to_ascii_lowercase().as_str(), value) {
                ("name", Literal::String(name)) => request.name = name,
                ("disjunctive", Literal::Bool(disjunctive)) => request.disjunctive = Some(disjunctive),
                ("hierarchical", Literal::Bool(hierarchical)) => request.hierarchical = Some(hierarchical),
                ("separator", Literal::String(separator)) if !separator.is_empty() => {
                    request.separator = Some(separator)
                }
                ("sort", Literal::String(sort)) if FACET_SORTS.contains(&sort.as_str()) => request.sort = Some(sort),
                ("limit", Literal::Int(limit)) if (0..=i64::from(MAX_FACET_VALUES)).contains(&limit) => {
                    request.limit = u32::try_from(limit).ok();
                }
                ("name" | "disjunctive" | "hierarchical" | "separator" | "sort" | "limit", _) => {
                    let detail = format!("Invalid value for {argument} in facet(): {}.", self.slice(span));
                    return Err(self.semantic(&detail, span));
                }
                _ => return Err(self.unexpected_at(argument_span)),
            }
            if !self.eat(",") {
                break;
            }
        }
        self.expect(")")?;
        if request.name.is_empty() {
            return Err(self.semantic("facet() needs a name.", self.since(start)));
        }
        Ok(request)
    }
}

/// Reads `refine=field:value`, `refine=field:"value"` or `refine=field="value"`.
///
/// # Errors
/// There is no field, or neither `:` nor `=` after it.
pub fn parse_refine(text: &str) -> Result<Refinement, Error> {
    refinement(text, Clause::Refine)
}

/// Reads `exclude=field:value`, in the forms of [`parse_refine`].
///
/// # Errors
/// There is no field, or neither `:` nor `=` after it.
pub fn parse_exclude(text: &str) -> Result<Refinement, Error> {
    refinement(text, Clause::Exclude)
}

/// The value is taken as it stands, since facet values hold any character; only the field is read as a token.
fn refinement(text: &str, clause: Clause) -> Result<Refinement, Error> {
    let at = |start: usize| {
        let end = text[start..].chars().next().map_or(start, |c| start + c.len_utf8());
        let what = if start == end {
            "end of expression"
        } else {
            &text[start..end]
        };
        Error::unexpected(what, Span { start, end }, text, clause)
    };
    let trimmed = text.trim_start();
    let start = text.len() - trimmed.len();
    let (field, rest) = match trimmed.strip_prefix('`') {
        Some(quoted) => quoted.split_once('`').ok_or_else(|| at(start))?,
        None => trimmed.split_at(trimmed.find([':', '=']).ok_or_else(|| at(text.len()))?),
    };
    let field = field.trim();
    let rest_start = text.len() - rest.len();
    let value = rest
        .trim_start()
        .strip_prefix([':', '='])
        .ok_or_else(|| at(rest_start))?
        .trim();
    if field.is_empty() {
        return Err(at(start));
    }
    let value = unquote(value).unwrap_or_else(|| value.to_owned());
    Ok(Refinement {
        field: field.to_owned(),
        value,
    })
}

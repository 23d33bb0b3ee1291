//! Tokens → tree. One pass, no backtracking: a parenthesis in a condition yields a condition or an expression, and what
//! follows decides.

mod call;
mod clauses;
mod condition;
mod expr;
mod facet;
#[cfg(test)]
mod linear;
mod predicate;
#[cfg(test)]
mod tests;

use crate::ast::{Condition, Expr, GroupItem, OrderItem, SelectItem, Span};
use crate::error::{Clause, Error};
use crate::lexer::{Token, TokenKind, tokenize};

pub use facet::{parse_exclude, parse_facet, parse_refine};

/// Deepest nesting of parentheses, calls and negations.
pub const MAX_NESTING: u32 = 64;
/// Highest tree that arithmetic may build: a chain of `+` counts once per operator.
pub const MAX_HEIGHT: u32 = 256;

/// Most items of `select`.
pub const MAX_SELECTED: usize = 1_000;
/// Most items of `group_by`, and of `order_by`.
pub const MAX_KEYS: usize = 100;

/// Reads the value of `select`. A blank text selects nothing in particular, which means everything.
///
/// # Errors
/// The text cannot be read, or calls a function that does not exist.
pub fn parse_select(text: &str) -> Result<Vec<SelectItem>, Error> {
    Parser::new(text, Clause::Select)?
        .list(MAX_SELECTED, Parser::select_items)
        .map(|items| items.into_iter().flatten().collect())
}

/// Reads one value of `where`.
///
/// # Errors
/// The text cannot be read, is blank, or calls a function that does not exist.
pub fn parse_where(text: &str) -> Result<Condition, Error> {
    let mut parser = Parser::new(text, Clause::Where)?;
    let operand = parser.any()?;
    parser.expect_end()?;
    parser.condition(operand)
}

/// Reads the value of `group_by`. A blank text groups by nothing.
///
/// # Errors
/// The text cannot be read, or calls a function that does not exist.
pub fn parse_group_by(text: &str) -> Result<Vec<GroupItem>, Error> {
    Parser::new(text, Clause::GroupBy)?.list(MAX_KEYS, Parser::group_item)
}

/// Reads the value of `order_by`. A blank text asks for no order.
///
/// # Errors
/// The text cannot be read, or calls a function that does not exist.
pub fn parse_order_by(text: &str) -> Result<Vec<OrderItem>, Error> {
    Parser::new(text, Clause::OrderBy)?.list(MAX_KEYS, Parser::order_item)
}

/// A place in the tokens of one clause.
pub(crate) struct Parser<'a> {
    text: &'a str,
    clause: Clause,
    tokens: Vec<Token<'a>>,
    at: usize,
    nesting: u32,
    /// How often a token was looked at: the work of reading, which the tests compare with the length of the text.
    #[cfg(test)]
    looks: std::cell::Cell<usize>,
}

/// What a part of a condition turned out to be, and the height of its tree.
pub(crate) struct Operand {
    node: Node,
    height: u32,
}

/// An expression may still become a condition (a bare field or text).
pub(crate) enum Node {
    Expr(Expr),
    Condition(Condition),
}

impl Operand {
    fn expr(kind: crate::ast::ExprKind, span: Span, height: u32) -> Self {
        Self {
            node: Node::Expr(Expr { kind, span }),
            height,
        }
    }

    fn condition(kind: crate::ast::ConditionKind, span: Span) -> Self {
        Self {
            node: Node::Condition(Condition { kind, span }),
            height: 1,
        }
    }

    fn span(&self) -> Span {
        match &self.node {
            Node::Expr(expr) => expr.span,
            Node::Condition(condition) => condition.span,
        }
    }
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, clause: Clause) -> Result<Self, Error> {
        Ok(Self {
            text,
            clause,
            tokens: tokenize(text, clause)?,
            at: 0,
            nesting: 0,
            #[cfg(test)]
            looks: std::cell::Cell::new(0),
        })
    }

    /// Items between commas up to the end, at most so many; none when the text is blank.
    fn list<T>(mut self, most: usize, item: fn(&mut Self) -> Result<T, Error>) -> Result<Vec<T>, Error> {
        let mut items = Vec::new();
        if self.kind() == &TokenKind::End {
            return Ok(items);
        }
        loop {
            if items.len() >= most {
                let detail = format!("the clause has more than {most} items");
                return Err(Error::limit(&detail, self.span(), self.text, self.clause));
            }
            items.push(item(&mut self)?);
            if !self.eat(",") {
                break;
            }
        }
        self.expect_end()?;
        Ok(items)
    }

    fn kind(&self) -> &TokenKind<'a> {
        self.look();
        &self.tokens[self.at].kind
    }

    /// Notes that a token is looked at.
    fn look(&self) {
        #[cfg(test)]
        self.looks.set(self.looks.get() + 1);
    }

    /// The token after the current one; `End` is the last.
    fn following(&self) -> &TokenKind<'a> {
        &self.tokens[(self.at + 1).min(self.tokens.len() - 1)].kind
    }

    fn span(&self) -> Span {
        self.tokens[self.at].span
    }

    /// From `start` to the end of the token before the current one.
    fn since(&self, start: usize) -> Span {
        let end = self
            .at
            .checked_sub(1)
            .map_or(start, |before| self.tokens[before].span.end);
        Span {
            start,
            end: end.max(start),
        }
    }

    fn slice(&self, span: Span) -> &'a str {
        &self.text[span.start..span.end]
    }

    /// Takes the current token; the end is never passed.
    fn advance(&mut self) -> TokenKind<'a> {
        let kind = self.kind().clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        kind
    }

    fn is(&self, symbol: &str) -> bool {
        matches!(self.kind(), TokenKind::Symbol(found) if *found == symbol)
    }

    fn eat(&mut self, symbol: &str) -> bool {
        let found = self.is(symbol);
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, symbol: &str) -> Result<(), Error> {
        if self.eat(symbol) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self.kind(), TokenKind::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    fn eat_keyword(&mut self, keyword: &str) -> bool {
        let found = self.is_keyword(keyword);
        if found {
            self.advance();
        }
        found
    }

    fn expect_end(&self) -> Result<(), Error> {
        if self.kind() == &TokenKind::End {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    /// The current token should not be here.
    fn unexpected(&self) -> Error {
        self.unexpected_at(self.span())
    }

    fn unexpected_at(&self, span: Span) -> Error {
        let what = if span.start >= self.text.len() {
            "end of expression"
        } else {
            self.slice(span)
        };
        Error::unexpected(what, span, self.text, self.clause)
    }

    fn semantic(&self, detail: &str, span: Span) -> Error {
        Error::semantic(detail, span, self.clause).located(self.text)
    }

    /// Runs `inner` one level deeper.
    fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if self.nesting >= MAX_NESTING {
            let detail = format!("the expression is nested deeper than {MAX_NESTING} levels");
            return Err(Error::limit(&detail, self.span(), self.text, self.clause));
        }
        self.nesting += 1;
        let result = inner(self);
        self.nesting -= 1;
        result
    }
}

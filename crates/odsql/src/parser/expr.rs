//! Expressions: literals, fields, arithmetic (`* /` bind tighter than `+ -`).

use super::{MAX_HEIGHT, Node, Operand, Parser};
use crate::ast::{ArithmeticOp, DateLiteral, Expr, ExprKind, Literal, Span};
use crate::error::{Clause, Error};
use crate::lexer::TokenKind;
use crate::names::is_structural;

impl Parser<'_> {
    /// An expression where no condition can stand.
    pub(super) fn value(&mut self) -> Result<Expr, Error> {
        self.value_with_height().map(|(expr, _)| expr)
    }

    pub(super) fn value_with_height(&mut self) -> Result<(Expr, u32), Error> {
        let operand = self.additive()?;
        let height = operand.height;
        Ok((self.expression(operand)?, height))
    }

    /// The operand as an expression; a condition cannot be one.
    pub(super) fn expression(&self, operand: Operand) -> Result<Expr, Error> {
        match operand.node {
            Node::Expr(expr) => Ok(expr),
            Node::Condition(condition) => Err(self.unexpected_at(condition.span)),
        }
    }

    pub(super) fn additive(&mut self) -> Result<Operand, Error> {
        let mut left = self.multiplicative()?;
        loop {
            let op = match self.kind() {
                TokenKind::Symbol("+") => ArithmeticOp::Add,
                TokenKind::Symbol("-") => ArithmeticOp::Subtract,
                _ => return Ok(left),
            };
            left = self.arithmetic(left, op, Self::multiplicative)?;
        }
    }

    fn multiplicative(&mut self) -> Result<Operand, Error> {
        let mut left = self.unary()?;
        loop {
            let op = match self.kind() {
                TokenKind::Symbol("*") => ArithmeticOp::Multiply,
                TokenKind::Symbol("/") => ArithmeticOp::Divide,
                _ => return Ok(left),
            };
            left = self.arithmetic(left, op, Self::unary)?;
        }
    }

    fn arithmetic(
        &mut self,
        left: Operand,
        op: ArithmeticOp,
        operand: fn(&mut Self) -> Result<Operand, Error>,
    ) -> Result<Operand, Error> {
        if matches!(left.node, Node::Condition(_)) {
            return Err(self.unexpected());
        }
        self.advance();
        let right = operand(self)?;
        let height = self.height(left.height.max(right.height))?;
        let span = Span {
            start: left.span().start,
            end: right.span().end,
        };
        let (left, right) = (self.expression(left)?, self.expression(right)?);
        Ok(Operand::expr(
            ExprKind::Arithmetic(Box::new(left), op, Box::new(right)),
            span,
            height,
        ))
    }

    /// One more than `below`, which bounds how deep any walk over the tree goes.
    pub(super) fn height(&self, below: u32) -> Result<u32, Error> {
        if below >= MAX_HEIGHT {
            let detail = format!("the expression has more than {MAX_HEIGHT} operators in a row");
            return Err(Error::limit(&detail, self.span(), self.text, self.clause));
        }
        Ok(below + 1)
    }

    fn unary(&mut self) -> Result<Operand, Error> {
        let start = self.span().start;
        if !self.eat("-") {
            // `+5`, as `now(mondays=+1)` has it.
            if self.is("+") && matches!(self.following(), TokenKind::Number(_)) {
                self.advance();
            }
            return self.primary();
        }
        if let TokenKind::Number(digits) = *self.kind() {
            let literal = self.number(digits, true)?;
            self.advance();
            return Ok(Operand::expr(ExprKind::Literal(literal), self.since(start), 1));
        }
        let inner = self.nested(Self::unary)?;
        let height = self.height(inner.height)?;
        let expr = self.expression(inner)?;
        let span = Span {
            start,
            end: expr.span.end,
        };
        Ok(Operand::expr(ExprKind::Negate(Box::new(expr)), span, height))
    }

    fn primary(&mut self) -> Result<Operand, Error> {
        let start = self.span().start;
        match *self.kind() {
            TokenKind::Symbol("(") => {
                self.advance();
                let inner = self.nested(|p| {
                    if p.clause == Clause::Where {
                        p.any()
                    } else {
                        p.additive()
                    }
                })?;
                self.expect(")")?;
                Ok(inner)
            }
            TokenKind::Word(word) if self.following() == &TokenKind::Symbol("(") => self.call(word),
            TokenKind::Word(_) | TokenKind::Quoted(_) | TokenKind::Number(_) | TokenKind::Text(_) => {
                let kind = match self.literal_here()? {
                    Some(literal) => ExprKind::Literal(literal),
                    None => ExprKind::Field(self.field_name()?),
                };
                Ok(Operand::expr(kind, self.since(start), 1))
            }
            TokenKind::Symbol(_) | TokenKind::End => Err(self.unexpected()),
        }
    }

    /// A field: letters, digits and `_` with dots between, or anything between back quotes.
    pub(super) fn field_name(&mut self) -> Result<String, Error> {
        let name = match *self.kind() {
            TokenKind::Quoted(name) => name.to_owned(),
            TokenKind::Word(word) if !is_structural(&word.to_ascii_lowercase()) => word.to_owned(),
            _ => return Err(self.unexpected()),
        };
        self.advance();
        Ok(name)
    }

    /// A constant, with its sign.
    pub(super) fn literal(&mut self) -> Result<Literal, Error> {
        if self.is("-") || self.is("+") {
            let negative = self.eat("-") || !self.eat("+");
            let TokenKind::Number(digits) = *self.kind() else {
                return Err(self.unexpected());
            };
            let literal = self.number(digits, negative)?;
            self.advance();
            return Ok(literal);
        }
        self.literal_here()?.ok_or_else(|| self.unexpected())
    }

    /// The constant at this place, taken; `None` when it is none.
    fn literal_here(&mut self) -> Result<Option<Literal>, Error> {
        let literal = match self.kind().clone() {
            TokenKind::Number(digits) => self.number(digits, false)?,
            TokenKind::Text(text) => Literal::String(text),
            TokenKind::Word(word) => return self.word_literal(word),
            TokenKind::Quoted(_) | TokenKind::Symbol(_) | TokenKind::End => return Ok(None),
        };
        self.advance();
        Ok(Some(literal))
    }

    /// `true`, `false`, `null`, `date'…'`, `geom'…'`.
    fn word_literal(&mut self, word: &str) -> Result<Option<Literal>, Error> {
        let text = match self.following() {
            TokenKind::Text(text) => Some(text.clone()),
            _ => None,
        };
        let literal = match (word.to_ascii_lowercase().as_str(), text) {
            ("true", _) => Literal::Bool(true),
            ("false", _) => Literal::Bool(false),
            ("null", _) => Literal::Null,
            ("date", Some(text)) => {
                let span = self.tokens[self.at + 1].span;
                let date = DateLiteral::parse(&text).ok_or_else(|| {
                    self.semantic(
                        &format!("Invalid date: {text} (write it as 2017-04-03T08:02:00Z)."),
                        span,
                    )
                })?;
                self.advance();
                Literal::Date(date)
            }
            ("geom", Some(text)) => {
                self.advance();
                Literal::Geom(text)
            }
            _ => return Ok(None),
        };
        self.advance();
        Ok(Some(literal))
    }

    /// A whole number when it fits in 64 bits, else a double.
    fn number(&self, digits: &str, negative: bool) -> Result<Literal, Error> {
        let text = if negative {
            format!("-{digits}")
        } else {
            digits.to_owned()
        };
        if let Ok(int) = text.parse::<i64>() {
            return Ok(Literal::Int(int));
        }
        text.parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .map(Literal::Double)
            .ok_or_else(|| self.unexpected())
    }
}

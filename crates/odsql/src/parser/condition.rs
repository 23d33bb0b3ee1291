//! Conditions: `or` over `and` over `not` over comparisons, membership and null checks.

use super::{Node, Operand, Parser};
use crate::ast::{CompareOp, Condition, ConditionKind, Expr, ExprKind, Literal, RangeBounds};
use crate::error::Error;
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// A condition, or an expression that the caller may use in either role.
    pub(super) fn any(&mut self) -> Result<Operand, Error> {
        self.junction("or", Self::conjunction, ConditionKind::Or)
    }

    fn conjunction(&mut self) -> Result<Operand, Error> {
        self.junction("and", Self::negation, ConditionKind::And)
    }

    fn junction(
        &mut self,
        keyword: &str,
        operand: fn(&mut Self) -> Result<Operand, Error>,
        join: fn(Vec<Condition>) -> ConditionKind,
    ) -> Result<Operand, Error> {
        let first = operand(self)?;
        if !self.is_keyword(keyword) {
            return Ok(first);
        }
        let start = first.span().start;
        let mut conditions = vec![self.condition(first)?];
        while self.eat_keyword(keyword) {
            let next = operand(self)?;
            conditions.push(self.condition(next)?);
        }
        Ok(Operand::condition(join(conditions), self.since(start)))
    }

    fn negation(&mut self) -> Result<Operand, Error> {
        let start = self.span().start;
        if !self.eat_keyword("not") {
            return self.comparison();
        }
        let inner = self.nested(Self::negation)?;
        let condition = self.condition(inner)?;
        Ok(Operand::condition(
            ConditionKind::Not(Box::new(condition)),
            self.since(start),
        ))
    }

    /// The operand as a condition: a bare text searches, a bare field must be true.
    pub(super) fn condition(&self, operand: Operand) -> Result<Condition, Error> {
        let expr = match operand.node {
            Node::Condition(condition) => return Ok(condition),
            Node::Expr(expr) => expr,
        };
        let kind = match expr.kind {
            ExprKind::Field(name) => ConditionKind::BoolField(name),
            ExprKind::Literal(Literal::String(words)) => ConditionKind::FullText(words),
            _ => {
                let detail = format!(
                    "{} is a value, not a condition: compare it with something.",
                    self.slice(expr.span)
                );
                return Err(self.semantic(&detail, expr.span));
            }
        };
        Ok(Condition { kind, span: expr.span })
    }

    fn comparison(&mut self) -> Result<Operand, Error> {
        let left = self.additive()?;
        let Node::Expr(_) = left.node else { return Ok(left) };
        let start = left.span().start;
        let kind = if let Some(op) = self.compare_op() {
            self.advance();
            let left = self.expression(left)?;
            ConditionKind::Compare(left, op, self.value()?)
        } else if self.eat_keyword("like") {
            let TokenKind::Text(words) = self.kind().clone() else {
                return Err(self.unexpected());
            };
            self.advance();
            ConditionKind::Like(self.expression(left)?, words)
        } else if self.eat_keyword("in") {
            let left = self.expression(left)?;
            self.membership(left)?
        } else if self.eat_keyword("is") {
            let left = self.expression(left)?;
            self.is_check(left)?
        } else {
            return Ok(left);
        };
        Ok(Operand::condition(kind, self.since(start)))
    }

    fn compare_op(&self) -> Option<CompareOp> {
        let TokenKind::Symbol(symbol) = *self.kind() else {
            return None;
        };
        Some(match symbol {
            "=" | ":" => CompareOp::Eq,
            "!=" => CompareOp::NotEq,
            "<" => CompareOp::Lt,
            "<=" => CompareOp::LtEq,
            ">" => CompareOp::Gt,
            ">=" => CompareOp::GtEq,
            _ => return None,
        })
    }

    /// What follows `in`: a list, a range, or the multivalued field that a constant is looked for in.
    fn membership(&mut self, left: Expr) -> Result<ConditionKind, Error> {
        if self.eat("(") {
            let mut values = vec![self.literal()?];
            while self.eat(",") {
                values.push(self.literal()?);
            }
            self.expect(")")?;
            return Ok(ConditionKind::InList(left, values));
        }
        if self.is("[") || self.is("]") {
            return Ok(ConditionKind::InRange(left, self.range_bounds()?));
        }
        match left.kind {
            ExprKind::Literal(literal) => Ok(ConditionKind::Contains(literal, self.field_name()?)),
            _ => Err(self.unexpected()),
        }
    }

    /// `[a..b]`, `[a TO b]`: a bracket that faces inward includes its end.
    fn range_bounds(&mut self) -> Result<RangeBounds, Error> {
        let from_included = self.eat("[");
        if !from_included {
            self.expect("]")?;
        }
        let from = self.end_of_range()?;
        if !self.eat("..") && !self.eat_keyword("to") {
            return Err(self.unexpected());
        }
        let to = self.end_of_range()?;
        let to_included = self.eat("]");
        if !to_included {
            self.expect("[")?;
        }
        Ok(RangeBounds {
            from,
            from_included,
            to,
            to_included,
        })
    }

    /// A bound, or `*` for none.
    fn end_of_range(&mut self) -> Result<Option<Literal>, Error> {
        if self.eat("*") {
            return Ok(None);
        }
        self.literal().map(Some)
    }

    fn is_check(&mut self, left: Expr) -> Result<ConditionKind, Error> {
        let negated = self.eat_keyword("not");
        if self.eat_keyword("null") {
            return Ok(ConditionKind::IsNull(left, !negated));
        }
        let value = self.is_keyword("true");
        if !value && !self.is_keyword("false") {
            return Err(self.unexpected());
        }
        self.advance();
        Ok(ConditionKind::IsBool(left, value, negated))
    }
}

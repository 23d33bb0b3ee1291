//! Calls of scalar functions, aggregates and `now`.

use super::{Operand, Parser};
use crate::ast::{Aggregate, Expr, ExprKind, Function, Literal, NowUnit};
use crate::error::Error;
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// `name(…)`, the current token being the name and the next an opening parenthesis.
    pub(super) fn call(&mut self, name: &str) -> Result<Operand, Error> {
        let start = self.span().start;
        let lower = name.to_ascii_lowercase();
        if let Some(predicate) = self.predicate(&lower)? {
            return Ok(predicate);
        }
        if let Some(function) = Function::from_name(&lower) {
            return self.nested(|p| p.function_call(function, start));
        }
        if lower == "now" {
            self.at += 2;
            let arguments = self.now_arguments()?;
            return Ok(Operand::expr(ExprKind::Now(arguments), self.since(start), 1));
        }
        if Aggregate::NAMES.contains(&lower.as_str()) {
            return self.nested(|p| p.aggregate_call(&lower, start));
        }
        Err(self.unknown_function(name))
    }

    /// A closed call of an unknown function means nothing; one that is never closed cannot be read. Both are recorded.
    fn unknown_function(&self, name: &str) -> Error {
        let mut open = 0_usize;
        for token in &self.tokens[self.at + 1..] {
            self.look();
            match token.kind {
                TokenKind::Symbol("(") => open += 1,
                TokenKind::Symbol(")") => open -= 1,
                _ => {}
            }
            if open == 0 {
                return self.semantic(&format!("{name}()"), self.span());
            }
        }
        self.unexpected_at(self.tokens[self.at + 1].span)
    }

    fn function_call(&mut self, function: Function, start: usize) -> Result<Operand, Error> {
        self.at += 2;
        let mut arguments = Vec::new();
        let mut below = 0;
        let (fewest, most) = function.arity();
        while !self.is(")") {
            if !arguments.is_empty() {
                self.expect(",")?;
            }
            let (argument, height) = self.value_with_height()?;
            below = below.max(height);
            arguments.push(argument);
        }
        self.expect(")")?;
        let span = self.since(start);
        if !(fewest..=most).contains(&arguments.len()) {
            let wanted = if fewest == most {
                fewest.to_string()
            } else {
                format!("{fewest} to {most}")
            };
            let detail = format!(
                "{}() takes {wanted} argument(s) and has {}.",
                function.name(),
                arguments.len()
            );
            return Err(self.semantic(&detail, span));
        }
        Ok(Operand::expr(
            ExprKind::Call(function, arguments),
            span,
            self.height(below)?,
        ))
    }

    fn now_arguments(&mut self) -> Result<Vec<(NowUnit, i64)>, Error> {
        let mut arguments = Vec::new();
        while !self.is(")") {
            if !arguments.is_empty() {
                self.expect(",")?;
            }
            let TokenKind::Word(word) = *self.kind() else {
                return Err(self.unexpected());
            };
            let lower = word.to_ascii_lowercase();
            let unit = NowUnit::all()
                .find(|unit| unit.name() == lower)
                .ok_or_else(|| self.unexpected())?;
            self.advance();
            self.expect("=")?;
            let span = self.span();
            let Literal::Int(value) = self.literal()? else {
                return Err(self.unexpected_at(span));
            };
            if unit
                .range()
                .is_some_and(|(smallest, largest)| value < smallest || (value > largest && unit != NowUnit::Day))
            {
                return Err(self.semantic(&format!("now({word}={value}) is out of range."), span));
            }
            arguments.push((unit, value));
        }
        self.expect(")")?;
        Ok(arguments)
    }

    fn aggregate_call(&mut self, name: &str, start: usize) -> Result<Operand, Error> {
        self.at += 2;
        let distinct = name == "count" && !self.is("*") && self.eat_keyword("distinct");
        if name == "count" && self.eat("*") {
            self.expect(")")?;
            return Ok(Operand::expr(
                ExprKind::Aggregate(Aggregate::CountAll),
                self.since(start),
                1,
            ));
        }
        let (argument, below) = self.value_with_height()?;
        let argument = Box::new(argument);
        let aggregate = match name {
            "count" if distinct => Aggregate::CountDistinct(argument),
            "count" => Aggregate::Count(argument),
            "sum" => Aggregate::Sum(argument),
            "avg" => Aggregate::Avg(argument),
            "min" => Aggregate::Min(argument),
            "max" => Aggregate::Max(argument),
            "median" => Aggregate::Median(argument),
            "stddev" => Aggregate::Stddev(argument),
            "envelope" => Aggregate::Envelope(argument),
            "bbox" => Aggregate::Bbox(argument),
            _ => self.percentile(argument)?,
        };
        self.expect(")")?;
        Ok(Operand::expr(
            ExprKind::Aggregate(aggregate),
            self.since(start),
            self.height(below)?,
        ))
    }

    /// `, p` after the first argument of `percentile`.
    fn percentile(&mut self, argument: Box<Expr>) -> Result<Aggregate, Error> {
        self.expect(",")?;
        let span = self.span();
        let rank = self.plain_number()?;
        if !(0.0..=100.0).contains(&rank) {
            return Err(self.semantic("the rank of percentile() is a number from 0 to 100.", span));
        }
        Ok(Aggregate::Percentile(argument, rank))
    }

    /// A number with its sign.
    pub(super) fn plain_number(&mut self) -> Result<f64, Error> {
        let span = self.span();
        match self.literal()? {
            #[expect(clippy::cast_precision_loss, reason = "numbers of the language are doubles")]
            Literal::Int(number) => Ok(number as f64),
            Literal::Double(number) => Ok(number),
            _ => Err(self.unexpected_at(span)),
        }
    }
}

//! `field op value`: what a value means is the field's to say.

use crate::ast::{
    CompareOp, Condition, ConditionKind, DateLiteral, Expr, ExprKind, Kind, Literal, RangeBounds, SelectItem, Span,
};
use crate::error::Error;
use crate::parser::parse_select;

use super::Reader;

impl Reader<'_> {
    /// The field called `name` and its kind.
    pub(super) fn field(&self, name: &str, start: usize) -> Result<(Expr, Kind), Error> {
        let Some(kind) = self.fields.kind(name) else {
            return Err(self.scan.meaningless(&format!("Unknown field: {name}."), start));
        };
        Ok((self.name(name, start), kind))
    }

    fn name(&self, name: &str, start: usize) -> Expr {
        Expr {
            kind: ExprKind::Field(name.to_owned()),
            span: Span {
                start,
                end: start + name.len(),
            },
        }
    }

    pub(super) fn comparison(&mut self, name: &str, op: CompareOp, start: usize) -> Result<Condition, Error> {
        let (field, kind) = self.field(name, start)?;
        if op == CompareOp::Eq && self.scan.take("[") {
            return self.range(name, kind, start);
        }
        if self.scan.peek() == Some('#') {
            let now = self.now()?;
            return Ok(self.node(ConditionKind::Compare(field, op, now), start));
        }
        let text = self.value()?;
        self.compared(name, kind, op, &text, start)
    }

    fn value(&mut self) -> Result<String, Error> {
        match self.scan.peek() {
            Some('"' | '\'') => self.scan.quoted(),
            _ => self.scan.bare_value().map(str::to_owned),
        }
    }

    /// The condition that a field compares so with a value.
    pub(super) fn compared(
        &self,
        name: &str,
        kind: Kind,
        op: CompareOp,
        text: &str,
        start: usize,
    ) -> Result<Condition, Error> {
        let field = self.name(name, start);
        let kind = match kind {
            Kind::MultiText if op == CompareOp::Eq => {
                ConditionKind::Contains(Literal::String(text.to_owned()), name.to_owned())
            }
            Kind::Boolean if op == CompareOp::Eq => {
                let value = boolean(text);
                let value = value.ok_or_else(|| self.no_value(text, "true or false", start))?;
                ConditionKind::IsBool(field, value, false)
            }
            Kind::Int | Kind::Double => {
                ConditionKind::Compare(field, op, self.literal(self.number(text, start)?, start))
            }
            Kind::Date | Kind::Datetime => return self.dated(&field, op, text, start),
            _ => ConditionKind::Compare(field, op, self.literal(Literal::String(text.to_owned()), start)),
        };
        Ok(self.node(kind, start))
    }

    fn literal(&self, literal: Literal, start: usize) -> Expr {
        Expr {
            kind: ExprKind::Literal(literal),
            span: self.scan.span(start),
        }
    }

    fn no_value(&self, text: &str, wanted: &str, start: usize) -> Error {
        self.scan.meaningless(&format!("{text} is not {wanted}."), start)
    }

    fn number(&self, text: &str, start: usize) -> Result<Literal, Error> {
        let whole = text.parse().ok().map(Literal::Int);
        let real = || {
            let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite())?;
            Some(Literal::Double(number))
        };
        whole
            .or_else(real)
            .ok_or_else(|| self.no_value(text, "a number", start))
    }

    fn date(&self, text: &str, start: usize) -> Result<DateLiteral, Error> {
        DateLiteral::parse(text).ok_or_else(|| self.no_value(text, "a date such as 2020/12/31", start))
    }

    /// A date that is not whole is all of its year, month or day.
    fn dated(&self, field: &Expr, op: CompareOp, text: &str, start: usize) -> Result<Condition, Error> {
        let date = self.date(text, start)?;
        let side = |op, date| {
            let right = self.literal(Literal::Date(date), start);
            self.node(ConditionKind::Compare(field.clone(), op, right), start)
        };
        let Some(next) = next(date) else {
            return Ok(side(op, date));
        };
        Ok(match op {
            CompareOp::Eq => {
                let both = vec![side(CompareOp::GtEq, date), side(CompareOp::Lt, next)];
                self.node(ConditionKind::And(both), start)
            }
            CompareOp::Gt => side(CompareOp::GtEq, next),
            CompareOp::LtEq => side(CompareOp::Lt, next),
            op => side(op, date),
        })
    }

    /// `[a TO b]`, both ends included; `*` is no end.
    fn range(&mut self, name: &str, kind: Kind, start: usize) -> Result<Condition, Error> {
        let from = self.value()?;
        if !self.scan.take_keyword("TO") {
            return Err(self.scan.unexpected());
        }
        let to = self.value()?;
        self.scan.expect("]")?;
        let open = |end: &str| end == "*";
        if open(&from) && open(&to) {
            let present = ConditionKind::IsNull(self.name(name, start), false);
            return Ok(self.node(present, start));
        }
        if matches!(kind, Kind::Text) && !open(&from) && !open(&to) {
            let end = |text: &str| Some(Literal::String(text.to_owned()));
            let bounds = RangeBounds {
                from: end(&from),
                from_included: true,
                to: end(&to),
                to_included: true,
            };
            return Ok(self.node(ConditionKind::InRange(self.name(name, start), bounds), start));
        }
        let mut sides = Vec::new();
        for (op, end) in [(CompareOp::GtEq, &from), (CompareOp::LtEq, &to)] {
            if !open(end) {
                sides.push(self.compared(name, kind, op, end, start)?);
            }
        }
        Ok(self.several(sides, ConditionKind::And, start))
    }

    /// `#now(…)`, with the arguments of ODSQL and `weeks`.
    fn now(&mut self) -> Result<Expr, Error> {
        let start = self.scan.at();
        self.scan.expect("#")?;
        if !self.scan.take("now") {
            return Err(self.scan.unexpected_at(start));
        }
        self.scan.expect("(")?;
        let arguments = self.scan.raw_arguments().to_owned();
        self.scan.expect(")")?;
        let arguments = arguments.split(',').map(days_for_weeks).collect::<Vec<_>>().join(",");
        let read = parse_select(&format!("now({arguments})"));
        match read.map(|mut items| items.pop()) {
            Ok(Some(SelectItem::Expr { mut expr, .. })) => {
                expr.span = self.scan.span(start);
                Ok(expr)
            }
            _ => Err(self
                .scan
                .meaningless(&format!("now({arguments}) cannot be read."), start)),
        }
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// An argument of `now()` with days for weeks.
fn days_for_weeks(argument: &str) -> String {
    let weeks = argument.split_once('=').filter(|(name, _)| name.trim() == "weeks");
    let days = weeks.and_then(|(_, count)| count.trim().parse::<i32>().ok());
    days.map_or_else(|| argument.to_owned(), |weeks| format!("days={}", i64::from(weeks) * 7))
}

/// The first moment after a year, month or day; `None` after an instant, and where years end.
fn next(date: DateLiteral) -> Option<DateLiteral> {
    if date.time_ms.is_some() {
        return None;
    }
    let (year, month, day) = match (date.month, date.day) {
        (None, _) => (date.year + 1, None, None),
        (Some(12), None) => (date.year + 1, Some(1), None),
        (Some(month), None) => (date.year, Some(month + 1), None),
        (Some(month), Some(day)) => after(date.year, month, day),
    };
    (year <= 9_999).then_some(DateLiteral {
        year,
        month,
        day,
        ..date
    })
}

/// The day after a day.
fn after(year: i32, month: u32, day: u32) -> (i32, Option<u32>, Option<u32>) {
    // Only days that exist are read.
    let exists =
        |year: i32, month: u32, day: u32| DateLiteral::parse(&format!("{year:04}-{month:02}-{day:02}")).is_some();
    if exists(year, month, day + 1) {
        (year, Some(month), Some(day + 1))
    } else if month < 12 {
        (year, Some(month + 1), Some(1))
    } else {
        (year + 1, Some(1), Some(1))
    }
}

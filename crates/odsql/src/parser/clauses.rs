//! Items of `select`, `group_by` and `order_by`.

use super::Parser;
use crate::ast::{Expr, ExprKind, GroupItem, GroupKey, Literal, OrderItem, SelectItem, TimeUnit};
use crate::error::Error;
use crate::lexer::TokenKind;

/// Pixels around a cluster's centre when the query does not say.
const DEFAULT_RADIUS: u32 = 40;

/// One argument of `range` after the field.
enum RangeArgument {
    Open,
    Bound(Literal),
    Step(u32, TimeUnit),
}

impl Parser<'_> {
    /// One item as typed; `include(a, b)` makes two.
    pub(super) fn select_items(&mut self) -> Result<Vec<SelectItem>, Error> {
        if self.eat("*") {
            return Ok(vec![SelectItem::All]);
        }
        if self.following() == &TokenKind::Symbol("(") {
            if self.is_keyword("include") {
                return Ok(self.patterns()?.into_iter().map(SelectItem::Include).collect());
            }
            if self.is_keyword("exclude") {
                return Ok(self.patterns()?.into_iter().map(SelectItem::Exclude).collect());
            }
        }
        let start = self.span().start;
        let expr = self.value_or_key()?;
        let text = self.slice(self.since(start)).to_owned();
        Ok(vec![SelectItem::Expr {
            expr,
            label: self.label()?,
            text,
        }])
    }

    /// `(name, stem*, *)` after `include` or `exclude`.
    fn patterns(&mut self) -> Result<Vec<String>, Error> {
        self.at += 2;
        let mut patterns = Vec::new();
        loop {
            let mut pattern = if self.is("*") {
                String::new()
            } else {
                self.field_name()?
            };
            if self.eat("*") {
                pattern.push('*');
            }
            patterns.push(pattern);
            if !self.eat(",") {
                break;
            }
        }
        self.expect(")")?;
        Ok(patterns)
    }

    /// `as label`: any word, reserved or not, since nothing else can stand here (`count(*) as count`).
    fn label(&mut self) -> Result<Option<String>, Error> {
        if !self.eat_keyword("as") {
            return Ok(None);
        }
        let (TokenKind::Word(label) | TokenKind::Quoted(label)) = *self.kind() else {
            return Err(self.unexpected());
        };
        self.advance();
        Ok(Some(label.to_owned()))
    }

    pub(super) fn group_item(&mut self) -> Result<GroupItem, Error> {
        let start = self.span().start;
        let key = match self.grouping_call()? {
            Some(key) => key,
            None => GroupKey::Expr(self.value()?),
        };
        let span = self.since(start);
        let text = self.slice(span).to_owned();
        Ok(GroupItem {
            key,
            label: self.label()?,
            text,
            span,
        })
    }

    /// `range(…)` or `geo_cluster(…)`, when one stands here.
    fn grouping_call(&mut self) -> Result<Option<GroupKey>, Error> {
        if self.following() != &TokenKind::Symbol("(") {
            return Ok(None);
        }
        if self.is_keyword("range") {
            return self.range().map(Some);
        }
        if self.is_keyword("geo_cluster") {
            return self.geo_cluster().map(Some);
        }
        Ok(None)
    }

    /// An expression, or what only `group_by` computes: then it names the key that is written the same there.
    fn value_or_key(&mut self) -> Result<Expr, Error> {
        let start = self.span().start;
        match self.grouping_call()? {
            None => self.value(),
            Some(key) => Ok(Expr {
                kind: ExprKind::Field(key.to_string()),
                span: self.since(start),
            }),
        }
    }

    fn range(&mut self) -> Result<GroupKey, Error> {
        let start = self.span().start;
        self.at += 2;
        let expr = self.value()?;
        self.expect(",")?;
        if self.is("[") || self.is("]") {
            return self.bracketed_range(expr, start);
        }
        let mut arguments = vec![self.range_argument()?];
        while self.eat(",") {
            arguments.push(self.range_argument()?);
        }
        self.expect(")")?;
        let span = self.since(start);
        if let [RangeArgument::Step(count, unit)] = arguments[..] {
            return Ok(GroupKey::Interval(expr, count, unit));
        }
        if let [RangeArgument::Bound(Literal::Int(_) | Literal::Double(_))] = &arguments[..] {
            let width = match arguments.remove(0) {
                #[expect(clippy::cast_precision_loss, reason = "numbers of the language are doubles")]
                RangeArgument::Bound(Literal::Int(width)) => width as f64,
                RangeArgument::Bound(Literal::Double(width)) => width,
                _ => return Err(self.unexpected_at(span)),
            };
            if width <= 0.0 {
                return Err(self.semantic("the width of range() must be more than zero.", span));
            }
            return Ok(GroupKey::Width(expr, width));
        }
        let open_start = matches!(arguments.first(), Some(RangeArgument::Open));
        let open_end = arguments.len() > 1 && matches!(arguments.last(), Some(RangeArgument::Open));
        let mut bounds = Vec::with_capacity(arguments.len());
        let last = arguments.len() - 1;
        for (at, argument) in arguments.into_iter().enumerate() {
            match argument {
                RangeArgument::Bound(bound) => bounds.push(bound),
                RangeArgument::Open if at == 0 || at == last => {}
                RangeArgument::Open | RangeArgument::Step(..) => {
                    return Err(self.semantic("range() takes one width, or bounds with * at either end.", span));
                }
            }
        }
        self.bounds(expr, open_start, bounds, open_end, start)
    }

    /// `]10, 50[`, the older form of bounds: a bracket that faces outward opens that end.
    fn bracketed_range(&mut self, expr: Expr, start: usize) -> Result<GroupKey, Error> {
        let open_start = self.eat("]");
        if !open_start {
            self.expect("[")?;
        }
        let mut bounds = vec![self.literal()?];
        while self.eat(",") {
            bounds.push(self.literal()?);
        }
        let open_end = self.eat("[");
        if !open_end {
            self.expect("]")?;
        }
        self.expect(")")?;
        self.bounds(expr, open_start, bounds, open_end, start)
    }

    /// Ranges between bounds, when there is at least one.
    fn bounds(
        &self,
        expr: Expr,
        open_start: bool,
        bounds: Vec<Literal>,
        open_end: bool,
        start: usize,
    ) -> Result<GroupKey, Error> {
        if bounds.is_empty() || (bounds.len() == 1 && !open_start && !open_end) {
            let span = self.since(start);
            return Err(self.semantic("range() needs two bounds, or one bound and a *.", span));
        }
        Ok(GroupKey::Bounds {
            expr,
            open_start,
            bounds,
            open_end,
        })
    }

    fn range_argument(&mut self) -> Result<RangeArgument, Error> {
        if self.eat("*") {
            return Ok(RangeArgument::Open);
        }
        let start = self.span().start;
        let (count, unit) = match (self.kind().clone(), self.following().clone()) {
            (TokenKind::Number(count), TokenKind::Word(unit)) => {
                self.at += 2;
                (count, unit)
            }
            (TokenKind::Word(word), _) if word.starts_with(|c: char| c.is_ascii_digit()) => {
                self.advance();
                word.split_at(word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len()))
            }
            _ => return Ok(RangeArgument::Bound(self.literal()?)),
        };
        let span = self.since(start);
        let unit = TimeUnit::from_name(unit).ok_or_else(|| self.unexpected_at(span))?;
        let count = count
            .parse::<u32>()
            .ok()
            .filter(|count| *count > 0)
            .ok_or_else(|| self.unexpected_at(span))?;
        if count > 1 && unit.is_single_step() {
            let detail = format!(
                "range() takes steps of 1{} only: weeks, months, quarters and years cannot be grouped.",
                unit.name()
            );
            return Err(self.semantic(&detail, span));
        }
        Ok(RangeArgument::Step(count, unit))
    }

    fn geo_cluster(&mut self) -> Result<GroupKey, Error> {
        self.at += 2;
        let field = self.field_name()?;
        self.expect(",")?;
        let span = self.span();
        let zoom = match self.literal()? {
            Literal::Int(zoom) => u8::try_from(zoom).ok().filter(|zoom| *zoom <= 25),
            _ => None,
        };
        let zoom =
            zoom.ok_or_else(|| self.semantic("the zoom of geo_cluster() is a whole number from 0 to 25.", span))?;
        let mut radius = DEFAULT_RADIUS;
        if self.eat(",") {
            let span = self.span();
            radius = match self.literal()? {
                Literal::Int(radius) => u32::try_from(radius).ok(),
                _ => None,
            }
            .filter(|radius| *radius > 0)
            .ok_or_else(|| self.semantic("the radius of geo_cluster() is a number of pixels.", span))?;
        }
        self.expect(")")?;
        Ok(GroupKey::GeoCluster { field, zoom, radius })
    }

    /// `expr [asc|desc]`; `-expr` without a direction means `expr desc`.
    pub(super) fn order_item(&mut self) -> Result<OrderItem, Error> {
        let start = self.span().start;
        let expr = self.value_or_key()?;
        let text = self.slice(self.since(start)).to_owned();
        if self.eat_keyword("desc") {
            return Ok(OrderItem {
                expr,
                text,
                descending: true,
            });
        }
        if self.eat_keyword("asc") {
            return Ok(OrderItem {
                expr,
                text,
                descending: false,
            });
        }
        match expr.kind {
            ExprKind::Negate(inner) => {
                let text = text.trim_start_matches('-').trim_start().to_owned();
                Ok(OrderItem {
                    expr: *inner,
                    text,
                    descending: true,
                })
            }
            _ => Ok(OrderItem {
                expr,
                text,
                descending: false,
            }),
        }
    }
}

//! Functions that are conditions: text search and geometry, with the older names that widgets still send.

use super::{Operand, Parser};
use crate::ast::{ConditionKind, Expr, ExprKind, Function, Geometry, Literal, SpatialPredicate, TextPredicate};
use crate::error::{Clause, Error};
use crate::lexer::TokenKind;
use crate::names::metres;

impl Parser<'_> {
    /// The condition that calling `name` (lower case) makes, or `None` when it is not such a function here.
    pub(super) fn predicate(&mut self, name: &str) -> Result<Option<Operand>, Error> {
        if self.clause != Clause::Where {
            return Ok(None);
        }
        let start = self.span().start;
        let parse: fn(&mut Self) -> Result<ConditionKind, Error> = match name {
            "search" => |p| p.text_predicate(TextPredicate::Search),
            "suggest" => |p| p.text_predicate(TextPredicate::Suggest),
            "startswith" => |p| p.text_predicate(TextPredicate::StartsWith),
            "within_distance" => Self::within_distance,
            "in_bbox" => Self::in_bbox,
            "intersects" => |p| p.spatial(SpatialPredicate::Intersects),
            "disjoint" => |p| p.spatial(SpatialPredicate::Disjoint),
            "within" => |p| p.spatial(SpatialPredicate::Within),
            "geometry" => Self::legacy_geometry,
            "polygon" => Self::legacy_polygon,
            "distance" => return self.distance(start).map(Some),
            _ => return Ok(None),
        };
        self.at += 2;
        let kind = parse(self)?;
        self.expect(")")?;
        Ok(Some(Operand::condition(kind, self.since(start))))
    }

    /// `("words")`, `(*, "words")`, `(field, …, "words")`.
    fn text_predicate(&mut self, predicate: TextPredicate) -> Result<ConditionKind, Error> {
        let mut fields = Vec::new();
        if self.eat("*") {
            self.expect(",")?;
        }
        loop {
            if let TokenKind::Text(words) = self.kind().clone() {
                self.advance();
                return Ok(ConditionKind::Text(predicate, fields, words));
            }
            fields.push(self.field_name()?);
            self.expect(",")?;
        }
    }

    fn within_distance(&mut self) -> Result<ConditionKind, Error> {
        let field = self.field_name()?;
        self.expect(",")?;
        let geometry = self.geometry()?;
        self.expect(",")?;
        Ok(ConditionKind::WithinDistance(field, geometry, self.length()?))
    }

    /// With two arguments `distance` is a number; with three it is the older name of `within_distance`.
    fn distance(&mut self, start: usize) -> Result<Operand, Error> {
        self.at += 2;
        let field_span = self.span();
        let field = self.field_name()?;
        self.expect(",")?;
        let geometry = self.geometry()?;
        if self.eat(",") {
            let kind = ConditionKind::WithinDistance(field, geometry, self.length()?);
            self.expect(")")?;
            return Ok(Operand::condition(kind, self.since(start)));
        }
        self.expect(")")?;
        let arguments = vec![
            Expr {
                kind: ExprKind::Field(field),
                span: field_span,
            },
            Expr {
                kind: ExprKind::Literal(Literal::Geom(geometry.text)),
                span: geometry.span,
            },
        ];
        Ok(Operand::expr(
            ExprKind::Call(Function::Distance, arguments),
            self.since(start),
            2,
        ))
    }

    /// `10km`, `1.5 mi`, `500`: metres when no unit is given.
    fn length(&mut self) -> Result<f64, Error> {
        let span = self.span();
        let (number, unit) = match *self.kind() {
            TokenKind::Number(number) => {
                self.advance();
                match *self.kind() {
                    TokenKind::Word(unit) => {
                        self.advance();
                        (number, unit)
                    }
                    _ => (number, "m"),
                }
            }
            TokenKind::Word(word) => {
                self.advance();
                word.split_at(word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len()))
            }
            _ => return Err(self.unexpected()),
        };
        let metres_in_unit = metres(unit).ok_or_else(|| self.unexpected_at(self.since(span.start)))?;
        number
            .parse::<f64>()
            .ok()
            .map(|number| number * metres_in_unit)
            .filter(|metres| metres.is_finite())
            .ok_or_else(|| self.unexpected_at(self.since(span.start)))
    }

    fn in_bbox(&mut self) -> Result<ConditionKind, Error> {
        let field = self.field_name()?;
        let mut corners = [0.0; 4];
        for corner in &mut corners {
            self.expect(",")?;
            *corner = self.plain_number()?;
        }
        Ok(ConditionKind::InBbox(field, corners))
    }

    fn spatial(&mut self, predicate: SpatialPredicate) -> Result<ConditionKind, Error> {
        let field = self.field_name()?;
        self.expect(",")?;
        Ok(ConditionKind::Spatial(predicate, field, self.geometry()?))
    }

    /// `geometry(field, geom'…' [, INTERSECTS|DISJOINT|WITHIN])`.
    fn legacy_geometry(&mut self) -> Result<ConditionKind, Error> {
        let field = self.field_name()?;
        self.expect(",")?;
        let geometry = self.geometry()?;
        if !self.eat(",") {
            return Ok(ConditionKind::Spatial(SpatialPredicate::Intersects, field, geometry));
        }
        let mode = match self.kind() {
            TokenKind::Word(mode) => mode.to_ascii_lowercase(),
            TokenKind::Text(mode) => mode.to_ascii_lowercase(),
            _ => return Err(self.unexpected()),
        };
        let predicate = SpatialPredicate::from_name(&mode).ok_or_else(|| self.unexpected())?;
        self.advance();
        Ok(ConditionKind::Spatial(predicate, field, geometry))
    }

    /// `polygon(field, geom'POLYGON(…)')` or `polygon(field, "(lat, lon), (lat, lon), …")`.
    fn legacy_polygon(&mut self) -> Result<ConditionKind, Error> {
        let field = self.field_name()?;
        self.expect(",")?;
        let span = self.span();
        if let TokenKind::Text(text) = self.kind()
            && numbers(text).is_some_and(|numbers| numbers.len() < 6)
        {
            return Err(self.semantic(
                "polygon() takes at least three corners: \"(lat, lon), (lat, lon), (lat, lon)\".",
                span,
            ));
        }
        Ok(ConditionKind::Spatial(
            SpatialPredicate::Intersects,
            field,
            self.geometry()?,
        ))
    }

    /// `geom'…'`; also a text that holds what stands between those quotes, or the corners that older functions take.
    fn geometry(&mut self) -> Result<Geometry, Error> {
        let start = self.span().start;
        let span = self.span();
        let text = match self.literal()? {
            Literal::Geom(text) => text,
            Literal::String(text) => corners_wkt(&text).unwrap_or(text),
            _ => return Err(self.unexpected_at(span)),
        };
        Ok(Geometry {
            text,
            span: self.since(start),
        })
    }
}

/// The numbers of a text that holds nothing but numbers, commas and parentheses.
fn numbers(text: &str) -> Option<Vec<&str>> {
    let parts = text.split(['(', ')', ',', ' ']).filter(|part| !part.is_empty());
    parts.map(|part| part.parse::<f64>().is_ok().then_some(part)).collect()
}

/// `lat, lon` or the corners `(lat, lon), (lat, lon), …` → WKT, which has longitude first and a closed ring.
fn corners_wkt(text: &str) -> Option<String> {
    let numbers = numbers(text)?;
    if !numbers.len().is_multiple_of(2) {
        return None;
    }
    let mut corners: Vec<String> = numbers
        .chunks_exact(2)
        .map(|pair| format!("{} {}", pair[1], pair[0]))
        .collect();
    match corners.len() {
        1 => Some(format!("POINT({})", corners[0])),
        0 | 2 => None,
        _ => {
            if corners.first() != corners.last() {
                corners.push(corners[0].clone());
            }
            Some(format!("POLYGON(({}))", corners.join(", ")))
        }
    }
}

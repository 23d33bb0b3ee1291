//! `#name(…)`: the functions of the API v1.

use crate::ast::{CompareOp, Condition, ConditionKind, Geometry, Kind, SpatialPredicate, TextPredicate};
use crate::error::Error;

use super::Reader;

/// An argument.
enum Argument {
    /// Without quotes: a field, a number, a star.
    Bare(String),
    /// Between quotes.
    Text(String),
    /// `[a, b]`.
    Fields(Vec<String>),
}

impl Reader<'_> {
    pub(super) fn function(&mut self, start: usize) -> Result<Condition, Error> {
        self.scan.expect("#")?;
        let name = self.scan.word()?.to_ascii_lowercase();
        self.scan.expect("(")?;
        let arguments = self.arguments()?;
        self.scan.expect(")")?;
        let kind = match (name.as_str(), arguments.as_slice()) {
            ("null", [Argument::Bare(field)]) => ConditionKind::IsNull(self.field(field, start)?.0, true),
            ("exact", [Argument::Bare(field), Argument::Text(text)]) => {
                let (_, kind) = self.field(field, start)?;
                return self.compared(field, kind, CompareOp::Eq, text, start);
            }
            ("startswith", [Argument::Bare(field), Argument::Text(text)]) => {
                self.field(field, start)?;
                ConditionKind::Text(TextPredicate::StartsWith, vec![field.clone()], text.clone())
            }
            ("search", [fields @ .., Argument::Text(text)]) => {
                let fields = self.searched(fields, start)?;
                ConditionKind::Text(TextPredicate::Search, fields, text.clone())
            }
            ("distance", [field @ .., Argument::Text(centre), Argument::Bare(metres)]) => {
                let field = self.place(field, start)?;
                let metres: Option<f64> = metres.parse().ok().filter(|metres: &f64| metres.is_finite());
                let metres = metres.ok_or_else(|| self.scan.meaningless("A distance is a number of metres.", start))?;
                let centre = self.point(centre, start)?;
                ConditionKind::WithinDistance(field, self.shape(format!("POINT({centre})"), start), metres)
            }
            ("polygon", [field @ .., Argument::Text(corners)]) => {
                let field = self.place(field, start)?;
                let ring = self.ring(corners, start)?;
                let shape = self.shape(format!("POLYGON(({ring}))"), start);
                ConditionKind::Spatial(SpatialPredicate::Intersects, field, shape)
            }
            _ => {
                let detail = format!("#{name}() is not understood with these arguments.");
                return Err(self.scan.meaningless(&detail, start));
            }
        };
        Ok(self.node(kind, start))
    }

    fn arguments(&mut self) -> Result<Vec<Argument>, Error> {
        let mut arguments = Vec::new();
        while self.scan.peek() != Some(')') {
            if !arguments.is_empty() {
                self.scan.expect(",")?;
            }
            arguments.push(match self.scan.peek() {
                Some('"' | '\'') => Argument::Text(self.scan.quoted()?),
                Some('[') => Argument::Fields(self.list()?),
                _ => Argument::Bare(self.scan.argument()?.to_owned()),
            });
        }
        Ok(arguments)
    }

    fn list(&mut self) -> Result<Vec<String>, Error> {
        self.scan.expect("[")?;
        let mut names = Vec::new();
        while !self.scan.take("]") {
            if !names.is_empty() {
                self.scan.expect(",")?;
            }
            names.push(self.scan.argument()?.to_owned());
        }
        Ok(names)
    }

    /// The fields that are searched; none is all.
    fn searched(&self, arguments: &[Argument], start: usize) -> Result<Vec<String>, Error> {
        let names = match arguments {
            [] => Vec::new(),
            [Argument::Bare(all)] if all == "*" => Vec::new(),
            [Argument::Bare(field)] => vec![field.clone()],
            [Argument::Fields(fields)] => fields.clone(),
            _ => return Err(self.scan.meaningless("#search() takes fields and a text.", start)),
        };
        for name in &names {
            self.field(name, start)?;
        }
        Ok(names)
    }

    /// The field that says where a record is: the one named, else the first.
    fn place(&self, arguments: &[Argument], start: usize) -> Result<String, Error> {
        match arguments {
            [Argument::Bare(field)] => {
                self.field(field, start)?;
                Ok(field.clone())
            }
            [] => {
                let names = self.fields.names();
                let of = |kind| names.iter().find(|name| self.fields.kind(name) == Some(kind));
                let first = of(Kind::GeoPoint).or_else(|| of(Kind::GeoShape));
                let first = first.ok_or_else(|| self.scan.meaningless("The dataset has no places.", start))?;
                Ok((*first).to_owned())
            }
            _ => Err(self.scan.meaningless("A place is one field.", start)),
        }
    }

    /// `lat,lon` as WKT has it.
    fn point(&self, text: &str, start: usize) -> Result<String, Error> {
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        let read = || {
            let (lat, lon) = text
                .trim()
                .trim_start_matches('(')
                .trim_end_matches(')')
                .split_once(',')?;
            Some((number(lat)?, number(lon)?))
        };
        let (lat, lon) = read().ok_or_else(|| {
            let detail = format!("{text} is not a place: write a latitude, a comma and a longitude.");
            self.scan.meaningless(&detail, start)
        })?;
        Ok(format!("{lon} {lat}"))
    }

    /// `(lat,lon),(lat,lon),…` as WKT has it, closed.
    fn ring(&self, text: &str, start: usize) -> Result<String, Error> {
        let corners: Vec<&str> = text.split(')').filter(|corner| !corner.trim().is_empty()).collect();
        let corners = corners.iter().map(|corner| {
            let corner = corner.trim().trim_start_matches(',').trim();
            self.point(corner.trim_start_matches('('), start)
        });
        let mut corners: Vec<String> = corners.collect::<Result<_, _>>()?;
        if corners.len() < 3 {
            return Err(self.scan.meaningless("A polygon has three corners or more.", start));
        }
        if corners.first() != corners.last() {
            corners.extend(corners.first().cloned());
        }
        Ok(corners.join(", "))
    }

    fn shape(&self, text: String, start: usize) -> Geometry {
        Geometry {
            text,
            span: self.scan.span(start),
        }
    }
}

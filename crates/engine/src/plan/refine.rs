//! Facets: what `refine` and `exclude` mean, and what a facet counts.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use datafusion::logical_expr::{Expr, lit};
use parvis_model::{Annotations, FacetSort, Field};
use parvis_odsql::{CompareOp, FacetRequest, Query, Refinement};

use super::condition::joined;
use super::scope::next_day;
use super::value::{day_literal, instant_literal};
use super::{Constant, Kind, Scope, Value};
use crate::Error;
use crate::udf::{dates, text};

/// Values of a facet that are given when the request does not say.
const DEFAULT_LIMIT: usize = 100;

/// A field as a facet, with what the request changes of it.
#[derive(Clone, Debug)]
pub(crate) struct Facet {
    pub(crate) name: String,
    pub(crate) value: Value,
    /// Several values are alternatives.
    pub(crate) disjunctive: bool,
    /// Separator of the levels of a tree of texts.
    separator: Option<String>,
    pub(crate) sort: FacetSort,
    pub(crate) limit: usize,
}

impl Facet {
    /// The facet of a field, as annotated and as asked for.
    pub(crate) fn new(field: &Field, request: Option<&FacetRequest>) -> Result<Self, Error> {
        let Annotations {
            disjunctive,
            hierarchical,
            facetsort,
            ..
        } = &field.annotations;
        let value = Value::field(field);
        if matches!(value.kind, Kind::Point | Kind::Shape | Kind::Json) {
            return Err(Error::malformed(format!(
                "{} cannot be used as a facet. Clause(s) containing the error(s): facet.",
                field.name
            )));
        }
        let mut separator = hierarchical.clone();
        let mut sort = facetsort.unwrap_or(FacetSort::CountDesc);
        if let Some(request) = request {
            let asked = request.separator.clone();
            separator = match request.hierarchical {
                Some(false) => None,
                Some(true) => asked.or(separator).or_else(|| Some("/".to_owned())),
                None => separator.map(|own| asked.unwrap_or(own)),
            };
            if let Some(name) = &request.sort {
                let unknown = || {
                    Error::malformed(format!(
                        "{name} is not an order of facet values. Clause(s) containing the error(s): facet."
                    ))
                };
                sort = FacetSort::parse(name).ok_or_else(unknown)?;
            }
        }
        let separator = separator.filter(|_| matches!(value.kind, Kind::Text | Kind::List));
        let limit = request.and_then(|request| request.limit);
        Ok(Self {
            name: field.name.clone(),
            value,
            disjunctive: request.and_then(|request| request.disjunctive).unwrap_or(*disjunctive),
            separator,
            sort,
            limit: limit.map_or(DEFAULT_LIMIT, |limit| limit as usize),
        })
    }

    /// What separates the levels of a value's path, if values are paths.
    pub(crate) fn separator(&self) -> Option<&str> {
        if self.value.kind.is_temporal() {
            Some("/")
        } else {
            self.separator.as_deref()
        }
    }

    /// The parts of a path.
    pub(crate) fn parts<'v>(&self, path: &'v str) -> Vec<&'v str> {
        match self.separator() {
            Some(separator) if !separator.is_empty() => path.split(separator).collect(),
            _ => vec![path],
        }
    }

    /// A path as the facet writes it: months and days of dates have two digits.
    pub(crate) fn canonical(&self, path: &str) -> String {
        if !self.value.kind.is_temporal() {
            return path.to_owned();
        }
        let parts = path.split(['/', '-']).enumerate().map(|(place, part)| {
            let width = if place == 0 { 4 } else { 2 };
            format!("{part:0>width$}")
        });
        parts.collect::<Vec<_>>().join("/")
    }

    /// What is counted at a level of the tree, from 1: texts, or a list of them of which each is counted.
    pub(crate) fn level(&self, level: usize, scope: &Scope<'_>) -> Expr {
        let value = self.value.expr.clone();
        match (self.value.kind, &self.separator) {
            (Kind::Date | Kind::Datetime, _) => dates::path(value, level, scope.zone()),
            (Kind::List, path) => text::different_items(value, path.clone().map(|separator| (separator, level))),
            (_, Some(separator)) => text::path_start(value, separator.clone(), level),
            _ => value,
        }
    }

    /// Whether a record has the value that `path` names.
    fn matches(&self, path: &str, scope: &Scope<'_>) -> Result<Expr, Error> {
        let value = Value::constant(Kind::Text, lit(path), Constant::Text(path.to_owned()));
        let column = self.value.expr.clone();
        match (self.value.kind, &self.separator) {
            (Kind::Date | Kind::Datetime, _) => self.in_period(path, scope),
            (Kind::Text | Kind::List, Some(separator)) => {
                let same = scope.compare(&self.value, CompareOp::Eq, &value)?;
                Ok(same.or(text::any_starts_with(vec![column], format!("{path}{separator}"))))
            }
            (Kind::Int | Kind::Double, _) if path.trim().parse::<f64>().is_err() => Ok(lit(false)),
            (Kind::Boolean, _) if !path.eq_ignore_ascii_case("true") && !path.eq_ignore_ascii_case("false") => {
                Ok(lit(false))
            }
            _ => scope.compare(&self.value, CompareOp::Eq, &value),
        }
    }

    /// Whether a date lies in the year, month or day `path`. Anything else is the value of no date.
    fn in_period(&self, path: &str, scope: &Scope<'_>) -> Result<Expr, Error> {
        let parts: Vec<&str> = path.split(['/', '-']).collect();
        let number = |place: usize| match parts.get(place) {
            Some(part) => part.parse().ok(),
            None => Some(1),
        };
        let first = match (parts[0].parse().ok(), number(1), number(2)) {
            (Some(year), Some(month), Some(day)) if parts.len() <= 3 => NaiveDate::from_ymd_opt(year, month, day),
            _ => None,
        };
        let Some((first, next)) = first.and_then(|first| Some((first, next_day(first, parts.len())?))) else {
            return Ok(lit(false));
        };
        let column = self.value.expr.clone();
        let bound = |day: NaiveDate| match self.value.kind {
            Kind::Date => day_literal(day),
            _ => instant_literal(dates::instant(scope.zone(), day.into())),
        };
        Ok(column.clone().gt_eq(bound(first)).and(column.lt(bound(next))))
    }
}

/// The refinements and exclusions of a query, facet by facet.
#[derive(Clone, Debug)]
pub(crate) struct Refinements {
    /// By facet: whether they are alternatives, and each one.
    refined: BTreeMap<String, (bool, Vec<Expr>)>,
    excluded: Vec<Expr>,
}

impl Refinements {
    /// Reads those of `query`; `facets` may change what a field's annotations say.
    pub(crate) fn new(query: &Query, facets: &[FacetRequest], scope: &Scope<'_>) -> Result<Self, Error> {
        let facet_of = |refinement: &Refinement, clause| {
            let field = scope.clause(clause).field(&refinement.field)?;
            let request = facets.iter().find(|request| request.name == field.name);
            Facet::new(field, request)
        };
        let mut refined: BTreeMap<String, (bool, Vec<Expr>)> = BTreeMap::new();
        for refinement in &query.refine {
            let facet = facet_of(refinement, "refine")?;
            let matches = facet.matches(&refinement.value, scope)?;
            let entry = refined.entry(facet.name).or_insert((facet.disjunctive, Vec::new()));
            entry.1.push(matches);
        }
        let excluded = query.exclude.iter().map(|exclusion| {
            let facet = facet_of(exclusion, "exclude")?;
            Ok(facet.matches(&exclusion.value, scope)?.is_not_true())
        });
        Ok(Self {
            refined,
            excluded: excluded.collect::<Result<_, Error>>()?,
        })
    }

    /// The conditions; without those of the facet `except`, when its values are alternatives.
    pub(crate) fn conditions(&self, except: Option<&str>) -> Vec<Expr> {
        let mut conditions = Vec::new();
        for (name, (disjunctive, matches)) in &self.refined {
            if *disjunctive && except == Some(name) {
                continue;
            }
            let join = if *disjunctive { Expr::or } else { Expr::and };
            conditions.extend(joined(matches.clone(), join));
        }
        conditions.extend(self.excluded.iter().cloned());
        conditions
    }
}

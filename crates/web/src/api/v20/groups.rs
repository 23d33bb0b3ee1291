//! What v2.0 says otherwise of values and groups: parts of dates are texts, days that are grouped by are numbers, and what has
//! no value is in no group.

use chrono::{DateTime, NaiveDate};
use parvis_odsql::{Expr, ExprKind, Function, GroupItem, GroupKey, Query, SelectItem, parse_group_by, parse_select};
use parvis_portal::formats::{Column, ColumnKind};

use super::row::Row;
use crate::api::clauses;
use crate::api::error::ApiError;
use crate::api::params::Params;
use parvis_portal::Clauses;

/// A question as v2.0 understands it.
#[derive(Debug)]
pub(super) struct Question {
    /// The clauses to run.
    pub clauses: Clauses,
    /// Whether rows are groups.
    pub grouped: bool,
    /// Members of rows that are parts of dates.
    parts: Vec<String>,
    /// Members of rows that are fields which are grouped by.
    keys: Vec<String>,
}

impl Question {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `select` or `group_by` cannot be read.
    pub fn of(params: &Params) -> Result<Self, ApiError> {
        let mut clauses = clauses::from_params(params);
        let read = |error| ApiError::from(parvis_portal::Error::from(error));
        let select = parse_select(clauses.select.as_deref().unwrap_or_default());
        let select = if clauses.select.is_some() {
            select.map_err(read)?
        } else {
            Vec::new()
        };
        let group_by = match clauses.group_by.as_deref() {
            Some(text) => parse_group_by(text).map_err(read)?,
            None => Vec::new(),
        };
        clauses.filter.extend(group_by.iter().filter_map(has_value));
        let mut parts: Vec<String> = select.iter().filter_map(selected_part).collect();
        parts.extend(group_by.iter().filter(|item| is_grouped_part(item)).map(key));
        let keys = group_by.iter().filter(|item| is_field(item)).map(key).collect();
        let query = Query {
            select,
            group_by,
            ..Query::default()
        };
        Ok(Self {
            clauses,
            grouped: query.is_grouped(),
            parts,
            keys,
        })
    }

    /// Writes the values of rows as v2.0 does.
    pub fn rewrite(&self, rows: &mut [Row], columns: &[Column]) {
        let is_time = |name: &str| {
            let column = columns.iter().find(|column| column.key == name);
            column.is_some_and(|column| matches!(column.kind, ColumnKind::Date(_) | ColumnKind::Datetime))
        };
        for row in rows {
            for part in &self.parts {
                row.rewrite(part, |value| {
                    value.parse::<i64>().ok().map(|number| format!("\"{number}\""))
                });
            }
            for name in self.keys.iter().filter(|name| is_time(name)) {
                row.rewrite(name, |value| milliseconds(value).map(|number| number.to_string()));
            }
        }
    }
}

/// What the group is called in rows.
fn key(item: &GroupItem) -> String {
    match (&item.label, &item.key) {
        (Some(label), _) => label.clone(),
        (
            None,
            GroupKey::Expr(Expr {
                kind: ExprKind::Field(name),
                ..
            }),
        ) => name.clone(),
        _ => item.text.clone(),
    }
}

fn is_part(expr: &Expr) -> bool {
    use Function::{Day, Hour, Minute, Month, Second, Year};
    matches!(
        &expr.kind,
        ExprKind::Call(Year | Month | Day | Hour | Minute | Second, _)
    )
}

fn is_grouped_part(item: &GroupItem) -> bool {
    matches!(&item.key, GroupKey::Expr(expr) if is_part(expr))
}

fn is_field(item: &GroupItem) -> bool {
    matches!(
        &item.key,
        GroupKey::Expr(Expr {
            kind: ExprKind::Field(_),
            ..
        })
    )
}

fn selected_part(item: &SelectItem) -> Option<String> {
    match item {
        SelectItem::Expr { expr, label, text } if is_part(expr) => Some(label.as_ref().unwrap_or(text).clone()),
        _ => None,
    }
}

/// The condition that what is grouped by has a value.
fn has_value(item: &GroupItem) -> Option<String> {
    let expr = match &item.key {
        GroupKey::Expr(Expr {
            kind: ExprKind::Call(Function::IfNull, _),
            ..
        }) => return None,
        GroupKey::Expr(expr)
        | GroupKey::Width(expr, _)
        | GroupKey::Bounds { expr, .. }
        | GroupKey::Interval(expr, ..) => expr.to_string(),
        GroupKey::GeoCluster { field, .. } => format!("`{field}`"),
    };
    Some(format!("{expr} is not null"))
}

/// A day or an instant in JSON as milliseconds since 1970; a day cut to its year or month is its first.
fn milliseconds(json: &str) -> Option<i64> {
    let text = json.trim_matches('"');
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.timestamp_millis());
    }
    let whole = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    let day: NaiveDate = whole.parse().ok()?;
    Some(day.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_grouped_by_must_have_a_value() {
        let query = "group_by=a+as+b,year(d),range(n,10),ifnull(a,'x'),`two words`&select=count(*),month(d)+as+m";
        let question = Question::of(&Params::parse(query)).unwrap();
        assert!(question.grouped);
        assert_eq!(
            question.clauses.filter,
            [
                "a is not null",
                "year(d) is not null",
                "n is not null",
                "`two words` is not null"
            ]
        );
        assert_eq!(question.parts, ["m", "year(d)"]);
        assert_eq!(question.keys, ["b", "two words"]);
        for filter in &question.clauses.filter {
            parvis_odsql::parse_where(filter).unwrap();
        }
        assert!(Question::of(&Params::parse("group_by=a,,")).is_err());
        assert!(!Question::of(&Params::parse("select=a")).unwrap().grouped);
    }

    #[test]
    fn days_and_instants_are_numbers() {
        assert_eq!(milliseconds("\"1970-01-02\""), Some(86_400_000));
        assert_eq!(milliseconds("\"1970-02\""), Some(31 * 86_400_000));
        assert_eq!(milliseconds("\"1971\""), Some(365 * 86_400_000));
        assert_eq!(milliseconds("\"1970-01-01T01:00:00+01:00\""), Some(0));
        assert_eq!(milliseconds("null"), None);
    }
}

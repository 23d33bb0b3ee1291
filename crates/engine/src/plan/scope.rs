//! What a query may name: the fields that its caller may see, and the settings it is read with.

use chrono::{DateTime, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use parvis_model::{Field, Schema};
use parvis_odsql::{DateLiteral, Fields};

use super::technical::Technical;
use super::{Kind, Value};
use crate::udf::dates;
use crate::{Context, Dataset, Error};

/// Fields and settings. To the caller, fields outside `visible` do not exist.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'a> {
    schema: &'a Schema,
    visible: Option<&'a [String]>,
    pub(super) technical: Technical<'a>,
    pub(crate) context: &'a Context,
    /// The parameter being read, for messages.
    pub(crate) clause: &'static str,
}

impl<'a> Scope<'a> {
    /// What the client's clauses may name.
    pub(crate) fn of_client(dataset: &'a Dataset, context: &'a Context) -> Self {
        Self {
            schema: &dataset.schema,
            technical: Technical::of(dataset),
            visible: context.visible.as_deref(),
            context,
            clause: "where",
        }
    }

    /// What the conditions of permissions may name: everything.
    pub(crate) fn of_permissions(dataset: &'a Dataset, context: &'a Context) -> Self {
        Self {
            visible: None,
            ..Self::of_client(dataset, context)
        }
    }

    /// The same, while reading another clause.
    pub(crate) fn clause(self, clause: &'static str) -> Self {
        Self { clause, ..self }
    }

    /// The time zone of the query.
    pub(crate) fn zone(&self) -> Tz {
        self.context.timezone
    }

    /// The fields that exist, in order.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &'a Field> + use<'a> {
        let visible = self.visible;
        self.schema
            .fields
            .iter()
            .filter(move |field| visible.is_none_or(|names| names.contains(&field.name)))
    }

    /// The field called `name`, if it exists.
    pub(crate) fn find(&self, name: &str) -> Option<&'a Field> {
        self.fields().find(|field| field.name == name)
    }

    /// The field called `name`.
    pub(crate) fn field(&self, name: &str) -> Result<&'a Field, Error> {
        let clause = self.clause;
        let unknown = || {
            Error::malformed(format!(
                "Unknown field: {name}. Clause(s) containing the error(s): {clause}."
            ))
        };
        self.find(name).ok_or_else(unknown)
    }

    /// The value of the field called `name`.
    pub(crate) fn value(&self, name: &str) -> Result<Value, Error> {
        match (self.find(name), self.technical(name)) {
            (None, Some(technical)) => Ok(technical),
            _ => self.field(name).map(Value::field),
        }
    }

    /// The texts to look for words in: the fields named, or every text field when none is.
    pub(crate) fn texts(&self, names: &[String]) -> Result<Vec<Value>, Error> {
        if names.is_empty() {
            let all = self.fields().map(Value::field);
            return Ok(all
                .filter(|value| matches!(value.kind, Kind::Text | Kind::List))
                .collect());
        }
        names.iter().map(|name| self.value(name)).collect()
    }

    /// The first local moment of a date as written, in the query's time zone.
    pub(crate) fn local(&self, date: &DateLiteral) -> Result<NaiveDateTime, Error> {
        let unreal = || Error::malformed(format!("a date in the year {} is outside the calendar.", date.year));
        let day =
            NaiveDate::from_ymd_opt(date.year, date.month.unwrap_or(1), date.day.unwrap_or(1)).ok_or_else(unreal)?;
        let millis = date.time_ms.unwrap_or(0);
        let time = NaiveTime::from_num_seconds_from_midnight_opt(millis / 1_000, millis % 1_000 * 1_000_000)
            .ok_or_else(unreal)?;
        let local = day.and_time(time);
        match date.offset_s {
            None => Ok(local),
            Some(offset) => {
                let utc = local - chrono::TimeDelta::seconds(offset.into());
                Ok(utc.and_utc().with_timezone(&self.zone()).naive_local())
            }
        }
    }

    /// The first instant of a date as written.
    pub(crate) fn instant(&self, date: &DateLiteral) -> Result<DateTime<Utc>, Error> {
        match date.offset_s {
            None => Ok(dates::instant(self.zone(), self.local(date)?)),
            Some(offset) => {
                let local = self.local(&DateLiteral {
                    offset_s: None,
                    ..*date
                })?;
                Ok((local - chrono::TimeDelta::seconds(offset.into())).and_utc())
            }
        }
    }
}

/// The first day after a year, month or day.
pub(crate) fn next_day(first: NaiveDate, parts: usize) -> Option<NaiveDate> {
    match parts {
        1 => first.checked_add_months(Months::new(12)),
        2 => first.checked_add_months(Months::new(1)),
        _ => first.checked_add_days(Days::new(1)),
    }
}

impl Fields for Scope<'_> {
    fn kind(&self, name: &str) -> Option<parvis_odsql::Kind> {
        match self.find(name) {
            Some(field) => Kind::of(field).odsql(),
            None => self.technical(name)?.kind.odsql(),
        }
    }

    fn names(&self) -> Vec<&str> {
        self.fields().map(|field| field.name.as_str()).collect()
    }

    fn is_sortable(&self, name: &str) -> bool {
        self.find(name).is_some_and(|field| field.annotations.sortable)
    }
}

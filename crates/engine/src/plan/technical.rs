//! What every dataset can be asked about its records without declaring a field for it: the names of older clients.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringArray};
use arrow::datatypes::{DataType, Int64Type};
use chrono::{DateTime, Utc};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use datafusion::prelude::ident;

use super::value::instant_literal;
use super::{Kind, Scope, Value};
use crate::Dataset;
use crate::hash::record_id;
use crate::layout::{HASH, ROW};
use crate::records::made_at;
use crate::udf::{call, text};

/// What technical fields are made from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Technical<'a> {
    /// What record identifiers belong to.
    uid: &'a str,
    /// What the dataset is called.
    name: Option<&'a str>,
    /// When the version was made.
    made: Option<DateTime<Utc>>,
}

impl<'a> Technical<'a> {
    pub(super) fn of(dataset: &'a Dataset) -> Self {
        let path = dataset.path.as_ref();
        Self {
            uid: &dataset.scope,
            name: dataset.name.as_deref(),
            made: path.and_then(|path| made_at(path.version.as_str())),
        }
    }
}

/// The identifier of each record.
fn identifiers(uid: &str) -> Expr {
    let (name, uid) = (format!("recordid{uid}"), uid.to_owned());
    call(name, DataType::Utf8, vec![ident(HASH)], move |arguments| {
        let hashes = arguments[0].as_primitive::<Int64Type>().values().iter();
        let ids = hashes.map(|hash| record_id(*hash, &uid));
        Ok(Arc::new(StringArray::from_iter_values(ids)) as ArrayRef)
    })
}

impl Scope<'_> {
    /// The technical field called `name`; fields of the dataset go before it.
    pub(super) fn technical(&self, name: &str) -> Option<Value> {
        match name {
            "datasetid" => self.technical.name.map(|name| Value::new(Kind::Text, lit(name))),
            "recordid" => Some(Value::new(Kind::Text, identifiers(self.technical.uid))),
            "record_timestamp" => Some(self.made()),
            "record_size" => Some(self.size()),
            _ => None,
        }
    }

    /// When the version was made; null for a table in memory.
    pub(crate) fn made(&self) -> Value {
        let never = || lit(ScalarValue::TimestampMillisecond(None, Some("UTC".into())));
        Value::new(Kind::Datetime, self.technical.made.map_or_else(never, instant_literal))
    }

    /// Bytes of the values of each record that the caller may see.
    pub(crate) fn size(&self) -> Value {
        let fields = self.fields().map(|field| Value::field(field).expr);
        // At least one column, so that there is a size per record.
        Value::new(Kind::Int, text::sizes(fields.chain([ident(ROW)]).collect()))
    }
}

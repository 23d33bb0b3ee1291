//! Tables as geographic layers: one column is the place, the others are its fields.

use arrow::record_batch::RecordBatch;
use chrono_tz::Tz;

use super::geometry::place_column;
use super::value::Values;
use crate::Error;
use crate::output::{Column, ColumnKind, Table};

/// The columns of a layer.
pub struct Layer {
    /// Which column of a batch is the place, and what it holds.
    pub place: (usize, ColumnKind),
    /// The other columns, in order.
    pub fields: Vec<Column>,
    /// Of `fields`, the one that people would call a record by: the first text.
    pub title: Option<usize>,
    /// Time zone that instants are shown in.
    pub timezone: Tz,
}

/// A batch as features of a layer.
pub struct Features {
    /// The places.
    pub place: Values,
    /// The fields, in the layer's order.
    pub fields: Vec<Values>,
}

impl Layer {
    /// The layer that a table is, for the format called `format`.
    ///
    /// # Errors
    /// The table has no place.
    pub fn new(table: &Table, format: &str) -> Result<Self, Error> {
        let place = place_column(table).ok_or_else(|| {
            Error::Invalid(format!(
                "the format {format} needs a place: no column of type geo_point_2d or geo_shape is exported"
            ))
        })?;
        let mut fields = table.columns.clone();
        fields.remove(place.0);
        Ok(Self {
            place,
            title: title_column(&fields),
            fields,
            timezone: table.timezone,
        })
    }

    /// The columns of a batch.
    pub fn features(&self, batch: &RecordBatch) -> Result<Features, Error> {
        let mut rest = batch.clone();
        if self.place.0 >= rest.num_columns() {
            return Err(Error::Invalid("a batch without its place".to_owned()));
        }
        let place = Values::new(&rest.remove_column(self.place.0), self.place.1)?;
        let columns = self.fields.iter().zip(rest.columns());
        let fields = columns.map(|(field, array)| Values::new(array, field.kind));
        Ok(Features {
            place,
            fields: fields.collect::<Result<_, _>>()?,
        })
    }
}

/// The first column of texts.
pub fn title_column(columns: &[Column]) -> Option<usize> {
    columns.iter().position(|column| column.kind == ColumnKind::Text)
}

//! The last step of an inspection, for every format: from what was seen of columns to the fields of the dataset.

use parvis_model::FieldType;

use super::infer::{ColumnStats, Half, pairs};
use super::inspect::{InspectOptions, Inspection, Origin, Reading};
use super::names::Names;
use crate::value::date::DateOrder;
use crate::value::number::CommaMeans;

/// Adds fields to an inspection, in the order of the dataset.
pub(crate) struct Fields<'a> {
    options: &'a InspectOptions,
    inspection: &'a mut Inspection,
    taken: Names,
    halves: Vec<Half>,
}

impl<'a> Fields<'a> {
    /// No field yet.
    pub(crate) fn new(options: &'a InspectOptions, inspection: &'a mut Inspection) -> Self {
        Self {
            options,
            inspection,
            taken: Names::default(),
            halves: Vec::new(),
        }
    }

    /// The field of a column of the file: the one numbered `number` from 0, under `header`, whose values are at `origin`.
    pub(crate) fn column(&mut self, number: usize, header: &str, stats: &ColumnStats, origin: Origin) {
        let name = self.taken.take(header, number + 1);
        let guess = stats.guess(&name);
        let known = self.options.of(header, &name);
        let separator = known.and_then(|known| known.multivalued.clone());
        let forced = known
            .and_then(|known| known.field_type)
            .or(separator.is_some().then_some(FieldType::Text));
        let mut field = self.options.field(header, &name, forced.unwrap_or(guess.field_type));
        let separator = separator.or(guess.list.then(|| ",".to_owned()));
        field.annotations.multivalued = separator.filter(|_| field.field_type == FieldType::Text);
        if field.field_type == FieldType::Date {
            field.annotations.timeserie_precision = guess.precision;
        }
        if forced.is_none() && guess.doubtful > 0 {
            self.inspection.warnings.push(format!(
                "column `{header}`: {} values are not of type {} and become null",
                guess.doubtful,
                field.field_type.name()
            ));
        }
        if field.field_type.is_numeric() {
            self.halves.extend(Half::of(number, &name, stats));
        }
        self.inspection.schema.fields.push(field);
        self.inspection.readings.push(Reading {
            origin,
            comma: guess.comma,
            order: guess.order,
        });
    }

    /// A field that no single column holds.
    pub(crate) fn made(&mut self, name: &str, field_type: FieldType, origin: Origin) {
        let name = self.taken.take(name, 0);
        let field = self.options.field("", &name, field_type);
        self.inspection.schema.fields.push(field);
        self.inspection.readings.push(Reading {
            origin,
            comma: CommaMeans::Decimals,
            order: DateOrder::DayFirst,
        });
    }

    /// A point for each two columns that are the latitude and the longitude of one place. `origin` is told their numbers.
    pub(crate) fn points(&mut self, origin: impl Fn(usize, usize) -> Origin) {
        for (latitude, longitude) in pairs(&self.halves) {
            self.made("geo_point_2d", FieldType::GeoPoint2d, origin(latitude, longitude));
        }
    }

    /// Whether a field of this type was added.
    pub(crate) fn has(&self, field_type: FieldType) -> bool {
        let fields = &self.inspection.schema.fields;
        fields.iter().any(|field| field.field_type == field_type)
    }
}

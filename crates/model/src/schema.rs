//! What a dataset's columns are (reference: Opendatasoft field types and annotations).

use serde::{Deserialize, Serialize};

use crate::text::Localized;

/// Most fields a dataset may have.
pub const MAX_FIELDS: usize = 500;

/// The type of a field as the API names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// Text; several texts when the field is annotated `multivalued`.
    Text,
    /// 64-bit whole number.
    Int,
    /// 64-bit floating-point number.
    Double,
    /// True or false.
    Boolean,
    /// A day.
    Date,
    /// An instant, kept in UTC with milliseconds.
    Datetime,
    /// Longitude and latitude in degrees (WGS 84).
    #[serde(rename = "geo_point_2d")]
    GeoPoint2d,
    /// A GeoJSON geometry (WGS 84).
    GeoShape,
    /// Any JSON value, kept as text.
    JsonBlob,
}

impl FieldType {
    /// The name the API uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Int => "int",
            Self::Double => "double",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Datetime => "datetime",
            Self::GeoPoint2d => "geo_point_2d",
            Self::GeoShape => "geo_shape",
            Self::JsonBlob => "json_blob",
        }
    }

    /// Whether values are places.
    pub fn is_geo(self) -> bool {
        matches!(self, Self::GeoPoint2d | Self::GeoShape)
    }

    /// Whether values are numbers.
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Int | Self::Double)
    }

    /// Whether values are days or instants.
    pub fn is_temporal(self) -> bool {
        matches!(self, Self::Date | Self::Datetime)
    }
}

/// How the values of a facet are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FacetSort {
    /// Fewest records first.
    #[serde(rename = "count")]
    Count,
    /// Most records first (the default).
    #[serde(rename = "-count")]
    CountDesc,
    /// A to Z.
    #[serde(rename = "alphanum")]
    Alphanum,
    /// Z to A.
    #[serde(rename = "-alphanum")]
    AlphanumDesc,
    /// Smallest number first.
    #[serde(rename = "num")]
    Num,
    /// Largest number first.
    #[serde(rename = "-num")]
    NumDesc,
}

impl FacetSort {
    /// The name the API uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::CountDesc => "-count",
            Self::Alphanum => "alphanum",
            Self::AlphanumDesc => "-alphanum",
            Self::Num => "num",
            Self::NumDesc => "-num",
        }
    }

    /// Reads a name of the API.
    pub fn parse(name: &str) -> Option<Self> {
        [
            Self::Count,
            Self::CountDesc,
            Self::Alphanum,
            Self::AlphanumDesc,
            Self::Num,
            Self::NumDesc,
        ]
        .into_iter()
        .find(|sort| sort.name() == name)
    }
}

/// How much of a date is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// `1977`
    Year,
    /// `1977-04`
    Month,
    /// `1977-04-03`
    Day,
    /// To the hour.
    Hour,
    /// To the minute.
    Minute,
}

impl Precision {
    /// The name the API uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Minute => "minute",
        }
    }
}

/// What a publisher says about a field beyond its type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Annotations {
    /// Offered as a facet.
    pub facet: bool,
    /// Order of the facet's values.
    pub facetsort: Option<FacetSort>,
    /// Several values of the facet may be chosen together.
    pub disjunctive: bool,
    /// The facet is a tree; values are paths with this separator.
    pub hierarchical: Option<String>,
    /// The field holds several texts; in the source they were joined by this separator.
    pub multivalued: Option<String>,
    /// A text field that may be sorted by.
    pub sortable: bool,
    /// Unit of measure.
    pub unit: Option<String>,
    /// Decimals to show.
    pub decimals: Option<u8>,
    /// How much of a date is shown.
    pub timeserie_precision: Option<Precision>,
    /// Part of the record's key.
    pub id: bool,
}

/// One column of a dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Name in the API: letters, digits and `_`.
    pub name: String,
    /// Name shown to people, per language.
    pub label: Localized,
    /// Explanation, per language.
    #[serde(default)]
    pub description: Localized,
    /// Type of the values.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// What the publisher says beyond the type.
    #[serde(default)]
    pub annotations: Annotations,
}

impl Field {
    /// A field with no label but its name, and no annotation.
    pub fn new(name: impl Into<String>, field_type: FieldType) -> Self {
        Self {
            name: name.into(),
            label: Localized::default(),
            description: Localized::default(),
            field_type,
            annotations: Annotations::default(),
        }
    }

    /// The label in `lang`, else in any language, else the name.
    pub fn label(&self, lang: &str) -> &str {
        self.label.get(lang, "fr").unwrap_or(&self.name)
    }

    /// Whether a record holds a list of texts here.
    pub fn is_multivalued(&self) -> bool {
        self.annotations.multivalued.is_some() && self.field_type == FieldType::Text
    }
}

/// The columns of a dataset, in the publisher's order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// The columns.
    pub fields: Vec<Field>,
}

impl Schema {
    /// The field called `name` (case-sensitive).
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The first field that places a record on a map: a shape if there is one, else a point.
    pub fn geometry_field(&self) -> Option<&Field> {
        let first = |wanted| self.fields.iter().find(|field| field.field_type == wanted);
        first(FieldType::GeoShape).or_else(|| first(FieldType::GeoPoint2d))
    }
}

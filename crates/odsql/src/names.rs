//! Names of functions, units and reserved words.

use crate::ast::{Aggregate, Expr, Function, NowUnit, SpatialPredicate, TextPredicate, TimeUnit};

/// Words that need back quotes when they name a field, by the documentation. Those that name a function are also
/// understood bare where no parenthesis follows: live portals take `order_by=count desc` and `year!=2022`.
pub const RESERVED: [&str; 43] = [
    "and",
    "as",
    "asc",
    "avg",
    "by",
    "count",
    "date_format",
    "day",
    "dayofweek",
    "desc",
    "distinct",
    "equi",
    "false",
    "group",
    "hour",
    "ifnull",
    "in",
    "is",
    "like",
    "limit",
    "lower",
    "max",
    "millisecond",
    "min",
    "minute",
    "month",
    "not",
    "null",
    "or",
    "quarter",
    "range",
    "search",
    "second",
    "select",
    "sum",
    "to",
    "top",
    "true",
    "upper",
    "where",
    "year",
    "date",
    "geom",
];

/// Reserved words that never name a field without back quotes.
const STRUCTURAL: [&str; 14] = [
    "and", "as", "asc", "by", "desc", "distinct", "false", "group", "limit", "not", "null", "or", "select", "where",
];

/// Whether `word` (lower case) cannot name a field without back quotes.
pub(crate) fn is_structural(word: &str) -> bool {
    word == "true" || STRUCTURAL.contains(&word)
}

impl Function {
    /// Every scalar function.
    pub const ALL: [Self; 13] = [
        Self::Length,
        Self::Year,
        Self::Month,
        Self::Day,
        Self::Hour,
        Self::Minute,
        Self::Second,
        Self::DateFormat,
        Self::IfNull,
        Self::Lower,
        Self::Distance,
        Self::JsonFormat,
        Self::Random,
    ];

    /// The name in the language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Minute => "minute",
            Self::Second => "second",
            Self::DateFormat => "date_format",
            Self::IfNull => "ifnull",
            Self::Lower => "lower",
            Self::Distance => "distance",
            Self::JsonFormat => "json_format",
            Self::Random => "random",
        }
    }

    /// Fewest and most arguments.
    pub fn arity(self) -> (usize, usize) {
        match self {
            Self::Length
            | Self::Year
            | Self::Month
            | Self::Day
            | Self::Hour
            | Self::Minute
            | Self::Second
            | Self::Lower
            | Self::Random => (1, 1),
            Self::DateFormat | Self::IfNull | Self::Distance => (2, 2),
            Self::JsonFormat => (1, 2),
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.name() == name)
    }
}

impl Aggregate {
    /// Names of the aggregate functions.
    pub const NAMES: [&'static str; 10] = [
        "avg",
        "bbox",
        "count",
        "envelope",
        "max",
        "median",
        "min",
        "percentile",
        "stddev",
        "sum",
    ];

    /// The name in the language.
    pub fn name(&self) -> &'static str {
        match self {
            Self::CountAll | Self::Count(_) | Self::CountDistinct(_) => "count",
            Self::Sum(_) => "sum",
            Self::Avg(_) => "avg",
            Self::Min(_) => "min",
            Self::Max(_) => "max",
            Self::Median(_) => "median",
            Self::Percentile(..) => "percentile",
            Self::Stddev(_) => "stddev",
            Self::Envelope(_) => "envelope",
            Self::Bbox(_) => "bbox",
        }
    }

    /// What it is computed of; `None` for `count(*)`.
    pub fn argument(&self) -> Option<&Expr> {
        match self {
            Self::CountAll => None,
            Self::Count(expr)
            | Self::CountDistinct(expr)
            | Self::Sum(expr)
            | Self::Avg(expr)
            | Self::Min(expr)
            | Self::Max(expr)
            | Self::Median(expr)
            | Self::Percentile(expr, _)
            | Self::Stddev(expr)
            | Self::Envelope(expr)
            | Self::Bbox(expr) => Some(expr),
        }
    }
}

impl TextPredicate {
    /// The name in the language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Suggest => "suggest",
            Self::StartsWith => "startswith",
        }
    }
}

impl SpatialPredicate {
    /// The name in the language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Intersects => "intersects",
            Self::Disjoint => "disjoint",
            Self::Within => "within",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Intersects, Self::Disjoint, Self::Within]
            .into_iter()
            .find(|predicate| predicate.name() == name)
    }
}

const WEEKDAYS: [&str; 7] = [
    "mondays",
    "tuesdays",
    "wednesdays",
    "thursdays",
    "fridays",
    "saturdays",
    "sundays",
];

impl NowUnit {
    /// The name in the language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Years => "years",
            Self::Month => "month",
            Self::Months => "months",
            Self::Day => "day",
            Self::Days => "days",
            Self::Hour => "hour",
            Self::Hours => "hours",
            Self::Minute => "minute",
            Self::Minutes => "minutes",
            Self::Second => "second",
            Self::Seconds => "seconds",
            Self::Microsecond => "microsecond",
            Self::Microseconds => "microseconds",
            Self::Weekday => "weekday",
            Self::Weekdays(day) => WEEKDAYS[usize::from(day) % 7],
        }
    }

    /// Every argument of `now()`.
    pub fn all() -> impl Iterator<Item = Self> {
        let plain = [
            Self::Year,
            Self::Years,
            Self::Month,
            Self::Months,
            Self::Day,
            Self::Days,
            Self::Hour,
            Self::Hours,
            Self::Minute,
            Self::Minutes,
            Self::Second,
            Self::Seconds,
            Self::Microsecond,
            Self::Microseconds,
            Self::Weekday,
        ];
        plain.into_iter().chain((0..7).map(Self::Weekdays))
    }

    /// The smallest and largest value that sets a part of a date; `None` for those that add to it.
    pub fn range(self) -> Option<(i64, i64)> {
        match self {
            Self::Year => Some((1, 9999)),
            Self::Month => Some((1, 12)),
            Self::Day => Some((1, 31)),
            Self::Hour => Some((0, 23)),
            Self::Minute | Self::Second => Some((0, 59)),
            Self::Microsecond => Some((0, 999_999)),
            Self::Weekday => Some((0, 6)),
            _ => None,
        }
    }
}

impl TimeUnit {
    /// The short name, which is case-sensitive (`m` minute, `M` month).
    pub fn name(self) -> &'static str {
        match self {
            Self::Millisecond => "ms",
            Self::Second => "s",
            Self::Minute => "m",
            Self::Hour => "h",
            Self::Day => "d",
            Self::Week => "w",
            Self::Month => "M",
            Self::Quarter => "q",
            Self::Year => "y",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "ms" | "millisecond" | "milliseconds" => Self::Millisecond,
            "s" | "second" | "seconds" => Self::Second,
            "m" | "minute" | "minutes" => Self::Minute,
            "h" | "hour" | "hours" => Self::Hour,
            "d" | "day" | "days" => Self::Day,
            "w" | "week" | "weeks" => Self::Week,
            "M" | "month" | "months" => Self::Month,
            "q" | "quarter" | "quarters" => Self::Quarter,
            "y" | "year" | "years" => Self::Year,
            _ => return None,
        })
    }

    /// Whether only steps of one are defined (weeks and longer).
    pub fn is_single_step(self) -> bool {
        matches!(self, Self::Week | Self::Month | Self::Quarter | Self::Year)
    }
}

/// Metres in one of the units that `within_distance` takes.
pub(crate) fn metres(unit: &str) -> Option<f64> {
    Some(match unit.to_ascii_lowercase().as_str() {
        "mi" => 1609.344,
        "yd" => 0.9144,
        "ft" => 0.3048,
        "m" => 1.0,
        "cm" => 0.01,
        "km" => 1000.0,
        "mm" => 0.001,
        _ => return None,
    })
}

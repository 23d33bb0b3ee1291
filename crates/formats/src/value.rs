//! Single values as people write them: what a cell can be, and how it is read. Rules are in the crate's README.

pub mod date;
pub mod geo;
pub mod number;
pub mod word;

use number::NumberForm;

/// What a cell looks like, before its column has decided on a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Class {
    /// Nothing.
    Empty,
    /// A word for "no value", such as `NA`.
    Absent,
    /// A whole number of 64 bits, perhaps with spaces between thousands.
    Int,
    /// A whole number beyond 64 bits.
    BigInt,
    /// Digits that begin with a useless zero, or a telephone number: a code, never a number.
    Code,
    /// A number with a decimal point or a signed exponent.
    Dot,
    /// A number with a decimal comma.
    Comma,
    /// `1,234`: a decimal comma in French, a thousand in English.
    CommaThree,
    /// `1,234,567`: English only.
    EnglishWhole,
    /// `1,234.5`: English only.
    English,
    /// `1e5`: a number only among other decimal numbers.
    BareExponent,
    /// `oui`, `false`, ….
    Boolean,
    /// `2024-05-31`.
    DateIso,
    /// `31/05/2024`.
    DateDayFirst,
    /// `05/31/2024`.
    DateMonthFirst,
    /// `04/05/2024`.
    DateEither,
    /// `2024-05`.
    YearMonth,
    /// `2024-05-31T10:00:00Z`.
    TimeIso,
    /// `31/05/2024 10:00`.
    TimeDayFirst,
    /// `05/31/2024 10:00`.
    TimeMonthFirst,
    /// `04/05/2024 10:00`.
    TimeEither,
    /// `48.85, 2.35` or `[2.35, 48.85]`.
    Point,
    /// A GeoJSON geometry or feature.
    Shape,
    /// A JSON list of texts (JSON sources only).
    List,
    /// Another JSON object or list (JSON sources only).
    Json,
    /// Anything else.
    Text,
}

impl Class {
    /// How many classes there are.
    pub const COUNT: usize = Self::Text as usize + 1;
}

/// The cell without the white space around it.
pub fn trim(mut cell: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] = cell {
        cell = rest;
    }
    while let [rest @ .., b' ' | b'\t' | b'\r' | b'\n'] = cell {
        cell = rest;
    }
    cell
}

/// Says what a cell looks like.
pub fn classify(cell: &[u8]) -> Class {
    let cell = trim(cell);
    let Some(&first) = cell.first() else {
        return Class::Empty;
    };
    match first {
        b'0'..=b'9' | b'+' | b'-' | b'.' => classify_digits(cell),
        b'{' if geo::looks_like_shape(cell) => Class::Shape,
        b'[' if geo::parse_point(cell).is_some() => Class::Point,
        _ if cell.len() > word::LONGEST => Class::Text,
        _ if word::is_absent(cell) => Class::Absent,
        _ if word::parse_boolean(cell).is_some() => Class::Boolean,
        _ => Class::Text,
    }
}

fn classify_digits(cell: &[u8]) -> Class {
    if let Some(form) = number::classify(cell) {
        return match form {
            NumberForm::Int => Class::Int,
            NumberForm::BigInt => Class::BigInt,
            NumberForm::Code => Class::Code,
            NumberForm::Dot => Class::Dot,
            NumberForm::Comma => Class::Comma,
            NumberForm::CommaThree => Class::CommaThree,
            NumberForm::EnglishWhole => Class::EnglishWhole,
            NumberForm::English => Class::English,
            NumberForm::BareExponent => Class::BareExponent,
        };
    }
    if let Some(class) = date::classify(cell) {
        return class;
    }
    if geo::is_unmistakable_pair(cell) {
        return Class::Point;
    }
    if word::is_absent(cell) {
        Class::Absent
    } else {
        Class::Text
    }
}

#[cfg(test)]
mod tests;

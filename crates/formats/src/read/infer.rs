//! The type of a column, from what all of its cells look like.

use parvis_model::{FieldType, Precision};

use crate::value::date::DateOrder;
use crate::value::number::{CommaMeans, parse_double};
use crate::value::{Class, classify, trim};

/// Most cells that may contradict the type of their column.
pub const TOLERATED: u64 = 1000;
/// At most one cell in this many may contradict.
pub const TOLERATED_SHARE: u64 = 1000;

/// What the cells of a column look like.
#[derive(Clone, Debug)]
pub struct ColumnStats {
    counts: [u64; Class::COUNT],
    /// Fewest and most bytes of a whole number.
    width: (usize, usize),
    /// Every whole number so far has nine digits and the last is Luhn's, as in a SIREN.
    checked: bool,
    /// Smallest and largest number, if they are looked at.
    range: Option<(f64, f64)>,
    /// No cell to come can make the column anything but text.
    settled: bool,
}

impl ColumnStats {
    /// Nothing seen yet. `ranged`: note the smallest and the largest number.
    pub fn new(ranged: bool) -> Self {
        Self {
            counts: [0; Class::COUNT],
            width: (usize::MAX, 0),
            checked: true,
            range: ranged.then_some((f64::INFINITY, f64::NEG_INFINITY)),
            settled: false,
        }
    }

    /// Whether the column is text whatever follows.
    pub fn is_settled(&self) -> bool {
        self.settled
    }

    /// Looks at a cell.
    #[inline]
    pub fn add(&mut self, cell: &[u8]) {
        let class = classify(cell);
        self.note(class, cell);
    }

    /// Counts a cell whose class is known.
    #[inline]
    pub fn note(&mut self, class: Class, cell: &[u8]) {
        self.counts[class as usize] += 1;
        match class {
            Class::Int => {
                self.width = (self.width.0.min(cell.len()), self.width.1.max(cell.len()));
                self.checked = self.checked && has_correct_last_digit(cell);
                self.widen(cell);
            }
            Class::Dot | Class::Comma | Class::CommaThree => self.widen(cell),
            Class::Code => self.settled = true,
            Class::Text => self.settled |= self.counts[Class::Text as usize] > TOLERATED,
            _ => {}
        }
    }

    fn widen(&mut self, cell: &[u8]) {
        if let Some((low, high)) = &mut self.range
            && let Some(value) = parse_double(trim(cell), CommaMeans::Decimals)
        {
            *low = low.min(value);
            *high = high.max(value);
        }
    }

    /// Adds what another thread saw.
    pub fn merge(&mut self, other: &Self) {
        for (mine, other) in self.counts.iter_mut().zip(other.counts) {
            *mine += other;
        }
        self.width = (self.width.0.min(other.width.0), self.width.1.max(other.width.1));
        self.checked &= other.checked;
        if let (Some(mine), Some(other)) = (&mut self.range, other.range) {
            *mine = (mine.0.min(other.0), mine.1.max(other.1));
        }
        self.settled |= other.settled;
    }

    /// The smallest and largest number seen, if they were looked at and there are any.
    pub fn range(&self) -> Option<(f64, f64)> {
        self.range.filter(|(low, high)| low <= high)
    }

    /// Whether no cell holds anything.
    pub fn is_empty(&self) -> bool {
        !self.settled && self.counts.iter().sum::<u64>() == self.count(Class::Empty)
    }

    fn count(&self, class: Class) -> u64 {
        self.counts[class as usize]
    }

    fn sum(&self, classes: &[Class]) -> u64 {
        classes.iter().map(|&class| self.count(class)).sum()
    }

    /// Decides. `name` is the column's slug: columns named like codes keep digits of one width as text.
    pub fn guess(&self, name: &str) -> Guess {
        let comma = self.comma();
        let order = self.order();
        let text = Guess {
            field_type: FieldType::Text,
            comma,
            order,
            precision: None,
            list: false,
            doubtful: 0,
        };
        let filled = self.counts.iter().sum::<u64>() - self.sum(&[Class::Empty, Class::Absent]);
        if self.count(Class::Json) > 0 {
            return Guess {
                field_type: FieldType::JsonBlob,
                ..text
            };
        }
        if self.count(Class::List) > 0 {
            let blob = self.sum(&[Class::Point, Class::Shape]) > 0;
            return Guess {
                field_type: if blob { FieldType::JsonBlob } else { FieldType::Text },
                list: !blob,
                ..text
            };
        }
        if self.settled || filled == 0 || self.count(Class::Code) > 0 {
            return text;
        }
        let (good, field_type) = self.best(comma, order);
        let doubtful = filled - good;
        let tolerable = doubtful == 0 || doubtful <= TOLERATED && doubtful * TOLERATED_SHARE <= filled;
        if !tolerable || self.is_code(field_type, name) {
            return text;
        }
        let months = field_type == FieldType::Date && self.count(Class::YearMonth) == good;
        Guess {
            field_type,
            doubtful,
            precision: months.then_some(Precision::Month),
            ..text
        }
    }

    /// Whether numbers are codes: by the column's name, decimals (`64100,64200`, `7.10`) or digits of one width; by the digits
    /// themselves, 14 throughout (SIRET and the like) or SIREN throughout.
    fn is_code(&self, field_type: FieldType, name: &str) -> bool {
        let same_width = self.width.0 == self.width.1;
        match field_type {
            FieldType::Double => is_code_name(name),
            FieldType::Int if same_width && is_code_name(name) => true,
            // One number in ten ends in the right digit by chance.
            FieldType::Int if same_width && self.width.0 == 9 => self.checked && self.count(Class::Int) >= 8,
            FieldType::Int => same_width && self.width.0 == 14,
            _ => false,
        }
    }

    /// English only on evidence: a form that French does not have, and none that English does not have.
    fn comma(&self) -> CommaMeans {
        let english = self.sum(&[Class::EnglishWhole, Class::English]) > 0 && self.count(Class::Comma) == 0;
        if english {
            CommaMeans::Thousands
        } else {
            CommaMeans::Decimals
        }
    }

    /// The month first only on evidence: a date that has to be read so, and none that has to be read the French way.
    fn order(&self) -> DateOrder {
        let months_first = self.sum(&[Class::DateMonthFirst, Class::TimeMonthFirst]);
        let days_first = self.sum(&[Class::DateDayFirst, Class::TimeDayFirst]);
        if months_first > 0 && days_first == 0 {
            DateOrder::MonthFirst
        } else {
            DateOrder::DayFirst
        }
    }

    /// The type that most cells have, the narrowest of those.
    fn best(&self, comma: CommaMeans, order: DateOrder) -> (u64, FieldType) {
        let (int, decimal) = match comma {
            CommaMeans::Decimals => (
                self.count(Class::Int),
                self.sum(&[Class::Dot, Class::Comma, Class::CommaThree]),
            ),
            CommaMeans::Thousands => (
                self.sum(&[Class::Int, Class::CommaThree, Class::EnglishWhole]),
                self.sum(&[Class::Dot, Class::English]),
            ),
        };
        let exponents = if decimal > 0 {
            self.count(Class::BareExponent)
        } else {
            0
        };
        let (date, time) = match order {
            DateOrder::DayFirst => (Class::DateDayFirst, Class::TimeDayFirst),
            DateOrder::MonthFirst => (Class::DateMonthFirst, Class::TimeMonthFirst),
        };
        let dates = self.sum(&[Class::DateIso, Class::DateEither, date]);
        let times = self.sum(&[Class::TimeIso, Class::TimeEither, time]);
        let mut best = (0, FieldType::Text);
        for candidate in [
            (self.count(Class::Boolean), FieldType::Boolean),
            (int, FieldType::Int),
            (int + decimal + exponents, FieldType::Double),
            (dates + self.count(Class::YearMonth), FieldType::Date),
            (if times > 0 { dates + times } else { 0 }, FieldType::Datetime),
            (self.count(Class::Point), FieldType::GeoPoint2d),
            (self.count(Class::Shape), FieldType::GeoShape),
        ] {
            if candidate.0 > best.0 {
                best = candidate;
            }
        }
        best
    }
}

/// What a column is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guess {
    /// The type.
    pub field_type: FieldType,
    /// What commas mean in its numbers.
    pub comma: CommaMeans,
    /// What comes first in its dates.
    pub order: DateOrder,
    /// Its dates are months only.
    pub precision: Option<Precision>,
    /// It holds lists of texts.
    pub list: bool,
    /// How many cells contradict and will be null.
    pub doubtful: u64,
}

/// Whether nine digits end in the one that Luhn's rule asks for.
fn has_correct_last_digit(cell: &[u8]) -> bool {
    let sum = cell.iter().rev().enumerate().try_fold(0, |sum, (place, byte)| {
        let digit = u32::from(byte.wrapping_sub(b'0'));
        let digit = if place % 2 == 1 { digit * 2 } else { digit };
        (digit <= 18 && byte.is_ascii_digit()).then_some(sum + digit / 10 + digit % 10)
    });
    cell.len() == 9 && sum.is_some_and(|sum| sum % 10 == 0)
}

/// Words of a name that say that the digits under it are not a quantity.
const CODE_WORDS: [&str; 20] = [
    "insee",
    "siret",
    "siren",
    "cp",
    "postal",
    "postale",
    "zip",
    "tel",
    "telephone",
    "phone",
    "portable",
    "mobile",
    "fax",
    "naf",
    "ape",
    "uai",
    "finess",
    "iris",
    "cog",
    "epci",
];

fn is_code_name(name: &str) -> bool {
    name.split('_').any(|word| {
        word.starts_with("code")
            || CODE_WORDS.contains(&word)
            || ["insee", "siret", "siren", "postal"]
                .iter()
                .any(|end| word.ends_with(end))
    })
}

/// Whether the name says latitude or longitude; `rest` is what else it says, the same for the two of a pair.
pub fn coordinate(name: &str) -> Option<Coordinate> {
    let (mut axis, mut rest) = (None, Vec::new());
    for word in name.split('_') {
        match word {
            "lat" | "latitude" | "ylat" | "ylatitude" => axis = Some(Axis::Latitude),
            "lon" | "lng" | "long" | "longitude" | "xlon" | "xlong" | "xlongitude" => axis = Some(Axis::Longitude),
            "x" | "y" => {}
            _ => rest.push(word),
        }
    }
    if axis.is_none() && rest.contains(&"wgs84") {
        axis = name.split('_').find_map(|word| match word {
            "x" => Some(Axis::Longitude),
            "y" => Some(Axis::Latitude),
            _ => None,
        });
    }
    Some(Coordinate {
        axis: axis?,
        rest: rest.join("_"),
    })
}

/// Half of a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coordinate {
    /// Which half.
    pub axis: Axis,
    /// What the name says besides.
    pub rest: String,
}

/// A column that could be half of a point.
#[derive(Clone, Debug)]
pub struct Half {
    /// Its number.
    pub column: usize,
    /// What its name says.
    pub coordinate: Coordinate,
}

impl Half {
    /// The column as half of a point, if its name says so and its numbers can be degrees.
    pub fn of(column: usize, name: &str, stats: &ColumnStats) -> Option<Self> {
        let coordinate = coordinate(name)?;
        coordinate
            .axis
            .holds(stats.range()?)
            .then_some(Self { column, coordinate })
    }
}

/// Latitudes and longitudes whose names say the same otherwise.
pub fn pairs(halves: &[Half]) -> Vec<(usize, usize)> {
    let on = |axis| halves.iter().filter(move |half| half.coordinate.axis == axis);
    on(Axis::Latitude)
        .filter_map(|latitude| {
            on(Axis::Longitude)
                .find(|longitude| longitude.coordinate.rest == latitude.coordinate.rest)
                .map(|longitude| (latitude.column, longitude.column))
        })
        .collect()
}

/// Latitude or longitude.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// From -90 to 90.
    Latitude,
    /// From -180 to 180.
    Longitude,
}

impl Axis {
    /// Whether both ends of a range can be degrees on this axis.
    pub fn holds(self, (low, high): (f64, f64)) -> bool {
        let limit = if self == Self::Latitude { 90.0 } else { 180.0 };
        low >= -limit && high <= limit
    }
}

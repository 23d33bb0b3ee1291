//! The tree of a query. Spans are byte offsets into the text of the clause that a node was read from.

/// Where a node stands in the text of its clause: bytes `start..end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// First byte after the node.
    pub end: usize,
}

/// A value-producing expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A constant.
    Literal(Literal),
    /// A field of the dataset, or a label that the query gave (allowed in `order_by`).
    Field(String),
    /// A scalar function.
    Call(Function, Vec<Expr>),
    /// `now(years=-1, weekday=0)`: the named arguments in the order written.
    Now(Vec<(NowUnit, i64)>),
    /// An aggregate function (`select` and `order_by` only).
    Aggregate(Aggregate),
    /// `left op right`, numbers only.
    Arithmetic(Box<Expr>, ArithmeticOp, Box<Expr>),
    /// `-expr`.
    Negate(Box<Expr>),
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `"text"` or `'text'`, unescaped.
    String(String),
    /// A whole number.
    Int(i64),
    /// A number with a fraction, or one too large for `Int`.
    Double(f64),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// `date'2017-04'`.
    Date(DateLiteral),
    /// `geom'POINT(2 48)'`: the text between the quotes (WKT, hexadecimal WKB or GeoJSON).
    Geom(String),
}

/// A date as written: as much as was given. Without a zone it is read in the query's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateLiteral {
    /// Year.
    pub year: i32,
    /// Month 1–12, if given.
    pub month: Option<u32>,
    /// Day 1–31, if given.
    pub day: Option<u32>,
    /// Milliseconds since midnight, if a time was given.
    pub time_ms: Option<u32>,
    /// Offset from UTC in seconds, if a zone was given.
    pub offset_s: Option<i32>,
}

/// Scalar functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    /// `length(text)`: characters.
    Length,
    /// `year(date)`.
    Year,
    /// `month(date)`.
    Month,
    /// `day(date)`.
    Day,
    /// `hour(date)`.
    Hour,
    /// `minute(date)`.
    Minute,
    /// `second(date)`.
    Second,
    /// `date_format(date, 'pattern')`.
    DateFormat,
    /// `ifnull(expr, alt)`.
    IfNull,
    /// `lower(text)`.
    Lower,
    /// `distance(geo, geom)`: metres.
    Distance,
    /// `json_format(text[, fallback])`.
    JsonFormat,
    /// `random(seed)` (`order_by` only).
    Random,
}

/// Named arguments of `now()`: singular sets a part, plural adds to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NowUnit {
    /// `year=`
    Year,
    /// `years=`
    Years,
    /// `month=`
    Month,
    /// `months=`
    Months,
    /// `day=`
    Day,
    /// `days=`
    Days,
    /// `hour=`
    Hour,
    /// `hours=`
    Hours,
    /// `minute=`
    Minute,
    /// `minutes=`
    Minutes,
    /// `second=`
    Second,
    /// `seconds=`
    Seconds,
    /// `microsecond=`
    Microsecond,
    /// `microseconds=`
    Microseconds,
    /// `weekday=`: 0 is Monday.
    Weekday,
    /// `mondays=` … `sundays=`: 0 is Monday.
    Weekdays(u8),
}

/// `+ - * /`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArithmeticOp {
    /// Addition.
    Add,
    /// Subtraction.
    Subtract,
    /// Multiplication.
    Multiply,
    /// Division; by zero it gives null.
    Divide,
}

/// Aggregate functions. The argument may be any expression over fields.
#[derive(Clone, Debug, PartialEq)]
pub enum Aggregate {
    /// `count(*)`.
    CountAll,
    /// `count(expr)`: those that are not null.
    Count(Box<Expr>),
    /// `count(distinct expr)`: exact here.
    CountDistinct(Box<Expr>),
    /// `sum`.
    Sum(Box<Expr>),
    /// `avg`.
    Avg(Box<Expr>),
    /// `min` (numbers and dates).
    Min(Box<Expr>),
    /// `max` (numbers and dates).
    Max(Box<Expr>),
    /// `median`.
    Median(Box<Expr>),
    /// `percentile(expr, p)`, p in 0–100.
    Percentile(Box<Expr>, f64),
    /// `stddev`.
    Stddev(Box<Expr>),
    /// `envelope(geo_point)`: convex hull.
    Envelope(Box<Expr>),
    /// `bbox(geo)`: bounding box.
    Bbox(Box<Expr>),
}

/// A condition (`where`).
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// What it is.
    pub kind: ConditionKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of condition.
#[derive(Clone, Debug, PartialEq)]
pub enum ConditionKind {
    /// All hold (two or more).
    And(Vec<Condition>),
    /// One holds (two or more).
    Or(Vec<Condition>),
    /// The inner one does not hold.
    Not(Box<Condition>),
    /// A bare string: every word occurs in some text field; case and accents do not matter.
    FullText(String),
    /// `left op right`.
    Compare(Expr, CompareOp, Expr),
    /// `field like "words"`: every word occurs in the field.
    Like(Expr, String),
    /// `field in (a, b)`.
    InList(Expr, Vec<Literal>),
    /// `field in [a..b]` with either end open.
    InRange(Expr, RangeBounds),
    /// `"value" in field`: a multivalued field holds the value.
    Contains(Literal, String),
    /// `expr is null` (`true`), `expr is not null` (`false`).
    IsNull(Expr, bool),
    /// `field is true`, `field is not false`: (field, value, negated).
    IsBool(Expr, bool, bool),
    /// A boolean field alone.
    BoolField(String),
    /// `search`, `suggest` or `startswith`. No fields means every text field.
    Text(TextPredicate, Vec<String>, String),
    /// `within_distance(field, geom, metres)`; also legacy `distance(field, geom, 10km)`.
    WithinDistance(String, Geometry, f64),
    /// `in_bbox(field, lat1, lon1, lat2, lon2)`.
    InBbox(String, [f64; 4]),
    /// `intersects`, `disjoint` or `within`; also legacy `geometry(…)` and `polygon(…)`.
    Spatial(SpatialPredicate, String, Geometry),
}

/// A geometry literal as written, in a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// The text between the quotes.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompareOp {
    /// `=` or `:`.
    Eq,
    /// `!=`.
    NotEq,
    /// `<`.
    Lt,
    /// `<=`.
    LtEq,
    /// `>`.
    Gt,
    /// `>=`.
    GtEq,
}

/// The ends of a range. `None` is an open end (`*`, in `group_by` only).
#[derive(Clone, Debug, PartialEq)]
pub struct RangeBounds {
    /// Lower end.
    pub from: Option<Literal>,
    /// Whether the lower end belongs to the range.
    pub from_included: bool,
    /// Upper end.
    pub to: Option<Literal>,
    /// Whether the upper end belongs to the range.
    pub to_included: bool,
}

/// Text predicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextPredicate {
    /// Words match with small mistakes, the last as a prefix.
    Search,
    /// Every word is a prefix of some word.
    Suggest,
    /// The whole value begins so; case-sensitive.
    StartsWith,
}

/// Spatial predicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SpatialPredicate {
    /// They share a point.
    Intersects,
    /// They share no point.
    Disjoint,
    /// The record lies inside the geometry.
    Within,
}

/// One item of `select`.
#[derive(Clone, Debug, PartialEq)]
pub enum SelectItem {
    /// `*`.
    All,
    /// `include(pattern)`; a trailing `*` is a wildcard.
    Include(String),
    /// `exclude(pattern)`.
    Exclude(String),
    /// An expression with the key it has in the answer: its label, else its text as typed.
    Expr {
        /// The expression.
        expr: Expr,
        /// The label, if one was given.
        label: Option<String>,
        /// The text as typed, without the label.
        text: String,
    },
}

/// One item of `group_by`.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupItem {
    /// What is grouped by.
    pub key: GroupKey,
    /// The label, if one was given.
    pub label: Option<String>,
    /// The text as typed, without the label.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// What records are grouped by.
#[derive(Clone, Debug, PartialEq)]
pub enum GroupKey {
    /// A field, a date function, `date_format`, `ifnull` or `lower`.
    Expr(Expr),
    /// `range(field, width)`: equal steps of a number.
    Width(Expr, f64),
    /// `range(field, *, 10, 20, *)`: the ranges between the bounds.
    Bounds {
        /// What is measured.
        expr: Expr,
        /// A range below the first bound.
        open_start: bool,
        /// The bounds, in order.
        bounds: Vec<Literal>,
        /// A range above the last bound.
        open_end: bool,
    },
    /// `range(date, 1 day)`: equal steps of time.
    Interval(Expr, u32, TimeUnit),
    /// `geo_cluster(field, zoom[, radius])`.
    GeoCluster {
        /// A geo_point field.
        field: String,
        /// 0–25.
        zoom: u8,
        /// Pixels.
        radius: u32,
    },
}

/// Units of `range(date, 1 unit)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeUnit {
    /// `ms`
    Millisecond,
    /// `s`
    Second,
    /// `m`
    Minute,
    /// `h`
    Hour,
    /// `d`
    Day,
    /// `w`
    Week,
    /// `M`
    Month,
    /// `q`
    Quarter,
    /// `y`
    Year,
}

/// One item of `order_by`.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderItem {
    /// What is ordered by: an expression over fields, an aggregate, a label, or `random(seed)`.
    pub expr: Expr,
    /// The text as typed, without the direction: it may name an unlabelled expression of `select`.
    pub text: String,
    /// Largest first.
    pub descending: bool,
}

/// A facet asked for by `facet=name` or `facet=facet(name="…", …)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacetRequest {
    /// The field.
    pub name: String,
    /// Overrides the field's annotation.
    pub disjunctive: Option<bool>,
    /// Overrides the field's annotation.
    pub hierarchical: Option<bool>,
    /// Separator of a tree's levels.
    pub separator: Option<String>,
    /// `count`, `-count`, `alphanum`, `-alphanum`, `num`, `-num`.
    pub sort: Option<String>,
    /// Most values to give; 100 when not said.
    pub limit: Option<u32>,
}

/// `refine=field:value` or `exclude=field:"value"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refinement {
    /// The facet.
    pub field: String,
    /// The value; a path for trees and dates (`2020/12`).
    pub value: String,
}

/// The clauses of one query, parsed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// What to give; empty is `*` (or the group keys alone when grouping).
    pub select: Vec<SelectItem>,
    /// Conditions that must all hold, one per `where` parameter.
    pub filter: Vec<Condition>,
    /// Group keys.
    pub group_by: Vec<GroupItem>,
    /// Order.
    pub order_by: Vec<OrderItem>,
    /// Facet values to keep.
    pub refine: Vec<Refinement>,
    /// Facet values to leave out.
    pub exclude: Vec<Refinement>,
}

/// What kind of values a field has, as far as the language cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Text.
    Text,
    /// Several texts.
    MultiText,
    /// Whole number.
    Int,
    /// Number.
    Double,
    /// Boolean.
    Boolean,
    /// Day.
    Date,
    /// Instant.
    Datetime,
    /// Point.
    GeoPoint,
    /// Shape.
    GeoShape,
    /// JSON as text.
    Json,
}

/// The fields that a query is checked against.
pub trait Fields {
    /// The kind of the field called `name`, or `None`.
    fn kind(&self, name: &str) -> Option<Kind>;
    /// Names of all fields, in order.
    fn names(&self) -> Vec<&str>;
    /// Whether records may be put in the order of the field called `name`; asked of text fields only.
    fn is_sortable(&self, name: &str) -> bool;
}

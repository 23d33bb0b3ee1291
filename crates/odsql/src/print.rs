//! Tree → text that parses to the same tree.

#[cfg(test)]
mod tests;

use std::fmt::{Display, Formatter, Result, Write};

use crate::ast::{
    Aggregate, ArithmeticOp, CompareOp, Condition, ConditionKind, DateLiteral, Expr, ExprKind, FacetRequest, Geometry,
    GroupItem, GroupKey, Literal, OrderItem, RangeBounds, Refinement, SelectItem,
};
use crate::names::RESERVED;

/// Writes a field's name, between back quotes unless it is plain.
fn name(f: &mut Formatter<'_>, name: &str) -> Result {
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let bare = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.split('.').all(plain)
        && !RESERVED.contains(&name.to_ascii_lowercase().as_str());
    if bare { f.write_str(name) } else { write!(f, "`{name}`") }
}

/// Writes `text` between `quote`s.
fn quoted(f: &mut Formatter<'_>, text: &str, quote: char) -> Result {
    f.write_char(quote)?;
    for c in text.chars() {
        if c == quote || c == '\\' {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char(quote)
}

fn separated<T>(
    f: &mut Formatter<'_>,
    items: &[T],
    separator: &str,
    write: impl Fn(&mut Formatter<'_>, &T) -> Result,
) -> Result {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            f.write_str(separator)?;
        }
        write(f, item)?;
    }
    Ok(())
}

impl Display for DateLiteral {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        if let Some(ms) = self.time_ms {
            let (seconds, ms) = (ms / 1000, ms % 1000);
            write!(
                f,
                "T{:02}:{:02}:{:02}.{ms:03}",
                seconds / 3600,
                seconds / 60 % 60,
                seconds % 60
            )?;
        }
        match self.offset_s {
            None => Ok(()),
            Some(offset) => {
                let minutes = offset.unsigned_abs() / 60;
                write!(
                    f,
                    "{}{:02}:{:02}",
                    if offset < 0 { '-' } else { '+' },
                    minutes / 60,
                    minutes % 60
                )
            }
        }
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::String(text) => quoted(f, text, '"'),
            Self::Int(number) => write!(f, "{number}"),
            Self::Double(number) => write!(f, "{number:?}"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Null => f.write_str("null"),
            Self::Date(date) => write!(f, "date'{date}'"),
            Self::Geom(text) => {
                f.write_str("geom")?;
                quoted(f, text, '\'')
            }
        }
    }
}

impl ArithmeticOp {
    /// The sign.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
        }
    }

    fn precedence(self) -> u8 {
        match self {
            Self::Add | Self::Subtract => 1,
            Self::Multiply | Self::Divide => 2,
        }
    }
}

impl CompareOp {
    /// The sign.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Eq => "=",
            Self::NotEq => "!=",
            Self::Lt => "<",
            Self::LtEq => "<=",
            Self::Gt => ">",
            Self::GtEq => ">=",
        }
    }
}

impl Expr {
    fn operand(&self, f: &mut Formatter<'_>, parentheses: bool) -> Result {
        if parentheses {
            write!(f, "({self})")
        } else {
            write!(f, "{self}")
        }
    }

    fn precedence(&self) -> u8 {
        match &self.kind {
            ExprKind::Arithmetic(_, op, _) => op.precedence(),
            _ => 3,
        }
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.kind {
            ExprKind::Literal(literal) => write!(f, "{literal}"),
            ExprKind::Field(field) => name(f, field),
            ExprKind::Call(function, arguments) => {
                write!(f, "{}(", function.name())?;
                separated(f, arguments, ", ", |f, argument| write!(f, "{argument}"))?;
                f.write_char(')')
            }
            ExprKind::Now(arguments) => {
                f.write_str("now(")?;
                separated(f, arguments, ", ", |f, (unit, value)| {
                    write!(f, "{}={value}", unit.name())
                })?;
                f.write_char(')')
            }
            ExprKind::Aggregate(aggregate) => write!(f, "{aggregate}"),
            ExprKind::Arithmetic(left, op, right) => {
                left.operand(f, left.precedence() < op.precedence())?;
                write!(f, " {} ", op.symbol())?;
                right.operand(f, right.precedence() <= op.precedence())
            }
            // A sign before digits would be read as part of the number.
            ExprKind::Negate(inner) => {
                f.write_char('-')?;
                let atom = matches!(
                    inner.kind,
                    ExprKind::Field(_) | ExprKind::Call(..) | ExprKind::Aggregate(_)
                );
                inner.operand(f, !atom)
            }
        }
    }
}

impl Display for Aggregate {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let function = self.name();
        match (self, self.argument()) {
            (Self::CountDistinct(expr), _) => write!(f, "count(distinct {expr})"),
            (Self::Percentile(expr, rank), _) => write!(f, "percentile({expr}, {rank})"),
            (_, Some(expr)) => write!(f, "{function}({expr})"),
            (_, None) => write!(f, "{function}(*)"),
        }
    }
}

impl Condition {
    fn is_junction(&self) -> bool {
        matches!(self.kind, ConditionKind::And(_) | ConditionKind::Or(_))
    }

    fn operand(&self, f: &mut Formatter<'_>, parentheses: bool) -> Result {
        if parentheses {
            write!(f, "({self})")
        } else {
            write!(f, "{self}")
        }
    }
}

impl Display for Geometry {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str("geom")?;
        quoted(f, &self.text, '\'')
    }
}

impl Display for RangeBounds {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let end = |f: &mut Formatter<'_>, end: &Option<Literal>| match end {
            Some(literal) => write!(f, "{literal}"),
            None => f.write_char('*'),
        };
        f.write_char(if self.from_included { '[' } else { ']' })?;
        end(f, &self.from)?;
        f.write_str(" .. ")?;
        end(f, &self.to)?;
        f.write_char(if self.to_included { ']' } else { '[' })
    }
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.kind {
            ConditionKind::And(parts) => separated(f, parts, " and ", |f, part| part.operand(f, part.is_junction())),
            ConditionKind::Or(parts) => separated(f, parts, " or ", |f, part| {
                part.operand(f, matches!(part.kind, ConditionKind::Or(_)))
            }),
            ConditionKind::Not(inner) => {
                f.write_str("not ")?;
                inner.operand(f, inner.is_junction())
            }
            ConditionKind::FullText(words) => quoted(f, words, '"'),
            ConditionKind::Compare(left, op, right) => write!(f, "{left} {} {right}", op.symbol()),
            ConditionKind::Like(expr, words) => {
                write!(f, "{expr} like ")?;
                quoted(f, words, '"')
            }
            ConditionKind::InList(expr, values) => {
                write!(f, "{expr} in (")?;
                separated(f, values, ", ", |f, value| write!(f, "{value}"))?;
                f.write_char(')')
            }
            ConditionKind::InRange(expr, bounds) => write!(f, "{expr} in {bounds}"),
            ConditionKind::Contains(literal, field) => {
                write!(f, "{literal} in ")?;
                name(f, field)
            }
            ConditionKind::IsNull(expr, null) => write!(f, "{expr} is {}null", if *null { "" } else { "not " }),
            ConditionKind::IsBool(expr, value, negated) => {
                write!(f, "{expr} is {}{value}", if *negated { "not " } else { "" })
            }
            ConditionKind::BoolField(field) => name(f, field),
            ConditionKind::Text(predicate, fields, words) => {
                write!(f, "{}(", predicate.name())?;
                for field in fields {
                    name(f, field)?;
                    f.write_str(", ")?;
                }
                quoted(f, words, '"')?;
                f.write_char(')')
            }
            ConditionKind::WithinDistance(field, geometry, metres) => {
                f.write_str("within_distance(")?;
                name(f, field)?;
                write!(f, ", {geometry}, {metres}m)")
            }
            ConditionKind::InBbox(field, corners) => {
                f.write_str("in_bbox(")?;
                name(f, field)?;
                corners.iter().try_for_each(|corner| write!(f, ", {corner:?}"))?;
                f.write_char(')')
            }
            ConditionKind::Spatial(predicate, field, geometry) => {
                write!(f, "{}(", predicate.name())?;
                name(f, field)?;
                write!(f, ", {geometry})")
            }
        }
    }
}

/// Writes ` as label` when there is one.
fn label(f: &mut Formatter<'_>, label: Option<&String>) -> Result {
    match label {
        None => Ok(()),
        Some(label) => {
            f.write_str(" as ")?;
            name(f, label)
        }
    }
}

fn pattern(f: &mut Formatter<'_>, function: &str, pattern: &str) -> Result {
    let (stem, star) = pattern.strip_suffix('*').map_or((pattern, ""), |stem| (stem, "*"));
    write!(f, "{function}(")?;
    if !stem.is_empty() {
        name(f, stem)?;
    }
    write!(f, "{star})")
}

/// The text as typed is part of the item: it is the key of the value in the answer.
impl Display for SelectItem {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::All => f.write_char('*'),
            Self::Include(stem) => pattern(f, "include", stem),
            Self::Exclude(stem) => pattern(f, "exclude", stem),
            Self::Expr {
                text, label: chosen, ..
            } => {
                f.write_str(text)?;
                label(f, chosen.as_ref())
            }
        }
    }
}

impl SelectItem {
    /// An item made by a program: its text is what the expression prints as.
    pub fn expr(expr: Expr, label: Option<String>) -> Self {
        let text = expr.to_string();
        Self::Expr { expr, label, text }
    }
}

impl Display for GroupKey {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Expr(expr) => write!(f, "{expr}"),
            Self::Width(expr, width) => write!(f, "range({expr}, {width:?})"),
            Self::Bounds {
                expr,
                open_start,
                bounds,
                open_end,
            } => {
                write!(f, "range({expr}, {}", if *open_start { "*, " } else { "" })?;
                separated(f, bounds, ", ", |f, bound| write!(f, "{bound}"))?;
                f.write_str(if *open_end { ", *)" } else { ")" })
            }
            Self::Interval(expr, count, unit) => write!(f, "range({expr}, {count}{})", unit.name()),
            Self::GeoCluster { field, zoom, radius } => {
                f.write_str("geo_cluster(")?;
                name(f, field)?;
                write!(f, ", {zoom}, {radius})")
            }
        }
    }
}

impl Display for GroupItem {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&self.text)?;
        label(f, self.label.as_ref())
    }
}

impl Display for OrderItem {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{} {}", self.text, if self.descending { "desc" } else { "asc" })
    }
}

impl Display for FacetRequest {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str("facet(name=")?;
        quoted(f, &self.name, '"')?;
        if let Some(disjunctive) = self.disjunctive {
            write!(f, ", disjunctive={disjunctive}")?;
        }
        if let Some(hierarchical) = self.hierarchical {
            write!(f, ", hierarchical={hierarchical}")?;
        }
        if let Some(separator) = &self.separator {
            f.write_str(", separator=")?;
            quoted(f, separator, '"')?;
        }
        if let Some(sort) = &self.sort {
            f.write_str(", sort=")?;
            quoted(f, sort, '"')?;
        }
        if let Some(limit) = self.limit {
            write!(f, ", limit={limit}")?;
        }
        f.write_char(')')
    }
}

impl Display for Refinement {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        name(f, &self.field)?;
        f.write_char(':')?;
        quoted(f, &self.value, '"')
    }
}

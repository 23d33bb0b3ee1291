//! Rules between clauses: what may be grouped, and what may be selected and ordered by when grouping.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::types::{Context, is_aggregate, kind_of};
use crate::ast::{
    DateLiteral, Expr, ExprKind, Fields, Function, GroupItem, GroupKey, Kind, Literal, OrderItem, Query, SelectItem,
    Span,
};
use crate::error::{Clause, Error};

fn wrong(detail: &str, span: Span) -> Error {
    Error::semantic(detail, span, Clause::GroupBy)
}

/// Whether `item` is something that records can be grouped by.
pub(super) fn check_key(item: &GroupItem, fields: &dyn Fields) -> Result<(), Error> {
    let context = Context::new(Clause::GroupBy, fields);
    match &item.key {
        GroupKey::Expr(expr) => group_expression(expr, &context),
        GroupKey::Width(expr, _) => match kind_of(expr, &context)? {
            Some(Kind::Int | Kind::Double) => Ok(()),
            _ => Err(wrong(
                "range() with a width needs a number; a date needs a width with a unit, as in 1 day.",
                item.span,
            )),
        },
        GroupKey::Interval(expr, ..) => match kind_of(expr, &context)? {
            Some(Kind::Date | Kind::Datetime) => Ok(()),
            _ => Err(wrong("range() with a unit of time needs a date.", item.span)),
        },
        GroupKey::Bounds { expr, bounds, .. } => {
            let dates = match kind_of(expr, &context)? {
                Some(Kind::Int | Kind::Double) => false,
                Some(Kind::Date | Kind::Datetime) => true,
                _ => return Err(wrong("range() needs a number or a date.", item.span)),
            };
            bounds_in_order(bounds, dates).map_err(|detail| wrong(detail, item.span))
        }
        GroupKey::GeoCluster { field, .. } => {
            match super::types::field_kind(field, item.span, Clause::GroupBy, fields)? {
                Kind::GeoPoint => Ok(()),
                _ => Err(wrong("geo_cluster() needs a geo_point_2d field.", item.span)),
            }
        }
    }
}

fn bounds_in_order(bounds: &[Literal], dates: bool) -> Result<(), &'static str> {
    let mut previous: Option<f64> = None;
    for bound in bounds {
        let value = match bound {
            Literal::Date(_) if dates => continue,
            Literal::String(text) if dates && DateLiteral::parse(text).is_some() => continue,
            #[expect(clippy::cast_precision_loss, reason = "only the order of the bounds matters")]
            Literal::Int(number) if !dates => *number as f64,
            Literal::Double(number) if !dates => *number,
            _ if dates => return Err("the bounds of range() over a date are dates, as in date'2020-11-13'."),
            _ => return Err("the bounds of range() over a number are numbers."),
        };
        if previous.is_some_and(|previous| previous >= value) {
            return Err("the bounds of range() must increase.");
        }
        previous = Some(value);
    }
    Ok(())
}

fn group_expression(expr: &Expr, context: &Context<'_>) -> Result<(), Error> {
    let allowed = match &expr.kind {
        ExprKind::Field(_) => true,
        ExprKind::Call(Function::Lower, arguments) => arguments.iter().all(is_simple),
        ExprKind::Call(Function::IfNull, arguments) => arguments.iter().all(is_simple),
        ExprKind::Call(..) => true,
        _ => false,
    };
    let kind = kind_of(expr, context)?;
    if !allowed {
        return Err(wrong(
            &format!("{expr} cannot be grouped by: give a field, a date function, ifnull, lower or range."),
            expr.span,
        ));
    }
    match kind {
        Some(Kind::GeoPoint) => Err(wrong(
            "Aggregation on geo point field is not possible. Use the geo_cluster(position, int_precision) aggregation function instead.",
            expr.span,
        )),
        Some(Kind::GeoShape | Kind::Json) => Err(wrong(&format!("{expr} cannot be grouped by."), expr.span)),
        _ => Ok(()),
    }
}

fn is_simple(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Field(_) | ExprKind::Literal(_))
}

/// What a query groups by, as its other clauses may name it: by the same expression, the same text, or the label.
pub(super) struct Keys<'a> {
    fields: &'a dyn Fields,
    /// Labels.
    labels: HashSet<&'a str>,
    /// Labels, texts as typed, and expressions as they are printed, with the kind of the key.
    names: HashMap<Cow<'a, str>, Kind>,
}

/// Labels of group keys are names like those of fields. Of two with one name the field is meant inside an aggregate, where it is named
/// most, and elsewhere [`Keys::holds`] decides before this is asked.
impl Fields for Keys<'_> {
    fn kind(&self, name: &str) -> Option<Kind> {
        self.fields.kind(name).or_else(|| self.names.get(name).copied())
    }

    fn names(&self) -> Vec<&str> {
        self.fields.names()
    }

    fn is_sortable(&self, name: &str) -> bool {
        self.labels.contains(name) || self.fields.is_sortable(name)
    }
}

impl<'a> Keys<'a> {
    /// The keys of `query`, which have been checked.
    pub(super) fn new(query: &'a Query, fields: &'a dyn Fields) -> Self {
        let mut keys = Self {
            fields,
            labels: HashSet::new(),
            names: HashMap::new(),
        };
        let context = Context::new(Clause::GroupBy, fields);
        for item in &query.group_by {
            let kind = match &item.key {
                // Of several texts, each makes a group.
                GroupKey::Expr(expr) => match kind_of(expr, &context) {
                    Ok(Some(kind)) if kind != Kind::MultiText => kind,
                    _ => Kind::Text,
                },
                GroupKey::GeoCluster { .. } => Kind::Json,
                GroupKey::Width(..) | GroupKey::Bounds { .. } | GroupKey::Interval(..) => Kind::Text,
            };
            if let Some(label) = &item.label {
                keys.labels.insert(label);
                keys.names.insert(Cow::Borrowed(label), kind);
            }
            keys.names.insert(Cow::Borrowed(&item.text), kind);
            keys.names.insert(Cow::Owned(item.key.to_string()), kind);
        }
        keys
    }

    /// Whether `expr` is one of the keys, or the label of one.
    fn holds(&self, expr: &Expr) -> bool {
        let named = matches!(&expr.kind, ExprKind::Field(name) if self.names.contains_key(name.as_str()));
        named || (!self.names.is_empty() && self.names.contains_key(expr.to_string().as_str()))
    }

    /// The same, of an expression typed as `text`.
    fn holds_typed(&self, expr: &Expr, text: &str) -> bool {
        self.names.contains_key(text) || self.holds(expr)
    }

    /// The first field that stands in neither an aggregation nor a key.
    fn stray<'e>(&self, expr: &'e Expr) -> Option<(&'e str, Span)> {
        if self.holds(expr) {
            return None;
        }
        match &expr.kind {
            ExprKind::Field(name) => Some((name, expr.span)),
            ExprKind::Literal(_) | ExprKind::Now(_) | ExprKind::Aggregate(_) => None,
            ExprKind::Call(_, arguments) => arguments.iter().find_map(|argument| self.stray(argument)),
            ExprKind::Arithmetic(left, _, right) => self.stray(left).or_else(|| self.stray(right)),
            ExprKind::Negate(inner) => self.stray(inner),
        }
    }

    /// Aggregates and single values do not mix, unless the single values are what is grouped by.
    pub(super) fn check_select(&self, query: &Query) -> Result<(), Error> {
        if !query.is_grouped() {
            return Ok(());
        }
        for item in &query.select {
            let (what, span) = match item {
                SelectItem::Expr { text, .. } if self.names.contains_key(text.as_str()) => continue,
                SelectItem::Expr { expr, .. } => match self.stray(expr) {
                    Some((name, span)) => (name.to_owned(), span),
                    None => continue,
                },
                SelectItem::All | SelectItem::Include(_) | SelectItem::Exclude(_) => {
                    (item.to_string(), Span::default())
                }
            };
            let detail = format!("{what} is neither an aggregation nor one of the group_by expressions.");
            return Err(Error::semantic(&detail, span, Clause::Select));
        }
        Ok(())
    }

    /// Whether each item of `order_by` can be ordered by, and aggregates come before single values when grouping.
    pub(super) fn check_order(&self, query: &Query) -> Result<(), Error> {
        let mut key_seen = false;
        for item in &query.order_by {
            let by = self.ordered_by(item, query)?;
            if by == OrderedBy::Aggregate && key_seen {
                let detail = "aggregations must come before the other expressions.";
                return Err(Error::semantic(detail, item.expr.span, Clause::OrderBy));
            }
            key_seen |= by == OrderedBy::GroupKey;
        }
        Ok(())
    }

    fn ordered_by(&self, item: &OrderItem, query: &Query) -> Result<OrderedBy, Error> {
        let wrong = |detail: String| Err(Error::semantic(&detail, item.expr.span, Clause::OrderBy));
        let grouping = !query.group_by.is_empty();
        if grouping && self.holds_typed(&item.expr, &item.text) {
            return Ok(OrderedBy::GroupKey);
        }
        let chosen = query.selected(item);
        let expr = chosen.unwrap_or(&item.expr);
        // What `select` holds may call functions that only `select` knows.
        let clause = if chosen.is_some() {
            Clause::Select
        } else {
            Clause::OrderBy
        };
        match (kind_of(expr, &Context::new(clause, self))?, &expr.kind) {
            (Some(Kind::GeoPoint | Kind::GeoShape | Kind::Json), _) => {
                return wrong(format!("{} cannot be ordered by.", item.text));
            }
            // The publisher says which texts have an order that means something (reference: the annotation `sortable`).
            (Some(Kind::Text), ExprKind::Field(name)) if !self.is_sortable(name) => {
                return wrong(format!(
                    "{name} cannot be ordered by: it is a text field without the sortable annotation."
                ));
            }
            _ => {}
        }
        if is_aggregate(expr) {
            return match query.is_grouped() {
                true => Ok(OrderedBy::Aggregate),
                false => wrong(format!("{} is an aggregation and needs group_by.", item.text)),
            };
        }
        if grouping && self.stray(expr).is_some() {
            return wrong(format!(
                "{} is neither an aggregation nor one of the group_by expressions.",
                item.text
            ));
        }
        Ok(OrderedBy::Value)
    }
}

impl Query {
    /// Whether the answer has groups instead of records.
    pub fn is_grouped(&self) -> bool {
        let aggregated = |item: &SelectItem| matches!(item, SelectItem::Expr { expr, .. } if is_aggregate(expr));
        !self.group_by.is_empty() || self.select.iter().any(aggregated)
    }

    /// The expression of `select` that `item` names by its label or its text.
    pub fn selected(&self, item: &OrderItem) -> Option<&Expr> {
        self.select.iter().find_map(|selected| match selected {
            SelectItem::Expr {
                expr,
                label: Some(label),
                ..
            } => item.names(label).then_some(expr),
            SelectItem::Expr {
                expr,
                label: None,
                text,
            } => (*text == item.text || item.names(text)).then_some(expr),
            _ => None,
        })
    }
}

impl OrderItem {
    /// Whether it is the name `key`, be it between back quotes.
    fn names(&self, key: &str) -> bool {
        matches!(&self.expr.kind, ExprKind::Field(name) if name == key)
    }
}

/// Most groups of an export that may be ordered by an aggregate.
pub const MAX_ORDERED_GROUPS: u64 = 20_000;

/// Whether an export of at most `limit` rows (`None` is all) may be ordered as `query` asks.
///
/// # Errors
/// It is ordered by an aggregate and may have more than [`MAX_ORDERED_GROUPS`] rows.
pub fn check_export_order(query: &Query, limit: Option<u64>) -> Result<(), Error> {
    if limit.is_some_and(|limit| limit <= MAX_ORDERED_GROUPS) {
        return Ok(());
    }
    let by_aggregate = |item: &&OrderItem| is_aggregate(query.selected(item).unwrap_or(&item.expr));
    match query.order_by.iter().find(by_aggregate) {
        None => Ok(()),
        Some(item) => {
            let detail = format!(
                "aggregation function in order by is not supported with a limit > {MAX_ORDERED_GROUPS}. Please remove the \
                 order by or set a limit parameter lower than {}.",
                MAX_ORDERED_GROUPS + 1
            );
            Err(Error::semantic(&detail, item.expr.span, Clause::OrderBy))
        }
    }
}

/// What an item of `order_by` is ordered by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OrderedBy {
    GroupKey,
    Aggregate,
    Value,
}

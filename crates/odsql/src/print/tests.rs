//! Printing and parsing undo each other, on random trees and on random text.

use proptest::prelude::*;

use crate::ast::*;
use crate::{parse_facet, parse_group_by, parse_order_by, parse_refine, parse_select, parse_where};

/// Nodes at no place in particular: what is printed is read back elsewhere.
fn node(kind: ExprKind) -> Expr {
    Expr {
        kind,
        span: Span::default(),
    }
}

fn strip(expr: &mut Expr) {
    expr.span = Span::default();
    match &mut expr.kind {
        ExprKind::Literal(_) | ExprKind::Field(_) | ExprKind::Now(_) | ExprKind::Aggregate(Aggregate::CountAll) => {}
        ExprKind::Call(_, arguments) => arguments.iter_mut().for_each(strip),
        ExprKind::Arithmetic(left, _, right) => {
            strip(left);
            strip(right);
        }
        ExprKind::Negate(inner) => strip(inner),
        ExprKind::Aggregate(
            Aggregate::Count(inner)
            | Aggregate::CountDistinct(inner)
            | Aggregate::Sum(inner)
            | Aggregate::Avg(inner)
            | Aggregate::Min(inner)
            | Aggregate::Max(inner)
            | Aggregate::Median(inner)
            | Aggregate::Percentile(inner, _)
            | Aggregate::Stddev(inner)
            | Aggregate::Envelope(inner)
            | Aggregate::Bbox(inner),
        ) => strip(inner),
    }
}

fn strip_condition(condition: &mut Condition) {
    condition.span = Span::default();
    match &mut condition.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) => parts.iter_mut().for_each(strip_condition),
        ConditionKind::Not(inner) => strip_condition(inner),
        ConditionKind::Compare(left, _, right) => {
            strip(left);
            strip(right);
        }
        ConditionKind::Like(expr, _)
        | ConditionKind::InList(expr, _)
        | ConditionKind::InRange(expr, _)
        | ConditionKind::IsNull(expr, _)
        | ConditionKind::IsBool(expr, ..) => strip(expr),
        ConditionKind::WithinDistance(_, geometry, _) | ConditionKind::Spatial(_, _, geometry) => {
            geometry.span = Span::default();
        }
        ConditionKind::FullText(_)
        | ConditionKind::Contains(..)
        | ConditionKind::BoolField(_)
        | ConditionKind::Text(..)
        | ConditionKind::InBbox(..) => {}
    }
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z_][a-z0-9_]{0,6}(\\.[a-z0-9_]{1,4})?",
        "[0-9]{1,3}[a-z]{0,2}",
        "[^`]{1,8}",
        Just("year".to_owned()),
        Just("select".to_owned()),
        Just("In".to_owned()),
    ]
}

fn double() -> impl Strategy<Value = f64> {
    prop_oneof![
        (-1e6..1e6),
        proptest::num::f64::NORMAL,
        Just(0.5),
        Just(1e300),
        Just(1e-300)
    ]
}

fn date() -> impl Strategy<Value = DateLiteral> {
    let time = (
        0..86_400_000_u32,
        proptest::option::of((-18 * 60..=18 * 60).prop_map(|minutes| minutes * 60)),
    );
    let day = (
        1..=12_u32,
        proptest::option::of((1..=28_u32, proptest::option::of(time))),
    );
    (1..=9999, proptest::option::of(day)).prop_map(|(year, rest)| {
        let day = rest.and_then(|(_, day)| day);
        let time = day.and_then(|(_, time)| time);
        DateLiteral {
            year,
            month: rest.map(|(month, _)| month),
            day: day.map(|(day, _)| day),
            time_ms: time.map(|(ms, _)| ms),
            offset_s: time.and_then(|(_, offset)| offset),
        }
    })
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        any::<String>().prop_map(Literal::String),
        any::<i64>().prop_map(Literal::Int),
        double().prop_map(Literal::Double),
        any::<bool>().prop_map(Literal::Bool),
        Just(Literal::Null),
        date().prop_map(Literal::Date),
        any::<String>().prop_map(Literal::Geom),
    ]
}

fn function() -> impl Strategy<Value = Function> {
    // `distance` is written by `distance` below: in a condition its first argument is a field.
    proptest::sample::select(Function::ALL.to_vec()).prop_filter("see distance", |f| *f != Function::Distance)
}

fn expr() -> impl Strategy<Value = Expr> {
    let units: Vec<NowUnit> = NowUnit::all().collect();
    let argument = proptest::sample::select(units).prop_flat_map(|unit| {
        let (smallest, largest) = unit.range().unwrap_or((-500, 500));
        (Just(unit), smallest..=largest)
    });
    let leaf = prop_oneof![
        literal().prop_map(|literal| node(ExprKind::Literal(literal))),
        name().prop_map(|name| node(ExprKind::Field(name))),
        proptest::collection::vec(argument, 0..3).prop_map(|arguments| node(ExprKind::Now(arguments))),
        Just(node(ExprKind::Aggregate(Aggregate::CountAll))),
        (name(), any::<String>()).prop_map(|(field, geom)| {
            let arguments = vec![
                node(ExprKind::Field(field)),
                node(ExprKind::Literal(Literal::Geom(geom))),
            ];
            node(ExprKind::Call(Function::Distance, arguments))
        }),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let op = proptest::sample::select(vec![
            ArithmeticOp::Add,
            ArithmeticOp::Subtract,
            ArithmeticOp::Multiply,
            ArithmeticOp::Divide,
        ]);
        prop_oneof![
            (inner.clone(), op, inner.clone()).prop_map(|(left, op, right)| node(ExprKind::Arithmetic(
                Box::new(left),
                op,
                Box::new(right)
            ))),
            inner.clone().prop_map(|inner| node(ExprKind::Negate(Box::new(inner)))),
            (function(), inner.clone(), inner.clone()).prop_map(|(function, first, second)| {
                let arguments = if function.arity().1 == 2 {
                    vec![first, second]
                } else {
                    vec![first]
                };
                node(ExprKind::Call(function, arguments))
            }),
            (0..11_usize, inner, 0.0..=100.0).prop_map(|(which, inner, rank)| {
                let inner = Box::new(inner);
                node(ExprKind::Aggregate(match which {
                    0 => Aggregate::Count(inner),
                    1 => Aggregate::CountDistinct(inner),
                    2 => Aggregate::Sum(inner),
                    3 => Aggregate::Avg(inner),
                    4 => Aggregate::Min(inner),
                    5 => Aggregate::Max(inner),
                    6 => Aggregate::Median(inner),
                    7 => Aggregate::Percentile(inner, rank),
                    8 => Aggregate::Stddev(inner),
                    9 => Aggregate::Envelope(inner),
                    _ => Aggregate::Bbox(inner),
                }))
            }),
        ]
    })
}

fn geometry() -> impl Strategy<Value = Geometry> {
    any::<String>().prop_map(|text| Geometry {
        text,
        span: Span::default(),
    })
}

fn simple_condition() -> impl Strategy<Value = ConditionKind> {
    let op = proptest::sample::select(vec![
        CompareOp::Eq,
        CompareOp::NotEq,
        CompareOp::Lt,
        CompareOp::LtEq,
        CompareOp::Gt,
        CompareOp::GtEq,
    ]);
    let end = || proptest::option::weighted(0.8, literal());
    let bounds =
        (end(), any::<bool>(), end(), any::<bool>()).prop_map(|(from, from_included, to, to_included)| RangeBounds {
            from,
            from_included,
            to,
            to_included,
        });
    let text = proptest::sample::select(vec![
        TextPredicate::Search,
        TextPredicate::Suggest,
        TextPredicate::StartsWith,
    ]);
    let spatial = proptest::sample::select(vec![
        SpatialPredicate::Intersects,
        SpatialPredicate::Disjoint,
        SpatialPredicate::Within,
    ]);
    prop_oneof![
        any::<String>().prop_map(ConditionKind::FullText),
        (expr(), op, expr()).prop_map(|(left, op, right)| ConditionKind::Compare(left, op, right)),
        (expr(), any::<String>()).prop_map(|(expr, words)| ConditionKind::Like(expr, words)),
        (expr(), proptest::collection::vec(literal(), 1..4)).prop_map(|(e, list)| ConditionKind::InList(e, list)),
        (expr(), bounds).prop_map(|(expr, bounds)| ConditionKind::InRange(expr, bounds)),
        (literal(), name()).prop_map(|(literal, field)| ConditionKind::Contains(literal, field)),
        (expr(), any::<bool>()).prop_map(|(expr, null)| ConditionKind::IsNull(expr, null)),
        (expr(), any::<bool>(), any::<bool>()).prop_map(|(e, value, negated)| ConditionKind::IsBool(e, value, negated)),
        name().prop_map(ConditionKind::BoolField),
        (text, proptest::collection::vec(name(), 0..3), any::<String>())
            .prop_map(|(predicate, fields, words)| ConditionKind::Text(predicate, fields, words)),
        (name(), geometry(), 0.0..1e7).prop_map(|(field, geom, m)| ConditionKind::WithinDistance(field, geom, m)),
        (name(), proptest::array::uniform4(-180.0..180.0_f64)).prop_map(|(f, c)| ConditionKind::InBbox(f, c)),
        (spatial, name(), geometry()).prop_map(|(p, field, geom)| ConditionKind::Spatial(p, field, geom)),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    let place = |kind| Condition {
        kind,
        span: Span::default(),
    };
    simple_condition()
        .prop_map(place)
        .prop_recursive(4, 16, 3, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 2..4).prop_map(move |parts| place(ConditionKind::And(parts))),
                proptest::collection::vec(inner.clone(), 2..4).prop_map(move |parts| place(ConditionKind::Or(parts))),
                inner.prop_map(move |inner| place(ConditionKind::Not(Box::new(inner)))),
            ]
        })
}

fn group_key() -> impl Strategy<Value = GroupKey> {
    let bound = prop_oneof![
        any::<i64>().prop_map(Literal::Int),
        double().prop_map(Literal::Double),
        date().prop_map(Literal::Date)
    ];
    let bounds = (
        expr(),
        any::<bool>(),
        proptest::collection::vec(bound, 2..4),
        any::<bool>(),
    )
        .prop_map(|(expr, open_start, bounds, open_end)| GroupKey::Bounds {
            expr,
            open_start,
            bounds,
            open_end,
        });
    let unit = proptest::sample::select(vec![
        (TimeUnit::Millisecond, 500),
        (TimeUnit::Second, 500),
        (TimeUnit::Minute, 500),
        (TimeUnit::Hour, 500),
        (TimeUnit::Day, 500),
        (TimeUnit::Week, 1),
        (TimeUnit::Month, 1),
        (TimeUnit::Quarter, 1),
        (TimeUnit::Year, 1),
    ])
    .prop_flat_map(|(unit, most): (TimeUnit, u32)| (Just(unit), 1..=most));
    prop_oneof![
        expr().prop_map(GroupKey::Expr),
        (expr(), 1e-3..1e9).prop_map(|(expr, width)| GroupKey::Width(expr, width)),
        bounds,
        (expr(), unit).prop_map(|(expr, (unit, count))| GroupKey::Interval(expr, count, unit)),
        (name(), 0..=25_u8, 1..500_u32).prop_map(|(field, zoom, radius)| GroupKey::GeoCluster { field, zoom, radius }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_printed_condition_reads_back_the_same(condition in condition()) {
        let text = condition.to_string();
        let mut read = parse_where(&text).map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        strip_condition(&mut read);
        prop_assert_eq!(read, condition, "{}", text);
    }

    #[test]
    fn a_printed_select_reads_back_the_same(expr in expr(), label in proptest::option::of(name())) {
        let item = SelectItem::expr(expr, label);
        let text = item.to_string();
        let mut read = parse_select(&text).map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        if let SelectItem::Expr { expr, .. } = &mut read[0] {
            strip(expr);
        }
        prop_assert_eq!(read, vec![item], "{}", text);
    }

    #[test]
    fn a_printed_group_reads_back_the_same(key in group_key(), label in proptest::option::of(name())) {
        let text = key.to_string();
        let item = GroupItem { key, label, text, span: Span::default() };
        let printed = item.to_string();
        let mut read = parse_group_by(&printed).map_err(|error| TestCaseError::fail(format!("{printed}: {error}")))?;
        for item in &mut read {
            item.span = Span::default();
            match &mut item.key {
                GroupKey::Expr(expr) | GroupKey::Width(expr, _) | GroupKey::Interval(expr, ..)
                | GroupKey::Bounds { expr, .. } => strip(expr),
                GroupKey::GeoCluster { .. } => {}
            }
        }
        prop_assert_eq!(read, vec![item], "{}", printed);
    }

    #[test]
    fn a_printed_order_reads_back_the_same(expr in expr(), descending: bool) {
        let item = OrderItem { text: expr.to_string(), expr, descending };
        let printed = item.to_string();
        let mut read = parse_order_by(&printed).map_err(|error| TestCaseError::fail(format!("{printed}: {error}")))?;
        strip(&mut read[0].expr);
        prop_assert_eq!(read, vec![item], "{}", printed);
    }

    #[test]
    fn a_printed_refinement_reads_back_the_same(field in name(), value: String) {
        prop_assume!(!field.trim().is_empty() && field.trim() == field);
        let refinement = Refinement { field, value };
        prop_assert_eq!(parse_refine(&refinement.to_string()), Ok(refinement));
    }

    #[test]
    fn a_printed_facet_reads_back_the_same(
        name in ".{1,9}", disjunctive: Option<bool>, separator in proptest::option::of(".{1,3}"), limit in 0..20_000_u32,
    ) {
        let request = FacetRequest {
            name, disjunctive, hierarchical: disjunctive, separator, sort: Some("-num".into()), limit: Some(limit),
        };
        prop_assert_eq!(parse_facet(&request.to_string()), Ok(request));
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in ".{0,60}") {
        let _ = parse_where(&text);
        let _ = parse_select(&text);
        let _ = parse_group_by(&text);
        let _ = parse_order_by(&text);
        let _ = parse_facet(&text);
        let _ = parse_refine(&text);
    }

    #[test]
    fn no_sequence_of_tokens_makes_a_parser_panic(
        tokens in proptest::collection::vec(proptest::sample::select(vec![
            "a", "(", ")", "[", "]", ",", "..", ":", "=", "<", "+", "-", "*", "'x'", "\"é\"", "1", "10km", "1.5", "and",
            "or", "not", "in", "is", "null", "true", "like", "date'2020'", "geom'POINT(1 1)'", "search(", "distance(",
            "range(", "geo_cluster(", "now(", "count(", "percentile(", "include(", "as", "desc", "facet(", "polygon(", "`q`",
        ]), 0..24),
    ) {
        let text = tokens.join(" ");
        for result in [
            parse_where(&text).map(|_| ()), parse_select(&text).map(|_| ()), parse_group_by(&text).map(|_| ()),
            parse_order_by(&text).map(|_| ()), parse_facet(&text).map(|_| ()),
        ] {
            if let Err(error) = result {
                prop_assert!(error.span.start <= error.span.end && error.span.end <= text.len());
                prop_assert!(error.message.contains("Clause(s) containing the error(s): "), "{}", error.message);
            }
        }
    }
}

//! Queries in both languages: pages of records, groups, facets.

use super::conditions::{Both, ZONES, both, condition, metres};
use super::data::{CATEGORIES, TAGS};
use super::random::Random;

/// A query for Parvis and what DuckDB is asked instead.
pub struct Question {
    /// As [`crate::common::request`] reads it.
    pub odsql: String,
    pub zone: &'static str,
    /// The rows of the page.
    pub rows: String,
    /// How many records or groups there are, whatever the page.
    pub total: String,
    /// Whether it is asked as an export too, which has no page.
    pub export: Option<String>,
}

/// The conditions of a query: `where` parameters, refinements, exclusions; and all of them in SQL.
struct Filters {
    odsql: String,
    sql: String,
}

fn filters(random: &mut Random, zone: &str) -> Filters {
    let (mut odsql, mut sql) = (Vec::new(), Vec::new());
    for _ in 0..random.below(3) {
        let condition = condition(random, 2, zone);
        odsql.push(format!("where={}", condition.odsql));
        sql.push(format!("({})", condition.sql));
    }
    if random.chance(20) {
        let (clause, not) = if random.chance(50) {
            ("refine", "")
        } else {
            ("exclude", "NOT ")
        };
        let facet = refinement(random);
        odsql.push(format!("{clause}={}", facet.odsql));
        sql.push(format!("({not}coalesce({}, FALSE))", facet.sql));
    }
    sql.push("TRUE".to_owned());
    Filters {
        odsql: odsql.join(" & "),
        sql: sql.join(" AND "),
    }
}

fn refinement(random: &mut Random) -> Both {
    match random.below(5) {
        0 => {
            let category = *random.pick(&CATEGORIES);
            both(format!("cat:{category}"), format!("cat = '{category}'"))
        }
        1 => {
            let tag = *random.pick(&TAGS);
            both(format!("tags:\"{tag}\""), format!("list_contains(tags, '{tag}')"))
        }
        2 => {
            let year = random.between(1965, 2023);
            both(format!("day:{year}"), format!("year(day) = {year}"))
        }
        3 => {
            let (year, month) = (random.between(1965, 2023), random.between(1, 12));
            both(
                format!("day:{year}/{month:02}"),
                format!("(year(day) = {year} AND month(day) = {month})"),
            )
        }
        _ => both("flag:true", "flag"),
    }
}

/// Clauses that are there, between `&`.
fn request(clauses: &[&str]) -> String {
    let clauses: Vec<&str> = clauses.iter().copied().filter(|clause| !clause.is_empty()).collect();
    clauses.join(" & ")
}

/// Clauses that are there, between commas, after a word.
fn listed(word: &str, parts: &[String]) -> String {
    if parts.is_empty() {
        return String::new();
    }
    format!("{word}{}", parts.join(", "))
}

fn page(random: &mut Random, furthest: u64) -> (u64, u64) {
    let offset = if random.chance(60) { 0 } else { random.below(furthest) };
    (1 + random.below(30), offset)
}

/// What records may show and be ordered by.
fn value(random: &mut Random, zone: &str) -> Both {
    let plain = ["cat", "commune", "label", "qty", "price", "flag", "day", "code"];
    match random.below(9) {
        0 => both("length(label)", "length(label)"),
        1 => both("qty * 2 - code", "qty * 2 - code"),
        2 => both("price / qty", "price / nullif(qty, 0)"),
        3 => both("hour(seen)", format!("hour(timezone('{zone}', seen))")),
        4 => both("ifnull(cat, 'none')", "ifnull(cat, 'none')"),
        5 => both("seen", "epoch_ms(seen)"),
        _ => {
            let field = *random.pick(&plain);
            both(field, field)
        }
    }
}

/// A page of records.
pub fn records(random: &mut Random) -> Question {
    let zone = *random.pick(&ZONES);
    let filters = filters(random, zone);
    let shown: Vec<Both> = (0..random.below(3)).map(|_| value(random, zone)).collect();
    let tags = random.chance(20);
    let mut select = vec!["id".to_owned()];
    let mut columns = vec!["id".to_owned()];
    for (place, both) in shown.iter().enumerate() {
        select.push(format!("{} as v{place}", both.odsql));
        columns.push(both.sql.clone());
    }
    if tags {
        select.push("tags".to_owned());
        columns.push("tags".to_owned());
    }
    let (mut order, mut sql_order) = (Vec::new(), Vec::new());
    for _ in 0..random.below(4) {
        let key = value(random, zone);
        // Nulls come last in both directions, and what is equal keeps its order.
        let (direction, sql) = if random.chance(50) {
            ("desc", "DESC")
        } else {
            ("", "ASC")
        };
        order.push(format!("{} {direction}", key.odsql));
        sql_order.push(format!("{} {sql} NULLS LAST", key.sql));
    }
    if random.chance(10) {
        order.push("distance(place, geom'POINT(1.5037 45.2513)')".to_owned());
        sql_order.push(format!("{} ASC NULLS LAST", metres(1.5037, 45.2513)));
    }
    sql_order.push("id".to_owned());
    let (limit, offset) = page(random, 3_000);
    let from = format!(
        "SELECT {} FROM t WHERE {} ORDER BY {}",
        columns.join(", "),
        filters.sql,
        sql_order.join(", ")
    );
    Question {
        odsql: request(&[
            &format!("select={}", select.join(", ")),
            &filters.odsql,
            &listed("order_by=", &order),
            &format!("limit={limit} & offset={offset}"),
        ]),
        zone,
        rows: format!("{from} LIMIT {limit} OFFSET {offset}"),
        total: format!("SELECT count(*) FROM t WHERE {}", filters.sql),
        export: random.chance(8).then_some(from),
    }
}

/// What is grouped by: both languages, and the order of its groups when it is not that of what is shown.
struct Key {
    odsql: String,
    /// What is shown.
    sql: String,
    /// What the groups are ordered by.
    order: String,
    /// What lies in none of the ranges is in no group.
    is_range: bool,
}

fn plain_key(both: Both) -> Key {
    Key {
        order: both.sql.clone(),
        odsql: both.odsql,
        sql: both.sql,
        is_range: false,
    }
}

fn steps(unit: &str) -> Key {
    let start = format!("date_trunc('{unit}', day)");
    let pattern = "'%Y-%m-%dT00:00:00+00:00'";
    Key {
        odsql: format!("range(day, 1 {unit})"),
        sql: format!(
            "'[' || strftime({start}, {pattern}) || ', ' || strftime({start} + INTERVAL 1 {unit}, {pattern}) || '['"
        ),
        order: start,
        is_range: true,
    }
}

fn key(random: &mut Random, zone: &str) -> Key {
    match random.below(15) {
        0 => plain_key(both("year(day)", "year(day)")),
        1 => plain_key(both("month(seen)", format!("month(timezone('{zone}', seen))"))),
        2 => plain_key(both("lower(cat)", "lower(cat)")),
        3 => plain_key(both("ifnull(cat, 'none')", "ifnull(cat, 'none')")),
        4 => plain_key(both("date_format(day, 'yyyy-MM')", "strftime(day, '%Y-%m')")),
        5 => {
            let width = *random.pick(&[7, 25, 100]);
            let step = format!("floor(qty / {width}.0)::BIGINT");
            Key {
                odsql: format!("range(qty, {width})"),
                sql: format!("'[' || {step} * {width} || ', ' || ({step} + 1) * {width} || '['"),
                order: step,
                is_range: true,
            }
        }
        // Steps of local time begin at a local midnight, which this comparison knows for UTC only.
        6 if zone == "UTC" => {
            let unit = *random.pick(&["month", "year", "quarter", "week", "day"]);
            steps(unit)
        }
        // A record with several texts is in one group for each; without one, in the group of nothing.
        7 | 8 => plain_key(both("tags", "tag")),
        _ => {
            let field = *random.pick(&["cat", "commune", "flag", "code", "day", "qty"]);
            plain_key(both(field, field))
        }
    }
}

fn aggregate(random: &mut Random) -> Both {
    let number = *random.pick(&["qty", "price", "qty * 2", "code"]);
    match random.below(16) {
        0 | 1 => both("count(*)", "count(*)"),
        2 => {
            let field = *random.pick(&["cat", "qty", "label", "day"]);
            both(format!("count({field})"), format!("count({field})"))
        }
        3 => {
            let field = *random.pick(&["cat", "qty", "commune", "day"]);
            both(format!("count(distinct {field})"), format!("count(DISTINCT {field})"))
        }
        4 => both(
            "count(distinct tags)",
            "coalesce(len(list_distinct(flatten(list(tags)))), 0)",
        ),
        5 => both("count(distinct place)", "count(DISTINCT place)"),
        6 | 7 => both(format!("sum({number})"), format!("sum({number})")),
        8 => both(format!("avg({number})"), format!("avg({number})")),
        9 => both(format!("min({number})"), format!("min({number})")),
        10 => both("max(seen)", "epoch_ms(max(seen))"),
        11 => both(
            format!("median({number})"),
            format!("quantile_cont({number}::DOUBLE, 0.5)"),
        ),
        12 => both("percentile(price, 90)", "quantile_cont(price, 0.9)"),
        13 => both("stddev(price)", "stddev_pop(price)"),
        14 => both("year(max(day))", "year(max(day))"),
        _ => both(
            "sum(price) / count(*) + ifnull(min(qty), 0)",
            "sum(price) / count(*) + ifnull(min(qty), 0)",
        ),
    }
}

/// An aggregate that is the same to the last digit in whatever order it is computed, so that an order may depend on it.
fn exact_aggregate(random: &mut Random) -> Both {
    let names = [
        "count(*)",
        "sum(qty)",
        "sum(price)",
        "min(qty)",
        "max(price)",
        "count(label)",
        "avg(qty)",
    ];
    let name = *random.pick(&names);
    both(name, name)
}

/// Groups, in their own order or that of an aggregate.
pub fn groups(random: &mut Random) -> Question {
    let zone = *random.pick(&ZONES);
    let filters = filters(random, zone);
    let mut keys = vec![key(random, zone)];
    if random.chance(30) {
        let second = key(random, zone);
        if second.odsql != keys[0].odsql {
            keys.push(second);
        }
    }
    let aggregates: Vec<Both> = (0..1 + random.below(3)).map(|_| aggregate(random)).collect();
    let select: Vec<String> = aggregates
        .iter()
        .enumerate()
        .map(|(place, aggregate)| format!("{} as a{place}", aggregate.odsql))
        .collect();
    let by: Vec<String> = keys
        .iter()
        .enumerate()
        .map(|(place, key)| format!("{} as k{place}", key.odsql))
        .collect();

    let (mut order, mut sql_order) = (Vec::new(), Vec::new());
    if random.chance(40) {
        let by = exact_aggregate(random);
        let (direction, sql) = if random.chance(60) {
            ("desc", "DESC")
        } else {
            ("asc", "ASC")
        };
        order.push(format!("{} {direction}", by.odsql));
        sql_order.push(format!("{} {sql} NULLS LAST", by.sql));
    }
    if random.chance(30) {
        // The group of nothing comes first upwards and last downwards.
        let (direction, sql) = if random.chance(50) {
            ("desc", "DESC NULLS LAST")
        } else {
            ("asc", "ASC NULLS FIRST")
        };
        order.push(format!("k0 {direction}"));
        sql_order.push(format!("o0 {sql}"));
    }
    sql_order.extend((0..keys.len()).map(|place| format!("o{place} ASC NULLS FIRST")));

    let (limit, offset) = page(random, 40);
    let columns = keys
        .iter()
        .enumerate()
        .map(|(place, key)| format!("{} AS s{place}, {} AS o{place}", key.sql, key.order));
    let columns: Vec<String> = columns.collect();
    let some: Vec<String> = keys
        .iter()
        .enumerate()
        .filter(|(_, key)| key.is_range)
        .map(|(place, _)| format!("o{place} IS NOT NULL"))
        .chain(["TRUE".to_owned()])
        .collect();
    let unnested = "unnest(CASE WHEN tags IS NULL THEN [NULL] ELSE list_distinct(tags) END) AS tag";
    let table = if keys.iter().any(|key| key.odsql == "tags") {
        format!("(SELECT *, {unnested} FROM t WHERE {})", filters.sql)
    } else {
        format!("(SELECT * FROM t WHERE {})", filters.sql)
    };
    let computed = format!("(SELECT *, {} FROM {table})", columns.join(", "));
    let shown: Vec<String> = (0..keys.len())
        .map(|place| format!("s{place}"))
        .chain(aggregates.iter().map(|aggregate| aggregate.sql.clone()))
        .collect();
    let group: Vec<String> = (0..keys.len()).map(|place| format!("s{place}, o{place}")).collect();
    let from = format!(
        "FROM {computed} WHERE {} GROUP BY {}",
        some.join(" AND "),
        group.join(", ")
    );
    let all = format!("SELECT {} {from} ORDER BY {}", shown.join(", "), sql_order.join(", "));
    Question {
        odsql: request(&[
            &listed("select=", &select),
            &filters.odsql,
            &listed("group_by=", &by),
            &listed("order_by=", &order),
            &format!("limit={limit} & offset={offset}"),
        ]),
        zone,
        rows: format!("{all} LIMIT {limit} OFFSET {offset}"),
        total: format!("SELECT count(*) FROM (SELECT 1 {from})"),
        export: (order.is_empty() && random.chance(8)).then_some(all),
    }
}

/// Aggregates of all that match: one row, and as many records as match.
pub fn aggregates(random: &mut Random) -> Question {
    let zone = *random.pick(&ZONES);
    let filters = filters(random, zone);
    let aggregates: Vec<Both> = (0..1 + random.below(4)).map(|_| aggregate(random)).collect();
    let select: Vec<String> = aggregates
        .iter()
        .enumerate()
        .map(|(place, aggregate)| format!("{} as a{place}", aggregate.odsql))
        .collect();
    let columns: Vec<String> = aggregates.into_iter().map(|aggregate| aggregate.sql).collect();
    Question {
        odsql: request(&[&listed("select=", &select), &filters.odsql]),
        zone,
        rows: format!("SELECT {} FROM t WHERE {}", columns.join(", "), filters.sql),
        total: format!("SELECT count(*) FROM t WHERE {}", filters.sql),
        export: None,
    }
}

/// Ranges between bounds: those without a record are given too, with counts of nothing.
pub fn bounds(random: &mut Random) -> Question {
    let zone = *random.pick(&ZONES);
    let filters = filters(random, zone);
    let field = *random.pick(&["qty", "price"]);
    let (open_start, open_end) = (random.chance(50), random.chance(50));
    let mut limits = vec![random.between(-220, 100)];
    for _ in 0..1 + random.below(4) {
        limits.push(limits[limits.len() - 1] + random.between(1, 120));
    }
    let texts: Vec<String> = limits.iter().map(|limit| format!("{limit}.0")).collect();
    let mut ends: Vec<(Option<&String>, Option<&String>)> =
        texts.windows(2).map(|pair| (Some(&pair[0]), Some(&pair[1]))).collect();
    if open_start {
        ends.insert(0, (None, texts.first()));
    }
    if open_end {
        ends.push((texts.last(), None));
    }
    let or_open = |end: Option<&String>| end.map_or("*", String::as_str).to_owned();
    let ranges: Vec<String> = ends
        .iter()
        .enumerate()
        .map(|(place, (from, to))| {
            format!(
                "({place}, '[{}, {}[', {}, {})",
                or_open(*from),
                or_open(*to),
                from.map_or("NULL", String::as_str),
                to.map_or("NULL", String::as_str)
            )
        })
        .collect();
    let from = format!(
        "FROM (VALUES {}) r(n, shown, low, high) LEFT JOIN (SELECT * FROM t WHERE {}) d \
         ON d.{field} IS NOT NULL AND (low IS NULL OR d.{field} >= low) AND (high IS NULL OR d.{field} < high) \
         GROUP BY n, shown",
        ranges.join(", "),
        filters.sql
    );
    let mut arguments: Vec<String> = limits.iter().map(ToString::to_string).collect();
    if open_start {
        arguments.insert(0, "*".to_owned());
    }
    if open_end {
        arguments.push("*".to_owned());
    }
    Question {
        odsql: request(&[
            "select=count(*) as n, count(cat) as c, sum(qty) as s",
            &filters.odsql,
            &format!("group_by=range({field}, {}) as r", arguments.join(", ")),
        ]),
        zone,
        rows: format!("SELECT shown, count(id), count(cat), sum(qty) {from} ORDER BY n"),
        total: format!("SELECT count(*) FROM (SELECT 1 {from})"),
        export: None,
    }
}

/// The values of a facet with their counts: the most frequent first, then by name.
pub fn facet(random: &mut Random) -> Question {
    let zone = *random.pick(&ZONES);
    let filters = filters(random, zone);
    let (field, sql) = *random.pick(&[
        ("cat", "cat"),
        ("commune", "commune"),
        ("flag", "flag::VARCHAR"),
        ("code", "code::VARCHAR"),
        ("qty", "qty::VARCHAR"),
        ("tags", "tag"),
    ]);
    let table = format!(
        "SELECT *, unnest(list_distinct(tags)) AS tag FROM t WHERE {}",
        filters.sql
    );
    let table = if field == "tags" {
        table
    } else {
        format!("SELECT * FROM t WHERE {}", filters.sql)
    };
    let limit = 1 + random.below(60);
    let from = format!("SELECT {sql} AS v, count(*) AS n FROM ({table}) WHERE {sql} IS NOT NULL GROUP BY v");
    Question {
        odsql: request(&[
            &format!("facet=facet(name=\"{field}\", limit={limit}, disjunctive=false)"),
            &filters.odsql,
        ]),
        zone,
        // Of values with as many records, the test compares those that are surely among the first.
        rows: format!("{from} ORDER BY n DESC, lower(v), v LIMIT {limit}"),
        total: format!("SELECT count(*) FROM ({from})"),
        export: None,
    }
}

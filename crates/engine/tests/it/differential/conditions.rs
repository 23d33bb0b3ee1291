//! Conditions, written in ODSQL and in SQL.

use super::data::{CATEGORIES, TAGS, WORDS, commune};
use super::random::Random;

/// A condition, or an expression, in both languages.
#[derive(Clone)]
pub struct Both {
    pub odsql: String,
    pub sql: String,
}

pub fn both(odsql: impl Into<String>, sql: impl Into<String>) -> Both {
    Both {
        odsql: odsql.into(),
        sql: sql.into(),
    }
}

/// The time zones that queries are asked in.
pub const ZONES: [&str; 3] = ["UTC", "Europe/Paris", "America/Los_Angeles"];

const OPERATORS: [&str; 6] = ["=", "!=", "<", "<=", ">", ">="];

/// A condition at most `depth` deep. ODSQL knows `not` of what is not true, unknown included; SQL says so in full.
pub fn condition(random: &mut Random, depth: u32, zone: &str) -> Both {
    let join = |random: &mut Random, odsql: &str, sql: &str| {
        let parts: Vec<Both> = (0..2 + random.below(2))
            .map(|_| condition(random, depth - 1, zone))
            .collect();
        let odsql = parts
            .iter()
            .map(|part| format!("({})", part.odsql))
            .collect::<Vec<_>>()
            .join(odsql);
        let sql = parts
            .iter()
            .map(|part| format!("({})", part.sql))
            .collect::<Vec<_>>()
            .join(sql);
        both(odsql, sql)
    };
    match random.below(10) {
        0 | 1 if depth > 0 => join(random, " and ", " AND "),
        2 | 3 if depth > 0 => join(random, " or ", " OR "),
        4 if depth > 0 => {
            let inner = condition(random, depth - 1, zone);
            both(
                format!("not ({})", inner.odsql),
                format!("(({}) IS NOT TRUE)", inner.sql),
            )
        }
        _ => leaf(random, zone),
    }
}

fn leaf(random: &mut Random, zone: &str) -> Both {
    match random.below(13) {
        0 | 1 => numbers(random),
        2 | 3 => texts(random),
        4 => lists(random),
        5 => ranges(random),
        6 => nulls(random),
        7 => booleans(random),
        8 => words(random),
        9 => tags(random),
        10 => days(random),
        11 => instants(random, zone),
        _ => places(random),
    }
}

fn same(text: impl Into<String>) -> Both {
    let text = text.into();
    both(text.clone(), text)
}

fn numbers(random: &mut Random) -> Both {
    let op = *random.pick(&OPERATORS);
    let number = random.between(-210, 210);
    match random.below(9) {
        0 => same(format!("qty {op} {number}")),
        1 => same(format!("price {op} {}", random.between(-80, 800))),
        2 => same(format!("price {op} {}.25", random.between(0, 900))),
        3 => same(format!("qty {op} {}.5", random.between(0, 200))),
        4 => both(format!("qty {op} '{number}'"), format!("qty {op} {number}")),
        5 => same(format!("{number} {op} qty * 2 + code")),
        // A division gives a fraction, and null where the divisor is zero.
        6 => both(
            format!("qty / code {op} {number}"),
            format!("qty::DOUBLE / nullif(code, 0) {op} {number}"),
        ),
        7 => same(format!("length(label) {op} {}", random.between(0, 25))),
        _ => same(format!("ifnull(qty, {number}) {op} code")),
    }
}

fn texts(random: &mut Random) -> Both {
    let op = *random.pick(&OPERATORS);
    let category = *random.pick(&CATEGORIES);
    match random.below(6) {
        0 => same(format!("cat {op} '{category}'")),
        1 => same(format!("commune {op} '{}'", commune(random.below(300)))),
        2 => same(format!("lower(cat) = '{}'", category.to_lowercase())),
        3 => same(format!("ifnull(cat, 'none') {op} '{category}'")),
        4 => both(format!("cat : '{category}'"), format!("cat = '{category}'")),
        // A comparison with null never holds.
        _ => both("cat = null", "FALSE"),
    }
}

fn lists(random: &mut Random) -> Both {
    let count = 1 + random.below(5);
    match random.below(4) {
        0 => {
            let items: Vec<String> = (0..count).map(|_| format!("'{}'", random.pick(&CATEGORIES))).collect();
            same(format!("cat in ({})", items.join(", ")))
        }
        1 => {
            let items: Vec<String> = (0..count).map(|_| random.between(-200, 200).to_string()).collect();
            same(format!("qty in ({})", items.join(", ")))
        }
        2 => {
            let items: Vec<String> = (0..count).map(|_| format!("{}.5", random.between(0, 900))).collect();
            same(format!("price in ({})", items.join(", ")))
        }
        _ => {
            let items: Vec<String> = (0..count).map(|_| random.between(-200, 200).to_string()).collect();
            // Null is no value that a field could have.
            both(
                format!("qty in ({}, null)", items.join(", ")),
                format!("qty in ({})", items.join(", ")),
            )
        }
    }
}

fn ranges(random: &mut Random) -> Both {
    let (from_in, to_in) = (random.chance(50), random.chance(50));
    let (field, from, to) = match random.below(3) {
        0 => {
            let from = random.between(-200, 150);
            ("qty", from.to_string(), (from + random.between(0, 100)).to_string())
        }
        1 => {
            let from = random.between(-100, 800);
            (
                "price",
                format!("{from}.0"),
                format!("{}.25", from + random.between(0, 300)),
            )
        }
        _ => ("day", day(random), day(random)),
    };
    let quote = |text: &str| {
        if field == "day" {
            format!("date'{text}'")
        } else {
            text.to_owned()
        }
    };
    let middle = if random.chance(50) { ".." } else { " TO " };
    both(
        format!(
            "{field} in {}{}{middle}{}{}",
            if from_in { '[' } else { ']' },
            quote(&from),
            quote(&to),
            if to_in { ']' } else { '[' }
        ),
        format!(
            "({field} {} {} AND {field} {} {})",
            if from_in { ">=" } else { ">" },
            quote(&from),
            if to_in { "<=" } else { "<" },
            quote(&to)
        ),
    )
}

fn nulls(random: &mut Random) -> Both {
    let field = *random.pick(&[
        "cat", "label", "tags", "qty", "price", "flag", "day", "seen", "place", "commune",
    ]);
    let not = *random.pick(&["", "not "]);
    both(format!("{field} is {not}null"), format!("({field} IS {not}NULL)"))
}

fn booleans(random: &mut Random) -> Both {
    match random.below(4) {
        0 => same("flag"),
        1 => same(format!("flag = {}", random.pick(&["true", "false"]))),
        2 => same(format!("(flag is {})", random.pick(&["true", "false"]))),
        _ => same(format!("(flag is not {})", random.pick(&["true", "false"]))),
    }
}

/// A record without text holds no word, which is false and not unknown.
fn words(random: &mut Random) -> Both {
    let word = *random.pick(&WORDS);
    let lower = word.to_lowercase();
    let start = &lower[..2];
    match random.below(7) {
        0 => both(
            format!("label like '{word}'"),
            format!("list_contains(label_words, '{lower}')"),
        ),
        1 => both(
            format!("label like '{start}*'"),
            format!("len(list_filter(label_words, lambda w: starts_with(w, '{start}'))) > 0"),
        ),
        2 => both(format!("'{word}'"), format!("list_contains(words, '{lower}')")),
        3 => {
            let tag = *random.pick(&TAGS);
            both(
                format!("\"{tag} {word}\""),
                format!("(list_contains(words, '{lower}') AND list_contains(words, '{tag}'))"),
            )
        }
        4 => both(
            format!("suggest(label, '{start}')"),
            format!("len(list_filter(label_words, lambda w: starts_with(w, '{start}'))) > 0"),
        ),
        5 => both(
            format!("search('{start}')"),
            format!("len(list_filter(words, lambda w: starts_with(w, '{start}'))) > 0"),
        ),
        _ => both(
            format!("startswith(label, '{}')", &word[..3]),
            format!("coalesce(starts_with(label, '{}'), FALSE)", &word[..3]),
        ),
    }
}

/// A field that holds several texts fits when one of them does.
fn tags(random: &mut Random) -> Both {
    let tag = *random.pick(&TAGS);
    let other = *random.pick(&TAGS);
    match random.below(5) {
        0 => both(format!("tags = '{tag}'"), format!("list_contains(tags, '{tag}')")),
        1 => both(format!("'{tag}' in tags"), format!("list_contains(tags, '{tag}')")),
        2 => both(
            format!("tags != '{tag}'"),
            format!("(NOT list_contains(tags, '{tag}'))"),
        ),
        3 => both(
            format!("tags in ('{tag}', '{other}')"),
            format!("list_has_any(tags, ['{tag}', '{other}'])"),
        ),
        _ => both(
            format!("tags < '{tag}'"),
            format!("len(list_filter(tags, lambda x: x < '{tag}')) > 0"),
        ),
    }
}

fn day(random: &mut Random) -> String {
    format!(
        "{}-{:02}-{:02}",
        random.between(1965, 2023),
        random.between(1, 12),
        random.between(1, 28)
    )
}

fn days(random: &mut Random) -> Both {
    let op = *random.pick(&OPERATORS);
    let year = random.between(1965, 2023);
    match random.below(6) {
        0 => {
            let day = day(random);
            both(format!("day {op} date'{day}'"), format!("day {op} DATE '{day}'"))
        }
        // What is left out of a date is its beginning.
        1 => both(
            format!("day {op} date'{year}'"),
            format!("day {op} DATE '{year}-01-01'"),
        ),
        2 => both(format!("day {op} '{year}-07'"), format!("day {op} DATE '{year}-07-01'")),
        3 => same(format!("year(day) {op} {year}")),
        4 => same(format!(
            "month(day) in ({}, {})",
            random.between(1, 12),
            random.between(1, 12)
        )),
        _ => {
            let month = format!("{:02}", random.between(1, 12));
            both(
                format!("date_format(day, 'MM') = '{month}'"),
                format!("strftime(day, '%m') = '{month}'"),
            )
        }
    }
}

fn instants(random: &mut Random, zone: &str) -> Both {
    let op = *random.pick(&OPERATORS);
    let (year, month, day) = (random.between(2017, 2020), random.between(1, 12), random.between(1, 28));
    match random.below(5) {
        // Without an offset it is in the time zone of the request.
        0 => both(
            format!("seen {op} date'{year}-{month:02}-{day:02}'"),
            format!("seen {op} timezone('{zone}', TIMESTAMP '{year}-{month:02}-{day:02} 00:00:00')"),
        ),
        1 => both(
            format!("seen {op} '{year}/{month:02}/{day:02}T10:30'"),
            format!("seen {op} timezone('{zone}', TIMESTAMP '{year}-{month:02}-{day:02} 10:30:00')"),
        ),
        2 => both(
            format!("seen {op} date'{year}-{month:02}-{day:02}T10:30:00Z'"),
            format!("seen {op} TIMESTAMPTZ '{year}-{month:02}-{day:02} 10:30:00+00'"),
        ),
        3 => {
            let hour = random.between(0, 23);
            both(
                format!("hour(seen) {op} {hour}"),
                format!("hour(timezone('{zone}', seen)) {op} {hour}"),
            )
        }
        _ => both(
            format!("day(seen) {op} {day}"),
            format!("day(timezone('{zone}', seen)) {op} {day}"),
        ),
    }
}

/// Metres between the record's place and another, on the documented sphere.
pub fn metres(lon: f64, lat: f64) -> String {
    format!(
        "2 * 6371008.8 * asin(sqrt(least(1, pow(sin(radians(lat - {lat:?}) / 2), 2) \
         + cos(radians(lat)) * cos(radians({lat:?})) * pow(sin(radians(lon - {lon:?}) / 2), 2))))"
    )
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn places(random: &mut Random) -> Both {
    let (lon, lat) = (
        random.between(-1_000, 1_000) as f64 / 100.0,
        random.between(4_200, 5_000) as f64 / 100.0,
    );
    if random.chance(50) {
        let (east, north) = (
            lon + random.between(1, 60) as f64 / 10.0,
            lat + random.between(1, 30) as f64 / 10.0,
        );
        return both(
            format!("in_bbox(place, {lat:?}, {lon:?}, {north:?}, {east:?})"),
            format!("(lon BETWEEN {lon:?} AND {east:?} AND lat BETWEEN {lat:?} AND {north:?})"),
        );
    }
    let km = random.between(5, 400);
    both(
        format!("within_distance(place, geom'POINT({lon:?} {lat:?})', {km}km)"),
        format!("({} <= {km}000)", metres(lon, lat)),
    )
}

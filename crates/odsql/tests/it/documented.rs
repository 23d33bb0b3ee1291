//! Every expression of the official documentation is understood, save those listed with a reason.

use parvis_odsql::{
    Error, parse_exclude, parse_facet, parse_group_by, parse_order_by, parse_refine, parse_select, parse_where,
};
use serde_json::Value;

const EXPRESSIONS: &str = "odsql-and-requests-from-docs.jsonl";

/// Not ODSQL, or cut in two when it was extracted: expression and reason.
const EXCLUDED: [(&str, &str); 11] = [
    (
        "geometry(my_geo_field, geom'{\"type\": \"Polygon\",\"coordinates\":[[[100.0,",
        "first half of one example",
    ),
    (
        "0.0],[101.0, 0.0],[101.0, 1.0],[100.0, 1.0],[100.0,0.0]]]}')",
        "second half of one example",
    ),
    ("20/11/2007'", "a result, not an expression"),
    ("is '20/11/2007'\"", "a result, not an expression"),
    ("<field_literal>", "a template"),
    ("range(<field_literal>, <numeric_literal>)", "a template"),
    ("range(<field_literal>, <integer><interval_unit>)", "a template"),
    ("geo_cluster(<geo_point_field>, <zoom_level>[, <radius>])", "a template"),
    ("<FACETNAME>:<FACETVALUE>", "a template"),
    ("2&offset=0", "parameters that hold no ODSQL"),
    ("count(*)&group_by=year(date)", "two clauses, read apart below"),
];

/// Files under the clause that its section is about, though it is of another.
const READ_AS: [(&str, &str); 4] = [
    ("ifnull(int_field, 0)", "select"),
    ("distance(field_name, GEOM'<geometry>')", "select"),
    ("2 * population", "select"),
    ("length(country_name)", "select"),
];

/// Clauses of the file that hold no ODSQL.
const OTHER_CLAUSES: [&str; 7] = [
    "include_exports",
    "timezone",
    "limit",
    "response",
    "path",
    "url",
    "q(v1)",
];

/// A file of the recorded set, when it is there.
fn shared(path: &str) -> Option<String> {
    let folder = parvis_testkit::fixtures("opendatasoft")?;
    std::fs::read_to_string(folder.join(path)).ok()
}

fn read(clause: &str, text: &str) -> Result<String, Error> {
    let joined = |items: Vec<String>| items.join(", ");
    match clause {
        "select" => parse_select(text).map(|items| joined(items.iter().map(ToString::to_string).collect())),
        "where" => parse_where(text).map(|condition| condition.to_string()),
        "group_by" => parse_group_by(text).map(|items| joined(items.iter().map(ToString::to_string).collect())),
        "order_by" => parse_order_by(text).map(|items| joined(items.iter().map(ToString::to_string).collect())),
        "facet" => parse_facet(text).map(|facet| facet.to_string()),
        "refine" => parse_refine(text).map(|refinement| refinement.to_string()),
        "exclude" => parse_exclude(text).map(|refinement| refinement.to_string()),
        other => panic!("unknown clause {other}"),
    }
}

/// The clauses that one documented example holds: some are whole query strings (`group_by=a & order_by=b`).
fn clauses<'a>(clause: &'a str, text: &'a str) -> Vec<(&'a str, &'a str)> {
    let known = ["select", "where", "group_by", "order_by"];
    let parameters: Vec<_> = text.split('&').filter_map(|part| part.trim().split_once('=')).collect();
    if !parameters.is_empty() && parameters.iter().all(|(name, _)| known.contains(name)) {
        return parameters;
    }
    let clause = match clause {
        "select?" => "select",
        "literal" if text.starts_with("date'") => "select",
        "literal" if text.contains(['>', ':', '(']) || text.contains(" is ") => "where",
        "literal" => "select",
        clause => clause,
    };
    let clause = READ_AS
        .iter()
        .find(|(expression, _)| *expression == text)
        .map_or(clause, |(_, clause)| *clause);
    vec![(clause, text)]
}

#[test]
fn every_documented_expression_is_understood() {
    let Some(lines) = shared(EXPRESSIONS) else { return };
    let mut understood = 0;
    let mut failures = Vec::new();
    for line in lines.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        let (Some(clause), Some(text)) = (entry["request"]["clause"].as_str(), entry["request"]["expr"].as_str())
        else {
            panic!("an entry without clause or expression: {line}");
        };
        let excluded = EXCLUDED.iter().any(|(expression, _)| *expression == text);
        if OTHER_CLAUSES.contains(&clause) || excluded {
            continue;
        }
        for (clause, text) in clauses(clause, text) {
            match read(clause, text).and_then(|printed| read(clause, &printed)) {
                Ok(_) => understood += 1,
                Err(error) => failures.push(format!("{clause}: {text}: {error}")),
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(understood > 120, "only {understood} expressions were found");
}

#[test]
fn the_clauses_that_the_query_builder_sends_are_understood() {
    let Some(lines) = shared(EXPRESSIONS) else { return };
    let mut understood = Vec::new();
    for line in lines.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        let path = entry["request"]["expr"].as_str().unwrap_or_default();
        if entry["request"]["clause"] != "path" || path.contains("${") {
            continue;
        }
        for (name, value) in path
            .split_once('?')
            .map_or("", |(_, query)| query)
            .split('&')
            .filter_map(|p| p.split_once('='))
        {
            let value = decode(value);
            // `first filter` stands for any condition, and `len` is no function.
            if matches!(name, "limit" | "offset" | "timezone")
                || value.contains("first filter")
                || value.contains("len(f)")
            {
                continue;
            }
            read(name, &value).unwrap_or_else(|error| panic!("{name}={value}: {error}"));
            understood.push(value);
        }
    }
    assert!(understood.len() > 8, "{understood:?}");
}

/// Percent-decoding, for these fixtures alone.
fn decode(text: &str) -> String {
    let bytes = text.replace('+', " ");
    let mut parts = bytes.split('%');
    let mut decoded: Vec<u8> = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        decoded.push(u8::from_str_radix(&part[..2], 16).unwrap());
        decoded.extend(part[2..].bytes());
    }
    String::from_utf8(decoded).unwrap()
}

#[test]
fn recorded_error_messages_are_reproduced_word_for_word() {
    let recorded = |file: &str| {
        shared(&format!("errors/{file}.json")).map(|text| {
            let body: Value = serde_json::from_str(&text).unwrap();
            (
                body["error_code"].as_str().unwrap().to_owned(),
                body["message"].as_str().unwrap().to_owned(),
            )
        })
    };
    for (file, error) in [
        ("400_ODSQLSyntaxError", parse_where("bogus(").unwrap_err()),
        ("400_ODSQLError", parse_select("invalid_function()").unwrap_err()),
    ] {
        if let Some(expected) = recorded(file) {
            assert_eq!((error.kind.name().to_owned(), error.message), expected, "{file}");
        }
    }
}

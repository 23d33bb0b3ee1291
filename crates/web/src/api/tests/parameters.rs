//! Parameters: ranges, wording, and what is ignored.

use super::support::{Bench, assert_error};

#[tokio::test]
async fn parameters_out_of_range_are_refused_by_name() {
    let bench = Bench::with_places().await;
    for (name, value, expected) in [
        ("limit", "1473", "1473 was found but -1 <= limit <= 100 is expected."),
        ("limit", "-2", "-1 <= limit <= 100 is expected."),
        ("offset", "-1", "0 <= offset is expected."),
        ("offset", "10000", "offset + limit <= 10000 is expected."),
        ("include_links", "maybe", "true or false is expected."),
        ("include_app_metas", "2", "true or false is expected."),
        ("lang", "klingon", "one of en fr nl"),
        (
            "timezone",
            "Mars/Olympus",
            "a time zone name such as Europe/Paris is expected.",
        ),
    ] {
        for path in ["/catalog/datasets", "/catalog/datasets/places/records"] {
            let answer = bench.get(path, &[(name, value)]).await;
            assert_error(&answer, 400, "InvalidRESTParameterError", expected);
            assert!(
                answer
                    .text()
                    .contains(&format!("Invalid value for {name} API parameter: ")),
                "{}",
                answer.text()
            );
        }
    }
    for (name, value) in [
        ("delimiter", "x"),
        ("quote_all", "si"),
        ("with_bom", "si"),
        ("use_labels", "si"),
        ("compressed", "si"),
        ("parquet_compression", "lzma"),
        ("limit", "-2"),
        ("epsg", "lambert"),
    ] {
        let answer = bench
            .get("/catalog/datasets/places/exports/csv", &[(name, value)])
            .await;
        assert_error(
            &answer,
            400,
            "InvalidRESTParameterError",
            &format!("Invalid value for {name} API parameter"),
        );
    }
}

#[tokio::test]
async fn records_come_page_after_page_in_any_order() {
    let bench = Bench::with_places().await;
    let whole = bench
        .records(&[("order_by", "name desc"), ("limit", "100")])
        .await
        .json();
    let mut pages = Vec::new();
    let mut after = "start".to_owned();
    loop {
        let page = bench
            .records(&[("order_by", "name desc"), ("limit", "2"), ("after", &after)])
            .await
            .json();
        assert_eq!(page["total_count"], whole["total_count"]);
        pages.extend(page["results"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        after = next.to_owned();
    }
    assert_eq!(&pages, whole["results"].as_array().unwrap());
    assert!(whole.get("next").is_none(), "nothing changes for those who do not ask");
    let path = "/catalog/datasets/places/records";
    for (params, expected) in [
        (
            vec![("after", "here")],
            "start, or what an answer called next is expected.",
        ),
        (
            vec![("after", "start"), ("offset", "3")],
            "no offset and no group_by beside it is expected.",
        ),
        (
            vec![("after", "start"), ("group_by", "name")],
            "no offset and no group_by beside it is expected.",
        ),
    ] {
        assert_error(
            &bench.get(path, &params).await,
            400,
            "InvalidRESTParameterError",
            expected,
        );
    }
    let far = after.rsplit_once('-').unwrap().0.to_owned() + "-99999999999";
    assert_error(
        &bench.get(path, &[("after", &far), ("order_by", "name")]).await,
        400,
        "ODSQLError",
        "no record has the number",
    );
    assert_error(
        &bench.get(path, &[("after", "nothing-3")]).await,
        404,
        "NotFoundResource",
        "version",
    );
}

#[tokio::test]
async fn unknown_and_blank_parameters_are_ignored() {
    let bench = Bench::with_places().await;
    let plain = bench.records(&[]).await;
    let stray = [
        ("rows", "2"),
        ("source", ""),
        ("disjunctive.kind", "true"),
        ("colour", "blue"),
        ("where", ""),
        ("select", " "),
        ("order_by", ""),
        ("limit", ""),
        ("lang", ""),
        ("timezone", ""),
        ("apikey", ""),
        ("refine", ""),
    ];
    let answer = bench.records(&stray).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.body, plain.body);
}

#[tokio::test]
async fn what_the_documentation_has_and_this_version_has_not_says_so() {
    let bench = Bench::with_places().await;
    assert_error(
        &bench.get("/catalog/datasets/places/exports/exe", &[]).await,
        404,
        "NotFoundResource",
        "exe",
    );
}

#[tokio::test]
async fn a_wrong_clause_is_refused_in_the_documented_words() {
    let bench = Bench::with_places().await;
    let syntax =
        "ODSQL syntax exception: unexpected ( at position 5 in bogus(. Clause(s) containing the error(s): where.";
    for path in [
        "/catalog/datasets",
        "/catalog/datasets/places/records",
        "/catalog/datasets/places/exports/json",
    ] {
        assert_error(
            &bench.get(path, &[("where", "bogus(")]).await,
            400,
            "ODSQLSyntaxError",
            syntax,
        );
        for clause in ["select", "where", "group_by", "order_by"] {
            let message =
                format!("ODSQL query is malformed: Unknown field: nope. Clause(s) containing the error(s): {clause}.");
            assert_error(&bench.get(path, &[(clause, "nope")]).await, 400, "ODSQLError", &message);
        }
    }
    for path in ["/catalog/facets", "/catalog/datasets/places/facets"] {
        assert_error(
            &bench.get(path, &[("where", "bogus(")]).await,
            400,
            "ODSQLSyntaxError",
            syntax,
        );
        assert_error(
            &bench.get(path, &[("facet", "nope")]).await,
            400,
            "ODSQLError",
            "Unknown field: nope.",
        );
        assert_error(
            &bench.get(path, &[("refine", "nope:1")]).await,
            400,
            "ODSQLError",
            "Unknown field: nope.",
        );
    }
}

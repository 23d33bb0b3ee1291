//! The query language of v1, in `qv1` and on the download address.

use serde_json::{Value, json};

use super::support::{Bench, assert_error};

async fn names(bench: &Bench, params: &[(&str, &str)]) -> Vec<Value> {
    bench.records(params).await.column("name")
}

#[tokio::test]
async fn widgets_send_qv1() {
    let bench = Bench::with_places().await;
    for (query, wanted) in [
        ("kind:city AND population>30000", &["Orléans", "Blois"][..]),
        ("(kind:city) AND (tags:\"fleuve,château\")", &["Blois"]),
        ("kind:village AND NOT #null(population)", &["Mardié", "Chécy"]),
        ("founded:1800/02", &["Orléans", "Blois"]),
        ("founded:[1790 TO 1791]", &["Olivet", "Mardié"]),
        ("seen>=2024-04-01", &["Mardié", "Chécy"]),
        ("orl", &["Orléans"]),
        (
            "#distance(geo_point, \"47.9,1.91\", 6000)",
            &["Orléans", "Olivet", "Semoy"],
        ),
        (
            "#polygon(geo_point, \"(47.5,1.3),(47.5,1.4),(47.6,1.4),(47.6,1.3)\")",
            &["Blois"],
        ),
        ("capital:true", &["Orléans", "Blois"]),
        ("#startswith(name, 'O')", &["Orléans", "Olivet"]),
    ] {
        assert_eq!(names(&bench, &[("qv1", query)]).await, wanted, "{query}");
    }
    let both = [("qv1", "kind:city"), ("qv1", "cathédrale"), ("where", "population > 1")];
    assert_eq!(names(&bench, &both).await, ["Orléans"]);
}

#[tokio::test]
async fn facets_exports_and_the_catalogue_take_it_too() {
    let bench = Bench::with_places().await;
    let params = [("qv1", "kind:city"), ("facet", "kind")];
    let facets = bench.get("/catalog/datasets/places/facets", &params).await.json();
    assert_eq!(facets["facets"][0]["facets"][0]["count"], 3);
    let exported = bench
        .get(
            "/catalog/datasets/places/exports/json",
            &[("qv1", "kind:village"), ("select", "name")],
        )
        .await;
    assert_eq!(exported.json().as_array().unwrap().len(), 3);
    let found = bench.get("/catalog/datasets", &[("qv1", "features:geo")]).await.json();
    assert_eq!(found["total_count"], 1);
}

#[tokio::test]
async fn a_download_takes_the_filters_of_v1() {
    let bench = Bench::with_places().await;
    let rows = async |query: &str| {
        let target = format!("/explore/dataset/places/download/?format=json&fields=name&{query}");
        let answer = bench.fetch(&target).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text());
        answer.json()
    };
    let named = |names: &[&str]| json!(names.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>());
    for (query, wanted) in [
        ("q=kind:city%20AND%20population%3E30000", &["Orléans", "Blois"][..]),
        ("q=kind:city&q.where=population%3C40000", &["Olivet"]),
        ("q=orl", &["Orléans"]),
        ("geofilter.distance=47.9,1.91,6000", &["Orléans", "Olivet", "Semoy"]),
        (
            "geofilter.polygon=(47.5,1.3),(47.5,1.4),(47.6,1.4),(47.6,1.3)",
            &["Blois"],
        ),
        ("geofilter.bbox=47.5,1.3,47.6,1.4", &["Blois"]),
    ] {
        assert_eq!(rows(query).await, named(wanted), "{query}");
    }
    let answer = bench
        .fetch("/explore/dataset/places/download/?format=json&geofilter.bbox=1")
        .await;
    assert_error(&answer, 400, "InvalidRESTParameterError", "geofilter.bbox");
}

#[tokio::test]
async fn mistakes_are_told_and_nothing_hidden_is_reached() {
    let bench = Bench::with_places().await;
    let answer = bench.records(&[("qv1", "kind:(")]).await;
    assert_error(&answer, 400, "ODSQLSyntaxError", "unexpected ( at position 5 in kind:(");
    let answer = bench.records(&[("qv1", "nothing:1")]).await;
    assert_error(&answer, 400, "ODSQLError", "Unknown field: nothing.");
    bench
        .import("secret", "secret.csv", b"a;b\n1;x\n", Vec::new(), true)
        .await;
    for query in [
        "visibility:restricted",
        "a) OR (dataset_id:secret",
        "secret OR NOT secret",
        "NOT #null(dataset_id)",
    ] {
        let answer = bench.get("/catalog/datasets", &[("qv1", query)]).await;
        assert!(!answer.text().contains("Titre secret"), "{query}: {}", answer.text());
    }
}

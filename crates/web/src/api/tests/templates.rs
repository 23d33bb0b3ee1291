//! The catalogue as a table: every metadata field is selected, compared, grouped and counted by the same code.

use parvis_model::MetadataChange;
use serde_json::{Value, json};

use super::support::{Bench, assert_error};

async fn describe(bench: &Bench, id: &str, metadata: &str) {
    let metadata: MetadataChange = serde_json::from_str(metadata).unwrap();
    bench.import_as(id, b"a;b\n1;x\n2;y\n", metadata).await.unwrap();
}

async fn described() -> Bench {
    let bench = Bench::empty().await;
    describe(
        &bench,
        "trees",
        r#"{"title": {"fr": "Arbres"}, "theme": ["Nature"], "publisher": "Ville", "templates": {
            "dcat": {"creator": "Parcs", "issued": "2024-05-01", "accrualperiodicity": "annuelle"},
            "default": {"territory": ["Orléans", "Olivet"], "language": "fr"},
            "own": {"quality": 3, "checked": true, "contacts": ["a", "b"]}}}"#,
    )
    .await;
    describe(
        &bench,
        "bins",
        r#"{"title": {"fr": "Corbeilles"}, "theme": ["Propreté"], "templates": {
            "dcat": {"creator": "Voirie", "issued": "2025-06-01T10:00:00Z"},
            "default": {"territory": ["Orléans"]}, "own": {"quality": 5}}}"#,
    )
    .await;
    bench
}

async fn names(bench: &Bench, filter: &str) -> Vec<Value> {
    let params = [("where", filter), ("select", "dataset_id"), ("order_by", "dataset_id")];
    bench.get("/catalog/datasets", &params).await.column("dataset_id")
}

#[tokio::test]
async fn every_field_of_every_template_can_be_compared() {
    let bench = described().await;
    for (filter, wanted) in [
        ("dcat.creator = 'Parcs'", &["trees"][..]),
        ("dcat.issued >= date'2025'", &["bins"]),
        ("dcat.accrualperiodicity is null", &["bins"]),
        ("'Olivet' in territory", &["trees"]),
        ("'Orléans' in default.territory", &["bins", "trees"]),
        ("language = 'fr'", &["trees"]),
        ("default.language is null", &["bins"]),
        ("own.quality > 3", &["bins"]),
        ("own.checked is true", &["trees"]),
        ("'b' in own.contacts", &["trees"]),
        ("default.publisher = 'Ville'", &["trees"]),
        ("default.source_dataset = 'bins'", &["bins"]),
        ("records_count = 2", &["bins", "trees"]),
    ] {
        assert_eq!(names(&bench, filter).await, wanted, "{filter}");
    }
    let unknown = bench.get("/catalog/datasets", &[("where", "own.nothing = 1")]).await;
    assert_error(&unknown, 400, "ODSQLError", "own.nothing");
}

#[tokio::test]
async fn fields_are_selected_grouped_ordered_and_counted() {
    let bench = described().await;
    let params = [
        ("select", "dcat.creator, own.quality, default.territory"),
        ("order_by", "own.quality"),
    ];
    let rows = bench.get("/catalog/datasets", &params).await.results();
    assert_eq!(
        rows[0],
        json!({ "dcat.creator": "Parcs", "own.quality": 3, "default.territory": ["Orléans", "Olivet"] })
    );
    let params = [
        ("select", "count(*) as n, avg(own.quality) as q"),
        ("group_by", "territory"),
    ];
    let rows = bench.get("/catalog/datasets", &params).await.results();
    assert_eq!(
        rows,
        [
            json!({ "territory": "Olivet", "n": 1, "q": 3.0 }),
            json!({ "territory": "Orléans", "n": 2, "q": 4.0 })
        ]
    );
    let params = [
        ("facet", "dcat.creator"),
        ("facet", "own.quality"),
        ("refine", "territory:Olivet"),
    ];
    let facets = bench.get("/catalog/facets", &params).await.json();
    assert_eq!(facets["facets"][0]["name"], "dcat.creator");
    assert_eq!(facets["facets"][0]["facets"][0]["value"], "Parcs");
    assert_eq!(facets["facets"][1]["facets"][0]["count"], 1);
    let exported = bench
        .get("/catalog/exports/json", &[("select", "dcat.creator")])
        .await
        .json();
    assert_eq!(exported.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn templates_are_shown_and_corrected() {
    let bench = described().await;
    let shown = bench.get("/catalog/datasets/trees", &[]).await.json();
    assert_eq!(shown["metas"]["dcat"]["creator"], "Parcs");
    assert_eq!(shown["metas"]["dcat"]["contact_email"], Value::Null);
    assert_eq!(
        shown["metas"]["own"],
        json!({ "checked": true, "contacts": ["a", "b"], "quality": 3 })
    );
    assert_eq!(shown["metas"]["default"]["territory"], json!(["Orléans", "Olivet"]));
    describe(
        &bench,
        "trees",
        r#"{"templates": {"own": {"quality": null, "checked": null, "contacts": null}}}"#,
    )
    .await;
    let shown = bench.get("/catalog/datasets/trees", &[]).await.json();
    assert_eq!(
        (&shown["metas"]["own"], &shown["metas"]["dcat"]["creator"]),
        (&Value::Null, &json!("Parcs"))
    );
    let wrong: MetadataChange = serde_json::from_str(r#"{"templates": {"default": {"title": "x"}}}"#).unwrap();
    let refused = bench.import_as("trees", b"a\n1\n", wrong).await.unwrap_err();
    assert!(refused.to_string().contains("default.title"), "{refused}");
}

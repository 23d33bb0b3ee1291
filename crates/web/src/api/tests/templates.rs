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

#[tokio::test]
async fn where_the_places_lie_is_known_of_every_dataset() {
    let bench = Bench::with_places().await;
    describe(&bench, "bins", "{}").await;
    let one = bench.get("/catalog/datasets/places", &[]).await.json();
    let metas = &one["metas"]["default"];
    assert_eq!(metas["geometry_types"], json!(["Point"]));
    let (west, south, east, north) = (1.3359, 47.5861, 2.0572, 47.9331);
    let ring = json!([
        [east, north],
        [west, north],
        [west, south],
        [east, south],
        [east, north]
    ]);
    let surface =
        json!({ "type": "Feature", "geometry": { "type": "Polygon", "coordinates": [ring] }, "properties": {} });
    assert_eq!(metas["bbox"], surface);
    let none = bench.get("/catalog/datasets/bins", &[]).await.json();
    let metas = &none["metas"]["default"];
    assert_eq!((&metas["bbox"], &metas["geometry_types"]), (&Value::Null, &Value::Null));
    for filter in [
        "intersects(bbox, geom'POLYGON((1.9 47.8, 2 47.8, 2 48, 1.9 48, 1.9 47.8))')",
        "geometry_types = 'Point'",
        "default.bbox is not null",
    ] {
        assert_eq!(names(&bench, filter).await, ["places"], "{filter}");
    }
    let params = [("select", "bbox, geometry_types"), ("where", "dataset_id = 'places'")];
    let row = bench.get("/catalog/datasets", &params).await.results().remove(0);
    assert_eq!(row, json!({ "bbox": surface, "geometry_types": ["Point"] }));
    let facets = bench
        .get("/catalog/facets", &[("facet", "geometry_types")])
        .await
        .json();
    assert_eq!(facets["facets"][0]["facets"][0]["name"], "Point");
    let table = bench.get("/catalog/exports/csv", &[]).await;
    assert!(
        table.text().contains("\"\"coordinates\"\":[[[2.0572,47.9331]"),
        "{}",
        table.text()
    );
}

#[tokio::test]
async fn how_much_a_dataset_is_used_is_told_where_figures_are_open_to_everybody() {
    let bench = Bench::with_places().await;
    let unknown = json!({ "download_count": null, "api_call_count": null, "popularity_score": null });
    let explore = async || {
        let app_metas = [("include_app_metas", "true")];
        let one = bench.get("/catalog/datasets/places", &app_metas).await.json();
        let listed = bench
            .get("/catalog/datasets", &[("where", "dataset_id = 'places'"), app_metas[0]])
            .await;
        assert_eq!(listed.results()[0]["metas"]["explore"], one["metas"]["explore"]);
        one["metas"]["explore"].clone()
    };
    let plain = bench.get("/catalog/datasets/places", &[]).await.json();
    assert_eq!(plain["metas"].get("explore"), None);
    bench.get("/catalog/datasets/places/exports/csv", &[]).await;
    let staff = bench.viewer(bench.admin.clone());
    let parvis = &bench.parvis;
    assert_eq!(explore().await, unknown);
    parvis.publish_audience(&staff, None, None).await.unwrap();
    assert_eq!(explore().await, unknown, "the figures are for staff");
    parvis.publish_audience(&staff, None, Some(false)).await.unwrap();
    let told = explore().await;
    assert_eq!(told["download_count"], 1, "{told}");
    assert!(told["popularity_score"].as_f64().unwrap() > 0.0);
    let params = [
        ("select", "dataset_id, explore.download_count"),
        ("order_by", "explore.popularity_score desc"),
    ];
    let row = bench.get("/catalog/datasets", &params).await.results().remove(0);
    assert_eq!(row, json!({ "dataset_id": "places", "explore.download_count": 1 }));
}

#[tokio::test]
async fn records_know_what_their_dataset_is_called() {
    let bench = Bench::with_places().await;
    let params = [
        ("select", "datasetid, name"),
        ("where", "datasetid = 'places'"),
        ("limit", "1"),
    ];
    assert_eq!(
        bench.records(&params).await.results(),
        [json!({ "datasetid": "places", "name": "Orléans" })]
    );
    let params = [("select", "count(*) as n"), ("group_by", "datasetid")];
    assert_eq!(
        bench.records(&params).await.results(),
        [json!({ "datasetid": "places", "n": 7 })]
    );
    assert!(bench.records(&[]).await.results()[0].get("datasetid").is_none());
}

//! Records, single records, facets and the catalogue.

use serde_json::{Value, json};

use super::support::{Bench, ORIGIN, assert_error};

#[tokio::test]
async fn every_type_of_value_has_its_documented_form() {
    let bench = Bench::with_places().await;
    let answer = bench.records(&[("where", "name = 'Orléans'")]).await;
    assert_eq!(answer.json()["total_count"], 1);
    let row = answer.results().remove(0);
    assert_eq!(row["population"], json!(116_238));
    assert_eq!(row["area"], json!(27.48));
    assert_eq!(row["capital"], json!(true));
    assert_eq!(row["founded"], json!("1800-02-17"));
    assert_eq!(row["seen"], json!("2024-03-01T10:00:00+00:00"));
    assert_eq!(row["geo_point"], json!({ "lon": 1.909, "lat": 47.9025 }));
    let nothing = bench
        .records(&[("where", "name = 'Nowhere'")])
        .await
        .results()
        .remove(0);
    assert_eq!(
        nothing.as_object().unwrap().len(),
        row.as_object().unwrap().len(),
        "nulls are kept"
    );
    assert_eq!(nothing["area"], Value::Null);
}

#[tokio::test]
async fn a_time_zone_moves_the_instants_shown() {
    let bench = Bench::with_places().await;
    let params = [
        ("where", "name = 'Blois'"),
        ("timezone", "Europe/Paris"),
        ("select", "seen, day(seen) as d"),
    ];
    let row = bench.records(&params).await.results().remove(0);
    assert_eq!(row, json!({ "seen": "2024-03-31T01:30:00+01:00", "d": 31 }));
    let row = bench
        .records(&[
            ("where", "name = 'Blois'"),
            ("timezone", "US/Eastern"),
            ("select", "day(seen)"),
        ])
        .await;
    assert_eq!(row.results(), [json!({ "day(seen)": 30 })]);
}

#[tokio::test]
async fn pages_of_an_ordered_list_are_disjoint_and_complete() {
    let bench = Bench::with_places().await;
    let all = bench
        .records(&[("order_by", "population desc, name"), ("limit", "100")])
        .await
        .column("name");
    assert_eq!(
        all,
        ["Orléans", "Blois", "Olivet", "Chécy", "Mardié", "Nowhere", "Semoy"].map(Value::from)
    );
    let mut paged = Vec::new();
    for offset in ["0", "3", "6"] {
        let page = bench
            .records(&[
                ("order_by", "population desc, name"),
                ("limit", "3"),
                ("offset", offset),
            ])
            .await;
        assert_eq!(page.json()["total_count"], 7);
        paged.extend(page.column("name"));
    }
    assert_eq!(paged, all);
    assert_eq!(bench.records(&[("limit", "0")]).await.results(), Vec::<Value>::new());
    assert_eq!(bench.records(&[("limit", "-1")]).await.results().len(), 7);
}

#[tokio::test]
async fn conditions_given_apart_must_all_hold() {
    let bench = Bench::with_places().await;
    let params = [
        ("where", "population > 5000 or name = 'Semoy'"),
        ("where", "not capital"),
        ("order_by", "name"),
    ];
    assert_eq!(
        bench.records(&params).await.column("name"),
        ["Chécy", "Olivet", "Semoy"].map(Value::from)
    );
    let refined = [
        ("refine", "kind:village"),
        ("exclude", "name:Semoy"),
        ("order_by", "name"),
    ];
    assert_eq!(
        bench.records(&refined).await.column("name"),
        ["Chécy", "Mardié"].map(Value::from)
    );
    let miss = bench.records(&[("where", "name = 'zzz'")]).await;
    assert_eq!(miss.json(), json!({ "total_count": 0, "results": [] }));
}

#[tokio::test]
async fn groups_come_with_their_keys_and_aggregates() {
    let bench = Bench::with_places().await;
    let params = [
        ("select", "count(*) as n, sum(population)"),
        ("group_by", "kind"),
        ("where", "kind is not null"),
        ("order_by", "n desc, kind"),
    ];
    let answer = bench.records(&params).await;
    assert_eq!(answer.json()["total_count"], 2);
    assert_eq!(
        answer.results(),
        [
            json!({ "kind": "city", "n": 3, "sum(population)": 184_710 }),
            json!({ "kind": "village", "n": 3, "sum(population)": 11_700 }),
        ]
    );
    let one = bench.records(&[("select", "count(*)"), ("limit", "1")]).await;
    assert_eq!(one.results(), [json!({ "count(*)": 7 })]);
    assert_eq!(
        one.json()["total_count"],
        7,
        "live portals count the records that were aggregated"
    );
}

#[tokio::test]
async fn a_record_is_found_by_its_identifier() {
    let bench = Bench::with_places().await;
    let listed = bench
        .records(&[("include_app_metas", "true"), ("where", "name = 'Blois'")])
        .await
        .results()
        .remove(0);
    let id = listed["_id"].as_str().expect("_id is a text").to_owned();
    assert!(
        listed["_timestamp"].is_string() && listed["_size"].is_number(),
        "{listed}"
    );
    let record = bench.get(&format!("/catalog/datasets/places/records/{id}"), &[]).await;
    assert_eq!(record.status, 200);
    assert_eq!(record.json()["name"], "Blois");
    let selected = bench
        .get(&format!("/catalog/datasets/places/records/{id}"), &[("select", "name")])
        .await;
    assert_eq!(selected.json(), json!({ "name": "Blois" }));
    let metas = [("select", "name"), ("include_app_metas", "true")];
    let with_metas = bench
        .get(&format!("/catalog/datasets/places/records/{id}"), &metas)
        .await
        .json();
    let own = ["_id", "_timestamp", "_size"].map(|name| (name, &listed[name]));
    assert_eq!(with_metas["name"], "Blois");
    assert!(
        own.iter().all(|(name, value)| &with_metas[name] == *value),
        "{with_metas}"
    );
    let missing = bench.get("/catalog/datasets/places/records/0000", &[]).await;
    assert_error(&missing, 404, "NotFoundResource", "0000");
}

#[tokio::test]
async fn links_lead_from_page_to_page() {
    let bench = Bench::with_places().await;
    let params = [
        ("include_links", "true"),
        ("limit", "3"),
        ("offset", "3"),
        ("where", "population >= 0 or name = 'Semoy'"),
    ];
    let links = bench.records(&params).await.json()["_links"]
        .as_array()
        .unwrap()
        .clone();
    let href = |rel: &str| {
        let link = links
            .iter()
            .find(|link| link["rel"] == rel)
            .unwrap_or_else(|| panic!("no link {rel}: {links:?}"));
        link["href"].as_str().unwrap().strip_prefix(ORIGIN).unwrap().to_owned()
    };
    for (rel, rows) in [("self", 3), ("first", 3), ("prev", 3), ("next", 1), ("last", 1)] {
        assert_eq!(bench.fetch(&href(rel)).await.results().len(), rows, "{rel}");
    }
    assert!(bench.records(&[]).await.json().get("_links").is_none());
}

#[tokio::test]
async fn facets_count_values_and_tell_their_state() {
    let bench = Bench::with_places().await;
    let facets = |answer: super::support::Answer| answer.json()["facets"].as_array().unwrap().clone();
    let all = facets(bench.get("/catalog/datasets/places/facets", &[]).await);
    let names: Vec<_> = all.iter().map(|facet| facet["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["kind", "seen", "tags"]);
    let one = facets(
        bench
            .get(
                "/catalog/datasets/places/facets",
                &[("facet", "kind"), ("refine", "kind:city")],
            )
            .await,
    );
    assert_eq!(one.len(), 1);
    let city = &one[0]["facets"][0];
    assert_eq!(
        *city,
        json!({ "name": "city", "count": 3, "state": "refined", "value": "city" })
    );
    let limited = facets(
        bench
            .get(
                "/catalog/datasets/places/facets",
                &[("facet", "facet(name=\"tags\", limit=1)")],
            )
            .await,
    );
    assert_eq!(limited[0]["facets"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_refined_date_shows_its_months() {
    let bench = Bench::with_places().await;
    let params = [("facet", "seen"), ("refine", "seen:2024")];
    let answer = bench.get("/catalog/datasets/places/facets", &params).await.json();
    let year = &answer["facets"][0]["facets"][0];
    assert_eq!(
        (&year["name"], &year["state"], &year["count"]),
        (&json!("2024"), &json!("refined"), &json!(5))
    );
    let months: Vec<_> = year["facets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|month| month["value"].clone())
        .collect();
    assert!(
        months.contains(&json!("2024/03")) && months.contains(&json!("2024/04")),
        "{year}"
    );
}

#[tokio::test]
async fn the_catalogue_is_queried_like_records() {
    let bench = Bench::with_places().await;
    bench.import("other", "other.csv", b"x\n1\n", Vec::new(), false).await;
    let whole = bench
        .get(
            "/catalog/datasets",
            &[("where", "dataset_id = 'places'"), ("include_links", "true")],
        )
        .await;
    assert_eq!(whole.json()["total_count"], 1);
    let dataset = whole.results().remove(0);
    assert_eq!(dataset["fields"].as_array().unwrap().len(), 9);
    assert_eq!(dataset["metas"]["default"]["records_count"], 7);
    assert!(
        dataset["_links"]
            .as_array()
            .unwrap()
            .iter()
            .any(|link| link["rel"] == "records")
    );
    let rows = bench
        .get(
            "/catalog/datasets",
            &[("select", "dataset_id, default.title"), ("order_by", "dataset_id")],
        )
        .await;
    assert_eq!(
        rows.results(),
        [
            json!({ "dataset_id": "other", "default.title": "Titre other" }),
            json!({ "dataset_id": "places", "default.title": "Titre places" }),
        ]
    );
    let one = bench.get("/catalog/datasets/places", &[]).await;
    assert_eq!(one.json()["dataset_id"], "places");
    let selected = bench
        .get("/catalog/datasets/places", &[("select", "dataset_id, records_count")])
        .await;
    assert_eq!(selected.json(), json!({ "dataset_id": "places", "records_count": 7 }));
    let facets = bench.get("/catalog/facets", &[("facet", "theme")]).await.json();
    assert_eq!(facets["facets"][0]["facets"][0]["count"], 2);
    let found = bench
        .get("/catalog/datasets", &[("where", "search(\"titre plac\")")])
        .await;
    assert_eq!(found.column("dataset_id"), [json!("places")]);
}

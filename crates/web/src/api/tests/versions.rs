//! Past versions, and what changed between two.

use parvis_model::FieldChange;
use serde_json::{Value, json};

use super::support::{Answer, Bench, PLACES, assert_error};

const DATASET: &str = "/catalog/datasets/places";

/// The identifiers of the versions that anybody may read.
async fn versions(bench: &Bench) -> Vec<String> {
    let listed = bench.get(&format!("{DATASET}/versions"), &[]).await;
    let names = listed.column("version");
    assert_eq!(listed.json()["total_count"], names.len());
    names.iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

async fn publish(bench: &Bench, content: &str, restricted: bool) {
    let id = FieldChange {
        name: "name".to_owned(),
        id: true.into(),
        ..FieldChange::default()
    };
    bench
        .import("places", "places.csv", content.as_bytes(), vec![id], restricted)
        .await;
}

/// A portal whose dataset has two versions, and their names: the older, the newer.
async fn with_two() -> (Bench, String, String) {
    let bench = Bench::with_places().await;
    let older = versions(&bench).await.remove(0);
    let newer = PLACES
        .replace("116238", "117026")
        .replace("Semoy;village", "Saran;village");
    publish(&bench, &newer, false).await;
    let newer = versions(&bench).await.into_iter().find(|name| *name != older).unwrap();
    (bench, older, newer)
}

async fn at(bench: &Bench, path: &str, name: &str, value: &str) -> Answer {
    bench.get(&format!("{DATASET}{path}"), &[(name, value)]).await
}

#[tokio::test]
async fn every_read_can_be_of_a_past_version() {
    let (bench, older, newer) = with_two().await;
    for (version, population, name) in [(&older, 116_238, "Semoy"), (&newer, 117_026, "Saran")] {
        let rows = at(&bench, "/records", "version", version).await;
        assert_eq!(rows.results()[0]["population"], population);
        assert!(rows.column("name").contains(&json!(name)));
        let exported = at(&bench, "/exports/json", "version", version).await.json();
        assert_eq!(exported, Value::Array(rows.results()));
        let facets = bench
            .get(&format!("{DATASET}/facets"), &[("version", version), ("facet", "name")])
            .await
            .text()
            .to_owned();
        assert!(facets.contains(name), "{facets}");
        let listed = bench
            .get(
                &format!("{DATASET}/records"),
                &[("version", version), ("include_app_metas", "true"), ("limit", "1")],
            )
            .await
            .results();
        let id = listed[0]["_id"].as_str().unwrap();
        let one = at(&bench, &format!("/records/{id}"), "version", version).await.json();
        assert_eq!(one["population"], population);
    }
    let now = bench.get(&format!("{DATASET}/records"), &[]).await;
    assert_eq!(now.results()[0]["population"], 117_026);
}

#[tokio::test]
async fn a_moment_names_the_version_that_was_shown_then() {
    let bench = Bench::with_places().await;
    for moment in [
        "2026-03-04",
        "2026-03-04T12:00:00Z",
        "2026-03-04T13:00:00+01:00",
        "2099-01-01",
    ] {
        let answer = at(&bench, "/records", "as_of", moment).await;
        assert_eq!(answer.status, 200, "{moment}: {}", answer.text());
    }
    for moment in ["2026-03-03", "2026-03-04T11:59:59Z"] {
        let answer = at(&bench, "/records", "as_of", moment).await;
        assert_error(&answer, 404, "NotFoundResource", "has no version of 2026-03");
    }
    let answer = at(&bench, "/records", "as_of", "yesterday").await;
    assert_error(&answer, 400, "InvalidRESTParameterError", "yesterday");
    let params = [("as_of", "2026-03-04"), ("version", "x")];
    let answer = bench.get(&format!("{DATASET}/records"), &params).await;
    assert_error(&answer, 400, "InvalidRESTParameterError", "either version or as_of");
    let answer = at(&bench, "/records", "version", "none").await;
    assert_error(
        &answer,
        404,
        "NotFoundResource",
        "The dataset places has no version none.",
    );
}

#[tokio::test]
async fn a_version_that_was_never_public_stays_hidden() {
    let bench = Bench::with_places().await;
    let public = versions(&bench).await.remove(0);
    publish(&bench, &PLACES.replace("Orléans", "Secret"), true).await;
    let answer = at(&bench, "/records", "version", &public).await;
    assert_error(&answer, 404, "NotFoundResource", "does not exist");
    publish(&bench, &PLACES.replace("Orléans", "Genabum"), false).await;
    let seen = versions(&bench).await;
    assert_eq!(seen.len(), 2, "the public one and the present one");
    let staff = bench.viewer(bench.admin.clone());
    let all = bench.parvis.versions(&staff, "places").await.unwrap();
    assert_eq!(all.len(), 3);
    let hidden = all
        .iter()
        .find(|version| !seen.contains(&version.id.as_str().to_owned()))
        .unwrap();
    for path in ["/records", "/facets", "/exports/csv", "/changes"] {
        let name = if path == "/changes" { "from" } else { "version" };
        let answer = at(&bench, path, name, hidden.id.as_str()).await;
        assert_error(&answer, 404, "NotFoundResource", "has no version");
    }
}

#[tokio::test]
async fn changes_are_by_the_declared_key() {
    let (bench, older, newer) = with_two().await;
    let changes = at(&bench, "/changes", "from", &older).await;
    assert_eq!(changes.status, 200, "{}", changes.text());
    let found = changes.json();
    assert_eq!(
        (&found["from"]["version"], &found["to"]["version"]),
        (&json!(older), &json!(newer))
    );
    assert_eq!(found["key"], json!(["name"]));
    let counts = ["added", "removed", "changed", "total_count"].map(|name| found[name].as_u64().unwrap());
    assert_eq!(counts, [1, 1, 1, 3]);
    let rows = changes.results();
    assert_eq!(
        (&rows[0]["change"], &rows[0]["before"]["name"]),
        (&json!("removed"), &json!("Semoy"))
    );
    assert_eq!(
        (&rows[1]["change"], &rows[1]["after"]["name"]),
        (&json!("changed"), &json!("Orléans"))
    );
    assert_eq!(rows[1]["before"]["population"], 116_238);
    assert_eq!(rows[1]["after"]["population"], 117_026);
    assert_eq!(
        (&rows[2]["change"], &rows[2]["after"]["name"]),
        (&json!("added"), &json!("Saran"))
    );
    for (limit, offset, wanted) in [
        ("1", "1", &rows[1..2]),
        ("-1", "0", &rows[..]),
        ("0", "0", &rows[..0]),
        ("5", "9", &rows[..0]),
    ] {
        let params = [("from", older.as_str()), ("limit", limit), ("offset", offset)];
        let page = bench.get(&format!("{DATASET}/changes"), &params).await;
        assert_eq!(page.results(), wanted, "{limit} from {offset}");
    }
    let back = bench
        .get(
            &format!("{DATASET}/changes"),
            &[("from", newer.as_str()), ("to", older.as_str())],
        )
        .await
        .json();
    assert_eq!(back["results"][0]["before"]["name"], "Saran");
    let same = bench
        .get(
            &format!("{DATASET}/changes"),
            &[("from", newer.as_str()), ("to", "2099-01-01")],
        )
        .await;
    assert_eq!(same.json()["total_count"], 0);
}

#[tokio::test]
async fn without_a_key_a_record_is_all_of_its_values() {
    let bench = Bench::empty().await;
    let import = async |content: &str| {
        bench
            .import("places", "places.csv", content.as_bytes(), Vec::new(), false)
            .await;
    };
    import("a;b\n1;x\n1;x\n2;y\n").await;
    let older = versions(&bench).await.remove(0);
    import("a;b\n1;x\n2;z\n").await;
    let found = at(&bench, "/changes", "from", &older).await;
    let kinds = found.column("change");
    assert_eq!(kinds, [json!("removed"), json!("removed"), json!("added")]);
    assert_eq!(found.json()["key"], json!([]));
    import("a;c\n1;x\n2;z\n").await;
    let found = at(&bench, "/changes", "from", &older).await.json();
    assert_eq!(
        (&found["fields_added"], &found["fields_removed"]),
        (&json!(["c"]), &json!(["b"]))
    );
    assert_eq!(found["removed"], 1, "the field that both have: 1, 1, 2 became 1, 2");
    assert_eq!(found["results"][0]["before"], json!({ "a": 1, "b": "x" }));
}

#[tokio::test]
async fn what_is_asked_of_changes_is_checked() {
    let (bench, older, _) = with_two().await;
    let wrong = [
        (&[][..], "a version or a moment"),
        (&[("from", "2026-99-01")], "a moment such as"),
        (&[("from", &older), ("limit", "1001")], "-1 <= limit <= 1000"),
        (&[("from", &older), ("offset", "-1")], "0 <= offset"),
    ];
    for (params, part) in wrong {
        let answer = bench.get(&format!("{DATASET}/changes"), params).await;
        assert_error(&answer, 400, "InvalidRESTParameterError", part);
    }
}

#[tokio::test]
async fn a_version_that_was_removed_cannot_be_read_again() {
    let (bench, older, newer) = with_two().await;
    let staff = bench.viewer(bench.admin.clone());
    let anybody = bench.viewer(parvis_model::Actor::Anonymous);
    assert!(bench.parvis.forget_version(&anybody, "places", &older).await.is_err());
    assert!(
        bench.parvis.forget_version(&staff, "places", &newer).await.is_err(),
        "it is shown"
    );
    bench.parvis.forget_version(&staff, "places", &older).await.unwrap();
    assert_eq!(versions(&bench).await, [newer]);
    let answer = at(&bench, "/records", "version", &older).await;
    assert_error(&answer, 404, "NotFoundResource", "has no version");
}

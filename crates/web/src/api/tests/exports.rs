//! Exports: formats, their choices, and how they are sent.

use serde_json::{Value, json};

use super::support::{Bench, ORIGIN, assert_error};

const EXPORTS: &str = "/catalog/datasets/places/exports";

#[tokio::test]
async fn the_formats_of_a_dataset_are_listed() {
    let bench = Bench::with_places().await;
    let rels = |answer: super::support::Answer| -> Vec<Value> {
        answer.json()["_links"]
            .as_array()
            .unwrap()
            .iter()
            .map(|link| link["rel"].clone())
            .collect()
    };
    assert_eq!(
        rels(bench.get(EXPORTS, &[]).await),
        [
            "self", "arrow", "csv", "fgb", "geojson", "gpx", "ical", "json", "jsonl", "jsonld", "kml", "n3", "ov2",
            "parquet", "rdfxml", "shp", "turtle", "xlsx"
        ]
    );
    bench.import("flat", "flat.csv", b"a\n1\n", Vec::new(), false).await;
    let flat = rels(bench.get("/catalog/datasets/flat/exports", &[]).await);
    assert_eq!(
        flat,
        [
            "self", "arrow", "csv", "json", "jsonl", "jsonld", "n3", "parquet", "rdfxml", "turtle", "xlsx"
        ],
        "without a place there is no GeoJSON, without a date no calendar"
    );
    assert!(
        bench
            .get(EXPORTS, &[])
            .await
            .text()
            .contains(&format!("{ORIGIN}/api/explore/v2.1{EXPORTS}/csv"))
    );
}

#[tokio::test]
async fn each_format_has_its_type_and_file_name() {
    let bench = Bench::with_places().await;
    for (format, ending, media_type, start) in [
        ("csv", "csv", "text/csv; charset=utf-8", &b"\xef\xbb\xbf"[..]),
        ("json", "json", "application/json; charset=utf-8", b"["),
        ("jsonl", "jsonl", "application/jsonl; charset=utf-8", b"{"),
        ("geojson", "geojson", "application/geo+json; charset=utf-8", b"{"),
        ("parquet", "parquet", "application/vnd.apache.parquet", b"PAR1"),
        (
            "arrow",
            "arrow",
            "application/vnd.apache.arrow.stream",
            b"\xff\xff\xff\xff",
        ),
        (
            "xlsx",
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            b"PK\x03\x04",
        ),
        ("shp", "zip", "application/zip", b"PK\x03\x04"),
        ("fgb", "fgb", "application/vnd.flatgeobuf", b"fgb\x03"),
        (
            "kml",
            "kml",
            "application/vnd.google-earth.kml+xml; charset=utf-8",
            b"<?xml",
        ),
        ("gpx", "gpx", "application/gpx+xml; charset=utf-8", b"<?xml"),
        ("ov2", "ov2", "application/octet-stream", b"\x02"),
        ("ical", "ics", "text/calendar; charset=utf-8", b"BEGIN:VCALENDAR\r\n"),
        ("jsonld", "jsonld", "application/ld+json; charset=utf-8", b"{"),
        ("turtle", "ttl", "text/turtle; charset=utf-8", b"@prefix"),
        ("n3", "n3", "text/n3; charset=utf-8", b"@prefix"),
        ("rdfxml", "rdf", "application/rdf+xml; charset=utf-8", b"<?xml"),
    ] {
        let answer = bench.get(&format!("{EXPORTS}/{format}"), &[]).await;
        assert_eq!(answer.status, 200, "{format}: {:?}", answer.body);
        assert_eq!(answer.header("content-type"), media_type);
        assert_eq!(
            answer.header("content-disposition"),
            format!("attachment; filename=\"places.{ending}\"")
        );
        assert!(answer.body.starts_with(start), "{format}: {:?}", &answer.body[..20]);
    }
}

#[tokio::test]
async fn what_a_format_cannot_hold_is_said_before_the_first_byte() {
    let bench = Bench::with_places().await;
    bench.import("flat", "flat.csv", b"a\n1\n", Vec::new(), false).await;
    for format in ["kml", "gpx", "fgb", "shp", "ov2", "ical"] {
        let answer = bench
            .get(&format!("/catalog/datasets/flat/exports/{format}"), &[])
            .await;
        assert_error(&answer, 400, "BadRequest", &format!("the format {format} needs"));
        let without = [("select", "population")];
        let answer = bench.get(&format!("{EXPORTS}/{format}"), &without).await;
        assert_error(&answer, 400, "BadRequest", "is exported");
    }
    let many: String = (0..50_001).map(|number| format!("{number};48.5, 2.5\n")).collect();
    let content = format!("n;place\n{many}");
    bench
        .import("many", "many.csv", content.as_bytes(), Vec::new(), false)
        .await;
    let path = "/catalog/datasets/many/exports/shp";
    let answer = bench.get(path, &[]).await;
    assert_error(&answer, 400, "BadRequest", "at most 50000 records");
    for (name, value) in [("limit", "50000"), ("where", "n < 50000")] {
        assert_eq!(bench.get(path, &[(name, value)]).await.status, 200, "{name}");
    }
    let one = bench
        .get("/catalog/datasets/many/exports/xlsx", &[("select", "count(*) as n")])
        .await;
    assert_eq!(one.status, 200, "an aggregate of many records is one row");
}

#[tokio::test]
async fn choices_that_a_format_does_not_have_are_refused() {
    let bench = Bench::with_places().await;
    for (format, name, value) in [
        ("geojson", "epsg", "1"),
        ("geojson", "epsg", "99999"),
        ("geojson", "epsg", "-1"),
        ("kml", "epsg", "2154"),
        ("gpx", "epsg", "2154"),
        ("parquet", "epsg", "2154"),
        ("turtle", "epsg", "2154"),
        ("gpx", "name_field", "nope"),
        ("gpx", "description_field_list", "name,nope"),
        ("gpx", "use_extension", "si"),
    ] {
        let answer = bench.get(&format!("{EXPORTS}/{format}"), &[(name, value)]).await;
        let part = format!("Invalid value for {name} API parameter");
        assert_error(&answer, 400, "InvalidRESTParameterError", &part);
    }
    let answer = bench
        .get("/catalog/exports/dcat", &[("include_exports", "csv,nope")])
        .await;
    assert_error(&answer, 400, "InvalidRESTParameterError", "include_exports");
}

#[tokio::test]
async fn coordinates_can_be_had_in_a_projection() {
    let bench = Bench::with_places().await;
    let params = [
        ("epsg", "2154"),
        ("where", "name = 'Orléans'"),
        ("select", "name, geo_point"),
    ];
    let features = bench.get(&format!("{EXPORTS}/geojson"), &params).await.json();
    assert_eq!(features["crs"]["properties"]["name"], "urn:ogc:def:crs:EPSG::2154");
    let at = &features["features"][0]["geometry"]["coordinates"];
    let near = |value: &Value, wanted: f64| (value.as_f64().unwrap() - wanted).abs() < 0.001;
    assert!(near(&at[0], 618_486.571) && near(&at[1], 6_756_352.742), "{at}");
    let json = bench.get(&format!("{EXPORTS}/json"), &params).await.json();
    assert!(near(&json[0]["geo_point"]["lon"], 618_486.571), "{json}");
    let plain = bench
        .get(&format!("{EXPORTS}/geojson"), &[("epsg", "4326")])
        .await
        .json();
    assert!(plain.get("crs").is_none());
}

#[tokio::test]
async fn json_exports_hold_what_records_do() {
    let bench = Bench::with_places().await;
    let clauses = [
        ("where", "kind = 'city'"),
        ("order_by", "name"),
        ("select", "name, population, geo_point"),
    ];
    let rows = bench.records(&clauses).await.results();
    assert_eq!(
        bench.get(&format!("{EXPORTS}/json"), &clauses).await.json(),
        json!(rows)
    );
    let lines = bench.get(&format!("{EXPORTS}/jsonl"), &clauses).await;
    let read: Vec<Value> = lines
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(read, rows);
    let features = bench.get(&format!("{EXPORTS}/geojson"), &clauses).await.json();
    assert_eq!(features["type"], "FeatureCollection");
    assert_eq!(features["features"].as_array().unwrap().len(), 3);
    assert_eq!(
        features["features"][0]["geometry"],
        json!({ "type": "Point", "coordinates": [1.3359, 47.5861] })
    );
    assert_eq!(features["features"][0]["properties"]["name"], "Blois");
}

#[tokio::test]
async fn csv_obeys_its_choices() {
    let bench = Bench::with_places().await;
    let csv = async |params: &[(&str, &str)]| {
        let mut all = vec![("where", "name = 'Orléans'"), ("select", "name, population, geo_point")];
        all.extend_from_slice(params);
        bench
            .get(&format!("{EXPORTS}/csv"), &all)
            .await
            .text()
            .replace("\r\n", "\n")
    };
    let plain = "name;population;geo_point\nOrléans;116238;47.9025, 1.909\n";
    assert_eq!(csv(&[]).await, format!("\u{feff}{plain}"));
    assert_eq!(csv(&[("with_bom", "false")]).await, plain);
    assert_eq!(
        csv(&[("with_bom", "false"), ("delimiter", ",")]).await,
        "name,population,geo_point\nOrléans,116238,\"47.9025, 1.909\"\n"
    );
    assert!(
        csv(&[("with_bom", "false"), ("delimiter", "\t")])
            .await
            .starts_with("name\tpopulation\t")
    );
    assert!(
        csv(&[("with_bom", "false"), ("quote_all", "true")])
            .await
            .contains("\"Orléans\"")
    );
    assert!(
        csv(&[("with_bom", "false"), ("use_labels", "true")])
            .await
            .starts_with("Libellé name;")
    );
}

#[tokio::test]
async fn an_export_can_be_limited_grouped_and_compressed() {
    let bench = Bench::with_places().await;
    let rows = |answer: super::support::Answer| answer.json().as_array().unwrap().len();
    assert_eq!(rows(bench.get(&format!("{EXPORTS}/json"), &[]).await), 7);
    assert_eq!(rows(bench.get(&format!("{EXPORTS}/json"), &[("limit", "2")]).await), 2);
    let grouped = [
        ("group_by", "kind"),
        ("select", "count(*) as n"),
        ("where", "kind is not null"),
    ];
    assert_eq!(rows(bench.get(&format!("{EXPORTS}/json"), &grouped).await), 2);
    let packed = bench.get(&format!("{EXPORTS}/csv"), &[("compressed", "true")]).await;
    assert_eq!(packed.body[..2], [0x1f, 0x8b], "gzip");
    assert!(
        packed
            .header("content-disposition")
            .starts_with("attachment; filename=\"places.csv.gz")
    );
    assert!(
        packed.headers.get("content-encoding").is_none(),
        "the file itself is compressed, not the transfer"
    );
}

#[tokio::test]
async fn the_download_address_is_an_export_with_the_parameters_of_v1() {
    let bench = Bench::with_places().await;
    let target = "/explore/dataset/places/download/?format=csv&refine.kind=city&fields=name&sort=-name\
                  &use_labels_for_header=true&csv_separator=,&with_bom=false&rows=2";
    let answer = bench.fetch(target).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.text().replace("\r\n", "\n"), "Libellé name\nBlois\nOlivet\n");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"places.csv\""
    );
    let words = bench
        .fetch("/explore/dataset/places/download?format=json&q=chateau")
        .await;
    assert_eq!(words.json().as_array().unwrap().len(), 1, "{}", words.text());
}

#[tokio::test]
async fn the_catalogue_can_be_had_as_a_file() {
    let bench = Bench::with_places().await;
    bench.import("other", "other.csv", b"x\n1\n", Vec::new(), false).await;
    bench.import("hidden", "hidden.csv", b"x\n1\n", Vec::new(), true).await;
    let listed = bench.get("/catalog/exports", &[]).await.json();
    let rels: Vec<_> = listed["links"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| link["rel"].clone())
        .collect();
    assert_eq!(
        rels,
        [
            "self",
            "csv",
            "data.json",
            "dcat",
            "dublin_core",
            "json",
            "jsonld",
            "rdf",
            "rss",
            "ttl",
            "xlsx"
        ]
    );
    assert_eq!(
        listed["links"][1]["href"],
        format!("{ORIGIN}/api/explore/v2.1/catalog/exports/csv")
    );

    let json = bench.get("/catalog/exports/json", &[("order_by", "dataset_id")]).await;
    assert_eq!(json.header("content-type"), "application/json; charset=utf-8");
    assert_eq!(
        json.header("content-disposition"),
        "attachment; filename=\"datasets.json\""
    );
    let datasets = bench
        .get("/catalog/datasets", &[("order_by", "dataset_id")])
        .await
        .results();
    assert_eq!(json.json(), json!(datasets), "restricted datasets are not there");
    assert_eq!(datasets.len(), 2);

    let rows = bench
        .get(
            "/catalog/exports/json",
            &[("select", "dataset_id, records_count"), ("where", "records_count > 1")],
        )
        .await;
    assert_eq!(rows.json(), json!([{ "dataset_id": "places", "records_count": 7 }]));
    let groups = bench
        .get(
            "/catalog/exports/json",
            &[("group_by", "theme"), ("select", "count(*) as n")],
        )
        .await;
    assert_eq!(groups.json(), json!([{ "theme": "Territoire", "n": 2 }]));
    let none = bench
        .get("/catalog/exports/json", &[("where", "dataset_id = 'none'")])
        .await;
    assert_eq!(none.json(), json!([]));
    let second = bench
        .get(
            "/catalog/exports/json",
            &[("order_by", "dataset_id"), ("offset", "1"), ("limit", "5")],
        )
        .await;
    assert_eq!(second.json(), json!([datasets[1]]));
}

#[tokio::test]
async fn each_format_of_the_catalogue_has_its_type_and_file_name() {
    let bench = Bench::with_places().await;
    for (format, ending, media_type, start) in [
        (
            "data.json",
            "data.json",
            "application/json; charset=utf-8",
            "{\"@context\"",
        ),
        ("dcat", "rdf", "application/rdf+xml; charset=utf-8", "<?xml"),
        ("rdf", "rdf", "application/rdf+xml; charset=utf-8", "<?xml"),
        ("dublin_core", "rdf", "application/rdf+xml; charset=utf-8", "<?xml"),
        (
            "jsonld",
            "jsonld",
            "application/ld+json; charset=utf-8",
            "{\"@context\"",
        ),
        ("rss", "rss", "application/rss+xml; charset=utf-8", "<?xml"),
        ("ttl", "ttl", "text/turtle; charset=utf-8", "@prefix dcat:"),
    ] {
        let answer = bench.get(&format!("/catalog/exports/{format}"), &[]).await;
        assert_eq!(answer.status, 200, "{format}: {}", answer.text());
        assert_eq!(answer.header("content-type"), media_type);
        let disposition = format!("attachment; filename=\"datasets.{ending}\"");
        assert_eq!(answer.header("content-disposition"), disposition);
        assert!(answer.text().starts_with(start), "{format}: {}", answer.text());
        let none = bench
            .get(
                &format!("/catalog/exports/{format}"),
                &[("where", "dataset_id = 'none'")],
            )
            .await;
        assert!(none.status == 200 && !none.text().contains("places"), "{}", none.text());
    }
}

#[tokio::test]
async fn the_catalogue_as_csv_has_a_column_for_each_field_of_the_basic_template() {
    let bench = Bench::with_places().await;
    let export = async |params: &[(&str, &str)]| bench.get("/catalog/exports/csv", params).await;
    let csv = export(&[]).await;
    assert_eq!(
        csv.header("content-disposition"),
        "attachment; filename=\"datasets.csv\""
    );
    let text = csv.text().strip_prefix('\u{feff}').unwrap();
    let mut lines = text.split("\r\n").map(|line| line.split(';').collect::<Vec<_>>());
    let (header, row) = (lines.next().unwrap(), lines.next().unwrap());
    let metas = bench.get("/catalog/datasets/places", &[]).await.json()["metas"]["default"].clone();
    let mut names: Vec<String> = metas
        .as_object()
        .unwrap()
        .keys()
        .map(|key| format!("default.{key}"))
        .collect();
    names.push("datasetid".to_owned());
    assert_eq!(header, names);
    let cell = |name: &str| row[header.iter().position(|found| *found == name).unwrap()];
    assert_eq!(cell("datasetid"), "places");
    assert_eq!(cell("default.title"), "Titre places");
    assert_eq!(cell("default.theme"), "Territoire");
    assert_eq!(cell("default.records_count"), "7");
    assert_eq!(cell("default.federated"), "false");
    assert_eq!(cell("default.modified"), metas["modified"].as_str().unwrap());
    let selected = export(&[
        ("select", "dataset_id as id, default.title"),
        ("with_bom", "false"),
        ("delimiter", ","),
    ])
    .await;
    assert_eq!(selected.text(), "id,default.title\r\nplaces,Titre places\r\n");
    let packed = export(&[("compressed", "true")]).await;
    assert_eq!(packed.body[..2], [0x1f, 0x8b]);
}

#[tokio::test]
async fn formats_of_the_catalogue_that_are_not_there_say_so() {
    let bench = Bench::with_places().await;
    for name in ["dcat_ap_ch", "dcat_ap_it"] {
        let answer = bench.get(&format!("/catalog/exports/{name}"), &[]).await;
        assert_error(&answer, 404, "NotFoundResource", "is not enabled on this portal");
    }
    for name in ["dcat", "rdf", "ttl", "jsonld", "rss", "data.json", "dublin_core"] {
        for clause in [("select", "title"), ("group_by", "theme")] {
            let answer = bench.get(&format!("/catalog/exports/{name}"), &[clause]).await;
            assert_error(&answer, 400, "BadRequest", "describes whole datasets");
        }
    }
    for name in ["geojson", "parquet", "nothing", "dcat_ap_", "dcat_ap_xx"] {
        let answer = bench.get(&format!("/catalog/exports/{name}"), &[]).await;
        assert_error(&answer, 404, "NotFoundResource", name);
    }
    let wrong = bench.get("/catalog/exports/csv", &[("offset", "-1")]).await;
    assert_error(&wrong, 400, "InvalidRESTParameterError", "offset");
    let wrong = bench.get("/catalog/exports/csv", &[("where", "nope = 1")]).await;
    assert_error(&wrong, 400, "ODSQLError", "nope");
}

#[tokio::test]
async fn labels_are_keys_in_every_format_that_has_keys() {
    let bench = Bench::with_places().await;
    let params = [
        ("use_labels", "true"),
        ("select", "name, kind"),
        ("where", "name = 'Blois'"),
    ];
    let json = bench.get(&format!("{EXPORTS}/json"), &params).await;
    assert_eq!(
        json.json(),
        json!([{ "Libellé name": "Blois", "Libellé kind": "city" }])
    );
    let old = "/explore/dataset/places/download?format=json&fields=name&use_labels_for_header=true&rows=1";
    assert_eq!(
        bench.fetch(old).await.json(),
        json!([{ "name": "Orléans" }]),
        "v1 knows labels for headers only"
    );
}

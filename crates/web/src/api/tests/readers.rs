//! Every export is opened by a program of others, which checks counts, types, values and coordinates.
//!
//! The files are written to a folder that `readers/read.py` is told of. It ends with a word on the first thing that is not as it
//! should be.

use std::path::Path;
use std::process::Command;

use parvis_model::FieldChange;
use parvis_portal::catalog::export::CatalogFormat;
use parvis_portal::formats::Format;

use super::support::Bench;

/// Streets, a lake with an island, and nothing: what points cannot show.
const SHAPES: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"nom":"Île & lac","surface":12.5,"ouvert":"2024-05-01","mots":["un","deux"]},"geometry":{"type":"Polygon","coordinates":[
 [[1.0,47.0],[2.0,47.0],[2.0,48.0],[1.0,48.0],[1.0,47.0]],[[1.4,47.4],[1.6,47.4],[1.6,47.6],[1.4,47.6],[1.4,47.4]]]}},
{"type":"Feature","properties":{"nom":"Deux \"morceaux\"","surface":null,"ouvert":"2023-01-31"},"geometry":{"type":"MultiPolygon","coordinates":[
 [[[3.0,47.0],[4.0,47.0],[4.0,48.0],[3.0,47.0]]],[[[5.0,47.0],[6.0,47.0],[6.0,48.0],[5.0,47.0]]]]}},
{"type":"Feature","properties":{"nom":"Rue <longue>","surface":0.25,"ouvert":null},"geometry":{"type":"LineString","coordinates":[[1.0,47.0],[1.5,47.25]]}},
{"type":"Feature","properties":{"nom":"Nulle part","surface":7,"ouvert":"2024-12-24"},"geometry":null}]}"#;

async fn save(bench: &Bench, folder: &Path, file: &str, path: &str, params: &[(&str, &str)]) {
    let answer = bench.get(path, params).await;
    assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
    std::fs::write(folder.join(file), &answer.body).unwrap();
}

/// Has `readers/read.py` look at the files of a folder.
fn read(folder: &Path, what: &str) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api/tests/readers/read.py");
    let output = Command::new(parvis_testkit::python())
        .arg(script)
        .arg(what)
        .arg(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

#[tokio::test]
async fn programs_of_others_read_every_export_of_a_dataset() {
    let bench = Bench::with_places().await;
    let folder = tempfile::tempdir().unwrap();
    for format in Format::ALL {
        let path = format!("/catalog/datasets/places/exports/{}", format.name());
        let file = format!("places.{}", format.name());
        save(&bench, folder.path(), &file, &path, &[("timezone", "Europe/Paris")]).await;
    }
    let base = "/catalog/datasets/places/exports";
    for (file, format, params) in [
        ("zstd.parquet", "parquet", [("parquet_compression", "zstd")]),
        ("labels.xlsx", "xlsx", [("use_labels", "true")]),
        ("packed.csv.gz", "csv", [("compressed", "true")]),
        ("desc.gpx", "gpx", [("use_extension", "false")]),
        ("2154.geojson", "geojson", [("epsg", "2154")]),
        ("2154.shp", "shp", [("epsg", "2154")]),
        ("2154.fgb", "fgb", [("epsg", "2154")]),
        ("2154.arrow", "arrow", [("epsg", "2154")]),
        ("3857.csv", "csv", [("epsg", "3857")]),
    ] {
        save(&bench, folder.path(), file, &format!("{base}/{format}"), &params).await;
    }
    let page = [
        ("format", "arrow"),
        ("where", "population > 5000"),
        ("order_by", "population desc"),
        ("limit", "2"),
        ("after", "start"),
        ("include_app_metas", "true"),
    ];
    let path = "/catalog/datasets/places/records";
    save(&bench, folder.path(), "page.arrow", path, &page).await;
    save(&bench, folder.path(), "page.json", path, &page[1..]).await;
    read(folder.path(), "places");
}

#[tokio::test]
async fn programs_of_others_read_shapes_in_every_format_that_has_them() {
    let bench = Bench::empty().await;
    bench
        .import(
            "shapes",
            "shapes.geojson",
            SHAPES.as_bytes(),
            Vec::<FieldChange>::new(),
            false,
        )
        .await;
    let folder = tempfile::tempdir().unwrap();
    let base = "/catalog/datasets/shapes/exports";
    for name in ["geojson", "shp", "fgb", "kml", "gpx", "parquet", "arrow", "turtle"] {
        save(
            &bench,
            folder.path(),
            &format!("shapes.{name}"),
            &format!("{base}/{name}"),
            &[],
        )
        .await;
    }
    save(
        &bench,
        folder.path(),
        "2154.fgb",
        &format!("{base}/fgb"),
        &[("epsg", "2154")],
    )
    .await;
    read(folder.path(), "shapes");
}

#[tokio::test]
async fn gdal_finds_features_by_the_index_of_flatgeobuf() {
    // Points all over the world, some of them alike, and records without any.
    let mut content = "number;geo_point\n".to_owned();
    for number in 0..3000_u32 {
        let (x, y) = (number * 7919 % 3001, number * 104_729 % 1801);
        if number % 50 == 0 {
            content.push_str(&format!("{number};\n"));
        } else {
            content.push_str(&format!(
                "{number};{:.4}, {:.4}\n",
                f64::from(y) / 10.0 - 90.0,
                f64::from(x) * 0.11 - 165.0
            ));
        }
    }
    let bench = Bench::empty().await;
    bench
        .import("grid", "grid.csv", content.as_bytes(), Vec::new(), false)
        .await;
    let folder = tempfile::tempdir().unwrap();
    for format in ["fgb", "geojson"] {
        let path = format!("/catalog/datasets/grid/exports/{format}");
        save(&bench, folder.path(), &format!("grid.{format}"), &path, &[]).await;
    }
    read(folder.path(), "grid");
}

#[tokio::test]
async fn programs_of_others_read_texts_that_mean_something_to_a_format() {
    let texts = [
        "<a href=\"x\">&amp;</a> ]]> --> ?>",
        "un\u{1}deux\u{b}trois",
        "=HYPERLINK(1)",
        "_x0041_ et _x_",
        "ligne\nligne\ttabulation;point,virgule|barre",
        "\"guillemets\" 'apostrophes' \\ barre \\n",
        "é😀\u{2028}\u{feff}fin",
        "BEGIN:VEVENT\nEND:VCALENDAR",
    ];
    let long = "é😀".repeat(20_000);
    let lines = texts
        .iter()
        .copied()
        .chain([long.as_str()])
        .enumerate()
        .map(|(place, text)| {
            let record = serde_json::json!({
                "numero": place, "texte": text, "jour": "2024-05-31", "lieu": { "lon": 2.5, "lat": 48.5 },
            });
            format!("{record}\n")
        });
    let bench = Bench::empty().await;
    let content: String = lines.collect();
    bench
        .import("texts", "texts.jsonl", content.as_bytes(), Vec::new(), false)
        .await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("source.jsonl"), &content).unwrap();
    for format in Format::ALL {
        let path = format!("/catalog/datasets/texts/exports/{}", format.name());
        let file = format!("texts.{}", format.name());
        save(&bench, folder.path(), &file, &path, &[]).await;
    }
    read(folder.path(), "texts");
}

#[tokio::test]
async fn programs_of_others_read_every_export_of_the_catalogue() {
    let bench = Bench::with_places().await;
    let said = r#"{"title": {"fr": "Titre shapes"}, "theme": ["Territoire"], "templates": {
        "dcat": {"contact_name": "Service Géomatique", "contact_email": "sig@example.org"},
        "dcat_ap": {"hvd_category": ["mobility", "geospatial"], "contact_url": "https://example.org/sig",
            "applicable_legislation": ["http://data.europa.eu/eli/dir/2007/2/oj"]}}}"#;
    let said = serde_json::from_str(said).unwrap();
    let content = SHAPES.as_bytes();
    bench
        .import_file("shapes", "shapes.geojson", content, said)
        .await
        .unwrap();
    bench.import("hidden", "hidden.csv", b"x\n1\n", Vec::new(), true).await;
    let folder = tempfile::tempdir().unwrap();
    for format in CatalogFormat::ALL {
        let path = format!("/catalog/exports/{}", format.name());
        let file = format!("catalogue.{}", format.name());
        save(&bench, folder.path(), &file, &path, &[("order_by", "dataset_id")]).await;
    }
    let few = [("include_exports", "csv, geojson"), ("use_labels_in_exports", "false")];
    save(&bench, folder.path(), "few.ttl", "/catalog/exports/ttl", &few).await;
    read(folder.path(), "catalogue");
}

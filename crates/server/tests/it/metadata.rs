//! What `parvis import` says of a dataset and its fields, seen through the API of a running server.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::publishing::{TOWNS, import, write};
use crate::support::{Server, command, with_portal};

/// The JSON at an address of the portal's API, for a caller without key; `None` where there is nothing to see.
fn api(server: &Server, path: &str) -> Option<Value> {
    let path = format!("/api/explore/v2.1/catalog/datasets{path}");
    let (status, answer) = server.get("orleans.localhost", &path, "");
    (status == 200).then(|| serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap())
}

/// The description of a dataset as the API gives it in a language: its metadata, and its fields by name.
fn described(data: &Path, id: &str, lang: &str) -> (Value, Value) {
    let server = serve(data);
    let dataset = api(&server, &format!("/{id}?lang={lang}")).unwrap();
    let fields = dataset["fields"].as_array().unwrap().iter();
    let fields = fields.map(|field| (field["name"].as_str().unwrap().to_owned(), field.clone()));
    (dataset["metas"]["default"].clone(), fields.collect())
}

fn serve(data: &Path) -> Server {
    let mut serve = command(data, &["serve", "--port", "0", "--plain-http"]);
    serve.stderr(Stdio::null());
    Server::start(serve)
}

fn towns(data: &Path) -> PathBuf {
    write(data, "villes.csv", TOWNS)
}

#[test]
fn options_say_what_a_dataset_is_and_leave_the_rest_as_it_was() {
    let folder = with_portal();
    let data = folder.path();
    let file = towns(data);
    let first = [
        "--title",
        "Villes",
        "--title",
        "en=Towns",
        "--description",
        "<p>Des villes<script>alert(1)</script>.</p>",
        "--theme",
        "Territoire",
        "--theme",
        "Population",
        "--licence",
        "Licence Ouverte",
        "--facet",
        "ouvert",
        "--label",
        "nom=Commune",
        "--unit",
        "population=hab.",
    ];
    import(data, "villes", &file, &first).ok();
    let second = [
        "--title",
        "Communes",
        "--facet",
        "nom",
        "--theme",
        "Villes",
        "--license",
        "ODbL",
    ];
    import(data, "villes", &file, &second).ok();
    import(data, "villes", &file, &[]).ok();
    let (metas, fields) = described(data, "villes", "fr");
    assert_eq!(metas["title"], "Communes");
    assert_eq!(metas["description"], "<p>Des villes.</p>");
    assert_eq!(metas["theme"], json!(["Villes"]));
    assert_eq!(metas["license"], "ODbL");
    assert_eq!(metas["metadata_languages"], json!(["en", "fr"]));
    assert_eq!(fields["nom"]["label"], "Commune");
    assert_eq!(fields["nom"]["annotations"], json!({"facet": [], "sortable": []}));
    assert_eq!(fields["ouvert"]["annotations"], json!({"facet": []}));
    assert_eq!(fields["population"]["annotations"], json!({"unit": ["hab."]}));
    assert_eq!(described(data, "villes", "en").0["title"], "Towns");
}

#[test]
fn a_metadata_file_says_everything_options_win_over_it_and_null_removes() {
    let folder = with_portal();
    let data = folder.path();
    let file = towns(data);
    let all = json!({
        "title": {"fr": "Villes", "en": "Towns"},
        "description": {"fr": "<p>Trois villes</p>"},
        "theme": ["Territoire"],
        "keyword": ["communes"],
        "publisher": "Orléans",
        "license": "Licence Ouverte",
        "license_url": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
        "references": "Insee",
        "attributions": ["Insee"],
        "modified": "2024-02-29",
        "restricted": false,
        "fields": [
            {"name": "Code", "label": {"fr": "Code INSEE", "en": "INSEE code"}, "description": {"fr": "Cinq signes"}, "id": true},
            {"name": "nom", "sortable": true, "facet": true, "facetsort": "alphanum", "disjunctive": true},
            {"name": "population", "type": "double", "unit": "hab.", "decimals": 0},
            {"name": "date_maj", "timeserie_precision": "month"},
            {"name": "ouvert", "type": "text", "multivalued": "/"}
        ]
    });
    let said = write(data, "villes.json", &all.to_string());
    let options = [
        "--metadata",
        said.to_str().unwrap(),
        "--title",
        "en=Cities",
        "--unit",
        "population=inhab.",
    ];
    let report = import(data, "villes", &file, &options).ok();
    assert!(report.contains("text, several"), "{report}");
    let (metas, fields) = described(data, "villes", "en");
    for (name, wanted) in [
        ("title", json!("Cities")),
        ("description", json!("<p>Trois villes</p>")),
        ("theme", json!(["Territoire"])),
        ("keyword", json!(["communes"])),
        ("publisher", json!("Orléans")),
        ("license_url", all["license_url"].clone()),
        ("references", json!("Insee")),
        ("attributions", json!(["Insee"])),
        ("modified", json!("2024-02-29T00:00:00+00:00")),
    ] {
        assert_eq!(metas[name], wanted, "{name}");
    }
    assert_eq!(fields["code"]["label"], "INSEE code");
    assert_eq!(fields["code"]["description"], "Cinq signes");
    assert_eq!(fields["code"]["annotations"], json!({"id": [], "sortable": []}));
    let facet = json!({"facet": [], "disjunctive": [], "sortable": [], "facetsort": ["alphanum"]});
    assert_eq!(fields["nom"]["annotations"], facet);
    assert_eq!(fields["population"]["type"], "double");
    assert_eq!(
        fields["population"]["annotations"],
        json!({"unit": ["inhab."], "decimals": [0]})
    );
    assert_eq!(
        fields["date_maj"]["annotations"],
        json!({"timeserie_precision": ["month"]})
    );
    assert_eq!(fields["ouvert"]["annotations"], json!({"multivalued": ["/"]}));

    let removed = r#"{"publisher": null, "keyword": null, "license": "ODbL", "title": {"en": null},
        "fields": [{"name": "nom", "facet": null, "facetsort": null, "disjunctive": false}]}"#;
    let said = write(data, "removed.json", removed);
    import(data, "villes", &file, &["--metadata", said.to_str().unwrap()]).ok();
    let (metas, fields) = described(data, "villes", "en");
    assert_eq!(metas["title"], "Villes");
    assert_eq!((&metas["publisher"], &metas["keyword"]), (&Value::Null, &Value::Null));
    assert_eq!(
        (&metas["license"], &metas["license_url"]),
        (&json!("ODbL"), &Value::Null)
    );
    assert_eq!(metas["references"], "Insee");
    assert_eq!(fields["nom"]["annotations"], json!({"sortable": []}));
    assert_eq!(fields["code"]["label"], "INSEE code");
}

#[test]
fn a_dataset_is_restricted_and_public_again_and_a_mere_import_leaves_it_as_it_is() {
    let folder = with_portal();
    let data = folder.path();
    let file = towns(data);
    for (more, visible) in [
        (&["--restricted", "--title", "Villes"][..], false),
        (&[], false),
        (&["--title", "Communes"], false),
        (&["--public"], true),
        (&[], true),
        (&["--restricted"], false),
    ] {
        import(data, "villes", &file, more).ok();
        assert_eq!(
            api(&serve(data), "/villes/records").is_some(),
            visible,
            "after {more:?}"
        );
    }
}

#[test]
fn records_keep_their_identifier_as_long_as_their_key_is_the_same() {
    let folder = with_portal();
    let data = folder.path();
    let key = write(data, "key.json", r#"{"fields": [{"name": "code", "id": true}]}"#);
    let with_key = ["--metadata", key.to_str().unwrap()];
    let ids = |file: &Path, id: &str, more: &[&str]| -> Vec<String> {
        import(data, id, file, more).ok();
        let page = api(
            &serve(data),
            &format!("/{id}/records?order_by=code&include_app_metas=true"),
        )
        .unwrap();
        let records = page["results"].as_array().unwrap().iter();
        records
            .map(|record| record["_id"].as_str().unwrap().to_owned())
            .collect()
    };
    let old = towns(data);
    let grown = write(data, "grown.csv", &TOWNS.replace("116269", "116270"));
    let before = ids(&old, "keyed", &with_key);
    assert_eq!(ids(&grown, "keyed", &[]), before, "the key is remembered");
    let before = ids(&old, "keyless", &[]);
    let after = ids(&grown, "keyless", &[]);
    assert_eq!((&after[0], &after[2]), (&before[0], &before[2]));
    assert_ne!(after[1], before[1], "without a key every value counts");
}

#[test]
fn metadata_that_make_no_sense_are_refused_and_change_nothing() {
    let folder = with_portal();
    let data = folder.path();
    let file = towns(data);
    import(data, "villes", &file, &["--title", "Villes"]).ok();
    let before = described(data, "villes", "fr");
    let files = [
        ("titel.json", r#"{"titel": {"fr": "x"}}"#, "titel"),
        (
            "colour.json",
            r#"{"fields": [{"name": "nom", "colour": "red"}]}"#,
            "colour",
        ),
        (
            "lang.json",
            r#"{"title": {"français": "x"}}"#,
            "`français` is not a language",
        ),
        (
            "url.json",
            r#"{"license_url": "javascript:alert(1)"}"#,
            "is not the address of a licence",
        ),
        ("broken.json", "{", "broken.json makes no sense"),
        (
            "field.json",
            r#"{"fields": [{"name": "hauteur", "unit": "m"}]}"#,
            "no field `hauteur`: it has code, nom",
        ),
    ];
    for (name, text, word) in files {
        let said = write(data, name, text);
        let complaint = import(data, "villes", &file, &["--metadata", said.to_str().unwrap()]).fails(1);
        assert!(complaint.contains(word), "{name} does not say {word}: {complaint}");
    }
    for (more, word) in [
        (&["--metadata", "/no/such/file.json"][..], "/no/such/file.json"),
        (&["--facet", "hauteur", "--title", "Autre"], "no field `hauteur`"),
        (&["--field-type", "hauteur=int"], "no field `hauteur`"),
    ] {
        let complaint = import(data, "villes", &file, more).fails(1);
        assert!(complaint.contains(word), "{more:?} do not say {word}: {complaint}");
    }
    assert_eq!(described(data, "villes", "fr"), before);
}

#[test]
fn titles_with_accents_stand_where_people_look_for_them() {
    let folder = with_portal();
    let data = folder.path();
    let file = towns(data);
    for (id, title) in [
        ("z", "Zones"),
        ("e1", "Écoles"),
        ("e2", "eaux"),
        ("a", "Arbres"),
        ("e3", "Écluses"),
    ] {
        import(data, id, &file, &["--title", title, "--theme", title]).ok();
    }
    let server = serve(data);
    let titles = |order: &str| -> Vec<String> {
        let list = api(&server, &format!("?select=title&order_by={order}")).unwrap();
        let list = list["results"].as_array().unwrap().iter();
        list.map(|one| one["title"].as_str().unwrap().to_owned()).collect()
    };
    let sorted = ["Arbres", "eaux", "Écluses", "Écoles", "Zones"];
    assert_eq!(titles("title"), sorted);
    assert!(titles("title%20desc").iter().rev().eq(sorted.iter()));
    // The page of the catalogue, the back office, and the filters.
    let ana = "ana@orleans.example";
    let mut add = command(
        data,
        &["user", "add", ana, "--portal", "orleans", "--role", "publisher"],
    );
    assert!(
        add.env("PARVIS_PASSWORD", "correct-horse-battery-staple")
            .status()
            .unwrap()
            .success()
    );
    let cookies = server.sign_in("orleans.localhost", ana, "correct-horse-battery-staple");
    for path in ["/explore/?sort=title", "/backoffice/"] {
        let (_, page) = server.get("orleans.localhost", path, &cookies);
        let page = page.replace("&#x2f;", "/");
        let link = |id: &str| page.find(&format!("/explore/dataset/{id}/"));
        let places = ["a", "e2", "e3", "e1", "z"].map(|id| link(id).unwrap_or_else(|| panic!("no {id} in {page}")));
        assert!(places.is_sorted(), "{path}: {places:?}");
    }
    let (_, facets) = server.get(
        "orleans.localhost",
        "/api/explore/v2.1/catalog/facets?facet=facet(name=%22theme%22,sort=%22alphanum%22)",
        "",
    );
    let places: Vec<usize> = sorted
        .iter()
        .map(|name| facets.find(&format!("\"{name}\"")).unwrap())
        .collect();
    assert!(places.is_sorted(), "{facets}");
}

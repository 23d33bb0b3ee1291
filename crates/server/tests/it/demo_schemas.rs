//! The demo's datasets that follow a published schema really do.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn read(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The copies of the schema at `https://schema.data.gouv.fr/<owner>/<name>/` in the folder: `<name>.….json` or `<owner>_<name>.json`.
fn schemas(folder: &Path, address: &str) -> Vec<PathBuf> {
    let mut parts = address.trim_end_matches('/').rsplit('/');
    let (name, owner) = (parts.next().unwrap(), parts.next().unwrap());
    let full = format!("{owner}_{name}");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .filter(|path| {
            let stem = path.file_name().unwrap().to_str().unwrap().split('.').next().unwrap();
            stem == name || stem == full
        })
        .collect()
}

fn names(fields: &Value, wanted: impl Fn(&Value) -> bool) -> BTreeSet<&str> {
    let fields = fields.as_array().unwrap().iter();
    fields
        .filter(|field| wanted(field))
        .map(|field| field["name"].as_str().unwrap())
        .collect()
}

#[test]
fn datasets_that_name_a_schema_have_its_columns_and_no_other() {
    let Some(folder) = parvis_testkit::fixtures("scdl") else {
        return;
    };
    let manifest = read(&parvis_testkit::workspace().join("demo/demo.json"));
    let mut followed = BTreeSet::new();
    for portal in manifest["portals"].as_array().unwrap() {
        for dataset in portal["datasets"].as_array().unwrap() {
            let address = dataset["references"].as_str().unwrap();
            if !address.starts_with("https://schema.data.gouv.fr/") {
                continue;
            }
            let here = format!("{}/{}", portal["id"], dataset["id"]);
            let ours = names(&dataset["fields"], |_| true);
            let copies = schemas(&folder, address);
            assert!(
                !copies.is_empty(),
                "{here} names a schema that is not recorded: {address}"
            );
            let follows = copies.iter().any(|copy| {
                let schema = read(copy);
                let all = names(&schema["fields"], |_| true);
                let required = names(&schema["fields"], |field| field["constraints"]["required"] == true);
                ours.is_subset(&all) && required.is_subset(&ours)
            });
            assert!(follows, "{here} has other columns than {address}");
            followed.insert(address.to_owned());
        }
    }
    assert!(followed.len() >= 10, "{followed:?}");
}

//! Import and export, interrupted or not.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;

use crate::support::{command, parvis, with_portal};

pub const TOWNS: &str = "code;nom;population;ouvert;date_maj;latitude;longitude\n\
    01001;L'Abergement;832;oui;03/02/2024;46,15;4,93\n\
    45234;Orléans;116269;non;15/12/2023;47,90;1,90\n\
    77067;\"Cesson; la ville\";10671;oui;01/01/2024;48,56;2,60\n";

pub fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

pub fn import(data: &Path, id: &str, file: &Path, more: &[&str]) -> crate::support::Outcome {
    let mut args = vec!["import", "--portal", "orleans", "--id", id, file.to_str().unwrap()];
    args.extend_from_slice(more);
    parvis(data, &args)
}

fn records(data: &Path, id: &str) -> Vec<Value> {
    let text = parvis(data, &["export", "--portal", "orleans", "--id", id, "--format", "json"]).ok();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn an_import_says_what_it_found() {
    let folder = with_portal();
    let file = write(folder.path(), "villes.csv", TOWNS);
    let report = import(folder.path(), "villes", &file, &["--title", "Villes"]).ok();
    assert!(
        report.starts_with("published orleans/villes: 3 records from csv"),
        "{report}"
    );
    for (field, wanted) in [
        ("code", "text"),
        ("nom", "text"),
        ("population", "int"),
        ("ouvert", "boolean"),
        ("date_maj", "date"),
    ] {
        let found = report.lines().any(|line| line.split_whitespace().eq([field, wanted]));
        assert!(found, "{field} is not {wanted} in:\n{report}");
    }
    assert!(report.contains("geo_point_2d"), "{report}");
}

#[test]
fn what_is_imported_comes_out_again_in_every_format() {
    let folder = with_portal();
    let data = folder.path();
    let file = write(data, "villes.csv", TOWNS);
    import(data, "villes", &file, &[]).ok();
    let first = records(data, "villes");
    assert_eq!(first.len(), 3);
    assert_eq!(first[0]["code"], "01001");
    assert_eq!(first[1]["population"], 116_269);
    assert_eq!(first[2]["nom"], "Cesson; la ville");
    for format in ["csv", "json", "jsonl", "geojson"] {
        let out = data.join(format!("villes-out.{format}"));
        parvis(
            data,
            &[
                "export",
                "--portal",
                "orleans",
                "--id",
                "villes",
                "--output",
                out.to_str().unwrap(),
            ],
        )
        .ok();
        import(data, &format!("again-{format}"), &out, &["--field-type", "code=text"]).ok();
        let again = records(data, &format!("again-{format}"));
        assert_eq!(again.len(), 3, "{format}");
        for (before, after) in first.iter().zip(&again) {
            for field in ["code", "nom", "population", "ouvert", "date_maj"] {
                assert_eq!(before[field], after[field], "{field} by way of {format}");
            }
        }
    }
}

#[test]
fn an_export_takes_conditions_and_names_what_it_cannot_do() {
    let folder = with_portal();
    let data = folder.path();
    let file = write(data, "villes.csv", TOWNS);
    import(data, "villes", &file, &[]).ok();
    let args = [
        "export",
        "--portal",
        "orleans",
        "--id",
        "villes",
        "--where",
        "population > 1000",
        "--select",
        "nom",
        "--order-by",
        "nom",
    ];
    let csv = parvis(data, &args).ok();
    let lines: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines, ["nom", "\"Cesson; la ville\"", "Orléans"]);
    for (more, word) in [
        (&["--id", "villes", "--format", "xls"][..], "use one of"),
        (&["--id", "villes", "--output", "/tmp/villes.doc"], "--format"),
        (&["--id", "nothing"], "nothing"),
        (&["--id", "villes", "--where", "population >"], "population"),
    ] {
        let mut args = vec!["export", "--portal", "orleans"];
        args.extend_from_slice(more);
        let complaint = parvis(data, &args).fails(1);
        assert!(complaint.contains(word), "{more:?} does not say {word}:\n{complaint}");
    }
}

#[test]
fn rows_that_cannot_be_read_are_told_with_line_and_column_and_kept_beside_the_file() {
    let folder = with_portal();
    let file = write(folder.path(), "mesures.csv", "nom,valeur\na,1\nb,deux\nc,3\n");
    let report = import(folder.path(), "mesures", &file, &["--field-type", "valeur=int"]).ok();
    assert!(report.contains("1 rows could not be read in full"), "{report}");
    assert!(report.contains("line 3, valeur: `deux`"), "{report}");
    let rejects = std::fs::read_to_string(folder.path().join("mesures.rejects.csv")).unwrap();
    assert!(rejects.contains("b,deux"), "{rejects}");
    let rows = records(folder.path(), "mesures");
    assert_eq!((rows.len(), &rows[1]["valeur"]), (3, &Value::Null));
}

#[test]
fn a_file_that_is_not_there_or_makes_no_sense_changes_nothing() {
    let folder = with_portal();
    let data = folder.path();
    let file = write(data, "villes.csv", TOWNS);
    import(data, "villes", &file, &[]).ok();
    let before = records(data, "villes");
    let broken = write(data, "broken.json", "{\"a\": [1, 2");
    for (path, word) in [(data.join("absent.csv"), "absent.csv"), (broken, "broken.json")] {
        let complaint = import(data, "villes", &path, &[]).fails(1);
        assert!(complaint.contains(word), "{complaint}");
    }
    assert_eq!(records(data, "villes"), before);
}

/// Imports a long file, and kills the process as soon as `when` sees what it waits for in the dataset's folder.
fn kill_import(data: &Path, file: &Path, when: impl Fn(&Path) -> bool) {
    let args = [
        "import",
        "--portal",
        "orleans",
        "--id",
        "villes",
        file.to_str().unwrap(),
    ];
    let mut child = command(data, &args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let portal = data.join("objects/orleans");
    let dataset = std::fs::read_dir(&portal).unwrap().next().unwrap().unwrap().path();
    loop {
        if when(&dataset) {
            child.kill().unwrap();
            child.wait().unwrap();
            return;
        }
        assert!(
            child.try_wait().unwrap().is_none(),
            "the import ended before it could be killed"
        );
        std::thread::yield_now();
    }
}

/// The folder of an import that has not ended.
fn unfinished(dataset: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(dataset).ok()?;
    entries
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.to_string_lossy().contains(".tmp-"))
}

#[test]
fn an_import_that_is_killed_leaves_the_old_version_and_the_next_one_works() {
    let folder = with_portal();
    let data = folder.path();
    let file = write(data, "villes.csv", TOWNS);
    import(data, "villes", &file, &[]).ok();
    let before = records(data, "villes");
    let mut long = String::from("code;nom\n");
    for row in 0..400_000 {
        writeln!(long, "{row:06};nom de la commune {row}").unwrap();
    }
    let long = write(data, "long.csv", &long);
    kill_import(data, &long, |_| true);
    kill_import(data, &long, |dataset| unfinished(dataset).is_some());
    kill_import(data, &long, |dataset| {
        unfinished(dataset)
            .and_then(|folder| folder.join("data.parquet").metadata().ok())
            .is_some_and(|meta| meta.len() > 0)
    });
    assert_eq!(records(data, "villes"), before);
    assert!(parvis(data, &["doctor"]).ok().ends_with("nothing to mend\n"));
    let report = import(data, "villes", &long, &[]).ok();
    assert!(
        report.starts_with("published orleans/villes: 400,000 records"),
        "{report}"
    );
    assert!(parvis(data, &["doctor"]).ok().ends_with("nothing to mend\n"));
}

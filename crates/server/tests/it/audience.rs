//! The audience, in the real program: stored when it stops, exported, published.

use crate::support::{Server, command, parvis, with_portal};

fn serve(folder: &std::path::Path) -> Server {
    Server::start(command(folder, &["serve", "--port", "0"]))
}

#[test]
fn what_was_counted_is_there_after_the_server_was_stopped() {
    let folder = with_portal();
    let export = ["audience", "export", "--portal", "orleans"];
    for sum in [3, 6] {
        let server = serve(folder.path());
        for _ in 0..3 {
            assert_eq!(server.get("orleans.localhost", "/explore/", "").0, 200);
        }
        assert_eq!(server.get("any.example", "/healthz", "").0, 204);
        assert_eq!(server.stop().0, Some(0));
        let csv = parvis(folder.path(), &export).ok();
        let rows: Vec<&str> = csv.lines().collect();
        assert_eq!(rows[0], "day,kind,dataset_id,dataset_title,detail,client,requests");
        // A midnight between them makes two rows.
        let views = rows.iter().filter(|row| row.contains(",view,,,catalog,person,"));
        let counted: u32 = views
            .map(|row| row.rsplit_once(',').unwrap().1.parse::<u32>().unwrap())
            .sum();
        assert_eq!(
            (counted, rows.iter().any(|row| row.contains("error"))),
            (sum, false),
            "{csv}"
        );
    }
}

#[test]
fn figures_are_exported_and_published_by_command() {
    let folder = with_portal();
    let server = serve(folder.path());
    assert_eq!(server.get("orleans.localhost", "/", "").0, 200);
    assert_eq!(server.stop().0, Some(0));
    let file = folder.path().join("figures.json");
    let name = file.to_str().unwrap();
    let export = [
        "audience", "export", "--portal", "orleans", "--format", "json", "--output", name,
    ];
    parvis(folder.path(), &export).ok();
    let rows: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!((&rows[0]["detail"], &rows[0]["requests"]), (&"home".into(), &1.into()));
    let before = [
        "audience",
        "export",
        "--portal",
        "orleans",
        "--to",
        "2001-01-01",
        "--format",
        "json",
    ];
    assert_eq!(parvis(folder.path(), &before).ok().trim(), "[]");

    let publish = |more: &[&str]| {
        let args = [&["audience", "publish", "--portal", "orleans"], more].concat();
        parvis(folder.path(), &args)
    };
    assert!(
        publish(&["--id", "use"])
            .ok()
            .contains("published orleans/use: 1 records, for staff only")
    );
    assert!(publish(&["--public"]).ok().contains("open to everybody"));
    publish(&["--public", "--restricted"]).fails(2);
    let server = serve(folder.path());
    let (status, answer) = server.get("orleans.localhost", "/explore/dataset/use/table/", "");
    assert_eq!(status, 200, "{answer}");
    assert_eq!(server.stop().0, Some(0));
}

#[test]
fn months_beyond_the_most_are_refused() {
    let folder = with_portal();
    for months in ["0", "26", "many"] {
        let complaint = parvis(folder.path(), &["serve", "--keep-audience-months", months]).fails(2);
        assert!(complaint.contains("--keep-audience-months"), "{complaint}");
    }
}

//! Queries that ask for too much.

use std::fmt::Write as _;

use crate::support::{Server, command, parvis, with_portal};

const API: &str = "/api/explore/v2.1/catalog/datasets/wide";

#[test]
fn a_query_over_its_memory_is_told_and_leaves_no_files() {
    let folder = with_portal();
    let mut csv = String::from("number,text\n");
    for number in 0..60_000_u32 {
        let hash = number.wrapping_mul(2_654_435_761);
        writeln!(csv, "{number},{hash:08x} {}", "x".repeat(200)).unwrap();
    }
    let file = folder.path().join("wide.csv");
    std::fs::write(&file, csv).unwrap();
    let import = ["import", "--portal", "orleans", "--id", "wide", file.to_str().unwrap()];
    parvis(folder.path(), &import).ok();
    let temporary = tempfile::tempdir().unwrap();
    let mut serve = command(folder.path(), &["serve", "--port", "0", "--query-memory", "1"]);
    serve.env("TMPDIR", temporary.path());
    let server = Server::start(serve);
    let order = format!("{API}/exports/csv?order_by=text");
    let (status, answer) = server.get("orleans.localhost", &order, "");
    assert_eq!(status, 400, "{answer}");
    assert!(
        answer.contains("QueryBudgetExceeded") && answer.contains("memory"),
        "{answer}"
    );
    let (status, answer) = server.get("orleans.localhost", &format!("{API}/records?limit=1"), "");
    assert_eq!(status, 200, "what needs little goes on: {answer}");
    let (code, said) = server.stop();
    assert_eq!((code, said.as_str()), (Some(0), ""));
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
}

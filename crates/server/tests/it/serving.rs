//! `parvis serve`: starting, limits, stopping.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use crate::support::{Server, command, parvis, with_portal};

#[test]
fn a_folder_without_portals_is_not_served() {
    let folder = tempfile::tempdir().unwrap();
    let complaint = parvis(folder.path(), &["serve", "--port", "0"]).fails(1);
    assert!(
        complaint.contains("parvis portal add") && complaint.contains("parvis demo"),
        "{complaint}"
    );
}

#[test]
fn a_port_that_is_taken_is_named() {
    let folder = with_portal();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let complaint = parvis(folder.path(), &["serve", "--port", &port]).fails(1);
    assert!(complaint.contains(&port) && complaint.contains("--port"), "{complaint}");
}

#[test]
fn a_server_answers_says_ready_once_and_stops_when_told() {
    let folder = with_portal();
    let server = Server::start(command(folder.path(), &["serve", "--port", "0"]));
    assert!(server.before.is_empty(), "{:?}", server.before);
    let (status, answer) = server.get("orleans.localhost", "/no/such/page", "");
    assert_eq!(status, 404, "{answer}");
    let (code, said) = server.stop();
    assert_eq!((code, said.as_str()), (Some(0), ""));
}

#[test]
fn an_answer_under_way_ends_before_the_server_does() {
    let folder = with_portal();
    let server = Server::start(command(folder.path(), &["serve", "--port", "0"]));
    // A connection that has begun a request and not ended it: the server waits for it when it is told to stop.
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    stream
        .write_all(b"GET /no/such/page HTTP/1.1\r\nHost: orleans.localhost\r\n\r\n")
        .unwrap();
    let mut first = [0_u8; 12];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 404");
    assert_eq!(server.stop().0, Some(0));
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
}

#[test]
fn a_load_balancer_is_told_that_the_process_answers() {
    let folder = with_portal();
    let server = Server::start(command(folder.path(), &["serve", "--port", "0"]));
    let (status, answer) = server.get("10.0.0.7", "/healthz", "");
    assert_eq!(status, 204, "{answer}");
    assert!(
        answer.ends_with("\r\n\r\n") && !answer.to_lowercase().contains("set-cookie"),
        "{answer}"
    );
}

#[test]
fn an_address_with_signs_that_should_have_been_encoded_is_read_all_the_same() {
    let folder = with_portal();
    let server = Server::start(command(folder.path(), &["serve", "--port", "0"]));
    let path = "/api/explore/v2.1/catalog/datasets?where=records_count>10&where=dataset_id=\"a<b\"";
    let (status, answer) = server.get("orleans.localhost", path, "");
    assert_eq!(status, 200, "{answer}");
    assert!(answer.ends_with("{\"total_count\": 0, \"results\": []}"), "{answer}");
}

#[test]
fn plain_http_is_warned_of_when_serving_and_by_the_doctor() {
    let folder = with_portal();
    let data = folder.path();
    let warnings = |args: &[&str]| {
        let log = data.join("stderr.log");
        let mut serve = command(data, &[&["serve", "--port", "0"], args].concat());
        serve.stderr(std::fs::File::create(&log).unwrap());
        assert_eq!(Server::start(serve).stop().0, Some(0));
        std::fs::read_to_string(log).unwrap()
    };
    assert_eq!(warnings(&[]), "");
    assert!(!parvis(data, &["doctor"]).ok().contains("HTTPS"));
    let said = warnings(&["--plain-http"]);
    assert!(
        said.lines().count() == 1 && said.starts_with("warning: --plain-http: cookies are not Secure"),
        "{said}"
    );
    let address = [
        "portal",
        "add",
        "orleans",
        "--public-url",
        "http://data.orleans.example",
    ];
    parvis(data, &address).ok();
    let said = warnings(&[]);
    let warning = "the address http://data.orleans.example of the portal orleans is not HTTPS";
    assert!(said.starts_with("warning: ") && said.contains(warning), "{said}");
    let report = parvis(data, &["doctor"]).ok();
    assert!(
        report.contains("note     orleans: its address http://data.orleans.example is not HTTPS"),
        "{report}"
    );
}

/// Asks for a page in three languages that nobody has heard of: in the address, in the cookie and in the header.
fn ask_in_unknown_languages(connection: &mut TcpStream, number: usize) {
    let code = |way: &str| format!("zz-{way}{number:07}{}", "-abcdefgh".repeat(50));
    let request = format!(
        "GET /robots.txt?lang={} HTTP/1.1\r\nHost: orleans.localhost\r\nCookie: django_language={}\r\nAccept-Language: {}\r\n\r\n",
        code("u"),
        code("c"),
        code("h")
    );
    connection.write_all(request.as_bytes()).unwrap();
    let (mut answer, mut buffer) = (Vec::new(), [0_u8; 4096]);
    while !answer.ends_with(b"/sitemap.xml\n") {
        let read = connection.read(&mut buffer).unwrap();
        assert!(read > 0, "{}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&buffer[..read]);
    }
    assert!(
        answer.starts_with(b"HTTP/1.1 200"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
}

#[test]
fn a_hundred_thousand_languages_that_nobody_speaks_leave_nothing_in_memory() {
    const REQUESTS: usize = 33_400;
    let folder = with_portal();
    let server = Server::start(command(folder.path(), &["serve", "--port", "0"]));
    let mut connection = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    connection.set_nodelay(true).unwrap();
    for number in 0..1_000 {
        ask_in_unknown_languages(&mut connection, number);
    }
    let before = server.resident_bytes();
    for number in 0..REQUESTS {
        ask_in_unknown_languages(&mut connection, 1_000 + number);
    }
    let grown = server.resident_bytes().saturating_sub(before);
    // Each code has more than 450 bytes: remembering those that came one way alone would take three times as much.
    let most = REQUESTS as u64 * 450 / 3;
    assert!(grown < most, "grown by {grown} bytes, more than {most}");
}

#[test]
fn an_unknown_host_gets_no_portal_and_no_cookie() {
    let folder = with_portal();
    let server = Server::start(command(folder.path(), &["serve", "--port", "0"]));
    for host in [
        "cesson.localhost",
        "127.0.0.1",
        "localhost",
        "orleans.localhost.evil.example",
    ] {
        let (status, answer) = server.get(host, "/", "");
        assert!(status == 421 || status == 400, "{host}: {answer}");
        assert!(
            !answer.contains("Orléans") && !answer.to_lowercase().contains("set-cookie"),
            "{host}: {answer}"
        );
    }
}

//! The form of records: JSON, or an Arrow stream for those who ask for it.

use axum::body::Body;
use http::Request;

use super::support::{Answer, Bench, address, assert_error};

const ARROW: &str = "application/vnd.apache.arrow.stream";
const PATH: &str = "/catalog/datasets/places/records";

fn asked(params: &[(&str, &str)], accept: &str) -> Request<Body> {
    Request::get(address(PATH, params))
        .header("accept", accept)
        .body(Body::empty())
        .unwrap()
}

fn is_arrow(answer: &Answer) -> bool {
    assert_eq!(answer.status, 200);
    // A stream begins with the mark of a message.
    let begins = answer.body.starts_with(&[0xff; 4]);
    assert_eq!(begins, answer.header("content-type") == ARROW);
    assert_eq!(
        begins,
        answer.header("vary").ends_with("Accept"),
        "{}",
        answer.header("vary")
    );
    begins
}

#[tokio::test]
async fn arrow_is_asked_for_by_parameter_or_by_what_the_client_takes() {
    let bench = Bench::with_places().await;
    for (params, accept, arrow) in [
        (&[][..], ARROW, true),
        (&[], "text/html, Application/VND.apache.arrow.stream;q=0.9", true),
        (&[], "*/*", false),
        (&[], "application/json", false),
        (&[("format", "arrow")], "*/*", true),
        (&[("format", "json")], ARROW, false),
        (
            &[("format", "arrow"), ("group_by", "kind"), ("select", "count(*)")],
            "*/*",
            true,
        ),
        (&[("format", "arrow"), ("where", "population < 0")], "*/*", true),
    ] {
        let answer = bench.send(asked(params, accept)).await;
        assert_eq!(is_arrow(&answer), arrow, "{params:?} {accept}");
    }
    for (params, part) in [
        (&[("format", "xml")][..], "one of json arrow"),
        (&[("format", "arrow"), ("explain", "true")], "beside an Arrow stream"),
        (&[("format", "arrow"), ("limit", "101")], "-1 <= limit <= 100"),
    ] {
        assert_error(&bench.records(params).await, 400, "InvalidRESTParameterError", part);
    }
}

#[tokio::test]
async fn neither_form_is_taken_for_the_other_by_a_cache() {
    let bench = Bench::with_places().await;
    let app = bench.keeping().await;
    for _ in 0..2 {
        let arrow = bench.ask(app.clone(), asked(&[], ARROW)).await;
        let json = bench.ask(app.clone(), asked(&[], "*/*")).await;
        assert!(is_arrow(&arrow) && !is_arrow(&json));
        assert_ne!(arrow.header("etag"), json.header("etag"));
    }
}

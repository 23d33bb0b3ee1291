//! Against real servers on this machine that answer as they are told.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;

const LIMITS: Limits = Limits {
    bytes: 100,
    time: Duration::from_secs(20),
};

/// A server that answers every connection with `answer` and hangs up. Gives its port, and what the first client sent.
async fn server(answer: &'static str) -> (u16, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut heard = Vec::new();
        while !heard.ends_with(b"\r\n\r\n") {
            let mut bytes = [0; 1024];
            let count = client.read(&mut bytes).await.unwrap();
            heard.extend_from_slice(&bytes[..count]);
        }
        client.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(heard).unwrap()
    });
    (port, heard)
}

fn fetcher(private: &[&str]) -> Fetcher {
    let private_hosts = private.iter().map(|host| (*host).to_owned()).collect();
    Fetcher::new(&Settings { private_hosts })
}

async fn get(fetcher: &Fetcher, url: &str) -> Result<Fetched, Error> {
    fetcher.get(&Url::parse(url).unwrap(), LIMITS).await
}

#[tokio::test]
async fn an_answer_comes_with_its_type_and_nothing_of_ours_goes_along() {
    let (port, heard) = server("HTTP/1.1 200 OK\r\ncontent-type: Image/PNG; x=y\r\ncontent-length: 3\r\n\r\nabc").await;
    let fetched = get(
        &fetcher(&["127.0.0.1"]),
        &format!("http://127.0.0.1:{port}/1/2/3.png?key=k"),
    )
    .await
    .unwrap();
    assert_eq!(
        (fetched.media_type.as_str(), &fetched.body[..]),
        ("image/png", &b"abc"[..])
    );
    let heard = heard.await.unwrap().to_lowercase();
    assert!(heard.starts_with("get /1/2/3.png?key=k http/1.1\r\n"), "{heard}");
    for header in ["cookie:", "referer:", "x-forwarded", "authorization:"] {
        assert!(!heard.contains(header), "{heard}");
    }
}

#[tokio::test]
async fn what_is_too_large_or_elsewhere_is_no_answer() {
    for (answer, wanted) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 101\r\n\r\n", "TooLarge"),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n40\r\n0123456789012345678901234567890123456789012345678901234567890123\r\n40\r\n0123456789012345678901234567890123456789012345678901234567890123\r\n0\r\n\r\n",
            "TooLarge",
        ),
        (
            "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
            "Status(302)",
        ),
        ("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", "Status(404)"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhalf", "Unreachable"),
        ("not http", "Unreachable"),
    ] {
        let (port, _heard) = server(answer).await;
        let error = get(&fetcher(&["127.0.0.1"]), &format!("http://127.0.0.1:{port}/")).await;
        assert_eq!(format!("{:?}", error.unwrap_err()), wanted, "{answer}");
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_left() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://127.0.0.1:{}/", listener.local_addr().unwrap().port());
    let limits = Limits {
        time: Duration::from_millis(50),
        ..LIMITS
    };
    let silence = fetcher(&["127.0.0.1"]).get(&Url::parse(&url).unwrap(), limits).await;
    assert!(matches!(silence, Err(Error::TooSlow)), "{silence:?}");
}

#[tokio::test]
async fn private_networks_are_refused_by_address_and_by_name() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let nobody = fetcher(&[]);
    for url in [
        "http://example.org/".to_owned(),
        "ftp://example.org/".to_owned(),
        "https://user@example.org/".to_owned(),
        format!("https://127.0.0.1:{port}/"),
        format!("https://2130706433:{port}/"),
        format!("https://[::1]:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        format!("https://localhost:{port}/"),
        "https://169.254.169.254/latest/meta-data/".to_owned(),
    ] {
        let refused = get(&nobody, &url).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{url}: {refused:?}");
    }
    let waiting = tokio::time::timeout(Duration::ZERO, listener.accept()).await;
    assert!(waiting.is_err(), "nobody knocked");
}

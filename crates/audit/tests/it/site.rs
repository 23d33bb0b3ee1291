//! A server on the loopback address that answers for any host.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{COOKIE, HOST, IF_NONE_MATCH, USER_AGENT};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use parvis_audit::HEADER;
use tokio::net::TcpListener;

/// What a site is asked.
pub struct Asked {
    pub host: String,
    pub port: u16,
    pub path: String,
    pub query: String,
    pub cookies: String,
    pub agent: String,
    pub tag: String,
    /// Whether the browser signals refusal.
    pub signal: bool,
    /// The fields of a form that was sent.
    pub form: Option<String>,
    /// Whether the request says that it is the audit's.
    pub marked: bool,
}

impl Asked {
    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let pairs = self.cookies.split("; ").filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next()
    }

    /// The value of a field of the form.
    pub fn field(&self, name: &str) -> Option<&str> {
        let pairs = self.form.as_deref()?.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next()
    }
}

/// What it answers.
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Reply {
    pub fn new(status: u16, kind: &str, body: impl Into<String>) -> Self {
        let headers = vec![("content-type", kind.to_owned())];
        Self {
            status,
            headers,
            body: body.into(),
        }
    }

    pub fn html(body: impl Into<String>) -> Self {
        Self::new(200, "text/html; charset=utf-8", body).with("cache-control", "no-store")
    }

    pub fn script(body: &str) -> Self {
        Self::new(200, "text/javascript", body)
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn cookie(self, line: &str) -> Self {
        self.with("set-cookie", line)
    }

    pub fn redirect(to: &str) -> Self {
        Self::new(303, "text/plain", "")
            .with("location", to)
            .with("cache-control", "no-store")
    }
}

/// Serves until the test ends. Answers the port.
pub async fn serve(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let answer = Arc::clone(&answer);
            tokio::spawn(async move {
                let service = service_fn(move |request| handle(request, port, Arc::clone(&answer)));
                let connection =
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                // A browser that closes a connection early is no failure.
                let _ = connection.await;
            });
        }
    });
    port
}

async fn handle<F: Fn(&Asked) -> Reply>(
    request: Request<Incoming>,
    port: u16,
    answer: Arc<F>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let header = |name: &str| {
        let value = request.headers().get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let mut asked = Asked {
        host: header(HOST.as_str()).split(':').next().unwrap_or_default().to_owned(),
        port,
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        cookies: header(COOKIE.as_str()),
        agent: header(USER_AGENT.as_str()),
        tag: header(IF_NONE_MATCH.as_str()),
        signal: header("sec-gpc") == "1" || header("dnt") == "1",
        marked: header(HEADER) == "1",
        form: None,
    };
    if request.method() == hyper::Method::POST {
        let body = http_body_util::BodyExt::collect(request.into_body()).await;
        let bytes = body.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        asked.form = Some(String::from_utf8_lossy(&bytes).into_owned());
    }
    let reply = answer(&asked);
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    Ok(response.body(Full::from(reply.body)).unwrap())
}

//! A small application behind the edge, with accounts in memory and a clock that stands still.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use futures::FutureExt;
use http::header::{COOKIE, HOST, SET_COOKIE};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use parvis_cookies::{Choice, ServerKey, session as rules};
use parvis_model::audience::Event;
use parvis_model::{Actor, Clock, ErrorCode, Localized, Portal, PortalId, Role, SystemRng, UserId};
use parvis_portal::registry::PortalRegistry;
use tower::ServiceExt;

use crate::edge::accounts::Answer;
use crate::edge::{Accounts, Cx, Edge, Failure, Found, Keys, Settings, wrap};
use crate::visit::{CookieOrder, CookieOrders, Visit};

pub const HOME: &str = "cesson.localhost:8080";
/// Headers of a request.
pub type Headers<'a> = &'a [(&'a str, &'a str)];

pub const OTHER: &str = "mauges.localhost:8080";

/// A clock that tests move.
pub struct Hands(Mutex<DateTime<Utc>>);

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

/// Accounts in memory.
pub struct Memory {
    clock: Arc<Hands>,
    sessions: Mutex<HashMap<(PortalId, String), Found>>,
    replaced: Mutex<HashSet<String>>,
}

impl Memory {
    /// Begins a session and gives its id.
    pub fn begin(&self, portal: &str) -> String {
        let id = rules::new_id(&SystemRng);
        let now = self.clock.now();
        let found = Found {
            actor: Actor::User {
                id: UserId::new("u"),
                portal: Some(PortalId::new(portal)),
                role: Role::Publisher,
            },
            name: "Ada".to_owned(),
            csrf: parvis_cookies::csrf::new_secret(&SystemRng),
            created_at: now,
            expires_at: rules::expires_at(now, now),
        };
        self.sessions
            .lock()
            .unwrap()
            .insert((PortalId::new(portal), id.clone()), found);
        id
    }

    /// Notes that a choice was replaced.
    pub fn replace(&self, receipt: &str) {
        self.replaced.lock().unwrap().insert(receipt.to_owned());
    }

    pub fn end(&self, portal: &str, id: &str) {
        self.sessions
            .lock()
            .unwrap()
            .remove(&(PortalId::new(portal), id.to_owned()));
    }
}

impl Accounts for Memory {
    fn find<'a>(&'a self, portal: &'a PortalId, id: &'a str) -> Answer<'a, Option<Found>> {
        let found = self
            .sessions
            .lock()
            .unwrap()
            .get(&(portal.clone(), id.to_owned()))
            .cloned();
        async move { Ok(found.filter(|found| found.expires_at > self.clock.now())) }.boxed()
    }

    fn renew<'a>(&'a self, portal: &'a PortalId, id: &'a str) -> Answer<'a, Option<DateTime<Utc>>> {
        let mut sessions = self.sessions.lock().unwrap();
        let renewed = sessions.get_mut(&(portal.clone(), id.to_owned())).map(|found| {
            found.expires_at = rules::expires_at(found.created_at, self.clock.now());
            found.expires_at
        });
        async move { Ok(renewed) }.boxed()
    }

    fn is_replaced(&self, receipt: &str, _day: i64) -> bool {
        self.replaced.lock().unwrap().contains(receipt)
    }

    /// What is counted is shown by the tests of the pages, with the real counters.
    fn count(&self, _: &PortalId, _: Event, _: Option<&str>) {}

    fn by_key<'a>(&'a self, portal: &'a PortalId, key: &'a str) -> Answer<'a, Actor> {
        let actor = Actor::User {
            id: UserId::new("k"),
            portal: Some(portal.clone()),
            role: Role::Publisher,
        };
        let wrong = Failure {
            code: ErrorCode::Unauthorized,
            message: "The API key is not valid.".to_owned(),
        };
        async move { if key == "good" { Ok(actor) } else { Err(wrong) } }.boxed()
    }
}

pub fn portal(id: &str, hosts: &[&str], languages: &[&str]) -> Portal {
    Portal {
        id: PortalId::new(id),
        hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
        public_url: format!("https://data.{id}.example"),
        name: Localized::one("fr", format!("Ville <{id}>")),
        tagline: Localized::default(),
        languages: languages.iter().map(|code| (*code).to_owned()).collect(),
        accent: "#004488".to_owned(),
        logo: String::new(),
        purposes: BTreeMap::new(),
        trusted_origins: Vec::new(),
        video: None,
        provider: "Opendatasoft".to_owned(),
    }
}

/// The application, and what tests reach into.
pub struct App {
    pub edge: Edge,
    pub memory: Arc<Memory>,
    clock: Arc<Hands>,
    front: Front,
}

/// A router that is called in process.
pub struct Front(pub Router);

impl std::ops::Deref for App {
    type Target = Front;

    fn deref(&self) -> &Front {
        &self.front
    }
}

/// An answer, read in full.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Every `Set-Cookie`, in order.
    pub fn cookies(&self) -> Vec<&str> {
        self.headers
            .get_all(SET_COOKIE)
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect()
    }

    /// The value that the answer gives the cookie `name`.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let pairs = self
            .headers
            .get_all(SET_COOKIE)
            .iter()
            .filter_map(|value| value.to_str().unwrap().split(';').next());
        pairs
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }
}

impl App {
    pub fn new() -> Self {
        Self::with(Settings {
            https: false,
            port: Some(8080),
            demo: true,
        })
    }

    pub fn with(settings: Settings) -> Self {
        let start = Utc.with_ymd_and_hms(2026, 9, 1, 12, 0, 0).unwrap();
        let clock = Arc::new(Hands(Mutex::new(start)));
        let memory = Arc::new(Memory {
            clock: Arc::clone(&clock),
            sessions: Mutex::default(),
            replaced: Mutex::default(),
        });
        let keys = Keys {
            csrf: ServerKey::new([1; 32]),
            choice: ServerKey::new([2; 32]),
        };
        let accounts = Arc::clone(&memory) as Arc<dyn Accounts>;
        let edge = Edge::new(
            settings,
            keys,
            accounts,
            Arc::clone(&clock) as Arc<dyn Clock>,
            Arc::new(SystemRng),
        );
        let portals = vec![
            portal("cesson", &["cesson.localhost", "www.cesson.localhost"], &["fr", "en"]),
            portal("mauges", &["mauges.localhost"], &["fr", "en"]),
            portal("orleans", &["orleans.localhost"], &["fr"]),
            portal("luz", &["luz.paysbasque.localhost"], &["fr", "eu", "en"]),
            portal("anglet", &["anglet.paysbasque.localhost"], &["fr", "eu", "en"]),
        ];
        edge.set_portals(portals.into_iter().map(PortalRegistry::fresh).collect());
        let login = Arc::clone(&memory);
        let routes = Router::new()
            .route("/page/", get(page).post(async || "written"))
            .route("/form/", get(async |visit: Visit| visit.browser.csrf_token()))
            .route("/private/", get(async |cx: Cx| format!("{:?}", cx.choice().is_some())))
            .route("/static/app.css", get(async || "body{}"))
            .route(
                "/login/",
                post(async move |visit: Visit| {
                    let id = login.begin(visit.portal.id.as_str());
                    (CookieOrders(vec![CookieOrder::SignIn(id)]), Redirect::to("/page/"))
                }),
            )
            .route(
                "/logout/",
                post(async || (CookieOrders(vec![CookieOrder::SignOut]), Redirect::to("/"))),
            )
            .route(
                "/choice/",
                post(async |cx: Cx| {
                    let choice = Choice::new(BTreeMap::new(), cx.edge().now(), &SystemRng);
                    (CookieOrders(vec![CookieOrder::Choice(choice)]), "kept")
                }),
            )
            .route("/api/keys", get(who).post(who))
            .route("/explore/dataset/{id}/download", get(who).post(who))
            .route("/explore/dataset/{id}/download/", get(who).post(who))
            .route("/explore/dataset/{id}/table/", get(who).post(who))
            .route("/api/explore/v2.1/x", get(async || "{}"))
            .route("/hostile/", get(hostile))
            .route("/panic/", get(broken))
            .route(
                "/fail/",
                get(async |visit: Visit| (StatusCode::SERVICE_UNAVAILABLE, visit.browser.csrf_token())),
            );
        Self {
            front: Front(wrap(routes, edge.clone())),
            edge,
            memory,
            clock,
        }
    }

    pub fn advance(&self, time: TimeDelta) {
        *self.clock.0.lock().unwrap() += time;
    }
}

impl Front {
    /// The answer, read in full.
    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.0.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Reply {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    /// `GET` with headers.
    pub async fn get(&self, host: &str, path: &str, headers: Headers<'_>) -> Reply {
        self.send(request("GET", host, path, headers, "")).await
    }

    /// `POST` of a form with headers.
    pub async fn post(&self, host: &str, path: &str, headers: Headers<'_>, form: &str) -> Reply {
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend_from_slice(headers);
        self.send(request("POST", host, path, &all, form)).await
    }

    /// A CSRF cookie and a token that go together, for a browser that holds `cookies`.
    pub async fn token(&self, host: &str, cookies: &str) -> (String, String) {
        let reply = self.get(host, "/form/", &[("cookie", cookies)]).await;
        (
            reply.cookie("csrftoken").expect("a form sends its secret").to_owned(),
            reply.body,
        )
    }
}

pub fn request(method: &str, host: &str, path: &str, headers: Headers<'_>, body: &str) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path).header(HOST, host);
    for (name, value) in headers {
        if !(*name == COOKIE.as_str() && value.is_empty()) {
            request = request.header(*name, *value);
        }
    }
    if !body.is_empty() {
        request = request.header("content-length", body.len());
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

pub async fn page(visit: Visit) -> String {
    format!(
        "{} in {} for {}",
        visit.portal.id,
        visit.lang,
        visit.user_name.as_deref().unwrap_or("nobody")
    )
}

async fn who(cx: Cx) -> Result<String, Failure> {
    cx.set_cookie(
        parvis_cookies::EntryId::Language,
        "fr",
        parvis_cookies::set_cookie::Life::Registry,
    )?;
    Ok(format!("{:?}", cx.actor().await?.user().map(UserId::as_str)))
}

async fn hostile() -> Response {
    let cookies = [
        (SET_COOKIE, "tracker=1; Domain=localhost"),
        (SET_COOKIE, "sessionid=evil"),
    ];
    (AppendHeaders(cookies), "hello").into_response()
}

async fn broken() -> &'static str {
    panic!("a secret cause")
}

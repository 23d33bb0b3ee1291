//! A portal with a few datasets, and a client for it.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::response::Response;
use bytes::Bytes;
use chrono::{DateTime, TimeZone as _, Utc};
use http::header::{CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use parvis_cookies::Additions;
use parvis_model::{Actor, Clock, FieldChange, Localized, MetadataChange, Portal, PortalId, Role, SystemRng, UserId};
use parvis_portal::import::ImportRequest;
use parvis_portal::registry::Draft;
use parvis_portal::{Parvis, Settings, Viewer};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::edge::{Edge, Keeping, Settings as EdgeSettings, keeping};
use crate::state::AppState;

/// Where the API begins, for tests.
pub const API: &str = "/api/explore/v2.1";
/// Where the portal is served.
pub const ORIGIN: &str = "http://orleans.localhost:8080";

/// Seven places of every type of value.
pub const PLACES: &str = "\
name;kind;population;area;capital;founded;seen;geo_point;tags
Orléans;city;116238;27.48;true;1800-02-17;2024-03-01T10:00:00+00:00;47.9025, 1.9090;fleuve,cathédrale
Olivet;city;22386;23.38;false;1790-01-01;2024-03-02T10:00:00+00:00;47.8620, 1.9000;fleuve
Blois;city;46086;37.46;true;1800-02-17;2024-03-31T00:30:00+00:00;47.5861, 1.3359;fleuve,château
Mardié;village;2900;17.30;false;1791-05-06;2024-04-01T10:00:00+00:00;47.8867, 2.0572;
Chécy;village;8800;15.47;false;;2024-04-02T10:00:00+00:00;47.8953, 2.0211;fleuve
Semoy;village;;7.79;false;1792-07-08;;47.9331, 1.9517;
Nowhere;;0;;;;;;
";

/// A clock that stands still.
struct Noon;

impl Clock for Noon {
    fn now(&self) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 3, 4, 12, 0, 0).unwrap()
    }
}

/// An answer.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the answer is UTF-8")
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The `error_code`, if this is an error.
    pub fn json_code(&self) -> String {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        body["error_code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The rows of a list, which must have answered 200.
    pub fn results(&self) -> Vec<Value> {
        assert_eq!(self.status, 200, "{}", self.text());
        self.json()["results"].as_array().expect("results is a list").clone()
    }

    /// The `name` of each row of a list.
    pub fn column(&self, name: &str) -> Vec<Value> {
        self.results().iter().map(|row| row[name].clone()).collect()
    }
}

/// The portal of the tests.
pub fn portal() -> Portal {
    Portal {
        id: PortalId::new("orleans"),
        hosts: vec!["orleans.localhost".to_owned()],
        public_url: "https://data.example.org".to_owned(),
        name: Localized::one("fr", "Orléans"),
        tagline: Localized::default(),
        languages: vec!["fr".to_owned(), "en".to_owned()],
        accent: "#0b5394".to_owned(),
        logo: String::new(),
        purposes: std::collections::BTreeMap::new(),
        trusted_origins: Vec::new(),
        video: None,
        provider: "Parvis".to_owned(),
    }
}

/// Staff of the platform.
pub fn platform() -> Actor {
    Actor::User {
        id: UserId::new("operator"),
        portal: None,
        role: Role::Admin,
    }
}

/// One portal.
pub struct Bench {
    pub parvis: Parvis,
    pub portal: Arc<Portal>,
    pub admin: Actor,
    folder: TempDir,
}

impl Bench {
    /// A portal without datasets.
    pub async fn empty() -> Self {
        Self::with(|_| {}).await
    }

    /// The same with other settings.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings {
            data: folder.path().to_owned(),
            engine: Default::default(),
            fetch: Default::default(),
            kept_answers: parvis_portal::KEPT_ANSWERS,
        };
        change(&mut settings);
        let parvis = Parvis::open(settings, Arc::new(Noon), Arc::new(SystemRng))
            .await
            .unwrap();
        let portal = portal();
        parvis.put_portal(&portal).await.unwrap();
        let admin = Actor::User {
            id: UserId::new("admin"),
            portal: Some(portal.id.clone()),
            role: Role::Admin,
        };
        Self {
            parvis,
            portal: Arc::new(portal),
            admin,
            folder,
        }
    }

    /// A portal with the dataset `places`.
    pub async fn with_places() -> Self {
        let bench = Self::empty().await;
        let field = |name: &str| FieldChange {
            name: name.to_owned(),
            label: Localized::one("fr", format!("Libellé {name}")).into(),
            ..FieldChange::default()
        };
        let facet = |name: &str| FieldChange {
            facet: true.into(),
            ..field(name)
        };
        let sortable = FieldChange {
            sortable: true.into(),
            ..field("name")
        };
        let notes = vec![sortable, facet("kind"), facet("seen"), facet("tags")];
        bench
            .import("places", "places.csv", PLACES.as_bytes(), notes, false)
            .await;
        bench
    }

    pub fn viewer(&self, actor: Actor) -> Viewer {
        Viewer {
            actor,
            ..Viewer::anonymous(Arc::clone(&self.portal))
        }
    }

    /// Declares services, and entries that come with them.
    pub async fn declare(&self, additions: Additions) {
        let viewer = self.viewer(self.admin.clone());
        let number = self.parvis.registry_draft(&viewer).await.unwrap().number;
        let draft = Draft { number, additions };
        self.parvis.revise_registry(&viewer, "", draft).await.unwrap();
    }

    /// Publishes `content` as dataset `id`.
    pub async fn import(&self, id: &str, file: &str, content: &[u8], fields: Vec<FieldChange>, restricted: bool) {
        self.import_described(id, file, content, fields, (restricted, Localized::default()))
            .await;
    }

    /// The same with a description: HTML.
    pub async fn import_described(
        &self,
        id: &str,
        file: &str,
        content: &[u8],
        fields: Vec<FieldChange>,
        (restricted, description): (bool, Localized),
    ) {
        let path = self.folder.path().join(file);
        std::fs::write(&path, content).unwrap();
        let title = Localized::one("fr", format!("Titre {id}"));
        let metadata = MetadataChange {
            title: title.into(),
            description: description.into(),
            theme: vec!["Territoire".to_owned()].into(),
            restricted: restricted.into(),
            fields,
            ..MetadataChange::default()
        };
        let request = ImportRequest {
            id: id.to_owned(),
            file: path,
            options: Default::default(),
            metadata,
            rejects: self.folder.path().join("rejects.csv"),
        };
        self.parvis
            .import(&self.viewer(self.admin.clone()), request, |_, _, _| {})
            .await
            .unwrap();
    }

    /// Publishes `content`, a CSV, with any metadata.
    pub async fn import_as(&self, id: &str, content: &[u8], metadata: MetadataChange) -> parvis_portal::Result<()> {
        self.import_file(id, &format!("{id}.csv"), content, metadata).await
    }

    /// Publishes `content` with any metadata.
    pub async fn import_file(
        &self,
        id: &str,
        name: &str,
        content: &[u8],
        metadata: MetadataChange,
    ) -> parvis_portal::Result<()> {
        let file = self.folder.path().join(name);
        std::fs::write(&file, content).unwrap();
        let request = ImportRequest {
            id: id.to_owned(),
            file,
            options: Default::default(),
            metadata,
            rejects: self.folder.path().join("rejects.csv"),
        };
        let viewer = self.viewer(self.admin.clone());
        self.parvis.import(&viewer, request, |_, _, _| {}).await?;
        Ok(())
    }

    /// The whole application.
    pub async fn app(&self) -> Router {
        crate::router(self.state().await)
    }

    /// The same with the answers that it keeps.
    pub async fn keeping(&self) -> Keeping<Router> {
        let state = self.state().await;
        keeping(crate::router(state.clone()), &state)
    }

    async fn state(&self) -> AppState {
        let (clock, rng) = (Arc::new(Noon), Arc::new(SystemRng));
        let settings = EdgeSettings {
            https: false,
            port: Some(8080),
            demo: true,
        };
        let edge = Edge::of(&self.parvis, settings, clock.clone(), rng.clone())
            .await
            .unwrap();
        AppState::new(self.parvis.clone(), edge, clock, rng, false).unwrap()
    }

    /// Sends a request to the portal's host.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        self.send_to("orleans.localhost:8080", request).await
    }

    /// Sends a request to any host.
    pub async fn send_to(&self, host: &str, mut request: Request<Body>) -> Answer {
        request.headers_mut().insert(HOST, HeaderValue::from_str(host).unwrap());
        read(self.app().await.oneshot(request).await.unwrap()).await
    }

    /// Sends a request to the portal's host on an application that is at hand.
    pub async fn ask<S>(&self, app: S, mut request: Request<Body>) -> Answer
    where
        S: tower::Service<Request<Body>, Response = Response, Error = Infallible>,
    {
        request
            .headers_mut()
            .insert(HOST, HeaderValue::from_static("orleans.localhost:8080"));
        read(app.oneshot(request).await.unwrap()).await
    }

    /// `GET` of an address below the API, nobody being signed in. Parameters are encoded here.
    pub async fn get(&self, path: &str, params: &[(&str, &str)]) -> Answer {
        self.fetch(&address(path, params)).await
    }

    /// `GET` of a whole path and query.
    pub async fn fetch(&self, target: &str) -> Answer {
        self.send(Request::get(target).body(Body::empty()).unwrap()).await
    }

    /// Records of `places`.
    pub async fn records(&self, params: &[(&str, &str)]) -> Answer {
        self.get("/catalog/datasets/places/records", params).await
    }
}

/// An answer with its whole body.
async fn read(response: Response) -> Answer {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 64 << 20).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body,
    }
}

/// Path and query of an address below the API.
pub fn address(path: &str, params: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(params)
        .finish();
    if query.is_empty() {
        format!("{API}{path}")
    } else {
        format!("{API}{path}?{query}")
    }
}

/// The one shape of an error: a code, a message, nothing else.
pub fn assert_error(answer: &Answer, status: u16, code: &str, part: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    assert_eq!(answer.header(CONTENT_TYPE.as_str()), "application/json; charset=utf-8");
    let body = answer.json();
    assert_eq!(body["error_code"], code, "{body}");
    let message = body["message"].as_str().expect("message is a text");
    assert!(message.contains(part), "`{message}` should hold `{part}`");
    assert_eq!(body.as_object().map(serde_json::Map::len), Some(2), "{body}");
}

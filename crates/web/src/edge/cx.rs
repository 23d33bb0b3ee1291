//! The context of one request, for handlers: which portal, who, in which language; and what the answer is to put in the
//! browser. Looking at something private marks the answer, so that no cache gives it to somebody else (R-CACHE-02).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, COOKIE, REFERER};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use parvis_cookies::language::{self, Source, Wish};
use parvis_cookies::set_cookie::{self, Life};
use parvis_cookies::{Choice, EntryId, Jar, Registry, SetCookie, safe_redirect, session as rules};
use parvis_model::{Actor, Portal};
use tokio::sync::OnceCell;

use crate::visit::{Browser, Signal, Visit};

use super::{Edge, Failure, Found, Site, neutral};

/// The context of one request. Cheap to clone; all clones are the same request.
#[derive(Clone)]
pub struct Cx {
    inner: Arc<Inner>,
}

struct Inner {
    edge: Edge,
    site: Arc<Site>,
    host: String,
    target: String,
    as_json: bool,
    path: String,
    referer: Option<String>,
    jar: Jar,
    key: Option<String>,
    language: (String, Source),
    signal: Option<Signal>,
    framed_elsewhere: bool,
    session: OnceCell<Option<Found>>,
    outcome: Mutex<Outcome>,
}

/// What handlers did that the answer must show.
#[derive(Clone, Default)]
pub(super) struct Outcome {
    /// Cookies to set or delete.
    pub cookies: BTreeMap<EntryId, SetCookie>,
    /// Deletions of what refused services left.
    pub forgotten: Vec<SetCookie>,
    /// Those of them that get a value.
    pub set: BTreeSet<EntryId>,
    /// Something private was looked at.
    pub private: bool,
    /// The language of the answer was asked for.
    pub language: bool,
    /// The signal of the browser was looked at.
    pub signal: bool,
    /// The session was looked at.
    pub session: bool,
    /// A session began: what its row keeps for its CSRF secret.
    pub began: Option<String>,
    /// The session ended.
    pub ended: bool,
}

impl Cx {
    pub(super) fn new(edge: Edge, site: Arc<Site>, host: String, parts: &Parts) -> Self {
        let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let path = parts.uri.path();
        let query = parts.uri.query().unwrap_or_default();
        let key = takes_keys(path).then(|| api_key(&parts.headers, query)).flatten();
        // A request that shows a key has no cookies as far as we are concerned (R-SET-07).
        let lines = parts.headers.get_all(COOKIE).iter().filter(|_| key.is_none());
        let jar = Jar::parse(lines.map(http::HeaderValue::as_bytes));
        let asked = parameter(query, "lang");
        let wish = Wish {
            url: asked.as_deref(),
            cookie: jar.sole(EntryId::Language.as_str()),
            header: text(ACCEPT_LANGUAGE),
        };
        let (code, source) = language::resolve(&site.portal.languages, &wish);
        let language = (code.to_owned(), source);
        let inner = Inner {
            host,
            target: parts
                .uri
                .path_and_query()
                .map_or(path, |target| target.as_str())
                .to_owned(),
            as_json: neutral::wants_json(path, &parts.headers),
            path: path.to_owned(),
            referer: text(REFERER).map(str::to_owned),
            jar,
            key,
            language,
            signal: signal(&parts.headers),
            framed_elsewhere: framed_elsewhere(&parts.headers),
            session: OnceCell::new(),
            outcome: Mutex::default(),
            edge,
            site,
        };
        Self { inner: Arc::new(inner) }
    }

    /// The portal.
    pub fn portal(&self) -> &Arc<Portal> {
        &self.inner.site.portal
    }

    /// The portal with its registry and the keepers of its secrets.
    pub fn site(&self) -> &Site {
        &self.inner.site
    }

    /// What the portal may put in a browser.
    pub fn registry(&self) -> &Registry {
        &self.inner.site.registry
    }

    /// Whether the visitor came over https.
    pub fn https(&self) -> bool {
        self.inner.edge.settings().https
    }

    /// The `Host` header: the portal's canonical host and the port, if one was written.
    pub fn host(&self) -> &str {
        &self.inner.host
    }

    /// Where the visitor reaches the portal: scheme, host and port, without a trailing slash.
    pub fn origin(&self) -> String {
        format!("{}://{}", if self.https() { "https" } else { "http" }, self.inner.host)
    }

    /// The path of the address.
    pub fn path(&self) -> &str {
        &self.inner.path
    }

    /// The language of the answer. Asking for it makes the answer vary on what decided on it.
    pub fn language(&self) -> &str {
        self.outcome().language = true;
        &self.inner.language.0
    }

    /// The value of a cookie of the registry, unless it came twice with different values. The answer becomes private.
    pub fn cookie(&self, id: EntryId) -> Option<&str> {
        if self.inner.jar.get(id.as_str()).is_some() {
            self.outcome().private = true;
        }
        self.inner.jar.sole(id.as_str())
    }

    /// The visitor's choice about cookies, if there is a valid one that no other has replaced (R-PRF-06).
    pub fn choice(&self) -> Option<Choice> {
        let held = self.cookie(EntryId::Preferences)?;
        let choice = self.inner.site.choices.read(held, self.inner.edge.now())?;
        let accounts = self.inner.edge.accounts();
        (!accounts.is_replaced(&choice.receipt, choice.day)).then_some(choice)
    }

    /// The refusal that the browser itself sends. Asking for it makes the answer vary on it (R-CON-10).
    pub fn signal(&self) -> Option<Signal> {
        self.outcome().signal = true;
        self.inner.signal
    }

    /// Whether the answer would stand within a page of another origin, which is set nothing (R-SET-08).
    pub(super) fn framed_elsewhere(&self) -> bool {
        self.inner.framed_elsewhere
    }

    /// The id in the `sessionid` cookie, if it could be one. It may name no live session.
    pub fn session_id(&self) -> Option<&str> {
        self.cookie(EntryId::Session).filter(|id| rules::is_plausible(id))
    }

    /// The live session of the visitor. It is looked up once; an id that names none is deleted with the answer.
    ///
    /// # Errors
    /// The use-cases failed.
    pub async fn session(&self) -> Result<Option<&Found>, Failure> {
        self.outcome().session = true;
        let look_up = async || match self.session_id() {
            Some(id) => self.inner.edge.accounts().find(&self.portal().id, id).await,
            None => Ok(None),
        };
        Ok(self.inner.session.get_or_try_init(look_up).await?.as_ref())
    }

    /// Who asks: the holder of the key that was shown, else of the session, else nobody.
    ///
    /// # Errors
    /// The key is wrong, or the use-cases failed.
    pub async fn actor(&self) -> Result<Actor, Failure> {
        if let Some(key) = &self.inner.key {
            return self.inner.edge.accounts().by_key(&self.portal().id, key).await;
        }
        Ok(self
            .session()
            .await?
            .map_or(Actor::Anonymous, |found| found.actor.clone()))
    }

    /// A token for a form of this page: 64 signs. Asking for it sends the `csrftoken` cookie, or renews it (R-SET-02).
    ///
    /// # Errors
    /// The use-cases failed.
    pub async fn csrf_token(&self) -> Result<String, Failure> {
        self.session().await?;
        self.token()
    }

    /// The same once the session has been looked up.
    fn token(&self) -> Result<String, Failure> {
        let (began, ended) = {
            let outcome = self.outcome();
            (outcome.began.clone(), outcome.ended)
        };
        let held = self.known_session().map(|found| found.csrf.clone());
        let kept = began.or(held.filter(|_| !ended));
        let site = self.site();
        let rng = self.inner.edge.rng();
        let secret = site.csrf.for_page(self.cookie(EntryId::Csrf), kept.as_deref(), rng);
        self.set_cookie(EntryId::Csrf, secret.as_str(), Life::Registry)?;
        Ok(secret.mask(rng))
    }

    /// Sets a cookie of the registry with the answer, unless that is a server error. A request that showed a key gets
    /// none.
    ///
    /// # Errors
    /// The value cannot be a cookie's.
    pub fn set_cookie(&self, id: EntryId, value: &str, life: Life) -> Result<(), Failure> {
        let cookie = set_cookie::set(
            self.registry().cookie(id),
            value,
            life,
            self.https(),
            self.inner.edge.now(),
        )?;
        let mut outcome = self.outcome();
        outcome.cookies.insert(id, cookie);
        outcome.set.insert(id);
        Ok(())
    }

    /// Deletes a cookie of the registry with the answer.
    pub fn delete_cookie(&self, id: EntryId) {
        let cookie = set_cookie::delete(self.registry().cookie(id), self.https());
        let mut outcome = self.outcome();
        outcome.cookies.insert(id, cookie);
        outcome.set.remove(&id);
    }

    /// Where `next` leads, if it stays on this portal; fit for a `Location` header (R-LANG-02).
    pub fn safe_next(&self, next: &str) -> Option<String> {
        safe_redirect(next, self.https(), self.host())
    }

    /// The page the visitor came from, if it is one of this portal.
    pub fn safe_referer(&self) -> Option<String> {
        self.safe_next(self.inner.referer.as_deref()?)
    }

    /// The path of that page.
    pub fn referer_path(&self) -> Option<String> {
        let (_, rest) = self.inner.referer.as_deref()?.split_once("://")?;
        let path = rest.split_once('/')?.1;
        let end = path.find(['?', '#']).unwrap_or(path.len());
        Some(format!("/{}", &path[..end]))
    }

    /// The request as pages see it. The session is looked up, and the answer varies on the language. A request that shows
    /// a key is nobody's here: whoever takes keys asks [`Cx::actor`], or the use-cases.
    ///
    /// # Errors
    /// The use-cases failed.
    pub async fn visit(&self) -> Result<Visit, Failure> {
        let actor = self
            .session()
            .await?
            .map_or(Actor::Anonymous, |found| found.actor.clone());
        Ok(Visit {
            portal: Arc::clone(self.portal()),
            registry: Arc::clone(&self.inner.site.registry),
            origin: self.origin(),
            target: self.inner.target.clone(),
            lang: self.language().to_owned(),
            actor,
            user_name: self.known_session().map(|found| found.name.clone()),
            browser: Arc::new(self.clone()),
        })
    }

    /// A failure as the client reads it: JSON, or a page.
    pub fn refusal(&self, failure: &Failure) -> Response {
        neutral::failure(self.inner.as_json, failure)
    }

    pub(super) fn edge(&self) -> &Edge {
        &self.inner.edge
    }

    pub(super) fn jar(&self) -> &Jar {
        &self.inner.jar
    }

    pub(super) fn shows_key(&self) -> bool {
        self.inner.key.is_some()
    }

    pub(super) fn negotiated(&self) -> (&str, Source) {
        (&self.inner.language.0, self.inner.language.1)
    }

    /// The session, if somebody has looked it up.
    pub(super) fn known_session(&self) -> Option<&Found> {
        self.inner.session.get()?.as_ref()
    }

    pub(super) fn outcome(&self) -> MutexGuard<'_, Outcome> {
        self.inner.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Browser for Cx {
    fn csrf_token(&self) -> String {
        self.token().unwrap_or_else(|failure| {
            // Secrets are letters and digits, which every cookie takes; without one the form is refused, no more.
            tracing::error!(cause = %failure, "a CSRF secret could not be sent");
            String::new()
        })
    }

    fn choice(&self) -> Option<Choice> {
        self.choice()
    }

    fn signal(&self) -> Option<Signal> {
        self.signal()
    }

    fn session_id(&self) -> Option<String> {
        self.known_session()?;
        self.session_id().map(str::to_owned)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Cx {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(StatusCode::MISDIRECTED_REQUEST)
    }
}

/// Whether an address answers to API keys: the API, and the download address that portals have always had.
fn takes_keys(path: &str) -> bool {
    let download = || {
        let id = path.strip_prefix("/explore/dataset/")?.trim_end_matches('/');
        id.strip_suffix("/download")
    };
    path.starts_with("/api/") || download().is_some_and(|id| !id.contains('/'))
}

/// Only the value 1 means something, for either.
fn signal(headers: &HeaderMap) -> Option<Signal> {
    let says = |name: &str| headers.get(name).is_some_and(|value| value == "1");
    if says("sec-gpc") {
        return Some(Signal::GlobalPrivacyControl);
    }
    says("dnt").then_some(Signal::DoNotTrack)
}

/// Whether a browser asks on behalf of a frame, or another part of a page, of another origin.
fn framed_elsewhere(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let part = matches!(
        text("sec-fetch-dest"),
        Some("iframe" | "frame" | "fencedframe" | "embed" | "object")
    );
    part && text("sec-fetch-site") != Some("same-origin")
}

/// The API key of a request: `Authorization: Apikey …`, else the parameter `apikey`.
fn api_key(headers: &HeaderMap, query: &str) -> Option<String> {
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let header = header.and_then(|value| value.trim().split_once(char::is_whitespace));
    let key = match header.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("apikey")) {
        Some((_, key)) => Some(key.to_owned()),
        None => parameter(query, "apikey"),
    };
    key.map(|key| key.trim().to_owned()).filter(|key| !key.is_empty())
}

/// The last value of a parameter of the query string.
pub(super) fn parameter(query: &str, name: &str) -> Option<String> {
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs
        .filter(|(key, _)| key == name)
        .last()
        .map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::takes_keys;

    #[test]
    fn keys_count_on_the_api_and_on_downloads() {
        for path in [
            "/api/explore/v2.1/catalog/datasets",
            "/explore/dataset/arbres/download",
            "/explore/dataset/arbres/download/",
        ] {
            assert!(takes_keys(path), "{path}");
        }
        for path in [
            "/",
            "/apis/",
            "/explore/dataset/arbres/table/",
            "/explore/dataset/arbres/x/download",
            "/explore/dataset/download",
            "/x/explore/dataset/arbres/download",
        ] {
            assert!(!takes_keys(path), "{path}");
        }
    }
}

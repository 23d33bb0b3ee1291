//! What the browser tells, taken in as facts. Everything here comes from pages that may be hostile: what does not have the
//! expected form is ignored, and so is every event that this version does not know.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{BINDING, HEADER, PROBE, Tab, Target, text};
use crate::browser::Event;
use crate::charter::Kind;
use crate::facts::{Answer, Contact, Fact, How, SetCookie};

/// The most facts kept of one page: a page that writes without end fills no memory.
const MOST_FACTS: usize = 20_000;
/// The longest text kept of what a page says of itself, in characters.
const LONGEST: usize = 1_000;

/// A request's addresses, one for each redirect whose headers the browser tells, and these headers.
#[derive(Debug, Default)]
pub(super) struct Hops {
    urls: Vec<String>,
    headers: Vec<Value>,
}

/// What the probe tells.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Told {
    Cookie {
        url: String,
        at: f64,
        line: String,
        stack: Vec<String>,
    },
    Beacon {
        to: String,
    },
    Peer {
        to: String,
    },
    Stored {
        url: String,
        storage: Kind,
        name: String,
    },
    Blocked {
        directive: String,
        what: String,
    },
}

impl Tab<'_> {
    /// Takes an event in.
    pub(super) fn take(&mut self, event: Event) {
        let Event {
            session,
            method,
            params,
        } = event;
        match method.as_str() {
            // The tab itself is attached by command, and set up where that is given.
            "Target.attachedToTarget" if session.is_empty() => {}
            "Target.attachedToTarget" => {
                let kind = text(&params["targetInfo"], "type");
                let session = text(&params, "sessionId");
                // A service worker is attached again with every page that it serves: it lives through its seconds once.
                if kind == "service_worker" && !self.served.insert(text(&params["targetInfo"], "url")) {
                    self.rested.insert(session.clone());
                }
                self.watch(session, kind);
            }
            "Target.detachedFromTarget" => {
                let gone = text(&params, "sessionId");
                self.targets.remove(&gone);
                self.rested.remove(&gone);
                self.pending.retain(|_, session| *session != gone);
            }
            "Inspector.targetCrashed" => {
                self.crashed |= session == self.main;
                self.pending.retain(|_, owner| *owner != session);
                self.rested.insert(session);
            }
            _ if !self.targets.contains_key(&session) => {}
            "Fetch.requestPaused" => self.paused(&session, &params),
            "Page.javascriptDialogOpening" => {
                // Whoever asks whether to leave is left; nothing else is agreed to.
                let accept = params["type"] == "beforeunload";
                self.send(&session, "Page.handleJavaScriptDialog", json!({ "accept": accept }));
            }
            _ if method.starts_with("Page.") => self.page_event(&session, &method, &params),
            _ if method.starts_with("Network.") => self.network_event(&session, &method, &params),
            "Runtime.bindingCalled" if params["name"] == BINDING => self.told(&text(&params, "payload")),
            "DOMStorage.domStorageItemAdded" | "DOMStorage.domStorageItemUpdated" => self.stored_item(&params),
            "ServiceWorker.workerRegistrationUpdated" => self.registrations(&params),
            _ => {}
        }
    }

    /// Sets a new target up, before it runs anything of its own.
    pub(super) fn watch(&mut self, session: String, kind: String) {
        let attach = json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
        self.send(&session, "Network.enable", json!({}));
        self.send(&session, "Target.setAutoAttach", attach);
        let target = Target { kind };
        self.send(&session, "Runtime.enable", json!({}));
        self.send(&session, "Runtime.addBinding", json!({ "name": BINDING }));
        if target.has_document() {
            self.watch_document(&session);
        }
        if !self.setup.headers.is_empty() {
            let headers: serde_json::Map<String, Value> = self
                .setup
                .headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).into()))
                .collect();
            self.send(&session, "Network.setExtraHTTPHeaders", json!({ "headers": headers }));
        }
        if let Some(agent) = self.setup.user_agent {
            self.send(&session, "Network.setUserAgentOverride", json!({ "userAgent": agent }));
        }
        self.send(&session, "Runtime.runIfWaitingForDebugger", json!({}));
        self.targets.insert(session, target);
    }

    fn watch_document(&self, session: &str) {
        let probe = format!("{}{PROBE}", self.setup.signal_script.unwrap_or_default());
        self.send(session, "Page.enable", json!({}));
        self.send(session, "Page.setLifecycleEventsEnabled", json!({ "enabled": true }));
        self.send(
            session,
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": probe, "runImmediately": true }),
        );
        for domain in ["DOMStorage", "IndexedDB", "ServiceWorker"] {
            self.send(session, &format!("{domain}.enable"), json!({}));
        }
        // Requests of the site itself get the header that marks the audit. Those to others are left alone: a header of ours
        // would change whether their servers allow them.
        let own = format!("{}/*", self.setup.origin);
        let mut patterns: Vec<Value> = ["Document", "XHR", "Fetch"]
            .map(|kind| json!({ "urlPattern": own, "resourceType": kind }))
            .into();
        patterns.extend(
            self.setup
                .foreign
                .as_ref()
                .map(|page| json!({ "urlPattern": page.url })),
        );
        self.send(session, "Fetch.enable", json!({ "patterns": patterns }));
        if session == self.main {
            let (width, height) = self.setup.size;
            let screen =
                json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": self.setup.mobile });
            self.send(session, "Emulation.setDeviceMetricsOverride", screen);
        }
        if !self.setup.scripts {
            self.send(
                session,
                "Emulation.setScriptExecutionDisabled",
                json!({ "value": true }),
            );
        }
    }

    /// A request waits for the auditor.
    fn paused(&self, session: &str, params: &Value) {
        let id = &params["requestId"];
        let url = params["request"]["url"].as_str().unwrap_or_default();
        if let Some(page) = self.setup.foreign.as_ref().filter(|page| page.url == url) {
            let headers = [json!({ "name": "Content-Type", "value": "text/html; charset=utf-8" })];
            let answer = json!({ "requestId": id, "responseCode": 200, "responseHeaders": headers, "body": page.body });
            self.send(session, "Fetch.fulfillRequest", answer);
            return;
        }
        let mut headers: Vec<Value> = params["request"]["headers"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        headers.push(json!({ "name": HEADER, "value": self.setup.mark }));
        self.send(
            session,
            "Fetch.continueRequest",
            json!({ "requestId": id, "headers": headers }),
        );
    }

    fn page_event(&mut self, session: &str, method: &str, params: &Value) {
        if session != self.main {
            if method == "Page.frameNavigated" {
                self.rested.remove(session);
            }
            return;
        }
        let frame = params["frameId"].as_str().or_else(|| params["frame"]["id"].as_str());
        if frame != Some(self.frame.as_str()) {
            if method == "Page.frameNavigated" {
                // A frame in the process of the page: its timers begin anew.
                self.rested.remove(session);
            }
            return;
        }
        match method {
            "Page.frameRequestedNavigation" => self.navigating = true,
            "Page.frameNavigated" => {
                self.loaded = false;
                self.navigating = false;
                // The requests of the document before went with it.
                self.rested.remove(session);
                let loader = text(&params["frame"], "loaderId");
                self.pending
                    .retain(|id, owner| *id == loader || owner.as_str() != session);
            }
            "Page.lifecycleEvent" if params["name"] == "load" => self.loaded = true,
            // Also when an answer is no document (204, a download).
            "Page.frameStoppedLoading" => {
                self.loaded = true;
                self.navigating = false;
            }
            _ => {}
        }
    }

    fn network_event(&mut self, session: &str, method: &str, params: &Value) {
        let id = text(params, "requestId");
        match method {
            "Network.requestWillBeSent" => {
                self.now = params["wallTime"].as_f64().unwrap_or(self.now);
                let url = text(&params["request"], "url");
                let how = if params["type"] == "Ping" {
                    How::Beacon
                } else {
                    How::Request
                };
                // Beacons and streams are nothing to wait for, nor is what needs no network.
                let awaited = !matches!(params["type"].as_str(), Some("Ping" | "EventSource" | "WebSocket"));
                if awaited && url.starts_with("http") {
                    self.pending.insert(id.clone(), session.to_owned());
                }
                let hops = self.hops.entry(id).or_default();
                if params["redirectResponse"].is_object() && params["redirectHasExtraInfo"] == false {
                    hops.urls.pop();
                }
                if hops.urls.last() != Some(&url) || params["redirectResponse"].is_object() {
                    hops.urls.push(url.clone());
                }
                self.fact(contact(url, how));
            }
            "Network.responseReceived" => {
                if params["hasExtraInfo"] == false
                    && let Some(hops) = self.hops.get_mut(&id)
                {
                    hops.urls.pop();
                }
                if params["type"] == "Document" && params["frameId"] != self.frame.as_str() {
                    // The rest of a frame's document may be told by another session, or by none.
                    self.pending.remove(&id);
                }
                if params["type"] == "Document" && params["frameId"] == self.frame.as_str() {
                    self.status = params["response"]["status"]
                        .as_u64()
                        .and_then(|status| u16::try_from(status).ok())
                        .unwrap_or(0);
                }
            }
            "Network.responseReceivedExtraInfo" => {
                let mut headers = params["headers"].clone();
                headers["status"] = params["statusCode"].clone();
                self.hops.entry(id).or_default().headers.push(headers);
            }
            "Network.loadingFinished" | "Network.loadingFailed" => {
                self.pending.remove(&id);
                // What the policy stopped contacted nobody; that it was tried is told by the probe.
                let stopped = params["blockedReason"] == "csp";
                if let Some(url) = self.hops.get(&id).and_then(|hops| hops.urls.last()).filter(|_| stopped) {
                    let contact = contact(url.clone(), How::Request);
                    self.facts.retain(|fact| *fact != contact);
                }
            }
            "Network.webSocketCreated" | "Network.webTransportCreated" => {
                self.fact(contact(text(params, "url"), How::Socket))
            }
            _ => {}
        }
    }

    /// Turns the headers of answers into facts, now that the address of each is known.
    pub(super) fn read_headers(&mut self) {
        for (_, hops) in std::mem::take(&mut self.hops) {
            for (url, headers) in hops.urls.iter().zip(&hops.headers) {
                self.answer(url, headers);
            }
        }
    }

    fn answer(&mut self, url: &str, headers: &Value) {
        let at = chrono::DateTime::parse_from_rfc2822(&header(headers, "date"));
        // A browser's time in seconds is well within what a double holds.
        #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^52")]
        let at = at.map_or(self.now, |date| date.timestamp() as f64);
        let lines = header(headers, "set-cookie");
        for line in lines.lines().filter(|line| !line.is_empty()) {
            self.fact(Fact::SetCookie(SetCookie {
                url: url.to_owned(),
                line: line.to_owned(),
                at,
                stack: None,
            }));
        }
        for link in header(headers, "link").split(',') {
            let target = link.split(['<', '>']).nth(1);
            let hints = ["preconnect", "dns-prefetch", "prefetch", "preload", "prerender"];
            let is_hint = hints.iter().any(|hint| link.to_ascii_lowercase().contains(hint));
            if let (Some(target), true) = (target, is_hint) {
                self.fact(hint(target));
            }
        }
        self.fact(Fact::Answer(Answer {
            url: url.to_owned(),
            status: headers["status"]
                .as_u64()
                .and_then(|status| u16::try_from(status).ok())
                .unwrap_or(0),
            cache_control: header(headers, "cache-control"),
            etag: header(headers, "etag"),
            sets: !lines.is_empty(),
        }));
    }

    fn told(&mut self, payload: &str) {
        let fact = match serde_json::from_str(payload) {
            Ok(Told::Cookie { url, at, line, stack }) => Fact::SetCookie(SetCookie {
                url,
                line: short(&line),
                at,
                stack: Some(stack.iter().take(5).map(|call| short(call)).collect()),
            }),
            Ok(Told::Beacon { to }) => contact(to, How::Beacon),
            Ok(Told::Peer { to }) => contact(to, How::Peer),
            Ok(Told::Stored { url, storage, name }) => Fact::Stored {
                kind: storage,
                origin: origin(&url),
                name: short(&name),
            },
            Ok(Told::Blocked { directive, what }) => Fact::Blocked {
                directive: short(&directive),
                what: short(&what),
            },
            Err(_) => return,
        };
        self.fact(fact);
    }

    fn stored_item(&mut self, params: &Value) {
        let id = &params["storageId"];
        let kind = if id["isLocalStorage"] == true {
            Kind::LocalStorage
        } else {
            Kind::SessionStorage
        };
        let key = id["storageKey"]
            .as_str()
            .or_else(|| id["securityOrigin"].as_str())
            .unwrap_or_default();
        let fact = Fact::Stored {
            kind,
            origin: super::storage::origin_of(key),
            name: short(&text(params, "key")),
        };
        self.fact(fact);
    }

    fn registrations(&mut self, params: &Value) {
        for one in params["registrations"].as_array().into_iter().flatten() {
            if one["isDeleted"] != true {
                let scope = text(one, "scopeURL");
                let fact = Fact::Stored {
                    kind: Kind::ServiceWorker,
                    origin: origin(&scope),
                    name: path(&scope),
                };
                self.fact(fact);
            }
        }
    }

    /// Writes a fact down, once.
    pub(super) fn fact(&mut self, fact: Fact) {
        let repeated = matches!(fact, Fact::Stored { .. } | Fact::Contact(_)) && self.facts.contains(&fact);
        if !repeated && self.facts.len() < MOST_FACTS {
            self.facts.push(fact);
        }
    }
}

/// A resource hint.
pub(super) fn hint(url: &str) -> Fact {
    contact(url.to_owned(), How::Hint)
}

fn contact(url: String, how: How) -> Fact {
    Fact::Contact(Contact { url, how })
}

/// A header whatever its case.
fn header(headers: &Value, name: &str) -> String {
    let fields = headers.as_object().into_iter().flatten();
    let mut found = fields.filter(|(key, _)| key.eq_ignore_ascii_case(name));
    found
        .next()
        .and_then(|(_, value)| value.as_str())
        .unwrap_or_default()
        .to_owned()
}

fn origin(url: &str) -> String {
    url::Url::parse(url)
        .map(|url| url.origin().ascii_serialization())
        .unwrap_or_default()
}

fn path(url: &str) -> String {
    url::Url::parse(url)
        .map(|url| url.path().to_owned())
        .unwrap_or_default()
}

fn short(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

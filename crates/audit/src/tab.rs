//! A tab in a browser context of its own: everything that it and its frames and workers do is written down as facts.
//!
//! The timers of pages and workers are sped up by the probe, so that what a script does some seconds late happens at once. After a
//! page has loaded, each document and worker is asked to answer from a timer that is due after those seconds: its own timers have
//! fired by then, however slow the machine is. Waiting is for events only, within a limit for each page.

mod events;
mod rest;
mod storage;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::browser::{Browser, Event, settled};
use crate::charter::Selectors;
use crate::error::{Error, Result};
use crate::facts::{Dom, Fact, JarCookie, PageSeen};
use crate::plan::Setup;

/// The longest that a page may take in real time before it counts as failed.
const PAGE_LIMIT: Duration = Duration::from_secs(30);

/// The function by which the probe speaks to the auditor.
const BINDING: &str = "parvisAudit";
const PROBE: &str = include_str!("tab/probe.js");
const PAGE: &str = include_str!("tab/page.js");
/// Where a page is left to, so that what it does on leaving is seen.
const BLANK: &str = "about:blank";
/// Tells a document that it is being left.
const LEAVING: &str = "(() => { Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true }); \
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true })); \
    for (const kind of ['pagehide', 'beforeunload', 'unload']) dispatchEvent(new Event(kind)); })()";

/// Marks requests of the audit (R-AUD-07).
pub const HEADER: &str = "X-Parvis-Audit";

/// A frame or worker that is being watched.
#[derive(Debug)]
struct Target {
    /// `page`, `iframe`, `worker`, `service_worker`, …
    kind: String,
}

impl Target {
    fn has_document(&self) -> bool {
        self.kind == "page" || self.kind == "iframe"
    }
}

/// A tab.
#[derive(Debug)]
pub struct Tab<'b> {
    browser: &'b Browser,
    inbox: mpsc::UnboundedReceiver<Event>,
    /// The browser context: a jar and storage of its own.
    context: String,
    /// The session of the tab's page.
    main: String,
    /// The frame of the tab's page; never changes.
    frame: String,
    setup: Setup,
    targets: BTreeMap<String, Target>,
    /// Sessions that have lived through the seconds that each may.
    rested: BTreeSet<String>,
    /// Addresses of service workers that were seen.
    served: BTreeSet<String>,
    /// Requests under way, and the session of each.
    pending: BTreeMap<String, String>,
    loaded: bool,
    /// Whether the process of the page died.
    crashed: bool,
    /// Whether the page has begun to load another.
    navigating: bool,
    status: u16,
    /// The last real time that the browser told, in seconds since 1970.
    now: f64,
    hops: BTreeMap<String, events::Hops>,
    facts: Vec<Fact>,
}

impl<'b> Tab<'b> {
    /// Opens an empty tab in a new context, or in `context` to come back as the same visitor.
    ///
    /// # Errors
    /// [`Error::Gone`], [`Error::Refused`].
    pub async fn open(browser: &'b Browser, setup: Setup, context: Option<String>) -> Result<Tab<'b>> {
        let (outbox, inbox) = mpsc::unbounded_channel();
        let mut tab = Self {
            browser,
            inbox,
            context: String::new(),
            main: String::new(),
            frame: String::new(),
            setup,
            targets: BTreeMap::new(),
            rested: BTreeSet::new(),
            served: BTreeSet::new(),
            pending: BTreeMap::new(),
            loaded: false,
            crashed: false,
            navigating: false,
            status: 0,
            now: 0.0,
            hops: BTreeMap::new(),
            facts: Vec::new(),
        };
        tab.context = match context {
            Some(context) => context,
            None => {
                let made = tab.call("", "Target.createBrowserContext", json!({})).await?;
                text(&made, "browserContextId")
            }
        };
        let place = json!({ "browserContextId": tab.context, "behavior": "deny" });
        tab.call("", "Browser.setDownloadBehavior", place).await?;
        let made = json!({ "url": BLANK, "browserContextId": tab.context });
        tab.frame = text(&tab.call("", "Target.createTarget", made).await?, "targetId");
        let attach = json!({ "targetId": tab.frame, "flatten": true });
        tab.main = text(&tab.call("", "Target.attachToTarget", attach).await?, "sessionId");
        browser.route(&tab.main, outbox);
        tab.watch(tab.main.clone(), "page".to_owned());
        tab.call(&tab.main.clone(), "Page.enable", json!({})).await?;
        Ok(tab)
    }

    /// Closes the tab and answers the context, in which another can be opened.
    ///
    /// # Errors
    /// [`Error::Gone`], [`Error::Refused`].
    pub async fn close(mut self) -> Result<String> {
        let target = json!({ "targetId": self.frame });
        self.call("", "Target.closeTarget", target).await?;
        self.browser.unroute(&self.main);
        Ok(self.context)
    }

    /// Forgets the visitor of a context.
    ///
    /// # Errors
    /// [`Error::Gone`], [`Error::Refused`].
    pub async fn dispose(browser: &Browser, context: &str) -> Result<()> {
        let method = "Target.disposeBrowserContext";
        let answer = browser.ask("", method, json!({ "browserContextId": context }));
        settled(method, answer.await).map(|_| ())
    }

    /// Opens `url`, lets it do what it does within some seconds, reads what is stored, and leaves it.
    ///
    /// # Errors
    /// [`Error::Gone`], [`Error::Refused`]. A page that fails is no error: it is told in the answer.
    pub async fn visit(&mut self, url: &str, page: &str, selectors: &Selectors) -> Result<PageSeen> {
        let failure = self.arrive(url).await?;
        let mut seen = self.look(page, selectors, failure).await?;
        if let Err(error) = self.leave().await
            && !matches!(error, Error::TooSlow { .. })
        {
            return Err(error);
        }
        seen.facts = self.facts();
        Ok(seen)
    }

    /// Opens `url` and waits until it has loaded and settled. Answers why it failed, if so.
    ///
    /// # Errors
    /// [`Error::Gone`], [`Error::Refused`].
    pub async fn arrive(&mut self, url: &str) -> Result<Option<String>> {
        match self.go(url).await {
            Err(slow @ Error::TooSlow { .. }) => Ok(Some(slow.to_string())),
            done => done,
        }
    }

    async fn go(&mut self, url: &str) -> Result<Option<String>> {
        // A page that did not finish may have left these behind.
        self.pending.clear();
        (self.loaded, self.navigating, self.crashed, self.status) = (false, false, false, 0);
        let main = self.main.clone();
        let answer = self.call(&main, "Page.navigate", json!({ "url": url })).await?;
        if let Some(error) = answer["errorText"].as_str() {
            // A download is an answer, too: the browser stays where it was.
            let download = answer["isDownload"] == true || error == "net::ERR_ABORTED";
            self.status = 0;
            return Ok((!download).then(|| error.to_owned()));
        }
        self.finish(url).await
    }

    /// Waits until the page that is being loaded has loaded and settled. Answers why it failed, if so.
    ///
    /// # Errors
    /// [`Error::Gone`], [`Error::Refused`].
    async fn finish(&mut self, page: &str) -> Result<Option<String>> {
        let work = async {
            // A page may lead on to another by itself.
            loop {
                while !self.crashed && (!self.loaded || self.navigating) {
                    self.next().await?;
                }
                self.settle().await?;
                if self.crashed || self.loaded && !self.navigating {
                    return Ok(());
                }
            }
        };
        match tokio::time::timeout(PAGE_LIMIT, work).await {
            Ok(done) => done.map(|()| self.crashed.then(|| format!("the browser's process of {page} died"))),
            Err(_) => Ok(Some(too_slow(page).to_string())),
        }
    }

    /// Does `script` in the page, which leads to another page (a form that is sent), and waits for that one.
    /// Answers whether the script found what it looked for.
    ///
    /// # Errors
    /// [`Error::Gone`], [`Error::Refused`].
    pub async fn act(&mut self, script: &str) -> Result<bool> {
        self.loaded = true;
        self.navigating = false;
        self.rested
            .retain(|session| self.targets.get(session).is_some_and(|target| !target.has_document()));
        if self.eval(script).await? != Value::Bool(true) {
            return Ok(false);
        }
        // A form loads a page; a script may save the choice without one, with requests.
        self.finish("the answer to a form")
            .await
            .map(|failure| failure.is_none())
    }

    /// Evaluates an expression in the page.
    ///
    /// # Errors
    /// [`Error::Gone`], [`Error::Refused`].
    pub async fn eval(&mut self, expression: &str) -> Result<Value> {
        let main = self.main.clone();
        let params = json!({ "expression": expression, "returnByValue": true, "userGesture": true });
        let mut answer = self.call(&main, "Runtime.evaluate", params).await?;
        Ok(answer["result"]["value"].take())
    }

    /// What is seen of the page without scrolling, as PNG.
    ///
    /// # Errors
    /// [`Error::Gone`], [`Error::Refused`], [`Error::TooSlow`].
    pub async fn picture(&mut self) -> Result<Vec<u8>> {
        let main = self.main.clone();
        let answer = self
            .call(&main, "Page.captureScreenshot", json!({ "format": "png" }))
            .await?;
        Ok(STANDARD.decode(text(&answer, "data")).unwrap_or_default())
    }

    /// What the page shows and what is stored.
    ///
    /// # Errors
    /// [`Error::Gone`], [`Error::Refused`].
    pub async fn look(&mut self, page: &str, selectors: &Selectors, failure: Option<String>) -> Result<PageSeen> {
        let (dom, failure) = match self.inspect(selectors, failure.is_none()).await {
            Ok(dom) => (dom, failure),
            Err(slow @ Error::TooSlow { .. }) => (Dom::default(), Some(slow.to_string())),
            Err(error) => return Err(error),
        };
        let jar = self.jar().await?;
        Ok(PageSeen {
            page: page.to_owned(),
            status: self.status,
            failure,
            facts: Vec::new(),
            dom,
            jar,
        })
    }

    /// Reads what is stored, and what the page shows if it is `there`.
    async fn inspect(&mut self, selectors: &Selectors, there: bool) -> Result<Dom> {
        let dom = if there {
            self.dom(selectors).await?
        } else {
            Dom::default()
        };
        for hint in &dom.hints {
            self.fact(events::hint(hint));
        }
        self.read_storage().await?;
        Ok(dom)
    }

    /// What happened since this was last asked for.
    pub fn facts(&mut self) -> Vec<Fact> {
        self.read_headers();
        std::mem::take(&mut self.facts)
    }

    async fn dom(&mut self, selectors: &Selectors) -> Result<Dom> {
        let selectors = serde_json::to_string(selectors).unwrap_or_default();
        let told = self.eval(&format!("{PAGE}({selectors})")).await?;
        Ok(told
            .as_str()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default())
    }

    /// The status of the document; 0 when there was no answer.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The path that the page is at.
    ///
    /// # Errors
    /// [`Error::Gone`], [`Error::Refused`], [`Error::TooSlow`].
    pub async fn path(&mut self) -> Result<String> {
        let path = self.eval("location.pathname").await?;
        Ok(path.as_str().unwrap_or_default().to_owned())
    }

    /// The cookies of this visitor.
    ///
    /// # Errors
    /// [`Error::Gone`], [`Error::Refused`].
    pub async fn jar(&mut self) -> Result<Vec<JarCookie>> {
        let context = json!({ "browserContextId": self.context });
        let mut answer = self.call("", "Storage.getCookies", context).await?;
        Ok(serde_json::from_value(answer["cookies"].take()).unwrap_or_default())
    }

    /// Leaves the page, so that what it does on leaving is seen. It is told that it is being left while it is still there:
    /// what it says while its process is taken away may never arrive.
    async fn leave(&mut self) -> Result<()> {
        let main = self.main.clone();
        if self.setup.scripts && !self.crashed {
            self.eval(LEAVING).await?;
            self.pause().await?;
        }
        (self.loaded, self.navigating) = (false, false);
        self.call(&main, "Page.navigate", json!({ "url": BLANK })).await?;
        let gone = async {
            while !self.loaded && !self.crashed {
                self.next().await?;
            }
            Ok(())
        };
        match tokio::time::timeout(PAGE_LIMIT, gone).await {
            Ok(done) => done,
            Err(_) => Err(too_slow(BLANK)),
        }
    }

    /// Waits for the next event and takes it in.
    async fn next(&mut self) -> Result<()> {
        let event = self.inbox.recv().await.ok_or(Error::Gone)?;
        self.take(event);
        Ok(())
    }

    /// Sends a command whose answer nobody needs: the target may be gone by then.
    fn send(&self, session: &str, method: &str, params: Value) {
        drop(self.browser.ask(session, method, params));
    }

    /// Sends a command and takes events in until its answer comes.
    async fn call(&mut self, session: &str, method: &str, params: Value) -> Result<Value> {
        let mut answer = self.browser.ask(session, method, params);
        let work = async {
            loop {
                tokio::select! {
                    biased;
                    event = self.inbox.recv() => self.take(event.ok_or(Error::Gone)?),
                    answer = &mut answer => return settled(method, answer),
                }
            }
        };
        // A page whose script never ends answers nothing.
        match tokio::time::timeout(PAGE_LIMIT, work).await {
            Ok(answer) => answer,
            Err(_) => Err(too_slow(method)),
        }
    }
}

fn too_slow(what: &str) -> Error {
    Error::TooSlow {
        page: what.to_owned(),
        seconds: PAGE_LIMIT.as_secs(),
    }
}

/// A text in an answer.
fn text(answer: &Value, key: &str) -> String {
    answer[key].as_str().unwrap_or_default().to_owned()
}

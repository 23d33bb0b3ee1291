//! A tab in a browser context of its own: everything that it and its frames and workers do is written down as facts.
//!
//! Waiting is for events only. After a page has loaded, its clock and those of its frames and workers run on virtual time, slice
//! by slice: the browser lets the timers of several seconds fire at once. While requests are under way the slices are short.

mod events;
mod storage;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::browser::{Browser, Event, settled};
use crate::charter::Selectors;
use crate::error::{Error, Result};
use crate::facts::{Dom, Fact, JarCookie, PageSeen};
use crate::plan::Setup;

/// How long a page's timers run after it has loaded, in milliseconds of virtual time (R-AUD-04 asks for three seconds).
const SETTLE_MS: u32 = 5_000;
/// How much of it is granted at once, so that requests are noticed between.
const SLICE_MS: u32 = 500;
/// What is granted at once while requests are under way.
const WAIT_MS: u32 = 10;
/// How often that is granted: a request that never ends (a stream) must not hold the audit.
const MOST_WAITS: u32 = 300;
/// What is granted again and again while storage is being read, in milliseconds of virtual time: reading needs a running clock.
const READ_MS: u32 = 50;
/// The longest that a page may take in real time before it counts as failed.
const PAGE_LIMIT: Duration = Duration::from_secs(30);

/// The function by which the probe speaks to the auditor.
const BINDING: &str = "parvisAudit";
const PROBE: &str = include_str!("tab/probe.js");
const PAGE: &str = include_str!("tab/page.js");
/// Where a page is left to, so that what it does on leaving is seen.
const BLANK: &str = "about:blank";

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
    inbox: &'b mut mpsc::UnboundedReceiver<Event>,
    /// The browser context: a jar and storage of its own.
    context: String,
    /// The session of the tab's page.
    main: String,
    /// The frame of the tab's page; never changes.
    frame: String,
    setup: Setup,
    targets: BTreeMap<String, Target>,
    /// Sessions whose granted time has not run out.
    running: BTreeSet<String>,
    /// Whether time is granted again when it runs out.
    reading: bool,
    /// What frames that appear are granted, in milliseconds of virtual time; nothing when no frame is.
    slice: Option<u32>,
    /// Requests under way, and the session of each.
    pending: BTreeMap<String, String>,
    loaded: bool,
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
    pub async fn open(
        browser: &'b Browser,
        inbox: &'b mut mpsc::UnboundedReceiver<Event>,
        setup: Setup,
        context: Option<String>,
    ) -> Result<Tab<'b>> {
        let mut tab = Self {
            browser,
            inbox,
            context: String::new(),
            main: String::new(),
            frame: String::new(),
            setup,
            targets: BTreeMap::new(),
            running: BTreeSet::new(),
            reading: false,
            slice: None,
            pending: BTreeMap::new(),
            loaded: false,
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
        (self.slice, self.reading) = (None, false);
        self.running.clear();
        self.pending.clear();
        self.loaded = false;
        self.navigating = false;
        self.status = 0;
        self.let_time_run().await?;
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
                while !self.loaded || self.navigating {
                    self.next().await?;
                }
                self.settle().await?;
                if self.loaded && !self.navigating {
                    return Ok(());
                }
            }
        };
        match tokio::time::timeout(PAGE_LIMIT, work).await {
            Ok(done) => done.map(|()| None),
            Err(_) => Ok(Some(too_slow(page).to_string())),
        }
    }

    /// Does `script` in the page, which leads to another page (a form that is sent), and waits for that one.
    /// Answers whether the script found what it looked for.
    ///
    /// # Errors
    /// [`Error::Gone`], [`Error::Refused`].
    pub async fn act(&mut self, script: &str) -> Result<bool> {
        self.let_time_run().await?;
        self.loaded = true;
        self.navigating = false;
        if self.eval(script).await? != Value::Bool(true) {
            return Ok(false);
        }
        // A form loads a page; a script may save the choice without one, and the clock stands still while its requests are
        // under way.
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

    /// The cookies of this visitor.
    ///
    /// # Errors
    /// [`Error::Gone`], [`Error::Refused`].
    pub async fn jar(&mut self) -> Result<Vec<JarCookie>> {
        let context = json!({ "browserContextId": self.context });
        let mut answer = self.call("", "Storage.getCookies", context).await?;
        Ok(serde_json::from_value(answer["cookies"].take()).unwrap_or_default())
    }

    /// Leaves the page, so that what it does on leaving is seen.
    async fn leave(&mut self) -> Result<()> {
        self.loaded = false;
        self.navigating = false;
        self.let_time_run().await?;
        let main = self.main.clone();
        self.call(&main, "Page.navigate", json!({ "url": BLANK })).await?;
        self.finish(BLANK).await.map(|_| ())
    }

    /// Lets the page's clock run until somebody grants it a number of seconds. Set before a page begins to load, it also
    /// governs its workers. The browser's policy that stops the clock during requests (`pauseIfNetworkFetchesPending`) is not
    /// used: it stops the clock for good when a page leads on to another by itself.
    async fn let_time_run(&mut self) -> Result<()> {
        let main = self.main.clone();
        let policy = json!({ "policy": "advance" });
        self.call(&main, "Emulation.setVirtualTimePolicy", policy)
            .await
            .map(|_| ())
    }

    /// Lets every frame live through some seconds, also those that appear meanwhile, and until no request is under way.
    /// Stops early when the page leads on to another.
    async fn settle(&mut self) -> Result<()> {
        let (mut lived, mut waits) = (0, 0);
        while lived < SETTLE_MS || self.waits(waits) {
            let slice = if self.waits(waits) {
                waits += 1;
                WAIT_MS
            } else {
                lived += SLICE_MS;
                SLICE_MS
            };
            self.slice = Some(slice);
            for session in self.documents() {
                self.grant(session, slice);
            }
            // The page's own clock sets the pace. A frame that changes its process may lose what it was granted: it is granted
            // more in the next round.
            while self.running.contains(&self.main) {
                self.next().await?;
            }
            if !self.loaded || self.navigating {
                break;
            }
        }
        self.slice = None;
        Ok(())
    }

    /// Whether there are requests that are worth another wait.
    fn waits(&self, waits: u32) -> bool {
        !self.pending.is_empty() && waits < MOST_WAITS
    }

    /// Sessions with a document.
    fn documents(&self) -> Vec<String> {
        let with = self.targets.iter().filter(|(_, target)| target.has_document());
        with.map(|(session, _)| session.clone()).collect()
    }

    /// Lets the clock of a session run for `budget` milliseconds of virtual time.
    fn grant(&mut self, session: String, budget: u32) {
        let policy = json!({ "policy": "advance", "budget": budget });
        self.send(&session, "Emulation.setVirtualTimePolicy", policy);
        self.running.insert(session);
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

//! Chromium over the DevTools protocol: messages in JSON, each ended by a NUL byte, through a pair of pipes.
//!
//! Pipes rather than a WebSocket: no port is opened that another user of the machine could drive the browser through, and no
//! library is needed. Messages stay untyped, so that an event or a field that this version does not know is ignored
//! (docs/decisions/0006).

use std::collections::HashMap;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{mpsc, oneshot};

use crate::error::{Error, Result};

/// How to start the browser.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    /// The program; `chromium` is looked up in the path.
    pub program: String,
    /// Host names and where they are reached instead: `data.ville.example` → `127.0.0.1:8080`.
    pub hosts: Vec<(String, String)>,
    /// Whether everything else on the machine comes first.
    pub yielding: bool,
}

/// Something the browser told without having been asked.
#[derive(Clone, Debug)]
pub struct Event {
    /// Which target it comes from; empty for the browser itself.
    pub session: String,
    /// `Domain.event`.
    pub method: String,
    /// What it is about.
    pub params: Value,
}

type Answer = std::result::Result<Value, String>;
type Pending = Arc<Mutex<HashMap<u64, oneshot::Sender<Answer>>>>;
/// Who hears what a session tells.
type Routes = Arc<Mutex<HashMap<String, mpsc::UnboundedSender<Event>>>>;

/// A running browser with a profile of its own, which ends and is removed when this is dropped.
#[derive(Debug)]
pub struct Browser {
    child: Child,
    outbox: mpsc::UnboundedSender<Vec<u8>>,
    pending: Pending,
    routes: Routes,
    next: AtomicU64,
    /// Removed with the browser.
    _profile: tempfile::TempDir,
}

/// How long a browser may take to end.
const CLOSE_LIMIT: Duration = Duration::from_secs(10);

/// Switches that keep the browser from contacting anybody by itself, from asking anything (such as whether a page may be framed from
/// the local network), and from slowing down what it thinks nobody looks at.
const SWITCHES: [&str; 18] = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-renderer-backgrounding",
    "--disable-sync",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication,LocalNetworkAccessChecks",
];

impl Browser {
    /// Starts the browser.
    ///
    /// # Errors
    /// [`Error::Start`].
    pub fn launch(launch: &Launch) -> Result<Self> {
        let failed = |cause| Error::Start {
            program: launch.program.clone(),
            cause,
        };
        let profile = tempfile::tempdir().map_err(failed)?;
        // The browser reads commands from descriptor 3 and answers on 4. The shell turns the standard ones into these.
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg("exec nice -n \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1")
            .arg(if launch.yielding { "15" } else { "0" })
            .arg(&launch.program)
            .args(SWITCHES)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(rules(&launch.hosts))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        if is_root() {
            // The sandbox refuses to run as root, as in containers.
            command.arg("--no-sandbox");
        }
        let mut child = command.spawn().map_err(failed)?;
        let (input, output) = child.stdin.take().zip(child.stdout.take()).ok_or(Error::Gone)?;
        let pending = Pending::default();
        let (outbox, letters) = mpsc::unbounded_channel();
        let routes = Routes::default();
        tokio::spawn(write(input, letters));
        tokio::spawn(read(output, Arc::clone(&pending), Arc::clone(&routes)));
        Ok(Self {
            child,
            outbox,
            pending,
            routes,
            next: AtomicU64::new(1),
            _profile: profile,
        })
    }

    /// Gives `listener` all that `session` tells, and the sessions of its frames and workers, in the order in which the browser
    /// sent it. What sessions without a listener tell is dropped.
    pub fn route(&self, session: &str, listener: mpsc::UnboundedSender<Event>) {
        lock(&self.routes).insert(session.to_owned(), listener);
    }

    /// Ends that.
    pub fn unroute(&self, session: &str) {
        lock(&self.routes).remove(session);
    }

    /// Sends a command; the answer comes out of the receiver. An empty session is the browser itself.
    pub fn ask(&self, session: &str, method: &str, params: Value) -> oneshot::Receiver<Answer> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let mut message = json!({ "id": id, "method": method, "params": params });
        if !session.is_empty() {
            message["sessionId"] = session.into();
        }
        let (sender, receiver) = oneshot::channel();
        lock(&self.pending).insert(id, sender);
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        if self.outbox.send(bytes).is_err() {
            // Dropping the sender tells the caller that the browser is gone.
            lock(&self.pending).remove(&id);
        }
        receiver
    }

    /// Ends the browser and waits for it; kills it if it does not end.
    pub async fn close(mut self) {
        drop(self.ask("", "Browser.close", json!({})));
        // It has ended already when these fail.
        if tokio::time::timeout(CLOSE_LIMIT, self.child.wait()).await.is_err() {
            let _ = self.child.kill().await;
        }
    }
}

/// The answer to a command.
///
/// # Errors
/// [`Error::Gone`], [`Error::Refused`].
pub fn settled(method: &str, answer: std::result::Result<Answer, oneshot::error::RecvError>) -> Result<Value> {
    match answer {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(message)) => Err(Error::Refused {
            method: method.to_owned(),
            message,
        }),
        Err(_) => Err(Error::Gone),
    }
}

fn lock<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    // The files of a process belong to whoever runs it.
    std::fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0)
}

/// The switch that sends host names elsewhere.
fn rules(hosts: &[(String, String)]) -> Option<String> {
    let rules: Vec<String> = hosts.iter().map(|(host, to)| format!("MAP {host} {to}")).collect();
    (!rules.is_empty()).then(|| format!("--host-resolver-rules={}", rules.join(",")))
}

async fn write(mut input: ChildStdin, mut letters: mpsc::UnboundedReceiver<Vec<u8>>) {
    while let Some(letter) = letters.recv().await {
        if input.write_all(&letter).await.is_err() {
            return;
        }
    }
}

/// Hands answers to those who wait for them, and events to those who listen. Ends with the browser, and then gives up all who wait.
async fn read(output: ChildStdout, pending: Pending, routes: Routes) {
    let mut output = BufReader::new(output);
    let mut bytes = Vec::new();
    while output.read_until(0, &mut bytes).await.is_ok_and(|read| read > 0) {
        bytes.pop();
        match serde_json::from_slice::<Value>(&bytes) {
            Ok(message) => deliver(message, &pending, &routes),
            Err(error) => tracing::debug!("a message of the browser is not JSON: {error}"),
        }
        bytes.clear();
    }
    lock(&pending).clear();
    lock(&routes).clear();
}

fn deliver(mut message: Value, pending: &Pending, routes: &Routes) {
    if let Some(id) = message["id"].as_u64() {
        let Some(waiting) = lock(pending).remove(&id) else {
            return;
        };
        let answer = match message.get("error") {
            Some(error) => Err(error["message"].as_str().unwrap_or("no reason given").to_owned()),
            None => Ok(message["result"].take()),
        };
        // Whoever asked may have stopped waiting.
        let _ = waiting.send(answer);
    } else if let Some(method) = message["method"].as_str().map(str::to_owned) {
        let session = message["sessionId"].as_str().unwrap_or_default().to_owned();
        let params = message["params"].take();
        let mut routes = lock(routes);
        let Some(listener) = routes.get(&session).cloned() else {
            return;
        };
        let other = params["sessionId"].as_str().unwrap_or_default().to_owned();
        match method.as_str() {
            "Target.attachedToTarget" => drop(routes.insert(other, listener.clone())),
            "Target.detachedFromTarget" => drop(routes.remove(&other)),
            _ => {}
        }
        // Nobody listens any more once the tab is closed.
        let _ = listener.send(Event {
            session,
            method,
            params,
        });
    }
}

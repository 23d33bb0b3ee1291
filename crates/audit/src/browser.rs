//! Chromium over the DevTools protocol: messages in JSON, each ended by a NUL byte, through a pair of pipes.
//!
//! Pipes rather than a WebSocket: no port is opened that another user of the machine could drive the browser through, and no
//! library is needed. Messages stay untyped, so that an event or a field that this version does not know is ignored
//! (docs/decisions/0006).

use std::collections::HashMap;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

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

/// A running browser with a profile of its own, which ends and is removed when this is dropped.
#[derive(Debug)]
pub struct Browser {
    child: Child,
    outbox: mpsc::UnboundedSender<Vec<u8>>,
    pending: Pending,
    next: AtomicU64,
    /// Removed with the browser.
    _profile: tempfile::TempDir,
}

/// Switches that keep the browser from contacting anybody by itself, and from asking anything.
const SWITCHES: [&str; 15] = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-sync",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication",
];

impl Browser {
    /// Starts the browser. Events come out of the receiver in the order in which the browser sent them.
    ///
    /// # Errors
    /// [`Error::Start`].
    pub fn launch(launch: &Launch) -> Result<(Self, mpsc::UnboundedReceiver<Event>)> {
        let failed = |cause| Error::Start {
            program: launch.program.clone(),
            cause,
        };
        let profile = tempfile::tempdir().map_err(failed)?;
        // The browser reads commands from descriptor 3 and answers on 4. The shell turns the standard ones into these.
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg("exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1")
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
        let (events, inbox) = mpsc::unbounded_channel();
        tokio::spawn(write(input, letters));
        tokio::spawn(read(output, Arc::clone(&pending), events));
        let browser = Self {
            child,
            outbox,
            pending,
            next: AtomicU64::new(1),
            _profile: profile,
        };
        Ok((browser, inbox))
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

    /// Ends the browser and waits for it.
    pub async fn close(mut self) {
        drop(self.ask("", "Browser.close", json!({})));
        // It has ended already when this fails.
        let _ = self.child.wait().await;
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

fn lock(pending: &Pending) -> std::sync::MutexGuard<'_, HashMap<u64, oneshot::Sender<Answer>>> {
    pending.lock().unwrap_or_else(PoisonError::into_inner)
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

/// Hands answers to those who wait for them, and events to the receiver. Ends with the browser, and then gives up all who wait.
async fn read(output: ChildStdout, pending: Pending, events: mpsc::UnboundedSender<Event>) {
    let mut output = BufReader::new(output);
    let mut bytes = Vec::new();
    while output.read_until(0, &mut bytes).await.is_ok_and(|read| read > 0) {
        bytes.pop();
        match serde_json::from_slice::<Value>(&bytes) {
            Ok(message) => deliver(message, &pending, &events),
            Err(error) => tracing::debug!("a message of the browser is not JSON: {error}"),
        }
        bytes.clear();
    }
    lock(&pending).clear();
}

fn deliver(mut message: Value, pending: &Pending, events: &mpsc::UnboundedSender<Event>) {
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
        // Nobody listens any more once the audit is over.
        let _ = events.send(Event {
            session,
            method,
            params,
        });
    }
}

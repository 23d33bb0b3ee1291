//! Running the binary, and speaking HTTP with it.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher as _};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::SystemTime;

const BINARY: &str = env!("CARGO_BIN_EXE_parvis");

/// How a run ended.
#[derive(Debug)]
pub struct Outcome {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Outcome {
    /// The standard output of a run that went well.
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }

    /// The complaint of a run that failed with `code`.
    pub fn fails(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(!self.err.contains("panicked"), "{self:?}");
        self.err
    }
}

impl From<Output> for Outcome {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// The binary with no variable of ours set.
pub fn command(data: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.args(args).arg("--data").arg(data);
    for variable in [
        "PARVIS_DATA",
        "PARVIS_DEMO",
        "PARVIS_LOG",
        "PARVIS_PASSWORD",
        "PORT",
        "DEMO_PASSWORD",
    ] {
        command.env_remove(variable);
    }
    // Tests start browsers where they say so.
    command.env("PARVIS_AUDITS", "off");
    command.stdin(Stdio::null());
    command
}

/// Runs `parvis args… --data data`.
pub fn parvis(data: &Path, args: &[&str]) -> Outcome {
    command(data, args).output().unwrap().into()
}

/// A data folder with the portal `orleans`.
pub fn with_portal() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let added = [
        "portal",
        "add",
        "orleans",
        "--host",
        "orleans.localhost",
        "--name",
        "fr=Orléans",
    ];
    parvis(folder.path(), &added).ok();
    folder
}

/// Everything in a folder: paths with a hash of what files hold, and the times of change.
pub fn footprint(folder: &Path) -> BTreeMap<PathBuf, (u64, SystemTime)> {
    let (mut pending, mut found) = (vec![folder.to_owned()], BTreeMap::new());
    while let Some(path) = pending.pop() {
        let meta = path.metadata().unwrap();
        let mut content = DefaultHasher::new();
        if meta.is_dir() {
            pending.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            content.write(&std::fs::read(&path).unwrap());
        }
        found.insert(path, (content.finish(), meta.modified().unwrap()));
    }
    found
}

/// A server that runs until it is dropped.
pub struct Server {
    child: Child,
    output: BufReader<ChildStdout>,
    pub port: u16,
    /// What it said before it was ready.
    pub before: Vec<String>,
}

impl Server {
    /// Starts `command` and waits for its `ready:` line.
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut server = Self {
            child,
            output,
            port: 0,
            before: Vec::new(),
        };
        let mut line = String::new();
        while server.output.read_line(&mut line).unwrap() > 0 {
            if let Some(rest) = line.trim_end().strip_prefix("ready: http://localhost:") {
                server.port = rest.strip_suffix('/').unwrap().parse().unwrap();
                return server;
            }
            server.before.push(line.trim_end().to_owned());
            line.clear();
        }
        panic!(
            "it ended before it was ready: {:?} after {:?}",
            server.child.wait(),
            server.before
        );
    }

    /// The answer to a request: its status, and everything as text.
    pub fn get(&self, host: &str, path: &str, headers: &str) -> (u16, String) {
        self.exchange(&format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n"
        ))
    }

    /// The answer to a form that is sent.
    pub fn post(&self, host: &str, path: &str, headers: &str, form: &str) -> (u16, String) {
        self.exchange(&format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n{headers}\r\n{form}",
            form.len()
        ))
    }

    /// Signs somebody in through the form, on a server for plain HTTP. Answers the header with the browser's cookies.
    pub fn sign_in(&self, host: &str, email: &str, password: &str) -> String {
        let (_, form) = self.get(host, "/login/", "");
        let token = form.split("name=\"csrfmiddlewaretoken\" value=\"").nth(1).unwrap();
        let token = token.split('"').next().unwrap();
        let fields = format!("csrfmiddlewaretoken={token}&username={email}&password={password}");
        let (status, answer) = self.post(host, "/login/", &cookies(&form), &fields);
        assert_eq!(status, 303, "{answer}");
        cookies(&answer)
    }

    /// Memory that the process holds, in bytes.
    pub fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
    }

    fn exchange(&self, request: &str) -> (u16, String) {
        self.raw(request.as_bytes())
    }

    /// The answer to bytes that are sent as they are: its status, and everything as text. Whatever is sent must have the
    /// server close the connection.
    pub fn raw(&self, request: &[u8]) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.write_all(request).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let text = String::from_utf8_lossy(&answer).into_owned();
        let status = text
            .split(' ')
            .nth(1)
            .unwrap_or_default()
            .parse()
            .unwrap_or_else(|_| panic!("no answer: {text}"));
        (status, text)
    }

    /// The answer to a form, or `None` when the server was killed meanwhile.
    pub fn post_unless_killed(port: u16, host: &str, path: &str, cookies: &str, form: &str) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nOrigin: http://{host}\r\nCookie: {cookies}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        Some(String::from_utf8_lossy(&answer).into_owned()).filter(|answer| answer.starts_with("HTTP/1.1 "))
    }

    /// Tells it to stop. Answers its exit code and what it said since it was ready.
    pub fn stop(mut self) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let mut said = String::new();
        self.output.read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap().code(), said)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The header with which a browser sends back the cookies of an answer.
fn cookies(answer: &str) -> String {
    let head = answer.split("\r\n\r\n").next().unwrap();
    let set = head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
    let pairs: Vec<&str> = set.map(|cookie| cookie.split(';').next().unwrap()).collect();
    format!("Cookie: {}\r\n", pairs.join("; "))
}

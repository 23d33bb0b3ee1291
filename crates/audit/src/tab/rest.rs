//! Letting a page live through its first seconds.

use std::collections::BTreeSet;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use serde_json::json;

use super::{Tab, text};
use crate::error::{Error, Result};

/// How long a page's timers run after it has loaded, in milliseconds of its own time (R-AUD-04 asks for three seconds).
const SETTLE_MS: u32 = 4_000;
/// How often that is granted to documents that appear meanwhile: a frame that is loaded again and again must not hold the audit.
const MOST_RESTS: u32 = 8;
/// What is let pass at once while requests are under way, or after they have ended.
const WAIT_MS: u32 = 500;
/// How often that is let pass: a request that never ends (a stream) must not hold the audit.
const MOST_WAITS: u32 = 200;

impl Tab<'_> {
    /// Lets every document and worker live through some seconds, also those that appear meanwhile, and until no request is
    /// under way. Stops early when the page leads on to another.
    pub(super) async fn settle(&mut self) -> Result<()> {
        let (mut rests, mut waits) = (0, 0);
        loop {
            let late = self.unrested();
            let (who, pass) = if !late.is_empty() && rests < MOST_RESTS {
                rests += 1;
                (late, SETTLE_MS)
            } else if !self.pending.is_empty() && waits < MOST_WAITS {
                waits += 1;
                (self.living(), WAIT_MS)
            } else {
                break;
            };
            self.rest(&who, pass).await?;
            if !self.loaded || self.navigating || self.crashed {
                return Ok(());
            }
        }
        // What the last answers led to.
        self.pause().await
    }

    /// Lets every document and worker live through a moment.
    pub(super) async fn pause(&mut self) -> Result<()> {
        let all = self.living();
        self.rest(&all, WAIT_MS).await
    }

    fn living(&self) -> Vec<String> {
        self.targets.keys().cloned().collect()
    }

    fn unrested(&self) -> Vec<String> {
        let late = self.targets.keys().filter(|session| !self.rested.contains(*session));
        late.cloned().collect()
    }

    /// Waits until each of `sessions` has let `pass` milliseconds of its own time pass, has led on to something else, or is gone.
    async fn rest(&mut self, sessions: &[String], pass: u32) -> Result<()> {
        // Without scripts no timer runs: an answer at once says that the document is done with what it was doing.
        let pass = if self.setup.scripts { pass } else { 0 };
        // Workers carry no probe: their first seconds pass as they do.
        let slow = if pass == SETTLE_MS { SETTLE_MS } else { 0 };
        let rest = "self.parvisAuditRest";
        let expression = format!("{rest} ? {rest}({pass}) : new Promise((done) => setTimeout(done, {slow}))");
        let expression = if pass == 0 { "true".to_owned() } else { expression };
        let mut answers: FuturesUnordered<_> = sessions
            .iter()
            .map(|session| {
                let params = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
                let answer = self.browser.ask(session, "Runtime.evaluate", params);
                let session = session.clone();
                async move {
                    // An answer that never comes, or a refusal: the document has gone meanwhile.
                    let _ = answer.await;
                    session
                }
            })
            .collect();
        let mut open: BTreeSet<String> = sessions.iter().cloned().collect();
        while !open.is_empty() {
            tokio::select! {
                biased;
                event = self.inbox.recv() => {
                    let event = event.ok_or(Error::Gone)?;
                    if event.method == "Inspector.targetCrashed" {
                        open.remove(&event.session);
                    }
                    if event.method == "Target.detachedFromTarget" {
                        open.remove(&text(&event.params, "sessionId"));
                    }
                    self.take(event);
                }
                Some(session) = answers.next() => {
                    open.remove(&session);
                    self.rested.insert(session);
                }
            }
        }
        Ok(())
    }
}

//! The one writer of all chains. Decisions that wait are written together: one transaction, one wait for the disk.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use parvis_cookies::choice::LIFE_DAYS;
use parvis_cookies::ledger::{Decision, Head, Record, StatementKey, Tip};
use parvis_model::{Clock, PortalId, Rng};
use parvis_store::{ConsentBatch, ConsentRow, Signed, Store};
use tokio::sync::{mpsc, oneshot};

use super::limiter::Limiter;
use super::revoked::Revoked;
use crate::{Error, Result};

/// Decisions of one transaction.
const BATCH: usize = 512;
/// Decisions that wait for the disk; whoever comes then waits to be let in.
const QUEUE: usize = 4_096;
/// Hashes of texts that are remembered as kept.
const MAX_SHOWN: usize = 10_000;

/// What the use-cases of consent share.
pub(crate) struct Ledger {
    pub key: StatementKey,
    pub revoked: Revoked,
    pub limiter: Limiter,
    queue: mpsc::Sender<Job>,
    shown: Mutex<HashSet<(PortalId, String)>>,
    /// How far `revoked` knows each chain: the number of its last record, and the time of the last that replaced a choice.
    seen: tokio::sync::Mutex<BTreeMap<PortalId, (u64, DateTime<Utc>)>>,
}

struct Job {
    portal: PortalId,
    decision: Decision,
    done: oneshot::Sender<Result<Tip, Arc<str>>>,
}

impl Ledger {
    /// Starts the writer, which ends with the last holder of the ledger, and reads which choices were replaced.
    ///
    /// # Errors
    /// The store failed.
    pub(crate) async fn start(store: &Store, clock: Arc<dyn Clock>, rng: &dyn Rng, secret: [u8; 32]) -> Result<Self> {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let key = StatementKey::new(secret);
        let now = clock.now();
        let writer = Writer {
            store: store.clone(),
            clock,
            key: key.clone(),
        };
        tokio::spawn(writer.run(jobs));
        let ledger = Self {
            key,
            revoked: Revoked::default(),
            limiter: Limiter::new(rng),
            queue,
            shown: Mutex::default(),
            seen: tokio::sync::Mutex::default(),
        };
        ledger.refresh(store, now).await?;
        Ok(ledger)
    }

    /// Adds a decision to its portal's chain. Answers when it is durable.
    pub(crate) async fn append(&self, portal: &PortalId, decision: Decision) -> Result<Tip> {
        let (done, answer) = oneshot::channel();
        let job = Job {
            portal: portal.clone(),
            decision,
            done,
        };
        let gone = || Error::Internal("the writer of consent records has ended".to_owned());
        self.queue.send(job).await.map_err(|_| gone())?;
        let written = answer.await.map_err(|_| gone())?;
        written.map_err(|cause| Error::Internal(format!("a consent record could not be written: {cause}")))
    }

    /// Reads what was replaced since the last look, by whatever process.
    pub(crate) async fn refresh(&self, store: &Store, now: DateTime<Utc>) -> Result<u64> {
        let mut seen = self.seen.lock().await;
        let oldest = now - TimeDelta::days(LIFE_DAYS + 1);
        let mut found = 0;
        for (portal, last) in store.consent_tips_across_portals().await? {
            let (known, mut since) = seen.get(&portal).copied().unwrap_or((0, oldest));
            if last <= known {
                continue;
            }
            for (receipt, at) in store.consent_replaced(&portal, since).await? {
                self.revoked.insert(&receipt, at);
                since = at;
                found += 1;
            }
            seen.insert(portal, (last, since));
        }
        self.revoked.forget(now);
        Ok(found)
    }

    pub(crate) fn has_shown(&self, portal: &PortalId, hash: &str) -> bool {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.contains(&(portal.clone(), hash.to_owned()))
    }

    pub(crate) fn note_shown(&self, portal: &PortalId, hash: &str) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.len() >= MAX_SHOWN {
            shown.clear();
        }
        shown.insert((portal.clone(), hash.to_owned()));
    }
}

struct Writer {
    store: Store,
    clock: Arc<dyn Clock>,
    key: StatementKey,
}

impl Writer {
    async fn run(self, mut jobs: mpsc::Receiver<Job>) {
        let mut waiting = Vec::with_capacity(BATCH);
        while jobs.recv_many(&mut waiting, BATCH).await > 0 {
            let mut by_portal: BTreeMap<PortalId, Vec<Job>> = BTreeMap::new();
            for job in waiting.drain(..) {
                by_portal.entry(job.portal.clone()).or_default().push(job);
            }
            let groups: Vec<_> = by_portal.into_iter().collect();
            match self.write(&groups).await {
                Ok(tips) => answer(groups, tips),
                // A portal that has gone must not cost the others their records.
                Err(_) if groups.len() > 1 => {
                    for group in groups {
                        self.write_alone(group).await;
                    }
                }
                Err(error) => refuse(groups, &error.to_string()),
            }
        }
    }

    async fn write_alone(&self, group: (PortalId, Vec<Job>)) {
        let groups = vec![group];
        match self.write(&groups).await {
            Ok(tips) => answer(groups, tips),
            Err(error) => refuse(groups, &error.to_string()),
        }
    }

    /// Writes every decision, and waits until all are on the disk. Answers what was written, in the order of the jobs.
    async fn write(&self, groups: &[(PortalId, Vec<Job>)]) -> parvis_store::Result<Vec<Vec<Tip>>> {
        let mut batch = self.store.consent_batch_across_portals().await?;
        let now = self.clock.now();
        let mut written = Vec::with_capacity(groups.len());
        for (portal, jobs) in groups {
            written.push(self.extend(&mut batch, portal, jobs, now).await?);
        }
        batch.commit().await?;
        Ok(written)
    }

    /// Adds the decisions of one portal to its chain. Times do not go back, so a batch may begin on one day by the chain's
    /// reckoning only: all its records have the same time.
    async fn extend(
        &self,
        batch: &mut ConsentBatch,
        portal: &PortalId,
        jobs: &[Job],
        now: DateTime<Utc>,
    ) -> parvis_store::Result<Vec<Tip>> {
        let mut tip = batch.tip(portal).await?.map_or(Tip::START, |tip| Tip {
            seq: tip.seq,
            hash: tip.hash,
            time: tip.at,
        });
        let (mut rows, mut tips) = (Vec::with_capacity(jobs.len()), Vec::with_capacity(jobs.len()));
        for job in jobs {
            let record = Record::next(portal.as_str(), job.decision.clone(), now, &tip);
            let body = record.to_text();
            tip = record.tip(&body);
            tips.push(tip);
            rows.push(row(record, body, &tip));
        }
        let head = self.key.seal(Head::of(portal.as_str(), &tip));
        let signed = Signed {
            statement: head.text(),
            signature: head.signature,
        };
        batch.append(portal, &rows, head.statement.day, &signed).await?;
        Ok(tips)
    }
}

fn row(record: Record, body: String, tip: &Tip) -> ConsentRow {
    ConsentRow {
        seq: record.seq,
        receipt: record.receipt,
        replaces: record.replaces,
        at: record.time,
        action: record.action.as_str().to_owned(),
        audit: record.audit,
        body,
        hash: tip.hash,
    }
}

fn answer(groups: Vec<(PortalId, Vec<Job>)>, tips: Vec<Vec<Tip>>) {
    let jobs = groups.into_iter().flat_map(|(_, jobs)| jobs);
    for (job, tip) in jobs.zip(tips.into_iter().flatten()) {
        // A visitor who left has decided all the same.
        let _ = job.done.send(Ok(tip));
    }
}

fn refuse(groups: Vec<(PortalId, Vec<Job>)>, cause: &str) {
    let cause: Arc<str> = Arc::from(cause);
    for job in groups.into_iter().flat_map(|(_, jobs)| jobs) {
        // Nobody waits any more: there is nothing to tell.
        let _ = job.done.send(Err(Arc::clone(&cause)));
    }
}

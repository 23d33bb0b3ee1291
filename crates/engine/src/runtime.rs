//! The threads that queries run on, apart from those that serve requests.

use std::future::Future;
use std::sync::Arc;

use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;
use futures::stream::BoxStream;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::gate::{Gate, Patience};
use crate::stop::{self, Stop};
use crate::{Error, turns};
use arrow::record_batch::RecordBatch;
use parvis_model::PortalId;

/// Batches that may wait for a slow reader, beside the one that is at the door.
const AHEAD: usize = 1;
/// Bytes of stack of a thread: expressions are evaluated recursively.
const STACK: usize = 8 << 20;

/// Owns the threads.
pub(crate) struct Threads {
    runtime: Option<Runtime>,
    handle: Handle,
    /// Tasks that have not ended.
    under_way: Arc<watch::Sender<usize>>,
}

/// Ends a task when nobody waits for it any more.
struct Ends<T>(JoinHandle<T>);

impl<T> Drop for Ends<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Counts a task until it is gone, however it ends.
struct Counted(Arc<watch::Sender<usize>>);

impl Counted {
    fn new(under_way: &Arc<watch::Sender<usize>>) -> Self {
        under_way.send_modify(|tasks| *tasks += 1);
        Self(Arc::clone(under_way))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.send_modify(|tasks| *tasks -= 1);
    }
}

/// A stream that its own task drives, so that several run side by side. Dropping it ends the task.
pub(crate) fn beside(mut batches: SendableRecordBatchStream) -> BoxStream<'static, Result<RecordBatch, Error>> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    let task = Ends(tokio::spawn(stop::part_of_query(async move {
        while let Some(batch) = batches.next().await {
            if sender.send(batch.map_err(Error::from)).await.is_err() {
                return;
            }
        }
    })));
    received(receiver, task)
}

/// What arrives, while `held` lives as long as somebody reads.
fn received<T: Send + 'static>(receiver: mpsc::Receiver<T>, held: impl Send + 'static) -> BoxStream<'static, T> {
    futures::stream::unfold((receiver, held), |(mut receiver, held)| async move {
        let item = receiver.recv().await?;
        Some((item, (receiver, held)))
    })
    .boxed()
}

/// Begins a part of the current query on another thread; dropping the wait for it ends it.
pub(crate) fn spawn_part<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> impl Future<Output = Result<T, Error>> + Send {
    let mut task = Ends(tokio::spawn(stop::part_of_query(work)));
    async move {
        match (&mut task.0).await {
            Ok(result) => result,
            Err(error) => Err(Error::Internal(format!("a part of a query ended early: {error}"))),
        }
    }
}

impl Threads {
    /// Starts threads for `count` queries at a time, and as many again, so that what the gate lets in beside them for other portals
    /// does not wait until a thread is free.
    pub(crate) fn start(count: usize) -> Result<Self, Error> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2 * count.max(1))
            .thread_name("parvis-query")
            .thread_stack_size(STACK)
            .enable_all()
            .build()
            .map_err(|error| Error::io("starting the threads of the query engine", error))?;
        Ok(Self {
            handle: runtime.handle().clone(),
            runtime: Some(runtime),
            under_way: Arc::new(watch::Sender::new(0)),
        })
    }

    /// How many tasks have not ended.
    pub(crate) fn under_way(&self) -> watch::Receiver<usize> {
        self.under_way.subscribe()
    }

    /// Runs a future here when the turn of the query that the caller belongs to has come ([`turns`]); dropping the wait ends it, at
    /// once where it waits itself, else where it next looks ([`stop::check`]).
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        future: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        let query = turns::here()?;
        let (counted, stop) = (Counted::new(&self.under_way), Stop::default());
        let work = stop.over(async move {
            let _counted = counted;
            // Held until the work has ended, also when nobody waits for it any more.
            let _held = query.turn().await?;
            future.await
        });
        let mut task = Ends(self.handle.spawn(work));
        match (&mut task.0).await {
            Ok(result) => result,
            Err(error) => Err(Error::Internal(format!("a query ended early: {error}"))),
        }
    }

    /// Runs a closure that computes for long.
    pub(crate) async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.run(async move { work() }).await
    }

    /// The batches that `make` streams, produced here, at most a few ahead of the reader, each in a turn of `portal`. Dropping the
    /// stream ends the query.
    pub(crate) fn stream<F>(
        &self,
        gate: &Arc<Gate>,
        portal: &PortalId,
        make: F,
    ) -> BoxStream<'static, Result<RecordBatch, Error>>
    where
        F: Future<Output = Result<BoxStream<'static, Result<RecordBatch, Error>>, Error>> + Send + 'static,
    {
        let (sender, receiver) = mpsc::channel(AHEAD);
        let (counted, stop) = (Counted::new(&self.under_way), Stop::default());
        let (gate, portal) = (Arc::clone(gate), portal.clone());
        let work = stop.over(async move {
            let _counted = counted;
            // The reader may be gone already.
            if let Err(error) = produce(&gate, &portal, make, &sender).await {
                let _ = sender.send(Err(error)).await;
            }
        });
        let task = Ends(self.handle.spawn(work));
        received(receiver, (task, stop))
    }
}

/// Sends batches until there is no more or nobody reads.
async fn produce(
    gate: &Arc<Gate>,
    portal: &PortalId,
    make: impl Future<Output = Result<BoxStream<'static, Result<RecordBatch, Error>>, Error>>,
    sender: &mpsc::Sender<Result<RecordBatch, Error>>,
) -> Result<(), Error> {
    let mut turn = gate.enter(portal, Patience::New).await?;
    let mut batches = make.await?;
    while let Some(batch) = batches.next().await {
        // Nobody waits for a slow reader.
        drop(turn);
        if sender.send(Ok(batch?)).await.is_err() {
            break;
        }
        turn = gate.enter(portal, Patience::UnderWay).await?;
    }
    Ok(())
}

impl Drop for Threads {
    fn drop(&mut self) {
        // Waiting for them is not allowed where the last owner may be an asynchronous task.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

//! The threads that queries run on, apart from those that serve requests.

use std::future::Future;

use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;
use futures::stream::BoxStream;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::Error;
use arrow::record_batch::RecordBatch;

/// Batches that may wait for a slow reader.
const AHEAD: usize = 2;
/// Bytes of stack of a thread: expressions are evaluated recursively.
const STACK: usize = 8 << 20;

/// Owns the threads.
pub(crate) struct Threads {
    runtime: Option<Runtime>,
    handle: Handle,
}

/// Ends a task when nobody waits for it any more.
struct Ends<T>(JoinHandle<T>);

impl<T> Drop for Ends<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Threads {
    /// Starts `count` threads.
    pub(crate) fn start(count: usize) -> Result<Self, Error> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(count.max(1))
            .thread_name("parvis-query")
            .thread_stack_size(STACK)
            .enable_all()
            .build()
            .map_err(|error| Error::io("starting the threads of the query engine", error))?;
        Ok(Self {
            handle: runtime.handle().clone(),
            runtime: Some(runtime),
        })
    }

    /// Runs a future here; dropping the wait ends it.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        future: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        let mut task = Ends(self.handle.spawn(future));
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

    /// The batches that `make` streams, produced here, at most a few ahead of the reader. Dropping the stream ends the query.
    pub(crate) fn stream<F>(&self, make: F) -> BoxStream<'static, Result<RecordBatch, Error>>
    where
        F: Future<Output = Result<SendableRecordBatchStream, Error>> + Send + 'static,
    {
        let (sender, receiver) = mpsc::channel(AHEAD);
        self.handle.spawn(async move {
            let mut batches = match make.await {
                Ok(batches) => batches,
                Err(error) => {
                    // The reader may be gone already.
                    let _ = sender.send(Err(error)).await;
                    return;
                }
            };
            loop {
                let batch = tokio::select! {
                    () = sender.closed() => return,
                    batch = batches.next() => batch,
                };
                let Some(batch) = batch else { return };
                if sender.send(batch.map_err(Error::from)).await.is_err() {
                    return;
                }
            }
        });
        let batches = futures::stream::unfold(receiver, |mut receiver| async {
            let batch = receiver.recv().await?;
            Some((batch, receiver))
        });
        batches.boxed()
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        // Waiting for them is not allowed where the last owner may be an asynchronous task.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

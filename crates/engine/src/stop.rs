//! Ending work that nobody waits for any more.
//!
//! A task that is aborted ends when it next waits for something; work within one batch does not wait. Functions that may take long
//! on one batch call [`check`], which fails once the query they belong to was left. Tasks that DataFusion starts for a query
//! belong to it too.

use std::any::Any;
use std::future::Future;
use std::sync::Arc;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use datafusion::common::runtime::{JoinSetTracer, set_join_set_tracer};
use datafusion::error::{DataFusionError, Result as DataFusionResult};
use futures::FutureExt;
use futures::future::BoxFuture;

tokio::task_local! {
    static QUERY: Arc<AtomicBool>;
}

/// The end of one query: held by who waits for it.
#[derive(Debug, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Lets what `work` calls know of this end.
    pub(crate) fn over<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        QUERY.scope(Arc::clone(&self.0), work)
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Fails when the query that this belongs to was left.
pub(crate) fn check() -> DataFusionResult<()> {
    let left = QUERY.try_with(|stopped| stopped.load(Ordering::Relaxed));
    if left.unwrap_or(false) {
        return Err(DataFusionError::Execution("the query was left".to_owned()));
    }
    Ok(())
}

/// A part of the current query, for a task of its own.
pub(crate) fn part_of_query<F>(work: F) -> BoxFuture<'static, F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    match QUERY.try_with(Arc::clone) {
        Ok(stopped) => QUERY.scope(stopped, work).boxed(),
        Err(_) => work.boxed(),
    }
}

/// Makes the tasks that DataFusion starts parts of the query that starts them.
struct Inherit;

type Anything = Box<dyn Any + Send>;

impl JoinSetTracer for Inherit {
    fn trace_future(&self, work: BoxFuture<'static, Anything>) -> BoxFuture<'static, Anything> {
        part_of_query(work)
    }

    fn trace_block(&self, work: Box<dyn FnOnce() -> Anything + Send>) -> Box<dyn FnOnce() -> Anything + Send> {
        match QUERY.try_with(Arc::clone) {
            Ok(stopped) => Box::new(move || QUERY.sync_scope(stopped, work)),
            Err(_) => work,
        }
    }
}

/// Has to be called before the first query of the process.
pub(crate) fn install() {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| {
        if let Err(error) = set_join_set_tracer(&Inherit) {
            tracing::warn!(%error, "queries that are left may work on until their batch ends");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_fails_once_nobody_waits_for_it_also_in_tasks_of_its_own() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let stop = Stop::default();
        let (go, wait) = tokio::sync::oneshot::channel::<()>();
        let (tell, told) = tokio::sync::oneshot::channel();
        let inner = stop.over(async move {
            assert!(check().is_ok());
            tokio::spawn(part_of_query(async move {
                wait.await.unwrap();
                tell.send(check().is_err()).unwrap();
            }));
        });
        let ended = runtime.block_on(async move {
            inner.await;
            drop(stop);
            go.send(()).unwrap();
            told.await.unwrap()
        });
        assert!(ended);
        assert!(check().is_ok(), "what belongs to no query goes on");
    }
}

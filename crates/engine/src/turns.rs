//! The turns of a query: what it does on the threads of queries it does when its portal's turn has come.
//!
//! A query that answers with a page waits once, before it first computes, and keeps its place to its end: what is at hand is answered
//! without. An export works only as fast as its reader, so it takes a turn for each piece of work and none while it waits.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use parvis_model::PortalId;
use tokio::sync::{Notify, OnceCell};

use crate::gate::{Gate, Patience, Turn};
use crate::{Engine, Error};

tokio::task_local! {
    static ASKING: Arc<Asking>;
}

/// For whom work is done.
struct Asking {
    gate: Arc<Gate>,
    portal: PortalId,
    kept: Kept,
    /// Told when a turn has come.
    begun: Notify,
}

/// How long a turn is kept.
enum Kept {
    /// To the end of the query, and of the work that it leaves behind.
    Whole(OnceCell<Turn>),
    /// To the end of a piece of work.
    Piece(Patience),
}

/// The turn of a piece of work, to be held until it has ended, also when nobody waits for it any more.
pub(crate) struct Held {
    _turn: Option<Turn>,
    _asking: Arc<Asking>,
}

/// The query that the caller belongs to.
pub(crate) fn here() -> Result<Query, Error> {
    let asking = ASKING.try_with(Arc::clone);
    asking
        .map(Query)
        .map_err(|_| Error::Internal("work that belongs to no query".to_owned()))
}

/// A query, for work that is done elsewhere.
pub(crate) struct Query(Arc<Asking>);

impl Query {
    /// Waits for the turn of a piece of work. This has to be awaited where it is looked at for sure, in a task of its own: a turn
    /// that nobody takes is nobody else's.
    pub(crate) async fn turn(self) -> Result<Held, Error> {
        let Self(asking) = self;
        let enter = |patience| asking.gate.enter(&asking.portal, patience);
        let turn = match &asking.kept {
            Kept::Whole(turn) => {
                turn.get_or_try_init(|| enter(Patience::New)).await?;
                None
            }
            Kept::Piece(patience) => Some(enter(*patience).await?),
        };
        asking.begun.notify_one();
        Ok(Held {
            _turn: turn,
            _asking: asking,
        })
    }
}

/// Runs a query, which waits for one turn and keeps it, and gives it no more than `budget` from there (`None` is as long as it takes).
pub(crate) async fn whole<T>(
    gate: &Arc<Gate>,
    portal: &PortalId,
    budget: Option<Duration>,
    query: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    within(asking(gate, portal, Kept::Whole(OnceCell::new())), budget, query).await
}

/// Runs work that waits for a turn for each of its pieces, and gives it no more than `budget` from the first.
pub(crate) async fn in_pieces<T>(
    gate: &Arc<Gate>,
    portal: &PortalId,
    patience: Patience,
    budget: Option<Duration>,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    within(asking(gate, portal, Kept::Piece(patience)), budget, work).await
}

fn asking(gate: &Arc<Gate>, portal: &PortalId, kept: Kept) -> Arc<Asking> {
    Arc::new(Asking {
        gate: Arc::clone(gate),
        portal: portal.clone(),
        kept,
        begun: Notify::new(),
    })
}

async fn within<T>(
    asking: Arc<Asking>,
    budget: Option<Duration>,
    query: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let query = ASKING.scope(Arc::clone(&asking), query);
    let Some(budget) = budget else { return query.await };
    let over = async {
        // The time in the queue does not count.
        asking.begun.notified().await;
        tokio::time::sleep(budget).await;
    };
    tokio::select! {
        biased;
        answer = query => answer,
        () = over => Err(Error::Budget(format!(
            "The query takes longer than the {} s that this server gives to a query. Add conditions, ask for less at a time, \
             or use an export.",
            budget.as_secs_f64()
        ))),
    }
}

/// The threads of queries, for work on an answer of one portal that is under way. Cheap to clone.
#[derive(Clone)]
pub struct PortalThreads {
    engine: Engine,
    portal: PortalId,
}

impl Engine {
    /// The threads of queries, for the work of `portal` on answers that are under way.
    pub fn threads_of(&self, portal: &PortalId) -> PortalThreads {
        PortalThreads {
            engine: self.clone(),
            portal: portal.clone(),
        }
    }
}

impl PortalThreads {
    /// Runs work that computes for long when the portal's turn has come, so that it takes its share beside queries and no more.
    /// Dropping the wait leaves out work that has not begun.
    ///
    /// # Errors
    /// [`Error::Internal`] when the work panics.
    pub async fn compute<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let inner = &self.engine.inner;
        let computed = inner.threads.compute(move || Ok(work()));
        in_pieces(&inner.gate, &self.portal, Patience::UnderWay, None, computed).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::Limits;

    fn gate(wait: Duration) -> Arc<Gate> {
        Gate::new(Limits {
            places: 1,
            queue: 10,
            wait,
        })
    }

    fn portal() -> PortalId {
        PortalId::parse("orleans").unwrap()
    }

    #[tokio::test]
    async fn what_is_at_hand_waits_for_nothing_and_has_no_time_to_keep() {
        let gate = gate(Duration::ZERO);
        let (_first, _second) = (
            gate.enter(&portal(), Patience::New).await.unwrap(),
            gate.enter(&PortalId::parse("cesson").unwrap(), Patience::New)
                .await
                .unwrap(),
        );
        let query = async {
            tokio::task::yield_now().await;
            Ok(5)
        };
        let answer = whole(&gate, &portal(), Some(Duration::ZERO), query).await;
        assert_eq!(answer.unwrap(), 5);
    }

    #[tokio::test]
    async fn a_query_keeps_its_turn_from_its_first_work_to_its_end() {
        let gate = gate(Duration::ZERO);
        let query = async {
            // Pieces side by side wait for the same turn.
            let _both = futures::try_join!(here()?.turn(), here()?.turn())?;
            let refused = gate.enter(&portal(), Patience::New).await;
            assert!(matches!(refused, Err(Error::Busy { .. })));
            Ok(())
        };
        whole(&gate, &portal(), None, query).await.unwrap();
        drop(gate.enter(&portal(), Patience::New).await.unwrap());
    }

    #[tokio::test]
    async fn the_time_of_a_query_begins_with_its_turn() {
        let gate = gate(Duration::from_secs(3_600));
        let held = gate.enter(&portal(), Patience::New).await.unwrap();
        let endless = async {
            here()?.turn().await?;
            std::future::pending::<Result<(), Error>>().await
        };
        let portal = portal();
        let mut query = std::pin::pin!(whole(&gate, &portal, Some(Duration::ZERO), endless));
        let waits = futures::poll!(query.as_mut());
        assert!(waits.is_pending(), "no time passes for who waits");
        drop(held);
        let over = query.await.unwrap_err();
        assert!(matches!(over, Error::Budget(_)), "{over}");
    }

    #[tokio::test]
    async fn work_that_a_query_leaves_behind_keeps_the_turn_until_it_ends() {
        let gate = gate(Duration::ZERO);
        let (mut work, portal) = (None, portal());
        let query = async {
            work = Some(here()?.turn().await?);
            Ok(())
        };
        whole(&gate, &portal, None, query).await.unwrap();
        assert!(gate.enter(&portal, Patience::New).await.is_err());
        drop(work);
        drop(gate.enter(&portal, Patience::New).await.unwrap());
    }

    #[tokio::test]
    async fn work_in_pieces_keeps_no_turn_between_them() {
        let gate = gate(Duration::ZERO);
        let work = async {
            drop(here()?.turn().await?);
            // Nobody else would be let in while it is held.
            drop(gate.enter(&portal(), Patience::New).await?);
            drop(here()?.turn().await?);
            Ok(())
        };
        in_pieces(&gate, &portal(), Patience::New, None, work).await.unwrap();
    }

    #[tokio::test]
    async fn work_whose_reader_does_not_look_at_it_keeps_nobody_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let settings = crate::Settings {
            threads: 1,
            ..crate::Settings::default()
        };
        let engine = Engine::open(folder.path(), settings).unwrap();
        let threads = engine.threads_of(&portal());
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let (begun, begins) = tokio::sync::oneshot::channel();
        let first = threads.clone();
        let first = tokio::spawn(async move {
            let work = move || {
                begun.send(()).unwrap();
                wait.recv().unwrap();
            };
            first.compute(work).await
        });
        begins.await.unwrap();
        let mut unwatched = std::pin::pin!(threads.compute(|| ()));
        assert!(futures::poll!(unwatched.as_mut()).is_pending());
        go.send(()).unwrap();
        threads.compute(|| ()).await.unwrap();
        first.await.unwrap().unwrap();
    }
}

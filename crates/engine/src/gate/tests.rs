//! Turns with real futures: who is let in, in which order, and who is not.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::*;

type Entering = Pin<Box<dyn Future<Output = Result<Turn, Error>>>>;

fn portal(name: &str) -> PortalId {
    PortalId::parse(name).unwrap()
}

fn gate(places: usize, queue: usize) -> Arc<Gate> {
    Gate::new(Limits {
        places,
        queue,
        wait: Duration::from_secs(3_600),
    })
}

fn poll(entering: &mut Entering) -> Poll<Result<Turn, Error>> {
    entering.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// Work of a portal that has come to the gate.
fn come(gate: &Arc<Gate>, name: &str, patience: Patience) -> Entering {
    let (gate, portal) = (Arc::clone(gate), portal(name));
    let mut entering: Entering = Box::pin(async move { gate.enter(&portal, patience).await });
    assert!(poll(&mut entering).is_pending(), "{name} is to wait");
    entering
}

/// Work that is let in at once.
fn let_in(gate: &Arc<Gate>, name: &str) -> Turn {
    let (gate, portal) = (Arc::clone(gate), portal(name));
    let mut entering: Entering = Box::pin(async move { gate.enter(&portal, Patience::New).await });
    ended(poll(&mut entering)).unwrap()
}

fn ended(poll: Poll<Result<Turn, Error>>) -> Result<Turn, Error> {
    match poll {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("it is to be answered at once"),
    }
}

/// Those that are let in one after the other when each ends as soon as it has begun.
fn order(mut running: Vec<Turn>, mut waiting: Vec<(&'static str, Entering)>) -> Vec<&'static str> {
    let mut order = Vec::new();
    while !running.is_empty() {
        drop(running.remove(0));
        let mut left = Vec::new();
        for (name, mut entering) in waiting {
            match poll(&mut entering) {
                Poll::Ready(turn) => {
                    running.push(turn.unwrap());
                    order.push(name);
                }
                Poll::Pending => left.push((name, entering)),
            }
        }
        waiting = left;
    }
    assert!(waiting.is_empty(), "nobody is forgotten");
    order
}

#[tokio::test]
async fn portals_take_turns_whatever_the_length_of_their_queues() {
    let gate = gate(1, 100);
    let first = let_in(&gate, "large");
    let mut waiting: Vec<(&'static str, Entering)> = Vec::new();
    for _ in 0..4 {
        waiting.push(("large", come(&gate, "large", Patience::New)));
    }
    // One of each has a place of its own, for nothing of it runs.
    let second = let_in(&gate, "small");
    for name in ["small", "small", "other"] {
        waiting.push((name, come(&gate, name, Patience::New)));
    }
    let order = order(vec![first, second], waiting);
    assert_eq!(order, ["large", "small", "other", "large", "small", "large", "large"]);
}

#[tokio::test]
async fn a_portal_of_which_nothing_runs_does_not_wait_for_the_end_of_anothers_queries() {
    let gate = gate(2, 100);
    let running = [let_in(&gate, "large"), let_in(&gate, "large")];
    let waits = come(&gate, "large", Patience::New);
    let others = [let_in(&gate, "small"), let_in(&gate, "other")];
    let mut third = come(&gate, "third", Patience::New);
    drop(others);
    assert!(poll(&mut third).is_ready(), "places beyond the first are bounded");
    drop((running, waits, third));
    let state = gate.state();
    assert_eq!((state.running, state.portals.len(), state.turns.len()), (0, 0, 0));
}

#[tokio::test]
async fn who_leaves_the_queue_is_passed_over_and_who_leaves_with_a_turn_gives_it_back() {
    let gate = gate(1, 100);
    let first = let_in(&gate, "a");
    let leaver = come(&gate, "a", Patience::New);
    let chosen = come(&gate, "a", Patience::New);
    let mut last = come(&gate, "a", Patience::New);
    drop(leaver);
    drop(first);
    assert!(poll(&mut last).is_pending(), "the turn is of the one before");
    drop(chosen);
    assert!(poll(&mut last).is_ready());
}

#[tokio::test]
async fn a_full_queue_refuses_new_work_of_that_portal_alone() {
    let gate = gate(1, 2);
    let first = let_in(&gate, "a");
    let waiting = [come(&gate, "a", Patience::New), come(&gate, "a", Patience::New)];
    let too_many = gate.enter(&portal("a"), Patience::New).await.unwrap_err();
    assert!(matches!(too_many, Error::Busy { seconds: 3_600 }), "{too_many}");
    let mut under_way = come(&gate, "a", Patience::UnderWay);
    let other = let_in(&gate, "b");
    let another = [come(&gate, "b", Patience::New)];
    drop((waiting, first, other, another));
    assert!(
        poll(&mut under_way).is_ready(),
        "what is under way waits however long the queue is"
    );
}

#[tokio::test]
async fn new_work_waits_no_longer_than_it_may_and_what_is_under_way_does() {
    let gate = Gate::new(Limits {
        places: 1,
        queue: 10,
        wait: Duration::ZERO,
    });
    let first = let_in(&gate, "a");
    let mut under_way = come(&gate, "a", Patience::UnderWay);
    let refused = gate.enter(&portal("a"), Patience::New).await.unwrap_err();
    assert!(matches!(refused, Error::Busy { seconds: 1 }), "{refused}");
    drop(first);
    assert!(poll(&mut under_way).is_ready());
}

#[tokio::test]
async fn every_turn_is_given_to_somebody_when_many_come_and_leave() {
    let gate = gate(3, 1_000);
    let tasks = (0..300_usize).map(|number| {
        let gate = Arc::clone(&gate);
        tokio::spawn(async move {
            let portal = portal(["a", "b", "c", "d", "e", "f", "g", "h"][number % 8]);
            let entering = gate.enter(&portal, Patience::New);
            if number % 5 == 0 {
                // Leaves as soon as anybody else may run.
                tokio::select! {
                    biased;
                    turn = entering => drop(turn.unwrap()),
                    () = tokio::task::yield_now() => {}
                }
                return;
            }
            let turn = entering.await.unwrap();
            tokio::task::yield_now().await;
            assert!(gate.state().running <= 6);
            drop(turn);
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let state = gate.state();
    assert_eq!((state.running, state.portals.len(), state.turns.len()), (0, 0, 0));
}

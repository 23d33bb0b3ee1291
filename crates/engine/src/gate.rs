//! Who works next: when more queries wait than there are threads for, portals take turns, so that a portal with a thousand heavy
//! queries takes no more from another than one with two.
//!
//! As many pieces of work run at a time as there are places, and as many again for portals of which nothing runs: a portal does
//! not wait for the end of another's long queries. Those that wait stand in a queue of their portal. Who leaves the queue, or waits
//! longer than the settings allow, gives up the place there.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use parvis_model::PortalId;
use tokio::sync::oneshot;

use crate::Error;

/// How long queues may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Pieces of work that run at a time.
    pub(crate) places: usize,
    /// Queries of one portal that may wait at a time.
    pub(crate) queue: usize,
    /// How long a query may wait.
    pub(crate) wait: Duration,
}

/// Whether work may be refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// Nothing of it has been done: it is refused when the queue is full, or when it has waited too long.
    New,
    /// An answer is under way, and waits as long as it takes.
    UnderWay,
}

/// Lets work in.
#[derive(Debug)]
pub(crate) struct Gate {
    limits: Limits,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    running: usize,
    /// Portals of which something runs or waits.
    portals: HashMap<PortalId, Share>,
    /// Portals of which something waits; the first is next.
    turns: VecDeque<PortalId>,
    /// Number of the next to wait.
    next: u64,
}

/// What a portal has here.
#[derive(Debug, Default)]
struct Share {
    running: usize,
    waiting: VecDeque<Waiting>,
}

/// Work that waits.
#[derive(Debug)]
struct Waiting {
    number: u64,
    patience: Patience,
    sender: oneshot::Sender<Turn>,
}

/// The right to work, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    gate: Arc<Gate>,
    portal: PortalId,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let admitted = {
            let mut state = self.gate.state();
            state.end(&self.portal);
            state.admit(self.gate.limits.places)
        };
        self.gate.call(admitted);
    }
}

/// A place in the queue.
struct Place<'a> {
    gate: &'a Gate,
    portal: &'a PortalId,
    number: u64,
    receiver: oneshot::Receiver<Turn>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        // A turn that was given meanwhile lies in the receiver, and ends with it.
        self.gate.state().leave(self.portal, self.number);
    }
}

impl Gate {
    pub(crate) fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            state: Mutex::default(),
        })
    }

    /// Waits for the turn of a piece of work. Dropping the wait gives up the place in the queue.
    ///
    /// # Errors
    /// [`Error::Busy`] when new work finds the queue full, or has waited too long.
    pub(crate) async fn enter(self: &Arc<Self>, portal: &PortalId, patience: Patience) -> Result<Turn, Error> {
        let (number, receiver, admitted) = {
            let mut state = self.state();
            if patience == Patience::New && state.new_waiting(portal) >= self.limits.queue.max(1) {
                return Err(self.busy());
            }
            let (number, receiver) = state.queue(portal, patience);
            (number, receiver, state.admit(self.limits.places))
        };
        self.call(admitted);
        let mut place = Place {
            gate: self,
            portal,
            number,
            receiver,
        };
        let turn = match patience {
            Patience::UnderWay => (&mut place.receiver).await,
            Patience::New => match tokio::time::timeout(self.limits.wait, &mut place.receiver).await {
                Ok(turn) => turn,
                Err(_) => return Err(self.busy()),
            },
        };
        turn.map_err(|_| Error::Internal("a queue of queries is gone".to_owned()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells those who were admitted.
    fn call(self: &Arc<Self>, admitted: Vec<(PortalId, oneshot::Sender<Turn>)>) {
        for (portal, sender) in admitted {
            // Who has left meanwhile gives the turn back.
            let gate = Arc::clone(self);
            let _ = sender.send(Turn { gate, portal });
        }
    }

    fn busy(&self) -> Error {
        Error::Busy {
            seconds: self.limits.wait.as_secs().max(1),
        }
    }
}

impl State {
    /// How much new work of a portal waits.
    fn new_waiting(&self, portal: &PortalId) -> usize {
        let waiting = self.portals.get(portal).map(|share| share.waiting.iter());
        let new = |waiting: &&Waiting| waiting.patience == Patience::New;
        waiting.map_or(0, |waiting| waiting.filter(new).count())
    }

    /// Puts work at the end of its portal's queue.
    fn queue(&mut self, portal: &PortalId, patience: Patience) -> (u64, oneshot::Receiver<Turn>) {
        let (sender, receiver) = oneshot::channel();
        let number = self.next;
        self.next += 1;
        let share = self.portals.entry(portal.clone()).or_default();
        if share.waiting.is_empty() {
            self.turns.push_back(portal.clone());
        }
        share.waiting.push_back(Waiting {
            number,
            patience,
            sender,
        });
        (number, receiver)
    }

    /// Takes work out of the queue, if it is still there.
    fn leave(&mut self, portal: &PortalId, number: u64) {
        let Some(share) = self.portals.get_mut(portal) else {
            return;
        };
        let before = share.waiting.len();
        share.waiting.retain(|waiting| waiting.number != number);
        if share.waiting.is_empty() && before > 0 {
            self.turns.retain(|other| other != portal);
        }
        self.forget(portal);
    }

    /// A piece of work has ended.
    fn end(&mut self, portal: &PortalId) {
        self.running = self.running.saturating_sub(1);
        if let Some(share) = self.portals.get_mut(portal) {
            share.running = share.running.saturating_sub(1);
        }
        self.forget(portal);
    }

    /// Keeps nothing of a portal that has nothing here.
    fn forget(&mut self, portal: &PortalId) {
        let idle = |share: &Share| share.running == 0 && share.waiting.is_empty();
        if self.portals.get(portal).is_some_and(idle) {
            self.portals.remove(portal);
        }
    }

    /// Takes those out of the queues whose turn it is.
    fn admit(&mut self, places: usize) -> Vec<(PortalId, oneshot::Sender<Turn>)> {
        let mut admitted = Vec::new();
        while let Some(portal) = self.whose_turn(places) {
            let Some(share) = self.portals.get_mut(&portal) else {
                break;
            };
            let Some(first) = share.waiting.pop_front() else { break };
            share.running += 1;
            self.running += 1;
            if !share.waiting.is_empty() {
                self.turns.push_back(portal.clone());
            }
            admitted.push((portal, first.sender));
        }
        admitted
    }

    /// The portal whose turn it is, taken out of the order of turns; `None` when nobody waits or there is no place.
    fn whose_turn(&mut self, places: usize) -> Option<PortalId> {
        if self.running < places {
            return self.turns.pop_front();
        }
        if self.running >= 2 * places {
            return None;
        }
        let idle = |portal: &PortalId| self.portals.get(portal).is_none_or(|share| share.running == 0);
        let index = self.turns.iter().position(idle)?;
        self.turns.remove(index)
    }
}

#[cfg(test)]
mod tests;

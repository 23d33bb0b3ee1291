//! Counters in memory. However many requests come and whatever they ask for, they hold a bounded number of sums.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use parvis_model::PortalId;
use parvis_model::audience::Event;

/// Seconds of an hour.
pub(super) const HOUR: i64 = 3_600;
/// Threads count in this many places, so that they do not wait for each other.
const SHARDS: usize = 16;
/// Most names of datasets that one place holds for one event of one hour; more are counted without a name. Names are those of
/// datasets that were found, so this is a second fence.
const MOST_NAMES: usize = 4_096;

/// Sums by dataset; the empty name is for what was about none.
type Names = HashMap<Box<str>, u64>;
/// Sums of a portal by the hour of UTC in which they happened. Details are words of closed lists.
type Events = HashMap<(i64, Event), Names>;

/// A sum that was counted and is to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub portal: PortalId,
    /// Hours since 1970, UTC.
    pub hour: i64,
    pub event: Event,
    /// Slug or uid, or empty.
    pub dataset: Box<str>,
    pub count: u64,
}

/// What has been counted since the last flush.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    shards: [Mutex<HashMap<PortalId, Events>>; SHARDS],
    /// Held by whoever flushes: the next one waits until the sums are on the disk.
    pub(super) turn: tokio::sync::Mutex<()>,
}

/// The place in which this thread counts.
fn own_shard() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static OWN: usize = NEXT.fetch_add(1, Ordering::Relaxed) % SHARDS;
    }
    OWN.with(|own| *own)
}

fn locked(shard: &Mutex<HashMap<PortalId, Events>>) -> MutexGuard<'_, HashMap<PortalId, Events>> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

fn add(shard: &mut HashMap<PortalId, Events>, portal: &PortalId, at: (i64, Event), name: &str, count: u64) {
    let events = match shard.get_mut(portal) {
        Some(events) => events,
        None => shard.entry(portal.clone()).or_default(),
    };
    let names = events.entry(at).or_default();
    if let Some(sum) = names.get_mut(name) {
        *sum = sum.saturating_add(count);
        return;
    }
    let name = if names.len() < MOST_NAMES { name } else { "" };
    let sum = names.entry(name.into()).or_default();
    *sum = sum.saturating_add(count);
}

impl Counters {
    /// Counts one event at `second` (since 1970).
    pub fn add(&self, portal: &PortalId, second: i64, event: Event, dataset: Option<&str>) {
        let at = (second.div_euclid(HOUR), event);
        add(
            &mut locked(&self.shards[own_shard()]),
            portal,
            at,
            dataset.unwrap_or_default(),
            1,
        );
    }

    /// Takes all sums out.
    pub(super) fn take(&self) -> Vec<Held> {
        let mut all = Vec::new();
        for shard in &self.shards {
            let taken = std::mem::take(&mut *locked(shard));
            for (portal, events) in taken {
                for ((hour, event), names) in events {
                    all.extend(names.into_iter().map(|(dataset, count)| Held {
                        portal: portal.clone(),
                        hour,
                        event,
                        dataset,
                        count,
                    }));
                }
            }
        }
        all
    }

    /// Puts sums back that could not be stored.
    pub(super) fn put_back(&self, held: Vec<Held>) {
        let mut shard = locked(&self.shards[own_shard()]);
        for one in held {
            add(&mut shard, &one.portal, (one.hour, one.event), &one.dataset, one.count);
        }
    }
}

#[cfg(test)]
mod tests {
    use parvis_model::audience::Kind;

    use super::*;

    const VIEW: Event = Event {
        kind: Kind::View,
        detail: "table",
        robot: false,
    };

    #[test]
    fn equal_events_of_an_hour_are_one_sum_and_what_was_put_back_is_counted_again() {
        let counters = Counters::default();
        let orleans = PortalId::new("orleans");
        for second in [7_200, 7_201, 10_799, 10_800] {
            counters.add(&orleans, second, VIEW, Some("places"));
        }
        let mut held = counters.take();
        held.sort_by_key(|held| held.hour);
        let sums: Vec<(i64, u64)> = held.iter().map(|held| (held.hour, held.count)).collect();
        assert_eq!(sums, [(2, 3), (3, 1)]);
        assert_eq!(counters.take(), []);
        counters.put_back(held);
        counters.add(&orleans, 7_200, VIEW, Some("places"));
        assert_eq!(counters.take().iter().map(|held| held.count).sum::<u64>(), 5);
    }

    #[test]
    fn names_beyond_the_most_are_counted_without_one() {
        let counters = Counters::default();
        let orleans = PortalId::new("orleans");
        for number in 0..3 * MOST_NAMES {
            counters.add(&orleans, 0, VIEW, Some(&format!("d{number}")));
        }
        let held = counters.take();
        assert!(held.len() <= MOST_NAMES + 1, "{}", held.len());
        assert_eq!(held.iter().map(|held| held.count).sum::<u64>(), 3 * MOST_NAMES as u64);
    }

    #[test]
    fn no_count_of_many_threads_is_lost() {
        let counters = Counters::default();
        let orleans = PortalId::new("orleans");
        let taken = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        for _ in 0..1_000 {
                            counters.add(&orleans, 0, VIEW, None);
                        }
                    })
                })
                .collect();
            let early: u64 = counters.take().iter().map(|held| held.count).sum();
            threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
            early
        });
        let late: u64 = counters.take().iter().map(|held| held.count).sum();
        assert_eq!(taken + late, 8_000);
    }
}

//! The judgement itself.

use std::collections::BTreeMap;

use super::order::misplaced;
use super::{Entry, Fault, Gap, Stray, Verifier};

/// What is known of the hash of the record that is looked at.
#[derive(Clone, Copy)]
enum Expected {
    Nothing,
    /// A genuine record, or a signature, states it.
    Certain([u8; 32]),
    /// An altered record states it.
    Doubtful([u8; 32]),
}

/// Judges the records up to number `until`.
pub(super) fn settle(verifier: &mut Verifier, until: u64) {
    let base = verifier.base.0;
    if until < base {
        // The head of a day that was purged.
        return;
    }
    let entries = std::mem::take(&mut verifier.pending);
    let mut by_seq: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        if let Some(seq) = entry.seq.filter(|seq| *seq > base && *seq <= until) {
            by_seq.entry(seq).or_default().push(index);
        }
    }
    let kept = walk_back(verifier, &entries, &by_seq, until);
    set_apart(verifier, &entries, &kept, base);
    if until > base {
        // What follows must link to the last record: as it was signed, or else as it stands.
        let last = kept.iter().find(|(_, seq)| **seq == until);
        let signed = verifier.heads.get(&until).copied();
        verifier.base = (until, signed.or(last.map(|(index, _)| entries[*index].hash)));
    }
}

/// Goes from the last record to the first. Answers which entry stands for which number.
fn walk_back(
    verifier: &mut Verifier,
    entries: &[Entry],
    by_seq: &BTreeMap<u64, Vec<usize>>,
    until: u64,
) -> BTreeMap<usize, u64> {
    let (base, base_hash) = verifier.base;
    let mut kept = BTreeMap::new();
    let mut expected = Expected::Nothing;
    let mut next = until;
    for (&seq, candidates) in by_seq.iter().rev() {
        if seq < next {
            missing(verifier, seq + 1, next, expected);
            expected = Expected::Nothing;
        }
        let head = verifier.heads.get(&seq).copied();
        if let Some(hash) = head {
            expected = Expected::Certain(hash);
        }
        let choice = choose(entries, by_seq, candidates, seq, expected);
        let entry = &entries[choice];
        kept.insert(choice, seq);
        let stated = entry.previous;
        let sound = match expected {
            Expected::Certain(hash) if hash != entry.hash => {
                let since = head.map(|_| verifier.heads.range(..seq).next_back().map_or(base, |(seq, _)| *seq) + 1);
                verifier.fault(Fault::Altered { seq, since });
                false
            }
            Expected::Doubtful(hash) if hash != entry.hash => {
                verifier.fault(Fault::Unproven { seq });
                true
            }
            _ => true,
        };
        if sound && seq == base + 1 && base_hash.is_some_and(|hash| hash != stated) {
            verifier.fault(Fault::Forked { seq });
        }
        expected = if sound {
            Expected::Certain(stated)
        } else {
            Expected::Doubtful(stated)
        };
        next = seq - 1;
    }
    if next > base {
        missing(verifier, base + 1, next, expected);
    }
    kept
}

fn missing(verifier: &mut Verifier, from: u64, to: u64, expected: Expected) {
    let stated = match expected {
        Expected::Certain(hash) => Some(hash),
        Expected::Nothing | Expected::Doubtful(_) => None,
    };
    let hash = verifier.heads.get(&to).copied().or(stated);
    verifier.gap(Gap { from, to, hash });
}

/// Of several entries that claim a number: the one with the hash that is expected, else the one that links to the record
/// before, and among equals the one that stands after the record before.
fn choose(
    entries: &[Entry],
    by_seq: &BTreeMap<u64, Vec<usize>>,
    candidates: &[usize],
    seq: u64,
    expected: Expected,
) -> usize {
    let links = |entry: &Entry| {
        let before = by_seq.get(&(seq - 1)).map_or(&[][..], Vec::as_slice);
        before.iter().any(|index| entries[*index].hash == entry.previous)
    };
    let rank = |index: &usize| {
        let entry = &entries[*index];
        let fits = match expected {
            Expected::Nothing => false,
            Expected::Certain(hash) | Expected::Doubtful(hash) => hash == entry.hash,
        };
        let in_place = index
            .checked_sub(1)
            .is_none_or(|before| entries[before].seq == Some(seq - 1));
        (fits, links(entry), in_place)
    };
    let mut best = candidates[0];
    for candidate in candidates {
        if rank(candidate) > rank(&best) {
            best = *candidate;
        }
    }
    best
}

/// Names what stands in another place than its number's, and keeps what has no place.
fn set_apart(verifier: &mut Verifier, entries: &[Entry], kept: &BTreeMap<usize, u64>, base: u64) {
    let (indices, numbers): (Vec<usize>, Vec<u64>) = kept.iter().unzip();
    for moved in misplaced(&numbers) {
        let place = entries[indices[moved]].place;
        verifier.fault(Fault::Reordered {
            seq: numbers[moved],
            place,
        });
    }
    let mut after = base;
    for (index, entry) in entries.iter().enumerate() {
        match kept.get(&index) {
            Some(seq) => after = *seq,
            None => verifier.stray(Stray {
                place: entry.place,
                seq: entry.seq,
                hash: entry.hash,
                after,
            }),
        }
    }
}

/// Brings strays and gaps together: moved from another day, altered beyond recognition, or inserted.
pub(super) fn reconcile(verifier: &mut Verifier, signed: u64) {
    let strays = std::mem::take(&mut verifier.strays);
    let mut gaps = std::mem::take(&mut verifier.gaps);
    let mut beyond: Option<(u64, u64)> = None;
    // The stray before: its place, and the number that it turned out to be.
    let mut last: Option<(u64, u64)> = None;
    for stray in strays {
        let moved = gaps
            .iter()
            .position(|gap| Some(gap.to) == stray.seq && gap.hash == Some(stray.hash));
        if let Some(index) = moved {
            let (seq, place) = (gaps[index].to, stray.place);
            verifier.fault(Fault::Reordered { seq, place });
            shorten(&mut gaps, index, true);
            continue;
        }
        let after = match last {
            Some((place, seq)) if place + 1 == stray.place => seq,
            _ => stray.after,
        };
        if let Some(index) = gaps.iter().position(|gap| gap.from == after + 1) {
            let seq = gaps[index].from;
            verifier.fault(Fault::Altered { seq, since: None });
            shorten(&mut gaps, index, false);
            last = Some((stray.place, seq));
            continue;
        }
        match stray.seq.filter(|seq| *seq > signed) {
            Some(seq) => {
                beyond = Some(beyond.map_or((seq, seq), |(from, to)| (from.min(seq), to.max(seq))));
            }
            None => verifier.fault(Fault::Inserted {
                place: stray.place,
                seq: stray.seq,
            }),
        }
    }
    if let Some((from, to)) = beyond {
        verifier.fault(Fault::Unsigned { from, to });
    }
    for gap in gaps {
        verifier.fault(Fault::Missing {
            from: gap.from,
            to: gap.to,
        });
    }
}

/// Takes one number off a gap, at its end or at its beginning.
fn shorten(gaps: &mut Vec<Gap>, index: usize, at_end: bool) {
    if gaps[index].from == gaps[index].to {
        gaps.remove(index);
    } else if at_end {
        gaps[index].to -= 1;
        gaps[index].hash = None;
    } else {
        gaps[index].from += 1;
    }
}

//! Which records: one bit each.

use std::ops::Range;

use arrow::array::{Array, BooleanArray};

use super::codes::Code;

/// Records of a block: filters work block by block, so that what they look at stays in the processor's cache.
pub(crate) const BLOCK: usize = 16_384;
/// Words of a block.
pub(crate) const BLOCK_WORDS: usize = BLOCK / 64;

/// The records that match.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bits {
    /// Bit `i % 64` of word `i / 64` is record `i`; those past the last record are zero.
    words: Vec<u64>,
    count: u64,
}

impl Bits {
    /// From words whose bits past the last record are zero.
    pub(crate) fn new(words: Vec<u64>) -> Self {
        let count = words.iter().map(|word| u64::from(word.count_ones())).sum();
        Self { words, count }
    }

    /// All of `len` records.
    pub(crate) fn all(len: usize) -> Self {
        Self::new(all(len))
    }

    /// How many match.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// How many of the records in `range`, which begins with a block, match.
    pub(crate) fn count_in(&self, range: &Range<usize>) -> u64 {
        let end = range.end.div_ceil(64).min(self.words.len());
        let words = &self.words[(range.start / 64).min(end)..end];
        words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// Bytes of memory taken.
    pub(crate) fn bytes(&self) -> usize {
        self.words.len() * 8
    }

    /// The words of records `from..` for at most a block; `from` is a multiple of [`BLOCK`].
    pub(crate) fn block(&self, from: usize) -> &[u64] {
        let start = (from / 64).min(self.words.len());
        &self.words[start..(start + BLOCK_WORDS).min(self.words.len())]
    }

    /// The numbers of the records `offset..offset + limit` among those that match and have a number larger than `after`.
    pub(crate) fn page(&self, after: Option<u64>, offset: u64, limit: u64) -> Vec<u64> {
        let mut skip = offset;
        let mut rows = Vec::new();
        let first = after.map_or(0, |row| usize::try_from(row + 1).unwrap_or(usize::MAX));
        for (place, word) in self.words.iter().enumerate().skip(first / 64) {
            let before = if place == first / 64 {
                (1_u64 << (first % 64)) - 1
            } else {
                0
            };
            let word = &(word & !before);
            if rows.len() as u64 >= limit {
                break;
            }
            let ones = u64::from(word.count_ones());
            if skip >= ones {
                skip -= ones;
                continue;
            }
            let in_word = ones_of(*word).skip(usize::try_from(skip).unwrap_or(64));
            rows.extend(in_word.map(|bit| (place * 64 + bit) as u64));
            skip = 0;
        }
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        rows
    }
}

/// The places of the ones of a word, ascending.
pub(crate) fn ones_of(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        if word == 0 {
            return None;
        }
        let bit = word.trailing_zeros() as usize;
        word &= word - 1;
        Some(bit)
    })
}

/// The places of the ones of a block.
pub(crate) fn places_of(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words
        .iter()
        .enumerate()
        .flat_map(|(place, word)| ones_of(*word).map(move |bit| place * 64 + bit))
}

/// Has the processor bring values near before they are worked on: it waits for one cache line after the other where much is done
/// with each, and for many at once where nothing is.
#[inline]
pub(crate) fn bring_near<T: Copy>(values: &[T]) {
    const LINE: usize = 64;
    for value in values.iter().step_by((LINE / size_of::<T>()).max(1)) {
        std::hint::black_box(*value);
    }
}

/// The bits of the values for which `test` holds. A test without branches is run on several values at once.
#[inline]
pub(crate) fn collect<T: Copy>(values: &[T], test: impl Fn(T) -> bool) -> Vec<u64> {
    bring_near(values);
    let mut words = Vec::with_capacity(values.len().div_ceil(64));
    let (chunks, rest) = values.as_chunks::<64>();
    for chunk in chunks {
        let mut flags = [0_u8; 64];
        for (flag, value) in flags.iter_mut().zip(chunk) {
            *flag = u8::from(test(*value));
        }
        words.push(packed(&flags));
    }
    if !rest.is_empty() {
        let bits = rest.iter().enumerate();
        words.push(bits.fold(0, |word, (bit, value)| word | u64::from(test(*value)) << bit));
    }
    words
}

/// The places of the few values for which `test` holds; it is run on several values at once, and on each only where one fits.
pub(crate) fn rare<T: Copy>(values: &[T], test: impl Fn(T) -> bool) -> Vec<usize> {
    const CHUNK: usize = 64;
    bring_near(values);
    let mut places = Vec::new();
    let mut each = |chunk: &[T], start: usize| {
        let fitting = chunk.iter().zip(start..).filter(|(value, _)| test(**value));
        places.extend(fitting.map(|(_, place)| place));
    };
    let (chunks, rest) = values.as_chunks::<CHUNK>();
    for (at, chunk) in chunks.iter().enumerate() {
        if chunk.iter().fold(0, |any, value| any | u8::from(test(*value))) != 0 {
            each(chunk, at * CHUNK);
        }
    }
    each(rest, chunks.len() * CHUNK);
    places
}

/// The bits of the codes between `from` and `to`, both included.
pub(crate) fn between<T: Code>(codes: &[T], from: u32, to: u32) -> Vec<u64> {
    let Ok(from) = T::try_from(from) else {
        return vec![0; codes.len().div_ceil(64)];
    };
    let to = T::try_from(to).unwrap_or(T::LARGEST);
    collect(codes, |code| code.within(from, to))
}

/// Flags of 0 or 1 as the bits of a word.
fn packed(flags: &[u8; 64]) -> u64 {
    // The product moves the eight flags into its last byte, the first flag to its lowest bit.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let (eights, _) = flags.as_chunks::<8>();
    eights.iter().enumerate().fold(0, |word, (place, eight)| {
        let byte = u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56;
        word | byte << (8 * place)
    })
}

/// The bits of a block of `len` records, all of them set.
pub(crate) fn all(len: usize) -> Vec<u64> {
    let mut words = vec![u64::MAX; len.div_ceil(64)];
    trim(&mut words, len);
    words
}

/// Clears the bits past `len`.
pub(crate) fn trim(words: &mut [u64], len: usize) {
    if let Some(last) = words.last_mut()
        && !len.is_multiple_of(64)
    {
        *last &= (1 << (len % 64)) - 1;
    }
}

/// The bits of values that are true, neither false nor null.
pub(crate) fn of_true(values: &BooleanArray) -> Vec<u64> {
    let bits = match values.nulls() {
        Some(nulls) => values.values() & nulls.inner(),
        None => values.values().clone(),
    };
    let len = bits.len();
    let chunks = bits.bit_chunks();
    let mut words: Vec<u64> = chunks.iter_padded().collect();
    words.truncate(len.div_ceil(64));
    trim(&mut words, len);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_the_numbers_of_the_ones() {
        let wanted: Vec<u64> = (0..1_000).filter(|row| row % 7 == 3 || row % 64 == 63).collect();
        let all: Vec<u64> = (0..1_000).collect();
        let bits = Bits::new(collect(&all, |row| wanted.contains(&row)));
        assert_eq!(bits.count(), wanted.len() as u64);
        assert_eq!(bits.page(None, 0, u64::MAX), wanted);
        assert_eq!(bits.page(None, 11, 20), wanted[11..31]);
        assert_eq!(bits.page(None, 10_000, 20), Vec::<u64>::new());
        for after in 0..1_000 {
            let rest: Vec<u64> = wanted.iter().copied().filter(|row| *row > after).collect();
            assert_eq!(bits.page(Some(after), 0, u64::MAX), rest, "{after}");
        }
        assert_eq!(places_of(bits.block(0)).count(), wanted.len());
    }

    #[test]
    fn null_is_not_true() {
        let values: BooleanArray = (0..130).map(|i| (i % 3 != 0).then_some(i % 2 == 0)).collect();
        let bits = Bits::new(of_true(&values));
        let wanted: Vec<u64> = (0..130).filter(|i| i % 3 != 0 && i % 2 == 0).collect();
        assert_eq!(bits.page(None, 0, 1_000), wanted);
        assert_eq!(
            Bits::new(of_true(&values.slice(5, 70))).count(),
            wanted.iter().filter(|i| (5..75).contains(*i)).count() as u64
        );
        assert_eq!(Bits::new(all(130)).count(), 130);
    }
}

//! Which records: one bit each.

use arrow::array::{Array, BooleanArray};

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

    /// Bytes of memory taken.
    pub(crate) fn bytes(&self) -> usize {
        self.words.len() * 8
    }

    /// The words of records `from..` for at most a block; `from` is a multiple of [`BLOCK`].
    pub(crate) fn block(&self, from: usize) -> &[u64] {
        let start = (from / 64).min(self.words.len());
        &self.words[start..(start + BLOCK_WORDS).min(self.words.len())]
    }

    /// The numbers of the records `offset..offset + limit` among those that match.
    pub(crate) fn page(&self, offset: u64, limit: u64) -> Vec<u64> {
        let mut skip = offset;
        let mut rows = Vec::new();
        for (place, word) in self.words.iter().enumerate() {
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

/// The bits of `len` records for which `test` holds.
#[inline]
pub(crate) fn collect(len: usize, mut test: impl FnMut(usize) -> bool) -> Vec<u64> {
    let mut words = Vec::with_capacity(len.div_ceil(64));
    for start in (0..len).step_by(64) {
        let mut word = 0_u64;
        for bit in 0..64.min(len - start) {
            word |= u64::from(test(start + bit)) << bit;
        }
        words.push(word);
    }
    words
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
        let bits = Bits::new(collect(1_000, |row| wanted.contains(&(row as u64))));
        assert_eq!(bits.count(), wanted.len() as u64);
        assert_eq!(bits.page(0, u64::MAX), wanted);
        assert_eq!(bits.page(11, 20), wanted[11..31]);
        assert_eq!(bits.page(10_000, 20), Vec::<u64>::new());
        assert_eq!(places_of(bits.block(0)).count(), wanted.len());
    }

    #[test]
    fn null_is_not_true() {
        let values: BooleanArray = (0..130).map(|i| (i % 3 != 0).then_some(i % 2 == 0)).collect();
        let bits = Bits::new(of_true(&values));
        let wanted: Vec<u64> = (0..130).filter(|i| i % 3 != 0 && i % 2 == 0).collect();
        assert_eq!(bits.page(0, 1_000), wanted);
        assert_eq!(
            Bits::new(of_true(&values.slice(5, 70))).count(),
            wanted.iter().filter(|i| (5..75).contains(*i)).count() as u64
        );
        assert_eq!(Bits::new(all(130)).count(), 130);
    }
}

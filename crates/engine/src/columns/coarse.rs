//! Wide codes cut short: a range of them is found in half the memory, and only the records at its ends are looked at twice.

use arrow::buffer::ScalarBuffer;

use super::bits;
use super::column::NO_VALUE;

/// The largest short code of a record with a value; the next is that of all without.
const LARGEST: u32 = u16::MAX as u32 - 1;

/// The first bits of codes.
#[derive(Clone, Debug)]
pub(crate) struct Coarse {
    short: ScalarBuffer<u16>,
    /// Bits that are cut off.
    shift: u32,
}

impl Coarse {
    /// Those of `codes`.
    pub(crate) fn new(codes: &[u32]) -> Self {
        let largest = codes
            .iter()
            .copied()
            .filter(|code| *code != NO_VALUE)
            .max()
            .unwrap_or(0);
        let shift = (0..u32::BITS)
            .find(|shift| largest >> shift <= LARGEST)
            .unwrap_or_default();
        let short = codes.iter().map(|code| cut(*code, shift));
        Self {
            short: short.collect::<Vec<_>>().into(),
            shift,
        }
    }

    /// Bytes of memory taken.
    pub(crate) fn bytes(&self) -> usize {
        self.short.inner().len()
    }

    /// Which of `codes`, those of the records from `start`, lie between two, both included.
    pub(crate) fn between(&self, codes: &[u32], start: usize, from: u32, to: u32) -> Vec<u64> {
        let short = &self.short[start..start + codes.len()];
        let (first, last) = (cut(from, self.shift), cut(to, self.shift));
        let unsure = bits::rare(short, |code| (code == first) | (code == last));
        if unsure.len() > codes.len() / 16 {
            return bits::between(codes, from, to);
        }
        let mut found = bits::between(short, first.into(), last.into());
        for place in unsure {
            if !(from..=to).contains(&codes[place]) {
                found[place / 64] &= !(1 << (place % 64));
            }
        }
        found
    }
}

fn cut(code: u32, shift: u32) -> u16 {
    u16::try_from(code >> shift).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_records_between_two_codes_are_those_that_all_bits_tell(
            mut codes in prop::collection::vec(prop_oneof![8 => 0_u32..10_000_000, 1 => 0_u32..300, 1 => Just(NO_VALUE)], 200..500),
            widest in prop::option::of(NO_VALUE - 3..NO_VALUE),
            from in 0_u32..10_000_000,
            width in prop_oneof![0_u32..100, 0_u32..10_000_000, Just(NO_VALUE)],
        ) {
            codes.extend(widest);
            let coarse = Coarse::new(&codes);
            let to = from.saturating_add(width).min(NO_VALUE - 1);
            for (from, to) in [(from, to), (0, to), (codes[0].min(NO_VALUE - 1), NO_VALUE - 1)] {
                prop_assert_eq!(coarse.between(&codes, 0, from, to), bits::between(&codes, from, to));
                prop_assert_eq!(coarse.between(&codes[64..], 64, from, to), bits::between(&codes[64..], from, to));
            }
        }
    }
}

//! The records of one word.
//!
//! A list is chunks of the records whose numbers share all but the last 16 bits: those shared bits and the count less one, in two
//! bytes each, and then the last 16 bits of each record, or one bit per possible record when that is shorter.

/// Records of a chunk beyond which one bit for each possible record is shorter.
const FEW: usize = 4_096;
/// Bytes of one bit for each possible record of a chunk.
const MAP: usize = 8_192;

/// Writes the records of one word after the other.
#[derive(Default)]
pub(super) struct Encoder {
    list: Vec<u8>,
    /// What the records of the chunk share.
    shared: u16,
    lows: Vec<u16>,
    first: Option<u32>,
    last: Option<u32>,
}

/// What [`Encoder::finish`] has of a word.
pub(super) enum Encoded<'a> {
    One(u32),
    List(&'a [u8]),
}

impl Encoder {
    /// Adds a record, whose number is larger than those before.
    pub(super) fn add(&mut self, record: u32) {
        let [a, b, c, d] = record.to_le_bytes();
        let (low, shared) = (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
        if shared != self.shared {
            self.end_chunk();
            self.shared = shared;
        }
        self.lows.push(low);
        self.first = self.first.or(Some(record));
        self.last = Some(record);
    }

    fn end_chunk(&mut self) {
        let Some(more) = self.lows.len().checked_sub(1) else {
            return;
        };
        let more = u16::try_from(more).expect("a chunk has no more records than there are last bits");
        self.list.extend(self.shared.to_le_bytes());
        self.list.extend(more.to_le_bytes());
        if self.lows.len() <= FEW {
            self.list.extend(self.lows.iter().flat_map(|low| low.to_le_bytes()));
        } else {
            let mut map = [0_u8; MAP];
            for low in &self.lows {
                map[usize::from(low / 8)] |= 1 << (low % 8);
            }
            self.list.extend(map);
        }
        self.lows.clear();
    }

    /// The records since the last call; `None` when there were none.
    pub(super) fn finish<T>(&mut self, write: impl FnOnce(Encoded<'_>) -> T) -> Option<T> {
        let first = self.first.take()?;
        let written = if self.last == Some(first) {
            self.lows.clear();
            write(Encoded::One(first))
        } else {
            self.end_chunk();
            write(Encoded::List(&self.list))
        };
        self.list.clear();
        Some(written)
    }
}

/// Sets the bits of the records of a list; `None` when it is not one, or has records that there are no bits for.
pub(super) fn set(mut list: &[u8], bits: &mut [u64]) -> Option<()> {
    while let Some((head, rest)) = list.split_first_chunk::<4>() {
        let [a, b, c, d] = *head;
        let count = usize::from(u16::from_le_bytes([c, d])) + 1;
        let chunk = bits.get_mut(usize::from(u16::from_le_bytes([a, b])) * (MAP / 8)..)?;
        let length = if count <= FEW { count * 2 } else { MAP };
        let (own, others) = rest.split_at_checked(length)?;
        if count <= FEW {
            for low in own.as_chunks::<2>().0 {
                let low = u16::from_le_bytes(*low);
                *chunk.get_mut(usize::from(low / 64))? |= 1 << (low % 64);
            }
        } else {
            for (word, eight) in chunk.iter_mut().zip(own.as_chunks::<8>().0) {
                *word |= u64::from_le_bytes(*eight);
            }
        }
        list = others;
    }
    list.is_empty().then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The list of records that `keep` holds for, and whether it is only one.
    fn encoded(encoder: &mut Encoder, records: &[u32]) -> Option<(Vec<u8>, bool)> {
        records.iter().for_each(|record| encoder.add(*record));
        encoder.finish(|encoded| match encoded {
            Encoded::One(record) => (record.to_le_bytes().to_vec(), true),
            Encoded::List(list) => (list.to_vec(), false),
        })
    }

    #[test]
    fn lists_are_read_back_however_dense_they_are() {
        let mut encoder = Encoder::default();
        assert_eq!(encoded(&mut encoder, &[]), None);
        assert_eq!(
            encoded(&mut encoder, &[70_000]),
            Some((70_000_u32.to_le_bytes().to_vec(), true))
        );
        let all = 200_003_u32;
        for keep in [1_u32, 2, 15, 16, 17, 1_000, 66_000] {
            let records: Vec<u32> = (0..all).filter(|record| record % keep == keep / 2).collect();
            let (list, one) = encoded(&mut encoder, &records).unwrap();
            assert!(!one);
            let mut bits = vec![0_u64; 200_003_usize.div_ceil(64)];
            set(&list, &mut bits).unwrap();
            let found: Vec<u32> = (0..all)
                .filter(|record| bits[*record as usize / 64] >> (record % 64) & 1 == 1)
                .collect();
            assert_eq!(found, records, "every {keep}");
            assert_eq!(set(&list[..list.len() - 1], &mut bits), None);
            assert_eq!(set(&list, &mut [0; 8]), None);
        }
    }
}

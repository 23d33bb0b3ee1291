//! The words of a column of a table in memory.

use std::collections::HashMap;

use arrow::array::{Array, ArrayRef};
use parvis_model::collate::fold_into;

use super::fuzzy::{Mistakes, Verdict};
use crate::udf::terms::{Term, words};
use crate::udf::text::each_text;

/// Every word, in the order of their bytes, with the numbers of the records that have it.
#[derive(Debug)]
pub(crate) struct TableWords(Vec<(String, Vec<u32>)>);

impl TableWords {
    /// The words of texts or of lists of them; of anything else none.
    pub(crate) fn new(texts: &ArrayRef) -> Self {
        let mut met: HashMap<String, Vec<u32>> = HashMap::new();
        let mut folded = String::new();
        for (row, number) in (0..texts.len()).zip(0_u32..) {
            each_text(texts, row, &mut |text| {
                folded.clear();
                fold_into(text, &mut folded);
                for word in words(&folded) {
                    match met.get_mut(word) {
                        Some(records) if records.last() == Some(&number) => {}
                        Some(records) => records.push(number),
                        None => {
                            met.insert(word.to_owned(), vec![number]);
                        }
                    }
                }
            });
        }
        let mut words: Vec<_> = met.into_iter().collect();
        words.sort_unstable();
        Self(words)
    }

    /// Sets the bits of the records that have a word that `term` finds, as [`super::Words::find`].
    pub(crate) fn find(&self, term: &Term, bits: &mut [u64]) {
        let mut take = |(_, records): &(String, Vec<u32>)| {
            for record in records {
                bits[*record as usize / 64] |= 1 << (record % 64);
            }
        };
        match term {
            Term::Word(wanted) => {
                let found = self.0.binary_search_by(|(word, _)| word.as_str().cmp(wanted));
                found.into_iter().for_each(|place| take(&self.0[place]));
            }
            Term::Prefix(prefix) => {
                let words = self.0[self.first_from(prefix.as_bytes())..].iter();
                words
                    .take_while(|(word, _)| word.starts_with(prefix.as_str()))
                    .for_each(take);
            }
            Term::Fuzzy(wanted, most) => {
                let mut mistakes = Mistakes::new(wanted, *most);
                let mut place = 0;
                while let Some(entry) = self.0.get(place) {
                    match mistakes.look(&entry.0) {
                        Verdict::Found => take(entry),
                        Verdict::Other => {}
                        Verdict::Lost(length) => {
                            // Past all words that begin alike.
                            let lost = &entry.0.as_bytes()[..length];
                            let alike = |(word, _): &(String, _)| word.as_bytes().starts_with(lost);
                            place += self.0[place..].partition_point(alike).max(1);
                            continue;
                        }
                    }
                    place += 1;
                }
            }
        }
    }

    /// The place of the first word that is not before `bytes`.
    fn first_from(&self, bytes: &[u8]) -> usize {
        self.0.partition_point(|(word, _)| word.as_bytes() < bytes)
    }
}

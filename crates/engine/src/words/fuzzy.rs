//! Words with mistakes, looked for in an ordered list of words.

/// Counts the mistakes of one word after the other against a term. What two neighbours begin with alike is counted once.
pub(super) struct Mistakes {
    term: Vec<char>,
    most: usize,
    /// The letters of the word that was looked at last, as far as they were looked at.
    letters: Vec<char>,
    /// Rows of one number more than the term has letters: number `j` of row `i` is the mistakes between the first `i` letters of the
    /// word and the first `j` of the term.
    rows: Vec<usize>,
}

/// What a word is to a term.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Found,
    Other,
    /// So are all words that begin with the first so many bytes of this one.
    Lost(usize),
}

impl Mistakes {
    pub(super) fn new(term: &str, most: usize) -> Self {
        let term: Vec<char> = term.chars().collect();
        let rows = (0..=term.len()).collect();
        Self {
            term,
            most,
            letters: Vec::new(),
            rows,
        }
    }

    /// Whether `word` is the term with at most `most` mistakes, as `Term::matches` counts them.
    pub(super) fn look(&mut self, word: &str) -> Verdict {
        let width = self.term.len() + 1;
        let alike = word.chars().zip(&self.letters).take_while(|(a, b)| a == *b).count();
        self.letters.truncate(alike);
        self.rows.truncate((alike + 1) * width);
        let mut next = word.char_indices().skip(alike);
        loop {
            let row = &self.rows[self.letters.len() * width..];
            let letter = next.next();
            // No later row has a smaller number: an insertion, a replacement and a swap all go on from one.
            if row.iter().all(|mistakes| *mistakes > self.most) {
                return Verdict::Lost(letter.map_or(word.len(), |(at, _)| at));
            }
            match letter {
                Some((_, letter)) => self.add_row(letter),
                None if row[self.term.len()] <= self.most => return Verdict::Found,
                None => return Verdict::Other,
            }
        }
    }

    /// Adds the row of the next letter.
    fn add_row(&mut self, letter: char) {
        let (i, width) = (self.letters.len() + 1, self.term.len() + 1);
        let (previous, own) = ((i - 1) * width, i * width);
        self.rows.push(i);
        for j in 1..width {
            let replaced = self.rows[previous + j - 1] + usize::from(letter != self.term[j - 1]);
            let mut best = replaced
                .min(self.rows[previous + j] + 1)
                .min(self.rows[own + j - 1] + 1);
            if i > 1 && j > 1 && letter == self.term[j - 2] && self.letters[i - 2] == self.term[j - 1] {
                best = best.min(self.rows[previous - width + j - 2] + 1);
            }
            self.rows.push(best);
        }
        self.letters.push(letter);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::udf::terms::Term;

    proptest! {
        #[test]
        fn mistakes_are_those_that_are_counted_without_an_index(
            mut words in proptest::collection::vec("[abcé🌊1]{0,7}", 1..40),
            term in "[abcé🌊1]{1,7}",
            most in 1_usize..3,
        ) {
            words.sort();
            let mut mistakes = Mistakes::new(&term, most);
            let fuzzy = Term::Fuzzy(term, most);
            for word in &words {
                let verdict = mistakes.look(word);
                prop_assert_eq!(verdict == Verdict::Found, fuzzy.matches(word), "{}", word);
                if let Verdict::Lost(length) = verdict {
                    let lost = &word[..length];
                    prop_assert!(!words.iter().any(|word| word.starts_with(lost) && fuzzy.matches(word)));
                }
            }
        }
    }
}

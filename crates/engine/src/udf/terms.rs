//! Full text: what words are, how those of a query are found among those of a record, and the condition that reads every record.
//!
//! Words are compared without case and accents. `crate::words` answers the same from an index.

use std::hash::Hash;
use std::sync::Arc;

use arrow::array::BooleanArray;
use arrow::datatypes::DataType;
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use parvis_model::collate::{fold, fold_into};

use super::run;
use super::text::each_text;

/// The words of a folded text.
pub(crate) fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// How a word of the query is found among the words of a record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Term {
    /// The same word.
    Word(String),
    /// A word that begins so.
    Prefix(String),
    /// A word with at most so many mistakes.
    Fuzzy(String, usize),
}

impl Term {
    /// Whether the folded `word` is found.
    pub(crate) fn matches(&self, word: &str) -> bool {
        match self {
            Self::Word(term) => term == word,
            Self::Prefix(term) => word.starts_with(term.as_str()),
            Self::Fuzzy(term, most) => within_mistakes(term, word, *most),
        }
    }
}

/// The terms of a bare string or of `like`: whole words, a trailing `*` makes a prefix.
pub(crate) fn exact_terms(text: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    for part in text.split_whitespace() {
        let prefix = part.ends_with('*');
        let folded = fold(part.trim_end_matches('*'));
        let parts: Vec<&str> = words(&folded).collect();
        for (place, word) in parts.iter().enumerate() {
            let last = place + 1 == parts.len();
            terms.push(if prefix && last {
                Term::Prefix((*word).to_owned())
            } else {
                Term::Word((*word).to_owned())
            });
        }
    }
    terms
}

/// The terms of `search`: the last is a prefix, the others allow mistakes by their length.
pub(crate) fn search_terms(text: &str) -> Vec<Term> {
    let folded = fold(text);
    let words: Vec<&str> = words(&folded).collect();
    let last = words.len().saturating_sub(1);
    let term = |(place, word): (usize, &&str)| {
        let word = (*word).to_owned();
        match word.chars().count() {
            _ if place == last => Term::Prefix(word),
            6.. => Term::Fuzzy(word, 2),
            3..=5 => Term::Fuzzy(word, 1),
            _ => Term::Word(word),
        }
    };
    words.iter().enumerate().map(term).collect()
}

/// The terms of `suggest`: prefixes.
pub(crate) fn prefix_terms(text: &str) -> Vec<Term> {
    words(&fold(text)).map(|word| Term::Prefix(word.to_owned())).collect()
}

/// Whether `a` becomes `b` by at most `most` insertions, removals, replacements or swaps of neighbours.
fn within_mistakes(a: &str, b: &str, most: usize) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return false;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut current = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = previous[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(previous[j] + 1).min(current[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            current[j] = best;
        }
        before = std::mem::replace(&mut previous, current);
    }
    previous[b.len()] <= most
}

/// The condition that every term is found in some of its arguments, columns of text or lists of it. No term is no condition.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Contains {
    pub(crate) terms: Vec<Term>,
    signature: Signature,
}

impl ScalarUDFImpl for Contains {
    fn name(&self) -> &'static str {
        "contains_terms"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> DataFusionResult<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DataFusionResult<ColumnarValue> {
        run(&args, |arrays| {
            let rows = arrays.first().map_or(0, |array| array.len());
            let mut folded = String::new();
            let mut found = vec![false; self.terms.len()];
            let matches = (0..rows).map(|row| {
                found.fill(false);
                for array in arrays {
                    each_text(array, row, &mut |text| {
                        folded.clear();
                        fold_into(text, &mut folded);
                        for word in words(&folded) {
                            for (found, term) in found.iter_mut().zip(&self.terms) {
                                *found = *found || term.matches(word);
                            }
                        }
                    });
                }
                found.iter().all(|found| *found)
            });
            let matches: Vec<bool> = matches.collect();
            Ok(Arc::new(BooleanArray::from(matches)))
        })
    }
}

/// See [`Contains`].
pub(crate) fn contains_terms(fields: Vec<Expr>, terms: Vec<Term>) -> Expr {
    let signature = Signature::variadic_any(Volatility::Immutable);
    ScalarUDF::from(Contains { terms, signature }).call(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_letters_and_digits() {
        assert_eq!(
            words("l'eau-de-vie, 35 510").collect::<Vec<_>>(),
            ["l", "eau", "de", "vie", "35", "510"]
        );
    }

    #[test]
    fn mistakes_are_counted_once_each() {
        assert!(within_mistakes("rennes", "renes", 1));
        assert!(within_mistakes("rennes", "rnenes", 1));
        assert!(within_mistakes("orleans", "orlaens", 1));
        assert!(!within_mistakes("rennes", "nantes", 2));
        assert!(within_mistakes("", "ab", 2));
    }
}

//! An index finds what is found by reading every record.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, ListBuilder, RecordBatch, StringArray, StringBuilder};
use datafusion::common::DFSchema;
use datafusion::prelude::{SessionContext, ident};
use proptest::prelude::*;
use proptest::sample::select;

use super::runs::Limits;
use super::{Builder, TableWords, Words, file};
use crate::Error;
use crate::udf::terms::{Term, contains_terms};

/// So few that nearly every record ends a run.
const TINY: Limits = Limits {
    words: 5,
    bytes: 40,
    pairs: 9,
};

/// The texts of a record; `None` is a null.
type Record = Option<Vec<Option<String>>>;

fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        8 => "[abcéÉŒß]{1,4}",
        2 => "[0-9]{1,3}",
        1 => select(vec!["🌊", "İ", "e\u{301}té", "Straße", "ﬁn", "中文", "ⅷ", "\u{301}"]).prop_map(str::to_owned),
        1 => "x[yz]{300}",
    ];
    (
        proptest::collection::vec(word, 0..6),
        select(vec![" ", "-", "'", ", ", "\0", "🌊"]),
    )
        .prop_map(|(words, between)| words.join(between))
}

fn records() -> impl Strategy<Value = Vec<Record>> {
    let items = proptest::collection::vec(proptest::option::weighted(0.9, text()), 0..4);
    proptest::collection::vec(proptest::option::weighted(0.9, items), 0..60)
}

fn term() -> impl Strategy<Value = Term> {
    let word = prop_oneof![
        "[abceos]{1,5}",
        "[0-9]{1,3}",
        "x[yz]{3}",
        select(vec!["ete", "strasse", "中文", "中", "i\u{307}", "ⅷ"]).prop_map(str::to_owned)
    ];
    (word, 0..4_usize).prop_map(|(word, kind)| match kind {
        0 => Term::Word(word),
        1 => Term::Prefix(word),
        most => Term::Fuzzy(word, most - 1),
    })
}

/// As lists, and as single texts: the first of each list.
fn columns(records: &[Record]) -> [ArrayRef; 2] {
    let mut lists = ListBuilder::new(StringBuilder::new());
    for record in records {
        for text in record.iter().flatten() {
            lists.values().append_option(text.as_ref());
        }
        lists.append(record.is_some());
    }
    let single = |record: &Record| record.as_ref()?.first()?.clone();
    [
        Arc::new(lists.finish()),
        Arc::new(records.iter().map(single).collect::<StringArray>()),
    ]
}

/// Makes the index of `column`, added in two parts.
fn build(path: &Path, column: &ArrayRef, limits: Limits) -> Words {
    let mut builder = Builder::with_limits(path.to_owned(), limits).unwrap();
    let half = column.len() / 2;
    builder.add(&column.slice(0, half)).unwrap();
    builder.add(&column.slice(half, column.len() - half)).unwrap();
    builder.finish().unwrap();
    Words::open(path, column.len() as u64).unwrap()
}

/// The records that an index finds.
fn found(words: &Words, term: &Term, records: usize) -> Result<Vec<bool>, Error> {
    let mut bits = vec![0; records.div_ceil(64)];
    words.find(term, &mut bits)?;
    Ok(flags(&bits, records))
}

fn flags(bits: &[u64], records: usize) -> Vec<bool> {
    (0..records).map(|row| bits[row / 64] >> (row % 64) & 1 == 1).collect()
}

/// The records that are found by reading them all.
fn read(column: &ArrayRef, term: &Term) -> Vec<bool> {
    let batch = RecordBatch::try_from_iter_with_nullable([("c", Arc::clone(column), true)]).unwrap();
    let condition = contains_terms(vec![ident("c")], vec![term.clone()]);
    let schema = DFSchema::try_from(batch.schema()).unwrap();
    let condition = SessionContext::new().create_physical_expr(condition, &schema).unwrap();
    let holds = condition
        .evaluate(&batch)
        .unwrap()
        .into_array(batch.num_rows())
        .unwrap();
    holds.as_boolean().iter().map(|holds| holds == Some(true)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn an_index_finds_what_reading_finds(records in records(), terms in proptest::collection::vec(term(), 12)) {
        let folder = tempfile::tempdir().unwrap();
        for column in columns(&records) {
            let table = TableWords::new(&column);
            for term in &terms {
                let mut bits = vec![0; records.len().div_ceil(64)];
                table.find(term, &mut bits);
                prop_assert_eq!(flags(&bits, records.len()), read(&column, term), "{:?} of {:?} in memory", term, column);
            }
            for limits in [TINY, Limits::default()] {
                let words = build(&folder.path().join("0.words"), &column, limits);
                for term in &terms {
                    prop_assert_eq!(
                        found(&words, term, records.len()).unwrap(),
                        read(&column, term),
                        "{:?} of {:?}", term, column
                    );
                }
            }
        }
    }
}

/// Texts that fill many blocks, with words that few, many and all records have.
fn many(count: u32) -> ArrayRef {
    let text = |row: u32| {
        format!(
            "tous Lot{} {} {row}",
            row % 700,
            if row.is_multiple_of(3) { "Écluse" } else { "quai" }
        )
    };
    Arc::new((0..count).map(|row| Some(text(row))).collect::<StringArray>())
}

#[test]
fn words_are_found_across_blocks_and_chunks() {
    let (folder, count) = (tempfile::tempdir().unwrap(), 150_001);
    let column = many(count);
    let limits = Limits {
        words: 40_000,
        bytes: 1 << 20,
        pairs: 200_000,
    };
    let words = build(&folder.path().join("3.words"), &column, limits);
    assert!(words.bytes() < 20_000, "{} bytes in memory", words.bytes());
    let rows = |keep: &dyn Fn(u32) -> bool| (0..count).map(keep).collect::<Vec<bool>>();
    let word = |word: &str| Term::Word(word.to_owned());
    let all = count as usize;
    for row in (0..count).step_by(1_777).chain([0, 1, 700, count - 1]) {
        let wanted = rows(&|other| other == row);
        assert_eq!(found(&words, &word(&row.to_string()), all).unwrap(), wanted, "{row}");
        let begins = row.to_string();
        let wanted = rows(&|other| other.to_string().starts_with(&begins));
        assert_eq!(found(&words, &Term::Prefix(begins), all).unwrap(), wanted, "{row}*");
    }
    assert_eq!(found(&words, &word("tous"), all).unwrap(), rows(&|_| true));
    assert_eq!(found(&words, &word("ecluse"), all).unwrap(), rows(&|row| row % 3 == 0));
    assert_eq!(
        found(&words, &word("lot699"), all).unwrap(),
        rows(&|row| row % 700 == 699)
    );
    assert_eq!(
        found(&words, &Term::Prefix("lot".to_owned()), all).unwrap(),
        rows(&|_| true)
    );
    assert_eq!(found(&words, &word("zzz"), all).unwrap(), rows(&|_| false));
    for (term, most) in [("lot69", 1), ("12345", 1), ("123456", 2), ("eclsue", 2), ("150000", 2)] {
        let term = Term::Fuzzy(term.to_owned(), most);
        assert_eq!(found(&words, &term, all).unwrap(), read(&column, &term), "{term:?}");
    }
}

#[test]
fn long_words_that_begin_alike_are_told_apart() {
    let (folder, alike) = (tempfile::tempdir().unwrap(), "b".repeat(3_000));
    let texts: BTreeSet<String> = (0..40)
        .map(|row| format!("{alike}{row}"))
        .chain([alike.clone()])
        .collect();
    let column: ArrayRef = Arc::new(StringArray::from_iter_values(&texts));
    let words = build(&folder.path().join("0.words"), &column, TINY);
    for term in texts
        .iter()
        .map(|text| Term::Word(text.clone()))
        .chain([Term::Prefix(alike.clone()), Term::Word("b".to_owned())])
    {
        assert_eq!(found(&words, &term, texts.len()).unwrap(), read(&column, &term));
    }
}

#[test]
fn what_is_not_as_it_was_written_is_noticed() {
    let (folder, count) = (tempfile::tempdir().unwrap(), 3_000);
    let path = folder.path().join("0.words");
    let column = many(count);
    build(&path, &column, Limits::default());
    let bytes = std::fs::read(&path).unwrap();
    assert!(Words::open(&path, u64::from(count) + 1).is_none());
    assert!(Words::open(&folder.path().join("1.words"), count.into()).is_none());
    for length in [0, 7, 40, 48, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&path, &bytes[..length]).unwrap();
        assert!(Words::open(&path, count.into()).is_none(), "{length} bytes");
    }
    let terms = [
        Term::Prefix("l".to_owned()),
        Term::Prefix("1".to_owned()),
        Term::Word("tous".to_owned()),
        Term::Fuzzy("123".to_owned(), 2),
    ];
    let right: Vec<_> = terms.iter().map(|term| read(&column, term)).collect();
    let mut noticed = 0;
    for at in (0..bytes.len()).step_by(61) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x55;
        std::fs::write(&path, &changed).unwrap();
        let Some(words) = Words::open(&path, count.into()) else {
            noticed += 1;
            continue;
        };
        for (term, right) in terms.iter().zip(&right) {
            match found(&words, term, count as usize) {
                Ok(rows) => assert_eq!(&rows, right, "byte {at}"),
                Err(error) => {
                    noticed += 1;
                    assert_eq!(error.to_string(), file::damaged().to_string());
                }
            }
        }
    }
    assert!(noticed > 20, "{noticed}");
}

#[test]
fn nothing_is_left_of_an_index_that_was_not_finished_and_no_folder_is_made_for_a_version_that_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let columns = folder.path().join("columns");
    let mut builder = Builder::new(folder.path(), 0).unwrap();
    builder.add(&many(10)).unwrap();
    drop(builder);
    assert_eq!(std::fs::read_dir(columns).unwrap().count(), 0);
    assert!(Builder::new(&folder.path().join("gone"), 0).is_err());
    assert!(!folder.path().join("gone").exists());
}

//! What columns in memory answer is what DataFusion answers from the records.

use arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, ListBuilder, StringArray, StringBuilder,
    TimestampMillisecondArray,
};
use arrow::datatypes::{DataType, TimeUnit};

use super::column::Column;
use super::{build, file};
use crate::folder::Folder;
use std::sync::Arc;

fn lists(count: usize) -> ArrayRef {
    let mut lists = ListBuilder::new(StringBuilder::new());
    for row in 0..count {
        for item in 0..row % 4 {
            match (row + item) % 9 {
                0 => lists.values().append_null(),
                other => lists.values().append_value(format!("mot {other}")),
            }
        }
        lists.append(row % 5 != 0);
    }
    Arc::new(lists.finish())
}

/// Columns of every type, with nulls, with few and with many different values.
fn arrays(count: usize) -> Vec<ArrayRef> {
    let number = |row: usize| i64::try_from(row).unwrap();
    let sometimes = |row: usize| row % 7 != 3;
    vec![
        Arc::new(
            (0..count)
                .map(|row| sometimes(row).then(|| format!("texte {}", row % 300)))
                .collect::<StringArray>(),
        ),
        Arc::new(
            (0..count)
                .map(|row| sometimes(row).then_some(number(row % 100) - 50))
                .collect::<Int64Array>(),
        ),
        Arc::new(
            (0..count)
                .map(|row| sometimes(row).then_some(number(row) * 1_000 - 5))
                .collect::<Int64Array>(),
        ),
        Arc::new(
            (0..count)
                .map(|row| sometimes(row).then_some(number(row) << 40))
                .collect::<Int64Array>(),
        ),
        Arc::new(
            (0..count)
                .map(|row| sometimes(row).then_some((number(row) % 12) << 50))
                .collect::<Int64Array>(),
        ),
        Arc::new((0..count).map(|_| None).collect::<Int64Array>()),
        Arc::new(
            (0..count)
                .map(|row| sometimes(row).then_some(row as f64 / 7.0 - 40.0))
                .collect::<Float64Array>(),
        ),
        Arc::new(
            (0..count)
                .map(|row| sometimes(row).then_some((row % 3) as f64 - 0.5))
                .collect::<Float64Array>(),
        ),
        Arc::new(
            (0..count)
                .map(|row| sometimes(row).then_some(row % 2 == 0))
                .collect::<BooleanArray>(),
        ),
        Arc::new(
            (0..count)
                .map(|row| sometimes(row).then_some(i32::try_from(row % 900).unwrap()))
                .collect::<Date32Array>(),
        ),
        Arc::new(
            (0..count)
                .map(|row| sometimes(row).then_some(number(row) * 86_399_000))
                .collect::<TimestampMillisecondArray>()
                .with_timezone("UTC"),
        ),
        lists(count),
    ]
}

fn built(array: &ArrayRef) -> Column {
    let halves = [
        array.slice(0, array.len() / 2),
        array.slice(array.len() / 2, array.len() - array.len() / 2),
    ];
    build::build(array.data_type(), array.len(), halves.into_iter().map(Ok))
        .unwrap()
        .unwrap()
}

#[test]
fn a_column_holds_the_values_that_it_was_made_of() {
    for array in arrays(100_000) {
        let column = built(&array);
        assert_eq!(column.len(), array.len());
        assert_eq!(column.data_type(), *array.data_type());
        assert_eq!(
            &column.slice(0..1_000).unwrap(),
            &array.slice(0, 1_000),
            "{}",
            array.data_type()
        );
        let rows = [99_999_u64, 3, 3, 50_000, 0];
        let places = arrow::array::UInt64Array::from(rows.to_vec());
        assert_eq!(
            &column.rows(&rows).unwrap(),
            &arrow::compute::take(&array, &places, None).unwrap()
        );
        assert_eq!(column.rows(&[]).unwrap().len(), 0);
    }
}

#[test]
fn a_column_comes_back_from_its_file_and_not_from_a_damaged_one() {
    let folder = tempfile::tempdir().unwrap();
    for (place, array) in arrays(20_000).into_iter().enumerate() {
        let column = built(&array);
        let path = file::path(folder.path(), place);
        file::write(&path, Some(&column));
        let again = file::read(&path, array.data_type(), array.len()).unwrap().unwrap();
        assert_eq!(&again.slice(0..array.len()).unwrap(), &array);
        assert!(file::read(&path, &DataType::Timestamp(TimeUnit::Second, None), array.len()).is_none());
        assert!(file::read(&path, array.data_type(), array.len() + 1).is_none());
        let bytes = std::fs::read(&path).unwrap();
        for at in (0..bytes.len()).step_by(bytes.len() / 50 + 1) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            std::fs::write(&path, &damaged).unwrap();
            if let Some(read) = file::read(&path, array.data_type(), array.len()) {
                // The length of the header, say, was damaged into one that means the same.
                assert_eq!(&read.unwrap().slice(0..array.len()).unwrap(), &array, "byte {at}");
            }
            std::fs::write(&path, &bytes[..at]).unwrap();
            assert!(
                file::read(&path, array.data_type(), array.len()).is_none(),
                "{at} bytes"
            );
        }
    }
}

#[test]
fn texts_that_hardly_ever_come_back_are_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let texts: ArrayRef = Arc::new(
        (0..100_000)
            .map(|row| Some(format!("texte {row}")))
            .collect::<StringArray>(),
    );
    let column = build::build(texts.data_type(), texts.len(), std::iter::once(Ok(Arc::clone(&texts)))).unwrap();
    assert!(column.is_none());
    let path = file::path(folder.path(), 0);
    file::write(&path, None);
    assert!(matches!(file::read(&path, texts.data_type(), texts.len()), Some(None)));
}

/// Whoever waits for a column that somebody else loads gets it also when that client left on the way. Which of the two comes first
/// is left to the threads; neither may fail for the other's sake.
#[test]
fn who_waits_for_a_column_gets_it_though_its_loader_left() {
    let key = (Folder::new(std::path::Path::new("version")), 3);
    for _ in 0..100 {
        let columns = super::column_cache(1 << 20);
        let (begun, waiting) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            let leaving = scope.spawn(|| {
                let left = || {
                    begun.send(()).unwrap();
                    std::thread::yield_now();
                    Err(crate::Error::Internal("the query was left".to_owned()))
                };
                super::loaded(&columns, &key, left)
            });
            waiting.recv().unwrap();
            let column = super::loaded(&columns, &key, || Ok(Some(Arc::new(Column::Rows(7)))));
            assert!(matches!(column.unwrap().as_deref(), Some(Column::Rows(7))));
            assert!(leaving.join().unwrap().is_err());
        });
    }
}

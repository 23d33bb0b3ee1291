//! What makes a record recognisable: a hash of its values, and the identifier made from it.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimeUnit, TimestampMillisecondType};
use sha2::{Digest, Sha256};
use twox_hash::XxHash3_64;

use crate::Error;

/// Seed of a null, unlike the hash of any value by chance only.
const NULL: &[u8] = b"\0parvis null\0";

/// Hash of each record: XXH3-64 of its first value, which seeds the hash of the second, and so on. Numbers are hashed as eight
/// little-endian bytes, texts as UTF-8, lists item by item and then their length.
pub(crate) fn record_hashes(columns: &[ArrayRef], rows: usize) -> Result<Vec<i64>, Error> {
    let mut hashes = vec![0_u64; rows];
    for column in columns {
        mix_column(&mut hashes, column)?;
    }
    Ok(hashes.into_iter().map(u64::cast_signed).collect())
}

/// Mixes one column into the hashes.
fn mix_column(hashes: &mut [u64], column: &ArrayRef) -> Result<(), Error> {
    match column.data_type() {
        DataType::Utf8 => {
            let texts = column.as_string::<i32>();
            for (hash, text) in hashes.iter_mut().zip(texts) {
                *hash = mix(*hash, text.map_or(NULL, str::as_bytes));
            }
        }
        DataType::Int64 => mix_numbers(hashes, column.as_primitive::<Int64Type>().iter()),
        DataType::Float64 => mix_numbers(
            hashes,
            column
                .as_primitive::<Float64Type>()
                .iter()
                .map(|value| value.map(|value| value.to_bits().cast_signed())),
        ),
        DataType::Date32 => mix_numbers(
            hashes,
            column
                .as_primitive::<Date32Type>()
                .iter()
                .map(|value| value.map(i64::from)),
        ),
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            mix_numbers(hashes, column.as_primitive::<TimestampMillisecondType>().iter());
        }
        DataType::Boolean => mix_numbers(hashes, column.as_boolean().iter().map(|value| value.map(i64::from))),
        DataType::List(_) => {
            let lists = column.as_list::<i32>();
            for (hash, list) in hashes.iter_mut().zip(lists.iter()) {
                let Some(list) = list else {
                    *hash = mix(*hash, NULL);
                    continue;
                };
                for text in list.as_string::<i32>() {
                    *hash = mix(*hash, text.map_or(NULL, str::as_bytes));
                }
                *hash = mix(*hash, &list.len().to_le_bytes());
            }
        }
        other => return Err(Error::Internal(format!("no hash for a column of type {other}"))),
    }
    Ok(())
}

fn mix(seed: u64, bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot_with_seed(seed, bytes)
}

fn mix_numbers(hashes: &mut [u64], values: impl Iterator<Item = Option<i64>>) {
    for (hash, value) in hashes.iter_mut().zip(values) {
        *hash = value.map_or_else(|| mix(*hash, NULL), |value| mix(*hash, &value.to_le_bytes()));
    }
}

/// A record's identifier: 16 hexadecimal digits of its hash and 24 of a checksum over the hash and `scope` (the dataset), so
/// that an identifier that was made up, or belongs to another dataset, is refused without looking at the data.
pub(crate) fn record_id(hash: i64, scope: &str) -> String {
    let bytes = hash.to_be_bytes();
    let digest = Sha256::new().chain_update(bytes).chain_update(scope).finalize();
    format!("{}{}", hex::encode(bytes), hex::encode(&digest[..12]))
}

/// The hash inside a record's identifier, when the identifier is one of this dataset.
pub(crate) fn hash_of_id(id: &str, scope: &str) -> Option<i64> {
    let bytes: [u8; 8] = hex::decode(id.get(..16)?).ok()?.try_into().ok()?;
    let hash = i64::from_be_bytes(bytes);
    (record_id(hash, scope) == id).then_some(hash)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int64Array, StringArray};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_null_and_an_empty_text_are_different_records() {
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some(""), None, Some("a"), Some("")]));
        let hashes = record_hashes(&[texts], 4).unwrap();
        assert_ne!(hashes[0], hashes[1]);
        assert_ne!(hashes[0], hashes[2]);
        assert_eq!(hashes[0], hashes[3]);
    }

    #[test]
    fn values_in_other_columns_are_different_records() {
        let a: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None]));
        let b: ArrayRef = Arc::new(Int64Array::from(vec![None, Some(1)]));
        let hashes = record_hashes(&[a, b], 2).unwrap();
        assert_ne!(hashes[0], hashes[1]);
    }

    proptest! {
        #[test]
        fn an_identifier_gives_its_hash_back_in_its_own_dataset_only(hash: i64) {
            let id = record_id(hash, "da_abcdef");
            prop_assert_eq!(id.len(), 40);
            prop_assert_eq!(hash_of_id(&id, "da_abcdef"), Some(hash));
            prop_assert_eq!(hash_of_id(&id, "da_abcdeg"), None);
        }

        #[test]
        fn other_texts_are_not_identifiers(text in ".{0,50}") {
            prop_assert_eq!(hash_of_id(&text, "da_abcdef"), None);
        }
    }
}

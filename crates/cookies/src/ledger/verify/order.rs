//! Which records do not stand where they belong.

/// The indices of `numbers` that must move so that the rest grows: all but a longest growing selection.
pub(super) fn misplaced(numbers: &[u64]) -> Vec<usize> {
    if numbers.is_sorted() {
        return Vec::new();
    }
    // Patience sorting: `tails[n]` ends the selection of length n + 1 that ends with the smallest number.
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    for (index, number) in numbers.iter().enumerate() {
        let length = tails.partition_point(|tail| numbers[*tail] < *number);
        before.push(length.checked_sub(1).map(|last| tails[last]));
        if length == tails.len() {
            tails.push(index);
        } else {
            tails[length] = index;
        }
    }
    let mut stays = vec![false; numbers.len()];
    let mut next = tails.last().copied();
    while let Some(index) = next {
        stays[index] = true;
        next = before[index];
    }
    (0..numbers.len()).filter(|index| !stays[*index]).collect()
}

#[cfg(test)]
mod tests {
    use super::misplaced;

    #[test]
    fn the_fewest_records_are_called_misplaced() {
        assert!(misplaced(&[1, 2, 3]).is_empty());
        assert_eq!(misplaced(&[1, 5, 2, 3, 4, 6]), [1]);
        assert_eq!(misplaced(&[2, 3, 4, 1]), [3]);
        assert_eq!(misplaced(&[1, 2, 7, 4, 5, 6, 3, 8]), [2, 6]);
    }
}

//! A packed R-tree over boxes that lie in the order of a Hilbert curve, as FlatGeobuf has it before its features.

/// West, south, east, north, in the units of the coordinates.
pub type Bounds = [f64; 4];

/// A box around nothing, which no other meets.
pub const NOWHERE: Bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];

/// Children of a node.
pub const NODE_SIZE: u16 = 16;
/// Steps of the curve along each side: two to this power.
const BITS: u32 = 16;

/// The box around both.
pub fn around(one: Bounds, other: Bounds) -> Bounds {
    [
        one[0].min(other[0]),
        one[1].min(other[1]),
        one[2].max(other[2]),
        one[3].max(other[3]),
    ]
}

/// The place on the curve of the middle of a box within `extent`; what is nowhere comes last.
pub fn place(bounds: Bounds, extent: Bounds) -> u32 {
    let along = |low: f64, high: f64, from: f64, to: f64| -> Option<u32> {
        let width = to - from;
        let part = if width > 0.0 {
            ((low + high) / 2.0 - from) / width
        } else {
            0.0
        };
        // Saturates at the borders, whatever the rounding.
        part.is_finite().then(|| (part * f64::from((1_u32 << BITS) - 1)) as u32)
    };
    let x = along(bounds[0], bounds[2], extent[0], extent[2]);
    let y = along(bounds[1], bounds[3], extent[1], extent[3]);
    match (x, y) {
        (Some(x), Some(y)) => curve(x, y),
        _ => u32::MAX,
    }
}

/// How far along the curve a step in both directions lies: quarter by quarter, each turned as the curve enters it.
fn curve(mut x: u32, mut y: u32) -> u32 {
    let mut far = 0_u32;
    for level in (0..BITS).rev() {
        let side = 1_u32 << level;
        let (right, up) = (x & side != 0, y & side != 0);
        let quarter = match (right, up) {
            (false, false) => 0,
            (false, true) => 1,
            (true, true) => 2,
            (true, false) => 3,
        };
        far = (far << 2) | quarter;
        (x, y) = (x & (side - 1), y & (side - 1));
        if !up {
            if right {
                (x, y) = (side - 1 - x, side - 1 - y);
            }
            (x, y) = (y, x);
        }
    }
    far
}

/// The nodes over boxes with the offset of what lies in each: root first, leaves last; 40 bytes each, little-endian.
pub fn push_tree(leaves: &[(Bounds, u64)], out: &mut Vec<u8>) {
    let fan = usize::from(NODE_SIZE);
    let mut levels = vec![leaves.to_vec()];
    // Even a single box has a root above it.
    while levels.len() == 1 || levels.last().is_some_and(|level| level.len() > 1) {
        let below = levels.last().map(Vec::as_slice).unwrap_or_default();
        let nodes = below.chunks(fan).enumerate().map(|(place, children)| {
            let bounds = children
                .iter()
                .fold(NOWHERE, |bounds, (other, _)| around(bounds, *other));
            // The place of the first child within its level, until it is known where that begins.
            (bounds, (place * fan) as u64)
        });
        let nodes = nodes.collect();
        levels.push(nodes);
    }
    let mut begins = 0_u64;
    for (height, level) in levels.iter().enumerate().rev() {
        begins += level.len() as u64;
        for (bounds, offset) in level {
            for bound in bounds {
                out.extend_from_slice(&bound.to_le_bytes());
            }
            let offset = if height == 0 { *offset } else { begins + offset };
            out.extend_from_slice(&offset.to_le_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_takes_one_step_at_a_time_and_passes_every_place_once() {
        let side = 1_u32 << 5;
        let scale = 1_u32 << (BITS - 5);
        let mut steps: Vec<(u32, u32, u32)> = (0..side * side)
            .map(|cell| (cell % side, cell / side))
            .map(|(x, y)| (curve(x * scale, y * scale) / (scale * scale), x, y))
            .collect();
        steps.sort_unstable();
        for (place, (far, ..)) in steps.iter().enumerate() {
            assert_eq!(*far as usize, place);
        }
        for pair in steps.windows(2) {
            let apart = pair[0].1.abs_diff(pair[1].1) + pair[0].2.abs_diff(pair[1].2);
            assert_eq!(apart, 1, "{pair:?}");
        }
    }

    #[test]
    fn what_is_nowhere_comes_last_and_a_single_place_is_somewhere() {
        assert_eq!(place(NOWHERE, [0.0, 0.0, 1.0, 1.0]), u32::MAX);
        assert_eq!(place([2.0, 3.0, 2.0, 3.0], [2.0, 3.0, 2.0, 3.0]), 0);
        assert_eq!(place([1.0, 0.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0]), u32::MAX);
    }

    #[test]
    fn a_node_holds_its_children_and_says_which_is_first() {
        for count in [1_usize, 2, 16, 17, 256, 257, 1000] {
            let leaves: Vec<(Bounds, u64)> = (0..count)
                .map(|leaf| ([leaf as f64, 0.0, leaf as f64 + 1.0, 1.0], leaf as u64 * 100))
                .collect();
            let mut bytes = Vec::new();
            push_tree(&leaves, &mut bytes);
            let number = |at: usize| <[u8; 8]>::try_from(&bytes[at..at + 8]).unwrap();
            let node = |place: usize| {
                let bound = |side: usize| f64::from_le_bytes(number(place * 40 + side * 8));
                let offset = u64::from_le_bytes(number(place * 40 + 32));
                ([bound(0), bound(1), bound(2), bound(3)], offset)
            };
            let nodes = bytes.len() / 40;
            assert_eq!(node(0).0, [0.0, 0.0, count as f64, 1.0], "{count}: the root");
            let leaf_begin = nodes - count;
            for (leaf, wanted) in leaves.iter().enumerate() {
                assert_eq!(node(leaf_begin + leaf), *wanted);
            }
            // Level by level from the root, every node is the child of exactly one.
            let mut sizes = vec![count];
            while sizes.len() == 1 || sizes[0] > 1 {
                sizes.insert(0, sizes[0].div_ceil(16));
            }
            let (mut place, mut next) = (0, 1);
            for pair in sizes.windows(2) {
                for parent in 0..pair[0] {
                    let (bounds, first) = node(place);
                    assert_eq!(first as usize, next, "{count}: children of {place}");
                    let children = (pair[1] - parent * 16).min(16);
                    let inside = (next..next + children).fold(NOWHERE, |all, child| around(all, node(child).0));
                    assert_eq!(inside, bounds, "{count}: {place}");
                    (place, next) = (place + 1, next + children);
                }
            }
            assert_eq!(next, nodes);
        }
    }
}

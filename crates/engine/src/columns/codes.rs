//! Small whole numbers, one per record.

use arrow::buffer::{Buffer, ScalarBuffer};

/// Numbers in as few bytes as the largest of them needs: a scan of them is bound by the memory that it reads.
#[derive(Clone, Debug)]
pub(crate) enum Codes {
    U8(ScalarBuffer<u8>),
    U16(ScalarBuffer<u16>),
    U32(ScalarBuffer<u32>),
}

/// A number of any of the widths.
pub(crate) trait Code: Copy + Ord + TryFrom<u32> {
    /// The largest of this width.
    const LARGEST: Self;

    /// As the widest.
    fn into_code(self) -> u32;

    /// Whether it lies between two, both included. They are compared in their own width: a processor compares more of the narrow
    /// ones at once.
    fn within(self, from: Self, to: Self) -> bool;
}

macro_rules! code {
    ($width:ty) => {
        impl Code for $width {
            const LARGEST: Self = Self::MAX;

            fn into_code(self) -> u32 {
                self.into()
            }

            fn within(self, from: Self, to: Self) -> bool {
                self.wrapping_sub(from) <= to.wrapping_sub(from)
            }
        }
    };
}

code!(u8);
code!(u16);
code!(u32);

/// Runs `$body` with `$slice` as the slice of numbers of whatever width, so that each width is compiled on its own.
macro_rules! with_codes {
    ($codes:expr, $slice:ident => $body:expr) => {
        match $codes {
            $crate::columns::codes::Codes::U8(buffer) => {
                let $slice: &[u8] = buffer;
                $body
            }
            $crate::columns::codes::Codes::U16(buffer) => {
                let $slice: &[u16] = buffer;
                $body
            }
            $crate::columns::codes::Codes::U32(buffer) => {
                let $slice: &[u32] = buffer;
                $body
            }
        }
    };
}
pub(crate) use with_codes;

#[expect(
    clippy::cast_possible_truncation,
    reason = "the width is chosen for the largest number"
)]
impl Codes {
    /// Packs `codes`, none of which is larger than `largest`.
    pub(crate) fn pack(codes: Vec<u32>, largest: u32) -> Self {
        if largest <= u32::from(u8::MAX) {
            Self::U8(codes.into_iter().map(|code| code as u8).collect::<Vec<_>>().into())
        } else if largest <= u32::from(u16::MAX) {
            Self::U16(codes.into_iter().map(|code| code as u16).collect::<Vec<_>>().into())
        } else {
            Self::U32(codes.into())
        }
    }
}

impl Codes {
    /// The numbers as they lie in memory.
    pub(crate) fn bytes(&self) -> &Buffer {
        match self {
            Self::U8(codes) => codes.inner(),
            Self::U16(codes) => codes.inner(),
            Self::U32(codes) => codes.inner(),
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        with_codes!(self, codes => codes.len())
    }

    /// The number at `place`.
    pub(crate) fn get(&self, place: usize) -> u32 {
        with_codes!(self, codes => codes[place].into_code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_wide_as_the_largest_needs() {
        for (largest, bytes) in [(255, 3), (256, 6), (65_535, 6), (65_536, 12)] {
            let codes = Codes::pack(vec![0, largest, 7], largest);
            assert_eq!((codes.bytes().len(), codes.len()), (bytes, 3));
            assert_eq!([codes.get(0), codes.get(1), codes.get(2)], [0, largest, 7]);
        }
    }
}

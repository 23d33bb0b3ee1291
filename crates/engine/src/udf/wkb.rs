//! Geometries in hexadecimal WKB (OGC 06-103r4 §8), also with PostGIS's flags. Heights, measures and the number of a coordinate
//! system are read over: the language's coordinates are WGS 84.

use geo::{Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

/// Deepest nesting of collections.
const DEEPEST: usize = 16;
/// Shortest form: byte order, kind, and one count.
const SHORTEST: usize = 9;

/// Whether a text can only be meant as hexadecimal WKB.
pub(crate) fn looks_like(text: &str) -> bool {
    text.len() >= 2 * SHORTEST && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Reads a geometry; `None` when the text is damaged, has more than one geometry, or holds an empty point.
pub(crate) fn parse(text: &str) -> Option<Geometry> {
    let bytes = hex::decode(text).ok()?;
    let mut reader = Reader { rest: &bytes };
    let geometry = reader.geometry(DEEPEST)?;
    reader.rest.is_empty().then_some(geometry)
}

/// How the numbers of one geometry are written.
#[derive(Clone, Copy)]
struct Form {
    little: bool,
    /// Numbers in a position: two, and one for each of height and measure.
    numbers: usize,
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*bytes)
    }

    fn whole(&mut self, little: bool) -> Option<u32> {
        let bytes = self.take::<4>()?;
        Some(if little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    }

    fn number(&mut self, little: bool) -> Option<f64> {
        let bytes = self.take::<8>()?;
        Some(if little {
            f64::from_le_bytes(bytes)
        } else {
            f64::from_be_bytes(bytes)
        })
    }

    /// Byte order and kind: the kind's number without its flags, and the form of what follows.
    fn head(&mut self) -> Option<(u32, Form)> {
        const HEIGHT: u32 = 0x8000_0000;
        const MEASURE: u32 = 0x4000_0000;
        const SYSTEM: u32 = 0x2000_0000;
        let little = match self.take::<1>()? {
            [0] => false,
            [1] => true,
            _ => return None,
        };
        let kind = self.whole(little)?;
        if kind & SYSTEM != 0 {
            self.whole(little)?;
        }
        let flags = usize::from(kind & HEIGHT != 0) + usize::from(kind & MEASURE != 0);
        let kind = kind & !(HEIGHT | MEASURE | SYSTEM);
        let more = match kind / 1_000 {
            0 => flags,
            1 | 2 => 1,
            3 => 2,
            _ => return None,
        };
        let form = Form {
            little,
            numbers: 2 + more,
        };
        Some((kind % 1_000, form))
    }

    fn geometry(&mut self, depth: usize) -> Option<Geometry> {
        let (kind, form) = self.head()?;
        Some(match kind {
            1 => Point::from(self.coordinate(form)?).into(),
            2 => self.line(form)?.into(),
            3 => self.polygon(form)?.into(),
            4 => MultiPoint(self.parts(form, |part| part.try_into().ok(), 1)?).into(),
            5 => MultiLineString(self.parts(form, |part| part.try_into().ok(), 1)?).into(),
            6 => MultiPolygon(self.parts(form, |part| part.try_into().ok(), 1)?).into(),
            7 => Geometry::GeometryCollection(GeometryCollection(self.parts(form, Some, depth)?)),
            _ => return None,
        })
    }

    /// Whole geometries, each with its own head.
    fn parts<T>(&mut self, form: Form, as_part: fn(Geometry) -> Option<T>, depth: usize) -> Option<Vec<T>> {
        let depth = depth.checked_sub(1)?;
        // No room is made for a count that the bytes may not hold.
        (0..self.whole(form.little)?)
            .map(|_| as_part(self.geometry(depth)?))
            .collect()
    }

    fn coordinate(&mut self, form: Form) -> Option<Coord> {
        let (x, y) = (self.number(form.little)?, self.number(form.little)?);
        for _ in 2..form.numbers {
            self.number(form.little)?;
        }
        Some(Coord { x, y })
    }

    fn line(&mut self, form: Form) -> Option<LineString> {
        let coordinates = (0..self.whole(form.little)?).map(|_| self.coordinate(form));
        coordinates.collect::<Option<Vec<Coord>>>().map(LineString)
    }

    fn polygon(&mut self, form: Form) -> Option<Polygon> {
        let rings = (0..self.whole(form.little)?).map(|_| self.line(form));
        let mut rings = rings.collect::<Option<Vec<LineString>>>()?.into_iter();
        let outer = rings.next().unwrap_or_else(|| LineString(Vec::new()));
        Some(Polygon::new(outer, rings.collect()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use wkt::TryFromWkt;

    use super::*;

    fn is(hex: &str, wkt: &str) {
        assert!(looks_like(hex), "{hex}");
        assert_eq!(parse(hex), Geometry::try_from_wkt_str(wkt).ok(), "{hex}");
    }

    #[test]
    fn every_kind_is_read_in_both_byte_orders() {
        is("0101000000000000000000004000000000000048C0", "POINT(2 -48)");
        is("00000000014000000000000000C048000000000000", "POINT(2 -48)");
        is(
            "01020000000200000000000000000000000000000000000000000000000000F03F0000000000000040",
            "LINESTRING(0 0,1 2)",
        );
        is(
            "0103000000010000000400000000000000000000000000000000000000000000000000F03F0000000000000000000000000000F03F\
             000000000000F03F00000000000000000000000000000000",
            "POLYGON((0 0,1 0,1 1,0 0))",
        );
        is(
            "0104000000010000000101000000000000000000F03F0000000000000040",
            "MULTIPOINT((1 2))",
        );
        is(
            "0107000000010000000101000000000000000000F03F0000000000000040",
            "GEOMETRYCOLLECTION(POINT(1 2))",
        );
    }

    #[test]
    fn heights_measures_and_coordinate_systems_are_read_over() {
        let point = "000000000000F03F0000000000000040";
        for (head, tail) in [
            ("01E9030000", "0000000000000840"),
            ("01D1070000", "0000000000000840"),
            ("01B90B0000", "00000000000008400000000000001040"),
            ("0101000080", "0000000000000840"),
            ("0101000020E6100000", ""),
        ] {
            is(&format!("{head}{point}{tail}"), "POINT(1 2)");
        }
    }

    #[test]
    fn damaged_bytes_are_no_geometry() {
        let nested = format!("{}010700000000000000", "010700000001000000".repeat(DEEPEST));
        for hex in [
            "0101000000000000000000F03F00000000000000",
            "0101000000000000000000F03F000000000000004000",
            "0201000000000000000000F03F0000000000000040",
            "0109000000000000000000F03F0000000000000040",
            "0102000000FFFFFFFF",
            "010400000001000000010200000000000000",
            nested.as_str(),
        ] {
            assert_eq!(parse(hex), None, "{hex}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            parse(&hex::encode(bytes));
        }
    }
}

//! Places: points as two numbers, geometries as GeoJSON.

use geojson::{Geometry, GeometryValue, Position};
use memchr::memmem;

use super::{number, trim};
use crate::read::json::raw::{self, Members};

/// Longitude and latitude in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// East of Greenwich, from -180 to 180.
    pub lon: f64,
    /// North of the equator, from -90 to 90.
    pub lat: f64,
}

impl Point {
    /// A point, if both numbers are in range.
    pub fn new(lon: f64, lat: f64) -> Option<Self> {
        (lon.abs() <= 180.0 && lat.abs() <= 90.0).then_some(Self { lon, lat })
    }
}

fn decimal(text: &[u8]) -> Option<f64> {
    number::parse_double(trim(text), number::CommaMeans::Thousands)
}

fn pair(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let comma = memchr::memchr(b',', text)?;
    Some((&text[..comma], &text[comma + 1..]))
}

/// Reads `48.85, 2.35` (latitude first, as in the CSV of an Opendatasoft portal), `[2.35, 48.85]` (longitude first, as in SCDL files
/// and GeoJSON) and the JSON objects `{"lon": …, "lat": …}` and GeoJSON points. `text` is trimmed.
pub fn parse_point(text: &[u8]) -> Option<Point> {
    match text.first()? {
        b'[' => {
            let (lon, lat) = pair(text.strip_prefix(b"[")?.strip_suffix(b"]")?)?;
            Point::new(decimal(lon)?, decimal(lat)?)
        }
        b'{' => {
            let number = |key| Members::get(text, key).and_then(decimal);
            if let (Some(lon), Some(lat)) = (number("lon"), number("lat")) {
                return Point::new(lon, lat);
            }
            shape(std::str::from_utf8(text).ok()?)
                .ok()
                .and_then(|shape| shape.is_point.then_some(shape.centre))
        }
        _ => {
            let (lat, lon) = pair(text)?;
            Point::new(decimal(lon)?, decimal(lat)?)
        }
    }
}

/// Whether the text is two decimal numbers that can be nothing but a point: `12, 13` could be anything, `48.85, 2.35` is a place.
pub fn is_unmistakable_pair(text: &[u8]) -> bool {
    let decimals = |part: &[u8]| part.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E'));
    pair(text).is_some_and(|(a, b)| decimals(a) && decimals(b)) && parse_point(text).is_some()
}

/// Whether the text is a GeoJSON geometry or feature at first sight.
pub fn looks_like_shape(text: &[u8]) -> bool {
    text.last() == Some(&b'}')
        && memmem::find(text, b"\"type\"").is_some()
        && [b"\"coordinates\"".as_slice(), b"\"geometry\"", b"\"geometries\""]
            .iter()
            .any(|word| memmem::find(text, word).is_some())
}

/// A geometry that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// The GeoJSON geometry on one line, its digits as they were.
    pub json: String,
    /// Its middle: the centre of mass of surfaces, else of lines, else of points.
    pub centre: Point,
    /// Whether it is a single point.
    pub is_point: bool,
}

/// Reads a GeoJSON geometry or a feature that has one. The error says what is wrong with it.
pub fn shape(text: &str) -> Result<Shape, &'static str> {
    let geometry = Members::get(text.as_bytes(), "geometry").and_then(|raw| std::str::from_utf8(raw).ok());
    let text = geometry.unwrap_or(text);
    let parsed: Geometry = text.parse().map_err(|_| "this is not a GeoJSON geometry")?;
    let mut middle = Middle::default();
    middle.add(&parsed.value)?;
    let mut json = String::with_capacity(text.len());
    raw::minify(text, &mut json);
    Ok(Shape {
        json,
        centre: middle.point().ok_or("the geometry has no position")?,
        is_point: matches!(parsed.value, GeometryValue::Point { .. }),
    })
}

/// Sums of positions weighted by surface, by length and by number, of which the first that is not nothing gives the centre.
#[derive(Default)]
struct Middle {
    sums: [[f64; 3]; 3],
}

const RANGE: &str = "a position is outside of -180..180, -90..90: coordinates must be WGS 84 degrees, longitude first";

fn position(position: &Position) -> Result<(f64, f64), &'static str> {
    match position.as_slice() {
        [lon, lat, ..] => Point::new(*lon, *lat).map(|point| (point.lon, point.lat)).ok_or(RANGE),
        _ => Err("a position needs two numbers"),
    }
}

impl Middle {
    fn weigh(&mut self, kind: usize, x: f64, y: f64, weight: f64) {
        let sum = &mut self.sums[kind];
        sum[0] += x * weight;
        sum[1] += y * weight;
        sum[2] += weight;
    }

    fn add(&mut self, value: &GeometryValue) -> Result<(), &'static str> {
        match value {
            GeometryValue::Point { coordinates } => self.points(std::slice::from_ref(coordinates))?,
            GeometryValue::MultiPoint { coordinates } => self.points(coordinates)?,
            GeometryValue::LineString { coordinates } => self.line(coordinates)?,
            GeometryValue::MultiLineString { coordinates } => {
                coordinates.iter().try_for_each(|line| self.line(line))?;
            }
            GeometryValue::Polygon { coordinates } => self.polygon(coordinates)?,
            GeometryValue::MultiPolygon { coordinates } => {
                coordinates.iter().try_for_each(|polygon| self.polygon(polygon))?;
            }
            GeometryValue::GeometryCollection { geometries } => {
                geometries.iter().try_for_each(|geometry| self.add(&geometry.value))?;
            }
        }
        Ok(())
    }

    fn points(&mut self, points: &[Position]) -> Result<(), &'static str> {
        for point in points {
            let (x, y) = position(point)?;
            self.weigh(2, x, y, 1.0);
        }
        Ok(())
    }

    fn line(&mut self, line: &[Position]) -> Result<(), &'static str> {
        self.points(line)?;
        for ends in line.windows(2) {
            let ((ax, ay), (bx, by)) = (position(&ends[0])?, position(&ends[1])?);
            self.weigh(
                1,
                f64::midpoint(ax, bx),
                f64::midpoint(ay, by),
                (bx - ax).hypot(by - ay),
            );
        }
        Ok(())
    }

    /// The first ring counts, the others are holes.
    fn polygon(&mut self, rings: &[Vec<Position>]) -> Result<(), &'static str> {
        for (index, ring) in rings.iter().enumerate() {
            self.line(ring)?;
            let Some(origin) = ring.first() else { continue };
            // Relative to the first corner: small surfaces far from 0, 0 keep their digits.
            let (ox, oy) = position(origin)?;
            let (mut x, mut y, mut twice) = (0.0, 0.0, 0.0);
            for ends in ring.windows(2) {
                let ((ax, ay), (bx, by)) = (position(&ends[0])?, position(&ends[1])?);
                let (ax, ay, bx, by) = (ax - ox, ay - oy, bx - ox, by - oy);
                let cross = ax * by - bx * ay;
                x += (ax + bx) * cross;
                y += (ay + by) * cross;
                twice += cross;
            }
            if twice != 0.0 {
                let weight = if index == 0 { twice.abs() } else { -twice.abs() };
                self.weigh(0, ox + x / (3.0 * twice), oy + y / (3.0 * twice), weight);
            }
        }
        Ok(())
    }

    fn point(&self) -> Option<Point> {
        let [x, y, weight] = self.sums.iter().find(|sum| sum[2] > 1e-18)?;
        Point::new((x / weight).clamp(-180.0, 180.0), (y / weight).clamp(-90.0, 90.0))
    }
}

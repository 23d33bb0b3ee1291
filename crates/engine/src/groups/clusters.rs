//! `geo_cluster(field, zoom, radius)`: records whose places lie close together on a map are one group.
//!
//! The map is the usual one of squares: 256 pixels wide at zoom 0, twice as wide at each further zoom (spherical Mercator).
//! 1. It is cut into squares as wide as the radius (at least [`LEAST_SIDE`] pixels), and the records of each are counted, with
//!    their mean place. Only the squares are kept in memory, whatever the number of records.
//! 2. From the square with the most records to the one with the fewest, a square that belongs to no cluster yet makes one, and
//!    takes in those of the eight squares around it that belong to none and whose mean place is within the radius of its own.
//! 3. The records are grouped by the clusters of their squares, so that every aggregate is exact.
//!
//! Squares with as many records are taken from west to east, then north to south; means are of whole numbers: the same records
//! always make the same clusters. No cluster crosses the date line.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::functions_aggregate::expr_fn::{count, sum};
use datafusion::logical_expr::{Expr, lit};
use parvis_odsql::{GroupKey, Query};

use crate::filter::Matching;
use crate::plan::Scope;
use crate::scan::Groups;
use crate::udf::call;
use crate::udf::geo::Places;
use crate::{Dataset, Error};

/// Pixels of the side of a square at least, so that the number of a square has 64 bits at every zoom.
const LEAST_SIDE: f64 = 2.0;
/// Width of the map in pixels at zoom 0.
const TILE: f64 = 256.0;
/// The map ends at this latitude, where it is square.
const LAST_LATITUDE: f64 = 85.051_128_779_806_59;
/// Steps of a degree that places are summed in: about a millimetre, and five hundred million records before the sum is full.
const STEPS: f64 = 1e8;

/// The map of one zoom, cut into squares.
#[derive(Clone, Copy, Debug)]
struct Grid {
    zoom: u8,
    radius: f64,
}

impl Grid {
    /// Where a place lies on the map, in pixels from the north-west.
    fn pixels(self, lon: f64, lat: f64) -> (f64, f64) {
        let width = TILE * f64::from(self.zoom).exp2();
        let lat = lat.clamp(-LAST_LATITUDE, LAST_LATITUDE).to_radians();
        let down = 0.5 - ((1.0 + lat.sin()) / (1.0 - lat.sin())).ln() / (4.0 * std::f64::consts::PI);
        ((lon.clamp(-180.0, 180.0) / 360.0 + 0.5) * width, down * width)
    }

    /// The number of the square that a place lies in: its column, then its row.
    fn square(self, lon: f64, lat: f64) -> i64 {
        let side = self.radius.max(LEAST_SIDE);
        let (x, y) = self.pixels(lon, lat);
        number((x / side).floor(), (y / side).floor())
    }

    fn name(self) -> String {
        format!("{}/{}", self.zoom, self.radius)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a map has at most 2^32 squares in a row, and a float out of range is held at its end"
)]
fn number(column: f64, row: f64) -> i64 {
    (u64::from(column as u32) << 32 | u64::from(row as u32)).cast_signed()
}

/// The squares around one.
fn around(square: i64) -> impl Iterator<Item = i64> {
    let bits = square.cast_unsigned();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the halves of the number are taken apart"
    )]
    let (column, row) = ((bits >> 32) as u32, bits as u32);
    let steps = |from: u32| {
        [from.checked_sub(1), Some(from), from.checked_add(1)]
            .into_iter()
            .flatten()
    };
    steps(column)
        .flat_map(move |column| steps(row).map(move |row| (u64::from(column) << 32 | u64::from(row)).cast_signed()))
        .filter(move |other| *other != square)
}

/// The records of a square: how many, and the sums of their coordinates in [`STEPS`].
#[derive(Clone, Copy, Debug, PartialEq)]
struct Square {
    number: i64,
    records: i64,
    lon: i64,
    lat: i64,
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a mean place is shown as a number with a fraction"
)]
fn mean(sum: i64, records: i64) -> f64 {
    sum as f64 / records as f64 / STEPS
}

impl Square {
    fn centre(&self) -> (f64, f64) {
        (mean(self.lon, self.records), mean(self.lat, self.records))
    }
}

/// The clusters of a query: which squares belong to which, and the centre of each.
#[derive(Debug, Default)]
pub(super) struct Clusters {
    grid: Option<Grid>,
    of_square: HashMap<i64, i64>,
    centres: Vec<(f64, f64)>,
}

impl Clusters {
    /// Puts squares together that are near.
    fn merge(grid: Grid, mut squares: Vec<Square>) -> Self {
        squares.sort_by_key(|square| (std::cmp::Reverse(square.records), square.number.cast_unsigned()));
        let places: HashMap<i64, usize> = squares
            .iter()
            .enumerate()
            .map(|(at, square)| (square.number, at))
            .collect();
        let mut of_square: HashMap<i64, i64> = HashMap::with_capacity(squares.len());
        let mut centres = Vec::new();
        for first in &squares {
            if of_square.contains_key(&first.number) {
                continue;
            }
            let cluster = i64::try_from(centres.len()).expect("there are fewer clusters than bytes of memory");
            let (lon, lat) = first.centre();
            let centre = grid.pixels(lon, lat);
            let mut whole = *first;
            of_square.insert(first.number, cluster);
            for near in around(first.number).filter_map(|number| Some(squares[*places.get(&number)?])) {
                let (lon, lat) = near.centre();
                let (x, y) = grid.pixels(lon, lat);
                if (x - centre.0).hypot(y - centre.1) <= grid.radius && !of_square.contains_key(&near.number) {
                    of_square.insert(near.number, cluster);
                    whole.records += near.records;
                    whole.lon += near.lon;
                    whole.lat += near.lat;
                }
            }
            centres.push(whole.centre());
        }
        Self {
            grid: Some(grid),
            of_square,
            centres,
        }
    }

    /// The centre of a cluster as the answer shows it.
    pub(super) fn shown(&self, cluster: i64) -> Option<String> {
        let (lon, lat) = usize::try_from(cluster)
            .ok()
            .and_then(|cluster| self.centres.get(cluster))?;
        Some(format!(r#"{{"cluster_centroid":{{"lat":{lat:?},"lon":{lon:?}}}}}"#))
    }

    /// The number of the cluster of each place.
    pub(super) fn number(self: &Arc<Self>, places: Places) -> Expr {
        let clusters = Arc::clone(self);
        // Two queries never share the function: its squares are those of one query.
        let name = format!("cluster{:p}", Arc::as_ptr(self));
        call(name, DataType::Int64, places.columns(), move |arguments| {
            let numbers = squares_of(arguments, clusters.grid);
            let numbers = numbers.map(|square| clusters.of_square.get(&square?).copied());
            Ok(Arc::new(numbers.collect::<Int64Array>()) as ArrayRef)
        })
    }
}

fn squares_of(arguments: &[ArrayRef], grid: Option<Grid>) -> impl Iterator<Item = Option<i64>> + '_ {
    let (lons, lats) = (
        arguments[0].as_primitive::<Float64Type>(),
        arguments[1].as_primitive::<Float64Type>(),
    );
    lons.iter()
        .zip(lats)
        .map(move |(lon, lat)| Some(grid?.square(lon?, lat?)))
}

/// A coordinate in [`STEPS`], so that a sum does not depend on the order of its terms.
fn in_steps(coordinate: Expr) -> Expr {
    call("in_steps", DataType::Int64, vec![coordinate], |arguments| {
        let coordinates = arguments[0].as_primitive::<Float64Type>();
        #[expect(clippy::cast_possible_truncation, reason = "coordinates are degrees")]
        let steps = coordinates
            .iter()
            .map(|degrees| Some((degrees? * STEPS).round() as i64));
        Ok(Arc::new(steps.collect::<Int64Array>()) as ArrayRef)
    })
}

/// The clusters of each key of `query`; none for the keys that are something else.
pub(super) async fn of_keys(
    dataset: &Dataset,
    query: &Query,
    matching: &Matching,
    scope: &Scope<'_>,
) -> Result<Vec<Option<Arc<Clusters>>>, Error> {
    let mut found = Vec::with_capacity(query.group_by.len());
    for item in &query.group_by {
        found.push(match &item.key {
            GroupKey::GeoCluster { field, zoom, radius } => {
                let places = scope.clause("group_by").value(field)?.places()?;
                let grid = Grid {
                    zoom: *zoom,
                    radius: f64::from(*radius),
                };
                Some(Arc::new(of_places(dataset, matching, places, grid).await?))
            }
            _ => None,
        });
    }
    Ok(found)
}

async fn of_places(dataset: &Dataset, matching: &Matching, places: Places, grid: Grid) -> Result<Clusters, Error> {
    let Places::Points { lon, lat } = places else {
        return Err(Error::malformed("geo_cluster() needs a geo_point_2d field."));
    };
    let square = call(
        format!("square{}", grid.name()),
        DataType::Int64,
        vec![lon.clone(), lat.clone()],
        move |arguments| Ok(Arc::new(squares_of(arguments, Some(grid)).collect::<Int64Array>()) as ArrayRef),
    );
    let groups = Groups {
        filter: matching.filter(None),
        keys: vec![square.alias("__square")],
        aggregates: vec![
            count(lit(1_i64)).alias("__records"),
            sum(in_steps(lon)).alias("__lon"),
            sum(in_steps(lat)).alias("__lat"),
        ],
        ..Groups::default()
    };
    let records = dataset.records_near().await?;
    let batch = records.aggregate(&dataset.engine, groups).await?;
    Ok(Clusters::merge(grid, squares(&batch)))
}

/// The squares that have records; those without a place are in none.
fn squares(batch: &RecordBatch) -> Vec<Square> {
    let column = |place: usize| batch.column(place).as_primitive::<Int64Type>();
    let [numbers, records, lons, lats] = [column(0), column(1), column(2), column(3)];
    let rows = (0..batch.num_rows()).filter(|row| numbers.is_valid(*row));
    rows.map(|row| Square {
        number: numbers.value(row),
        records: records.value(row),
        lon: lons.value(row),
        lat: lats.value(row),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: Grid = Grid { zoom: 3, radius: 40.0 };

    fn square(lon: f64, lat: f64, records: i64) -> Square {
        #[expect(clippy::cast_possible_truncation, reason = "small numbers of a test")]
        let sum = |degrees: f64| (degrees * STEPS) as i64 * records;
        Square {
            number: GRID.square(lon, lat),
            records,
            lon: sum(lon),
            lat: sum(lat),
        }
    }

    #[test]
    fn the_map_has_its_middle_where_the_equator_meets_greenwich() {
        assert_eq!(GRID.pixels(0.0, 0.0), (1024.0, 1024.0));
        let (x, y) = GRID.pixels(180.0, -90.0);
        assert_eq!(x, 2048.0);
        assert!((y - 2048.0).abs() < 1e-6, "{y}");
        assert!(GRID.pixels(-180.0, 90.0).1.abs() < 1e-6);
    }

    #[test]
    fn a_square_has_eight_around_it_save_at_the_edges_of_the_map() {
        assert_eq!(around(number(5.0, 5.0)).count(), 8);
        assert_eq!(around(number(0.0, 0.0)).count(), 3);
        assert!(around(number(5.0, 5.0)).any(|other| other == number(4.0, 6.0)));
        // The numbers of the finest squares stay apart.
        let fine = Grid { zoom: 25, radius: 1.0 };
        assert_ne!(fine.square(179.9, -85.0), fine.square(179.9, -84.9));
    }

    #[test]
    fn near_squares_are_one_cluster_around_the_mean_of_their_records() {
        let squares = vec![square(2.9, 0.1, 1), square(2.7, 0.1, 3), square(100.0, 10.0, 2)];
        let clusters = Clusters::merge(GRID, squares.clone());
        assert_eq!(clusters.centres.len(), 2);
        let (lon, lat) = clusters.centres[0];
        assert!((lon - 2.75).abs() < 1e-6 && (lat - 0.1).abs() < 1e-6, "{lon} {lat}");
        assert_eq!(
            clusters.shown(1).unwrap(),
            r#"{"cluster_centroid":{"lat":10.0,"lon":100.0}}"#
        );
        assert_eq!(clusters.shown(2), None);
        let mut turned = squares;
        turned.reverse();
        assert_eq!(Clusters::merge(GRID, turned).centres, clusters.centres);
    }

    #[test]
    fn squares_farther_than_the_radius_stay_apart() {
        let clusters = Clusters::merge(GRID, vec![square(2.6, 0.1, 1), square(-11.0, 0.1, 1)]);
        assert_eq!(clusters.centres.len(), 2);
    }
}

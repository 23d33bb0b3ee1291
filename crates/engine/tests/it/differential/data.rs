//! Twenty-four thousand records, several pages of a file, of every type: nulls, lists, skewed categories, dates, points. Numbers with a fraction are multiples of
//! a power of two, so that sums are the same in any order.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, ListBuilder, RecordBatch, StringArray,
    StringBuilder, StructArray, TimestampMillisecondArray,
};
use arrow::buffer::NullBuffer;
use parvis_formats::layout;
use parvis_model::{Annotations, Field, FieldType, Schema};

use super::random::Random;
use crate::common::annotated;

pub const RECORDS: usize = 24_000;
const BATCH: usize = 8_000;

pub const CATEGORIES: [&str; 12] = [
    "water", "roads", "Parks", "schools", "noise", "Trees", "waste", "light", "bikes", "Markets", "ports", "zoos",
];
pub const TAGS: [&str; 8] = ["red", "green", "blue", "old", "new", "large", "small", "far"];
pub const WORDS: [&str; 14] = [
    "apple", "apricot", "bridge", "castle", "Dock", "elm", "forest", "Garden", "harbour", "island", "jetty", "kiln",
    "lane", "mill",
];

pub fn commune(number: u64) -> String {
    format!("commune {number}")
}

pub fn schema() -> Schema {
    let text = |name: &str| {
        annotated(
            name,
            FieldType::Text,
            Annotations {
                sortable: true,
                facet: true,
                ..Annotations::default()
            },
        )
    };
    let facet = |name: &str, field_type| {
        annotated(
            name,
            field_type,
            Annotations {
                facet: true,
                ..Annotations::default()
            },
        )
    };
    Schema {
        fields: vec![
            Field::new("id", FieldType::Int),
            text("cat"),
            text("commune"),
            text("label"),
            annotated(
                "tags",
                FieldType::Text,
                Annotations {
                    multivalued: Some(",".to_owned()),
                    facet: true,
                    ..Annotations::default()
                },
            ),
            facet("qty", FieldType::Int),
            Field::new("price", FieldType::Double),
            facet("flag", FieldType::Boolean),
            facet("day", FieldType::Date),
            facet("seen", FieldType::Datetime),
            Field::new("place", FieldType::GeoPoint2d),
            facet("code", FieldType::Int),
        ],
    }
}

/// One record.
struct Row {
    cat: Option<&'static str>,
    commune: String,
    label: Option<String>,
    tags: Vec<&'static str>,
    qty: Option<i64>,
    price: Option<f64>,
    flag: Option<bool>,
    day: Option<i32>,
    seen: Option<i64>,
    place: Option<(f64, f64)>,
    code: i64,
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn row(random: &mut Random) -> Row {
    // The first categories have most of the records, and the last hardly any.
    let skewed = random.below(12).min(random.below(12)).min(random.below(12));
    let words = random.below(4);
    let mut label: Vec<String> = (0..words).map(|_| (*random.pick(&WORDS)).to_owned()).collect();
    label.push(random.below(40).to_string());
    Row {
        cat: (!random.chance(7)).then_some(CATEGORIES[usize::try_from(skewed).unwrap()]),
        commune: commune(random.below(30) * random.below(30)),
        label: (!random.chance(5)).then(|| label.join(" ")),
        tags: (0..random.below(4)).map(|_| *random.pick(&TAGS)).collect(),
        qty: (!random.chance(10)).then(|| random.between(-200, 200)),
        // Zero is among them with both its signs.
        price: (!random.chance(12))
            .then(|| random.between(-40, 400) as f64 / 4.0 * if random.chance(9) { -1.0 } else { 1.0 }),
        flag: (!random.chance(15)).then(|| random.chance(30)),
        day: (!random.chance(8)).then(|| i32::try_from(random.between(-3_000, 20_000)).unwrap()),
        seen: (!random.chance(8)).then(|| random.between(1_500_000_000_000, 1_600_000_000_000) / 500 * 500),
        place: (!random.chance(9)).then(|| {
            (
                random.between(-640, 640) as f64 / 64.0,
                random.between(2_700, 3_200) as f64 / 64.0,
            )
        }),
        code: random.between(0, 6),
    }
}

pub fn batches() -> Vec<RecordBatch> {
    let mut random = Random::new(42);
    (0..RECORDS)
        .step_by(BATCH)
        .map(|first| {
            let rows: Vec<Row> = (first..RECORDS.min(first + BATCH)).map(|_| row(&mut random)).collect();
            batch(&rows, first)
        })
        .collect()
}

fn batch(rows: &[Row], first: usize) -> RecordBatch {
    let ids = first..first + rows.len();
    let mut tags = ListBuilder::new(StringBuilder::new());
    for row in rows {
        row.tags.iter().for_each(|tag| tags.values().append_value(tag));
        tags.append(!row.tags.is_empty());
    }
    let lons: Float64Array = rows.iter().map(|row| row.place.map(|place| place.0)).collect();
    let lats: Float64Array = rows.iter().map(|row| row.place.map(|place| place.1)).collect();
    let nulls = NullBuffer::from_iter(rows.iter().map(|row| row.place.is_some()));
    let points = StructArray::new(
        layout::point_fields(),
        vec![Arc::new(lons), Arc::new(lats)],
        Some(nulls),
    );
    let seen: TimestampMillisecondArray = rows.iter().map(|row| row.seen).collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(ids.map(|id| Some(i64::try_from(id).unwrap())).collect::<Int64Array>()),
        Arc::new(rows.iter().map(|row| row.cat).collect::<StringArray>()),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &row.commune))),
        Arc::new(rows.iter().map(|row| row.label.as_ref()).collect::<StringArray>()),
        Arc::new(tags.finish()),
        Arc::new(rows.iter().map(|row| row.qty).collect::<Int64Array>()),
        Arc::new(rows.iter().map(|row| row.price).collect::<Float64Array>()),
        Arc::new(rows.iter().map(|row| row.flag).collect::<BooleanArray>()),
        Arc::new(rows.iter().map(|row| row.day).collect::<Date32Array>()),
        Arc::new(seen.with_timezone("UTC")),
        Arc::new(points),
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.code))),
    ];
    RecordBatch::try_new(layout::arrow_schema(&schema()), columns).unwrap()
}

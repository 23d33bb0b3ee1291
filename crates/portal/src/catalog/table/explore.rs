//! Columns for the template `explore`: how much datasets are used.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array};
use parvis_model::{Dataset, Field, FieldType};

use crate::catalog::popularity::{Popularities, Popularity, of};

/// The columns, each with its field; null where the portal publishes no figures.
pub(super) fn columns(datasets: &[&Dataset], popularities: &Popularities) -> Vec<(Field, ArrayRef)> {
    let used = || datasets.iter().map(|dataset| of(popularities, dataset));
    let counts = |count: fn(Popularity) -> u64| -> ArrayRef {
        let number = |used| i64::try_from(count(used)).unwrap_or(i64::MAX);
        Arc::new(used().map(|used| used.map(number)).collect::<Int64Array>())
    };
    let scores: ArrayRef = Arc::new(used().map(|used| used.map(Popularity::score)).collect::<Float64Array>());
    let field = |name: &str, field_type| Field::new(format!("explore.{name}"), field_type);
    vec![
        (field("download_count", FieldType::Int), counts(|used| used.downloads)),
        (field("api_call_count", FieldType::Int), counts(|used| used.calls)),
        (field("popularity_score", FieldType::Double), scores),
    ]
}

//! The download of the records in every format, with the current filters.

use crate::render::view;
use futures::StreamExt;
use parvis_portal::Clauses;
use parvis_portal::export::{ExportOptions, holds};
use parvis_portal::formats::{Format, WriterOptions};
use parvis_portal::records::Page as Rows;
use serde::Serialize;

use super::super::{Answer, Failure};
use super::Cx;

/// Records of the sample that the size is reckoned from.
const SAMPLE: u64 = 200;

#[derive(Serialize)]
struct FormatView {
    key: &'static str,
    name: &'static str,
    url: String,
}

/// Formats in the order in which people look for them.
const FORMATS: [(Format, &str); 10] = [
    (Format::Csv, "CSV"),
    (Format::Xlsx, "XLSX"),
    (Format::Json, "JSON"),
    (Format::Geojson, "GeoJSON"),
    (Format::Shp, "Shapefile"),
    (Format::Fgb, "FlatGeobuf"),
    (Format::Kml, "KML"),
    (Format::Gpx, "GPX"),
    (Format::Parquet, "Parquet"),
    (Format::Jsonl, "JSON Lines"),
];

/// Bytes of the whole as CSV, reckoned from its first records.
async fn size(cx: &Cx<'_>, clauses: &Clauses, total: u64) -> Result<Option<u64>, Failure> {
    if total == 0 {
        return Ok(None);
    }
    let options = ExportOptions {
        format: Format::Csv,
        writer: WriterOptions::default(),
        compressed: false,
        limit: Some(SAMPLE),
    };
    let mut export = cx
        .state
        .parvis
        .export(&cx.viewer, &cx.dataset.slug, clauses, options)
        .await?;
    let mut bytes = 0_u64;
    while let Some(part) = export.bytes.next().await {
        bytes += part?.len() as u64;
    }
    Ok(Some(bytes.saturating_mul(total) / total.min(SAMPLE)))
}

pub(super) async fn show(cx: &Cx<'_>) -> Answer {
    let clauses = cx.query.clauses();
    let page = cx
        .state
        .parvis
        .records(&cx.viewer, &cx.dataset.slug, &clauses, Rows::new(1, 0), false)
        .await?;
    let view = |(format, name): (Format, &'static str)| FormatView {
        key: format.name(),
        name,
        url: format!("{}/exports/{}", cx.api_path(), format.name()),
    };
    let formats: Vec<FormatView> = FORMATS
        .into_iter()
        .filter(|(format, _)| holds(*format, &cx.dataset))
        .map(view)
        .collect();
    let data = view! {
        total => page.total,
        size => size(cx, &clauses, page.total).await?,
        formats => formats,
        api_pairs => cx.query.api_pairs(),
        ..cx.active_filters()
    };
    cx.render("dataset/export.html", data)
}

//! `…/exports`: all records that match, streamed in one format.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt as _, stream};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use parvis_model::ErrorCode;
use parvis_odsql::{Query, parse_order_by, parse_select};
use parvis_portal::Clauses;
use parvis_portal::catalog::export::{CatalogExport, CatalogFormat};
use parvis_portal::export::{ExportBody, ExportOptions, holds};
use parvis_portal::formats::{Format, ParquetCompression, WriterOptions};
use serde_json::Value;

use super::caller::Caller;
use super::clauses;
use super::dialect::{Dialect, OLD_WORKBOOK};
use super::error::ApiError;
use super::links::{self, link};
use super::params::Params;
use super::ranges::{self, Part};
use super::validators::{Validity, tagged};
use crate::state::AppState;

/// `GET …/datasets/{id}/exports`: the formats this dataset can be had in.
pub(super) async fn list_of_dataset(
    State(state): State<AppState>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Json<Value>, ApiError> {
    let dataset = state.parvis.dataset(&caller.viewer, &id).await?;
    let formats = Format::ALL.into_iter().filter(|format| holds(*format, &dataset));
    let mut links = vec![link("self", caller.here())];
    links.extend(formats.map(|format| {
        let name = caller.dialect.name_of(format);
        link(name, caller.dataset_href(&dataset.slug, &format!("/exports/{name}")))
    }));
    Ok(links::body(links))
}

/// `GET …/catalog/exports`: the formats that the catalogue can be had in.
pub(super) async fn list_of_catalog(State(_): State<AppState>, caller: Caller) -> Json<Value> {
    let mut links = vec![link("self", caller.here())];
    links.extend(CatalogFormat::ALL.map(|format| {
        let name = match format {
            CatalogFormat::Table(format) => caller.dialect.name_of(format),
            other => other.name(),
        };
        link(name, caller.href(&format!("/catalog/exports/{name}")))
    }));
    links::body(links)
}

/// `GET …/catalog/exports/{format}`.
pub(super) async fn of_catalog(
    State(state): State<AppState>,
    Path(format): Path<String>,
    caller: Caller,
) -> Result<Response, ApiError> {
    let params = &caller.params;
    let options = CatalogExport {
        format: catalogue_format(caller.dialect, &format)?,
        writer: WriterOptions {
            // The catalogue's columns have no labels and no places.
            use_labels: false,
            epsg: WriterOptions::default().epsg,
            ..writer_options(params)?
        },
        compressed: params.bool("compressed", false)?,
        limit: params.export_limit()?,
        offset: params.offset()?,
        distributions: distributions(params)?,
        labels: params.bool("use_labels_in_exports", true)?,
    };
    let clauses = clauses::from_params(params);
    refuse_unbounded_order(&clauses, options.limit)?;
    let body = state.parvis.export_catalog(&caller.viewer, &clauses, options).await?;
    answer(body).await
}

/// The formats of datasets that a description of the catalogue tells of (`include_exports`); all of them by default.
fn distributions(params: &Params) -> Result<Vec<Format>, ApiError> {
    let Some(names) = params.get("include_exports") else {
        return Ok(Format::ALL.to_vec());
    };
    let named = names.split(',').map(str::trim).filter(|name| !name.is_empty());
    let unknown = |name: &str| {
        let all = Format::ALL.map(Format::name).join(" ");
        ApiError::parameter("include_exports", name, &format!("some of {all}, with commas between,"))
    };
    named
        .map(|name| Format::parse(name).ok_or_else(|| unknown(name)))
        .collect()
}

/// `GET …/datasets/{id}/exports/{format}`.
pub(super) async fn of_dataset(
    State(state): State<AppState>,
    Path((id, format)): Path<(String, String)>,
    caller: Caller,
) -> Result<Response, ApiError> {
    let options = ExportOptions {
        format: caller.dialect.format(&format).ok_or_else(|| no_format(&format))?,
        writer: WriterOptions {
            epoch_times: caller.dialect == Dialect::V20,
            ..writer_options(&caller.params)?
        },
        compressed: caller.params.bool("compressed", false)?,
        limit: caller.params.export_limit()?,
    };
    send(&state, &caller, &id, &clauses::from_params(&caller.params), options).await
}

/// `GET /explore/dataset/{id}/download/?format=csv…`: the address that portals have always had for downloads. It takes
/// the parameters of an export and those of v1.
pub(super) async fn download(
    State(state): State<AppState>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Response, ApiError> {
    let params = &caller.params;
    // The workbook has its old name here too.
    let name = params.get("format").unwrap_or("csv");
    let format = Dialect::V20.format(name).ok_or_else(|| no_format(name))?;
    let mut writer = writer_options(params)?;
    let labels = params.bool("use_labels_for_header", writer.use_labels)?;
    if format == Format::Csv {
        // Other formats have no header, and scripts read their keys.
        writer.use_labels = labels;
    }
    writer.delimiter = params.choice("csv_separator", writer.delimiter, &DELIMITERS)?;
    let rows = match params.get("rows") {
        None | Some("-1") => None,
        Some(rows) => Some(
            rows.trim()
                .parse()
                .map_err(|_| ApiError::parameter("rows", rows, "-1 <= rows"))?,
        ),
    };
    let options = ExportOptions {
        format,
        writer,
        compressed: params.bool("compressed", false)?,
        limit: params.export_limit()?.or(rows),
    };
    send(&state, &caller, &id, &clauses::from_download(params)?, options).await
}

const DELIMITERS: [(&str, u8); 5] = [(";", b';'), (",", b','), ("\t", b'\t'), ("\\t", b'\t'), ("|", b'|')];

/// The format of the catalogue called `name`.
fn catalogue_format(dialect: Dialect, name: &str) -> Result<CatalogFormat, ApiError> {
    /// Profiles of countries and regions, which a portal has only when it was set up for one.
    const PROFILES: [&str; 7] = ["benap", "ch", "de", "it", "se", "sp", "vl"];
    let old = (dialect == Dialect::V20 && name == OLD_WORKBOOK).then_some(CatalogFormat::Table(Format::Xlsx));
    match old.or_else(|| CatalogFormat::parse(name)) {
        Some(format) => Ok(format),
        None if name
            .strip_prefix("dcat_ap_")
            .is_some_and(|profile| PROFILES.contains(&profile)) =>
        {
            Err(ApiError::new(
                ErrorCode::NotFoundResource,
                format!(
                    "The requested export format {name} is not enabled on this portal. Use dcat, rdf, ttl or jsonld."
                ),
            ))
        }
        None => Err(no_format(name)),
    }
}

fn no_format(name: &str) -> ApiError {
    ApiError::new(
        ErrorCode::NotFoundResource,
        format!("The requested export format {name} does not exist."),
    )
}

/// The system that coordinates are wanted in. Whether it is known, and known to the format, is told where the writer is made.
fn epsg(params: &Params) -> Result<u16, ApiError> {
    let Some(code) = params.get("epsg") else {
        return Ok(WriterOptions::default().epsg);
    };
    let expected = "the EPSG code of a projection that is known here, such as 2154, 3857 or 4326,";
    code.trim()
        .parse()
        .map_err(|_| ApiError::parameter("epsg", code, expected))
}

fn writer_options(params: &Params) -> Result<WriterOptions, ApiError> {
    let default = WriterOptions::default();
    let compressions = [
        ("snappy", ParquetCompression::Snappy),
        ("zstd", ParquetCompression::Zstd),
    ];
    Ok(WriterOptions {
        delimiter: params.choice("delimiter", default.delimiter, &DELIMITERS)?,
        list_separator: params
            .get_raw("list_separator")
            .map_or(default.list_separator, str::to_owned),
        quote_all: params.bool("quote_all", default.quote_all)?,
        with_bom: params.bool("with_bom", default.with_bom)?,
        use_labels: params.bool("use_labels", default.use_labels)?,
        parquet_compression: params.choice("parquet_compression", default.parquet_compression, &compressions)?,
        epsg: epsg(params)?,
        name_field: params.get("name_field").map(|name| name.trim().to_owned()),
        description_fields: params
            .get("description_field_list")
            .map(|names| names.split(',').map(|name| name.trim().to_owned()).collect())
            .unwrap_or_default(),
        use_extension: params.bool("use_extension", default.use_extension)?,
        ..default
    })
}

/// Orders that the API documents as refused for exports. Clauses that cannot be read are told where they are run.
fn refuse_unbounded_order(clauses: &Clauses, limit: Option<u64>) -> Result<(), ApiError> {
    let (select, order_by) = (clauses.select.as_deref(), clauses.order_by.as_deref());
    let (Ok(select), Ok(order_by)) = (
        parse_select(select.unwrap_or_default()),
        parse_order_by(order_by.unwrap_or_default()),
    ) else {
        return Ok(());
    };
    let query = Query {
        select,
        order_by,
        ..Query::default()
    };
    Ok(parvis_odsql::check_export_order(&query, limit).map_err(parvis_portal::Error::from)?)
}

async fn send(
    state: &AppState,
    caller: &Caller,
    id: &str,
    clauses: &Clauses,
    options: ExportOptions,
) -> Result<Response, ApiError> {
    refuse_unbounded_order(clauses, options.limit)?;
    let tag = match caller.validate(state, id).await? {
        Validity::Unchanged(response) => return Ok(response),
        Validity::Tag(tag) => tag,
    };
    let export = || state.parvis.export(&caller.viewer, id, clauses, options.clone());
    // Packed bytes are not offered in parts, nor what depends on the moment.
    let Some(tag) = tag.filter(|_| !options.compressed) else {
        return answer(export().await?).await;
    };
    let lengths = Arc::clone(&state.lengths);
    let mut part = None;
    if let Some(range) = caller.part.part_of(&tag) {
        let bytes = || async { Ok(export().await?.bytes) };
        let length = lengths.of(&tag, bytes).await?;
        part = match ranges::part(range, length) {
            Part::Beyond => return Ok(ranges::beyond(tag, length)),
            Part::Bytes(part) => Some((part, length)),
            Part::Whole => None,
        };
    }
    // Not before the length is known: who waits for a second place while keeping the first keeps others waiting.
    let mut body = export().await?;
    body.bytes = match &part {
        Some((part, _)) => ranges::cut(body.bytes, part.clone()),
        None => lengths.learning(tag.clone(), body.bytes),
    };
    let mut response = tagged(Some(tag), answer(body).await?);
    ranges::offer(response.headers_mut());
    Ok(match part {
        Some((part, length)) => ranges::partial(response, &part, length),
        None => response,
    })
}

/// Sends an export that has begun.
async fn answer(body: ExportBody) -> Result<Response, ApiError> {
    let ExportBody {
        media_type,
        filename,
        bytes,
    } = body;
    // What fails before the first rows can still be told in words; later the answer can only be cut short.
    let mut bytes = bytes.fuse();
    let mut begun = Vec::with_capacity(2);
    while begun.len() < 2
        && let Some(chunk) = bytes.next().await
    {
        begun.push(Ok(chunk?));
    }
    let rest = bytes.inspect(|chunk| {
        if let Err(error) = chunk {
            tracing::error!(cause = %error, "an export was cut short: {error}");
        }
    });
    let disposition = format!("attachment; filename=\"{filename}\"");
    let headers = [
        (CONTENT_TYPE, media_type.to_owned()),
        (CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, Body::from_stream(stream::iter(begun).chain(rest))).into_response())
}
